//! Whole numbers and amounts of money as portals write them: exact, and never guessed.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::currency::{Currency, stranger};
use crate::profile::NumberFormat;

/// Reads a whole number. Marks between thousands may be left out, but not misplaced.
pub(super) fn integer(text: &str, format: &NumberFormat) -> Result<i64, String> {
    let number = plain_digits(text, format)?;
    if number.contains('.') {
        return Err("it has a fraction, and a whole number was expected".into());
    }
    number.parse().map_err(|_| "the number is too large".into())
}

/// Reads an amount and its currency, which stands before or behind it where the profile does not say it.
pub(super) fn amount(
    text: &str,
    format: &NumberFormat,
    currency: &Currency<'_>,
) -> Result<(Decimal, String), String> {
    let (number, word) = currency.split(text);
    let number = plain_digits(number, format).map_err(|reason| match word {
        Some(_) => reason,
        None => stranger(text, format).unwrap_or(reason),
    })?;
    let exact = Decimal::from_str_exact(&number).map_err(|_| "the number has too many digits")?;
    Ok((exact, currency.of(word)?))
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

/// An amount as JSON writes it: nothing stands with it that could say its currency.
pub(super) fn exact_amount(written: &str, currency: &Currency<'_>) -> Result<(Decimal, String), String> {
    Ok((exact(written)?, currency.of(None)?))
}

fn exact(written: &str) -> Result<Decimal, String> {
    let is_scientific = written.contains(['e', 'E']);
    let read =
        if is_scientific { Decimal::from_scientific(written) } else { Decimal::from_str_exact(written) };
    read.map_err(|_| "the number has too many digits".into())
}

/// The number as a computer writes it: an optional `-`, digits, and an optional fraction behind a `.`.
pub(super) fn plain_digits(text: &str, format: &NumberFormat) -> Result<String, String> {
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
        Some(dashes) if is_dashes(dashes) => Ok(format!("{sign}{whole}")),
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

/// What stands for a fraction of nothing, as in `7,-` and `7,--`.
fn is_dashes(text: &str) -> bool {
    matches!(text.trim_end(), "-" | "--" | "\u{2013}" | "\u{2014}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::CurrencyRule;

    const GREEK: NumberFormat = NumberFormat { decimal: ',', thousands: '.' };
    const ENGLISH: NumberFormat = NumberFormat { decimal: '.', thousands: ',' };
    const FRENCH: NumberFormat = NumberFormat { decimal: ',', thousands: ' ' };

    fn read(text: &str, format: &NumberFormat, currencies: &[(&str, &str)]) -> Result<String, String> {
        let words = currencies.iter().map(|(word, code)| ((*word).into(), (*code).into())).collect();
        let rule = CurrencyRule { words, ..CurrencyRule::default() };
        let read = amount(text, format, &Currency::new(&rule, None));
        read.map(|(amount, currency)| format!("{amount} {currency}"))
    }

    #[test]
    fn amounts_keep_the_digits_shown() {
        let euro = &[("€", "EUR"), ("ευρώ", "EUR"), ("EUR", "EUR")];
        let dinar = &[("ден.", "MKD"), ("€", "EUR")];
        for (text, format, currencies, expected) in [
            ("1.234.567,89 €", GREEK, &euro[..], "1234567.89 EUR"),
            ("€1.234,50", GREEK, euro, "1234.50 EUR"),
            ("1234,5 ευρώ", GREEK, euro, "1234.5 EUR"),
            ("0,00 €", GREEK, euro, "0.00 EUR"),
            ("-1.234,56 €", GREEK, euro, "-1234.56 EUR"),
            ("\u{2212} 12 €", GREEK, euro, "-12 EUR"),
            ("€ -12,10", GREEK, euro, "-12.10 EUR"),
            ("12.345 ден.", GREEK, dinar, "12345 MKD"),
            ("EUR 1,234,567.8", ENGLISH, euro, "1234567.8 EUR"),
            ("1 234 567,00\u{a0}€", FRENCH, euro, "1234567.00 EUR"),
            ("1\u{202f}234 €", FRENCH, euro, "1234 EUR"),
            ("12 US$", GREEK, &[("$", "CAD"), ("US$", "USD")], "12 USD"),
            ("000123,00 €", GREEK, euro, "123.00 EUR"),
            ("5,- €", GREEK, euro, "5 EUR"),
            ("1.000,-- €", GREEK, euro, "1000 EUR"),
            ("12 Euro", GREEK, dinar, "12 EUR"),
            ("CHF 12,10", GREEK, dinar, "12.10 CHF"),
            ("12 ₺", GREEK, &[], "12 TRY"),
            ("$ 5", GREEK, &[("$", "CAD")], "5 CAD"),
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
            ("5,-- - €", euro, "digits alone were expected behind `,`"),
            (",50", euro, "it is not a number"),
            (".5", euro, "it is not a number"),
            ("12 EUROS", euro, "`EUROS` is no currency that is known"),
            ("7,00 Euro incl. VAT", euro, "`Euro incl. VAT` is no currency that is known"),
            ("7,00 Fr.", euro, "`Fr.` is no currency that is known"),
            ("(1.000,00) €", euro, "it is not a number"),
            ("(1.000,00)", euro, "it is not a number"),
            ("€", euro, "it is not a number"),
            ("δωρεάν", euro, "it is not a number"),
            ("١٢", euro, "it is not a number"),
            ("12 13 €", euro, "it is not a number"),
            (
                "12,00",
                euro,
                "no currency stands with it; where the portal never writes one, say `currency = \"…\"`",
            ),
            (
                "12,00 $",
                two,
                "`$` can mean several currencies: say which, as in `currency = { \"$\" = \"USD\" }`",
            ),
            ("99999999999999999999999999999999 €", euro, "the number has too many digits"),
        ] {
            assert_eq!(read(text, &GREEK, currencies), Err(reason.into()), "{text}");
        }
    }

    #[test]
    fn a_currency_that_is_said_of_every_amount_is_not_another_one() {
        let rule = CurrencyRule { code: Some("USD".into()), ..CurrencyRule::default() };
        let read = |text| amount(text, &GREEK, &Currency::new(&rule, None)).map(|(_, currency)| currency);
        for text in ["5", "5 USD", "US$5", "$ 5"] {
            assert_eq!(read(text).as_deref(), Ok("USD"), "{text}");
        }
        for (text, reason) in [
            ("5 €", "`€` stands with it, and its currency is said to be USD"),
            ("5 CAD", "`CAD` stands with it, and its currency is said to be USD"),
            ("5 Taler", "`Taler` is no currency that is known"),
        ] {
            assert_eq!(read(text), Err(reason.into()), "{text}");
        }
        assert_eq!(exact_amount("99.5", &Currency::new(&rule, None)).unwrap().1, "USD");
        assert!(exact_amount("99.5", &Currency::new(&CurrencyRule::default(), None)).is_err());
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
