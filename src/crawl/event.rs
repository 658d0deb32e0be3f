//! What happens during a crawl, as a closed set that log, progress and reports subscribe to.

use std::time::Duration;

use crate::domain::{Cause, Counts, DocumentId, Warning};
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
    /// The counts after a commit.
    Counted(Counts),
}

/// Whoever wants to know what happens. Called from workers: must return at once.
pub trait Observer: Send + Sync {
    /// Takes notice.
    fn see(&self, event: &Event);
}
