//! A store with flipped bytes is refused in words, or gives exactly what it gave before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anafora::demo::SEED_ID;

use crate::anafora::{Said, World, portal, times, until};
use crate::dice::Dice;
use crate::recorded::{copy, stored};
use crate::truth::DOCUMENTS;

/// How many bytes are flipped at each place.
const BYTES: u64 = 16;

/// What reads a store; the crawl has nothing left to look up.
const VERBS: [&[&str]; 3] = [
    &["status", "--data", "store"],
    &["export", "jsonl", "--data", "store"],
    &["crawl", "--format", "jsonl", "--data", "store"],
];

#[tokio::test]
async fn flipped_bytes_are_told_or_change_nothing() {
    let world = World::new();
    let (whole, store) = (world.path("whole"), world.path("store"));
    stored(&world, "whole").await;
    let renew = || {
        drop(fs::remove_dir_all(&store));
        copy(&whole, &store);
    };
    let mut expected = Vec::new();
    for verb in VERBS {
        renew();
        expected.push(world.good(verb).await);
    }
    let files = files(&whole);
    let places = times(40, 400);
    let mut refused = 0;
    for seed in 0..places {
        let file = &files[usize::try_from(seed).unwrap() % files.len()];
        for (verb, expected) in VERBS.iter().zip(&expected) {
            renew();
            flip(&store.join(file), &mut Dice(seed));
            let said = world.run(verb).await;
            let what = format!("seed {seed}, `{}`, {verb:?}: {} {}", file.display(), said.code, said.errors);
            if said.code == 0 {
                assert_eq!(&said.output, expected, "{what}");
            } else {
                refused += 1;
                assert_told(&said, &what);
            }
        }
    }
    assert!(refused > places, "only {refused} times was anything noticed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_removed_under_a_crawl_is_no_crawl_that_ended_well() {
    for part in ["store", "store/archive", "store/frontier"] {
        let (world, portal) = (World::new(), portal(DOCUMENTS).await);
        let base = portal.base().to_string();
        let crawl = ["crawl", "--profile", "demo", "--base", &base, "--data", "store", SEED_ID];
        let child = world.command(&crawl).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        until("some documents were looked up", || portal.stats().details >= 3).await;
        fs::rename(world.path(part), world.path("elsewhere")).unwrap();
        let ended = child.wait_with_output().await.unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(6), "{part}: {errors}");
        assert!(errors.contains("No such file") && errors.contains("hint: "), "{part}: {errors}");
        world.quiet().await;
        portal.stop().await;
    }
}

/// One line, a hint, the exit code for stores or for profiles, and nothing that only a programmer understands.
pub(crate) fn assert_told(said: &Said, what: &str) {
    assert!([4, 6].contains(&said.code), "{what}");
    for words in ["panicked at", "thread '", "RUST_BACKTRACE"] {
        assert!(!said.errors.contains(words), "{what}");
    }
    assert!(said.errors.lines().any(|line| line.starts_with("error: ")), "{what}");
    // What is wrong inside a profile is shown in its place, each with a hint of its own.
    let is_hinted = said.errors.lines().any(|line| line.starts_with("hint: "));
    assert!(is_hinted || said.code == 4, "{what}");
}

/// Every file of a store whose bytes matter.
fn files(store: &Path) -> Vec<PathBuf> {
    let mut found = vec!["FORMAT".into(), "manifest.json".into(), "profile.toml".into()];
    for part in ["frontier", "archive"] {
        let entries = fs::read_dir(store.join(part)).unwrap().map(Result::unwrap);
        found.extend(
            entries
                .filter(|entry| entry.path().is_file())
                .map(|entry| Path::new(part).join(entry.file_name())),
        );
    }
    // The database is most of a store.
    found.extend(["frontier/db", "frontier/db"].map(PathBuf::from));
    found.sort();
    found
}

/// Flips bytes among those that are in use.
fn flip(file: &Path, dice: &mut Dice) {
    let mut bytes = fs::read(file).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last as u64 + 1);
    for _ in 0..BYTES.min(used) {
        let place = usize::try_from(dice.below(used)).unwrap();
        bytes[place] ^= u8::try_from(1 + dice.below(255)).unwrap();
    }
    fs::write(file, bytes).unwrap();
}
