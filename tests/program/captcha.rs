//! A portal that asks for a person stops a crawl; once a person has answered, the same command goes on.

use anafora::demo::{Portal, SEED_ID, Switch, TruthState};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::anafora::{Said, World, portal};
use crate::truth::{DOCUMENTS, assert_truth};

/// What a person does at the portal.
async fn answer(portal: &Portal, form: &str) {
    let mut stream = TcpStream::connect(portal.address()).await.unwrap();
    let request =
        format!("POST {form} HTTP/1.1\r\nHost: portal\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 302 "), "{answer}");
}

async fn crawl(world: &World, portal: &Portal) -> Said {
    let base = portal.base().to_string();
    world
        .run(&["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--data", "store", SEED_ID])
        .await
}

/// The crawl stops, stops again while nobody answers, and goes on to the truth afterwards.
async fn stops_until_answered(switch: Switch, form: &str, seen: &str) {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(switch);
    for _ in 0..2 {
        let said = crawl(&world, &portal).await;
        assert_eq!(said.code, 10, "{}", said.errors);
        assert!(said.errors.contains(seen), "{}", said.errors);
        assert!(said.errors.contains("hint: "), "{}", said.errors);
        world.quiet().await;
    }
    let before = portal.stats();
    assert!(before.captchas + before.logins >= 2, "{before:?}");
    assert!(before.details >= 3, "something was done before: {before:?}");
    answer(&portal, form).await;
    let said = crawl(&world, &portal).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    let after = portal.stats();
    assert_eq!(after.captchas + after.logins, before.captchas + before.logins, "nobody was asked again");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_stops_a_crawl_until_a_person_has_answered_it() {
    stops_until_answered(Switch::Captcha { after: 60 }, "/kimds2/captcha", "δεν είστε πρόγραμμα").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_stops_a_crawl_until_a_person_has_logged_in() {
    stops_until_answered(Switch::Login { after: 60 }, "/kimds2/login", "Απαιτείται σύνδεση").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_document_stops_a_crawl_and_loses_nothing() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::Forbid(Some("14SYMV000100002".to_owned())));
    let said = crawl(&world, &portal).await;
    assert_eq!(said.code, 10, "{}", said.errors);
    assert!(said.errors.contains("status 403"), "{}", said.errors);
    assert!(portal.stats().forbidden >= 1);
    portal.switch(Switch::Forbid(None));
    let said = crawl(&world, &portal).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_alone_is_forbidden_does_not_keep_the_others() {
    const FORBIDDEN_ID: &str = "14PAY000100003";
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::Forbid(Some(FORBIDDEN_ID.to_owned())));
    // Each run meets it once and goes further than the one before; the references are no deeper than this.
    let mut runs = 0;
    while stored(&world, runs).await + 1 < existing(&portal) {
        runs += 1;
        assert!(runs <= 12, "the same document stops every run");
        let said = crawl(&world, &portal).await;
        assert_eq!(said.code, 10, "{}", said.errors);
    }
    portal.switch(Switch::Forbid(None));
    let said = crawl(&world, &portal).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_stays_forbidden_is_given_up_after_its_attempts() {
    const FORBIDDEN_ID: &str = "14PAY000100003";
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::Forbid(Some(FORBIDDEN_ID.to_owned())));
    // Each attempt at it stops a run, and the demo profile has four.
    for _ in 0..4 {
        assert_eq!(crawl(&world, &portal).await.code, 10);
    }
    let said = crawl(&world, &portal).await;
    assert_eq!(said.code, 8, "{}", said.errors);
    let dead = world.good(&["dead", "list", "--data", "store"]).await;
    assert!(dead.contains(FORBIDDEN_ID) && dead.contains("status 403"), "{dead}");
    portal.stop().await;
}

/// How many documents the truth has.
fn existing(portal: &Portal) -> usize {
    portal.corpus().truth().iter().filter(|document| document.state == TruthState::Stored).count()
}

/// How many documents are stored after so many runs.
async fn stored(world: &World, runs: u32) -> usize {
    if runs == 0 {
        return 0;
    }
    let status = world.good(&["status", "--data", "store", "--format", "json"]).await;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    status["stored"].as_u64().unwrap().try_into().unwrap()
}
