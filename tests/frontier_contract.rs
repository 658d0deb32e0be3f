//! What every frontier promises, held against each store with the same cases.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says by a panic what is wrong"
)]

#[path = "frontier_contract/bounds.rs"]
mod bounds;
#[path = "frontier_contract/damage.rs"]
mod damage;
#[path = "frontier_contract/dump.rs"]
mod dump;
#[path = "frontier_contract/history.rs"]
mod history;
#[path = "frontier_contract/model.rs"]
mod model;
#[path = "frontier_contract/pausing.rs"]
mod pausing;
#[path = "frontier_contract/subject.rs"]
mod subject;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anafora::domain::{
    Cause, Counts, Edge, Field, Intent, Outcome, Reference, State, Timestamp, Value, WorkerId,
};
use anafora::frontier::{Committed, FrontierError, Next};
use futures::StreamExt as _;

use self::bounds::{
    a_known_seed_is_at_depth_zero, a_limit_counts_what_was_let_in, a_shorter_way_lowers_everything_behind_it,
    bounds_hold_back_what_is_too_deep_and_reopening_frees_it, kinds_and_routes_hold_back_seeds_too,
    tighter_bounds_put_out_what_waits_and_nothing_else, without_bounds_nothing_is_routed,
};
use self::dump::{
    a_dump_restores_to_the_same_frontier, a_leased_id_is_dumped_as_its_holder_s_death_would_leave_it,
    a_restored_frontier_goes_on_where_the_other_stood, an_empty_frontier_is_one_line,
};
use self::history::{
    a_history_begins_with_the_first_reference_cut_to_a_sentence, a_history_tells_what_happened_in_order,
    a_long_history_keeps_its_beginning_and_its_end, coverage_follows_from_the_outcomes,
    giving_back_without_end_does_not_fill_a_history, only_the_last_look_ups_of_a_kind_are_remembered,
    runs_are_kept_in_order, wide_coverage_shrinks_and_grows,
};
use self::pausing::{
    a_bounded_id_of_a_paused_kind_stays_bounded, a_dead_letter_is_put_in_line_again_with_all_its_attempts,
    a_paused_kind_stands_aside_until_it_is_freed,
    a_postponed_id_goes_behind_the_others_and_keeps_its_attempt,
    what_is_given_back_while_its_kind_is_paused_stands_aside,
};
use self::subject::{Subject, TTL, document, id, page, reference, stored};

/// Runs each case on each store.
macro_rules! contract {
    ($($case:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $case() { super::$case(super::Subject::memory()).await; })*
        }
        mod sled {
            $(#[tokio::test] async fn $case() { super::$case(super::Subject::sled()).await; })*
        }
    };
}

contract! {
    one_worker_gets_ids_first_in_first_out,
    an_id_is_put_in_line_once,
    a_lease_that_ran_out_is_handed_out_again,
    a_stale_worker_cannot_commit_or_extend,
    a_lease_that_ran_out_can_be_committed_while_nobody_else_has_it,
    an_extended_lease_stays_hidden,
    a_retried_id_comes_back_after_its_delay,
    a_released_id_has_its_old_place_and_its_attempt_back,
    a_released_retry_keeps_its_delay_and_its_cause,
    dead_and_absent_ids_are_final,
    a_frontier_is_drained_when_nothing_is_left_to_wait_for,
    a_commit_keeps_the_document_and_every_reference,
    a_mention_is_no_entry_until_somebody_follows_it,
    a_document_does_not_refer_to_itself,
    without_bounds_nothing_is_routed,
    bounds_hold_back_what_is_too_deep_and_reopening_frees_it,
    a_limit_counts_what_was_let_in,
    kinds_and_routes_hold_back_seeds_too,
    tighter_bounds_put_out_what_waits_and_nothing_else,
    a_shorter_way_lowers_everything_behind_it,
    a_known_seed_is_at_depth_zero,
    large_documents_come_back_whole,
    documents_beyond_the_cap_are_refused_and_the_lease_comes_back,
    long_causes_are_cut,
    a_lease_without_end_is_kept,
    workers_never_share_an_id,
    entries_come_in_pages,
    a_paused_kind_stands_aside_until_it_is_freed,
    what_is_given_back_while_its_kind_is_paused_stands_aside,
    a_bounded_id_of_a_paused_kind_stays_bounded,
    a_postponed_id_goes_behind_the_others_and_keeps_its_attempt,
    a_dead_letter_is_put_in_line_again_with_all_its_attempts,
    a_history_tells_what_happened_in_order,
    a_history_begins_with_the_first_reference_cut_to_a_sentence,
    a_long_history_keeps_its_beginning_and_its_end,
    giving_back_without_end_does_not_fill_a_history,
    coverage_follows_from_the_outcomes,
    only_the_last_look_ups_of_a_kind_are_remembered,
    wide_coverage_shrinks_and_grows,
    runs_are_kept_in_order,
    a_dump_restores_to_the_same_frontier,
    a_leased_id_is_dumped_as_its_holder_s_death_would_leave_it,
    an_empty_frontier_is_one_line,
    a_restored_frontier_goes_on_where_the_other_stood,
    random_runs_agree_with_the_model,
}

fn retry(after: Duration) -> Outcome {
    Outcome::Retry { after, cause: Cause::SessionLost }
}

async fn one_worker_gets_ids_first_in_first_out(subject: Subject) {
    let subject = subject.seeded(&["a9", "a1", "a5"]).await;
    subject.store("a9", &["a7", "a2"]).await;
    subject.store("a1", &[]).await;
    subject.store("a5", &[]).await;
    subject.store("a2", &[]).await;
    subject.store("a7", &[]).await;
    assert!(matches!(subject.next().await, Next::Drained));
    subject.verify().await;
}

async fn an_id_is_put_in_line_once(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    assert_eq!(subject.enqueue(&["a1", "a2", "a2"]).await, 1);
    let committed = subject.store("a1", &["a2", "a3", "a1"]).await;
    assert_eq!(committed, Committed { discovered: 1, bounded: 0, references: 2 });
    let counts = subject.frontier().counts().await.unwrap();
    assert_eq!(counts, Counts { queued: 2, stored: 1, references: 2, ..Counts::default() });
}

async fn a_lease_that_ran_out_is_handed_out_again(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let first = subject.lease_of("a1").await;
    let Next::Empty { next_visible_at } = subject.next().await else { panic!("nothing was visible") };
    assert_eq!(next_visible_at, first.expires_at);
    subject.clock.advance(TTL);
    let second = subject.lease_of("a1").await;
    assert_eq!((first.attempt.get(), second.attempt.get()), (1, 2));
    assert_ne!(first.token, second.token);
}

async fn a_stale_worker_cannot_commit_or_extend(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let mut stale = subject.lease_of("a1").await;
    subject.clock.advance(TTL);
    let fresh = subject.lease_of("a1").await;
    let error = subject.frontier().extend(&mut stale, TTL).await.unwrap_err();
    assert_eq!(error.to_string(), "the lease on a1 was lost: it ran out after 60s");
    let error = subject.frontier().commit(stale, stored("a1", &["a2"])).await.unwrap_err();
    assert!(error.lease.is_none());
    assert!(matches!(error.source, FrontierError::LeaseLost { .. }));
    assert_eq!(subject.standing("a2").await, "unknown");
    assert!(subject.documents().document("a1").await.unwrap().is_none());
    subject.commit(fresh, stored("a1", &[])).await;
    assert_eq!(subject.standing("a1").await, "stored 0");
}

async fn a_lease_that_ran_out_can_be_committed_while_nobody_else_has_it(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let lease = subject.lease_of("a1").await;
    subject.clock.advance(TTL * 2);
    subject.commit(lease, stored("a1", &[])).await;
    assert!(matches!(subject.next().await, Next::Drained));
}

async fn an_extended_lease_stays_hidden(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let mut lease = subject.lease_of("a1").await;
    subject.clock.advance(TTL / 2);
    subject.frontier().extend(&mut lease, TTL).await.unwrap();
    assert_eq!(lease.expires_at.since(lease.leased_at), TTL * 3 / 2);
    subject.clock.advance(TTL.saturating_sub(Duration::from_millis(1)));
    assert!(
        matches!(subject.next().await, Next::Empty { next_visible_at } if next_visible_at == lease.expires_at)
    );
    subject.clock.advance(Duration::from_millis(1));
    drop(subject.lease_of("a1").await);
}

async fn a_retried_id_comes_back_after_its_delay(subject: Subject) {
    let subject = subject.seeded(&["a1", "a2"]).await;
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, retry(TTL)).await;
    let entry = subject.documents().entry("a1").await.unwrap().unwrap();
    assert_eq!((entry.state, entry.cause), (State::Delayed, Some(Cause::SessionLost)));
    subject.store("a2", &[]).await;
    assert!(matches!(subject.next().await, Next::Empty { .. }));
    subject.clock.advance(TTL);
    let lease = subject.lease_of("a1").await;
    assert_eq!(lease.attempt.get(), 2);
    assert_eq!(subject.documents().entry("a1").await.unwrap().unwrap().cause, None);
}

async fn a_released_id_has_its_old_place_and_its_attempt_back(subject: Subject) {
    let subject = subject.seeded(&["a1", "a2"]).await;
    let first = subject.lease_of("a1").await;
    let second = subject.lease_of("a2").await;
    subject.commit(second, Outcome::Release).await;
    subject.commit(first, Outcome::Release).await;
    assert_eq!(subject.documents().entry("a1").await.unwrap().unwrap().attempts, 0);
    assert_eq!(subject.lease_of("a1").await.attempt.get(), 1);
    drop(subject.lease_of("a2").await);
}

async fn a_released_retry_keeps_its_delay_and_its_cause(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, retry(Duration::ZERO)).await;
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Release).await;
    let entry = subject.documents().entry("a1").await.unwrap().unwrap();
    assert_eq!((entry.state, entry.attempts, entry.cause), (State::Delayed, 1, Some(Cause::SessionLost)));
    subject.enqueue(&["a2"]).await;
    drop(subject.lease_of("a2").await);
    drop(subject.lease_of("a1").await);
}

async fn dead_and_absent_ids_are_final(subject: Subject) {
    let subject = subject.seeded(&["a1", "a2"]).await;
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Dead { cause: Cause::Ambiguous { rows: 2 } }).await;
    let lease = subject.lease_of("a2").await;
    subject.commit(lease, Outcome::Absent { evidence: page("none found") }).await;
    assert_eq!(subject.enqueue(&["a1", "a2"]).await, 0);
    assert!(matches!(subject.next().await, Next::Drained));
    let dead = subject.documents().entry("a1").await.unwrap().unwrap();
    assert_eq!((dead.state, dead.cause), (State::Dead, Some(Cause::Ambiguous { rows: 2 })));
    let absent = subject.documents().entry("a2").await.unwrap().unwrap();
    assert_eq!((absent.state, absent.page), (State::Absent, Some(page("none found"))));
    subject.verify().await;
}

async fn a_frontier_is_drained_when_nothing_is_left_to_wait_for(subject: Subject) {
    assert!(matches!(subject.next().await, Next::Drained));
    let subject = subject.seeded(&["a1"]).await;
    let lease = subject.lease_of("a1").await;
    assert!(matches!(subject.next().await, Next::Empty { .. }));
    subject.commit(lease, retry(TTL)).await;
    assert!(matches!(subject.next().await, Next::Empty { .. }));
    assert!(!subject.frontier().counts().await.unwrap().is_drained());
    subject.clock.advance(TTL);
    subject.store("a1", &[]).await;
    assert!(matches!(subject.next().await, Next::Drained));
    assert!(subject.frontier().counts().await.unwrap().is_drained());
}

async fn a_commit_keeps_the_document_and_every_reference(subject: Subject) {
    let subject = subject.seeded(&["a1", "b2"]).await;
    let whole = document(
        "a1",
        vec![
            reference("b2", "contract", 7, Intent::Follow),
            reference("b2", "contract", 9, Intent::Follow),
            reference("c3", "award", 0, Intent::Follow),
        ],
    );
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Stored(Box::new(whole.clone()))).await;
    let lease = subject.lease_of("b2").await;
    let mut backwards = whole.references.clone();
    backwards.reverse();
    backwards.retain(|reference| reference.target == id("c3"));
    backwards.push(reference("a1", "payment", 3, Intent::Follow));
    subject.commit(lease, Outcome::Stored(Box::new(document("b2", backwards.clone())))).await;
    assert_eq!(subject.documents().document("a1").await.unwrap().unwrap(), whole);
    assert_eq!(subject.documents().entry("a1").await.unwrap().unwrap().page, Some(page("a1")));
    let kept = subject.documents().references("b2").await.unwrap();
    backwards.sort();
    assert_eq!(kept, backwards.iter().map(|kept| (kept.clone(), Edge::Followed)).collect::<Vec<_>>());
    let named: Vec<_> = subject.documents().named_by("c3").await.unwrap();
    assert_eq!(named, [(id("a1"), whole.references[2].clone()), (id("b2"), whole.references[2].clone())]);
    assert_eq!(subject.documents().named_by("b2").await.unwrap().len(), 2);
    assert!(subject.documents().named_by("b").await.unwrap().is_empty());
    assert_eq!(subject.frontier().counts().await.unwrap().references, 5);
    subject.verify().await;
}

async fn a_mention_is_no_entry_until_somebody_follows_it(subject: Subject) {
    let subject = subject.seeded(&["a1", "a2"]).await;
    let mention = reference("d9", "text", 0, Intent::Mention);
    let lease = subject.lease_of("a1").await;
    let committed =
        subject.commit(lease, Outcome::Stored(Box::new(document("a1", vec![mention.clone()])))).await;
    assert_eq!(committed, Committed { discovered: 0, bounded: 0, references: 1 });
    assert_eq!(subject.standing("d9").await, "unknown");
    assert_eq!(subject.documents().named_by("d9").await.unwrap(), [(id("a1"), mention.clone())]);
    subject.store("a2", &["d9"]).await;
    assert_eq!(subject.standing("d9").await, "queued 1");
    assert_eq!(subject.documents().references("a1").await.unwrap(), [(mention, Edge::Mentioned)]);
}

async fn a_document_does_not_refer_to_itself(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    assert_eq!(subject.store("a1", &["a1"]).await, Committed::default());
    assert!(subject.documents().named_by("a1").await.unwrap().is_empty());
    assert!(subject.documents().document("a1").await.unwrap().unwrap().references.is_empty());
}

async fn large_documents_come_back_whole(mut subject: Subject) {
    let mention = |number: u64| Reference {
        evidence: "Ω".repeat(if number == 7 { 50_000 } else { 20 }),
        ..reference(&format!("d{}", number % 50), "text", number, Intent::Mention)
    };
    let mut large = document("a1", (0..3_000).map(mention).collect());
    large.references.sort();
    large.fields.push(Field { name: "text".into(), value: Value::Text("λόγος ".repeat(100_000)) });
    subject = subject.seeded(&["a1"]).await;
    let lease = subject.lease_of("a1").await;
    let committed = subject.commit(lease, Outcome::Stored(Box::new(large.clone()))).await;
    assert_eq!(committed.references, 3_000);
    subject.open_again().await;
    assert_eq!(subject.documents().document("a1").await.unwrap().unwrap(), large);
    assert_eq!(subject.documents().named_by("d7").await.unwrap().len(), 60);
    subject.verify().await;
}

async fn documents_beyond_the_cap_are_refused_and_the_lease_comes_back(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let mut long = document("a1", Vec::new());
    long.fields.push(Field { name: "text".into(), value: Value::Text("x".repeat(4 * 1024 * 1024)) });
    let mention = |number| reference("d1", "text", number, Intent::Mention);
    let wide = document("a1", (0..20_001).map(mention).collect());
    let mut lease = subject.lease_of("a1").await;
    for (document, detail) in [
        (long, "4194411 bytes of fields and references, 4194304 at most"),
        (wide, "20001 references, 20000 at most"),
    ] {
        let error = subject.frontier().commit(lease, Outcome::Stored(Box::new(document))).await.unwrap_err();
        assert_eq!(error.source.to_string(), format!("a1 is too large for the store: {detail}"));
        lease = error.lease.unwrap();
    }
    assert_eq!(subject.frontier().counts().await.unwrap(), Counts { leased: 1, ..Counts::default() });
    let cause = Cause::DocumentTooLarge { detail: "20001 references".into() };
    subject.commit(lease, Outcome::Dead { cause }).await;
    subject.verify().await;
}

async fn long_causes_are_cut(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Dead { cause: Cause::Failed { detail: "ο".repeat(100_000) } }).await;
    let cause = subject.documents().entry("a1").await.unwrap().unwrap().cause;
    assert_eq!(cause, Some(Cause::Failed { detail: format!("{}…", "ο".repeat(500)) }));
}

async fn a_lease_without_end_is_kept(mut subject: Subject) {
    subject = subject.seeded(&["a1"]).await;
    let worker = WorkerId("w".into());
    let Next::Leased(lease) = subject.frontier().lease(&worker, Duration::MAX).await.unwrap() else {
        panic!("a1 was visible");
    };
    assert_eq!(lease.expires_at, Timestamp::from_millis(u64::MAX));
    assert!(matches!(subject.next().await, Next::Empty { .. }));
    if subject.open_again().await {
        drop(subject.lease_of("a1").await);
    }
}

async fn workers_never_share_an_id(subject: Subject) {
    let subject = Arc::new(subject.seeded(&["a0"]).await);
    let taken = Arc::new(Mutex::new(Vec::new()));
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let (subject, taken) = (subject.clone(), taken.clone());
            tokio::spawn(async move {
                loop {
                    match subject.next().await {
                        Next::Drained => return,
                        Next::Empty { .. } => tokio::task::yield_now().await,
                        Next::Leased(lease) => {
                            let number: u64 = lease.id.as_str()[1..].parse().unwrap();
                            taken.lock().unwrap().push(number);
                            let targets =
                                [2 * number + 1, 2 * number + 2].map(|target| format!("a{}", target % 150));
                            let text = lease.id.as_str().to_owned();
                            let outcome = stored(&text, &targets.each_ref().map(String::as_str));
                            subject.commit(lease, outcome).await;
                        }
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    let taken = taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 150);
    assert_eq!(taken.iter().copied().collect::<BTreeSet<_>>(), (0..150).collect());
    subject.verify().await;
}

async fn entries_come_in_pages(subject: Subject) {
    let subject = subject.seeded(&["b1", "a10", "a1", "c1"]).await;
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = subject.documents().entries(after.as_deref(), 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id.as_str().to_owned());
        seen.extend(page.into_iter().map(|entry| entry.id.as_str().to_owned()));
        assert!(seen.len() <= 4, "{seen:?}");
    }
    assert_eq!(seen, ["a1", "a10", "b1", "c1"]);
}

async fn random_runs_agree_with_the_model(first: Subject) {
    let is_durable = first.is_durable();
    // Several at a time, as most of a run on disk is waiting for the disk; and fewer there.
    let seeds = if is_durable { 0..100 } else { 0..200 };
    let runs = futures::stream::iter(seeds).for_each_concurrent(8, |seed| async move {
        let subject = if is_durable { Subject::sled() } else { Subject::memory() };
        model::run(subject, seed, 300).await;
    });
    runs.await;
}

#[tokio::test]
async fn an_id_that_cuts_us_off_twenty_times_in_a_row_is_a_dead_letter() {
    let mut subject = Subject::sled().seeded(&["a1"]).await;
    let postponed = Outcome::Postponed { after: Duration::ZERO, cause: Cause::SessionLost };
    // What is committed in between ends the row, also where it leaves the ID where it was.
    for (attempt, outcome) in [(1, Outcome::Release), (1, postponed), (1, retry(Duration::ZERO))] {
        for cut_offs in 0..10 {
            let lease = subject.lease_of("a1").await;
            assert_eq!(lease.attempt.get(), attempt, "after {cut_offs} cut-offs");
            subject.open_again().await;
        }
        let lease = subject.lease_of("a1").await;
        subject.commit(lease, outcome).await;
    }
    for cut_offs in 0..20 {
        let lease = subject.lease_of("a1").await;
        assert_eq!(lease.attempt.get(), 2, "after {cut_offs} cut-offs");
        subject.open_again().await;
        let error = subject.frontier().commit(lease, stored("a1", &[])).await.unwrap_err();
        assert!(matches!(error.source, FrontierError::LeaseLost { .. }));
    }
    let entry = subject.documents().entry("a1").await.unwrap().unwrap();
    assert_eq!((entry.state, entry.cause), (State::Dead, Some(Cause::CutOff { times: 20 })));
    subject.frontier().enqueue(&[id("a2")]).await.unwrap();
    drop(subject.lease_of("a2").await);
}
