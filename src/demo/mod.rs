//! The demo portal: a small registry without permanent links, served on loopback, that knows its own truth.
//!
//! It imitates a Spring Web Flow portal with JSF forms: every search is a conversation bound to a cookie, nothing has an
//! address to come back to, and what expired begins anew without a word.

mod checkpoint;
mod cookie;
mod corpus;
mod dice;
mod document;
mod flow;
mod generated;
mod handwritten;
mod html;
mod kind;
mod mishap;
mod modern;
mod opendata;
mod pages;
mod robots;
mod server;
mod service;
mod serving;
mod stats;
mod switches;
mod tabs;
mod template;
mod truth;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use corpus::Corpus;
pub use dice::{Rate, RateError, STRIKES_MAX};
pub use handwritten::SEED_ID;
pub use kind::RegistryKind;
pub use modern::{MODERN_DOCUMENTS_DEFAULT, MODERN_SEED_ID, ModernPortal};
pub use robots::{RobotsTxt, RobotsTxtError};
pub use serving::{DemoPortal, PortalError};
pub use stats::Stats;
pub use switches::{Switch, UnknownSwitch};
pub use tabs::{TABS_DOCUMENTS_DEFAULT, TabsPortal};
pub use template::{Redesign, Template};
pub use truth::{TruthDocument, TruthState};

use mishap::Mishaps;
use pages::GeneratedNames;
use server::Registry;
use serving::Serving;

/// How many documents can be reached where nobody says.
pub const DOCUMENTS_DEFAULT: usize = 44;

/// How a portal is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortalSettings {
    /// The port on loopback; a free one where 0.
    pub port: u16,
    /// How many documents can be reached from [`SEED_ID`]; never fewer than the hand-written ones.
    pub documents: usize,
    /// Decides what is generated beyond the hand-written documents, and which requests meet the faults that go by rates.
    pub seed: u64,
    /// How long every answer takes.
    pub latency: Duration,
}

impl Default for PortalSettings {
    fn default() -> Self {
        Self { port: 0, documents: DOCUMENTS_DEFAULT, seed: 1, latency: Duration::ZERO }
    }
}

/// A portal that is being served. Dropping it ends the service as well, without waiting for requests in flight.
pub struct Portal {
    registry: Arc<Registry>,
    serving: Serving,
}

impl Portal {
    /// Serves a portal on loopback.
    ///
    /// # Errors
    /// Where the port is taken.
    pub async fn start(settings: PortalSettings) -> Result<Self, PortalError> {
        let stopping = CancellationToken::new();
        let registry = Arc::new(Registry {
            corpus: Corpus::new(settings.documents, settings.seed),
            names: GeneratedNames::starting_at(first_name()),
            mishaps: Mishaps::new(settings, stopping.clone(), pages::unavailable),
            sessions: std::sync::Mutex::default(),
        });
        let serving = Serving::start(settings.port, server::router(Arc::clone(&registry)), stopping).await?;
        Ok(Self { registry, serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.serving.address()
    }

    /// Where its addresses begin.
    #[must_use]
    pub fn base(&self) -> Url {
        self.serving.base()
    }

    /// What it holds, with the truth.
    #[must_use]
    pub fn corpus(&self) -> &Corpus {
        &self.registry.corpus
    }

    /// What it has served so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.registry.mishaps.counters.stats()
    }

    /// Makes it misbehave, or stop to, from now on.
    pub fn switch(&self, switch: Switch) {
        self.registry.mishaps.switches.set(switch);
    }

    /// Ends the service once requests in flight are answered, or after two seconds.
    pub async fn stop(self) {
        self.serving.stop().await;
    }
}

#[async_trait]
impl DemoPortal for Portal {
    fn base(&self) -> Url {
        Self::base(self)
    }

    fn truth(&self) -> Vec<TruthDocument> {
        self.corpus().truth()
    }

    fn stats(&self) -> Stats {
        Self::stats(self)
    }

    async fn stop(self: Box<Self>) {
        Self::stop(*self).await;
    }
}

/// Where generated names begin: with every start somewhere else, by the process and by the portals it has started.
fn first_name() -> u32 {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let started = STARTED.fetch_add(1, Ordering::Relaxed);
    200 + std::process::id().wrapping_add(started.wrapping_mul(37)) % 701
}
