//! Turns captured pages into fields and references. Pure: the same profile and capture give the same extraction.
//!
//! Each part is parsed once. What a person does not see on the page (scripts, hidden elements, options not chosen) is not
//! read. Nothing here recurses over the tree, since a page can be nested deeper than any stack.

mod block;
mod column;
mod currency;
mod date;
mod field;
mod grid;
mod label;
mod meant;
mod number;
mod page;
mod path;
mod personal;
mod reader;
mod reference;
mod rules;
mod sentence;
mod surroundings;
mod survey;
mod text;
mod values;

#[cfg(test)]
mod tests;

pub use self::personal::{PersonalText, personal_texts};
pub use self::surroundings::Surroundings;
pub use self::survey::{FoundField, Survey, SurveyedField, SurveyedGroup, survey};

use self::page::Page;
use self::reader::Reader;
use self::rules::Rules;
use crate::domain::{Capture, DocumentId, Field, Reference, Warning};
use crate::profile::Profile;

/// What a capture holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extraction {
    /// The ID that the page shows as its own.
    pub own_id: DocumentId,
    /// The fields found, in the order of the profile, groups after them.
    pub fields: Vec<Field>,
    /// The references found: sorted by target, relation, part and offset; none to the page itself.
    pub references: Vec<Reference>,
    /// What was odd, each once.
    pub warnings: Vec<Warning>,
}

/// Why a capture is not a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// A required thing is not on the page.
    #[error("layout changed: {what}")]
    LayoutChanged {
        /// The field, group or own ID that was not found, and where it was looked for.
        what: String,
    },
    /// What stands where the page shows its own ID is not an ID.
    #[error("the page's own ID cannot be read: `{text}`: {reason}")]
    OwnIdUnreadable {
        /// What stands there.
        text: String,
        /// Why it is none.
        reason: String,
    },
}

/// Reads fields and references out of a capture.
///
/// # Errors
/// Where a required field, a required group or the page's own ID is missing or unreadable.
pub fn extract(profile: &Profile, capture: &Capture) -> Result<Extraction, ExtractError> {
    let rules = Rules::of(profile);
    let pages: Vec<_> = capture.parts.iter().map(|part| Page::parse(part, &rules.labels)).collect();
    Reader::new(profile, &rules, &pages, capture).read()
}
