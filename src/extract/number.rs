//! Whole numbers and amounts of money as portals write them: exact, and never guessed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::profile::NumberFormat;

/// Reads a whole number. Marks between thousands may be left out, but not misplaced.
pub(super) fn integer(text: &str, format: &NumberFormat) -> Result<i64, String> {
    let number = plain_digits(text, format)?;
    if number.contains('.') {
        return Err("it has a fraction, and a whole number was expected".into());
    }
    number.parse().map_err(|_| "the number is too large".into())
}

/// Reads an amount and its currency, which stands before or after it. Without one it is of the only currency there is.
pub(super) fn amount(
    text: &str,
    format: &NumberFormat,
    currencies: &BTreeMap<String, String>,
) -> Result<(Decimal, String), String> {
    let (number, currency) = match split_currency(text, currencies) {
        Some(found) => found,
        None => (text, only_currency(currencies).ok_or("no currency of the profile stands with it")?),
    };
    let number = plain_digits(number, format)?;
    let exact = Decimal::from_str_exact(&number).map_err(|_| "the number has too many digits")?;
    Ok((exact, currency.to_owned()))
}

/// The marks with which a number can be read that cannot with the profile's; `None` where no usual ones will do.
pub(super) fn other_marks(reads: impl Fn(&NumberFormat) -> bool) -> Option<NumberFormat> {
    let usual = [('.', ','), (',', '.'), (',', ' '), ('.', ' '), ('.', '\''), (',', '\'')];
    let mut formats = usual.into_iter().map(|(decimal, thousands)| NumberFormat { decimal, thousands });
    formats.find(|format| reads(format))
}

/// A whole number as JSON writes it. A fraction of zeros is none.
pub(super) fn exact_integer(written: &str) -> Result<i64, String> {
    let number = exact(written)?;
    if !number.fract().is_zero() {
        return Err("it has a fraction, and a whole number was expected".into());
    }
    number.to_i64().ok_or_else(|| "the number is too large".into())
}

/// An amount as JSON writes it, in the only currency there is.
pub(super) fn exact_amount(
    written: &str,
    currencies: &BTreeMap<String, String>,
) -> Result<(Decimal, String), String> {
    let currency = only_currency(currencies).ok_or("no currency of the profile stands with it")?;
    Ok((exact(written)?, currency.to_owned()))
}

fn exact(written: &str) -> Result<Decimal, String> {
    let is_scientific = written.contains(['e', 'E']);
    let read =
        if is_scientific { Decimal::from_scientific(written) } else { Decimal::from_str_exact(written) };
    read.map_err(|_| "the number has too many digits".into())
}

/// The text without the longest currency at either end of it, and that currency's code.
fn split_currency<'t, 'c>(
    text: &'t str,
    currencies: &'c BTreeMap<String, String>,
) -> Option<(&'t str, &'c str)> {
    let text = text.trim();
    let without = |word: &str| {
        let (before, behind) = (text.strip_prefix(word), text.strip_suffix(word));
        // A word may not be cut out of a longer one: `EUR` is not found in `EURO`.
        let behind = behind.filter(|rest| ends_apart(rest, word.chars().next()));
        before.filter(|rest| begins_apart(rest, word.chars().last())).or(behind)
    };
    let mut words: Vec<_> = currencies.iter().filter(|(word, _)| !word.is_empty()).collect();
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    words.into_iter().find_map(|(word, code)| without(word).map(|rest| (rest, code.as_str())))
}

fn begins_apart(rest: &str, before: Option<char>) -> bool {
    !(before.is_some_and(char::is_alphabetic) && rest.starts_with(char::is_alphabetic))
}

fn ends_apart(rest: &str, behind: Option<char>) -> bool {
    !(behind.is_some_and(char::is_alphabetic) && rest.ends_with(char::is_alphabetic))
}

fn only_currency(currencies: &BTreeMap<String, String>) -> Option<&str> {
    let mut codes = currencies.values();
    let first = codes.next()?;
    codes.all(|code| code == first).then_some(first.as_str())
}

/// The number as a computer writes it: an optional `-`, digits, and an optional fraction behind a `.`.
fn plain_digits(text: &str, format: &NumberFormat) -> Result<String, String> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '\u{2212}']).map(str::trim_start);
    let (sign, unsigned) = unsigned.map_or(("", text), |unsigned| ("-", unsigned));
    let (whole, fraction) = match unsigned.split_once(format.decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let whole = without_thousands(whole, format)?;
    match fraction {
        None => Ok(format!("{sign}{whole}")),
        Some(digits) if is_digits(digits) => Ok(format!("{sign}{whole}.{digits}")),
        Some(_) => Err(format!("digits alone were expected behind `{}`", format.decimal)),
    }
}

fn without_thousands(whole: &str, format: &NumberFormat) -> Result<String, String> {
    let same_mark = |character: char| {
        character == format.thousands || (format.thousands.is_whitespace() && character.is_whitespace())
    };
    let groups: Vec<_> = whole.split(same_mark).collect();
    if !groups.iter().all(|group| is_digits(group)) {
        return Err("it is not a number".into());
    }
    if let [first, others @ ..] = groups.as_slice()
        && !others.is_empty()
    {
        // `0.123` is a fraction in another country's writing, not one hundred and twenty-three.
        let placed =
            first.len() <= 3 && !first.starts_with('0') && others.iter().all(|group| group.len() == 3);
        if !placed {
            return Err(format!("a `{}` does not stand between thousands", format.thousands));
        }
    }
    Ok(groups.concat())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEK: NumberFormat = NumberFormat { decimal: ',', thousands: '.' };
    const ENGLISH: NumberFormat = NumberFormat { decimal: '.', thousands: ',' };
    const FRENCH: NumberFormat = NumberFormat { decimal: ',', thousands: ' ' };

    fn read(text: &str, format: &NumberFormat, currencies: &[(&str, &str)]) -> Result<String, String> {
        let currencies = currencies.iter().map(|(word, code)| ((*word).into(), (*code).into())).collect();
        amount(text, format, &currencies).map(|(amount, currency)| format!("{amount} {currency}"))
    }

    #[test]
    fn amounts_keep_the_digits_shown() {
        let euro = &[("€", "EUR"), ("ευρώ", "EUR"), ("EUR", "EUR")];
        let dinar = &[("ден.", "MKD"), ("€", "EUR")];
        for (text, format, currencies, expected) in [
            ("1.234.567,89 €", GREEK, &euro[..], "1234567.89 EUR"),
            ("€1.234,50", GREEK, euro, "1234.50 EUR"),
            ("1234,5 ευρώ", GREEK, euro, "1234.5 EUR"),
            ("0,00", GREEK, euro, "0.00 EUR"),
            ("-1.234,56 €", GREEK, euro, "-1234.56 EUR"),
            ("\u{2212} 12 €", GREEK, euro, "-12 EUR"),
            ("€ -12,10", GREEK, euro, "-12.10 EUR"),
            ("12.345 ден.", GREEK, dinar, "12345 MKD"),
            ("EUR 1,234,567.8", ENGLISH, euro, "1234567.8 EUR"),
            ("1 234 567,00\u{a0}€", FRENCH, euro, "1234567.00 EUR"),
            ("1\u{202f}234 €", FRENCH, euro, "1234 EUR"),
            ("000123,00", GREEK, euro, "123.00 EUR"),
            ("12 US$", GREEK, &[("$", "CAD"), ("US$", "USD")], "12 USD"),
        ] {
            assert_eq!(read(text, &format, currencies).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_surely_an_amount_is_refused_and_never_guessed() {
        let euro = &[("€", "EUR"), ("EUR", "EUR")];
        let two = &[("€", "EUR"), ("ден.", "MKD")];
        for (text, currencies, reason) in [
            ("1.23,4 €", &euro[..], "a `.` does not stand between thousands"),
            ("1.234.56", euro, "a `.` does not stand between thousands"),
            ("1234.567", euro, "a `.` does not stand between thousands"),
            ("0.123", euro, "a `.` does not stand between thousands"),
            ("1,234.56", euro, "digits alone were expected behind `,`"),
            ("1,2,3", euro, "digits alone were expected behind `,`"),
            ("5,- €", euro, "digits alone were expected behind `,`"),
            (",50", euro, "it is not a number"),
            (".5", euro, "it is not a number"),
            ("12 EURO", euro, "it is not a number"),
            ("€", euro, "it is not a number"),
            ("δωρεάν", euro, "it is not a number"),
            ("١٢", euro, "it is not a number"),
            ("12 13 €", euro, "it is not a number"),
            ("12,00", two, "no currency of the profile stands with it"),
            ("12,00 $", two, "no currency of the profile stands with it"),
            ("99999999999999999999999999999999", euro, "the number has too many digits"),
        ] {
            assert_eq!(read(text, &GREEK, currencies), Err(reason.into()), "{text}");
        }
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!(integer("1.234.567", &GREEK), Ok(1_234_567));
        assert_eq!(integer("-12", &GREEK), Ok(-12));
        assert_eq!(integer("0042", &GREEK), Ok(42));
        let fraction = "it has a fraction, and a whole number was expected";
        assert_eq!(integer("12,00", &GREEK), Err(fraction.into()));
        assert_eq!(exact_integer("12.0"), Ok(12));
        assert_eq!(exact_integer("12.5"), Err(fraction.into()));
        assert!(integer("12 τεμ.", &GREEK).is_err());
        assert_eq!(integer("99999999999999999999", &GREEK), Err("the number is too large".into()));
    }
}
