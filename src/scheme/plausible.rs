//! Holds an ID's year against the years that can be and against its running number. Only shown: nothing is changed.

use super::{CounterRule, Doubt, YearRule};

/// How many years the running number may be off.
const YEARS_OFF_MAX: f64 = 2.0;

/// What the year and the number of one ID are, as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    /// The text of the year's group.
    pub(super) year: &'a str,
    /// The text of the counter's group.
    pub(super) number: Option<&'a str>,
}

/// A doubt about an ID, with the year that was perhaps meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct YearDoubt {
    reason: String,
    /// The year that was perhaps meant, in as many digits as were written.
    pub(super) year: Option<String>,
}

impl YearDoubt {
    /// The doubt as it is shown.
    pub(super) fn with_suggestion(self, suggestion: Option<String>) -> Doubt {
        Doubt { reason: self.reason, suggestion }
    }
}

/// What makes the year hardly right.
pub(super) fn doubt(
    written: Written<'_>,
    rule: &YearRule,
    counter: Option<&CounterRule>,
) -> Option<YearDoubt> {
    let year: u32 = written.year.parse().ok()?;
    let told =
        counter.zip(written.number).and_then(|(counter, number)| Some((number, told_year(number, counter)?)));
    let meant = told.and_then(|(_, told)| {
        let meant = (rule.min..=rule.max).find(|year| (0.0..1.0).contains(&(told - f64::from(*year))))?;
        Some(format!("{meant:0width$}", width = written.year.len()))
    });
    if !(rule.min..=rule.max).contains(&year) {
        let reason = format!("year {} is not from {} to {}", written.year, rule.min, rule.max);
        return Some(YearDoubt { reason, year: meant });
    }
    let (number, told) = told?;
    let off = told - f64::from(year);
    // A year lasts from its own number up to the next one.
    if (-YEARS_OFF_MAX..YEARS_OFF_MAX + 1.0).contains(&off) {
        return None;
    }
    let reason = match &meant {
        Some(meant) => format!("number {number} is of about year {meant}, not {}", written.year),
        None => format!("number {number} is not of year {}", written.year),
    };
    Some(YearDoubt { reason, year: meant })
}

/// The year in which the counter stood at this number; `None` where it tells nothing.
fn told_year(number: &str, counter: &CounterRule) -> Option<f64> {
    let number: u64 = number.parse().ok()?;
    if number < counter.from {
        return None;
    }
    let distance = f64::from(u32::try_from(number.abs_diff(counter.at)).ok()?);
    let years = distance / f64::from(u32::try_from(counter.per_year).ok()?);
    Some(if number < counter.at { counter.year - years } else { counter.year + years })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(year: &str, number: &str, expected: Option<(&str, Option<&str>)>) {
        let rule = YearRule { group: "year".to_owned(), min: 13, max: 26 };
        let counter = CounterRule {
            group: "number".to_owned(),
            at: 19_790_000,
            year: 26.7,
            per_year: 2_100_000,
            from: 8_000_000,
        };
        let doubt = doubt(Written { year, number: Some(number) }, &rule, Some(&counter));
        let found = doubt.as_ref().map(|doubt| (doubt.reason.as_str(), doubt.year.as_deref()));
        assert_eq!(found, expected, "{year} {number}");
    }

    #[test]
    fn the_counter_tells_the_year() {
        check("23", "013229327", None);
        check("32", "013229327", Some(("year 32 is not from 13 to 26", Some("23"))));
        check("18", "013229327", Some(("number 013229327 is of about year 23, not 18", Some("23"))));
        check("21", "013229327", None);
        check("25", "013229327", None);
        check("26", "013229327", Some(("number 013229327 is of about year 23, not 26", Some("23"))));
        check("20", "013229327", Some(("number 013229327 is of about year 23, not 20", Some("23"))));
    }

    #[test]
    fn numbers_before_the_reset_tell_nothing() {
        check("14", "000123456", None);
        check("99", "000123456", Some(("year 99 is not from 13 to 26", None)));
    }

    #[test]
    fn a_number_of_no_known_year_suggests_nothing() {
        check("26", "999999999", Some(("number 999999999 is not of year 26", None)));
    }
}
