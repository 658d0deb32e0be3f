//! A crawl whose process is killed at random moments ends like one that never was.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anafora::crawl::{Ending, Stop};
use anafora::export::jsonl;

use super::dice::Dice;
use super::inspection::inspect;
use super::trail::{Acknowledging, Ground, Trail};
use super::{process, times};

/// Acknowledgements between a start and a kill, at most; those that follow the last one awaited come on top.
const ACKNOWLEDGED_MAX: u64 = 12;

#[tokio::test]
async fn a_crawl_killed_at_random_moments_ends_like_one_that_never_was() {
    let kills = times(25, 200);
    let dir = tempfile::tempdir().unwrap();
    let trail = trail(dir.path(), kills * 2 * ACKNOWLEDGED_MAX);
    let store = dir.path().join("store");
    let mut acknowledged = Vec::new();
    for seed in 0..kills {
        let mut dice = Dice(seed);
        let before = acknowledged.len();
        let mut child = start(dir.path(), &trail);
        let ended = follow(&mut child, 1 + dice.below(ACKNOWLEDGED_MAX), &mut acknowledged, || {
            // Not a wait for anything: it only spreads the kills over what happens between two commits.
            let spread = Instant::now();
            let span = Duration::from_micros(dice.below(2_000));
            while spread.elapsed() < span {
                std::hint::spin_loop();
            }
        });
        assert!(!ended.success(), "kill {seed}: the crawl had come to its end by itself");
        let fault = inspect(&store, &trail, &acknowledged).await.err();
        assert!(fault.is_none(), "kill {seed}, after {before} commits: {}", fault.unwrap());
    }
    let mut child = start(dir.path(), &trail);
    let ended = follow(&mut child, u64::MAX, &mut acknowledged, || {});
    assert!(ended.success(), "the last run did not end well");
    inspect(&store, &trail, &acknowledged).await.unwrap();
    let ground = Ground::open(&store).await.unwrap();
    let mut lines = Vec::new();
    jsonl(ground.frontier.as_ref(), &mut lines).await.unwrap();
    ground.close().await.unwrap();
    let truth = trail.truth().await;
    assert!(truth == String::from_utf8(lines).unwrap(), "the store differs from an uninterrupted crawl's");
}

/// Not a test: what the process does that is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a process of its own"]
async fn the_process_that_crawls() {
    let dir = PathBuf::from(std::env::var("KILL_DIRECTORY").unwrap());
    let trail = trail(&dir, std::env::var("KILL_DOCUMENTS").unwrap().parse().unwrap());
    let ground = Ground::open(&dir.join("store")).await.unwrap();
    let told = Arc::new(Acknowledging(Mutex::new(std::io::stdout())));
    let summary = ground.crawl(&trail, Stop::default(), vec![told]).await.unwrap();
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    ground.close().await.unwrap();
}

fn trail(dir: &Path, documents: u64) -> Trail {
    let portal = dir.join("portal");
    std::fs::create_dir_all(&portal).unwrap();
    Trail { documents, portal }
}

fn start(dir: &Path, trail: &Trail) -> Child {
    process("kill::the_process_that_crawls")
        .env("KILL_DIRECTORY", dir)
        .env("KILL_DOCUMENTS", trail.documents.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Reads so many acknowledgements, does what comes before the kill, kills, and reads what was said until then.
fn follow(
    child: &mut Child,
    until: u64,
    acknowledged: &mut Vec<String>,
    before_the_kill: impl FnOnce(),
) -> std::process::ExitStatus {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // What the test harness says of itself has another beginning.
    let mut is_ours = |line: &String| line.starts_with("ACT");
    let mut left = until;
    for line in lines.by_ref().filter(&mut is_ours) {
        acknowledged.push(line);
        left -= 1;
        if left == 0 {
            before_the_kill();
            child.kill().unwrap();
            break;
        }
    }
    acknowledged.extend(lines.filter(is_ours));
    child.wait().unwrap()
}
