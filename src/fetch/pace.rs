//! Spaces out the steps that make a portal work, over all sessions of a crawl.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// The least time between two steps that make the portal work. One is shared by all sessions on a portal.
#[derive(Debug)]
pub struct Pace {
    delay: Duration,
    /// When the next turn may begin. The lock is handed on in the order of asking, and is held while its holder waits:
    /// so turns are fair, and time that nobody used is never saved up for a burst.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Turns that are at least `delay` apart.
    #[must_use]
    pub fn new(delay: Duration) -> Self {
        Self { delay, next: Mutex::new(None) }
    }

    /// Waits for the caller's turn; returns how long it waited. A caller that stops waiting uses up no turn.
    pub async fn turn(&self) -> Duration {
        let asked = Instant::now();
        let mut next = self.next.lock().await;
        if let Some(next) = *next {
            tokio::time::sleep_until(next).await;
        }
        let begun = Instant::now();
        *next = Some(begun + self.delay);
        begun.duration_since(asked)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const DELAY: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_first_turn_comes_at_once_and_the_others_a_delay_apart() {
        let pace = Pace::new(DELAY);
        assert_eq!(pace.turn().await, Duration::ZERO);
        assert_eq!(pace.turn().await, DELAY);
        assert_eq!(pace.turn().await, DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_nobody_used_is_not_saved_up_for_a_burst() {
        let pace = Pace::new(DELAY);
        pace.turn().await;
        tokio::time::advance(DELAY * 10).await;
        assert_eq!(pace.turn().await, Duration::ZERO);
        assert_eq!(pace.turn().await, DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn sessions_get_their_turns_in_the_order_of_asking() {
        let pace = Arc::new(Pace::new(DELAY));
        let began = Instant::now();
        let turns = (0..4_u32).map(|session| {
            let pace = Arc::clone(&pace);
            async move {
                pace.turn().await;
                (session, began.elapsed())
            }
        });
        let order = futures::future::join_all(turns).await;
        assert_eq!(order, (0..4).map(|session| (session, DELAY * session)).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_gives_up_uses_no_turn() {
        let pace = Pace::new(DELAY);
        pace.turn().await;
        assert!(tokio::time::timeout(DELAY / 2, pace.turn()).await.is_err());
        assert_eq!(pace.turn().await, DELAY / 2);
    }
}
