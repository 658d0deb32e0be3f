//! `anafora fixtures add`: a crawled document becomes a fixture that the profile's test and a replay read, without names.

use std::fs;

use anafora::demo::SEED_ID;
use serde_json::Value as Json;

use crate::anafora::{World, portal};
use crate::recorded::stored;

const ABSENT_ID: &str = "14AWRD000900001";
/// Whom the first document pays, by name and tax number, as its page writes them.
const PERSONAL: [&str; 2] = ["ΔΕΙΓΜΑ ΤΕΧΝΙΚΗ &amp; ΣΙΑ Ο.Ε.", "000000036"];

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawled_document_becomes_a_fixture_in_which_nobody_is_named() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--data", "store", "--depth", "0"];
    let crawled = world.good(&[&crawl[..], &["--format", "jsonl", SEED_ID, ABSENT_ID]].concat()).await;
    portal.stop().await;
    let real = json(crawled.lines().find(|line| line.contains("\"state\":\"stored\"")).unwrap());

    let told = world.good(&["fixtures", "add", SEED_ID, "--data", "store"]).await;
    assert_eq!(
        told,
        "fixtures/demo/14PAY000100001: parts detail\nreplaced: contractor, in 1 place\n\
         replaced: contractor_tax_number, in 1 place\n"
    );
    world.good(&["fixtures", "add", ABSENT_ID, "--data", "store"]).await;
    let page = fs::read_to_string(world.path("fixtures/demo/14PAY000100001/detail.html")).unwrap();
    for text in PERSONAL {
        assert!(!page.contains(text), "{text}");
    }

    // Everything but the two fields is as it was crawled.
    let text = fs::read_to_string(world.path("fixtures/demo/14PAY000100001/expected.json")).unwrap();
    let expected = json(&text);
    for (name, value) in real["fields"].as_object().unwrap() {
        let is_personal = ["contractor", "contractor_tax_number"].contains(&name.as_str());
        assert_eq!(expected["fields"][name] == *value, !is_personal, "{name}: {text}");
    }
    let names = |document: &Json| -> Vec<String> {
        let references = document["references"].as_array().unwrap().iter();
        references.map(|one| format!("{} {} {}", one["relation"], one["id"], one["evidence"])).collect()
    };
    assert_eq!(names(&expected), names(&real));

    let verb = ["profile", "test", "demo", "--fixtures", "fixtures/demo"];
    assert_eq!(world.good(&verb).await, "demo: fixtures 2, not as expected 0\n");
    let replayed = world.run(&["replay", "fixtures/demo"]).await;
    let of = |state: &str| {
        replayed.output.lines().filter(|line| line.contains(&format!("\"state\":\"{state}\""))).count()
    };
    assert_eq!((of("stored"), of("absent")), (1, 1), "{}", replayed.output);

    // The same document is the same fixture, whenever it is made.
    world.good(&["fixtures", "add", SEED_ID, "--data", "store", "--to", "again"]).await;
    assert_eq!(fs::read_to_string(world.path("again/14PAY000100001/detail.html")).unwrap(), page);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_a_file_becomes_a_fixture_without_it() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "khmdhs-opendata", "--base", &base, "--data", "store", "--depth", "0"];
    world.good(&[&crawl[..], &["--delay", "0ms", SEED_ID]].concat()).await;
    portal.stop().await;
    let told = world.good(&["fixtures", "add", SEED_ID, "--data", "store"]).await;
    assert!(told.contains("parts service\n") && told.contains("left out: `file`"), "{told}");
    let folder = world.path("fixtures/khmdhs-opendata/14PAY000100001");
    let expected = json(&fs::read_to_string(folder.join("expected.json")).unwrap());
    assert!(expected["warnings"].to_string().contains("the file `file` was not to be had"), "{expected}");
    let verb = ["profile", "test", "khmdhs-opendata", "--fixtures", "fixtures/khmdhs-opendata"];
    assert_eq!(world.good(&verb).await, "khmdhs-opendata: fixtures 1, not as expected 0\n");
}

#[tokio::test]
async fn what_is_no_document_of_the_store_becomes_no_fixture() {
    let world = World::new();
    stored(&world, "store").await;
    let add =
        async |id: &str, to: &str| world.run(&["fixtures", "add", id, "--data", "store", "--to", to]).await;
    for (id, says) in [
        ("14PAY000100099", "is not in the store"),
        ("14DIAB000100023", "is neither stored nor absent: there is no page to keep"),
        ("nonsense", "is not an ID"),
    ] {
        let said = add(id, "made").await;
        assert_eq!(said.code, 3, "{}", said.errors);
        assert!(said.errors.contains(says) && said.errors.contains("hint: "), "{}", said.errors);
    }
    let into_store = add(SEED_ID, "store").await;
    assert_eq!(into_store.code, 6, "{}", into_store.errors);
    assert!(!world.path("made").exists(), "nothing is written where nothing was made");
}

#[tokio::test]
async fn a_name_that_cannot_be_replaced_without_changing_more_makes_no_fixture() {
    let world = World::new();
    stored(&world, "store").await;
    let demo = crate::anafora::demo_profile();
    // The document's own ID as a person's number: replaced, the page would be another's.
    let rule = "\n[field]\nnumber = { label = \"ΑΔΑΜ\", personal = true }\n";
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/selectors/shared/kimdis.toml");
    fs::write(world.path("kimdis.toml"), fs::read_to_string(shared).unwrap()).unwrap();
    fs::write(world.path("mine.toml"), demo.replace("shared/kimdis.toml", "kimdis.toml") + rule).unwrap();
    let said = world
        .run(&["fixtures", "add", SEED_ID, "--data", "store", "--profile", "./mine.toml", "--to", "made"])
        .await;
    assert_eq!(said.code, 4, "{}\n{}", said.output, said.errors);
    assert!(said.errors.contains("14PAY000100001 becomes no fixture: "), "{}", said.errors);
    assert!(!world.path("made").exists(), "{}", said.errors);
}
