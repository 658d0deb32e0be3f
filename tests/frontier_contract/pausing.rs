//! What becomes of the IDs of a kind that is paused, and of dead letters that are put in line again.

use std::time::Duration;

use anafora::domain::{Bounds, Cause, Counts, Outcome, Pause, State, Timestamp};
use anafora::frontier::Next;

use super::retry;
use super::subject::{Subject, TTL, id, kinds, open_bounds, stored};

/// The pause of a kind, as a drift of its layout brings it about.
pub(crate) fn pause(kind: &str) -> Pause {
    Pause {
        kind: kind.into(),
        at: Timestamp::from_millis(1_000_000),
        missing: "css:h1".into(),
        since: id("b7"),
        evidence: Some("b7-1".into()),
    }
}

pub(crate) async fn a_paused_kind_stands_aside_until_it_is_freed(mut subject: Subject) {
    subject = subject.seeded(&["b1", "a1", "b2"]).await;
    let lease = subject.lease_of("b1").await;
    subject.commit(lease, retry(TTL)).await;
    assert_eq!(subject.frontier().pause(&pause("b")).await.unwrap(), 2);
    let other = Pause { missing: "css:h2".into(), ..pause("b") };
    assert_eq!(subject.frontier().pause(&other).await.unwrap(), 0);
    assert_eq!(subject.documents().pauses().await.unwrap(), [pause("b")]);
    subject.enqueue(&["b3"]).await;
    subject.store("a1", &["b4"]).await;
    for text in ["b1", "b2", "b3", "b4"] {
        assert_eq!(subject.documents().entry(text).await.unwrap().unwrap().state, State::Paused, "{text}");
    }
    assert!(matches!(subject.next().await, Next::Drained));
    assert!(subject.frontier().counts().await.unwrap().is_drained());
    subject.open_again().await;
    assert_eq!(subject.documents().pauses().await.unwrap(), [pause("b")]);
    subject.verify().await;
    assert_eq!(subject.frontier().unpause("b").await.unwrap(), 4);
    assert_eq!(subject.frontier().unpause("b").await.unwrap(), 0);
    assert!(subject.documents().pauses().await.unwrap().is_empty());
    let counts = Counts { queued: 3, delayed: 1, stored: 1, references: 1, ..Counts::default() };
    assert_eq!(subject.frontier().counts().await.unwrap(), counts);
    // The one that was tried goes behind the others, and its delay is over.
    for text in ["b2", "b3", "b4", "b1"] {
        subject.store(text, &[]).await;
    }
    subject.verify().await;
}

pub(crate) async fn what_is_given_back_while_its_kind_is_paused_stands_aside(subject: Subject) {
    let subject = subject.seeded(&["b1", "b2", "b3", "b4", "b5"]).await;
    let mut leases = Vec::new();
    for text in ["b1", "b2", "b3", "b4", "b5"] {
        leases.push(subject.lease_of(text).await);
    }
    assert_eq!(subject.frontier().pause(&pause("b")).await.unwrap(), 0);
    let postponed = Outcome::Postponed { after: TTL, cause: Cause::SessionLost };
    let outcomes = [retry(TTL), postponed, Outcome::Release, stored("b4", &[])];
    for (lease, outcome) in leases.drain(..4).zip(outcomes) {
        subject.commit(lease, outcome).await;
    }
    for (text, state, attempts) in [
        ("b1", State::Paused, 1),
        ("b2", State::Paused, 0),
        ("b3", State::Paused, 0),
        ("b4", State::Stored, 1),
    ] {
        let entry = subject.documents().entry(text).await.unwrap().unwrap();
        assert_eq!((entry.state, entry.attempts), (state, attempts), "{text}");
    }
    // A lease that runs out is no way around the pause.
    subject.clock.advance(TTL);
    assert!(matches!(subject.next().await, Next::Drained));
    assert_eq!(subject.frontier().counts().await.unwrap().paused, 4);
    subject.verify().await;
    assert_eq!(subject.frontier().unpause("b").await.unwrap(), 4);
    assert_eq!(subject.lease_of("b3").await.attempt.get(), 1);
}

pub(crate) async fn a_bounded_id_of_a_paused_kind_stays_bounded(subject: Subject) {
    let subject = subject.seeded(&["b1"]).await;
    subject.frontier().pause(&pause("b")).await.unwrap();
    let shallow = Bounds { depth: Some(0), ..open_bounds() };
    subject.frontier().reopen(&shallow).await.unwrap();
    subject.enqueue(&["a1"]).await;
    subject.store("a1", &["b2"]).await;
    assert_eq!(subject.standing("b2").await, "bounded 1 (deeper than --depth)");
    assert_eq!(subject.frontier().unpause("b").await.unwrap(), 1);
    subject.frontier().pause(&pause("b")).await.unwrap();
    let others = Bounds { kinds: Some(kinds(&["a"])), ..open_bounds() };
    assert_eq!(subject.frontier().reopen(&others).await.unwrap(), 0);
    assert_eq!(subject.standing("b1").await, "bounded 0 (kind not among --kinds)");
    assert_eq!(subject.frontier().reopen(&open_bounds()).await.unwrap(), 2);
    assert_eq!(subject.standing("b1").await, "paused 0");
    assert_eq!(subject.standing("b2").await, "paused 1");
    subject.verify().await;
}

pub(crate) async fn a_postponed_id_goes_behind_the_others_and_keeps_its_attempt(subject: Subject) {
    let subject = subject.seeded(&["a1", "a2"]).await;
    let lease = subject.lease_of("a1").await;
    let cause = Cause::Unavailable { detail: "503".into() };
    subject.commit(lease, Outcome::Postponed { after: Duration::ZERO, cause: cause.clone() }).await;
    let entry = subject.documents().entry("a1").await.unwrap().unwrap();
    assert_eq!((entry.state, entry.attempts, entry.cause), (State::Delayed, 0, Some(cause)));
    drop(subject.lease_of("a2").await);
    assert_eq!(subject.lease_of("a1").await.attempt.get(), 1);
}

pub(crate) async fn a_dead_letter_is_put_in_line_again_with_all_its_attempts(mut subject: Subject) {
    subject = subject.seeded(&["a1", "b1", "c1"]).await;
    for text in ["a1", "b1", "c1"] {
        let lease = subject.lease_of(text).await;
        subject.commit(lease, retry(Duration::ZERO)).await;
    }
    for text in ["a1", "b1", "c1"] {
        let lease = subject.lease_of(text).await;
        subject.commit(lease, Outcome::Dead { cause: Cause::SessionLost }).await;
    }
    subject.enqueue(&["a2"]).await;
    subject.frontier().pause(&pause("b")).await.unwrap();
    let without_c = Bounds { kinds: Some(kinds(&["a", "b"])), ..open_bounds() };
    subject.frontier().reopen(&without_c).await.unwrap();
    let ids = ["a1", "a1", "b1", "c1", "a2", "a9"].map(id);
    assert_eq!(subject.frontier().revive(&ids).await.unwrap(), 3);
    let entry = subject.documents().entry("a1").await.unwrap().unwrap();
    assert_eq!((entry.state, entry.attempts, entry.cause), (State::Queued, 0, None));
    assert_eq!(subject.standing("b1").await, "paused 0");
    assert_eq!(subject.standing("c1").await, "bounded 0 (kind not among --kinds)");
    assert_eq!(subject.standing("a9").await, "unknown");
    subject.open_again().await;
    subject.store("a2", &[]).await;
    assert_eq!(subject.lease_of("a1").await.attempt.get(), 1);
    subject.verify().await;
}
