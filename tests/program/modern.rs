//! The modern demo portal, crawled through shadow roots, a frame, a scrolled list and windows, equals its own truth.

use anafora::demo::{DemoPortal, MODERN_DOCUMENTS_DEFAULT, MODERN_SEED_ID, ModernPortal, PortalSettings};
use anafora::fetch::BrowserKind;

use crate::anafora::World;
use crate::truth::{assert_truth, crawl_equals_truth};

async fn portal() -> Box<ModernPortal> {
    let settings = PortalSettings { documents: MODERN_DOCUMENTS_DEFAULT, ..PortalSettings::default() };
    Box::new(ModernPortal::start(settings).await.unwrap())
}

/// Its sessions end several times while so many records are looked up.
async fn modern_crawl_equals_truth(kind: BrowserKind) {
    let portal = portal().await;
    crawl_equals_truth(&*portal, ("demo-modern", MODERN_SEED_ID), kind).await;
    assert!(portal.stats().expired > 0, "no session ended");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_of_the_modern_portal_in_chromium_equals_the_truth() {
    modern_crawl_equals_truth(BrowserKind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_of_the_modern_portal_in_firefox_equals_the_truth() {
    modern_crawl_equals_truth(BrowserKind::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fixtures_of_the_modern_portal_replay_to_its_truth() {
    let (world, portal) = (World::new(), portal().await);
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo-modern");
    assert_truth(&*portal, &world.good(&["replay", fixtures]).await);
    portal.stop().await;
}
