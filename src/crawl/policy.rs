//! Every limit of a crawl, in one place.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use crate::profile::{Drift, Profile};

/// How often, how long and how patiently a crawl works. Times are real ones, not the portal's.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How long an ID is hidden from other workers while one works on it: a look-up and all that follows it.
    pub lease_ttl: Duration,
    /// Attempts before an ID is a dead letter.
    pub attempts_max: u32,
    /// How often an ID at which the portal was unavailable is postponed before such an attempt counts: the fault is
    /// hardly the ID's, but one that never answers must not be asked for ever.
    pub postponed_max: u32,
    /// How often a lost session is begun anew inside one attempt.
    pub lost_sessions_max: u32,
    /// The pause before the second attempt; it doubles with each further one.
    pub backoff_min: Duration,
    /// The longest pause before an attempt.
    pub backoff_max: Duration,
    /// How long the portal may be unavailable before the crawl stops, beside the waits that it asked for itself.
    pub unavailable_max: Duration,
    /// The longest wait in one outage that the portal may ask for by `Retry-After`, all its waits together.
    pub retry_after_max: Duration,
    /// How long an ID that met a block lets others go first.
    pub blocked_for: Duration,
    /// Throws between 0 and 1: spreads the pauses of an outage, so that crawlers do not come back all at once.
    pub dice: fn() -> f64,
    /// When the layout of a kind is taken for changed, and the kind paused; never where `None`.
    pub drift: Option<Drift>,
}

impl Policy {
    /// The policy for a portal.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let pace = &profile.pace;
        Self {
            lease_ttl: pace.lookup_deadline.saturating_mul(2).max(Duration::from_secs(60)),
            attempts_max: pace.attempts,
            postponed_max: pace.attempts.saturating_mul(2),
            lost_sessions_max: pace.lost_sessions_max,
            backoff_min: pace.delay.max(Duration::from_millis(200)),
            backoff_max: Duration::from_secs(600),
            unavailable_max: pace.unavailable_max,
            retry_after_max: Duration::from_secs(3_600),
            blocked_for: Duration::from_secs(10),
            dice: throw,
            drift: Some(profile.drift),
        }
    }

    /// The policy for a recording. What is not in it will not be there at the next attempt either, and no portal has to be
    /// spared: every page is read, also those of a kind that the profile does not fit.
    #[must_use]
    pub fn of_recording(profile: &Profile) -> Self {
        Self { attempts_max: 1, drift: None, ..Self::of(profile) }
    }

    /// The pause after the attempt of this number has failed.
    #[must_use]
    pub fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        self.backoff_min.saturating_mul(1 << doublings).min(self.backoff_max)
    }
}

/// The pause, a fifth longer or shorter at most, as the dice fall.
pub(super) fn spread(pause: Duration, thrown: f64) -> Duration {
    pause.mul_f64(0.8 + 0.4 * thrown.clamp(0.0, 1.0))
}

/// A number between 0 and 1 that nobody can foretell: each hasher of the standard library has keys of its own.
fn throw() -> f64 {
    let thrown = RandomState::new().hash_one(());
    f64::from(u32::try_from(thrown >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
pub(super) fn policy_of_tests() -> Policy {
    Policy {
        lease_ttl: Duration::from_secs(60),
        attempts_max: 2,
        postponed_max: 1,
        lost_sessions_max: 3,
        backoff_min: Duration::from_secs(1),
        backoff_max: Duration::from_secs(8),
        unavailable_max: Duration::from_secs(20),
        retry_after_max: Duration::from_secs(100),
        blocked_for: Duration::from_secs(10),
        dice: || 0.5,
        drift: Some(Drift::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_its_maximum() {
        let policy = policy_of_tests();
        let pauses: Vec<u64> = [1, 2, 3, 4, 99].map(|attempt| policy.backoff(attempt).as_secs()).into();
        assert_eq!(pauses, [1, 2, 4, 8, 8]);
    }

    #[test]
    fn a_spread_pause_is_a_fifth_longer_or_shorter_at_most() {
        let spread_s = |thrown| spread(Duration::from_secs(10), thrown).as_secs();
        assert_eq!([0.0, 0.5, 1.0, 7.0].map(spread_s), [8, 10, 12, 12]);
        assert!((0..100).map(|_| throw()).all(|thrown| (0.0..=1.0).contains(&thrown)));
        assert!((0..100).any(|_| (throw() - throw()).abs() > 0.01));
    }
}
