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
    /// Which alternatives matched, of each step that has several, by the step's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<String, ChoiceCoverage>,
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

impl FieldCoverage {
    /// Counts a document in which it was found.
    pub fn count_found(&mut self) {
        self.found += 1;
        self.missing_in_a_row = 0;
        self.missing_since = None;
    }

    /// Counts a document in which it was missing.
    pub fn count_missing(&mut self, id: &DocumentId) {
        self.missing += 1;
        self.missing_in_a_row += 1;
        self.missing_since.get_or_insert_with(|| id.clone());
    }

    /// A field is taken for gone after so many documents in a row without it.
    const GONE_AFTER: u64 = 5;
    /// So many documents before those must show that it used to be there.
    const USUAL_AFTER: u64 = 10;
    /// In so many of a hundred of these it must have been found.
    const USUAL_PERCENT: u64 = 80;

    /// In so many of a hundred documents to which it applies it was found, rounded down; 100 where there are none.
    #[must_use]
    pub const fn percent(&self) -> u64 {
        match self.found.saturating_mul(100).checked_div(self.found.saturating_add(self.missing)) {
            Some(percent) => percent,
            None => 100,
        }
    }

    /// Whether it used to be there and is not any more: missing in the last five documents or more, and found in at
    /// least four of five of those before, of which there are ten or more.
    #[must_use]
    pub const fn has_faded(&self) -> bool {
        let before = self.found.saturating_add(self.missing).saturating_sub(self.missing_in_a_row);
        self.missing_in_a_row >= Self::GONE_AFTER
            && before >= Self::USUAL_AFTER
            && self.found.saturating_mul(100) >= before.saturating_mul(Self::USUAL_PERCENT)
    }
}

/// Which of a step's alternatives matched in one look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The step, as in `form, step 3 (click)`.
    pub step: String,
    /// Its first alternative.
    pub first: String,
    /// The one that matched.
    pub matched: String,
}

/// How often the first of a step's alternatives matched, and how often another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceCoverage {
    /// The first alternative.
    pub first: String,
    /// Found where it matched, missing where another one did.
    #[serde(flatten)]
    pub found: FieldCoverage,
    /// The other one that matched last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_fades_only_where_it_used_to_be_there() {
        for (found, missing, missing_in_a_row, faded) in [
            (10, 5, 5, true),
            (10, 4, 4, false),
            (9, 5, 5, false),
            (8, 7, 5, true),
            (7, 8, 5, false),
            (1_000, 905, 5, false),
        ] {
            let field = FieldCoverage { found, missing, missing_in_a_row, missing_since: None };
            assert_eq!(field.has_faded(), faded, "{field:?}");
        }
    }

    #[test]
    fn a_share_is_rounded_down_so_that_a_hundred_means_always() {
        let percent = |found, missing| FieldCoverage { found, missing, ..FieldCoverage::default() }.percent();
        assert_eq!([percent(0, 0), percent(999, 1), percent(3, 0), percent(0, 7)], [100, 99, 100, 0]);
    }
}
