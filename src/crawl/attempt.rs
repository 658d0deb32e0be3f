//! One attempt at a document, as far as a crawl and a trial make it in the same way: it is brought, and read.

use std::sync::Arc;

use crate::domain::Capture;
use crate::extract::extract;
use crate::fetch::{FetchError, Fetcher, Target};
use crate::profile::Profile;

use super::verdict::{self, Reading};

/// Looks a document up, and begins anew where the portal loses the session, so often at most; `on_loss` hears of each
/// time.
pub(super) async fn bring(
    fetcher: &mut dyn Fetcher,
    target: &Target,
    lost_sessions_max: u32,
    mut on_loss: impl FnMut() + Send,
) -> Result<Capture, FetchError> {
    let mut sessions_lost = 0;
    loop {
        match fetcher.fetch(target).await {
            Err(FetchError::SessionLost { .. }) if sessions_lost < lost_sessions_max => {
                sessions_lost += 1;
                on_loss();
            }
            ended => return ended,
        }
    }
}

/// Reads what was brought.
pub(super) fn read(profile: &Profile, capture: &Capture) -> Reading {
    if verdict::says_absent(capture) {
        return Reading::Absent;
    }
    Reading::Extracted(extract(profile, capture))
}

/// The same apart from the threads on which everybody waits: a hostile page may take long, and panic whoever reads it.
pub(super) async fn read_apart(profile: &Arc<Profile>, capture: &Capture) -> Reading {
    let (profile, capture) = (Arc::clone(profile), capture.clone());
    let reading = tokio::task::spawn_blocking(move || read(&profile, &capture)).await;
    reading.unwrap_or_else(|panic| Reading::Panicked(panic.to_string()))
}
