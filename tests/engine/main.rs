//! The engine on its own: leases that outlast slow look-ups, portals that are down or blocking, and how it stops.

#![expect(clippy::unwrap_used, reason = "a test ends at once when something is wrong, and says where")]

mod stage;

use std::sync::Arc;
use std::time::Duration;

use anafora::archive::{Archive as _, Recording, WarcArchive, WarcRecording};
use anafora::clock::SystemClock;
use anafora::crawl::{Committed, CrawlError, Ending, Stop};
use anafora::domain::Happened;
use anafora::evidence::{Caps, EvidenceDirectory};
use anafora::export::Report;
use anafora::fetch::{Barrier, FetchError};
use anafora::frontier::{Documents as _, Frontier};
use tokio::time::Instant;

use crate::stage::{Before, HOUR, Redesign, SEED, SleeperClock, Stage, TokioClock, blocked, down};

#[tokio::test(start_paused = true)]
async fn a_look_up_that_outlasts_its_lease_keeps_it() {
    // The second worker would take the ID as soon as its lease ran out.
    let stage = Stage { workers: 2, ..Stage::new().await };
    let long = stage.policy.lease_ttl * 5;
    let summary = stage.run([Before::Takes(long)], None).await;
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    assert_eq!((summary.counts.stored, stage.look_ups()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_session_costs_no_attempt_until_it_is_lost_too_often() {
    let stage = Stage::new().await;
    let lost = || Before::Fails(FetchError::SessionLost { step: "wait".into() });
    let summary = stage.run([lost(), lost()], None).await;
    assert_eq!((summary.counts.stored, stage.look_ups()), (1, 3));
    assert_eq!(stage.frontier.entry(SEED).await.unwrap().unwrap().attempts, 1);
    let history = stage.frontier.history(SEED).await.unwrap();
    let Some(Happened::Attempted(attempted)) = history.last().map(|last| &last.what) else {
        panic!("{history:?}")
    };
    assert_eq!(attempted.sessions_lost, 2, "the history tells of them");

    let stage = Stage::new().await;
    let summary = stage.run([], Some(|| FetchError::SessionLost { step: "wait".into() })).await;
    let (attempts, tries) = (stage.policy.attempts_max, stage.policy.lost_sessions_max + 1);
    assert_eq!((summary.counts.dead, stage.look_ups()), (1, (attempts * tries) as usize));
}

#[tokio::test(start_paused = true)]
async fn a_portal_that_stays_down_ends_the_crawl_and_keeps_the_id() {
    let stage = Stage::new().await;
    let summary = stage.run([], Some(down)).await;
    assert!(matches!(&summary.ending, Ending::Failed(CrawlError::Unavailable { .. })), "{summary:?}");
    assert_eq!((summary.counts.dead, summary.counts.queued + summary.counts.delayed), (0, 1));
    let attempts = stage.frontier.entry(SEED).await.unwrap().unwrap().attempts;
    assert_eq!(attempts, 0, "an outage is no fault of the ID");
    let history = stage.frontier.history(SEED).await.unwrap();
    let causes: Vec<_> = history
        .iter()
        .filter_map(|happening| match &happening.what {
            Happened::Attempted(attempted) => Some(attempted.cause.as_ref().map(ToString::to_string)),
            _ => None,
        })
        .collect();
    assert!(causes.len() > 1, "{history:?}");
    let is_told = |cause: &Option<String>| cause.as_ref().is_some_and(|cause| cause.contains("refused"));
    assert!(causes.iter().all(is_told), "each attempt says what it met: {causes:?}");
    assert!(stage.look_ups() > 3, "it was waited for");
}

#[tokio::test(start_paused = true)]
async fn a_portal_that_comes_back_is_gone_on_with() {
    let stage = Stage::new().await;
    let summary =
        stage.run([Before::Fails(down()), Before::Fails(down()), Before::Fails(down())], None).await;
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    assert_eq!(summary.counts.stored, 1);
}

#[tokio::test(start_paused = true)]
async fn a_day_whose_requests_are_used_up_is_waited_out_by_the_clock_on_the_wall() {
    let used_up = |stage: &Stage| {
        let until = stage.clock.now().after(HOUR);
        Before::Fails(FetchError::QuotaUsedUp { requests: 9, until })
    };
    let stage = Stage::new().await;
    let began = Instant::now();
    let summary = stage.run([used_up(&stage)], None).await;
    assert_eq!((summary.counts.stored, stage.look_ups()), (1, 2));
    assert!(began.elapsed() >= HOUR);
    assert_eq!(stage.frontier.entry(SEED).await.unwrap().unwrap().attempts, 1, "it cost none");

    let began = Instant::now();
    let stage = Stage { clock: Arc::new(SleeperClock(TokioClock(began))), ..Stage::new().await };
    let summary = stage.run([used_up(&stage)], None).await;
    assert_eq!((summary.counts.stored, stage.look_ups()), (1, 2));
    assert!(began.elapsed() < HOUR / 2, "the machine slept through it");
}

#[tokio::test(start_paused = true)]
async fn a_block_ends_the_crawl_at_once_and_costs_no_attempt() {
    let stage = Stage::new().await;
    let summary = stage.run([Before::Fails(blocked())], None).await;
    assert!(matches!(&summary.ending, Ending::Failed(CrawlError::Blocked { .. })), "{summary:?}");
    assert_eq!((summary.counts.delayed, stage.look_ups()), (1, 1));
    assert_eq!(stage.frontier.entry(SEED).await.unwrap().unwrap().attempts, 0);
}

/// Runs a stage whose every look-up ends so, and gives the attempts of which there is evidence, with their causes.
async fn evidence_of(always: fn() -> FetchError) -> Vec<(u32, String)> {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let evidence = Arc::new(EvidenceDirectory::open(directory.path(), clock, Caps::default()).unwrap());
    let stage = Stage { evidence: Some(Arc::clone(&evidence)), ..Stage::new().await };
    stage.run([], Some(always)).await;
    let about = evidence.list().into_iter().map(|name| evidence.read(&name).unwrap().unwrap().about);
    about.map(|about| (about.attempt, about.cause.to_string())).collect()
}

#[tokio::test(start_paused = true)]
async fn dead_letters_changed_layouts_and_blocks_leave_evidence() {
    let attempts_max = Stage::new().await.policy.attempts_max;
    let lost = evidence_of(|| FetchError::SessionLost { step: "wait".into() }).await;
    assert_eq!(lost, [(attempts_max, "session lost too often".to_owned())]);
    let changed = evidence_of(|| FetchError::LayoutChanged { what: "css:h1".into() }).await;
    let of_each = |attempt| (attempt, "layout changed: css:h1".to_owned());
    assert_eq!(changed, (1..=attempts_max).map(of_each).collect::<Vec<_>>());
    let blocked =
        evidence_of(|| FetchError::Blocked { barrier: Barrier::Captcha, detail: "captcha".into() }).await;
    assert_eq!(blocked, [(1, "blocked: captcha".to_owned())]);
    assert_eq!(evidence_of(|| FetchError::NotRecorded).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_lease_outlasts_the_gathering_of_evidence() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let evidence = Arc::new(EvidenceDirectory::open(directory.path(), clock, Caps::default()).unwrap());
    let stage = Stage::new().await;
    let witness_takes = stage.policy.lease_ttl * 5;
    // The second worker would take the ID as soon as its lease ran out.
    let stage = Stage { evidence: Some(Arc::clone(&evidence)), workers: 2, witness_takes, ..stage };
    let summary = stage.run([], Some(|| FetchError::Ambiguous { rows: 2 })).await;
    assert_eq!((summary.counts.dead, stage.look_ups(), evidence.list().len()), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn evidence_that_cannot_be_kept_costs_no_outcome() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let evidence = Arc::new(EvidenceDirectory::open(directory.path(), clock, Caps::default()).unwrap());
    directory.close().unwrap();
    let stage = Stage { evidence: Some(evidence), ..Stage::new().await };
    let summary = stage.run([], Some(|| FetchError::Ambiguous { rows: 2 })).await;
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    assert_eq!(summary.counts.dead, 1);
}

#[tokio::test(start_paused = true)]
async fn the_first_wish_to_end_lets_a_look_up_finish_and_the_second_gives_it_back() {
    let stage = Stage::new().await;
    let summary = stage.run([Before::Stops(stage.stop.clone(), Stop::soon)], None).await;
    assert_eq!((summary.counts.stored, summary.counts.leased), (1, 0));

    let stage = Stage::new().await;
    let summary = stage.run([Before::Stops(stage.stop.clone(), Stop::now)], None).await;
    assert!(matches!(summary.ending, Ending::Interrupted), "{summary:?}");
    assert_eq!((summary.counts.queued, summary.counts.leased), (1, 0));
    assert_eq!(stage.frontier.entry(SEED).await.unwrap().unwrap().attempts, 0);
}

#[tokio::test]
async fn a_capture_whose_note_was_lost_is_noted_again() {
    let directory = tempfile::tempdir().unwrap();
    let stage = Stage::new().await;
    let manifest = stage.recording.manifest().clone();
    manifest.write(directory.path()).unwrap();
    let archive = WarcArchive::open(directory.path(), manifest.clone(), Arc::new(SystemClock)).unwrap();
    let capture = stage.recording.find(SEED).unwrap().expect("it is in the fixtures");
    // Kept and committed, and then the process died.
    let page = archive.keep(&capture).await.unwrap();
    let worker = anafora::domain::WorkerId("worker".into());
    let anafora::frontier::Next::Leased(lease) =
        stage.frontier.lease(&worker, Duration::from_secs(60)).await.unwrap()
    else {
        panic!("the seed waits")
    };
    stage.frontier.commit(lease, anafora::domain::Outcome::Absent { evidence: page }).await.unwrap();
    drop(archive);
    assert_eq!(WarcRecording::open(directory.path()).unwrap().find(SEED).unwrap(), None);

    let archive = WarcArchive::open(directory.path(), manifest, Arc::new(SystemClock)).unwrap();
    let committed = Committed::of(stage.frontier.as_ref(), 4).await.unwrap();
    committed.note_again(stage.frontier.as_ref(), &archive).await.unwrap();
    drop(archive);
    assert_eq!(WarcRecording::open(directory.path()).unwrap().find(SEED).unwrap(), Some(capture));
}

#[tokio::test(start_paused = true)]
async fn the_pause_of_an_outage_is_as_long_as_the_portal_asks_for() {
    let stage = Stage::new().await;
    let asked = FetchError::Unavailable { detail: "503".into(), retry_after: Some(Duration::from_secs(77)) };
    let summary = stage.run([Before::Fails(asked)], None).await;
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    assert_eq!(stage.seen("down"), ["down for 77s"]);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_met_a_block_lets_the_others_go_first() {
    let stage = Stage::whole().await;
    let other = stage.profile.schemes.parse("14PAY000100003", &[]).unwrap().id;
    stage.frontier.enqueue(&[other]).await.unwrap();
    let summary = stage.run([Before::Fails(blocked())], None).await;
    assert!(matches!(&summary.ending, Ending::Failed(CrawlError::Blocked { .. })), "{summary:?}");
    let again = Stage { stop: Stop::default(), ..stage };
    let summary = again.run([], None).await;
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    let asked = again.asked.lock().unwrap();
    assert_eq!([&asked[0], &asked[1]], [SEED, "14PAY000100003"]);
    assert!(asked[2..].iter().any(|id| id == SEED));
}

#[tokio::test(start_paused = true)]
async fn what_is_in_flight_at_a_block_comes_to_its_end() {
    let stage = Stage { workers: 2, ..Stage::whole().await };
    let other = stage.profile.schemes.parse("14PAY000100003", &[]).unwrap().id;
    stage.frontier.enqueue(&[other]).await.unwrap();
    let slow = Before::Takes(Duration::from_secs(30));
    let summary = stage.run([slow, Before::Fails(blocked())], None).await;
    assert!(matches!(&summary.ending, Ending::Failed(CrawlError::Blocked { .. })), "{summary:?}");
    assert_eq!((summary.counts.stored, summary.counts.leased, stage.look_ups()), (1, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_kind_whose_layout_changes_is_paused_and_crawled_to_the_end_once_it_is_mended() {
    let undisturbed = Stage::whole().await.run([], None).await.counts;
    for workers in [1, 3] {
        let redesign = Redesign { from_payment: 4, change: |_| "<h1>A new face</h1>".into() };
        let stage = Stage { redesign: Some(redesign), workers, ..Stage::whole().await };
        let summary = stage.run([], None).await;
        assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
        assert_eq!(summary.counts.dead, 0, "its IDs are kept");
        assert!(summary.counts.paused >= 3, "{summary:?}");
        let paused = stage.seen("paused");
        assert!(paused.len() == 1 && paused[0].starts_with("paused payment: "), "{paused:?}");
        let seen = stage.seen("");
        let others = seen.iter().skip_while(|line| !line.starts_with("paused")).skip(1);
        assert!(others.clone().count() > 3, "other kinds go on: {seen:?}");
        let report = Report::of(stage.frontier.as_ref(), summary.counts).await.unwrap();
        assert!(!report.is_closed());
        assert_eq!(report.paused[0].1, summary.counts.paused);
        let text = report.text();
        assert!(
            text.contains("paused: payment, ") && text.contains("references to IDs of paused kinds: "),
            "{text}"
        );

        // Nothing of the kind is looked up until somebody has looked.
        let before = stage.look_ups();
        stage.run([], None).await;
        assert_eq!(stage.look_ups(), before);

        let freed = stage.frontier.unpause("payment").await.unwrap();
        assert_eq!(freed, summary.counts.paused);
        let mended = Stage { redesign: None, ..stage };
        let summary = mended.run([], None).await;
        assert_eq!(summary.counts, undisturbed);
        let report = Report::of(mended.frontier.as_ref(), summary.counts).await.unwrap();
        assert!(report.is_closed(), "{}", report.text());
    }
}

#[tokio::test(start_paused = true)]
async fn a_field_that_used_to_be_there_is_missed_once_a_run_and_in_the_report() {
    let change = |page: &str| page.replace("ΑΦΜ Φορέα", "Άλλο");
    let stage = Stage { redesign: Some(Redesign { from_payment: 13, change }), ..Stage::whole().await };
    let summary = stage.run([], None).await;
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    assert_eq!(stage.seen("faded"), ["faded payment: organisation_tax_number"]);
    assert_eq!((summary.counts.dead, summary.counts.paused), (0, 0), "it is only a warning");
    let report = Report::of(stage.frontier.as_ref(), summary.counts).await.unwrap();
    assert!(
        report.text().contains("warning: `organisation_tax_number` is missing in the last "),
        "{}",
        report.text()
    );
}
