//! How often each field was found in the documents of a kind, and whether what every page must have was there of late.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{DocumentId, Timestamp};

/// What was found in the documents of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The kind.
    pub kind: String,
    /// How many documents of it were stored.
    pub documents: u64,
    /// Each field that was found, or that applies and was not.
    pub fields: BTreeMap<String, FieldCoverage>,
    /// The last documents of the kind that were looked up, oldest first; each document once.
    pub recent: VecDeque<Recent>,
}

/// How often one field was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldCoverage {
    /// In so many documents it was found.
    pub found: u64,
    /// In so many it applies and was not there.
    pub missing: u64,
    /// In so many of the last documents, one after the other, it was missing.
    pub missing_in_a_row: u64,
    /// The first of those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<DocumentId>,
}

/// One of the last look-ups of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// The document.
    pub id: DocumentId,
    /// What every page of the kind must have and was not there; `None` where the document was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// The name of the evidence that was kept of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

impl Coverage {
    /// So many look-ups of a kind are remembered one by one.
    pub const RECENT_MAX: usize = 20;
}

/// A kind whose documents are not looked up until a person has looked: its layout has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The kind.
    pub kind: String,
    /// When it was paused.
    pub at: Timestamp,
    /// What was missing: the selector that stopped matching, or the field.
    pub missing: String,
    /// The first document in which it was missing.
    pub since: DocumentId,
    /// The name of the evidence that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}
