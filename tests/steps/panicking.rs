//! A panic, in a worker or in the program itself, leaves no browser behind.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use anafora::crawl::{CrawlError, Ending, Event, Observer};
use anafora::fetch::BrowserKind;

use crate::running::below;
use crate::stage::{Stage, until};
use crate::visit;

/// Panics as soon as a look-up has come to anything.
struct Fragile;

impl Observer for Fragile {
    fn see(&self, event: &Event) {
        assert!(matches!(event, Event::Leased { .. } | Event::Counted(_)), "as this test wants it");
    }
}

#[tokio::test]
async fn a_worker_that_panics_leaves_no_browser() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let stage = Stage::open(kind, &[visit("visit")], |_| ()).await;
        let crawled = stage.crawl("visit", Arc::new(Fragile)).await;
        let ending = crawled.summary.ending;
        assert!(matches!(&ending, Ending::Failed(CrawlError::Worker { .. })), "{ending:?}");
        assert_eq!(crawled.visits, 1, "the browser ran");
        assert!(crawled.left.is_empty(), "{kind:?} left {:#?}", crawled.left);
    }
}

#[tokio::test]
#[ignore = "the program that another test lets panic"]
async fn as_panicking_program() {
    let mut stage = Stage::open(BrowserKind::Chromium, &[visit("visit")], |_| ()).await;
    stage.play("visit").await.unwrap();
    let running = below(stage.run_directory()).len();
    println!("\nstarted {running} {}", stage.run_directory().display());
    panic!("as another test wants it");
}

#[tokio::test]
async fn a_program_that_panics_leaves_no_browser() {
    let arguments = ["--exact", "panicking::as_panicking_program", "--ignored", "--nocapture"];
    let program = std::env::current_exe().unwrap();
    let ended = tokio::task::spawn_blocking(move || Command::new(program).args(arguments).output());
    let ended = ended.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(101), "{said}");
    let started =
        said.lines().find_map(|line| line.strip_prefix("started ")).expect("it says what it started");
    let (running, directory) = started.split_once(' ').unwrap();
    assert!(running.parse::<usize>().unwrap() > 4, "{started}");
    let directory = PathBuf::from(directory);
    until("all are gone", || below(&directory).is_empty()).await;
}
