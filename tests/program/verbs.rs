//! The verbs that read: what they print, for people and for programs.

use std::fs;

use anafora::demo::SEED_ID;
use serde_json::Value as Json;

use crate::anafora::{World, portal};

#[tokio::test]
async fn ids_are_found_in_a_text_with_what_was_repaired_and_refused() {
    let world = World::new();
    fs::write(world.path("text"), "Πληρωμή 14ΡΑΥ000123456 και\n22REQ011124, ΑΔΑ ΒΛ9Ω46907Τ-0ΝΚ.\n").unwrap();
    let lines = world.good(&["ids", "--profile", "demo", "--format", "jsonl", "text"]).await;
    let found: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), 3, "{lines}");
    assert_eq!((&found[0]["id"], &found[0]["kind"]), (&"14PAY000123456".into(), &"payment".into()));
    assert_eq!((&found[0]["line"], &found[0]["column"]), (&1.into(), &9.into()));
    assert_eq!(found[0]["repaired"], serde_json::json!(["look_alike"]));
    assert!(found[1]["refused"].as_str().unwrap().contains("6 digits"), "{lines}");
    assert_eq!((&found[2]["id"], &found[2]["line"]), (&"ΒΛ9Ω46907Τ-0ΝΚ".into(), &2.into()));
    let text = world.good(&["ids", "--profile", "demo", "text"]).await;
    assert!(text.starts_with("1:9\tpayment\t14PAY000123456\trepaired "), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bounds_hold_and_are_recorded_and_lifted() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--data", "store"];
    world.good(&[&crawl[..], &["--depth", "1", SEED_ID]].concat()).await;
    let counts = |text: String| serde_json::from_str::<Json>(&text).unwrap();
    let shallow = counts(world.good(&["status", "--data", "store", "--format", "json"]).await);
    assert!(shallow["bounded"].as_u64() > Some(0), "{shallow}");
    let lines = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert!(
        lines
            .lines()
            .any(|line| line.contains("\"state\":\"bounded\"") && line.contains("\"bound\":\"depth\""))
    );
    world.good(&[&crawl[..], &["--no-bounds"]].concat()).await;
    crate::truth::assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    portal.stop().await;

    let graph = world.good(&["graph", SEED_ID, "--data", "store"]).await;
    assert!(
        graph.starts_with("flowchart LR\n") && graph.contains(SEED_ID) && graph.contains("-->|\"contract\"|"),
        "{graph}"
    );
    let dot = world.good(&["graph", SEED_ID, "--data", "store", "--format", "dot", "--hops", "1"]).await;
    assert!(dot.contains(&format!("\"{SEED_ID}\" -> ")), "{dot}");
}

#[tokio::test]
async fn the_committed_schema_is_the_generated_one() {
    let world = World::new();
    let committed =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/selectors/profile.schema.json")).unwrap();
    assert_eq!(
        world.good(&["profile", "schema"]).await,
        committed,
        "`anafora profile schema` writes the new one"
    );
}

#[tokio::test]
async fn every_built_in_profile_is_listed_and_passes_its_check() {
    let world = World::new();
    let list = world.good(&["profile", "list"]).await;
    for name in ["demo", "khmdhs"] {
        assert!(list.contains(name), "{list}");
        world.good(&["profile", "check", name]).await;
    }
    assert!(world.good(&["completions", "bash"]).await.contains("_anafora"));
}
