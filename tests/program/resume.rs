//! A durable crawl that is stopped, gently or not, goes on and ends like one that never was; no browser outlives it.

use std::process::Stdio;
use std::time::Duration;

use anafora::demo::{Portal, SEED_ID};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use crate::anafora::{World, geckodriver, portal};
use crate::truth::{DOCUMENTS, assert_truth};

/// Starts a durable crawl and waits until the portal has served some documents.
async fn crawl_half_way(world: &World, portal: &Portal, browser: &[&str]) -> Child {
    let base = portal.base().to_string();
    let crawl =
        ["-v", "crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--data", "store", SEED_ID];
    let before = portal.stats().details;
    let child = world.command(&[&crawl, browser].concat()).stdout(Stdio::null()).spawn().unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(120);
    while portal.stats().details < before + 8 {
        assert!(tokio::time::Instant::now() < deadline, "the crawl does not get on: {:?}", portal.stats());
        tokio::task::yield_now().await;
    }
    child
}

fn signal(child: &Child, signal: Signal) {
    let number = i32::try_from(child.id().expect("it runs")).unwrap();
    kill_process(Pid::from_raw(number).unwrap(), signal).unwrap();
}

async fn goes_on_to_the_truth(world: &World, portal: &Portal) {
    let base = portal.base().to_string();
    world.good(&["crawl", "--base", &base, "--sessions", "2", "--data", "store"]).await;
    assert_truth(portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    world.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ctrl_c_a_crawl_goes_on_to_the_same_end() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let child = crawl_half_way(&world, &portal, &[]).await;
    signal(&child, Signal::INT);
    let ended = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert!(said.contains("finishing the look-ups in flight"), "{said}");
    world.quiet().await;
    let status: serde_json::Value =
        serde_json::from_str(&world.good(&["status", "--data", "store", "--format", "json"]).await).unwrap();
    assert_eq!((&status["leased"], &status["drained"]), (&0.into(), &false.into()), "{status}");
    goes_on_to_the_truth(&world, &portal).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_ctrl_c_stops_at_once_and_gives_leases_back() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let child = crawl_half_way(&world, &portal, &[]).await;
    portal.switch(anafora::demo::Switch::DetailDelay(Duration::from_secs(9)));
    signal(&child, Signal::INT);
    let second = async {
        signal(&child, Signal::INT);
    };
    second.await;
    let ended = child.wait_with_output().await.unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
    world.quiet().await;
    portal.switch(anafora::demo::Switch::DetailDelay(Duration::ZERO));
    goes_on_to_the_truth(&world, &portal).await;
    portal.stop().await;
}

async fn survives_kill(browser: &[&str]) {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let mut child = crawl_half_way(&world, &portal, browser).await;
    child.kill().await.unwrap();
    goes_on_to_the_truth(&world, &portal).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_crawl_goes_on_and_leaves_no_chromium() {
    survives_kill(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_crawl_goes_on_and_leaves_no_firefox() {
    survives_kill(&["--browser", "firefox", "--driver-program", &geckodriver()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_has_one_crawl_at_a_time_and_says_whose_it_is() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let child = crawl_half_way(&world, &portal, &[]).await;
    let pid = child.id().unwrap();
    for reader in [&["status", "--data", "store"][..], &["export", "jsonl", "--data", "store"]] {
        let said = world.run(reader).await;
        assert_eq!(said.code, 6, "{}", said.errors);
        assert!(
            said.errors.contains(&format!("another crawl has this store open (pid {pid})")),
            "{}",
            said.errors
        );
    }
    signal(&child, Signal::INT);
    child.wait_with_output().await.unwrap();
    world.good(&["status", "--data", "store"]).await;
    portal.stop().await;
}
