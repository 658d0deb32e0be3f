//! The demo portal of the second generation: one page with tabs, rendered in parts, that remembers more than it should.
//!
//! It imitates a JSF portal with `PrimeFaces` controls: a sort of document is a tab, an organisation is chosen from
//! suggestions, a calendar lies over the button, a spinner over everything, and every name moves with every rendering.

mod event;
mod pages;
mod search;
mod server;
mod view;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::corpus::Corpus;
use super::mishap::Mishaps;
use super::serving::{DemoPortal, PortalError, Serving};
use super::stats::Stats;
use super::switches::{Switch, UnknownSwitch};
use super::truth::TruthDocument;
use super::{PortalSettings, first_name};
use server::Registry;
use view::Sessions;

/// How many documents can be reached where nobody says.
pub const TABS_DOCUMENTS_DEFAULT: usize = 60;

/// A portal that is being served. Dropping it ends the service as well, without waiting for requests in flight.
pub struct TabsPortal {
    registry: Arc<Registry>,
    serving: Serving,
}

impl TabsPortal {
    /// Serves a portal on loopback.
    ///
    /// # Errors
    /// Where the port is taken.
    pub async fn start(settings: PortalSettings) -> Result<Self, PortalError> {
        let stopping = CancellationToken::new();
        let registry = Arc::new(Registry {
            corpus: Corpus::new(settings.documents, settings.seed),
            mishaps: Mishaps::new(settings, stopping.clone(), pages::unavailable),
            sessions: Mutex::new(Sessions::starting_at(first_name())),
        });
        let serving = Serving::start(settings.port, server::router(Arc::clone(&registry)), stopping).await?;
        Ok(Self { registry, serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.serving.address()
    }

    /// Makes it slow, unavailable, silent or forgetful, or stops it from being so, from now on.
    ///
    /// # Errors
    /// Where it cannot misbehave like that.
    pub fn switch(&self, switch: Switch) -> Result<(), UnknownSwitch> {
        match switch {
            Switch::ExpireEvery(_)
            | Switch::ExpiryRate(_)
            | Switch::UnavailableEvery(_)
            | Switch::UnavailableRate(_)
            | Switch::RetryAfter(_)
            | Switch::HangRate(_)
            | Switch::Latency(_)
            | Switch::Jitter(_) => {
                self.registry.mishaps.switches.set(switch);
                Ok(())
            }
            switch => Err(UnknownSwitch { portal: "demo-tabs", switch }),
        }
    }

    /// Ends the service once requests in flight are answered, or after two seconds.
    pub async fn stop(self) {
        self.serving.stop().await;
    }
}

#[async_trait]
impl DemoPortal for TabsPortal {
    fn base(&self) -> Url {
        self.serving.base()
    }

    fn truth(&self) -> Vec<TruthDocument> {
        self.registry.corpus.truth()
    }

    fn stats(&self) -> Stats {
        self.registry.mishaps.counters.stats()
    }

    async fn stop(self: Box<Self>) {
        Self::stop(*self).await;
    }
}
