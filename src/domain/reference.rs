//! Who names whom, with what evidence, and which of it a crawl follows.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::DocumentId;

/// One place in a document that names another document.
///
/// Its identity is source (the document that holds it), target, relation, part and offset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// The document that is named.
    pub target: DocumentId,
    /// What the profile calls the relation, as in `contract` or `mentioned`.
    pub relation: String,
    /// The captured part in which it stands.
    pub part: String,
    /// Where in the part's text it stands, in bytes: tells two mentions apart.
    pub offset: u64,
    /// The sentence, or the field's text, that names it.
    pub evidence: String,
    /// The ID as it was written there.
    pub written: String,
    /// Whether the profile wants it followed.
    pub intent: Intent,
}

/// Whether a profile wants a reference followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// The target is looked up.
    Follow,
    /// The target is only noted.
    Mention,
}

/// What a crawl made of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// The target was put on the frontier.
    Followed,
    /// The profile only notes such references.
    Mentioned,
    /// A bound kept the target out.
    Bounded,
}

/// Why an ID is known and not looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// It lies deeper than `--depth` allows.
    Depth,
    /// `--limit` documents were already taken.
    Limit,
    /// Its kind is not among `--kinds`.
    Kinds,
    /// The profile has no look-up flow for its kind.
    NoRoute,
}

impl fmt::Display for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Depth => "deeper than --depth",
            Self::Limit => "beyond --limit",
            Self::Kinds => "kind not among --kinds",
            Self::NoRoute => "no route",
        })
    }
}

/// How far a crawl goes. Seeds are at depth 0 and are bounded like every other ID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// The greatest depth that is looked up; no limit where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u16>,
    /// How many IDs are looked up at most; no limit where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The kinds that are looked up; every kind where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<BTreeSet<String>>,
    /// The kinds for which the profile has a look-up flow.
    pub routed: BTreeSet<String>,
}

impl Bounds {
    /// The bound that keeps out an ID at this depth while `taken` IDs have been let in; `None` lets it in.
    #[must_use]
    pub fn holds_back(&self, id: &DocumentId, depth: u16, taken: u64) -> Option<Bound> {
        if !self.routed.contains(id.kind()) {
            return Some(Bound::NoRoute);
        }
        if self.kinds.as_ref().is_some_and(|kinds| !kinds.contains(id.kind())) {
            return Some(Bound::Kinds);
        }
        if self.depth.is_some_and(|depth_max| depth > depth_max) {
            return Some(Bound::Depth);
        }
        self.limit.is_some_and(|limit| taken >= limit).then_some(Bound::Limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_names_the_first_reason_that_holds() {
        let id = DocumentId::from_canonical("14PAY000123456", "adam", "payment");
        let routed = BTreeSet::from(["payment".to_owned()]);
        let open = Bounds { routed: routed.clone(), ..Bounds::default() };
        assert_eq!(open.holds_back(&id, 9, 9), None);
        assert_eq!(Bounds::default().holds_back(&id, 0, 0), Some(Bound::NoRoute));
        let shallow = Bounds { depth: Some(1), ..open.clone() };
        assert_eq!(
            (shallow.holds_back(&id, 1, 0), shallow.holds_back(&id, 2, 0)),
            (None, Some(Bound::Depth))
        );
        let few = Bounds { limit: Some(2), ..open.clone() };
        assert_eq!((few.holds_back(&id, 0, 1), few.holds_back(&id, 0, 2)), (None, Some(Bound::Limit)));
        let others = Bounds { kinds: Some(BTreeSet::from(["award".to_owned()])), ..open };
        assert_eq!(others.holds_back(&id, 0, 0), Some(Bound::Kinds));
    }
}
