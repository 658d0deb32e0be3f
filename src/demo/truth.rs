//! What a crawl of a demo portal must find: written down beside its pages, and never read from them.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

/// What a crawl from a portal's first ID must make of one ID.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct TruthDocument {
    /// The canonical ID.
    pub id: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// How it must end.
    pub state: TruthState,
    /// The shortest way to it from the seed, in references.
    pub depth: u16,
    /// The fields that are on its page, as an export shows them, in the order of the profile.
    pub fields: Vec<(String, Value)>,
    /// Every reference as (target, relation), sorted; none of them twice.
    pub references: Vec<(String, &'static str)>,
}

/// How an ID must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TruthState {
    /// Found and kept.
    Stored,
    /// The registry says that there is no such document.
    Absent,
    /// The registry has no search page for its kind.
    Bounded,
}

/// Everything that is reached from a seed by references, nearest first asked for; sorted by ID. `tell` says what one ID
/// at one depth must become.
pub(super) fn reached(seed: &str, tell: impl Fn(&str, u16) -> TruthDocument) -> Vec<TruthDocument> {
    let mut known = BTreeSet::from([seed.to_owned()]);
    let mut open = VecDeque::from([(seed.to_owned(), 0)]);
    let mut truth = Vec::new();
    while let Some((id, depth)) = open.pop_front() {
        let document = tell(&id, depth);
        for (target, _) in &document.references {
            if known.insert(target.clone()) {
                open.push_back((target.clone(), depth + 1));
            }
        }
        truth.push(document);
    }
    truth.sort_by(|left, right| left.id.cmp(&right.id));
    truth
}
