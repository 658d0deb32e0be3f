//! What bounds hold back, and what the shortest way to a document has to do with it.

use anafora::domain::{Bounds, Edge};
use anafora::frontier::{Committed, Next};

use super::retry;
use super::subject::{Subject, TTL, kinds, open_bounds, stored};

pub(crate) async fn without_bounds_nothing_is_routed(subject: Subject) {
    assert_eq!(subject.enqueue(&["a1"]).await, 1);
    assert_eq!(subject.standing("a1").await, "bounded 0 (no route)");
    assert_eq!(subject.frontier().reopen(&open_bounds()).await.unwrap(), 1);
    assert_eq!(subject.standing("a1").await, "queued 0");
}

pub(crate) async fn bounds_hold_back_what_is_too_deep_and_reopening_frees_it(mut subject: Subject) {
    let shallow = Bounds { depth: Some(1), ..open_bounds() };
    subject.frontier().reopen(&shallow).await.unwrap();
    subject.enqueue(&["a1"]).await;
    subject.store("a1", &["a2"]).await;
    let committed = subject.store("a2", &["a4", "a3"]).await;
    assert_eq!(committed, Committed { discovered: 0, bounded: 2, references: 2 });
    assert!(matches!(subject.next().await, Next::Drained));
    assert_eq!(subject.standing("a3").await, "bounded 2 (deeper than --depth)");
    let bounded = subject.documents().references("a2").await.unwrap();
    assert!(bounded.iter().all(|(_, edge)| *edge == Edge::Bounded));
    subject.open_again().await;
    subject.enqueue(&["a5"]).await;
    subject.store("a5", &["a6"]).await;
    subject.store("a6", &["a7"]).await;
    assert_eq!(subject.standing("a7").await, "bounded 2 (deeper than --depth)");
    assert_eq!(subject.frontier().reopen(&open_bounds()).await.unwrap(), 3);
    let followed = subject.documents().references("a2").await.unwrap();
    assert!(followed.iter().all(|(_, edge)| *edge == Edge::Followed));
    for text in ["a3", "a4", "a7"] {
        subject.store(text, &[]).await;
    }
    subject.verify().await;
}

pub(crate) async fn a_limit_counts_what_was_let_in(subject: Subject) {
    let few = |limit| Bounds { limit: Some(limit), ..open_bounds() };
    subject.frontier().reopen(&few(2)).await.unwrap();
    subject.enqueue(&["a1"]).await;
    let committed = subject.store("a1", &["a2", "a3", "a4"]).await;
    assert_eq!(committed, Committed { discovered: 1, bounded: 2, references: 3 });
    assert_eq!(subject.standing("a3").await, "bounded 1 (beyond --limit)");
    assert_eq!(subject.frontier().reopen(&few(3)).await.unwrap(), 1);
    assert_eq!(subject.standing("a3").await, "queued 1");
    assert_eq!(subject.standing("a4").await, "bounded 1 (beyond --limit)");
    assert_eq!(subject.frontier().reopen(&few(2)).await.unwrap(), 0);
    assert_eq!(subject.standing("a2").await, "queued 1");
    assert_eq!(subject.standing("a3").await, "bounded 1 (beyond --limit)");
}

pub(crate) async fn kinds_and_routes_hold_back_seeds_too(subject: Subject) {
    let some = Bounds { kinds: Some(kinds(&["a"])), routed: kinds(&["a", "b"]), ..Bounds::default() };
    subject.frontier().reopen(&some).await.unwrap();
    assert_eq!(subject.enqueue(&["a1", "b1", "c1"]).await, 3);
    assert_eq!(subject.standing("a1").await, "queued 0");
    assert_eq!(subject.standing("b1").await, "bounded 0 (kind not among --kinds)");
    assert_eq!(subject.standing("c1").await, "bounded 0 (no route)");
}

pub(crate) async fn tighter_bounds_put_out_what_waits_and_nothing_else(subject: Subject) {
    let subject = subject.seeded(&["b1", "b2", "b3", "b4"]).await;
    subject.store("b1", &[]).await;
    let leased = subject.lease_of("b2").await;
    let lease = subject.lease_of("b3").await;
    subject.commit(lease, retry(TTL)).await;
    let others = Bounds { kinds: Some(kinds(&["a"])), ..open_bounds() };
    assert_eq!(subject.frontier().reopen(&others).await.unwrap(), 0);
    let mut standings = Vec::new();
    for text in ["b1", "b2", "b3", "b4"] {
        standings.push(subject.standing(text).await);
    }
    let out = "bounded 0 (kind not among --kinds)";
    assert_eq!(standings, ["stored 0", "leased 0", out, out]);
    subject.commit(leased, stored("b2", &[])).await;
    assert!(matches!(subject.next().await, Next::Drained));
    assert_eq!(subject.frontier().reopen(&open_bounds()).await.unwrap(), 2);
    assert_eq!(subject.standing("b3").await, "delayed 0");
    subject.store("b4", &[]).await;
    subject.clock.advance(TTL);
    assert_eq!(subject.lease_of("b3").await.attempt.get(), 2);
    subject.verify().await;
}

pub(crate) async fn a_shorter_way_lowers_everything_behind_it(subject: Subject) {
    subject.frontier().reopen(&Bounds { depth: Some(3), ..open_bounds() }).await.unwrap();
    subject.enqueue(&["a0", "b0"]).await;
    subject.store("a0", &["a1"]).await;
    let other_way = subject.lease_of("b0").await;
    subject.store("a1", &["a2"]).await;
    subject.store("a2", &["a3", "a1"]).await;
    subject.store("a3", &["a4", "a0"]).await;
    assert_eq!(subject.standing("a4").await, "bounded 4 (deeper than --depth)");
    subject.commit(other_way, stored("b0", &["a2"])).await;
    for (text, standing) in [("a1", "stored 1"), ("a2", "stored 1"), ("a3", "stored 2"), ("a4", "queued 3")] {
        assert_eq!(subject.standing(text).await, standing, "{text}");
    }
    let lease = subject.lease_of("a4").await;
    assert_eq!(lease.depth, 3);
    subject.verify().await;
}

pub(crate) async fn a_known_seed_is_at_depth_zero(subject: Subject) {
    subject.frontier().reopen(&Bounds { depth: Some(1), ..open_bounds() }).await.unwrap();
    subject.enqueue(&["a0"]).await;
    subject.store("a0", &["a1"]).await;
    let lease = subject.lease_of("a1").await;
    assert_eq!(subject.enqueue(&["a1"]).await, 0);
    subject.commit(lease, stored("a1", &["a2"])).await;
    assert_eq!(subject.standing("a1").await, "stored 0");
    assert_eq!(subject.standing("a2").await, "queued 1");
    subject.store("a2", &["a3"]).await;
    assert_eq!(subject.standing("a3").await, "bounded 2 (deeper than --depth)");
    subject.enqueue(&["a2"]).await;
    assert_eq!(subject.standing("a3").await, "queued 1");
}
