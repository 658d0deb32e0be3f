//! A worker's claim on one ID for a while.

use std::fmt;
use std::num::NonZeroU32;

use super::{Cause, Choice, DocumentId, Timestamp};

/// A claim on one ID until `expires_at`. Not `Clone`: `commit` takes it back.
#[must_use = "a lease that is not committed is handed out again when it expires"]
#[derive(Debug)]
pub struct Lease {
    /// The document to look up.
    pub id: DocumentId,
    /// The shortest way to it from a seed, in followed references.
    pub depth: u16,
    /// Which attempt this is; the first is 1.
    pub attempt: NonZeroU32,
    /// How often it was postponed so far: attempts that did not count.
    pub postponed: u32,
    /// Since when the worker has it.
    pub leased_at: Timestamp,
    /// From then on the ID is visible to other workers.
    pub expires_at: Timestamp,
    /// Tells this lease from every other one on the same ID: a worker whose lease ran out is fenced off by it.
    pub token: u64,
    /// What the worker noted meanwhile; the commit keeps it in the ID's history.
    pub remarks: Remarks,
}

/// What happened while an ID was leased, beside the outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// How often the portal forgot the search and it was begun anew.
    pub sessions_lost: u32,
    /// The name of the evidence that was kept of a failure.
    pub evidence: Option<String>,
    /// Which alternatives matched, of the steps that have several.
    pub choices: Vec<Choice>,
    /// Why the lease goes back, where the outcome itself does not say.
    pub cause: Option<Cause>,
}

/// The name of a worker, unique within a crawl.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorkerId(pub String);

impl fmt::Display for WorkerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
