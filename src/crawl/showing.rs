//! Keeps what can still be seen of a failed look-up, for people who look for its reason.
//!
//! Evidence is worth less than an outcome: where it cannot be kept, the crawl says so and goes on.

use std::sync::Arc;

use crate::domain::{Cause, DocumentId};
use crate::evidence::{EvidenceDirectory, Exhibit};
use crate::fetch::{Fetcher, Witness};

/// Asks the fetcher what it saw of an attempt, and keeps it under the name that is returned.
pub(super) async fn keep_evidence(
    evidence: &Arc<EvidenceDirectory>,
    fetcher: &mut dyn Fetcher,
    (id, attempt): (&DocumentId, u32),
    cause: &Cause,
) -> Option<String> {
    let Witness { page, parts, screenshot, step, trace, driver_log, .. } = fetcher.witness().await;
    let (of, cause) = (id.clone(), cause.clone());
    let exhibit = Exhibit { id: of, attempt, cause, page, parts, screenshot, step, trace, driver_log };
    let evidence = Arc::clone(evidence);
    let kept = tokio::task::spawn_blocking(move || evidence.keep(&exhibit)).await;
    let failure: &dyn std::error::Error = match &kept {
        Ok(Ok(name)) => return Some(name.clone()),
        Ok(Err(error)) => error,
        Err(panic) => panic,
    };
    tracing::warn!(failure, "no evidence was kept of {id}");
    None
}
