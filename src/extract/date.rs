//! Days as portals write them.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::profile::DateFormat;

/// A time of day behind a date: ignored.
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^ (?: T | \s*,?\s+ ) [0-9]{1,2} : [0-9]{2} (?: : [0-9]{2} (?: [.,] [0-9]+ )? )?
        \s? (?: Z | [+-] [0-9]{2} :? [0-9]{2} | [AaPp]\.?[Mm]\.? | [πμ]\.?μ\.? )? $",
    )
    .ok()
});

/// Reads a day in the first format that fits. A time of day behind it is ignored.
pub(super) fn date(text: &str, formats: &[DateFormat]) -> Result<Date, String> {
    let mut reason = None;
    for format in formats {
        let Some((year, month, day, rest)) = fit(text, &format.0) else { continue };
        if !rest.is_empty() && !TIME.as_ref().is_some_and(|time| time.is_match(rest)) {
            continue;
        }
        match Date::new(year, month, day) {
            Ok(date) => return Ok(date),
            Err(_) => reason = Some(format!("there is no such day ({})", format.0)),
        }
    }
    let known = || formats.iter().map(|format| format.0.as_str()).collect::<Vec<_>>().join(" or ");
    Err(reason.unwrap_or_else(|| format!("it is not a date as in {}", known())))
}

/// Year, month and day of a text that begins as the format says, and the rest of the text.
fn fit<'t>(text: &'t str, format: &str) -> Option<(i16, i8, i8, &'t str)> {
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut text, mut format) = (text, format);
    while let Some(mark) = format.chars().next() {
        let pattern_end = format.find(|character| character != mark).unwrap_or(format.len());
        let (pattern, formats) = format.split_at(pattern_end);
        let digits_max = pattern.len().max(2);
        let digits_end = text.bytes().take(digits_max).take_while(u8::is_ascii_digit).count();
        let (digits, behind) = text.split_at(digits_end);
        match (mark, pattern.len(), digits.len()) {
            ('y', 4, 4) => year = Some(digits.parse().ok()?),
            ('m', 2, 2) | ('m', 1, 1 | 2) => month = Some(digits.parse().ok()?),
            ('d', 2, 2) | ('d', 1, 1 | 2) => day = Some(digits.parse().ok()?),
            ('y' | 'm' | 'd', ..) => return None,
            _ => {
                text = text.strip_prefix(pattern)?;
                format = formats;
                continue;
            }
        }
        (text, format) = (behind, formats);
    }
    Some((year?, month?, day?, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, formats: &[&str]) -> Result<String, String> {
        let formats: Vec<_> = formats.iter().map(|format| DateFormat((*format).into())).collect();
        date(text, &formats).map(|date| date.to_string())
    }

    #[test]
    fn days_are_read_in_the_format_of_the_profile() {
        for (text, formats, expected) in [
            ("12/03/2014", &["dd/mm/yyyy"][..], "2014-03-12"),
            ("1.2.2023", &["d.m.yyyy"], "2023-02-01"),
            ("01.12.2023", &["d.m.yyyy"], "2023-12-01"),
            ("12.03.2023", &["dd.mm.yyyy"], "2023-03-12"),
            ("2024-02-29", &["yyyy-mm-dd"], "2024-02-29"),
            ("2024-02-29", &["dd/mm/yyyy", "yyyy-mm-dd"], "2024-02-29"),
            ("12/03/2014 14:05", &["dd/mm/yyyy"], "2014-03-12"),
            ("12/03/2014, 2:05:09 μ.μ.", &["dd/mm/yyyy"], "2014-03-12"),
            ("2014-03-12T14:05:09.123+02:00", &["yyyy-mm-dd"], "2014-03-12"),
        ] {
            assert_eq!(read(text, formats).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_of_the_calendar_is_refused() {
        for (text, reason) in [
            ("31/02/2014", "there is no such day (dd/mm/yyyy)"),
            ("12/13/2014", "there is no such day (dd/mm/yyyy)"),
            ("29/02/2023", "there is no such day (dd/mm/yyyy)"),
            ("1/2/2014", "it is not a date as in dd/mm/yyyy"),
            ("12/03/14", "it is not a date as in dd/mm/yyyy"),
            ("12/03/20145", "it is not a date as in dd/mm/yyyy"),
            ("12/03/2014 περίπου", "it is not a date as in dd/mm/yyyy"),
            ("από 12/03/2014", "it is not a date as in dd/mm/yyyy"),
            ("12-03-2014", "it is not a date as in dd/mm/yyyy"),
        ] {
            assert_eq!(read(text, &["dd/mm/yyyy"]), Err(reason.into()), "{text}");
        }
    }
}
