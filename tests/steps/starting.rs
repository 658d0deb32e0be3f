//! Drivers that do not come up as they should: the start ends in time, says why, and leaves nothing.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anafora::fetch::{Binaries, BrowserKind, Chosen, FetchError, Window};

use crate::running::below;
use crate::stage::Stage;
use crate::visit;

const START_DEADLINE: Duration = Duration::from_secs(2);

#[test]
#[ignore = "a driver of the other tests"]
fn as_mute_driver() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    println!("\nChromeDriver was started successfully on port {port}.");
    std::io::stdout().flush().unwrap();
    let connections: Vec<_> = listener.incoming().collect();
    unreachable!("{connections:?}");
}

/// A program that is started as a driver, written by another process: one that we have open ourselves may not be run.
fn driver(directory: &Path, script: &str) -> PathBuf {
    let program = directory.join("driver");
    let write = r#"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod +x "$0""#;
    let written = Command::new("sh").args(["-c", write]).arg(&program).arg(script).status().unwrap();
    assert!(written.success());
    program
}

async fn check(script: &str, is_right: impl Fn(&str) -> bool) {
    let directory = tempfile::tempdir().unwrap();
    let found = Binaries::find(BrowserKind::Chromium, Window::Headless, &Chosen::default()).unwrap();
    let binaries = Binaries { driver: driver(directory.path(), script), ..found };
    let mut stage = Stage::open_on(binaries, START_DEADLINE, &[visit("visit")], |_| ()).await;
    let run_directory = stage.run_directory().to_owned();
    match stage.play("visit").await {
        Err(FetchError::Environment { detail, .. }) => assert!(is_right(&detail), "{script}: {detail}"),
        other => panic!("{script}: {other:?}"),
    }
    assert!(below(&run_directory).is_empty(), "{script}: {:#?}", below(&run_directory));
    stage.close().await;
}

#[tokio::test]
async fn a_driver_that_never_listens_is_given_up() {
    check("exec sleep 1000", |detail| detail.contains("did not listen within")).await;
}

#[tokio::test]
async fn a_driver_that_listens_and_never_answers_is_given_up() {
    let program = std::env::current_exe().unwrap();
    let script =
        format!("exec '{}' starting::as_mute_driver --exact --ignored --nocapture", program.display());
    check(&script, |detail| detail.contains("no session within")).await;
}

#[tokio::test]
async fn a_driver_that_ignores_signals_and_stands_still_is_given_up() {
    check("trap '' TERM INT HUP; kill -STOP $$", |detail| detail.contains("did not listen within")).await;
}

#[tokio::test]
async fn a_driver_that_ends_leaves_none_of_those_it_started() {
    check("setsid sleep 1000 & sleep 1000 & exit 1", |detail| detail.contains("ended before it listened"))
        .await;
}

#[tokio::test]
async fn a_driver_that_ends_at_its_very_first_start_is_started_once_more() {
    let directory = tempfile::tempdir().unwrap();
    let found = Binaries::find(BrowserKind::Chromium, Window::Headless, &Chosen::default()).unwrap();
    let script = format!(
        r#"echo tried >> "$0.tries"; test "$(wc -l < "$0.tries")" -gt 1 || exit 1; exec '{}' "$@""#,
        found.driver.display()
    );
    let binaries = Binaries { driver: driver(directory.path(), &script), ..found };
    let mut stage = Stage::open_on(binaries, Duration::from_secs(180), &[visit("visit")], |_| ()).await;
    stage.play("visit").await.unwrap();
    stage.close().await;
    let tries = std::fs::read_to_string(directory.path().join("driver.tries")).unwrap();
    assert_eq!(tries.lines().count(), 2);
}
