//! What can befall a request before it is answered: a slow portal, one that is down or silent, one that asks for a person.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tokio_util::sync::CancellationToken;

use super::PortalSettings;
use super::checkpoint::Checkpoint;
use super::dice::Fault;
use super::stats::Counters;
use super::switches::Switches;

/// What can befall the requests to one portal, and what is counted of them.
pub(super) struct Mishaps {
    /// What the portal does wrong.
    pub(super) switches: Switches,
    /// What it counts.
    pub(super) counters: Counters,
    /// Ends what waits for ever when the portal stops.
    stopping: CancellationToken,
    /// What it shows while it is down.
    unavailable_page: fn() -> String,
}

impl Mishaps {
    /// Of a portal that does nothing wrong yet.
    pub(super) fn new(
        settings: PortalSettings,
        stopping: CancellationToken,
        unavailable_page: fn() -> String,
    ) -> Self {
        let switches = Switches::new(settings.seed, settings.latency);
        Self { switches, counters: Counters::new(), stopping, unavailable_page }
    }

    /// What happens to every request first: it is counted, takes its time, and may meet a portal that is down or that
    /// asks for a person.
    pub(super) async fn arrive(&self, headers: &HeaderMap) -> Result<(), Response> {
        self.greet(headers).await;
        if let Some(checkpoint) = self.switches.checkpoint() {
            self.counters.count(|stats| match checkpoint {
                Checkpoint::Captcha => stats.captchas += 1,
                Checkpoint::Login => stats.logins += 1,
            });
            return Err(Html(checkpoint.page()).into_response());
        }
        if self.switches.unavailable.strikes() { Err(self.unavailable()) } else { Ok(()) }
    }

    /// Counts a request and takes the time that every answer takes.
    pub(super) async fn greet(&self, headers: &HeaderMap) {
        self.counters.count(|stats| stats.requests += 1);
        self.counters.user_agent(user_agent_in(headers));
        let latency = self.switches.latency();
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
    }

    /// What the dice have for a request that names a document.
    pub(super) async fn befall(&self, id: &str) -> Result<(), Response> {
        if self.switches.dice.strikes(Fault::Unavailable, id) {
            return Err(self.unavailable());
        }
        if self.switches.dice.strikes(Fault::Hang, id) {
            self.counters.count(|stats| stats.hangs += 1);
            // Where the visitor goes away first, this is dropped with the connection.
            self.stopping.cancelled().await;
            return Err(self.unavailable());
        }
        Ok(())
    }

    /// The answer of a portal that is down.
    pub(super) fn unavailable(&self) -> Response {
        self.counters.count(|stats| stats.unavailable += 1);
        let mut response = (StatusCode::SERVICE_UNAVAILABLE, Html((self.unavailable_page)())).into_response();
        let seconds = self.switches.retry_after().as_secs();
        if seconds > 0 {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

pub(super) fn user_agent_in(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default()
}
