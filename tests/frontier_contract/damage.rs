//! A damaged store is noticed when it is opened, or nothing of it was lost: it never lies.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anafora::clock::SystemClock;
use anafora::domain::{Counts, WorkerId};
use anafora::frontier::{Documents as _, Frontier as _, FrontierError, Next, SledFrontier};

use super::model::Dice;
use super::subject::{TTL, id, open_bounds, stored};

const DOCUMENTS: u64 = 300;

fn open(dir: &Path) -> Result<SledFrontier, FrontierError> {
    SledFrontier::open(dir, Arc::new(SystemClock))
}

/// A store with a chain of documents, closed.
async fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let frontier = open(dir.path()).unwrap();
    frontier.reopen(&open_bounds()).await.unwrap();
    frontier.enqueue(&[id("a0")]).await.unwrap();
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
    let mut noticed = 0;
    for seed in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        copy(whole.path(), dir.path());
        let mut dice = Dice(seed);
        let mut bytes = fs::read(dir.path().join("db")).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        for _ in 0..16 {
            bytes[dice.choose(used).unwrap()] ^= 0x40;
        }
        fs::write(dir.path().join("db"), bytes).unwrap();
        let Ok(frontier) = open(dir.path()) else {
            noticed += 1;
            continue;
        };
        let counts = Counts { queued: 1, stored: DOCUMENTS, references: DOCUMENTS, ..Counts::default() };
        assert_eq!(frontier.counts().await.unwrap(), counts, "seed {seed}");
        for number in 0..DOCUMENTS {
            let document = frontier.document(&format!("a{number}")).await.unwrap().unwrap();
            assert_eq!(document.references[0].target, id(&format!("a{}", number + 1)), "seed {seed}");
        }
        frontier.close().await.unwrap();
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
    assert_eq!(error.to_string(), "the store is damaged: it holds 0 changes, and 602 were made");
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
        ("fields", "there should be 300 pieces of documents and there are 299"),
        ("references", "there should be 300 references and there are 299"),
        ("named_by", "there should be 300 reversed references and there are 299"),
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
