//! Spaces out the steps that make a portal work, over all sessions of a crawl, and counts them by the day.

mod quota;
mod tempo;

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

pub use quota::{Quota, QuotaError};

use super::FetchError;
use crate::profile::Pace as PaceRules;
use tempo::Tempo;

/// The least time between two steps that make the portal work. One is shared by all sessions on a portal.
#[derive(Debug)]
pub struct Pace {
    tempo: std::sync::Mutex<Tempo>,
    quota: Option<Quota>,
    /// When the last turn began. The lock is handed on in the order of asking, and is held while its holder waits: so turns
    /// are fair, and time that nobody used is never saved up for a burst.
    last: Mutex<Option<Instant>>,
}

impl Pace {
    /// Turns that are `delay` apart, however the portal answers.
    #[must_use]
    pub fn new(delay: Duration) -> Self {
        Self::with(Tempo::new(delay, delay))
    }

    /// Turns as a profile asks for them: further apart where the portal is slow or fails.
    #[must_use]
    pub fn of(rules: &PaceRules) -> Self {
        Self::with(Tempo::new(rules.delay, rules.delay_max))
    }

    fn with(tempo: Tempo) -> Self {
        Self { tempo: std::sync::Mutex::new(tempo), quota: None, last: Mutex::new(None) }
    }

    /// The same, with so many turns a day.
    #[must_use]
    pub fn with_quota(self, quota: Quota) -> Self {
        Self { quota: Some(quota), ..self }
    }

    /// Waits for the caller's turn; returns how long it waited. A caller that stops waiting uses up no turn.
    ///
    /// # Errors
    /// `QuotaUsedUp` where no turn is left of this day.
    pub async fn turn(&self) -> Result<Duration, FetchError> {
        let asked = Instant::now();
        let mut last = self.last.lock().await;
        if let Some(last) = *last {
            // The pause may have become longer while it was waited for.
            loop {
                let due = last + self.delay();
                if due <= Instant::now() {
                    break;
                }
                tokio::time::sleep_until(due).await;
            }
        }
        if let Some(quota) = &self.quota {
            quota.take().await.map_err(|quota::UsedUp { requests_max, until }| FetchError::QuotaUsedUp {
                requests: requests_max,
                until,
            })?;
        }
        let begun = Instant::now();
        *last = Some(begun);
        Ok(begun.duration_since(asked))
    }

    /// The pause between two turns now.
    #[must_use]
    pub fn delay(&self) -> Duration {
        self.tempo().delay()
    }

    /// Raises the least pause; whether that changed it.
    pub(super) fn at_least(&self, delay: Duration) -> bool {
        self.tempo().at_least(delay)
    }

    /// The portal answered a step, after so long.
    pub(super) fn answered(&self, elapsed: Duration) {
        self.tempo().answered(elapsed);
    }

    /// The portal failed to answer a step.
    pub(super) fn failed(&self) {
        self.tempo().failed();
    }

    fn tempo(&self) -> MutexGuard<'_, Tempo> {
        self.tempo.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::ManualClock;

    const DELAY: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_first_turn_comes_at_once_and_the_others_a_delay_apart() {
        let pace = Pace::new(DELAY);
        assert_eq!(pace.turn().await.unwrap(), Duration::ZERO);
        assert_eq!(pace.turn().await.unwrap(), DELAY);
        assert_eq!(pace.turn().await.unwrap(), DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_nobody_used_is_not_saved_up_for_a_burst() {
        let pace = Pace::new(DELAY);
        pace.turn().await.unwrap();
        tokio::time::advance(DELAY * 10).await;
        assert_eq!(pace.turn().await.unwrap(), Duration::ZERO);
        assert_eq!(pace.turn().await.unwrap(), DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn sessions_get_their_turns_in_the_order_of_asking() {
        let pace = Arc::new(Pace::new(DELAY));
        let began = Instant::now();
        let turns = (0..4_u32).map(|session| {
            let pace = Arc::clone(&pace);
            async move {
                pace.turn().await.unwrap();
                (session, began.elapsed())
            }
        });
        let order = futures::future::join_all(turns).await;
        assert_eq!(order, (0..4).map(|session| (session, DELAY * session)).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_gives_up_uses_no_turn() {
        let pace = Pace::new(DELAY);
        pace.turn().await.unwrap();
        assert!(tokio::time::timeout(DELAY / 2, pace.turn()).await.is_err());
        assert_eq!(pace.turn().await.unwrap(), DELAY / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_holds_back_those_who_wait_already() {
        let pace = Arc::new(Pace::with(Tempo::new(DELAY, DELAY * 8)));
        pace.turn().await.unwrap();
        let waiting = tokio::spawn({
            let pace = Arc::clone(&pace);
            async move { pace.turn().await.unwrap() }
        });
        tokio::time::sleep(DELAY / 2).await;
        pace.failed();
        assert_eq!(waiting.await.unwrap(), DELAY * 2);
        pace.answered(DELAY * 32);
        assert_eq!(pace.turn().await.unwrap(), DELAY * 8);
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_without_turns_left_is_said_at_once_and_a_caller_that_gives_up_uses_none() {
        let clock = ManualClock::at("2026-11-22T12:00:00Z".parse().unwrap());
        let pace = Pace::new(DELAY).with_quota(Quota::in_memory(2, Arc::new(clock)));
        pace.turn().await.unwrap();
        assert!(tokio::time::timeout(DELAY / 2, pace.turn()).await.is_err());
        pace.turn().await.unwrap();
        let error = pace.turn().await.unwrap_err().to_string();
        assert_eq!(error, "all 2 requests of this day are used up until 2026-11-23T00:00:00.000Z");
    }
}
