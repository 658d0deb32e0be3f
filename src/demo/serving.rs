//! What all demo portals share: how one is served on loopback and stopped, and what can be asked of any of them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use super::stats::Stats;
use super::truth::TruthDocument;

/// How long requests in flight may take when a portal is stopped.
const STOP_MAX: Duration = Duration::from_secs(2);

/// A portal that is being served, whichever it is.
#[async_trait]
pub trait DemoPortal: Send + Sync {
    /// Where its addresses begin.
    fn base(&self) -> Url;

    /// What a complete crawl from its first ID brings, sorted by ID.
    fn truth(&self) -> Vec<TruthDocument>;

    /// What it has served so far.
    fn stats(&self) -> Stats;

    /// Ends the service once requests in flight are answered, or after two seconds.
    async fn stop(self: Box<Self>);
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

/// Routes that are being served. Dropping it ends the service as well, without waiting for requests in flight.
pub(super) struct Serving {
    address: SocketAddr,
    base: Url,
    service: JoinHandle<std::io::Result<()>>,
    stopping: DropGuard,
}

impl Serving {
    /// Serves routes on a port of loopback, a free one where 0, until `stopping` is cancelled.
    pub(super) async fn start(
        port: u16,
        routes: Router,
        stopping: CancellationToken,
    ) -> Result<Self, PortalError> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let failed = |source| PortalError { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let base = Url::parse(&format!("http://{address}/"))
            .map_err(|error| failed(std::io::Error::other(error)))?;
        let service =
            axum::serve(listener, routes).with_graceful_shutdown(stopping.clone().cancelled_owned());
        let service = tokio::spawn(service.into_future());
        Ok(Self { address, base, service, stopping: stopping.drop_guard() })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn base(&self) -> Url {
        self.base.clone()
    }

    pub(super) async fn stop(self) {
        let Self { mut service, stopping, .. } = self;
        drop(stopping);
        if tokio::time::timeout(STOP_MAX, &mut service).await.is_err() {
            service.abort();
        }
    }
}
