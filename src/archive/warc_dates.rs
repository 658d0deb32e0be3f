//! The dates of captures in a WARC file: no two captures of one address have the same second.
//!
//! Viewers take two captures of one address in one second for the same.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use crate::domain::Timestamp;

/// For so long it is remembered in which second an address was captured. A later capture has a later second of its own,
/// unless the system's clock is set back by more than this.
const REMEMBERED_SECONDS: u64 = 60;

/// Below so many addresses, none is forgotten.
const ADDRESSES_MIN: usize = 1_000;

/// In which second, counted from 1970, each address was captured last.
///
/// An address is known by its hash, which takes less memory than its text. Where two share one, a capture has the date of
/// the second after its own.
#[derive(Default)]
pub(super) struct Dates {
    last_seconds: HashMap<u64, u64>,
    hasher: RandomState,
    /// How many addresses were left when old ones were forgotten last.
    left: usize,
}

impl Dates {
    /// Remembers a capture that is in the file already.
    pub(super) fn note(&mut self, address: &str, date: Timestamp) {
        self.remember(self.hasher.hash_one(address), date.as_millis() / 1000);
    }

    /// The date of a capture's records: its own second, or the one after the last capture of the same address.
    pub(super) fn date_for(&mut self, address: &str, captured_at: Timestamp) -> Timestamp {
        let own = captured_at.as_millis() / 1000;
        let address = self.hasher.hash_one(address);
        let second = self.last_seconds.get(&address).map_or(own, |last| own.max(last + 1));
        self.remember(address, second);
        Timestamp::from_millis(second.saturating_mul(1000))
    }

    /// Forgets old addresses whenever their number has doubled: a crawl knows more than memory should hold.
    fn remember(&mut self, address: u64, second: u64) {
        if self.last_seconds.len() >= ADDRESSES_MIN.max(2 * self.left) {
            self.last_seconds.retain(|_, last| last.saturating_add(REMEMBERED_SECONDS) >= second);
            self.last_seconds.shrink_to_fit();
            self.left = self.last_seconds.len();
        }
        self.last_seconds.insert(address, second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_captured_long_ago_are_forgotten() {
        let mut dates = Dates::default();
        let mut most = 0;
        for second in 0..10_000 {
            dates.date_for(&format!("https://demo.invalid/{second}"), Timestamp::from_millis(second * 1_000));
            most = most.max(dates.last_seconds.len());
        }
        assert_eq!(most, ADDRESSES_MIN);
    }

    #[test]
    fn every_address_of_a_crowd_in_one_second_has_a_second_capture_in_the_next() {
        let mut dates = Dates::default();
        for second in [20, 21] {
            for number in 0..3 * ADDRESSES_MIN {
                let address = format!("https://demo.invalid/{number}");
                let date = dates.date_for(&address, Timestamp::from_millis(20_000));
                assert_eq!(date, Timestamp::from_millis(second * 1_000), "{address}");
            }
        }
    }
}
