//! What a store has to offer to the rules: a few ordered tables of bytes, read freely and changed all at once.

use std::collections::BTreeMap;

use super::FrontierError;

/// The tables of store format 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    /// ID → its row.
    Ids,
    /// Moment and place in line → the ID that becomes visible then.
    Schedule,
    /// ID → what is known of its document, without the fields.
    Documents,
    /// ID and number of the chunk → a piece of the document's fields and warnings.
    Fields,
    /// Source, number of the reference and of the chunk → a piece of the reference.
    References,
    /// Target, source and number of the reference → the source.
    NamedBy,
    /// Counts, sequences, bounds and paused kinds.
    Meta,
    /// ID and number of the event → the event.
    Events,
    /// Kind and number of the chunk → a piece of what was found in its documents.
    Coverage,
    /// Number of the run → when the store was worked on, with what, and how that ended.
    Runs,
}

impl Table {
    /// Every table, in the order of the enum.
    pub(super) const ALL: [Self; 10] = [
        Self::Ids,
        Self::Schedule,
        Self::Documents,
        Self::Fields,
        Self::References,
        Self::NamedBy,
        Self::Meta,
        Self::Events,
        Self::Coverage,
        Self::Runs,
    ];

    /// The name under which it is kept.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ids => "ids",
            Self::Schedule => "schedule",
            Self::Documents => "documents",
            Self::Fields => "fields",
            Self::References => "references",
            Self::NamedBy => "named_by",
            Self::Meta => "meta",
            Self::Events => "events",
            Self::Coverage => "coverage",
            Self::Runs => "runs",
        }
    }
}

/// A key and its value.
pub(super) type Pair = (Vec<u8>, Vec<u8>);

/// Pairs in the order of their keys.
pub(super) type Scan<'a> = Box<dyn Iterator<Item = Result<Pair, FrontierError>> + 'a>;

/// New values by table and key; `None` removes the key.
pub(super) type Changes = BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>;

/// The tables of one store, held by one caller at a time: nothing changes between two reads but by `apply`.
pub(super) trait Tables {
    /// The value under a key.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, FrontierError>;

    /// Every pair from `from` on.
    fn scan(&self, table: Table, from: &[u8]) -> Scan<'_>;

    /// Makes all changes or none.
    fn apply(&mut self, changes: &Changes) -> Result<(), FrontierError>;
}
