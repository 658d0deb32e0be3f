//! What readers ask for, put together from the tables.

use std::collections::BTreeMap;

use super::body::Body;
use super::draft::{pairs, read, references_of};
use super::record::{self, Header, Row, Tally, damaged};
use super::table::{Table, Tables};
use super::{Entry, FrontierError};
use crate::domain::{
    Counts, Coverage, Document, DocumentId, Edge, Happening, Intent, Pause, Reference, Run, State,
};

pub(super) fn counts<T: Tables>(tables: &T) -> Result<Counts, FrontierError> {
    Ok(read::<_, Tally>(tables, Table::Meta, record::TALLY)?.unwrap_or_default().counts)
}

pub(super) fn entries<T: Tables>(
    tables: &T,
    after: Option<&str>,
    count_max: usize,
) -> Result<Vec<Entry>, FrontierError> {
    // The text with a zero byte behind it is the first that sorts after the text itself.
    let from = after.map(|id| [id.as_bytes(), &[0]].concat()).unwrap_or_default();
    let rows = tables.scan(Table::Ids, &from).take(count_max);
    rows.map(|pair| record::open::<Row>(&pair?.1).map(shown)).collect()
}

pub(super) fn entry<T: Tables>(tables: &T, id: &str) -> Result<Option<Entry>, FrontierError> {
    Ok(row(tables, id)?.map(shown))
}

pub(super) fn document<T: Tables>(tables: &T, id: &str) -> Result<Option<Document>, FrontierError> {
    let Some(header) = read::<_, Header>(tables, Table::Documents, id.as_bytes())? else { return Ok(None) };
    let mut kept = Vec::new();
    for chunk in pairs(tables, Table::Fields, &record::owner_key(id), None)?.values() {
        kept.extend_from_slice(record::unseal(chunk)?);
    }
    let promised = header.references as usize;
    let body = Body::unpack(&kept, header.body_json_bytes)?;
    let mut document = header.with(body);
    document.references = references_of(tables, id, None)?;
    if document.references.len() != promised {
        let found = document.references.len();
        return Err(damaged(format!("{id} should hold {promised} references and holds {found}")));
    }
    Ok(Some(document))
}

pub(super) fn references<T: Tables>(
    tables: &T,
    source: &str,
) -> Result<Vec<(Reference, Edge)>, FrontierError> {
    let references = references_of(tables, source, None)?.into_iter();
    references.map(|reference| edge(tables, &reference).map(|edge| (reference, edge))).collect()
}

pub(super) fn named_by<T: Tables>(
    tables: &T,
    target: &str,
) -> Result<Vec<(DocumentId, Reference)>, FrontierError> {
    let mut found = Vec::new();
    for (key, value) in pairs(tables, Table::NamedBy, &record::owner_key(target), None)? {
        let source: DocumentId = record::open(&value)?;
        let prefix = record::reference_key(source.as_str(), record::last_number(&key)?);
        let mut json = Vec::new();
        for chunk in pairs(tables, Table::References, &prefix, None)?.values() {
            json.extend_from_slice(record::unseal(chunk)?);
        }
        found.push((source, record::parse(&json)?));
    }
    Ok(found)
}

pub(super) fn history<T: Tables>(tables: &T, id: &str) -> Result<Vec<Happening>, FrontierError> {
    pairs(tables, Table::Events, &record::owner_key(id), None)?
        .values()
        .map(|value| record::open(value))
        .collect()
}

pub(super) fn coverages<T: Tables>(tables: &T) -> Result<Vec<Coverage>, FrontierError> {
    let mut whole: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for (mut key, value) in pairs(tables, Table::Coverage, &[], None)? {
        key.truncate(key.len().saturating_sub(4));
        whole.entry(key).or_default().extend_from_slice(record::unseal(&value)?);
    }
    let coverages = whole.values().map(|json| record::parse::<Coverage>(json));
    let mut coverages = coverages.collect::<Result<Vec<_>, _>>()?;
    coverages.sort_by(|one, other| one.kind.cmp(&other.kind));
    Ok(coverages)
}

pub(super) fn pauses<T: Tables>(tables: &T) -> Result<Vec<Pause>, FrontierError> {
    pairs(tables, Table::Meta, record::PAUSES, None)?.values().map(|value| record::open(value)).collect()
}

pub(super) fn runs<T: Tables>(tables: &T) -> Result<Vec<Run>, FrontierError> {
    tables.scan(Table::Runs, &[]).map(|pair| record::open(&pair?.1)).collect()
}

/// What became of a reference: asked of its target, since a bound may have been lifted since.
fn edge<T: Tables>(tables: &T, reference: &Reference) -> Result<Edge, FrontierError> {
    if reference.intent == Intent::Mention {
        return Ok(Edge::Mentioned);
    }
    match row(tables, reference.target.as_str())? {
        Some(row) if row.entry.state == State::Bounded => Ok(Edge::Bounded),
        Some(_) => Ok(Edge::Followed),
        None => Err(damaged(format!("{} is followed and has no row", reference.target))),
    }
}

fn row<T: Tables>(tables: &T, id: &str) -> Result<Option<Row>, FrontierError> {
    read(tables, Table::Ids, id.as_bytes())
}

/// An entry as readers see it: the cause of an earlier attempt is the frontier's own affair.
fn shown(row: Row) -> Entry {
    let mut entry = row.entry;
    entry.cause = entry.cause.filter(|_| matches!(entry.state, State::Delayed | State::Paused | State::Dead));
    entry
}
