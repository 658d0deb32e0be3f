//! A dump holds everything, and what is restored from it is the same frontier; from a dump with a fault nothing is.

use std::sync::Arc;
use std::time::Duration;

use anafora::clock::{ManualClock, SystemClock};
use anafora::domain::{Cause, Digest, Intent, Outcome, Timestamp};
use anafora::frontier::{
    Dump, Frontier as _, Line, MemoryFrontier, Portable, Restore, RestoreError, SledFrontier,
};

use super::pausing::pause;
use super::retry;
use super::subject::{Subject, document, page, reference, stored};

/// A dump as text.
pub(crate) async fn dumped(frontier: &dyn Portable) -> Vec<String> {
    let mut dump = Dump::of(frontier);
    let mut texts = Vec::new();
    loop {
        let lines = dump.next().await.unwrap();
        if lines.is_empty() {
            return texts;
        }
        texts.extend(lines.iter().map(|line| line.to_json().unwrap()));
    }
}

async fn restored(frontier: &dyn Portable, lines: &[String]) -> Result<u64, RestoreError> {
    let mut restore = Restore::into(frontier);
    for line in lines {
        restore.line(line).await?;
    }
    restore.finish().await
}

/// Restores a dump into an empty frontier, and finds there what it holds.
pub(crate) async fn assert_restorable(lines: &[String], at: &str) {
    let clock = ManualClock::at(Timestamp::from_millis(9_000_000));
    let other = MemoryFrontier::new(Arc::new(clock));
    assert_eq!(restored(&other, lines).await.unwrap(), lines.len() as u64, "{at}");
    other.verify().await.unwrap();
    assert_eq!(dumped(&other).await, lines, "{at}");
}

/// With something in every table, and an ID in every state but leased.
async fn varied(subject: Subject) -> Subject {
    subject.frontier().begin_run(Digest::of(b"profile")).await.unwrap();
    let subject = subject.seeded(&["a1", "a2", "a3", "a4", "z1", "b1"]).await;
    let long = Outcome::Stored(Box::new(document(
        "a1",
        (0..400).map(|number| reference(&format!("a{number}"), "next", number, Intent::Follow)).collect(),
    )));
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, long).await;
    let lease = subject.lease_of("a2").await;
    subject.commit(lease, Outcome::Absent { evidence: page("none") }).await;
    let lease = subject.lease_of("a3").await;
    subject.commit(lease, Outcome::Dead { cause: Cause::LayoutChanged { what: "title".into() } }).await;
    let lease = subject.lease_of("a4").await;
    subject.commit(lease, retry(Duration::MAX)).await;
    subject.frontier().pause(&pause("b")).await.unwrap();
    subject.frontier().end_run("drained").await.unwrap();
    subject.frontier().begin_run(Digest::of(b"profile")).await.unwrap();
    subject
}

pub(crate) async fn a_dump_restores_to_the_same_frontier(subject: Subject) {
    let subject = varied(subject).await;
    let lines = dumped(subject.portable()).await;
    for kind in ["bounds", "pause", "run", "coverage", "id", "document", "end"] {
        let beginning = format!("{{\"v\":1,\"line\":\"{kind}\"");
        assert!(lines.iter().any(|line| line.starts_with(&beginning)), "no line begins with {beginning}");
    }
    for state in ["queued", "delayed", "stored", "absent", "dead", "paused", "bounded"] {
        let states = format!("\"state\":\"{state}\"");
        assert!(lines.iter().any(|line| line.contains(&states)), "no ID is {state}");
    }
    assert_restorable(&lines, "varied").await;
    let dir = tempfile::tempdir().unwrap();
    let other = SledFrontier::open(dir.path(), Arc::new(SystemClock)).unwrap();
    restored(&other, &lines).await.unwrap();
    other.close().await.unwrap();
    let other = SledFrontier::open(dir.path(), Arc::new(SystemClock)).unwrap();
    assert_eq!(dumped(&other).await, lines);
    other.close().await.unwrap();
}

pub(crate) async fn a_leased_id_is_dumped_as_its_holder_s_death_would_leave_it(mut subject: Subject) {
    subject = subject.seeded(&["a1", "b1"]).await;
    let leases = [subject.lease_of("a1").await, subject.lease_of("b1").await];
    subject.frontier().pause(&pause("b")).await.unwrap();
    let lines = dumped(subject.portable()).await;
    assert_restorable(&lines, "leased").await;
    // The leases themselves still hold.
    assert_eq!(subject.frontier().counts().await.unwrap().leased, 2);
    if subject.open_again().await {
        assert_eq!(dumped(subject.portable()).await, lines);
    } else {
        for (lease, text) in leases.into_iter().zip(["a1", "b1"]) {
            subject.commit(lease, stored(text, &[])).await;
        }
    }
}

pub(crate) async fn an_empty_frontier_is_one_line(subject: Subject) {
    let lines = dumped(subject.portable()).await;
    assert_eq!(lines, ["{\"v\":1,\"line\":\"end\",\"lines\":0}"]);
    assert_restorable(&lines, "empty").await;
}

pub(crate) async fn a_restored_frontier_goes_on_where_the_other_stood(subject: Subject) {
    let first = Subject::memory().seeded(&["a1", "a2", "a3"]).await;
    let lease = first.lease_of("a1").await;
    first.commit(lease, retry(Duration::ZERO)).await;
    restored(subject.portable(), &dumped(first.portable()).await).await.unwrap();
    subject.store("a2", &["a4"]).await;
    subject.store("a3", &[]).await;
    subject.store("a4", &[]).await;
    assert_eq!(subject.lease_of("a1").await.attempt.get(), 2);
    subject.verify().await;
    let full = restored(subject.portable(), &["{\"v\":1,\"line\":\"end\",\"lines\":0}".to_owned()]).await;
    assert!(matches!(full, Err(RestoreError::NotEmpty)), "{full:?}");
}

/// Each fault with what is said of it; the line's number is that of the line at fault.
#[tokio::test]
async fn a_dump_with_a_fault_leaves_nothing_that_opens() {
    let small = Subject::memory().seeded(&["a1", "a2", "b1"]).await;
    small.store("a1", &["a3"]).await;
    small.frontier().pause(&pause("b")).await.unwrap();
    let lines = dumped(small.portable()).await;
    // 1 bounds, 2 pause, 3 coverage, 4 a1, 5 a2, 6 a3, 7 b1, 8 a1's document, 9 end
    assert_eq!(lines.len(), 9, "{lines:#?}");
    let disagree = "the lines before it do not agree with each other:";
    let replace = |line: usize, from: &str, to: &str| {
        let mut lines = lines.clone();
        assert!(lines[line - 1].contains(from), "{}", lines[line - 1]);
        lines[line - 1] = lines[line - 1].replace(from, to);
        lines
    };
    let repeat = |line: usize| {
        let mut lines = lines.clone();
        lines.insert(line, lines[line - 1].clone());
        lines
    };
    let without = |line: usize| {
        let mut lines = replace(9, "\"lines\":8", "\"lines\":7");
        lines.remove(line - 1);
        lines
    };
    for (faulty, expected) in [
        (lines[..8].to_vec(), "line 8: the dump is cut off behind it".to_owned()),
        (Vec::new(), "line 0: the dump is cut off behind it".to_owned()),
        (repeat(9), "line 10: it stands behind the end".to_owned()),
        (repeat(1), "line 2: bounds stand in it twice".to_owned()),
        (repeat(2), "line 3: `b` stands in it twice".to_owned()),
        (repeat(3), "line 4: `a` stands in it twice".to_owned()),
        (repeat(4), "line 5: `a1` stands in it twice".to_owned()),
        (repeat(8), "line 9: `a1` stands in it twice".to_owned()),
        (replace(5, "\"v\":1", "\"v\":2"), "line 5: it has version 2, this anafora reads 1".to_owned()),
        (replace(5, "\"v\":1,", ""), "line 5: missing field `v`".to_owned()),
        (replace(5, "\"line\":\"id\"", "\"line\":\"job\""), "line 5: unknown variant `job`".to_owned()),
        (replace(5, "{", ""), "line 5: ".to_owned()),
        (replace(5, "queued", "leased"), "line 5: a2 is leased, and a dump has no leases".to_owned()),
        (replace(5, "\"seq\":1", "\"seq\":3"), "line 6: a3 has the place in line of another".to_owned()),
        (replace(5, "\"seq\":1", "\"seq\":9"), format!("line 9: {disagree} there should be 10 IDs")),
        (replace(5, "\"happenings\":1", "\"happenings\":2"), "line 5: a2 should have 2 events".to_owned()),
        (replace(9, "8", "7"), "line 9: there should be 7 lines before it and there are 8".to_owned()),
        (without(2), format!("line 8: {disagree} b1 is paused and its kind is not paused")),
        (without(6), format!("line 8: {disagree}")),
        (without(8), format!("line 8: {disagree} there should be 1 documents and there are 0")),
        (replace(4, "stored\",\"depth", "absent\",\"depth"), format!("line 9: {disagree} a1 has a document")),
        (
            replace(8, "\"target\":{\"text\":\"a3\"", "\"target\":{\"text\":\"a9\""),
            format!("line 9: {disagree} a9"),
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let other = SledFrontier::open(dir.path(), Arc::new(SystemClock)).unwrap();
        let error = restored(&other, &faulty).await.unwrap_err().to_string();
        assert!(error.starts_with(&expected), "{error:?} should begin with {expected:?}");
        let has_begun = !faulty.is_empty() && !other.counts().await.unwrap().is_drained();
        assert!(!has_begun, "{expected:?} left IDs that can be leased");
        other.close().await.unwrap();
        // Faults in the first lines, that are read together, leave nothing at all.
        if let Err(error) = SledFrontier::open(dir.path(), Arc::new(SystemClock)) {
            let expected =
                "the store is damaged: a dump was being restored into it, and that did not come to its end";
            assert_eq!(error.to_string(), expected);
        } else {
            assert!(!expected.contains(disagree), "{expected:?} left something that opens");
        }
    }
}

#[test]
fn a_line_reads_back_as_it_was_written() {
    let line = Line::Document(Box::new(document("a1", vec![reference("b1", "next", 7, Intent::Follow)])));
    let text = line.to_json().unwrap();
    assert_eq!(Line::from_json(&text).unwrap(), line);
    assert!(text.starts_with("{\"v\":1,\"line\":\"document\",\"id\":{\"text\":\"a1\""), "{text}");
}
