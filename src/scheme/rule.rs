//! What a profile writes down about an ID scheme, and what can be wrong with it.

use std::collections::BTreeMap;

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
