//! Runs workers over one frontier until nothing is left to do, and says how it ended.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::archive::Archive;
use crate::clock::Clock;
use crate::domain::WorkerId;
use crate::evidence::EvidenceDirectory;
use crate::fetch::Fetcher;
use crate::frontier::{Frontier, FrontierError};
use crate::profile::Profile;

use super::ending::{CrawlError, Ending, Summary};
use super::event::Observer;
use super::policy::Policy;
use super::shared::Shared;
use super::stop::Stop;
use super::watch::Watch;
use super::weather::Weather;
use super::worker::Worker;

/// What a crawl is made of.
pub struct Engine {
    /// What is known and what is to be done.
    pub frontier: Arc<dyn Frontier>,
    /// Where pages are kept.
    pub archive: Arc<dyn Archive>,
    /// Where it is kept what was seen of failed look-ups; `None` keeps nothing.
    pub evidence: Option<Arc<EvidenceDirectory>>,
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
            evidence: self.evidence,
            profile: self.profile,
            clock: self.clock,
            policy: self.policy,
            observers: self.observers,
            stop: self.stop,
            weather: Weather::default(),
            committed: Notify::new(),
            watch: Watch::default(),
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
