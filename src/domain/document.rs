//! A document as it was read: typed fields, references and what was odd about it.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{DocumentId, PageRef, Reference, Timestamp};

/// Everything that is known of one document that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The document's ID.
    pub id: DocumentId,
    /// The name of the profile's route that brought it.
    pub route: String,
    /// When its page was read.
    pub captured_at: Timestamp,
    /// The pages it was read from.
    pub page: PageRef,
    /// The fields found, in the order of the profile.
    pub fields: Vec<Field>,
    /// Every reference to another document, sorted by target, relation, part and offset.
    pub references: Vec<Reference>,
    /// What was odd, but no reason to refuse the page.
    pub warnings: Vec<Warning>,
}

/// One named value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name that the profile gives it.
    pub name: String,
    /// What stood there.
    pub value: Value,
}

/// What a field holds, by the type that the profile gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Running text, white space folded.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An amount of money: exact decimal and ISO 4217 code.
    Amount {
        /// The exact value, with the digits the portal showed.
        amount: Decimal,
        /// The currency's three letters.
        currency: String,
    },
    /// A day, `YYYY-MM-DD`.
    Date(jiff::civil::Date),
    /// The ID of another document or of this one.
    Id(DocumentId),
    /// Whether a mark is on the page.
    Present(bool),
    /// The rows of a repeating group.
    Rows(Vec<Vec<Field>>),
}

/// Something odd about a page that was stored all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// An optional field that applies to this kind was not on the page.
    FieldMissing {
        /// The field's name; `group.field` inside a group.
        field: String,
    },
    /// A file that belongs to the document was not to be had.
    FileMissing {
        /// The part that it would have become.
        part: String,
    },
    /// A route that comes first was not to be had, and this one may say less.
    RoutePassedOver {
        /// The route's name.
        route: String,
        /// Why.
        why: String,
    },
    /// A value was there but is not of the type the profile gives.
    FieldUnreadable {
        /// The field's name.
        field: String,
        /// What stood there.
        text: String,
        /// Why it could not be read.
        reason: String,
    },
    /// Different values stand where a field takes one.
    SeveralValues {
        /// The field's name.
        field: String,
        /// How many there are.
        values: usize,
    },
    /// A text looks like an ID and is none: it is not followed.
    IdRefused {
        /// The text as it stands on the page.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An ID was accepted as written, but hardly can be right.
    IdImplausible {
        /// The ID as written.
        id: String,
        /// What is implausible about it.
        reason: String,
        /// What was perhaps meant; shown, never followed.
        suggestion: Option<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldMissing { field } => write!(formatter, "`{field}` is not on the page"),
            Self::FileMissing { part } => write!(formatter, "the file `{part}` was not to be had"),
            Self::RoutePassedOver { route, why } => write!(formatter, "not by the route `{route}`: {why}"),
            Self::FieldUnreadable { field, text, reason } => {
                write!(formatter, "`{field}` cannot be read: {reason} (`{text}`)")
            }
            Self::SeveralValues { field, values } => {
                write!(
                    formatter,
                    "`{field}`: {values} values stand there, the first was taken; a group takes all"
                )
            }
            Self::IdRefused { text, reason } => write!(formatter, "`{text}` is not followed: {reason}"),
            Self::IdImplausible { id, reason, suggestion: Some(meant) } => {
                write!(formatter, "{id} is implausible: {reason}; perhaps {meant} is meant")
            }
            Self::IdImplausible { id, reason, suggestion: None } => {
                write!(formatter, "{id} is implausible: {reason}")
            }
        }
    }
}
