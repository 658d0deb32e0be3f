//! What all workers of a crawl share.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::archive::Archive;
use crate::clock::Clock;
use crate::evidence::EvidenceDirectory;
use crate::frontier::Frontier;
use crate::profile::Profile;

use super::event::{Event, Observer};
use super::policy::Policy;
use super::stop::Stop;
use super::watch::Watch;
use super::weather::Weather;

/// The parts of the engine, and what workers tell each other.
pub(super) struct Shared {
    pub(super) frontier: Arc<dyn Frontier>,
    pub(super) archive: Arc<dyn Archive>,
    pub(super) evidence: Option<Arc<EvidenceDirectory>>,
    pub(super) profile: Arc<Profile>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) policy: Policy,
    pub(super) observers: Vec<Arc<dyn Observer>>,
    pub(super) stop: Stop,
    pub(super) weather: Weather,
    pub(super) committed: Notify,
    pub(super) watch: Watch,
}

impl Shared {
    /// Tells whoever wants to know.
    pub(super) fn emit(&self, event: &Event) {
        for observer in &self.observers {
            observer.see(event);
        }
    }
}
