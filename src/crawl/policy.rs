//! Every limit of a crawl, in one place.

use std::time::Duration;

use crate::profile::Pace;

/// How often, how long and how patiently a crawl works. Times are real ones, not the portal's.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How long an ID is hidden from other workers while one works on it: a look-up and all that follows it.
    pub lease_ttl: Duration,
    /// Attempts before an ID is a dead letter.
    pub attempts_max: u32,
    /// How often a lost session is begun anew inside one attempt.
    pub lost_sessions_max: u32,
    /// The pause before the second attempt; it doubles with each further one.
    pub backoff_min: Duration,
    /// The longest pause before an attempt.
    pub backoff_max: Duration,
    /// How long the portal may be unavailable before the crawl stops.
    pub unavailable_max: Duration,
}

impl Policy {
    /// The policy for a portal of this pace.
    #[must_use]
    pub fn of(pace: &Pace) -> Self {
        Self {
            lease_ttl: pace.lookup_deadline.saturating_mul(2).max(Duration::from_secs(60)),
            attempts_max: pace.attempts,
            lost_sessions_max: pace.lost_sessions_max,
            backoff_min: pace.delay.max(Duration::from_millis(200)),
            backoff_max: Duration::from_secs(600),
            unavailable_max: pace.unavailable_max,
        }
    }

    /// The pause after the attempt of this number has failed.
    #[must_use]
    pub fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        self.backoff_min.saturating_mul(1 << doublings).min(self.backoff_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_its_maximum() {
        let policy = Policy {
            lease_ttl: Duration::from_secs(60),
            attempts_max: 4,
            lost_sessions_max: 3,
            backoff_min: Duration::from_secs(1),
            backoff_max: Duration::from_secs(5),
            unavailable_max: Duration::from_secs(60),
        };
        let pauses: Vec<u64> = [1, 2, 3, 4, 99].map(|attempt| policy.backoff(attempt).as_secs()).into();
        assert_eq!(pauses, [1, 2, 4, 5, 5]);
    }
}
