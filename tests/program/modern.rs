//! The modern demo portal, crawled through shadow roots, a frame, a scrolled list and windows, equals its own truth.

use anafora::demo::{DemoPortal, MODERN_DOCUMENTS_DEFAULT, MODERN_SEED_ID, ModernPortal, PortalSettings};

use crate::anafora::{World, geckodriver};
use crate::truth::assert_truth;

/// Its sessions end several times while so many records are looked up.
async fn crawl_equals_truth(browser: &[&str]) {
    let settings = PortalSettings { documents: MODERN_DOCUMENTS_DEFAULT, ..PortalSettings::default() };
    let (world, portal) = (World::new(), Box::new(ModernPortal::start(settings).await.unwrap()));
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo-modern", "--base", &base, "--sessions", "2", "--format", "jsonl"];
    let lines = world.good(&[&crawl, browser, &[MODERN_SEED_ID]].concat()).await;
    assert_truth(&*portal, &lines);
    assert!(portal.stats().expired > 0, "no session ended");
    world.quiet().await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_of_the_modern_portal_in_chromium_equals_the_truth() {
    crawl_equals_truth(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_of_the_modern_portal_in_firefox_equals_the_truth() {
    crawl_equals_truth(&["--browser", "firefox", "--driver-program", &geckodriver()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fixtures_of_the_modern_portal_replay_to_its_truth() {
    let settings = PortalSettings { documents: MODERN_DOCUMENTS_DEFAULT, ..PortalSettings::default() };
    let (world, portal) = (World::new(), Box::new(ModernPortal::start(settings).await.unwrap()));
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo-modern");
    assert_truth(&*portal, &world.good(&["replay", fixtures]).await);
    portal.stop().await;
}
