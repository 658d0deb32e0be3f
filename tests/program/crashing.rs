//! Pages that crash every browser that opens them end as dead letters, and keep nobody else from being stored.

use std::fs;

use anafora::demo::SEED_ID;
use serde_json::Value as Json;

use crate::anafora::{World, demo_profile, portal};
use crate::truth::DOCUMENTS;

const ATTEMPTS: u32 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_crashes_every_browser_is_a_dead_letter_after_its_attempts() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let profile = demo_profile()
        .replace("[pace]", &format!("[pace]\nattempts = {ATTEMPTS}"))
        .replace(r#", "decision"]"#, "]")
        + r#"
[[route]]
name = "crash"
kinds = ["decision"]

[[route.step]]
open = "chrome://crash"

[[route.step]]
capture = "detail"
"#;
    fs::write(world.path("crash.toml"), profile).unwrap();
    let base = portal.base().to_string();
    let crawl = ["-v", "crawl", "--profile", "crash.toml", "--base", &base, "--sessions", "2"];
    let said = world.run(&[&crawl[..], &["--data", "store", "--format", "jsonl", SEED_ID]].concat()).await;
    assert_eq!(said.code, 8, "{}", said.errors);
    world.quiet().await;
    let lines: Vec<Json> = said.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (crashed, others): (Vec<&Json>, Vec<&Json>) =
        lines.iter().partition(|line| line["kind"] == "decision");
    assert!(!crashed.is_empty() && others.len() > 10, "{lines:#?}");
    for line in crashed {
        assert_eq!(line["state"], "dead", "{line:#}");
        assert!(line["cause"].as_str().unwrap().starts_with("browser died"), "{line:#}");
        let begun = format!("attempt {ATTEMPTS} at {}", line["id"].as_str().unwrap());
        assert_eq!(said.errors.matches(&begun).count(), 1, "{}", said.errors);
    }
    let truth = portal.corpus().truth();
    for line in others {
        let document =
            truth.iter().find(|document| line["id"] == *document.id).expect("a document of the portal");
        assert_eq!(line["state"], serde_json::to_value(document.state).unwrap(), "{line:#}");
    }
    portal.stop().await;
}
