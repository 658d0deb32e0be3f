//! `anafora verify` finds every planted fault by its name, and nothing in a store that is whole.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anafora::archive::Manifest;
use anafora::clock::SystemClock;
use anafora::demo::SEED_ID;
use anafora::domain::{ArchiveRef, Digest, Outcome, PageRef, WorkerId};
use anafora::frontier::{Documents as _, Frontier as _, Next, SledFrontier};
use anafora::profile::Profile;
use serde_json::Value as Json;

use crate::anafora::World;
use crate::recorded::{stored, truth};

const VERIFY: [&str; 5] = ["verify", "--data", "store", "--format", "json"];

/// The faults by what they are about.
async fn faults(world: &World) -> Vec<(String, String)> {
    let said = world.run(&VERIFY).await;
    let audit: Json = serde_json::from_str(&said.output).unwrap_or_else(|_| panic!("{}", said.errors));
    let faults = audit["faults"].as_array().unwrap();
    assert_eq!(said.code, if faults.is_empty() { 0 } else { 6 }, "{audit:#}");
    assert_eq!(audit["faults_count"], faults.len());
    let text = |fault: &Json, key: &str| fault[key].as_str().unwrap().to_owned();
    let helps = |hint: String| hint.contains("`anafora ") || hint.contains("from a copy of the store");
    assert!(faults.iter().all(|fault| helps(text(fault, "hint"))), "{audit:#}");
    faults.iter().map(|fault| (text(fault, "about"), text(fault, "what"))).collect()
}

fn frontier(world: &World) -> SledFrontier {
    SledFrontier::open(&world.path("store/frontier"), Arc::new(SystemClock)).unwrap()
}

/// The place of an ID's page.
async fn page(world: &World, id: &str) -> PageRef {
    let frontier = frontier(world);
    let page = frontier.entry(id).await.unwrap().unwrap().page.unwrap();
    frontier.close().await.unwrap();
    page
}

/// Commits an ID as absent, with this page for evidence.
async fn plant_absent(world: &World, id: &str, evidence: PageRef) {
    let frontier = frontier(world);
    let id = Profile::builtin("demo").unwrap().schemes.parse(id, &[]).unwrap().id;
    frontier.enqueue(&[id]).await.unwrap();
    let worker = WorkerId("worker".into());
    let Next::Leased(lease) = frontier.lease(&worker, Duration::from_secs(60)).await.unwrap() else {
        panic!("it waits")
    };
    frontier.commit(lease, Outcome::Absent { evidence }).await.unwrap();
    frontier.close().await.unwrap();
}

#[tokio::test]
async fn a_whole_store_is_good_and_a_torn_end_of_its_archive_is_no_fault() {
    let world = World::new();
    stored(&world, "store").await;
    assert_eq!(faults(&world).await, []);
    let said = world.good(&["verify", "--data", "store"]).await;
    assert!(said.ends_with("nothing is wrong\n"), "{said}");
    let stored = truth(&world).await.matches("\"state\":\"stored\"").count();
    assert!(said.contains(&format!("of them stored {stored}, ")), "{said}");

    let file = world.path("store/archive/anafora-00001.warc.gz");
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend_from_within(..40);
    fs::write(&file, bytes).unwrap();
    let said = world.good(&["verify", "--data", "store"]).await;
    assert!(said.contains("40 bytes of a record that a crash tore off"), "{said}");
}

#[tokio::test]
async fn a_page_that_is_damaged_or_gone_is_named_by_its_id() {
    let world = World::new();
    stored(&world, "store").await;
    let file = world.path("store/archive/anafora-00001.warc.gz");
    let whole = fs::read(&file).unwrap();
    let ArchiveRef { offset, length, .. } = page(&world, SEED_ID).await.archive.unwrap();
    let mut flipped = whole.clone();
    flipped[usize::try_from(offset + length / 2).unwrap()] ^= 0x10;
    fs::write(&file, &flipped).unwrap();
    let found = faults(&world).await;
    assert_eq!(found.len(), 2, "the page, and the file that it stands in: {found:?}");
    assert!(found[0].0 == SEED_ID && found[0].1.contains("its page cannot be read"), "{found:?}");
    assert!(found[1].0 == "archive" && found[1].1.contains("anafora-00001.warc.gz"), "{found:?}");

    fs::remove_file(&file).unwrap();
    let found = faults(&world).await;
    let pages = truth(&world).await.matches("\"page\":").count();
    assert_eq!(found.len(), pages, "{found:?}");
    assert!(found.iter().any(|(about, _)| about == SEED_ID), "{found:?}");
}

#[tokio::test]
async fn a_page_of_another_id_or_of_another_state_or_none_is_a_fault() {
    let world = World::new();
    stored(&world, "store").await;
    let other = page(&world, SEED_ID).await;
    plant_absent(&world, "14PAY000999901", other.clone()).await;
    plant_absent(&world, "14PAY000999902", PageRef { archive: None, ..other.clone() }).await;
    let unlike = PageRef { digest: Digest::of(b"another page"), ..other };
    plant_absent(&world, "14PAY000999903", unlike).await;
    let found = faults(&world).await;
    let about: Vec<&str> = found.iter().map(|(about, _)| about.as_str()).collect();
    // What has no page at all is found before any page is read.
    assert_eq!(about, ["14PAY000999902", "14PAY000999901", "14PAY000999903"], "{found:?}");
    assert!(found[0].1.contains("never kept"), "{found:?}");
    assert!(found[1].1.contains(&format!("is `{SEED_ID}`, not what was committed")), "{found:?}");
}

#[tokio::test]
async fn a_seed_that_is_not_known_and_a_manifest_that_is_gone_are_named() {
    let world = World::new();
    stored(&world, "store").await;
    let store = world.path("store");
    let mut manifest = Manifest::read(&store).unwrap().unwrap();
    manifest.add_seeds(&["14PAY000999904".to_owned()]);
    manifest.write(&store).unwrap();
    let found = faults(&world).await;
    assert!(found.len() == 1 && found[0].0 == "14PAY000999904" && found[0].1.contains("seed"), "{found:?}");

    fs::remove_file(store.join("manifest.json")).unwrap();
    let said = world.run(&VERIFY).await;
    assert!(said.code == 6 && said.errors.contains("has no manifest"), "{}", said.errors);
    fs::remove_file(store.join("profile.toml")).unwrap();
    let said = world.run(&VERIFY).await;
    assert!(said.code == 6 && said.errors.contains("remembers no profile"), "{}", said.errors);
}
