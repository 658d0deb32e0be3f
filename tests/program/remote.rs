//! A crawl at a WebDriver end that somebody else runs: it ends like any other, and leaves no session there.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anafora::demo::{Portal, SEED_ID, Switch};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value as Json;

use crate::anafora::{World, portal, until};
use crate::resume::{crawl_half_way, says, signal};
use crate::truth::{DOCUMENTS, assert_truth};

/// A ChromeDriver that no crawl started, with a directory of its own.
struct RemoteEnd {
    child: Child,
    address: String,
    _directory: tempfile::TempDir,
}

impl RemoteEnd {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        let child = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", directory.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&log).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut port = None;
        until("the driver listens", || {
            let said = std::fs::read_to_string(&log).unwrap();
            port = said
                .split_once("started successfully on port ")
                .and_then(|(_, rest)| rest.split_once(".\n")?.0.parse::<u16>().ok());
            port.is_some()
        })
        .await;
        Self { child, address: format!("127.0.0.1:{}", port.unwrap()), _directory: directory }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// How many sessions it has, asked of itself.
    fn sessions(&self) -> usize {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        let request =
            format!("GET /sessions HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        connection.write_all(request.as_bytes()).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // The driver keeps the connection open whatever it is asked: its answer ends where its JSON does.
        let (mut answer, mut told) = (Vec::new(), None);
        while told.is_none() {
            let mut buffer = [0; 4096];
            let read = connection.read(&mut buffer).unwrap();
            assert!(read > 0, "cut off: {}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&answer);
            told = text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str::<Json>(body).ok());
        }
        let told = told.unwrap();
        told["value"].as_array().unwrap().len()
    }
}

impl Drop for RemoteEnd {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        kill_process_group(group, Signal::KILL).ok();
        self.child.wait().ok();
    }
}

async fn crawl_once(world: &World, portal: &Portal, remote: &[&str]) -> String {
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--format", "jsonl", SEED_ID];
    world.good(&[&crawl, remote].concat()).await
}

/// The lists of sessions that crawls left.
fn lists(world: &World) -> Vec<String> {
    let directories = [world.path("store/run")]
        .into_iter()
        .chain(std::fs::read_dir(world.path("runtime")).unwrap().map(|entry| entry.unwrap().path()));
    let inside = directories.filter_map(|directory| std::fs::read_dir(directory).ok()).flatten();
    let names = inside.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("remote-sessions")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_at_a_remote_end_equals_the_truth_and_leaves_no_session() {
    let (world, portal, end) = (World::new(), portal(DOCUMENTS).await, RemoteEnd::start().await);
    let lines = crawl_once(&world, &portal, &["--webdriver", &end.url()]).await;
    assert_truth(&portal, &lines);
    assert_eq!(end.sessions(), 0);
    assert_eq!(lists(&world), [""; 0]);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sessions_of_a_killed_crawl_are_ended_by_the_next_start() {
    let (world, portal, end) = (World::new(), portal(DOCUMENTS).await, RemoteEnd::start().await);
    let mut child = crawl_half_way(&world, &portal, &["--webdriver", &end.url()]).await;
    child.kill().await.unwrap();
    assert_eq!(end.sessions(), 2, "nobody is there to end them");
    // The next start uses browsers of its own: the remote end is known from the list alone.
    world.good(&["crawl", "--data", "store"]).await;
    assert_eq!(end.sessions(), 0);
    assert_eq!(lists(&world), [""; 0]);
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sessions_of_a_killed_one_shot_crawl_are_ended_by_the_next_one() {
    let (world, portal, end) = (World::new(), portal(DOCUMENTS).await, RemoteEnd::start().await);
    let (base, url) = (portal.base().to_string(), end.url());
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--webdriver", &url, SEED_ID];
    let mut child = world.command(&crawl).stdout(Stdio::null()).spawn().unwrap();
    until("the portal has served two documents", || portal.stats().details >= 2).await;
    child.kill().await.unwrap();
    assert_eq!(end.sessions(), 1, "nobody is there to end it");
    world.good(&[&crawl[..], &["--depth", "0"]].concat()).await;
    assert_eq!(end.sessions(), 0);
    assert_eq!(lists(&world), [""; 0]);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_twice_leaves_no_session_although_look_ups_hang() {
    let (world, portal, end) = (World::new(), portal(DOCUMENTS).await, RemoteEnd::start().await);
    let mut child = crawl_half_way(&world, &portal, &["--webdriver", &end.url()]).await;
    portal.switch(Switch::DetailDelay(Duration::from_secs(3600)));
    let searches = portal.stats().searches;
    until("look-ups hang", || portal.stats().searches >= searches + 2).await;
    signal(&child, Signal::INT);
    says(&mut child, "finishing the look-ups in flight").await;
    signal(&child, Signal::INT);
    says(&mut child, "stopping at once").await;
    let ended = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert_eq!(end.sessions(), 0, "{said}");
    assert_eq!(lists(&world), [""; 0]);
    portal.stop().await;
}

#[tokio::test]
async fn a_remote_end_that_cannot_be_used_is_named() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    // A port that was free a moment ago and on which nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--webdriver", &url, SEED_ID];
    let said = world.run(&crawl).await;
    assert_eq!(said.code, 5, "{}", said.errors);
    assert!(
        said.errors.contains(&format!("error: no browser session could be started at {url}: ")),
        "{}",
        said.errors
    );
    assert!(said.errors.contains(&format!("hint: is a driver listening at {url}?")), "{}", said.errors);
    let said = world.run(&[&crawl[..], &["--headed"]].concat()).await;
    assert_eq!(said.code, 2, "{}", said.errors);
    assert!(said.errors.contains("--headed"), "{}", said.errors);
}
