//! One change in the making: typed records over the tables, read through what was already changed.
//!
//! Two things hold by construction, since [`Draft::save`] is the only way to change a row: the counts are the number of
//! rows in each state, and the schedule holds exactly the rows that are queued, leased or delayed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::FrontierError;
use super::body::Body;
use super::record::{self, BOUNDS, CHUNK_BYTES_MAX, Header, Row, TALLY, Tally, damaged};
use super::table::{Changes, Table, Tables};
use crate::domain::{Bounds, Coverage, Document, DocumentId, Intent, Pause, Reference};

/// How many bytes the fields, warnings and references of one document take at most.
const DOCUMENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How many references one document holds at most.
const REFERENCES_MAX: usize = 20_000;

/// A change that is not made yet.
pub(super) struct Draft<'a, T> {
    tables: &'a T,
    changes: Changes,
    /// The counts and sequences as they will be.
    pub(super) tally: Tally,
    /// How far the crawl goes.
    pub(super) bounds: Bounds,
}

/// Runs a rule and makes all its changes, or none where it fails.
pub(super) fn change<T: Tables, V>(
    tables: &mut T,
    rule: impl FnOnce(&mut Draft<'_, T>) -> Result<V, FrontierError>,
) -> Result<V, FrontierError> {
    let mut draft = Draft::new(tables)?;
    let value = rule(&mut draft)?;
    let changes = draft.finish()?;
    if !changes.is_empty() {
        tables.apply(&changes)?;
    }
    Ok(value)
}

impl<'a, T: Tables> Draft<'a, T> {
    /// A change to a store as it stands.
    pub(super) fn new(tables: &'a T) -> Result<Self, FrontierError> {
        let tally = read(tables, Table::Meta, TALLY)?.unwrap_or_default();
        let bounds = read(tables, Table::Meta, BOUNDS)?.unwrap_or_default();
        Ok(Self { bounds, ..Self::with(tables, tally) })
    }

    /// A change to a store whose counts are kept elsewhere, and which has no bounds yet.
    pub(super) fn with(tables: &'a T, tally: Tally) -> Self {
        Self { tables, changes: Changes::new(), tally, bounds: Bounds::default() }
    }

    /// What is to be changed, and the counts and sequences that belong to it.
    pub(super) fn into_parts(self) -> (Changes, Tally) {
        (self.changes, self.tally)
    }

    /// What is to be changed, counts and sequences included.
    pub(super) fn finish(mut self) -> Result<Changes, FrontierError> {
        if !self.changes.is_empty() {
            self.tally.revision += 1;
            let tally = self.tally.clone();
            self.put(Table::Meta, TALLY.to_vec(), &tally)?;
        }
        Ok(self.changes)
    }

    /// The ID that becomes visible first, without what this draft put in line.
    pub(super) fn first_in_line(&self) -> Result<Option<Row>, FrontierError> {
        for pair in self.tables.scan(Table::Schedule, &[]) {
            let (key, value) = pair?;
            let id: String = record::open(&value)?;
            if self.changes.contains_key(&(Table::Schedule, key.clone())) {
                continue;
            }
            let row = self.row(&id)?.filter(|row| row.schedule_key().as_ref() == Some(&key));
            let fault = || damaged(format!("{id} has a place in line that its row does not know"));
            return row.map(Some).ok_or_else(fault);
        }
        Ok(None)
    }

    /// Every row that this predicate takes, in the order in which the IDs were first heard of, without what this
    /// draft changed.
    pub(super) fn rows(&self, wanted: impl Fn(&Row) -> bool) -> Result<Vec<Row>, FrontierError> {
        let mut rows = Vec::new();
        for pair in self.tables.scan(Table::Ids, &[]) {
            let row: Row = record::open(&pair?.1)?;
            if wanted(&row) {
                rows.push(row);
            }
        }
        rows.sort_by_key(|row| row.seq);
        Ok(rows)
    }

    /// What is known of an ID.
    pub(super) fn row(&self, id: &str) -> Result<Option<Row>, FrontierError> {
        self.get(Table::Ids, id.as_bytes())
    }

    /// The record under a key.
    pub(super) fn get<V: DeserializeOwned>(
        &self,
        table: Table,
        key: &[u8],
    ) -> Result<Option<V>, FrontierError> {
        match self.changes.get(&(table, key.to_vec())) {
            Some(Some(value)) => record::open(value).map(Some),
            Some(None) => Ok(None),
            None => read(self.tables, table, key),
        }
    }

    /// Whether something stands under a key.
    pub(super) fn holds(&self, table: Table, key: &[u8]) -> Result<bool, FrontierError> {
        match self.changes.get(&(table, key.to_vec())) {
            Some(change) => Ok(change.is_some()),
            None => Ok(self.tables.get(table, key)?.is_some()),
        }
    }

    /// Changes a row or adds one, and with it the counts and the schedule.
    pub(super) fn save(&mut self, row: &Row) -> Result<(), FrontierError> {
        let id = row.entry.id.as_str();
        if let Some(before) = self.row(id)? {
            let count = self.tally.counts.of_mut(before.entry.state);
            *count = count.checked_sub(1).ok_or_else(|| damaged(format!("{id} was never counted")))?;
            if let Some(key) = before.schedule_key() {
                self.changes.insert((Table::Schedule, key), None);
            }
        }
        *self.tally.counts.of_mut(row.entry.state) += 1;
        if let Some(key) = row.schedule_key() {
            self.put(Table::Schedule, key, &id)?;
        }
        self.put(Table::Ids, id.as_bytes().to_vec(), row)
    }

    /// Sets how far the crawl goes from now on.
    pub(super) fn set_bounds(&mut self, bounds: &Bounds) -> Result<(), FrontierError> {
        self.bounds = bounds.clone();
        self.tally.has_bounds = true;
        self.put(Table::Meta, BOUNDS.to_vec(), bounds)
    }

    /// The pause of a kind, where it is paused.
    pub(super) fn pause_of(&self, kind: &str) -> Result<Option<Pause>, FrontierError> {
        self.get(Table::Meta, &record::pause_key(kind))
    }

    /// Pauses a kind that is not paused.
    pub(super) fn put_pause(&mut self, pause: &Pause) -> Result<(), FrontierError> {
        self.tally.paused_kinds += 1;
        self.put(Table::Meta, record::pause_key(&pause.kind), pause)
    }

    /// Ends the pause of a kind that is paused.
    pub(super) fn remove_pause(&mut self, kind: &str) {
        self.tally.paused_kinds = self.tally.paused_kinds.saturating_sub(1);
        self.remove(Table::Meta, record::pause_key(kind));
    }

    /// What was found in the documents of a kind; empty where none was looked up.
    pub(super) fn coverage(&self, kind: &str) -> Result<Coverage, FrontierError> {
        coverage_of(self.tables, kind, Some(&self.changes))
    }

    /// Keeps what was found in the documents of a kind.
    pub(super) fn put_coverage(&mut self, coverage: &Coverage) -> Result<(), FrontierError> {
        let owner = record::owner_key(&coverage.kind);
        let before = pairs(self.tables, Table::Coverage, &owner, Some(&self.changes))?;
        self.tally.covered_kinds += u64::from(before.is_empty());
        for key in before.into_keys() {
            self.remove(Table::Coverage, key);
        }
        self.put_long(Table::Coverage, &owner, &record::json(coverage)?);
        Ok(())
    }

    /// Keeps a document with all its references and makes each findable from its target.
    pub(super) fn put_document(&mut self, document: &Document) -> Result<(), FrontierError> {
        let id = document.id.as_str();
        let body = Body::of(document).pack()?;
        let references: Vec<_> = document.references.iter().map(record::json).collect::<Result<_, _>>()?;
        check_size(document, body.json_bytes + references.iter().map(Vec::len).sum::<usize>())?;
        let header = Header {
            id: document.id.clone(),
            route: document.route.clone(),
            captured_at: document.captured_at,
            page: document.page.clone(),
            references: u32::try_from(references.len()).unwrap_or(u32::MAX),
            body_chunks: u32::try_from(body.bytes.chunks(CHUNK_BYTES_MAX).len()).unwrap_or(u32::MAX),
            body_json_bytes: u32::try_from(body.json_bytes).ok(),
        };
        self.put(Table::Documents, id.as_bytes().to_vec(), &header)?;
        self.put_long(Table::Fields, &record::owner_key(id), &body.bytes);
        for ((index, json), reference) in (0..).zip(&references).zip(&document.references) {
            self.put_long(Table::References, &record::reference_key(id, index), json);
            let key = record::named_by_key(reference.target.as_str(), id, index);
            self.put(Table::NamedBy, key, &document.id)?;
        }
        self.tally.counts.references += u64::from(header.references);
        Ok(())
    }

    /// The documents that a stored document's page wants followed.
    pub(super) fn followed_from(&self, source: &str) -> Result<Vec<DocumentId>, FrontierError> {
        let references = references_of(self.tables, source, Some(&self.changes))?;
        let followed = references.into_iter().filter(|reference| reference.intent == Intent::Follow);
        Ok(followed.map(|reference| reference.target).collect())
    }

    /// Keeps a record under a key.
    pub(super) fn put<V: Serialize>(
        &mut self,
        table: Table,
        key: Vec<u8>,
        value: &V,
    ) -> Result<(), FrontierError> {
        let value = record::seal(&record::json(value)?);
        self.changes.insert((table, key), Some(value));
        Ok(())
    }

    /// Removes what stands under a key.
    pub(super) fn remove(&mut self, table: Table, key: Vec<u8>) {
        self.changes.insert((table, key), None);
    }

    fn put_long(&mut self, table: Table, record: &[u8], bytes: &[u8]) {
        for (number, chunk) in (0..).zip(bytes.chunks(CHUNK_BYTES_MAX)) {
            self.changes.insert((table, record::chunk_key(record, number)), Some(record::seal(chunk)));
        }
    }
}

/// The record under a key.
pub(super) fn read<T: Tables, V: DeserializeOwned>(
    tables: &T,
    table: Table,
    key: &[u8],
) -> Result<Option<V>, FrontierError> {
    tables.get(table, key)?.map(|value| record::open(&value)).transpose()
}

/// Every pair whose key begins so, after the changes that are not made yet.
pub(super) fn pairs<T: Tables>(
    tables: &T,
    table: Table,
    prefix: &[u8],
    changes: Option<&Changes>,
) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, FrontierError> {
    let mut found = BTreeMap::new();
    for pair in tables.scan(table, prefix) {
        let (key, value) = pair?;
        if !key.starts_with(prefix) {
            break;
        }
        found.insert(key, value);
    }
    let newer = changes.into_iter().flat_map(|changes| changes.range((table, prefix.to_vec())..));
    for ((_, key), value) in newer.take_while(|((of, key), _)| *of == table && key.starts_with(prefix)) {
        match value {
            Some(value) => found.insert(key.clone(), value.clone()),
            None => found.remove(key),
        };
    }
    Ok(found)
}

/// What was found in the documents of a kind; empty where none was looked up.
pub(super) fn coverage_of<T: Tables>(
    tables: &T,
    kind: &str,
    changes: Option<&Changes>,
) -> Result<Coverage, FrontierError> {
    let mut json = Vec::new();
    for chunk in pairs(tables, Table::Coverage, &record::owner_key(kind), changes)?.values() {
        json.extend_from_slice(record::unseal(chunk)?);
    }
    if json.is_empty() {
        return Ok(Coverage { kind: kind.to_owned(), ..Coverage::default() });
    }
    record::parse(&json)
}

/// The references of a document, in its order.
pub(super) fn references_of<T: Tables>(
    tables: &T,
    source: &str,
    changes: Option<&Changes>,
) -> Result<Vec<Reference>, FrontierError> {
    let mut whole: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for (mut key, value) in pairs(tables, Table::References, &record::owner_key(source), changes)? {
        key.truncate(key.len().saturating_sub(4));
        whole.entry(key).or_default().extend_from_slice(record::unseal(&value)?);
    }
    whole.values().map(|json| record::parse(json)).collect()
}

fn check_size(document: &Document, bytes: usize) -> Result<(), FrontierError> {
    let references = document.references.len();
    let detail = if references > REFERENCES_MAX {
        format!("{references} references, {REFERENCES_MAX} at most")
    } else if bytes > DOCUMENT_BYTES_MAX {
        format!("{bytes} bytes of fields and references, {DOCUMENT_BYTES_MAX} at most")
    } else {
        return Ok(());
    };
    Err(FrontierError::TooLarge { id: document.id.clone(), detail })
}
