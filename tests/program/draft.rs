//! Profiles that the program writes: from an address, and from a recording; what they bring from the demo portal.

use std::fs;

use anafora::demo::{DemoPortal, MODERN_SEED_ID, ModernPortal, PortalSettings, SEED_ID, TabsPortal};
use serde_json::Value as Json;

use crate::anafora::{World, portal};

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/demo.json");

async fn crawled(world: &World, profile: &str, base: &str, id: &str) -> Json {
    let arguments =
        ["crawl", "--profile", profile, "--base", base, "--delay", "0ms", "--format", "jsonl", id];
    let said = world.run(&arguments).await;
    serde_json::from_str(&said.output)
        .unwrap_or_else(|error| panic!("{error}\n{}\n{}", said.output, said.errors))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_becomes_a_profile_that_crawls_as_it_is() {
    let (world, portal) = (World::new(), portal(30).await);
    let said = world.run(&["profile", "record", RECORDING, "--name", "Imported one"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    for told in [
        "wrote the profile `Imported one` to imported-one.toml",
        "left out: step 1 (setViewport): ",
        "to check: step 4 (change): ",
        &format!("`anafora profile try imported-one.toml {SEED_ID}`"),
    ] {
        assert!(said.errors.contains(told), "{told}\n{}", said.errors);
    }
    world.good(&["profile", "check", "imported-one.toml"]).await;
    let base = portal.base().to_string();
    // The names on the portal's pages are others than when it was recorded.
    let document = crawled(&world, "imported-one.toml", &base, SEED_ID).await;
    assert_eq!((&document["state"], &document["id"]), (&"stored".into(), &SEED_ID.into()), "{document}");
    assert!(!document["references"].as_array().unwrap().is_empty(), "{document}");
    portal.stop().await;
}

/// Imports a recording made on the portal, and crawls by it as it is the document that was looked up.
async fn recorded_look_up_crawls(portal: Box<dyn DemoPortal>, (recording, id): (&str, &str), notes: &[&str]) {
    let world = World::new();
    let recording = format!("{}/tests/recordings/{recording}.json", env!("CARGO_MANIFEST_DIR"));
    let said = world.run(&["profile", "record", &recording, "--out", "mine.toml"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(!said.errors.contains("not mapped: "), "{}", said.errors);
    let to_check: Vec<_> = said.errors.lines().filter(|line| line.starts_with("to check: ")).collect();
    assert_eq!(to_check, notes, "{}", said.errors);
    world.good(&["profile", "check", "mine.toml"]).await;
    let written = fs::read_to_string(world.path("mine.toml")).unwrap();
    assert!(written.contains("\nown_id = ") && !written.contains("\nown_id = \"row\""), "{written}");
    let document = crawled(&world, "mine.toml", portal.base().as_str(), id).await;
    assert_eq!(
        (&document["state"], &document["id"]),
        (&"stored".into(), &id.into()),
        "{document}\n{written}"
    );
    portal.stop().await;
}

fn settings() -> PortalSettings {
    PortalSettings { documents: 30, ..PortalSettings::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_awaits_the_end_of_a_spinner_crawls_as_it_is() {
    let portal = Box::new(TabsPortal::start(settings()).await.unwrap());
    let notes = [
        "to check: step 8 (click): which suggestion it was is known by its place alone: write `choose` and `equals` with its text",
        "to check: step 15 (click): nothing recorded names the list: whatever has its tags is taken",
    ];
    recorded_look_up_crawls(portal, ("demo-tabs", SEED_ID), &notes).await;
}

/// The row is far below those that exist when the list comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_scrolls_a_list_crawls_as_it_is() {
    let portal = Box::new(ModernPortal::start(settings()).await.unwrap());
    let notes = [
        "to check: step 8 (click): frame 0 of its page, as recorded, is all that is known of it: name it by `css:…`",
        "to check: step 8 (click): what has neighbours in the list is taken for a row",
        "to check: step 9 (click): goes on in a new window; a frame of another origin is recorded alike: write `frame` then",
    ];
    recorded_look_up_crawls(portal, ("demo-modern", MODERN_SEED_ID), &notes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_starting_profile_that_knows_where_the_id_stands_crawls() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let address = format!("{base}kimds2/unprotected/searchPayments.htm?execution=e1s1");
    let new = ["profile", "new", "--address", &address, "--id", SEED_ID, "--out", "mine.toml"];
    world.good(&new).await;
    let written = fs::read_to_string(world.path("mine.toml")).unwrap();
    assert!(!written.contains("execution="), "{written}");
    let named =
        written.replace("open = \"css:a, button\"", "id = \"css:b + span\"\nopen = \"css:a, button\"");
    assert_ne!(named, written);
    fs::write(world.path("mine.toml"), named).unwrap();
    let document = crawled(&world, "mine.toml", &base, SEED_ID).await;
    assert_eq!(document["state"], "stored", "{document}");
    portal.stop().await;
}

#[tokio::test]
async fn nothing_is_written_over_and_nobody_is_asked_who_cannot_answer() {
    let world = World::new();
    let new = ["profile", "new", "--address", "portal.example", "--id", "A-1"];
    world.good(&new).await;
    let first = fs::read_to_string(world.path("portal-example.toml")).unwrap();
    let checked = world.good(&["profile", "check", "portal-example.toml"]).await;
    assert!(checked.contains(": ok, 1 kind (1 with a route), 1 field, 1 reference, "), "{checked}");
    for (arguments, code, told) in [
        (&new[..], 2, "`portal-example.toml` is there already\nhint: "),
        (&["profile", "new", "--id", "A-1"][..], 2, "`--address` is missing\nhint: "),
        (&["profile", "new", "--address", "h.example"], 2, "`--id` is missing\nhint: "),
        (
            &["profile", "new", "--address", "h.example", "--id", "a\nb"],
            3,
            "another control character in it\nhint: ",
        ),
        (&["profile", "record", "none.json"], 2, "`none.json` cannot be read: "),
        (&["profile", "record", RECORDING, "--id", "B-7"], 2, "the ID `B-7` is typed nowhere in it"),
    ] {
        let said = world.run(arguments).await;
        assert!(
            said.code == code && said.errors.contains(told),
            "{arguments:?} {}\n{}",
            said.code,
            said.errors
        );
    }
    assert_eq!(fs::read_to_string(world.path("portal-example.toml")).unwrap(), first);
    let shown = world.good(&["profile", "record", RECORDING, "--out", "-"]).await;
    assert!(shown.contains("\nlanguage = 1\n"), "{shown}");
}
