//! `anafora profile test`: fixtures read again, held against what is expected of them.

use std::fs;
use std::path::Path;

use anafora::demo::SEED_ID;
use anafora::profile::{Profile, Status};

use crate::anafora::{Said, World, demo_profile};
use crate::recorded::copy;

const ABSENT_ID: &str = "14AWRD000900001";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A profile and two fixtures of it, laid out as in a repository: `selectors/demo.toml` beside `fixtures/demo/`.
fn laid_out(world: &World) {
    copy(&repository().join("selectors/shared"), &world.path("selectors/shared"));
    fs::write(world.path("selectors/demo.toml"), demo_profile()).unwrap();
    for folder in [SEED_ID, ABSENT_ID] {
        let place = Path::new("fixtures/demo").join(folder);
        copy(&repository().join(&place), &world.path(place.to_str().unwrap()));
    }
    fs::copy(repository().join("fixtures/demo/manifest.json"), world.path("fixtures/demo/manifest.json"))
        .unwrap();
}

async fn test(world: &World, more: &[&str]) -> Said {
    world.run(&[&["profile", "test", "selectors/demo.toml"], more].concat()).await
}

#[tokio::test]
async fn every_verified_profile_brings_what_is_expected_of_its_fixtures() {
    let world = World::new();
    for name in Profile::builtin_names() {
        if Profile::builtin(name).unwrap().status == Status::Verified {
            let fixtures = repository().join("fixtures").join(name).display().to_string();
            world.good(&["profile", "test", name, "--fixtures", &fixtures]).await;
        }
    }
}

#[tokio::test]
async fn a_difference_is_shown_field_by_field_until_it_is_accepted() {
    let world = World::new();
    laid_out(&world);
    let good = test(&world, &[]).await;
    assert_eq!(
        (good.code, good.output.as_str()),
        (0, "demo: fixtures 2, not as expected 0\n"),
        "{}",
        good.errors
    );

    let shared = world.path("selectors/shared/kimdis.toml");
    let rules = fs::read_to_string(&shared).unwrap();
    let rules = rules.replace("relation = \"contract\"", "relation = \"agreement\"");
    fs::write(&shared, rules.replace("label = \"ΑΦΜ Φορέα\"", "label = \"Τίτλος\"")).unwrap();
    let said = test(&world, &[]).await;
    assert_eq!(said.code, 4, "{}", said.output);
    for words in [
        "14PAY000100001:\n  fields.organisation_tax_number\n    - \"000000012\"\n    + \"Εξόφληση 1ου λογαριασμού οδοποιίας\"\n",
        "  references[contract of 14SYMV000100002]\n    - {",
        "  references[agreement of 14SYMV000100002]\n    + {",
        "demo: fixtures 2, not as expected 1\n",
    ] {
        assert!(said.output.contains(words), "lacks `{words}`:\n{}", said.output);
    }
    assert!(said.errors.contains("--accept"), "{}", said.errors);

    let accepted = test(&world, &["--accept"]).await;
    assert_eq!(accepted.code, 0, "{}", accepted.errors);
    let told = format!(
        "accepted fixtures/demo/{SEED_ID}/expected.json\ndemo: fixtures 2, accepted 1, not as expected 0\n"
    );
    assert_eq!(accepted.output, told);
    assert_eq!(test(&world, &[]).await.code, 0);
}

#[tokio::test]
async fn a_fixture_without_an_expected_document_fails_and_one_that_is_no_document_is_not_accepted() {
    let world = World::new();
    laid_out(&world);
    let expected = |id: &str| world.path(&format!("fixtures/demo/{id}/expected.json"));
    let before = fs::read(expected(SEED_ID)).unwrap();
    fs::remove_file(expected(SEED_ID)).unwrap();
    let said = test(&world, &[]).await;
    assert_eq!(said.code, 4);
    assert!(
        said.output.contains("nothing is expected yet") && said.errors.contains("--accept"),
        "{}",
        said.output
    );
    assert_eq!(test(&world, &["--accept"]).await.code, 0);
    assert_eq!(fs::read(expected(SEED_ID)).unwrap(), before, "the same bytes as those in the repository");

    let shared = world.path("selectors/shared/kimdis.toml");
    let rules = fs::read_to_string(&shared).unwrap();
    fs::write(&shared, rules.replace("label = \"Αναρτήθηκε\"", "label = \"Posted\"")).unwrap();
    let broken = test(&world, &["--accept"]).await;
    assert_eq!(broken.code, 4, "{}", broken.output);
    assert!(
        broken.output.contains("14PAY000100001: no document: layout changed: `published`"),
        "{}",
        broken.output
    );
    assert_eq!(fs::read(expected(SEED_ID)).unwrap(), before);
    let absent = fs::read_to_string(expected(ABSENT_ID)).unwrap();
    assert!(absent.contains("\"state\": \"absent\""), "an absent document needs no rule: {absent}");
}

#[tokio::test]
async fn fixtures_of_another_profile_and_none_at_all_are_refused() {
    let world = World::new();
    laid_out(&world);
    let other = world.run(&["profile", "test", "khmdhs", "--fixtures", "fixtures/demo"]).await;
    assert_eq!(other.code, 2, "{}", other.output);
    assert!(other.errors.contains("has fixtures of the profile `demo`"), "{}", other.errors);
    for id in [SEED_ID, ABSENT_ID] {
        fs::remove_dir_all(world.path(&format!("fixtures/demo/{id}"))).unwrap();
    }
    let none = test(&world, &[]).await;
    assert_eq!(none.code, 2, "{}", none.output);
    assert!(none.errors.contains("holds no fixture"), "{}", none.errors);
}

#[tokio::test]
async fn a_profile_without_fixtures_is_told_where_they_were_looked_for_and_how_to_make_one() {
    let world = World::new();
    laid_out(&world);
    fs::remove_dir_all(world.path("fixtures/demo")).unwrap();
    let said = test(&world, &[]).await;
    assert_eq!(said.code, 2, "{}", said.output);
    let told = "error: there are no fixtures of `demo` yet: looked for in `fixtures/demo` and `selectors/fixtures/demo`\n\
                hint: `anafora fixtures add ID --data DIR` makes one";
    assert!(said.errors.starts_with(told), "{}", said.errors);
    let named = test(&world, &["--fixtures", "mine"]).await;
    assert_eq!(named.code, 2, "{}", named.output);
    assert!(named.errors.contains("yet: looked for in `mine`\n"), "{}", named.errors);
}
