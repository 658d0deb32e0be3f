//! Dead letters show what was seen of them, and are stored once what was wrong is put right.

use std::fs;
use std::path::Path;

use anafora::demo::{DemoPortal as _, MODERN_SEED_ID, ModernPortal, PortalSettings, SEED_ID};
use serde_json::Value as Json;

use crate::anafora::{World, portal};
use crate::truth::DOCUMENTS;

const CONTRACT_ID: &str = "14SYMV000100002";

/// The demo's own profile, with a selector that matches nothing where the results are waited for.
fn wrong_profile() -> String {
    let right =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/demo.toml")).unwrap();
    let wrong = right
        .replace("go_on = \"css:table.rich-table\"", "go_on = \"css:table.poor-table\"")
        .replace("step_deadline = \"10s\"", "step_deadline = \"3s\"\nattempts = 2");
    assert!(wrong.contains("poor-table") && wrong.contains("attempts = 2"), "{wrong}");
    wrong
}

/// The value of a line of `dead show`.
fn shown<'text>(text: &'text str, name: &str) -> &'text str {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("`{name}` is not in\n{text}")).trim()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_selector_leaves_dead_letters_that_show_the_page_and_a_right_one_stores_them() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    fs::write(world.path("wrong.toml"), wrong_profile()).unwrap();
    let crawl = ["crawl", "--profile", "wrong.toml", "--base", &base, "--data", "store", "--depth", "0"];
    let said = world.run(&[&crawl[..], &[SEED_ID, CONTRACT_ID]].concat()).await;
    assert_eq!(said.code, 9, "{}", said.errors);

    let list = world.good(&["dead", "list", "--data", "store"]).await;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(lines[0].starts_with(&format!("{SEED_ID}\tpayment\t2\t20")), "{list}");
    assert!(lines[0].contains("none of `css:table.poor-table`, "), "{list}");
    for (filter, count) in [
        (["--cause", "wrong_page,layout_changed"], 2),
        (["--cause", "wrong_page"], 0),
        (["--kind", "contract"], 1),
        (["--newer-than", "1h"], 2),
        (["--older-than", "1h"], 0),
    ] {
        let json = ["dead", "list", "--data", "store", "--format", "jsonl"];
        let output = world.good(&[&json[..], &filter].concat()).await;
        assert_eq!(output.lines().count(), count, "{filter:?}\n{output}");
        for line in output.lines() {
            let letter: Json = serde_json::from_str(line).unwrap();
            assert_eq!((&letter["v"], &letter["cause_name"]), (&1.into(), &"layout_changed".into()));
            assert!(Path::new(letter["evidence"].as_str().unwrap()).starts_with("store"), "{line}");
        }
    }

    let show = world.good(&["dead", "show", SEED_ID, "--data", "store"]).await;
    let page = fs::read_to_string(world.path(shown(&show, "page:"))).unwrap();
    assert!(page.contains(SEED_ID) && page.contains("rich-table"), "the results are on it: {page}");
    let picture = fs::read(world.path(shown(&show, "screenshot:"))).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "{show}");
    assert!(shown(&show, "step:").starts_with("step 5 (wait)"), "{show}");
    assert!(show.contains("the driver's last words:") && show.contains("earlier attempts:"), "{show}");

    let chooses_nothing = world.run(&["dead", "retry", "--data", "store"]).await;
    assert_eq!(chooses_nothing.code, 2, "{}", chooses_nothing.errors);
    let unknown = world.run(&["dead", "retry", "14PAY000100009", "--data", "store"]).await;
    assert_eq!(unknown.code, 3, "{}", unknown.errors);
    assert!(unknown.errors.contains(&format!("near it: {SEED_ID}")), "{}", unknown.errors);

    let retried = world.good(&["dead", "retry", "--kind", "payment", "--data", "store"]).await;
    assert_eq!(retried, "in line again: 1\n");
    assert_eq!(world.good(&["dead", "list", "--data", "store"]).await.lines().count(), 1);
    assert_eq!(world.good(&["dead", "retry", "--all", "--data", "store"]).await, "in line again: 1\n");
    world.good(&["crawl", "--profile", "demo", "--data", "store"]).await;
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    for id in [SEED_ID, CONTRACT_ID] {
        let line = exported.lines().find(|line| line.contains(&format!("\"id\":\"{id}\",\"kind\""))).unwrap();
        let document: Json = serde_json::from_str(line).unwrap();
        assert_eq!(document["state"], "stored", "{line}");
    }
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_required_field_that_is_missing_leaves_the_part_that_it_was_looked_for_in() {
    let world = World::new();
    let settings = PortalSettings { documents: 30, ..PortalSettings::default() };
    let portal = Box::new(ModernPortal::start(settings).await.unwrap());
    let right = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/demo-modern.toml"));
    let wrong = right.unwrap().replace(
        "authority = { label = \"Contracting authority\"",
        "authority = { label = \"Ordering party\", part = \"detail\"",
    );
    let wrong = wrong.replacen("[pace]\n", "[pace]\nattempts = 1\n", 1);
    fs::write(world.path("wrong.toml"), wrong).unwrap();
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "wrong.toml", "--base", &base, "--data", "store", "--depth", "0"];
    let said = world.run(&[&crawl[..], &[MODERN_SEED_ID]].concat()).await;
    assert_eq!(said.code, 9, "{}", said.errors);
    let show = world.good(&["dead", "show", MODERN_SEED_ID, "--data", "store"]).await;
    assert!(shown(&show, "page:").ends_with("page.html (read before, as `text`)"), "{show}");
    let detail = shown(&show, "part:").strip_suffix(" (read before, as `detail`)").unwrap();
    let detail = fs::read_to_string(world.path(detail)).unwrap();
    assert!(detail.contains("Contracting authority"), "what the label is now can be seen: {detail}");
    portal.stop().await;
}
