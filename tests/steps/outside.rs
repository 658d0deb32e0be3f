//! Drivers, browsers and tabs that die or stand still: the look-up ends, nothing of them stays, and the next one succeeds.

use std::time::Duration;

use anafora::fetch::{BrowserKind, FetchError};
use rustix::process::Signal;

use crate::running::{Part, below, part};
use crate::stage::{Ends, Stage, Story, open, wait_for};
use crate::{page, visit};

const STEP_DEADLINE: Duration = Duration::from_secs(8);

type Check = fn(&FetchError) -> bool;

/// What befalls which part of a session, and what the look-up says of it.
const BLOWS: [(Part, Signal, Check); 6] = [
    (Part::Driver, Signal::KILL, died),
    (Part::Driver, Signal::STOP, late),
    (Part::Browser, Signal::KILL, died),
    (Part::Browser, Signal::STOP, late),
    (Part::Tabs, Signal::KILL, died),
    (Part::Tabs, Signal::STOP, late),
];

fn died(error: &FetchError) -> bool {
    matches!(error, FetchError::BrowserDied { .. })
}

fn late(error: &FetchError) -> bool {
    matches!(error, FetchError::DeadlineMissed { .. })
}

async fn stage(kind: BrowserKind) -> Stage {
    let waits = Story {
        name: "waits",
        steps: vec![open("/visit"), wait_for("css:#never")],
        pages: &[],
        ends: Ends::Failed(late),
    };
    let adjust = |profile: &mut anafora::profile::Profile| profile.pace.step_deadline = STEP_DEADLINE;
    Stage::open(kind, &[visit("visit"), waits], adjust).await
}

#[tokio::test]
async fn whatever_dies_or_stands_still_is_replaced_in_chromium() {
    strike_each(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn whatever_dies_or_stands_still_is_replaced_in_firefox() {
    strike_each(BrowserKind::Firefox).await;
}

async fn strike_each(kind: BrowserKind) {
    let mut stage = stage(kind).await;
    let mut wrong = Vec::new();
    for (part_struck, signal, is_right) in BLOWS {
        let what = format!("{part_struck:?} {signal:?}");
        let first = stage.play("visit").await;
        assert!(first.is_ok(), "{what}: before it {first:?}");
        let before = below(stage.run_directory());
        let struck = part(stage.run_directory(), part_struck);
        let answers = stage.portal.answers();
        let outcome = {
            let portal = stage.portal.clone();
            let strike = async {
                portal.has_answered(answers + 1).await;
                for process in &struck {
                    process.signal(signal);
                }
            };
            tokio::join!(stage.play("waits"), strike).0
        };
        if !outcome.as_ref().is_err_and(is_right) {
            wrong.push(format!("{what}: {outcome:?}"));
        }
        let left = before.iter().filter(|process| process.is_alive()).count();
        if left > 0 {
            wrong.push(format!("{what}: {left} processes are left"));
        }
        let next = stage.play("visit").await;
        if !next.as_ref().is_ok_and(|_| page(&next).contains("visit ")) {
            wrong.push(format!("{what}: then {next:?}"));
        }
    }
    let run_directory = stage.run_directory().to_owned();
    stage.close().await;
    assert!(below(&run_directory).is_empty());
    assert!(wrong.is_empty(), "{kind:?}:\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_dies_between_two_look_ups_costs_one_of_them() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let mut stage = stage(kind).await;
        stage.play("visit").await.unwrap();
        part(stage.run_directory(), Part::Driver)[0].signal(Signal::KILL);
        let outcome = stage.play("visit").await;
        assert!(outcome.as_ref().is_err_and(died), "{kind:?}: {outcome:?}");
        stage.play("visit").await.unwrap();
        stage.close().await;
    }
}

#[tokio::test]
async fn a_driver_that_stands_still_does_not_keep_a_crawl_from_ending() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let mut stage = stage(kind).await;
        stage.play("visit").await.unwrap();
        let run_directory = stage.run_directory().to_owned();
        part(&run_directory, Part::Driver)[0].signal(Signal::STOP);
        stage.close().await;
        assert!(below(&run_directory).is_empty(), "{kind:?}");
    }
}
