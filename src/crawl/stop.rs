//! How a crawl is asked to end: first gently, then at once.

use tokio_util::sync::CancellationToken;

/// A wish to end. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    soon: CancellationToken,
    now: CancellationToken,
}

impl Stop {
    /// Lets look-ups in flight end and takes no new ones.
    pub fn soon(&self) {
        self.soon.cancel();
    }

    /// Gives up look-ups in flight.
    pub fn now(&self) {
        self.soon.cancel();
        self.now.cancel();
    }

    /// Whether an end is wished for at all.
    #[must_use]
    pub fn is_wished(&self) -> bool {
        self.soon.is_cancelled()
    }

    /// Waits until an end is wished for.
    pub async fn wished(&self) {
        self.soon.cancelled().await;
    }

    /// Waits until an end is wished for at once.
    pub async fn wished_now(&self) {
        self.now.cancelled().await;
    }
}
