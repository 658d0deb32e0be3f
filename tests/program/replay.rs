//! What was recorded is found again: the same documents from fixtures and from the archive, byte for byte.

use anafora::demo::SEED_ID;

use crate::anafora::{World, portal};
use crate::truth::{DOCUMENTS, assert_truth};

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_gives_the_documents_of_the_recorded_crawl() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    world
        .good(&[
            "crawl",
            "--profile",
            "demo",
            "--base",
            &base,
            "--data",
            "store",
            "--record",
            "fixtures",
            SEED_ID,
        ])
        .await;
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert_truth(&portal, &exported);
    portal.stop().await;
    // The portal is gone: whatever comes now comes from the recording.
    for recording in ["fixtures", "store"] {
        let first = world.good(&["replay", recording]).await;
        assert_eq!(first, exported, "{recording}");
        assert_eq!(first, world.good(&["replay", recording]).await, "{recording}");
    }
    let bounded = world.good(&["replay", "fixtures", "--depth", "1", SEED_ID]).await;
    assert!(bounded.lines().count() < exported.lines().count());
}

#[tokio::test]
async fn the_fixtures_of_the_demo_portal_replay_without_a_dead_letter() {
    let world = World::new();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo");
    let lines = world.good(&["replay", fixtures]).await;
    assert!(lines.lines().count() > 30, "{lines}");
    assert!(!lines.contains("\"state\":\"dead\""), "{lines}");
    assert_eq!(lines, world.good(&["replay", fixtures]).await);
}
