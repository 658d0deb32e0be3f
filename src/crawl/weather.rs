//! Whether the portal is up, as all workers together see it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::policy::{Policy, spread};

/// So many look-ups in a row may fail before the first answer; one more ends the crawl.
const FIRST_FAILURES_MAX: u32 = 3;

/// The portal's state. One for all workers of a crawl.
#[derive(Debug, Default)]
pub(super) struct Weather(Mutex<Sky>);

#[derive(Debug, Default)]
struct Sky {
    /// Look-ups in a row that found the portal unavailable.
    failures: u32,
    down_since: Option<Instant>,
    /// How long the portal has asked to be left alone in this outage, all its waits together.
    announced: Duration,
    paused_until: Option<Instant>,
    has_answered: bool,
}

/// What one more failure means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Storm {
    /// The first one in a row: the fault may lie with this ID.
    First(Duration),
    /// The portal is down for everybody: nobody's attempt counts.
    Lasting(Duration),
    /// It has been down for longer than the policy allows.
    TooLong,
}

impl Weather {
    /// The portal answered.
    pub(super) fn clear(&self) {
        *self.sky() = Sky { has_answered: true, ..Sky::default() };
    }

    /// The portal was unavailable once more: every worker pauses, at least for as long as the portal asks.
    ///
    /// What it asks for is its own announcement and costs no patience, within a limit for the whole outage.
    pub(super) fn fail(&self, policy: &Policy, retry_after: Option<Duration>) -> Storm {
        let now = Instant::now();
        let mut sky = self.sky();
        // Look-ups that were under way when the pause began tell nothing new.
        if let Some(until) = sky.paused_until.filter(|until| *until > now) {
            return Storm::Lasting(until - now);
        }
        sky.failures = sky.failures.saturating_add(1);
        let since = *sky.down_since.get_or_insert(now);
        let patience = (policy.unavailable_max + sky.announced).saturating_sub(now.duration_since(since));
        // A portal that never answered in this run is more likely misnamed than down.
        let never_answered = !sky.has_answered && sky.failures > FIRST_FAILURES_MAX;
        if patience.is_zero() || never_answered {
            return Storm::TooLong;
        }
        let asked = retry_after.unwrap_or_default().min(policy.retry_after_max.saturating_sub(sky.announced));
        sky.announced += asked;
        let own = spread(policy.backoff(sky.failures), (policy.dice)()).min(patience);
        let pause = own.max(asked);
        sky.paused_until = Some(now + pause);
        if sky.failures == 1 { Storm::First(pause) } else { Storm::Lasting(pause) }
    }

    /// Waits until nobody has to pause.
    pub(super) async fn settled(&self) {
        loop {
            let until = self.sky().paused_until;
            match until.filter(|until| *until > Instant::now()) {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return,
            }
        }
    }

    fn sky(&self) -> std::sync::MutexGuard<'_, Sky> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::policy::policy_of_tests;

    #[tokio::test(start_paused = true)]
    async fn only_the_first_failure_in_a_row_counts_and_an_answer_ends_the_row() {
        let weather = Weather::default();
        assert_eq!(weather.fail(&policy_of_tests(), None), Storm::First(Duration::from_secs(1)));
        let under_way = weather.fail(&policy_of_tests(), None);
        assert_eq!(under_way, Storm::Lasting(Duration::from_secs(1)), "it began before the pause");
        weather.settled().await;
        assert_eq!(weather.fail(&policy_of_tests(), None), Storm::Lasting(Duration::from_secs(2)));
        weather.clear();
        assert_eq!(weather.fail(&policy_of_tests(), None), Storm::First(Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_pauses_until_the_patience_ends() {
        let weather = Weather::default();
        weather.clear();
        let began = Instant::now();
        let mut pauses = Vec::new();
        while weather.fail(&policy_of_tests(), None) != Storm::TooLong {
            let before = Instant::now();
            weather.settled().await;
            pauses.push(before.elapsed().as_secs());
            assert!(pauses.len() < 10, "no end of it: {pauses:?}");
        }
        assert_eq!((pauses, began.elapsed().as_secs()), (vec![1, 2, 4, 8, 5], 20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_portal_that_never_answered_is_given_up_soon() {
        let weather = Weather::default();
        for _ in 0..FIRST_FAILURES_MAX {
            assert_ne!(weather.fail(&policy_of_tests(), None), Storm::TooLong);
            weather.settled().await;
        }
        assert_eq!(weather.fail(&policy_of_tests(), None), Storm::TooLong);
    }

    #[tokio::test(start_paused = true)]
    async fn a_portal_is_left_alone_for_as_long_as_it_asks_and_that_costs_no_patience() {
        let weather = Weather::default();
        weather.clear();
        let asked = Some(Duration::from_secs(60));
        let mut pauses = Vec::new();
        while weather.fail(&policy_of_tests(), asked) != Storm::TooLong {
            let before = Instant::now();
            weather.settled().await;
            pauses.push(before.elapsed().as_secs());
            assert!(pauses.len() < 10, "no end of it: {pauses:?}");
        }
        // The limit for all of them is 100 s; what follows is the patience of 20 s.
        assert_eq!(pauses, [60, 40, 4, 8, 8]);
    }

    #[tokio::test(start_paused = true)]
    async fn crawlers_that_fail_together_do_not_come_back_together() {
        let first = |dice| Weather::default().fail(&Policy { dice, ..policy_of_tests() }, None);
        assert_eq!(first(|| 0.0), Storm::First(Duration::from_millis(800)));
        assert_eq!(first(|| 1.0), Storm::First(Duration::from_millis(1_200)));
    }
}
