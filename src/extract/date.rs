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
        let Some((year, month, day, rest)) = fit(text, format) else { continue };
        if !rest.is_empty() && !TIME.as_ref().is_some_and(|time| time.is_match(rest)) {
            continue;
        }
        match Date::new(year, month, day) {
            Ok(date) => return Ok(date),
            Err(_) => reason = Some(format!("there is no such day ({})", format.written)),
        }
    }
    let known = || formats.iter().map(|format| format.written.as_str()).collect::<Vec<_>>().join(" or ");
    Err(reason.unwrap_or_else(|| format!("it is not a date as in {}", known())))
}

/// Year, month and day of a text that begins as the format says, and the rest of the text.
fn fit<'t>(text: &'t str, date: &DateFormat) -> Option<(i16, i8, i8, &'t str)> {
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut text, mut format) = (text, date.written.as_str());
    while let Some(mark) = format.chars().next() {
        let pattern_end = format.find(|character| character != mark).unwrap_or(format.len());
        let (pattern, formats) = format.split_at(pattern_end);
        if pattern == "mmm" {
            let (named, behind) = month_named(text, &date.months)?;
            (month, text, format) = (Some(named), behind, formats);
            continue;
        }
        let digits_max = pattern.len().max(2);
        let digits_end = text.bytes().take(digits_max).take_while(u8::is_ascii_digit).count();
        let (digits, behind) = text.split_at(digits_end);
        match (mark, pattern.len(), digits.len()) {
            ('y', 4, 4) => year = Some(digits.parse().ok()?),
            ('y', 2, 2) => year = Some(in_its_century(digits.parse().ok()?)),
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

/// The year that two digits mean, as C libraries read them: none is later than 2068.
const fn in_its_century(year: i16) -> i16 {
    if year < 69 { 2000 + year } else { 1900 + year }
}

/// The month whose name a text begins with, and the rest. A name is not found in a longer word; capitals make no
/// difference.
fn month_named<'t>(text: &'t str, months: &[String]) -> Option<(i8, &'t str)> {
    (1..=12).cycle().zip(months).find_map(|(month, name)| {
        let end = text.char_indices().nth(name.chars().count()).map_or(text.len(), |(end, _)| end);
        let (beginning, behind) = text.split_at_checked(end)?;
        let is_whole = !behind.starts_with(char::is_alphabetic);
        (is_whole && beginning.to_lowercase() == name.to_lowercase()).then_some((month, behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONTHS: &str = "Jan Feb Mar Apr May Jun Jul Aug Sept. Oct Nov Dec \
        January February March April May June July August September October November December";

    fn read(text: &str, formats: &[&str]) -> Result<String, String> {
        let months = MONTHS.split(' ').map(str::to_owned);
        let format =
            |written: &&str| DateFormat { months: months.clone().collect(), ..DateFormat::numeric(written) };
        let formats: Vec<_> = formats.iter().map(format).collect();
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
            ("14 Mar 2024", &["d mmm yyyy"], "2024-03-14"),
            ("1 MARCH 2024", &["d mmm yyyy"], "2024-03-01"),
            ("9 sept. 2024, 14:05", &["d mmm yyyy"], "2024-09-09"),
            ("9 September 2024", &["d mmm yyyy"], "2024-09-09"),
            ("31 May 2024", &["yyyy-mm-dd", "dd mmm yyyy"], "2024-05-31"),
            ("Dec 1, 2024", &["mmm d, yyyy"], "2024-12-01"),
            ("2014-03-12T14:05:09.123+02:00", &["yyyy-mm-dd"], "2014-03-12"),
            ("03.05.24", &["dd.mm.yy"], "2024-05-03"),
            ("3/5/68 10:15", &["d/m/yy"], "2068-05-03"),
            ("31.12.69", &["dd.mm.yy"], "1969-12-31"),
            ("03.05.2024", &["dd.mm.yy", "dd.mm.yyyy"], "2024-05-03"),
        ] {
            assert_eq!(read(text, formats).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_month_is_found_by_its_whole_name_alone() {
        let names: Vec<String> = ["Μάρ", "Μάρτιος"].map(str::to_owned).to_vec();
        for (text, expected) in [
            ("ΜΆΡ 2024", Some((1, " 2024"))),
            ("Μάρτιος", Some((2, ""))),
            ("Μάρτιο", None),
            ("Μά", None),
            ("", None),
        ] {
            assert_eq!(month_named(text, &names), expected, "{text}");
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
        assert!(read("03.05.2024", &["dd.mm.yy"]).is_err(), "a year of four digits is not cut");
        for text in ["30 Feb 2024", "14 Mart 2024", "14 Mar. 2024", "14 03 2024", "14 Mar 24"] {
            assert!(read(text, &["d mmm yyyy"]).is_err(), "{text}");
        }
    }
}
