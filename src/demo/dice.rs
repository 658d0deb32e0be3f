//! Decides by seeded hashes which requests meet a fault, so that the same crawl of the same portal meets the same faults.
//!
//! A draw depends on the seed, the fault, the document and how often the two met before, never on what happens to other
//! documents. Faults strike only where a request names a document, and each document within a bound: those that may cost
//! an attempt (503, silence, a wrong page) at most [`STRIKES_MAX`] times together, expiry as often. A crawl with more
//! attempts than that, and more patience with lost sessions, therefore ends whatever the rates are.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

/// How often one document is struck at most: by faults that may cost an attempt together, and by expiry.
pub const STRIKES_MAX: u32 = 2;

/// How often something happens, as a share of all occasions: from 0, never, to 1, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Rate(f64);

/// A number that is no share.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is no rate: a number from 0 to 1, as in `0.05`")]
pub struct RateError {
    text: String,
}

/// What the dice decide about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    Unavailable,
    Hang,
    WrongPage,
    Expiry,
}

/// What bounds a fault: those of one budget share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Budget {
    Attempts,
    Sessions,
}

/// All draws of one portal.
#[derive(Debug)]
pub(super) struct Dice {
    seed: u64,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    rates: BTreeMap<Fault, Rate>,
    drawn: BTreeMap<(Fault, String), u64>,
    struck: BTreeMap<(Budget, String), u32>,
    jitters: u64,
}

impl Rate {
    /// A share from 0 to 1; `None` for any other number.
    #[must_use]
    pub fn of(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let share = text.parse().ok().and_then(Self::of);
        share.ok_or_else(|| RateError { text: text.to_owned() })
    }
}

impl Fault {
    const fn budget(self) -> Budget {
        match self {
            Self::Unavailable | Self::Hang | Self::WrongPage => Budget::Attempts,
            Self::Expiry => Budget::Sessions,
        }
    }
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, table: Mutex::default() }
    }

    pub(super) fn set(&self, fault: Fault, rate: Rate) {
        self.table().rates.insert(fault, rate);
    }

    /// Whether a fault strikes a document now.
    pub(super) fn strikes(&self, fault: Fault, id: &str) -> bool {
        let mut table = self.table();
        let rate = table.rates.get(&fault).copied().unwrap_or_default();
        if rate == Rate::default() {
            return false;
        }
        let drawn = table.drawn.entry((fault, id.to_owned())).or_default();
        *drawn += 1;
        if self.draw(&format!("{fault:?}"), id, *drawn) >= rate.0 {
            return false;
        }
        let struck = table.struck.entry((fault.budget(), id.to_owned())).or_default();
        let is_within = *struck < STRIKES_MAX;
        *struck += u32::from(is_within);
        is_within
    }

    /// A time from nothing to `max`.
    pub(super) fn jitter(&self, max: Duration) -> Duration {
        if max.is_zero() {
            return max;
        }
        let mut table = self.table();
        table.jitters += 1;
        max.mul_f64(self.draw("jitter", "", table.jitters))
    }

    /// A number from 0 to just below 1.
    fn draw(&self, sort: &str, id: &str, number: u64) -> f64 {
        let digest = Sha256::digest(format!("{} {sort} {id} {number}", self.seed));
        let first = digest.first_chunk::<4>().copied().unwrap_or_default();
        f64::from(u32::from_be_bytes(first)) / (f64::from(u32::MAX) + 1.0)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dice(seed: u64, rates: &[(Fault, f64)]) -> Dice {
        let dice = Dice::new(seed);
        for (fault, share) in rates {
            dice.set(*fault, Rate::of(*share).unwrap());
        }
        dice
    }

    /// How often a fault strikes in the first draw of each of so many documents.
    fn struck(dice: &Dice, fault: Fault, documents: u32) -> u32 {
        (0..documents).map(|number| u32::from(dice.strikes(fault, &number.to_string()))).sum()
    }

    #[test]
    fn a_fault_strikes_as_often_as_its_rate_says() {
        for share in [0.02, 0.1, 0.5, 0.9] {
            let found = f64::from(struck(&dice(1, &[(Fault::Hang, share)]), Fault::Hang, 20_000)) / 20_000.0;
            // Four standard deviations, and the draws are the same in every run.
            let tolerance = 4.0 * (share * (1.0 - share) / 20_000.0).sqrt();
            assert!((found - share).abs() < tolerance, "{share}: {found}");
        }
        assert_eq!(struck(&dice(1, &[(Fault::Hang, 0.0)]), Fault::Hang, 100), 0);
        assert_eq!(struck(&dice(1, &[(Fault::Hang, 1.0)]), Fault::Hang, 100), 100);
        assert_eq!(struck(&dice(1, &[]), Fault::Hang, 100), 0);
    }

    #[test]
    fn faults_that_cost_attempts_strike_a_document_twice_at_most_and_expiry_twice_more() {
        let always = [Fault::Unavailable, Fault::Hang, Fault::WrongPage, Fault::Expiry];
        let dice = dice(1, &always.map(|fault| (fault, 1.0)));
        for id in ["a", "b"] {
            let mut strikes = [0; 4];
            for _ in 0..50 {
                for (count, fault) in strikes.iter_mut().zip(always) {
                    *count += u32::from(dice.strikes(fault, id));
                }
            }
            assert_eq!(strikes.iter().take(3).sum::<u32>(), STRIKES_MAX, "{strikes:?}");
            assert_eq!(strikes[3], STRIKES_MAX, "{strikes:?}");
        }
    }

    #[test]
    fn the_seed_decides_and_other_documents_do_not() {
        let fate = |seed, others: &[&str]| {
            let dice = dice(seed, &[(Fault::WrongPage, 0.5)]);
            let mut fate = Vec::new();
            for round in 0..30 {
                for other in others {
                    dice.strikes(Fault::WrongPage, other);
                }
                fate.push(dice.strikes(Fault::WrongPage, &format!("document {round}")));
            }
            fate
        };
        assert_eq!(fate(1, &[]), fate(1, &["x", "y"]));
        assert_ne!(fate(1, &[]), fate(2, &[]));
    }

    #[test]
    fn jitter_is_spread_over_its_whole_span_and_stays_within() {
        let (dice, max) = (Dice::new(1), Duration::from_millis(40));
        let spread: Vec<Duration> = (0..1_000).map(|_| dice.jitter(max)).collect();
        assert!(spread.iter().all(|jitter| *jitter < max));
        assert!(spread.iter().any(|jitter| *jitter < max / 10));
        assert!(spread.iter().any(|jitter| *jitter > max * 9 / 10));
        assert_eq!(dice.jitter(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn only_a_share_is_a_rate() {
        for (text, expected) in [("0", Some(0.0)), ("0.05", Some(0.05)), ("1", Some(1.0))] {
            assert_eq!(text.parse::<Rate>().ok(), expected.and_then(Rate::of), "{text}");
        }
        for text in ["", "-0.1", "1.1", "5%", "NaN", "inf"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
