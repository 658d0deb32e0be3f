//! A portal that answers wrongly never gets one document's data under another's name.

use anafora::demo::{SEED_ID, Switch};
use serde_json::Value as Json;

use crate::anafora::{World, portal};
use crate::truth::{DOCUMENTS, assert_truth};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_document_is_never_stored() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::WrongPageEvery(3));
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--format", "jsonl", SEED_ID];
    let lines = world.good(&crawl).await;
    assert!(portal.stats().wrong_pages > 5, "{:?}", portal.stats());
    assert_truth(&portal, &lines);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_with_nothing_but_wrong_pages_ends_in_dead_letters_and_stores_nothing() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::WrongPageEvery(1));
    let base = portal.base().to_string();
    let said =
        world.run(&["crawl", "--profile", "demo", "--base", &base, "--format", "jsonl", SEED_ID]).await;
    assert_eq!(said.code, 8, "{}", said.errors);
    let only: Json = serde_json::from_str(said.output.trim()).unwrap();
    assert_eq!((&only["id"], &only["state"]), (&Json::from(SEED_ID), &Json::from("dead")));
    assert!(only["cause"].as_str().unwrap().starts_with("wrong page: it shows `"), "{only}");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_sessions_cost_no_attempt_and_lose_nothing() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::ExpireEvery(7));
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--format", "jsonl", SEED_ID];
    let lines = world.good(&crawl).await;
    assert!(portal.stats().expired > 5, "{:?}", portal.stats());
    assert_truth(&portal, &lines);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_down_now_and_then_is_waited_for() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::UnavailableEvery(23));
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--format", "jsonl", SEED_ID];
    let lines = world.good(&crawl).await;
    assert!(portal.stats().unavailable > 2, "{:?}", portal.stats());
    assert_truth(&portal, &lines);
    portal.stop().await;
}
