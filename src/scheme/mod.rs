//! ID schemes: what a portal's IDs look like, how people misspell them, and what each spelling means.
//!
//! A scheme is data that a profile fills. [`Schemes::parse`] takes a text that should be one ID, [`Schemes::scan`] finds
//! every ID in running text. Both repair what people do to IDs and refuse, with the reason, what cannot be repaired
//! without guessing.

use std::collections::BTreeMap;

use crate::domain::DocumentId;

/// The schemes of one profile.
#[derive(Clone, Debug, Default)]
pub struct Schemes {}

/// A scheme as a profile writes it down.
#[derive(Clone, Debug, Default)]
pub struct SchemeRule {
    /// Its name, as in `adam`.
    pub name: String,
    /// What a canonical ID looks like: a pattern of the `regex` crate, anchored at both ends by the scheme itself.
    pub pattern: String,
    /// The alphabet that look-alike letters are folded to.
    pub letters: Alphabet,
    /// Further letters to fold, beside the built-in look-alikes.
    pub pairs: BTreeMap<char, char>,
    /// Patterns of which each must be found in a canonical ID, as in "at least one Greek capital before the hyphen".
    pub must: Vec<String>,
    /// The kind's key: a text with `{group}`s of the pattern, as in `{type}`.
    pub kind: String,
    /// The names of the kinds by key, as in `PAY` to `payment`. A key that is not here is its own name, in lower case.
    pub kinds: BTreeMap<String, String>,
    /// Spellings that must be accepted: checked when the scheme is made.
    pub examples: Vec<String>,
    /// Texts that stand for "none".
    pub placeholders: Vec<String>,
    /// The years that can be.
    pub year: Option<YearRule>,
    /// How the running number tells the year.
    pub counter: Option<CounterRule>,
}

/// An alphabet that IDs are written in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Alphabet {
    /// A to Z.
    #[default]
    Latin,
    /// Α to Ω.
    Greek,
    /// А to Я.
    Cyrillic,
}

/// The years that an ID can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearRule {
    /// The named group that holds the year, in as many digits as `min` and `max` have.
    pub group: String,
    /// The first year, as written in IDs.
    pub min: u32,
    /// The last year, as written in IDs.
    pub max: u32,
}

/// A counter that runs over the years, so that a number hardly fits a year far from its own.
#[derive(Clone, Debug, PartialEq)]
pub struct CounterRule {
    /// The named group that holds the number.
    pub group: String,
    /// A known reading of the counter.
    pub at: u64,
    /// When it was read, in years as IDs write them, with a fraction.
    pub year: f64,
    /// By how much it grows in a year.
    pub per_year: u64,
    /// Smaller numbers tell nothing, as the counter was reset before.
    pub from: u64,
}

/// What is wrong with a scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SchemeFault {
    /// The scheme's name.
    pub scheme: String,
    /// The key that is wrong, as in `pattern` or `examples`.
    pub key: &'static str,
    /// Which entry of the key, where it is a list.
    pub index: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What a text that should be an ID turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The ID.
    pub id: DocumentId,
    /// What was repaired, each once.
    pub repairs: Vec<Repair>,
    /// What makes it hardly right, and what was perhaps meant.
    pub doubt: Option<Doubt>,
}

/// One thing that people do to IDs and that can be undone without guessing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Letters of another alphabet that look the same.
    LookAlike,
    /// Blanks or line breaks inside.
    Blank,
    /// Invisible characters inside.
    ZeroWidth,
    /// A trailing `*`.
    Asterisk,
    /// Another dash.
    Dash,
    /// Lower case.
    Case,
}

/// An ID that was accepted as written and is hardly right.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Doubt {
    /// What is implausible.
    pub reason: String,
    /// What was perhaps meant: shown, never followed.
    pub suggestion: Option<String>,
}

/// Why a text is not an ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It stands for "none", as in `-` or `Δ/Α`.
    #[error("it stands for `none`")]
    Placeholder,
    /// It looks like an ID of this scheme, but is none.
    #[error("{reason}")]
    Malformed {
        /// The scheme it resembles.
        scheme: String,
        /// What is wrong.
        reason: String,
    },
    /// It resembles no scheme.
    #[error("it is of no known scheme ({known})")]
    UnknownScheme {
        /// The names of the schemes that were tried.
        known: String,
    },
}

/// Something in a running text that is or resembles an ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where it begins in the text, in bytes.
    pub offset: usize,
    /// As it stands in the text.
    pub written: String,
    /// The ID, or why it is none. Never `Placeholder` or `UnknownScheme`.
    pub found: Result<Parsed, Refusal>,
}

impl Schemes {
    /// Checks rules and makes schemes of them.
    ///
    /// # Errors
    /// Everything that is wrong with any of them, at once.
    pub fn new(_rules: Vec<SchemeRule>) -> Result<Self, Vec<SchemeFault>> {
        unimplemented!("until the schemes land")
    }

    /// Reads a text that should be one ID and nothing else. `schemes` limits which ones are tried; every one where empty.
    ///
    /// # Errors
    /// Where it is no ID, with the reason.
    pub fn parse(&self, _text: &str, _schemes: &[String]) -> Result<Parsed, Refusal> {
        unimplemented!("until the schemes land")
    }

    /// Finds every ID, and everything that resembles one, in the order of the text.
    #[must_use]
    pub fn scan(&self, _text: &str, _schemes: &[String]) -> Vec<Mention> {
        unimplemented!("until the schemes land")
    }

    /// The named groups of the pattern that matches an ID.
    #[must_use]
    pub fn groups(&self, _id: &DocumentId) -> BTreeMap<String, String> {
        unimplemented!("until the schemes land")
    }
}
