//! The demo portal: a small registry without permanent links, served on loopback, that knows its own truth.
//!
//! It imitates a Spring Web Flow portal with JSF forms: every search is a conversation bound to a cookie, nothing has an
//! address to come back to, and what expired begins anew without a word.

mod checkpoint;
mod corpus;
mod dice;
mod document;
mod flow;
mod generated;
mod handwritten;
mod kind;
mod mishap;
mod pages;
mod robots;
mod server;
mod stats;
mod switches;
mod template;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

pub use corpus::{Corpus, TruthDocument, TruthState};
pub use dice::{Rate, RateError, STRIKES_MAX};
pub use handwritten::SEED_ID;
pub use kind::RegistryKind;
pub use robots::{RobotsTxt, RobotsTxtError};
pub use stats::Stats;
pub use switches::Switch;
pub use template::{Redesign, Template};

use pages::GeneratedNames;
use server::Registry;
use stats::Counters;
use switches::Switches;

/// How many documents can be reached where nobody says.
pub const DOCUMENTS_DEFAULT: usize = 44;

/// How long requests in flight may take when a portal is stopped.
const STOP_MAX: Duration = Duration::from_secs(2);

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
    address: SocketAddr,
    base: Url,
    registry: Arc<Registry>,
    service: JoinHandle<std::io::Result<()>>,
    stopping: DropGuard,
}

/// A portal could not be served.
#[derive(Debug, thiserror::Error)]
#[error("the demo portal cannot listen on {address}")]
pub struct PortalError {
    /// Where it should have listened.
    pub address: SocketAddr,
    /// What the system said.
    #[source]
    pub source: std::io::Error,
}

impl Portal {
    /// Serves a portal on loopback.
    ///
    /// # Errors
    /// Where the port is taken.
    pub async fn start(settings: PortalSettings) -> Result<Self, PortalError> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, settings.port));
        let failed = |source| PortalError { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let base = Url::parse(&format!("http://{address}/"))
            .map_err(|error| failed(std::io::Error::other(error)))?;
        let stopping = CancellationToken::new();
        let registry = Arc::new(Registry {
            corpus: Corpus::new(settings.documents, settings.seed),
            names: new_names(),
            switches: Switches::new(settings.seed, settings.latency),
            counters: Counters::new(),
            sessions: std::sync::Mutex::default(),
            stopping: stopping.clone(),
        });
        let service = axum::serve(listener, server::router(Arc::clone(&registry)))
            .with_graceful_shutdown(stopping.clone().cancelled_owned());
        let service = tokio::spawn(service.into_future());
        Ok(Self { address, base, registry, service, stopping: stopping.drop_guard() })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its addresses begin.
    #[must_use]
    pub fn base(&self) -> Url {
        self.base.clone()
    }

    /// What it holds, with the truth.
    #[must_use]
    pub fn corpus(&self) -> &Corpus {
        &self.registry.corpus
    }

    /// What it has served so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.registry.counters.stats()
    }

    /// Makes it misbehave, or stop to, from now on.
    pub fn switch(&self, switch: Switch) {
        self.registry.switches.set(switch);
    }

    /// Ends the service once requests in flight are answered, or after two seconds.
    pub async fn stop(self) {
        let Self { mut service, stopping, .. } = self;
        drop(stopping);
        if tokio::time::timeout(STOP_MAX, &mut service).await.is_err() {
            service.abort();
        }
    }
}

/// Names that move with every start: by the process, and by the portals it has started before.
fn new_names() -> GeneratedNames {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let started = STARTED.fetch_add(1, Ordering::Relaxed);
    GeneratedNames::starting_at(200 + std::process::id().wrapping_add(started.wrapping_mul(37)) % 701)
}
