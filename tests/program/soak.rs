//! A portal that is slow, down, silent, forgetful and wrong all at once costs time, and nothing else.

use std::time::{Duration, Instant};

use anafora::demo::{Portal, Rate, SEED_ID, STRIKES_MAX, Switch};
use serde_json::Value as Json;

use crate::anafora::{World, portal};
use crate::patience::{ATTEMPTS, LOST_SESSIONS_MAX, impatient_profile};
use crate::truth::assert_truth;

/// Documents where nobody says; `make soak` says more.
const DOCUMENTS: usize = 150;
/// No look-up takes longer on average, however busy the machine is.
const LOOK_UP_MAX: Duration = Duration::from_secs(10);

fn documents() -> usize {
    std::env::var("ANAFORA_SOAK_DOCUMENTS").map_or(DOCUMENTS, |number| number.parse().unwrap())
}

fn misbehave(portal: &Portal) {
    let rate = |share| Rate::of(share).unwrap();
    for switch in [
        Switch::UnavailableRate(rate(0.01)),
        Switch::ExpiryRate(rate(0.04)),
        Switch::HangRate(rate(0.01)),
        Switch::WrongPageRate(rate(0.08)),
        Switch::Latency(Duration::from_millis(5)),
        Switch::Jitter(Duration::from_millis(30)),
    ] {
        portal.switch(switch);
    }
}

/// Every fault struck, and no row was opened more often than the faults explain: once, and once more for each time that
/// the portal may strike a document. A busy machine may miss a deadline where the portal did not hang; each is in the
/// history of its ID.
async fn assert_bounds(world: &World, portal: &Portal) {
    let stats = portal.stats();
    let faults = [stats.unavailable, stats.expired, stats.hangs, stats.wrong_pages];
    assert!(faults.iter().all(|count| *count >= 3), "{stats:?}");
    let bound = u64::from(1 + 2 * STRIKES_MAX);
    for (id, opened) in stats.details_by_id.iter().filter(|(_, opened)| **opened > bound) {
        let explained = world.good(&["explain", id, "--data", "store", "--format", "json"]).await;
        let missed = explained.matches("deadline_missed").count() as u64;
        assert!(*opened <= bound + missed, "{id} was opened {opened} times: {explained}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_of_a_portal_with_every_fault_at_once_ends_with_exactly_the_truth() {
    // More attempts than faults can cost, so that what a busy machine costs has room.
    const { assert!(ATTEMPTS > STRIKES_MAX && LOST_SESSIONS_MAX > STRIKES_MAX) };
    let documents = documents();
    let (world, portal) = (World::new(), portal(documents).await);
    misbehave(&portal);
    let (base, profile) = (portal.base().to_string(), impatient_profile(&world));
    let began = Instant::now();
    let mut crawl = world.command(&[
        "crawl",
        "--profile",
        &profile,
        "--base",
        &base,
        "--sessions",
        "2",
        "--data",
        "store",
        SEED_ID,
    ]);
    let deadline = LOOK_UP_MAX * u32::try_from(documents).unwrap();
    let said = tokio::time::timeout(deadline, crawl.output()).await.expect("it ends").unwrap();
    let errors = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(0), "{errors}");
    let status = world.good(&["status", "--data", "store", "--format", "json"]).await;
    let status: Json = serde_json::from_str(&status).unwrap();
    assert_eq!((&status["dead"], &status["drained"]), (&0.into(), &true.into()), "{status}");
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert_truth(&portal, &exported);
    assert_bounds(&world, &portal).await;
    world.good(&["verify", "--data", "store"]).await;
    world.quiet().await;
    if std::env::var_os("ANAFORA_SOAK_DOCUMENTS").is_some() {
        report(&portal, documents, began.elapsed());
    }
    portal.stop().await;
}

/// The figures for whoever asked for a long soak.
#[expect(clippy::print_stderr, reason = "figures are for people")]
fn report(portal: &Portal, documents: usize, took: Duration) {
    let stats = portal.stats();
    let most = stats.details_by_id.values().max().unwrap_or(&0);
    eprintln!("{documents} documents in {:.0} s, rows opened {}", took.as_secs_f64(), stats.details);
    eprintln!("the same row was opened {most} times at most");
    eprintln!(
        "503 {}, expired {}, never answered {}, wrong pages {}",
        stats.unavailable, stats.expired, stats.hangs, stats.wrong_pages
    );
}
