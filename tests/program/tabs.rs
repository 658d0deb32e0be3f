//! A crawl of the portal of tabs equals its ground truth, in every browser, and its recording does so without one.

use anafora::demo::{DemoPortal, PortalSettings, SEED_ID, Switch, TABS_DOCUMENTS_DEFAULT, TabsPortal};
use anafora::fetch::BrowserKind;
use serde_json::Value as Json;

use crate::anafora::World;
use crate::truth::{assert_truth, crawl_equals_truth};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo-tabs");

async fn portal() -> TabsPortal {
    let settings = PortalSettings { documents: TABS_DOCUMENTS_DEFAULT, ..PortalSettings::default() };
    TabsPortal::start(settings).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_through_tabs_in_chromium_equals_the_truth() {
    let portal = portal().await;
    crawl_equals_truth(&portal, ("demo-tabs", SEED_ID), BrowserKind::Chromium).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_through_tabs_in_firefox_equals_the_truth() {
    let portal = portal().await;
    crawl_equals_truth(&portal, ("demo-tabs", SEED_ID), BrowserKind::Firefox).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_of_the_portal_of_tabs_equals_its_truth_without_a_browser() {
    let (world, portal) = (World::new(), portal().await);
    let lines = world.good(&["replay", FIXTURES]).await;
    assert_truth(&portal, &lines);
    portal.stop().await;
}

#[tokio::test]
async fn a_document_that_the_link_denies_is_brought_by_the_form() {
    let lines = World::new().good(&["replay", FIXTURES]).await;
    for (id, route) in [
        ("14AWRD000100005", "link"),
        ("14SYMV000100002", "link"),
        // Cancelled: the link denies it.
        ("14AWRD000100013", "form"),
        (SEED_ID, "form"),
    ] {
        let mut objects = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let found = objects.find(|object| object["id"] == id).unwrap();
        assert_eq!(found["route"], route, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_expires_in_the_middle_of_a_look_up_costs_no_attempt() {
    let (world, portal) = (World::new(), portal().await);
    // A look-up names its document in four posts: the views of the second and of later ones are lost half-way.
    portal.switch(Switch::ExpireEvery(7)).unwrap();
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo-tabs", "--base", &base, "--depth", "1", "--format", "jsonl", SEED_ID];
    let lines = world.good(&crawl).await;
    let states = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["state"].clone());
    assert_eq!(states.filter(|state| state == "stored").count(), 4, "{lines}");
    assert!(portal.stats().expired >= 2, "{:?}", portal.stats());
    portal.stop().await;
}

#[tokio::test]
async fn what_the_portal_of_tabs_cannot_do_wrong_is_refused() {
    let world = World::new();
    let said = world.run(&["demo", "serve", "--portal", "demo-tabs", "--captcha-after", "3"]).await;
    assert_eq!(said.code, 2, "{}", said.errors);
    assert!(said.errors.contains("the portal `demo-tabs` does not misbehave in this way"), "{}", said.errors);
    assert!(said.errors.contains("hint: only the portal `demo` does"), "{}", said.errors);
}
