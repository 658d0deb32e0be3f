//! Runs workers over one frontier until nothing is left to do, and says how it ended.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::archive::{Archive, ArchiveError};
use crate::clock::Clock;
use crate::domain::{Counts, WorkerId};
use crate::fetch::{FetchError, Fetcher};
use crate::frontier::{Frontier, FrontierError};
use crate::profile::Profile;

use super::event::Observer;
use super::policy::Policy;
use super::stop::Stop;
use super::weather::Weather;
use super::worker::Worker;

/// What a crawl is made of.
pub struct Engine {
    /// What is known and what is to be done.
    pub frontier: Arc<dyn Frontier>,
    /// Where pages are kept.
    pub archive: Arc<dyn Archive>,
    /// The portal.
    pub profile: Arc<Profile>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// The limits.
    pub policy: Policy,
    /// Who is told what happens.
    pub observers: Vec<Arc<dyn Observer>>,
    /// How the crawl is asked to end.
    pub stop: Stop,
}

/// What all workers of a crawl share.
pub(super) struct Shared {
    pub(super) frontier: Arc<dyn Frontier>,
    pub(super) archive: Arc<dyn Archive>,
    pub(super) profile: Arc<Profile>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) policy: Policy,
    pub(super) observers: Vec<Arc<dyn Observer>>,
    pub(super) stop: Stop,
    pub(super) weather: Weather,
    pub(super) committed: Notify,
}

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

impl Engine {
    /// Works with one worker a fetcher until nothing is left, an end is wished for, or the crawl cannot go on.
    /// Every fetcher is closed when this returns.
    ///
    /// # Errors
    /// Where the counts cannot be read at the end; every other failure is an [`Ending`].
    pub async fn run(self, fetchers: Vec<Box<dyn Fetcher>>) -> Result<Summary, FrontierError> {
        let shared = Arc::new(Shared {
            frontier: self.frontier,
            archive: self.archive,
            profile: self.profile,
            clock: self.clock,
            policy: self.policy,
            observers: self.observers,
            stop: self.stop,
            weather: Weather::default(),
            committed: Notify::new(),
        });
        let mut workers = JoinSet::new();
        for (number, fetcher) in fetchers.into_iter().enumerate() {
            let id = WorkerId(format!("worker-{}", number + 1));
            workers.spawn(Worker { id, shared: Arc::clone(&shared) }.run(fetcher));
        }
        let mut failure = None;
        while let Some(ended) = workers.join_next().await {
            let error = match ended {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => error,
                Err(panic) => CrawlError::Worker { detail: panic.to_string() },
            };
            shared.stop.soon();
            failure.get_or_insert(error);
        }
        let counts = shared.frontier.counts().await?;
        let ending = match failure {
            Some(error) => Ending::Failed(error),
            None if counts.is_drained() => Ending::Drained,
            None => Ending::Interrupted,
        };
        Ok(Summary { ending, counts })
    }
}
