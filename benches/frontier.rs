//! How many acknowledged, durable commits a second the frontier on disk takes, by the number of committers.
//!
//! Each committer stores documents with four references, two of them new; leases are taken before the clock runs. Look at the
//! ratios: absolute numbers are those of the machine's disk.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench prints what it finds, or stops"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anafora::clock::SystemClock;
use anafora::domain::{
    Bounds, Digest, Document, DocumentId, Field, Intent, Lease, Outcome, PageRef, Reference, Timestamp,
    Value, WorkerId,
};
use anafora::frontier::{Frontier as _, Next, SledFrontier};

/// How many commits are timed for one committer; more committers make more.
const COMMITS: u64 = 1_000;

/// How often each number of committers is timed; the median counts.
const ROUNDS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let committers = [1, 8, 32];
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        // Interleaved, so that a busy moment of the machine does not fall on one number alone.
        for (count, rates) in committers.iter().zip(&mut rates) {
            rates.push(runtime.block_on(commits_per_second(*count)));
        }
    }
    println!("{:>10} {:>12} {:>15} {:>8}", "committers", "commits/s", "spread", "ratio");
    let mut alone = None;
    for (count, mut rates) in committers.into_iter().zip(rates) {
        rates.sort_by(f64::total_cmp);
        let (Some(low), Some(median), Some(high)) = (rates.first(), rates.get(ROUNDS / 2), rates.last())
        else {
            continue;
        };
        let ratio = median / *alone.get_or_insert(*median);
        println!("{count:>10} {median:>12.0} {:>15} {ratio:>8.2}", format!("{low:.0} to {high:.0}"));
    }
}

/// One store, this many committers, each with its share of the leases.
async fn commits_per_second(committers: u64) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let frontier = Arc::new(SledFrontier::open(dir.path(), Arc::new(SystemClock)).unwrap());
    let routed = BTreeSet::from(["a".to_owned()]);
    frontier.reopen(&Bounds { routed, ..Bounds::default() }).await.unwrap();
    let commits = COMMITS * committers.min(8);
    frontier.enqueue(&(0..commits).map(id).collect::<Vec<_>>()).await.unwrap();
    let mut shares: Vec<Vec<Lease>> = (0..committers).map(|_| Vec::new()).collect();
    for share in (0..commits).zip((0..shares.len()).cycle()).map(|(_, share)| share) {
        let next = frontier.lease(&WorkerId("bench".into()), Duration::from_secs(3600)).await.unwrap();
        let Next::Leased(lease) = next else { panic!("an ID was in line") };
        shares.get_mut(share).unwrap().push(lease);
    }
    let begin = Instant::now();
    let committers = shares.into_iter().map(|leases| {
        let frontier = frontier.clone();
        tokio::spawn(async move {
            for lease in leases {
                let document = document(&lease.id);
                frontier.commit(lease, Outcome::Stored(Box::new(document))).await.unwrap();
            }
        })
    });
    for committer in committers.collect::<Vec<_>>() {
        committer.await.unwrap();
    }
    let elapsed = begin.elapsed();
    frontier.verify().await.unwrap();
    frontier.close().await.unwrap();
    f64::from(u32::try_from(commits).unwrap()) / elapsed.as_secs_f64()
}

fn document(of: &DocumentId) -> Document {
    let number: u64 = of.as_str().parse().unwrap();
    let targets = [number / 2, number / 3, 1_000_000 + 2 * number, 1_000_001 + 2 * number];
    let page = PageRef { digest: Digest::of(of.as_str().as_bytes()), archive: None };
    let field = |name: usize| Field {
        name: format!("field {name}"),
        value: Value::Text("a value of some words".into()),
    };
    Document {
        id: of.clone(),
        route: "form".into(),
        captured_at: Timestamp::from_millis(number),
        page,
        fields: (0..12).map(field).collect(),
        references: (0..).zip(targets).map(|(offset, target)| reference(offset, target)).collect(),
        warnings: Vec::new(),
    }
}

fn reference(offset: u64, target: u64) -> Reference {
    Reference {
        target: id(target),
        relation: "contract".into(),
        part: "detail".into(),
        offset,
        evidence: format!("Relevant contract: {target}, as published"),
        written: target.to_string(),
        intent: Intent::Follow,
    }
}

fn id(number: u64) -> DocumentId {
    DocumentId::from_canonical(format!("{number:09}"), "bench", "a")
}
