//! Works on a frontier until nothing is left: the same for a crawl in browsers, a replay and a store that is rebuilt.

use std::sync::Arc;

use crate::archive::Archive;
use crate::crawl::{Engine, Policy, Stop, Summary};
use crate::domain::{Bounds, DocumentId};
use crate::evidence::EvidenceDirectory;
use crate::fetch::Fetcher;
use crate::frontier::{Frontier, FrontierError};
use crate::profile::Profile;

use super::exit::Failure;
use super::interrupt::{self, Listener};
use super::{assemble, progress::Progress};

/// What is worked on, and how.
pub(super) struct Work {
    pub(super) frontier: Arc<dyn Frontier>,
    pub(super) archive: Arc<dyn Archive>,
    pub(super) evidence: Option<Arc<EvidenceDirectory>>,
    pub(super) profile: Arc<Profile>,
    pub(super) policy: Policy,
    pub(super) bounds: Bounds,
    pub(super) seeds: Vec<DocumentId>,
    pub(super) progress: Arc<Progress>,
    pub(super) stop: Stop,
}

impl Work {
    /// Begins a run and works to its end, which the caller notes. Also returns who listens for Ctrl-C.
    pub(super) async fn run(
        self,
        fetchers: Vec<Box<dyn Fetcher>>,
    ) -> Result<(Result<Summary, FrontierError>, Listener), Failure> {
        let Self { frontier, archive, evidence, profile, policy, bounds, seeds, progress, stop } = self;
        frontier.begin_run(profile.digest).await?;
        frontier.reopen(&bounds).await?;
        frontier.enqueue(&seeds).await?;
        let listener = interrupt::listen(stop.clone(), Arc::clone(&progress))?;
        let observers = vec![progress as _];
        let clock = assemble::clock();
        let engine = Engine { frontier, archive, evidence, profile, clock, policy, observers, stop };
        Ok((engine.run(fetchers).await, listener))
    }
}
