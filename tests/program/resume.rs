//! A durable crawl that is stopped, gently or not, goes on and ends like one that never was; no browser outlives it.

use std::process::Stdio;
use std::time::Duration;

use anafora::demo::{Portal, SEED_ID, Switch};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncReadExt as _;
use tokio::process::Child;

use crate::anafora::{World, geckodriver, portal, until};
use crate::truth::{DOCUMENTS, assert_truth};

/// Starts a durable crawl and waits until the portal has served some documents.
pub(crate) async fn crawl_half_way(world: &World, portal: &Portal, browser: &[&str]) -> Child {
    crawl_until(world, portal, browser, 8).await
}

/// Starts a durable crawl and waits until so many rows were opened.
async fn crawl_until(world: &World, portal: &Portal, browser: &[&str], details: u64) -> Child {
    let base = portal.base().to_string();
    // Whoever runs the tests may ignore the end of the terminal, and that would be inherited.
    let program = ["--default-signal=HUP", env!("CARGO_BIN_EXE_anafora")];
    let crawl =
        ["-v", "crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--data", "store", SEED_ID];
    let mut command = world.command_of("env", &[&program[..], &crawl, browser].concat());
    let child = command.stdout(Stdio::null()).spawn().unwrap();
    until("rows were opened", || portal.stats().details >= details).await;
    child
}

/// Reads what a crawl says until it says this.
pub(crate) async fn says(child: &mut Child, words: &str) {
    let errors = child.stderr.as_mut().unwrap();
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(words) {
        let read = tokio::time::timeout(Duration::from_secs(60), errors.read_buf(&mut said)).await;
        let ended = !read.is_ok_and(|read| read.unwrap() > 0);
        assert!(!ended, "`{words}` was never said: {}", String::from_utf8_lossy(&said));
    }
}

pub(crate) fn signal(child: &Child, signal: Signal) {
    let number = i32::try_from(child.id().expect("it runs")).unwrap();
    kill_process(Pid::from_raw(number).unwrap(), signal).unwrap();
}

async fn goes_on_to_the_truth(world: &World, portal: &Portal) {
    // Without `--profile`, `--base` and IDs: the store remembers them.
    world.good(&["crawl", "--sessions", "2", "--data", "store"]).await;
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert_truth(portal, &exported);
    assert_eq!(world.good(&["replay", "store"]).await, exported);
    world.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ctrl_c_a_crawl_goes_on_to_the_same_end() {
    goes_on_after(Signal::INT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_request_to_terminate_a_crawl_goes_on_to_the_same_end() {
    goes_on_after(Signal::TERM).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_terminal_closed_a_crawl_goes_on_to_the_same_end() {
    goes_on_after(Signal::HUP).await;
}

async fn goes_on_after(asked: Signal) {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let child = crawl_half_way(&world, &portal, &[]).await;
    signal(&child, asked);
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
async fn a_crawl_that_was_started_to_outlive_its_terminal_does() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let program = env!("CARGO_BIN_EXE_anafora");
    let crawl = ["nohup", program, "crawl", "--profile", "demo", "--base", &base, "--data", "store", SEED_ID];
    let mut child = world.command_of("env", &crawl).stdout(Stdio::null()).spawn().unwrap();
    until("rows were opened", || portal.stats().details >= 3).await;
    signal(&child, Signal::HUP);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    world.quiet().await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_ctrl_c_stops_at_once_and_gives_leases_back() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    // The look-up of the seed does not end by itself: whatever ends it at once is what is shown here.
    portal.switch(Switch::DetailDelay(Duration::from_secs(3600)));
    let mut child = crawl_until(&world, &portal, &[], 1).await;
    signal(&child, Signal::INT);
    says(&mut child, "finishing the look-ups in flight").await;
    signal(&child, Signal::INT);
    says(&mut child, "stopping at once").await;
    let ended = child.wait_with_output().await.unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
    world.quiet().await;
    portal.switch(Switch::DetailDelay(Duration::ZERO));
    let status: serde_json::Value =
        serde_json::from_str(&world.good(&["status", "--data", "store", "--format", "json"]).await).unwrap();
    assert_eq!((&status["queued"], &status["known"]), (&1.into(), &1.into()), "{status}");
    goes_on_to_the_truth(&world, &portal).await;
    portal.stop().await;
}

async fn survives_kill(browser: &[&str]) {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let mut child = crawl_half_way(&world, &portal, browser).await;
    child.kill().await.unwrap();
    // The guard alone ends the browsers: nobody has started anything since.
    world.quiet().await;
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
    portal.switch(Switch::DetailDelay(Duration::from_secs(5)));
    let pid = child.id().unwrap();
    for reader in [&["status", "--data", "store"][..], &["export", "jsonl", "--data", "store"]] {
        let said = world.run(reader).await;
        assert_eq!(said.code, 6, "{}", said.errors);
        assert!(
            said.errors.contains(&format!("another anafora has this store open (pid {pid})")),
            "{}",
            said.errors
        );
    }
    portal.switch(Switch::DetailDelay(Duration::ZERO));
    signal(&child, Signal::INT);
    child.wait_with_output().await.unwrap();
    world.good(&["status", "--data", "store"]).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_whose_browser_did_not_start_goes_on_once_it_does() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--data", "store", SEED_ID];
    let said = world.run(&[&crawl[..], &["--driver-program", "/bin/false"]].concat()).await;
    assert_eq!(said.code, 5, "{}", said.errors);
    goes_on_to_the_truth(&world, &portal).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_works_where_nobody_reads_what_is_said() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let mut child = crawl_half_way(&world, &portal, &[]).await;
    drop(child.stderr.take());
    signal(&child, Signal::INT);
    assert_eq!(child.wait().await.unwrap().code(), Some(130));
    goes_on_to_the_truth(&world, &portal).await;
    portal.stop().await;
}
