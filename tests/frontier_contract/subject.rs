//! A frontier under test, whichever store it keeps its IDs in, and the documents that tests put into it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anafora::clock::ManualClock;
use anafora::domain::{
    Bounds, Digest, Document, DocumentId, Field, Intent, Lease, Outcome, PageRef, Reference, Timestamp,
    Value, WorkerId,
};
use anafora::frontier::{Committed, Documents, Frontier, MemoryFrontier, Next, Portable, SledFrontier};

/// A lease that does not run out before a test says so.
pub(crate) const TTL: Duration = Duration::from_secs(60);

pub(crate) struct Subject {
    pub(crate) clock: ManualClock,
    store: Store,
}

enum Store {
    Memory(MemoryFrontier),
    Sled(SledFrontier, tempfile::TempDir),
}

impl Subject {
    pub(crate) fn memory() -> Self {
        let clock = start_of_time();
        Self { store: Store::Memory(MemoryFrontier::new(Arc::new(clock.clone()))), clock }
    }

    pub(crate) fn sled() -> Self {
        let clock = start_of_time();
        let dir = tempfile::tempdir().unwrap();
        let frontier = SledFrontier::open(dir.path(), Arc::new(clock.clone())).unwrap();
        Self { store: Store::Sled(frontier, dir), clock }
    }

    pub(crate) fn frontier(&self) -> &dyn Frontier {
        match &self.store {
            Store::Memory(frontier) => frontier,
            Store::Sled(frontier, _) => frontier,
        }
    }

    pub(crate) fn documents(&self) -> &dyn Documents {
        match &self.store {
            Store::Memory(frontier) => frontier,
            Store::Sled(frontier, _) => frontier,
        }
    }

    pub(crate) fn portable(&self) -> &dyn Portable {
        match &self.store {
            Store::Memory(frontier) => frontier,
            Store::Sled(frontier, _) => frontier,
        }
    }

    pub(crate) async fn verify(&self) {
        match &self.store {
            Store::Memory(frontier) => frontier.verify().await.unwrap(),
            Store::Sled(frontier, _) => frontier.verify().await.unwrap(),
        }
    }

    pub(crate) fn is_durable(&self) -> bool {
        matches!(self.store, Store::Sled(..))
    }

    /// Closes the store and opens it again; `false` where there is nothing to open.
    pub(crate) async fn open_again(&mut self) -> bool {
        match &mut self.store {
            Store::Memory(_) => false,
            Store::Sled(frontier, dir) => {
                frontier.close().await.unwrap();
                *frontier = SledFrontier::open(dir.path(), Arc::new(self.clock.clone())).unwrap();
                true
            }
        }
    }

    /// With every kind routed and these seeds in line.
    pub(crate) async fn seeded(self, seeds: &[&str]) -> Self {
        self.frontier().reopen(&open_bounds()).await.unwrap();
        self.enqueue(seeds).await;
        self
    }

    pub(crate) async fn enqueue(&self, seeds: &[&str]) -> u64 {
        let seeds: Vec<_> = seeds.iter().map(|text| id(text)).collect();
        self.frontier().enqueue(&seeds).await.unwrap()
    }

    pub(crate) async fn next(&self) -> Next {
        self.frontier().lease(&WorkerId("w".into()), TTL).await.unwrap()
    }

    pub(crate) async fn lease(&self) -> Lease {
        match self.next().await {
            Next::Leased(lease) => lease,
            other => panic!("a lease was expected, not {other:?}"),
        }
    }

    /// Leases the next ID, which must be this one.
    pub(crate) async fn lease_of(&self, text: &str) -> Lease {
        let lease = self.lease().await;
        assert_eq!(lease.id.as_str(), text);
        lease
    }

    pub(crate) async fn commit(&self, lease: Lease, outcome: Outcome) -> Committed {
        self.frontier().commit(lease, outcome).await.unwrap()
    }

    /// Leases the next ID, which must be this one, and stores a document under it that follows these.
    pub(crate) async fn store(&self, text: &str, followed: &[&str]) -> Committed {
        let lease = self.lease_of(text).await;
        self.commit(lease, stored(text, followed)).await
    }

    /// The state of an ID as people read it, with the depth: `queued 1`, `bounded 2 (deeper than --depth)`.
    pub(crate) async fn standing(&self, text: &str) -> String {
        match self.documents().entry(text).await.unwrap() {
            None => "unknown".into(),
            Some(entry) => {
                let bound = entry.bound.map(|bound| format!(" ({bound})")).unwrap_or_default();
                format!("{} {}{bound}", entry.state, entry.depth)
            }
        }
    }
}

fn start_of_time() -> ManualClock {
    ManualClock::at(Timestamp::from_millis(1_000_000))
}

/// The first letter of an ID of these tests is its kind.
pub(crate) fn id(text: &str) -> DocumentId {
    let kind: String = text.chars().take(1).collect();
    DocumentId::from_canonical(text, "test", kind)
}

/// No bounds, and every kind that the tests use has a route.
pub(crate) fn open_bounds() -> Bounds {
    Bounds { routed: kinds(&["a", "b", "c", "d"]), ..Bounds::default() }
}

pub(crate) fn kinds(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn page(text: &str) -> PageRef {
    PageRef { digest: Digest::of(text.as_bytes()), archive: None }
}

pub(crate) fn reference(target: &str, relation: &str, offset: u64, intent: Intent) -> Reference {
    Reference {
        target: id(target),
        relation: relation.into(),
        part: "detail".into(),
        offset,
        evidence: format!("it names {target}"),
        written: target.to_lowercase(),
        intent,
    }
}

pub(crate) fn document(text: &str, references: Vec<Reference>) -> Document {
    Document {
        id: id(text),
        route: "form".into(),
        captured_at: Timestamp::from_millis(1_000_000),
        page: page(text),
        fields: vec![Field { name: "title".into(), value: Value::Text(format!("about {text}")) }],
        references,
        warnings: Vec::new(),
    }
}

pub(crate) fn stored(text: &str, followed: &[&str]) -> Outcome {
    let follow = |target: &&str| reference(target, "next", 0, Intent::Follow);
    Outcome::Stored(Box::new(document(text, followed.iter().map(follow).collect())))
}
