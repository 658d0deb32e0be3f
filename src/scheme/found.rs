//! What a text turned out to be: an ID with what was repaired and doubted, or no ID and why.

use std::fmt;

use crate::domain::DocumentId;

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

impl fmt::Display for Repair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::LookAlike => "look-alike letters",
            Self::Blank => "blanks",
            Self::ZeroWidth => "invisible characters",
            Self::Asterisk => "an asterisk",
            Self::Dash => "a dash",
            Self::Case => "lower case",
        })
    }
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
