//! A disk that is full at whatever byte loses nothing that was acknowledged, and with space the crawl goes on.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anafora::crawl::{CrawlError, Ending, Stop};
use anafora::export::jsonl;

use super::dice::Dice;
use super::disk::read_log;
use super::inspection::inspect;
use super::shim::library;
use super::trail::{Acknowledging, Ground, Trail};
use super::{process, times};

const DOCUMENTS: u64 = 60;

/// How a full disk is told: by the system, and by the database, which keeps of its words only their sort.
const FULL: [&str; 2] = ["No space left on device", "no storage space"];

#[tokio::test]
async fn a_disk_that_is_full_at_any_byte_loses_nothing_and_is_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let truth = trail(dir.path()).truth().await;
    let written = written_in_all(&dir.path().join("measured"));
    let places = times(24, 200);
    let mut full = 0;
    for seed in 0..places {
        // The first ones lie where a store is made: format, profile and manifest are a few hundred bytes.
        let span = if seed < places / 4 { 3_000 } else { written };
        let room = Dice(seed).below(span);
        let dir = dir.path().join(seed.to_string());
        let said = crawl(&dir, &[("DISK_ROOM_BYTES", &room.to_string())]);
        let what = format!("seed {seed}, room for {room} of {written} bytes");
        let ended: Vec<_> = said.lines().filter(|line| line.starts_with("ended: ")).collect();
        // How much is written depends on how many commits share a sync: now and then the room is enough.
        match ended.as_slice() {
            [one] if FULL.iter().any(|words| one.contains(words)) => full += 1,
            other => assert_eq!(other, ["ended: Drained"], "{what}: {said}"),
        }
        let acknowledged: Vec<_> =
            said.lines().filter(|line| line.starts_with("ACT")).map(str::to_owned).collect();
        let (store, trail) = (dir.join("store"), trail(&dir));
        let fault = inspect(&store, &trail, &acknowledged).await.err();
        assert!(fault.is_none(), "{what}: {}", fault.unwrap());
        let ground = Ground::open(&store).await.unwrap();
        ground.crawl(&trail, Stop::default(), Vec::new()).await.unwrap();
        let mut lines = Vec::new();
        jsonl(ground.frontier.as_ref(), &mut lines).await.unwrap();
        ground.close().await.unwrap();
        assert!(truth == String::from_utf8(lines).unwrap(), "{what}: it went on to something else");
    }
    assert!(3 * full > 2 * places, "only {full} of {places} disks were full");
}

/// Not a test: what the process does whose disk is full.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a process of its own"]
async fn the_process_that_crawls() {
    let store = PathBuf::from(std::env::var("DISK_WATCH").unwrap());
    let trail = trail(store.parent().unwrap());
    let told = Arc::new(Acknowledging(Mutex::new(std::io::stdout())));
    let ended = match Ground::open(&store).await {
        Err(error) => in_words(error.as_ref()),
        Ok(ground) => {
            let ended = ground.crawl(&trail, Stop::default(), vec![told]).await;
            // A store that is not trusted any more may be closed all the same.
            drop(ground.close().await);
            match ended.map(|summary| summary.ending) {
                Ok(Ending::Failed(error @ (CrawlError::Frontier(_) | CrawlError::Archive(_)))) => {
                    in_words(&error)
                }
                Ok(other) => format!("{other:?}"),
                Err(error) => in_words(&error),
            }
        }
    };
    writeln!(std::io::stdout(), "ended: {ended}").unwrap();
}

fn trail(dir: &Path) -> Trail {
    let portal = dir.join("portal");
    std::fs::create_dir_all(&portal).unwrap();
    Trail { documents: DOCUMENTS, portal }
}

/// Crawls on a disk that misbehaves; returns what was said.
fn crawl(dir: &Path, disk: &[(&str, &str)]) -> String {
    std::fs::create_dir_all(dir).unwrap();
    let child = process("full_disk::the_process_that_crawls")
        .arg("--nocapture")
        .env("LD_PRELOAD", library())
        .env("DISK_WATCH", dir.join("store"))
        .envs(disk.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success(), "{disk:?}: {said}{}", String::from_utf8_lossy(&child.stderr));
    said
}

/// How many bytes a crawl writes whose disk is well.
fn written_in_all(dir: &Path) -> u64 {
    std::fs::create_dir_all(dir).unwrap();
    let log = dir.join("log");
    let said = crawl(dir, &[("DISK_LOG", log.to_str().unwrap())]);
    assert!(said.contains("ended: Drained"), "{said}");
    let written = read_log(&log)
        .iter()
        .filter(|record| record.letter == b'W')
        .map(|record| record.data.len())
        .sum::<usize>();
    written as u64
}

/// An error with all that caused it.
fn in_words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
