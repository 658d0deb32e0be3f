//! Which IDs are known, in which state, and what was found under each: the only truth a crawl keeps.
//!
//! Two sides: [`Frontier`] is written by workers, [`Documents`] is read by whoever shows results. Both hold for every
//! implementation: a call is atomic and, where the frontier is durable, on disk when it returns; counts are exact;
//! one worker gets IDs first in, first out; time and tokens are the store's own.
//!
//! The rules exist once. A function in `rules` changes a `draft` over a few ordered `table`s of bytes; the draft is then
//! applied whole or dropped whole. What differs between implementations is who holds the tables: `memory` keeps maps
//! behind a lock, `sled` gives them to one thread. A `desk` is all that either has to offer.

mod desk;
mod memory;
mod sled;

mod rules;

mod coverage;
mod history;
mod pausing;
mod runs;

mod dump;
mod line;
mod restore;

mod body;
mod draft;
mod entries;
mod reading;
mod record;
mod recount;
mod table;

pub use self::dump::{Dump, Place, Portable};
pub use self::entries::Entries;
pub use self::line::{IdLine, Line};
pub use self::memory::MemoryFrontier;
pub use self::restore::{Progress, Restore, RestoreError};
pub use self::sled::SledFrontier;

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::{
    Bound, Bounds, Cause, Counts, Coverage, Digest, Document, DocumentId, Edge, Happening, Lease, Outcome,
    PageRef, Pause, Reference, Run, State, Timestamp, WorkerId,
};

/// What a worker gets when it asks for work.
#[derive(Debug)]
pub enum Next {
    /// This ID, for a while.
    Leased(Lease),
    /// Nothing is visible now; something will be at the latest then.
    Empty {
        /// When the next delayed ID or the next lease that runs out becomes visible.
        next_visible_at: Timestamp,
    },
    /// Nothing is queued, leased or delayed.
    Drained,
}

/// What a commit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// IDs seen for the first time and put in line.
    pub discovered: u64,
    /// IDs seen for the first time and kept out by a bound.
    pub bounded: u64,
    /// References stored.
    pub references: u64,
}

/// The write side.
#[async_trait]
pub trait Frontier: Send + Sync {
    /// Adds seeds at depth 0, in order; returns how many were not known before. A known ID keeps its state, but its
    /// depth becomes 0, which may free what `--depth` held back.
    async fn enqueue(&self, seeds: &[DocumentId]) -> Result<u64, FrontierError>;

    /// Sets the bounds from now on and frees what they no longer hold back; returns how many IDs were freed.
    async fn reopen(&self, bounds: &Bounds) -> Result<u64, FrontierError>;

    /// Takes the oldest visible ID and hides it for `ttl`. Counts the attempt.
    async fn lease(&self, worker: &WorkerId, ttl: Duration) -> Result<Next, FrontierError>;

    /// Hides a leased ID for `ttl` from now on. `LeaseLost` where it is someone else's by now.
    async fn extend(&self, lease: &mut Lease, ttl: Duration) -> Result<(), FrontierError>;

    /// Ends a lease: outcome, document, references and new IDs are stored together or not at all.
    ///
    /// Where the store fails, the lease comes back with the error and can be committed again.
    async fn commit(&self, lease: Lease, outcome: Outcome) -> Result<Committed, CommitError>;

    /// How many IDs are in each state.
    async fn counts(&self) -> Result<Counts, FrontierError>;

    /// What was found in the documents of a kind; empty where none was looked up.
    async fn coverage(&self, kind: &str) -> Result<Coverage, FrontierError>;

    /// Pauses a kind: its IDs that wait, and those that are found or given back later, are kept and not handed out.
    /// Returns how many were paused now. A kind that is paused already keeps its first pause.
    async fn pause(&self, pause: &Pause) -> Result<u64, FrontierError>;

    /// Ends the pause of a kind, and forgets the look-ups that led to it; returns how many IDs were freed.
    async fn unpause(&self, kind: &str) -> Result<u64, FrontierError>;

    /// Puts dead letters in line again, with all their attempts; returns how many of these IDs were dead.
    async fn revive(&self, ids: &[DocumentId]) -> Result<u64, FrontierError>;

    /// Notes that a run begins with this profile; returns its number.
    async fn begin_run(&self, profile: Digest) -> Result<u64, FrontierError>;

    /// Notes how the run that began last has ended.
    async fn end_run(&self, ending: &str) -> Result<(), FrontierError>;
}

/// The read side.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Up to `count_max` known IDs in the order of their text, from the first one after `after`.
    async fn entries(&self, after: Option<&str>, count_max: usize) -> Result<Vec<Entry>, FrontierError>;

    /// What is known of one ID.
    async fn entry(&self, id: &str) -> Result<Option<Entry>, FrontierError>;

    /// The document stored under an ID.
    async fn document(&self, id: &str) -> Result<Option<Document>, FrontierError>;

    /// What the crawl made of each reference of a document, in the document's order.
    async fn references(&self, source: &str) -> Result<Vec<(Reference, Edge)>, FrontierError>;

    /// Every reference to an ID with the document that holds it, sorted by source.
    async fn named_by(&self, target: &str) -> Result<Vec<(DocumentId, Reference)>, FrontierError>;

    /// What happened to an ID, in order; of a long history the beginning and the end.
    async fn history(&self, id: &str) -> Result<Vec<Happening>, FrontierError>;

    /// What was found in the documents of each kind, sorted by kind.
    async fn coverages(&self) -> Result<Vec<Coverage>, FrontierError>;

    /// The kinds that are paused, sorted by kind.
    async fn pauses(&self) -> Result<Vec<Pause>, FrontierError>;

    /// Every run, in order.
    async fn runs(&self) -> Result<Vec<Run>, FrontierError>;
}

/// What is known of one ID.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// The ID.
    pub id: DocumentId,
    /// Where it stands.
    pub state: State,
    /// The shortest way to it from a seed, in followed references.
    pub depth: u16,
    /// Attempts that were counted so far.
    pub attempts: u32,
    /// When it was first heard of.
    pub discovered_at: Timestamp,
    /// What holds it back, where it is bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Why the last attempt brought nothing, where it is delayed, paused or dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The page that said so, where it is absent; the page it was read from, where it is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageRef>,
}

/// Why a frontier did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum FrontierError {
    /// The lease ran out and the ID is someone else's by now: the work is dropped.
    #[error("the lease on {id} was lost: it ran out after {after:?}")]
    LeaseLost {
        /// The ID.
        id: DocumentId,
        /// How long it had been held.
        after: Duration,
    },
    /// The document is larger than the store takes: no retry will change that.
    #[error("{id} is too large for the store: {detail}")]
    TooLarge {
        /// The document.
        id: DocumentId,
        /// What is too large, and the limit.
        detail: String,
    },
    /// What is stored does not agree with itself.
    #[error("the store is damaged: {detail}")]
    Damaged {
        /// What was found.
        detail: String,
    },
    /// The store could not be read or written.
    #[error("the store failed: {detail}")]
    Store {
        /// What it said.
        detail: String,
    },
}

/// A commit that did not happen. The lease is still good where the store failed.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct CommitError {
    /// The lease, to commit again; `None` where it was lost.
    pub lease: Option<Lease>,
    /// What went wrong.
    #[source]
    pub source: FrontierError,
}
