//! The modern demo portal: the contracts register of a country that does not exist, as a single-page application.
//!
//! Its pages are empty when they arrive and are filled by one script: search form in a shadow root, results in a frame as
//! a list that has only the rows in view, each record in a window of its own under an address that works once.

mod answers;
mod collection;
mod generated;
mod handwritten;
mod record;
mod register;
mod visits;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use handwritten::MODERN_SEED_ID;

use super::PortalSettings;
use super::mishap::Mishaps;
use super::serving::{DemoPortal, PortalError, Serving};
use super::stats::Stats;
use super::switches::{Switch, UnknownSwitch};
use super::truth::TruthDocument;
use answers::Desk;
use collection::Collection;
use visits::Visits;

/// How many documents can be reached where nobody says.
pub const MODERN_DOCUMENTS_DEFAULT: usize = 60;

/// A modern portal that is being served. Dropping it ends the service as well, without waiting for requests in flight.
pub struct ModernPortal {
    desk: Arc<Desk>,
    serving: Serving,
}

impl ModernPortal {
    /// Serves a portal on loopback.
    ///
    /// # Errors
    /// Where the port is taken.
    pub async fn start(settings: PortalSettings) -> Result<Self, PortalError> {
        let stopping = CancellationToken::new();
        let desk = Arc::new(Desk {
            collection: Collection::new(settings.documents, settings.seed),
            // Only the portal's own script reads the page, and that says in its own words what it means.
            mishaps: Mishaps::new(settings, stopping.clone(), String::new),
            visits: Mutex::new(Visits::default()),
        });
        let serving = Serving::start(settings.port, answers::router(Arc::clone(&desk)), stopping).await?;
        Ok(Self { desk, serving })
    }

    /// Makes it slow, unavailable, silent, forgetful or wrong, or stops it from being so, from now on.
    ///
    /// # Errors
    /// Where it cannot misbehave like that.
    pub fn switch(&self, switch: Switch) -> Result<(), UnknownSwitch> {
        match switch {
            Switch::ExpiryRate(_)
            | Switch::UnavailableRate(_)
            | Switch::HangRate(_)
            | Switch::WrongPageRate(_)
            | Switch::Latency(_)
            | Switch::Jitter(_) => {
                self.desk.mishaps.switches.set(switch);
                Ok(())
            }
            switch => Err(UnknownSwitch { portal: "demo-modern", switch }),
        }
    }
}

#[async_trait]
impl DemoPortal for ModernPortal {
    fn base(&self) -> Url {
        self.serving.base()
    }

    fn truth(&self) -> Vec<TruthDocument> {
        self.desk.collection.truth()
    }

    fn stats(&self) -> Stats {
        self.desk.mishaps.counters.stats()
    }

    async fn stop(self: Box<Self>) {
        self.serving.stop().await;
    }
}
