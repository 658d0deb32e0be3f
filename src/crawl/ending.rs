//! How a crawl ended, and why where it could not go on.

use std::fmt;

use crate::archive::ArchiveError;
use crate::domain::{Counts, DocumentId};
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
    #[error("the portal is blocking, at {id}: {detail}")]
    Blocked {
        /// The ID whose look-up met it.
        id: DocumentId,
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
    /// The disk of the store has less free space than is to be left.
    #[error(
        "the disk of `{directory}` has {} left, and {} are to stay free",
        Size(*free_bytes),
        Size(*floor_bytes)
    )]
    DiskFloor {
        /// The store.
        directory: String,
        /// What is left.
        free_bytes: u64,
        /// What is to stay free.
        floor_bytes: u64,
    },
    /// A worker ended without a word.
    #[error("a worker stopped unexpectedly: {detail}")]
    Worker {
        /// What is known of it.
        detail: String,
    },
}

/// A number of bytes as people read it.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes < 1 << 10 => write!(formatter, "{bytes} B"),
            bytes if bytes < 1 << 20 => write!(formatter, "{} KiB", bytes >> 10),
            bytes if bytes < 10 << 30 => write!(formatter, "{} MiB", bytes >> 20),
            bytes => write!(formatter, "{} GiB", bytes >> 30),
        }
    }
}
