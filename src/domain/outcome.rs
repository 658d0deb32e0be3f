//! How a look-up ended, and why where it did not end well.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Document, PageRef};

/// What a worker gives back with its lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The document, with all its references.
    Stored(Box<Document>),
    /// The portal says that there is no such document: final, never retried by itself.
    Absent {
        /// The page that said so.
        evidence: PageRef,
    },
    /// Seen again later.
    Retry {
        /// How long the ID stays hidden.
        after: Duration,
        /// Why this attempt brought nothing.
        cause: Cause,
    },
    /// Seen again later, behind the others, and this attempt does not count: the fault is hardly the ID's.
    Postponed {
        /// How long the ID stays hidden.
        after: Duration,
        /// Why this attempt brought nothing.
        cause: Cause,
    },
    /// Dead letter: kept, listed, re-queued by hand.
    Dead {
        /// Why the last attempt brought nothing.
        cause: Cause,
    },
    /// Given back unworked: the attempt does not count and the ID keeps its place in line.
    Release,
}

/// Why a look-up brought no document. The set is closed; the text is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// The page shows another ID than the one asked for.
    WrongPage {
        /// The ID on the page, as written there.
        found: String,
    },
    /// Something that every page of the kind has is not there.
    LayoutChanged {
        /// The step, field or selector that found nothing.
        what: String,
    },
    /// A deadline passed.
    DeadlineMissed {
        /// What took too long.
        what: String,
    },
    /// The portal forgot the search more often than a lease allows.
    SessionLost,
    /// The portal is down, refuses connections or is under maintenance.
    Unavailable {
        /// What was seen.
        detail: String,
    },
    /// A captcha, a ban or a login: a person must look.
    Blocked {
        /// What was seen.
        detail: String,
    },
    /// Several rows carry exactly the ID asked for.
    Ambiguous {
        /// How many.
        rows: u64,
    },
    /// A service answered with several documents, and the profile does not say which part of one is its ID.
    TooManyDocuments {
        /// How many.
        documents: u64,
    },
    /// The list of results has more pages than the profile allows to read.
    TooManyResultPages {
        /// How many were read.
        pages: u64,
    },
    /// The browser or its driver ended, or stopped making sense.
    BrowserDied {
        /// The last thing it said.
        detail: String,
    },
    /// The page is larger than `page_bytes_max`.
    PageTooLarge {
        /// The size measured in the page.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// A document is larger than the store takes.
    DocumentTooLarge {
        /// What is too large.
        detail: String,
    },
    /// The process died this often in a row while it worked on the ID.
    CutOff {
        /// How often in a row.
        times: u32,
    },
    /// The archive that is replayed holds no page of this ID.
    NotRecorded,
    /// Anything else, in the words of the component that failed.
    Failed {
        /// What was said.
        detail: String,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongPage { found } => write!(formatter, "wrong page: it shows `{found}`"),
            Self::LayoutChanged { what } => write!(formatter, "layout changed: {what}"),
            Self::DeadlineMissed { what } => write!(formatter, "deadline missed: {what}"),
            Self::SessionLost => formatter.write_str("session lost too often"),
            Self::Unavailable { detail } => write!(formatter, "portal unavailable: {detail}"),
            Self::Blocked { detail } => write!(formatter, "blocked: {detail}"),
            Self::TooManyDocuments { documents } => write!(
                formatter,
                "ambiguous: the service answered with {documents} documents, and the profile has no `id` to tell them apart"
            ),
            Self::Ambiguous { rows } => write!(formatter, "ambiguous: {rows} rows carry exactly this ID"),
            Self::TooManyResultPages { pages } => {
                write!(formatter, "not found on the first {pages} result pages")
            }
            Self::BrowserDied { detail } => write!(formatter, "browser died: {detail}"),
            Self::PageTooLarge { bytes, bytes_max } => {
                write!(formatter, "page too large: {bytes} bytes, {bytes_max} at most")
            }
            Self::DocumentTooLarge { detail } => write!(formatter, "document too large: {detail}"),
            Self::CutOff { times } => {
                write!(formatter, "cut off {times} times in a row by the death of the process")
            }
            Self::NotRecorded => formatter.write_str("not in the recording"),
            Self::Failed { detail } => formatter.write_str(detail),
        }
    }
}
