//! What happened to one ID: each event with its moment, in order, as `explain` shows it.

use serde::{Deserialize, Serialize};

use super::{Bound, Cause, DocumentId, Timestamp};

/// One event in the history of an ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: Happened,
}

/// What can happen to an ID. The set is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happened {
    /// Somebody asked for it.
    Seeded,
    /// A document named it that was the first to do so.
    Discovered {
        /// The document.
        by: DocumentId,
        /// What the profile calls the relation.
        relation: String,
        /// The sentence or field that names it.
        evidence: String,
    },
    /// A bound keeps it out.
    HeldBack {
        /// Which.
        bound: Bound,
    },
    /// Nothing keeps it out any more.
    LetIn,
    /// An attempt came to its end.
    Attempted(Attempted),
    /// Our own process died while it was leased; the attempt does not count.
    CutOff,
    /// Its kind was paused.
    Paused {
        /// What was missing on the pages of the kind.
        missing: String,
    },
    /// A dead letter was put in line again by hand.
    Revived,
}

/// How one attempt went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempted {
    /// Which attempt it was; the first is 1.
    pub attempt: u32,
    /// When the worker took it.
    pub leased_at: Timestamp,
    /// How often the portal forgot the search meanwhile.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sessions_lost: u32,
    /// How it ended.
    pub ended: Ended,
    /// Why, where it brought nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// From when on it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// The name of the evidence that was kept of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// An outcome, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The document was kept.
    Stored,
    /// The portal said that it does not exist.
    Absent,
    /// It is tried again.
    Retried,
    /// It is tried again, and this attempt does not count.
    Postponed,
    /// It was given up.
    Dead,
    /// It was given back unworked.
    Released,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
