//! When a store was worked on, with what, and how that ended.

use serde::{Deserialize, Serialize};

use super::{Counts, Digest, Timestamp};

/// One run of a crawl over a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number; the first is 1.
    pub number: u64,
    /// The profile it ran with.
    pub profile: Digest,
    /// When it began.
    pub began_at: Timestamp,
    /// What was known when it began.
    pub counts_before: Counts,
    /// How it ended; `None` while it runs, and for ever where its process died.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<RunEnd>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEnd {
    /// When.
    pub at: Timestamp,
    /// In which way, in a few words, as in `drained` or `blocked: captcha`.
    pub ending: String,
    /// What was known then.
    pub counts: Counts,
}
