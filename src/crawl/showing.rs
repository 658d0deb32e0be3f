//! Keeps what can still be seen of a failed look-up, for people who look for its reason.
//!
//! Evidence is worth less than an outcome: where it cannot be kept, the crawl says so and goes on.

use std::sync::Arc;

use crate::domain::{Cause, Lease};
use crate::evidence::{EvidenceDirectory, Exhibit};
use crate::fetch::{Fetcher, Witness};

/// Asks the fetcher what it saw, keeps it, and notes its name in the lease's remarks.
pub(super) async fn keep_evidence(
    evidence: &Arc<EvidenceDirectory>,
    fetcher: &mut dyn Fetcher,
    lease: &mut Lease,
    cause: &Cause,
) {
    let Witness { page, screenshot, step, trace, driver_log } = fetcher.witness().await;
    let (id, attempt, cause) = (lease.id.clone(), lease.attempt.get(), cause.clone());
    let exhibit = Exhibit { id, attempt, cause, page, screenshot, step, trace, driver_log };
    let evidence = Arc::clone(evidence);
    let kept = tokio::task::spawn_blocking(move || evidence.keep(&exhibit)).await;
    let failure: &dyn std::error::Error = match &kept {
        Ok(Ok(name)) => {
            lease.remarks.evidence = Some(name.clone());
            return;
        }
        Ok(Err(error)) => error,
        Err(panic) => panic,
    };
    tracing::warn!(failure, "no evidence was kept of {}", lease.id);
}
