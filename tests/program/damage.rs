//! A store with flipped bytes is refused in words, or gives exactly what it gave before.

use std::fs;
use std::path::{Path, PathBuf};

use crate::anafora::{Said, World, times};
use crate::dice::Dice;
use crate::recorded::{copy, stored};

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
