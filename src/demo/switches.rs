//! What the demo portal does wrong on demand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::robots::RobotsTxt;

/// One way to misbehave. A number of 0 is never, of 1 always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Every n-th opened row brings another document's page.
    WrongPageEvery(u32),
    /// Every n-th submit, opened row or scripted part finds its flow expired: it lands on the beginning of the flow.
    ExpireEvery(u32),
    /// Every n-th request is answered with 503.
    UnavailableEvery(u32),
    /// How long the part that arrives by script takes.
    DetailDelay(Duration),
    /// What is answered to whoever asks for robots.txt.
    RobotsTxt(RobotsTxt),
}

/// The positions of all switches.
#[derive(Debug, Default)]
pub(super) struct Switches {
    pub(super) wrong_page: Rhythm,
    pub(super) expire: Rhythm,
    pub(super) unavailable: Rhythm,
    detail_delay_ms: AtomicU64,
    robots_txt: Mutex<RobotsTxt>,
}

impl Switches {
    pub(super) fn set(&self, switch: Switch) {
        match switch {
            Switch::WrongPageEvery(every) => self.wrong_page.set(every),
            Switch::ExpireEvery(every) => self.expire.set(every),
            Switch::UnavailableEvery(every) => self.unavailable.set(every),
            Switch::DetailDelay(delay) => {
                self.detail_delay_ms
                    .store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
            }
            Switch::RobotsTxt(variant) => {
                *self.robots_txt.lock().unwrap_or_else(PoisonError::into_inner) = variant;
            }
        }
    }

    pub(super) fn detail_delay(&self) -> Duration {
        Duration::from_millis(self.detail_delay_ms.load(Ordering::Relaxed))
    }

    pub(super) fn robots_txt(&self) -> RobotsTxt {
        *self.robots_txt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Strikes at every n-th call, counted from the last setting.
#[derive(Debug, Default)]
pub(super) struct Rhythm(Mutex<(u32, u32)>);

impl Rhythm {
    fn set(&self, every: u32) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (every, 0);
    }

    pub(super) fn strikes(&self) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (every, calls) = *state;
        if every == 0 {
            return false;
        }
        let now = (calls + 1) % every;
        *state = (every, now);
        now == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rhythm_strikes_at_every_nth_call() {
        let strikes = |every| {
            let rhythm = Rhythm::default();
            rhythm.set(every);
            (0..6).map(|_| rhythm.strikes()).collect::<Vec<_>>()
        };
        assert_eq!(strikes(0), [false; 6]);
        assert_eq!(strikes(1), [true; 6]);
        assert_eq!(strikes(3), [false, false, true, false, false, true]);
    }
}
