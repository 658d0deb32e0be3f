//! The canonical name of a document: what every spelling of its ID is repaired to.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A document's ID in canonical spelling, with the scheme it belongs to and the kind of document it names.
///
/// Made by a scheme's parser alone, so that a `DocumentId` is always canonical. Two IDs are the same when
/// their text is: scheme and kind follow from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DocumentId {
    text: Arc<str>,
    scheme: Arc<str>,
    kind: Arc<str>,
}

impl DocumentId {
    /// Takes a text that a scheme has already brought into canonical form.
    #[must_use]
    pub fn from_canonical(
        text: impl Into<Arc<str>>,
        scheme: impl Into<Arc<str>>,
        kind: impl Into<Arc<str>>,
    ) -> Self {
        Self { text: text.into(), scheme: scheme.into(), kind: kind.into() }
    }

    /// The canonical spelling, as in `14PAY000123456`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name of the scheme in the profile, as in `adam`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The name of the kind of document in the profile, as in `payment`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

impl PartialEq for DocumentId {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for DocumentId {}

impl PartialOrd for DocumentId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DocumentId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for DocumentId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
