//! How a crawl ended, and why where it could not go on.

use crate::archive::ArchiveError;
use crate::domain::Counts;
use crate::fetch::{Barrier, FetchError};
use crate::frontier::FrontierError;

/// How a crawl ended.
#[derive(Debug)]
pub struct Summary {
    /// Why it ended.
    pub ending: Ending,
    /// How many IDs are in each state now.
    pub counts: Counts,
}

/// Why a crawl ended.
#[derive(Debug)]
pub enum Ending {
    /// Nothing is queued, leased or delayed.
    Drained,
    /// It was asked to end.
    Interrupted,
    /// It could not go on.
    Failed(CrawlError),
}

/// Why a crawl could not go on. What is stored stays, and running it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The frontier failed.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
    /// The archive failed.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The fetcher cannot work at all.
    #[error(transparent)]
    Fetch(FetchError),
    /// The portal asks for a person.
    #[error("the portal is blocking: {detail}")]
    Blocked {
        /// What it asks for.
        barrier: Barrier,
        /// What was seen.
        detail: String,
    },
    /// The portal was unavailable for too long.
    #[error("the portal is unavailable: {detail}")]
    Unavailable {
        /// What was seen last.
        detail: String,
    },
    /// A worker ended without a word.
    #[error("a worker stopped unexpectedly: {detail}")]
    Worker {
        /// What is known of it.
        detail: String,
    },
}
