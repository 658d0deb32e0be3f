//! Nothing that was acknowledged is lost when the power goes, and no commit points to a page that is not there.
//!
//! A process crawls into a store with eight workers while a small library in front of libc writes down everything it
//! does to its files. Then the power is cut at random places of that log, and what a disk would still hold is opened
//! and read. Cuts lie after the first opening of the store: making one is not a promise.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anafora::crawl::{Ending, Event, Observer, Stop};
use anafora::domain::{Outcome, WorkerId};
use anafora::frontier::{Frontier as _, Next};

use super::dice::Dice;
use super::disk::{Disk, Record, read_log};
use super::inspection::inspect;
use super::shim::library;
use super::trail::{Acknowledging, Ground, Trail, id};
use super::{process, times};

const DOCUMENTS: u64 = 200;

/// The file in which the process notes what was acknowledged, in the watched directory and so in the log.
const ACKNOWLEDGED: &str = "acknowledged";

#[test]
fn acknowledged_commits_and_their_pages_survive_a_power_cut() {
    let run = watched_run(None);
    let cuts = times(40, 400);
    let faults = cut_and_open(&run, cuts);
    assert!(faults.is_empty(), "{} of {cuts} cuts:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn without_the_data_syncs_of_the_store_acknowledged_commits_are_lost() {
    let run = watched_run(Some("/frontier/"));
    let faults = cut_and_open(&run, times(20, 40));
    // Without a sync nearly every cut loses something; one that does not is good luck.
    assert!(2 * faults.len() as u64 > times(20, 40), "only {} cuts lost anything", faults.len());
}

#[test]
fn without_the_data_syncs_of_the_archive_pages_of_acknowledged_commits_are_lost() {
    let run = watched_run(Some("/archive/"));
    let faults = cut_and_open(&run, times(20, 40));
    assert!(2 * faults.len() as u64 > times(20, 40), "only {} cuts lost anything", faults.len());
    assert!(faults.iter().all(|fault| fault.contains("/archive/")), "{}", faults.join("\n"));
}

#[test]
fn a_store_whose_disk_fails_gives_leases_back_and_is_not_trusted_any_more() {
    let dir = tempfile::tempdir().unwrap();
    watch(&dir, "power_cut::the_process_whose_disk_fails", &[("DISK_BREAKS", "1")]);
}

/// Not a test: what the watched process does while its disk fails.
#[tokio::test]
#[ignore = "run by the test above, in a process of its own"]
async fn the_process_whose_disk_fails() {
    let watched = PathBuf::from(std::env::var("DISK_WATCH").unwrap());
    let ground = Ground::open(&watched.join("store")).await.unwrap();
    let frontier = &ground.frontier;
    let worker = WorkerId("w".into());
    let Next::Leased(lease) = frontier.lease(&worker, Duration::from_secs(60)).await.unwrap() else {
        panic!("the first one was in line");
    };
    File::create(watched.join("broken")).unwrap();
    let error = frontier.commit(lease, Outcome::Release).await.unwrap_err();
    assert!(error.to_string().contains("frontier/db` failed: "), "{error}");
    let lease = error.lease.unwrap();
    assert_eq!(lease.id, id(0));
    // Its sync would work again, but what the failed one left out is unknown.
    assert!(frontier.lease(&worker, Duration::from_secs(60)).await.is_err());
    assert!(frontier.commit(lease, Outcome::Release).await.unwrap_err().lease.is_some());
    assert!(frontier.counts().await.is_err());
    ground.close().await.unwrap();
}

/// Not a test: what the watched process does.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the tests above, in a process of its own"]
async fn the_process_that_crawls() {
    let watched = PathBuf::from(std::env::var("DISK_WATCH").unwrap());
    let mut noted = File::create(watched.join(ACKNOWLEDGED)).unwrap();
    let (store, trail) = (watched.join("store"), trail(watched.parent().unwrap()));
    let mut ground = Ground::open(&store).await.unwrap();
    writeln!(noted, "opened").unwrap();
    let noted = Arc::new(Acknowledging(Mutex::new(noted)));
    let stop = Stop::default();
    let half = Arc::new(StopAfter { commits: AtomicU64::new(DOCUMENTS / 2), stop: stop.clone() });
    let ended = ground.crawl(&trail, stop, vec![noted.clone(), half]).await.unwrap();
    assert!(matches!(ended.ending, Ending::Interrupted), "{ended:?}");
    ground.close().await.unwrap();
    // A second opening writes and removes snapshots.
    ground = Ground::open(&store).await.unwrap();
    let ended = ground.crawl(&trail, Stop::default(), vec![noted]).await.unwrap();
    assert!(matches!(ended.ending, Ending::Drained), "{ended:?}");
    ground.close().await.unwrap();
}

/// Wishes for an end after so many commits.
struct StopAfter {
    commits: AtomicU64,
    stop: Stop,
}

impl Observer for StopAfter {
    fn see(&self, event: &Event) {
        if matches!(event, Event::Counted(_)) && self.commits.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop.soon();
        }
    }
}

fn trail(dir: &Path) -> Trail {
    Trail { documents: DOCUMENTS, portal: dir.join("portal") }
}

/// A log, the directory that it is about, and what holds both.
struct Run {
    records: Vec<Record>,
    watched: PathBuf,
    dir: tempfile::TempDir,
}

/// Runs the process that crawls, and reads what it did.
fn watched_run(unsynced: Option<&str>) -> Run {
    let dir = tempfile::tempdir().unwrap();
    let settings: Vec<_> = unsynced.map(|part| ("DISK_UNSYNCED", part)).into_iter().collect();
    let (watched, log) = watch(&dir, "power_cut::the_process_that_crawls", &settings);
    let records = read_log(&log);
    let done = acknowledged(&records, &watched).len() as u64;
    assert!(done > DOCUMENTS, "only {done} acknowledgements are in the log");
    Run { records, watched, dir }
}

/// Runs one of the processes behind the library that watches it; returns the directory and the log.
fn watch(dir: &tempfile::TempDir, name: &str, settings: &[(&str, &str)]) -> (PathBuf, PathBuf) {
    let root = dir.path().canonicalize().unwrap();
    let (watched, log) = (root.join("watched"), root.join("log"));
    for directory in [&watched, &root.join("portal")] {
        fs::create_dir(directory).unwrap();
    }
    let child = process(name)
        .env("LD_PRELOAD", library())
        .env("DISK_WATCH", &watched)
        .env("DISK_LOG", &log)
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    (watched, log)
}

/// Cuts the power this often; returns what was wrong after each cut that was not fine.
fn cut_and_open(run: &Run, cuts: u64) -> Vec<String> {
    let note = run.watched.join(ACKNOWLEDGED).to_string_lossy().into_owned();
    let opened =
        run.records.iter().position(|record| record.letter == b'W' && record.path == note).unwrap() + 1;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let trail = trail(run.dir.path());
    let mut faults = Vec::new();
    for seed in 0..cuts {
        let mut dice = Dice(seed);
        let span = u64::try_from(run.records.len() - opened).unwrap();
        let at = opened + usize::try_from(dice.below(span + 1)).unwrap();
        let kept_tenths = [0, 5, 9][usize::try_from(seed % 3).unwrap()];
        let mut disk = Disk::default();
        for record in &run.records[..at] {
            disk.play(record);
        }
        let left = run.dir.path().join(format!("cut-{seed}"));
        disk.cut(&run.watched, &left, kept_tenths, &mut dice);
        let acknowledged = acknowledged(&run.records[..at], &run.watched);
        if let Err(fault) = runtime.block_on(inspect(&left.join("store"), &trail, &acknowledged)) {
            faults.push(format!("cut {seed} at record {at}, {kept_tenths}/10 of the blocks kept: {fault}"));
        }
        fs::remove_dir_all(&left).unwrap();
    }
    faults
}

/// The notes that the process had written.
fn acknowledged(records: &[Record], watched: &Path) -> Vec<String> {
    let note = watched.join(ACKNOWLEDGED).to_string_lossy().into_owned();
    let written = records.iter().filter(|record| record.letter == b'W' && record.path == note);
    let text: Vec<u8> = written.flat_map(|record| record.data.clone()).collect();
    String::from_utf8(text).unwrap().lines().skip(1).map(str::to_owned).collect()
}
