//! What happens during a crawl, as a closed set that log, progress and reports subscribe to.

use std::time::Duration;

use crate::domain::{Cause, Counts, DocumentId, Pause, Timestamp, Warning};
use crate::frontier::Committed;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A worker took an ID.
    Leased {
        /// The ID.
        id: DocumentId,
        /// Which attempt this is; the first is 1.
        attempt: u32,
    },
    /// A document was stored.
    Stored {
        /// The ID.
        id: DocumentId,
        /// What the commit did.
        committed: Committed,
        /// What was odd about the page.
        warnings: Vec<Warning>,
        /// From lease to commit.
        elapsed: Duration,
    },
    /// The portal said that there is no such document.
    Absent {
        /// The ID.
        id: DocumentId,
    },
    /// An attempt failed; another follows.
    Retried {
        /// The ID.
        id: DocumentId,
        /// Why.
        cause: Cause,
        /// How long it waits.
        after: Duration,
    },
    /// The last attempt failed.
    Died {
        /// The ID.
        id: DocumentId,
        /// Why.
        cause: Cause,
    },
    /// A lease was given back unworked.
    Released {
        /// The ID.
        id: DocumentId,
    },
    /// The portal forgot a search; it is begun anew inside the same attempt.
    SessionLost {
        /// The ID.
        id: DocumentId,
    },
    /// The portal is unavailable: every worker pauses.
    PortalDown {
        /// What was seen.
        detail: String,
        /// For how long.
        pause: Duration,
    },
    /// The layout of a kind has changed: its IDs are kept and not looked up until a person has looked.
    KindPaused {
        /// What stopped matching, since which document, and the evidence of it.
        pause: Pause,
        /// How many IDs wait for a person now.
        ids: u64,
    },
    /// A field that used to be on the pages of a kind no longer is. Told once a run.
    FieldFaded {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The first document without it.
        since: Option<DocumentId>,
    },
    /// No request is left of this day: a worker waits for the next one.
    QuotaUsedUp {
        /// When that begins.
        until: Timestamp,
    },
    /// The counts after a commit.
    Counted(Counts),
}

/// Whoever wants to know what happens. Called from workers: must return at once.
pub trait Observer: Send + Sync {
    /// Takes notice.
    fn see(&self, event: &Event);
}
