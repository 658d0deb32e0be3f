//! Of which currency an amount is: what stands with it says so, or the profile does; it is never guessed.

use super::number::plain_digits;
use super::sentence::shorten;
use crate::profile::{CurrencyRule, NumberFormat};

/// The codes of ISO 4217 that are in use.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD \
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD \
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG \
    QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD \
    TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// Words and signs that everybody knows, to codes: to several where they do not say which, the likeliest first.
const WORDS: [(&str, &[&str]); 28] = [
    ("€", &["EUR"]),
    ("ευρώ", &["EUR"]),
    ("Ευρώ", &["EUR"]),
    ("ΕΥΡΩ", &["EUR"]),
    ("euro", &["EUR"]),
    ("Euro", &["EUR"]),
    ("EURO", &["EUR"]),
    ("£", &["GBP", "EGP", "FKP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP"]),
    ("US$", &["USD"]),
    ("R$", &["BRL"]),
    ("$", &["USD", "ARS", "AUD", "CAD", "CLP", "COP", "HKD", "MXN", "NZD", "SGD", "TWD", "UYU"]),
    ("¥", &["JPY", "CNY"]),
    ("kr", &["SEK", "DKK", "ISK", "NOK"]),
    ("kr.", &["DKK", "ISK", "NOK", "SEK"]),
    ("lei", &["RON", "MDL"]),
    ("₽", &["RUB"]),
    ("₴", &["UAH"]),
    ("₺", &["TRY"]),
    ("₹", &["INR"]),
    ("₪", &["ILS"]),
    ("₾", &["GEL"]),
    ("₸", &["KZT"]),
    ("₼", &["AZN"]),
    ("₫", &["VND"]),
    ("zł", &["PLN"]),
    ("Kč", &["CZK"]),
    ("Ft", &["HUF"]),
    ("лв.", &["BGN"]),
];

/// What says of which currency the amounts of one field are.
pub(super) struct Currency<'r> {
    rule: &'r CurrencyRule,
    /// What stands in the place that the profile names for it.
    beside: Option<String>,
}

impl<'r> Currency<'r> {
    /// A currency that stands with its amounts, or that the profile gives.
    pub(super) const fn new(rule: &'r CurrencyRule, beside: Option<String>) -> Self {
        Self { rule, beside }
    }

    /// A text without the longest word for a currency at either end of it, and that word.
    pub(super) fn split<'t>(&self, text: &'t str) -> (&'t str, Option<&'t str>) {
        let text = text.trim();
        let codes = [text.get(..3), text.len().checked_sub(3).and_then(|start| text.get(start..))];
        let codes = codes.into_iter().flatten().filter(|word| is_code(word));
        let known = self.rule.words.keys().map(String::as_str).chain(WORDS.map(|(word, _)| word));
        let mut words: Vec<&str> = known.chain(codes).filter(|word| !word.is_empty()).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let cut = words.into_iter().find_map(|word| {
            let before = text.strip_prefix(word).filter(|rest| begins_apart(rest, word));
            let behind = text.strip_suffix(word).filter(|rest| ends_apart(rest, word));
            let word_before = before.map(|rest| (rest, text.get(..word.len())));
            word_before.or_else(|| behind.map(|rest| (rest, text.get(rest.len()..))))
        });
        cut.unwrap_or((text, None))
    }

    /// The code for an amount that has this word with it, or none.
    pub(super) fn of(&self, word: Option<&str>) -> Result<String, String> {
        match (self.given()?, word) {
            (Some(given), None) => Ok(given.to_owned()),
            (Some(given), Some(word)) if self.meant_by(word).contains(&given) => Ok(given.to_owned()),
            (Some(given), Some(word)) => {
                Err(format!("`{word}` stands with it, and its currency is said to be {given}"))
            }
            (None, Some(word)) => self.only(word),
            (None, None) if self.rule.places.is_empty() => {
                Err("no currency stands with it; where the portal never writes one, say `currency = \"…\"`"
                    .into())
            }
            (None, None) => {
                Err("no currency stands with it, and none where the profile looks for it".to_owned())
            }
        }
    }

    /// The code that the profile gives, or the place that it names.
    fn given(&self) -> Result<Option<&str>, String> {
        match &self.beside {
            None => Ok(self.rule.code.as_deref()),
            Some(word) => match self.meant_by(word).as_slice() {
                [code] => Ok(Some(*code)),
                [] => Err(format!("the currency that is said of it is not known: `{}`", shorten(word))),
                [likeliest, ..] => Err(several(word, likeliest)),
            },
        }
    }

    fn only(&self, word: &str) -> Result<String, String> {
        match self.meant_by(word).as_slice() {
            [code] => Ok((*code).to_owned()),
            [likeliest, ..] => Err(several(word, likeliest)),
            [] => Err(unknown(word)),
        }
    }

    /// The codes for which a word can stand. What the profile says of it counts alone.
    fn meant_by<'w>(&'w self, word: &'w str) -> Vec<&'w str> {
        if let Some(code) = self.rule.words.get(word) {
            return vec![code];
        }
        let known = WORDS.iter().find(|(known, _)| *known == word).map(|(_, codes)| codes.to_vec());
        known.unwrap_or_else(|| Vec::from_iter(is_code(word).then_some(word)))
    }
}

/// Why a text is no amount whose number can be read, though something stands around that: its currency is not known.
pub(super) fn stranger(text: &str, format: &NumberFormat) -> Option<String> {
    let start = text.find(|character: char| character.is_ascii_digit())?;
    let end = text.rfind(|character: char| character.is_ascii_digit())? + 1;
    plain_digits(text.get(start..end)?, format).ok()?;
    let is_mark = |character: char| character.is_whitespace() || ",.-\u{2212}".contains(character);
    let around = [text.get(..start)?.trim_end_matches(is_mark), text.get(end..)?.trim_start_matches(is_mark)];
    let is_of_words = |character: char| {
        character.is_alphabetic() || character == '$' || !(character.is_ascii() || character.is_whitespace())
    };
    around.into_iter().find(|word| word.contains(is_of_words)).map(unknown)
}

fn unknown(word: &str) -> String {
    format!("`{}` is no currency that is known", shorten(word))
}

fn several(word: &str, likeliest: &str) -> String {
    format!(
        "`{word}` can mean several currencies: say which, as in `currency = {{ \"{word}\" = \"{likeliest}\" }}`"
    )
}

fn is_code(word: &str) -> bool {
    CODES.split(' ').any(|code| code == word)
}

/// A word may not be cut out of a longer one: `EUR` is not found in `EUROS`.
fn begins_apart(rest: &str, before: &str) -> bool {
    !(before.ends_with(char::is_alphabetic) && rest.starts_with(char::is_alphabetic))
}

fn ends_apart(rest: &str, behind: &str) -> bool {
    !(behind.starts_with(char::is_alphabetic) && rest.ends_with(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: Option<&str>, beside: Option<&str>) -> Result<String, String> {
        let rule = CurrencyRule { code: code.map(Into::into), ..CurrencyRule::default() };
        Currency::new(&rule, beside.map(Into::into)).of(None)
    }

    #[test]
    fn an_amount_alone_is_of_the_currency_that_is_said_of_it_or_of_none() {
        assert_eq!(currency(Some("EUR"), None).as_deref(), Ok("EUR"));
        assert_eq!(currency(None, Some("USD")).as_deref(), Ok("USD"));
        assert_eq!(currency(None, Some("€")).as_deref(), Ok("EUR"));
        for (beside, reason) in [
            (None, "no currency stands with it; where the portal never writes one, say `currency = \"…\"`"),
            (Some("Taler"), "the currency that is said of it is not known: `Taler`"),
            (Some("$"), "`$` can mean several currencies: say which, as in `currency = { \"$\" = \"USD\" }`"),
        ] {
            assert_eq!(currency(None, beside), Err(reason.into()));
        }
    }

    #[test]
    fn a_word_is_split_off_whole_at_either_end() {
        let rule =
            CurrencyRule { words: [("ден.".into(), "MKD".into())].into(), ..CurrencyRule::default() };
        let currency = Currency::new(&rule, None);
        for (text, number, word) in [
            ("12 US$", "12 ", Some("US$")),
            ("EUR12", "12", Some("EUR")),
            ("12EURO", "12", Some("EURO")),
            ("12 ден.", "12 ", Some("ден.")),
            ("12 EUROS", "12 EUROS", None),
            ("12 ευρώδη", "12 ευρώδη", None),
            ("12 VAT", "12 VAT", None),
            ("12 eur", "12 eur", None),
            ("€", "", Some("€")),
            ("", "", None),
        ] {
            assert_eq!(currency.split(text), (number, word), "{text}");
        }
    }
}
