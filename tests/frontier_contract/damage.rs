//! A damaged store is noticed when it is opened, or nothing of it was lost: it never lies.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anafora::clock::SystemClock;
use anafora::domain::{Digest, WorkerId};
use anafora::frontier::{Frontier as _, FrontierError, Next, SledFrontier};

use super::dump::dumped;
use super::model::Dice;
use super::pausing::pause;
use super::subject::{TTL, id, open_bounds, stored};

const DOCUMENTS: u64 = 300;

/// How many copies of a store are damaged.
const STORES: u64 = 48;

fn open(dir: &Path) -> Result<SledFrontier, FrontierError> {
    SledFrontier::open(dir, Arc::new(SystemClock))
}

/// A store with a chain of documents, a kind that is paused and a run, closed: something stands in every table.
async fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path()).unwrap();
    frontier.begin_run(Digest::of(b"profile")).await.unwrap();
    frontier.pause(&pause("b")).await.unwrap();
    frontier.reopen(&open_bounds()).await.unwrap();
    frontier.enqueue(&["a0", "b0", "b1"].map(id)).await.unwrap();
    for number in 0..DOCUMENTS {
        let Next::Leased(lease) = frontier.lease(&WorkerId("w".into()), TTL).await.unwrap() else {
            panic!("a{number} was in line");
        };
        let outcome = stored(&format!("a{number}"), &[&format!("a{}", number + 1)]);
        frontier.commit(lease, outcome).await.unwrap();
    }
    frontier.close().await.unwrap();
    dir
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn snapshots(dir: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("snap.")).collect()
}

#[tokio::test]
async fn flipped_bytes_are_noticed_or_harmless() {
    let whole = filled().await;
    let frontier = open(whole.path()).unwrap();
    let lines = dumped(&frontier).await;
    frontier.close().await.unwrap();
    let mut noticed = 0;
    for seed in 0..STORES {
        let dir = tempfile::tempdir().unwrap();
        copy(whole.path(), dir.path());
        let mut dice = Dice(seed);
        let mut bytes = fs::read(dir.path().join("db")).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        // In half of them a single place is damaged, in the other half sixteen.
        for _ in 0..if seed % 2 == 0 { 1 } else { 16 } {
            bytes[dice.choose(used).unwrap()] ^= 0x40;
        }
        fs::write(dir.path().join("db"), bytes).unwrap();
        match open(dir.path()) {
            Ok(frontier) => {
                assert_eq!(dumped(&frontier).await, lines, "seed {seed}");
                frontier.close().await.unwrap();
            }
            Err(error) => {
                let is_named = matches!(error, FrontierError::Damaged { .. } | FrontierError::Store { .. });
                assert!(is_named, "seed {seed}: {error}");
                noticed += 1;
            }
        }
    }
    assert!(noticed > 0, "no store was damaged");
}

#[tokio::test]
async fn a_database_that_opens_empty_is_damaged() {
    let dir = filled().await;
    for name in ["db", "conf"] {
        fs::remove_file(dir.path().join(name)).unwrap();
    }
    for path in snapshots(dir.path()) {
        fs::remove_file(path).unwrap();
    }
    let Err(error) = open(dir.path()) else { panic!("an empty store was opened") };
    assert_eq!(error.to_string(), "the store is damaged: it holds 0 changes, and 604 were made");
}

#[tokio::test]
async fn a_database_that_says_it_was_made_otherwise_is_damaged_and_left_as_it_is() {
    let dir = filled().await;
    let conf = dir.path().join("conf");
    let mut bytes = fs::read(&conf).unwrap();
    let place = bytes.iter().position(u8::is_ascii_digit).unwrap();
    bytes[place] = if bytes[place] == b'9' { b'8' } else { b'9' };
    fs::write(&conf, bytes).unwrap();
    let before = snapshots(dir.path());
    let Err(error) = open(dir.path()) else { panic!("it was opened") };
    assert!(error.to_string().starts_with("the store is damaged: its `conf`: "), "{error}");
    assert_eq!(snapshots(dir.path()), before);
}

#[tokio::test]
async fn a_database_whose_making_was_cut_off_is_made_anew() {
    let whole = filled().await;
    let conf = fs::read(whole.path().join("conf")).unwrap();
    for written in 0..conf.len() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("conf"), &conf[..written]).unwrap();
        let frontier = open(dir.path()).unwrap_or_else(|error| panic!("{written} bytes: {error}"));
        frontier.reopen(&open_bounds()).await.unwrap();
        frontier.enqueue(&[id("a0")]).await.unwrap();
        frontier.close().await.unwrap();
        let frontier = open(dir.path()).unwrap();
        assert_eq!(frontier.counts().await.unwrap().queued, 1);
        frontier.close().await.unwrap();
    }
}

#[tokio::test]
async fn an_unfinished_snapshot_does_not_prevent_opening() {
    let dir = filled().await;
    fs::write(dir.path().join("snap.FFFFFFFFFFFFFFFF.generating"), "half").unwrap();
    let frontier = open(dir.path()).unwrap();
    assert_eq!(frontier.counts().await.unwrap().stored, DOCUMENTS);
    frontier.close().await.unwrap();
    // It is removed, and no reason to doubt the finished ones.
    let left = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let unfinished = left.filter(|name| name.to_string_lossy().contains("generating"));
    assert_eq!(unfinished.count(), 0);
}

#[tokio::test]
async fn a_damaged_snapshot_does_not_prevent_opening() {
    let dir = filled().await;
    // The database writes a snapshot when it opens what it has not yet read as a whole.
    open(dir.path()).unwrap().close().await.unwrap();
    let [snapshot] = &*snapshots(dir.path()) else { panic!("one snapshot was expected") };
    let bytes = fs::read(snapshot).unwrap();
    fs::write(snapshot, bytes.iter().map(|byte| byte ^ 0x10).collect::<Vec<_>>()).unwrap();
    let frontier = open(dir.path()).unwrap();
    assert_eq!(frontier.counts().await.unwrap().stored, DOCUMENTS);
    frontier.close().await.unwrap();
}

#[tokio::test]
async fn a_record_that_is_gone_is_noticed() {
    for (table, expected) in [
        ("ids", "there should be 300 stored IDs and there are 299"),
        ("schedule", "a300 is queued and not in line"),
        ("documents", "there should be 300 documents and there are 299"),
        ("fields", "there should be 1 pieces of a0 and there are 0"),
        ("references", "there should be 1 references of a0 and there are 0"),
        ("named_by", "a0 names a1, which does not lead back to it"),
        ("meta", "its bounds are gone"),
        ("events", "there should be 605 events and there are 604"),
        ("coverage", "there should be 1 kinds with coverage and there are 0"),
        ("runs", "there should be 1 runs and there are 0"),
    ] {
        let dir = filled().await;
        let database = sled::open(dir.path()).unwrap();
        database.open_tree(table).unwrap().pop_min().unwrap().unwrap();
        drop(database);
        let Err(error) = open(dir.path()) else { panic!("a store without all of its {table} was opened") };
        assert_eq!(error.to_string(), format!("the store is damaged: {expected}"));
    }
}

#[tokio::test]
async fn a_second_opening_is_told_that_the_store_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).unwrap();
    let Err(error) = open(dir.path()) else { panic!("a store was opened twice") };
    assert_eq!(error.to_string(), "the store failed: another process has it open");
    first.close().await.unwrap();
    assert!(first.counts().await.is_err());
    assert!(first.close().await.is_err());
    open(dir.path()).unwrap().close().await.unwrap();
}

/// What a store says when a record of one document stands under the key of another.
#[tokio::test]
async fn a_record_in_the_place_of_another_is_noticed() {
    for (table, expected) in [
        ("ids", "a0 stands in the wrong place"),
        ("documents", "a0 has a document, and its row does not know of it"),
        ("references", "a1 names a1, which does not lead back to it"),
        ("named_by", "a1 names a2, which does not lead back to it"),
        ("runs", "run 1 stands in the wrong place"),
    ] {
        let dir = filled().await;
        let database = sled::open(dir.path()).unwrap();
        let tree = database.open_tree(table).unwrap();
        let mut pairs = tree.iter();
        let (_, first) = pairs.next().unwrap().unwrap();
        let second = pairs.next().map_or_else(|| sled::IVec::from(&[9; 8]), |pair| pair.unwrap().0);
        tree.insert(second, first).unwrap();
        drop((pairs, tree, database));
        let Err(error) = open(dir.path()) else { panic!("a store with a mix-up in its {table} was opened") };
        assert_eq!(error.to_string(), format!("the store is damaged: {expected}"), "{table}");
    }
}
