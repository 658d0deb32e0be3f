//! Reads a whole store and compares it with its counts: a storage engine may open a damaged store without a word.
//!
//! Every record is read, checksums included, and held against those that must be there with it. Tables are walked, never
//! loaded: what is kept in memory meanwhile is one document, or the history of one ID.

use std::collections::BTreeSet;

use super::body::Body;
use super::draft::{coverage_of, pairs, read};
use super::record::{self, BOUNDS, Header, RESTORING, Row, TALLY, Tally, damaged};
use super::table::{Table, Tables};
use super::{FrontierError, history, reading};
use crate::domain::{Bounds, Counts, DocumentId, Happening, Intent, Reference, Run, State};

const STATES: [State; 8] = [
    State::Queued,
    State::Leased,
    State::Delayed,
    State::Stored,
    State::Absent,
    State::Dead,
    State::Paused,
    State::Bounded,
];

/// Holds a store against the counts that are kept in it.
///
/// # Errors
/// `Damaged` where a record cannot be read, or where the records are not those that were counted.
pub(super) fn recount<T: Tables>(tables: &T) -> Result<(), FrontierError> {
    if tables.get(Table::Meta, RESTORING)?.is_some() {
        return Err(damaged("a dump was being restored into it, and that did not come to its end"));
    }
    recount_against(tables, &read(tables, Table::Meta, TALLY)?.unwrap_or_default())
}

/// Holds a store against these counts.
pub(super) fn recount_against<T: Tables>(tables: &T, tally: &Tally) -> Result<(), FrontierError> {
    let bounds: Option<Bounds> = read(tables, Table::Meta, BOUNDS)?;
    if tally.has_bounds && bounds.is_none() {
        return Err(damaged("its bounds are gone"));
    }
    let paused_kinds: BTreeSet<_> = reading::pauses(tables)?.into_iter().map(|pause| pause.kind).collect();
    agree("paused kinds", tally.paused_kinds, paused_kinds.len() as u64)?;
    check_rows(tables, tally, &paused_kinds)?;
    check_documents(tables, tally)?;
    check_coverage(tables, tally)?;
    check_runs(tables, tally)
}

/// Counts rows by state, and holds each against its place in the schedule and the events of its history.
fn check_rows<T: Tables>(tables: &T, tally: &Tally, paused: &BTreeSet<String>) -> Result<(), FrontierError> {
    let (mut found, mut counted) = (Counts::default(), tally.counts);
    let (mut scheduled, mut events) = (0, 0);
    for pair in tables.scan(Table::Ids, &[]) {
        let (key, value) = pair?;
        let row: Row = record::open(&value)?;
        let id = row.entry.id.as_str();
        if key != id.as_bytes() || row.seq >= tally.next_seq {
            return Err(damaged(format!("{id} stands in the wrong place")));
        }
        if let Some(key) = row.schedule_key() {
            let in_line: Option<String> = read(tables, Table::Schedule, &key)?;
            if in_line.as_deref() != Some(id) {
                return Err(damaged(format!("{id} is {} and not in line", row.entry.state)));
            }
            scheduled += 1;
        }
        if let Some(fault) = fault_of(&row, paused) {
            return Err(damaged(format!("{id} is {} and {fault}", row.entry.state)));
        }
        *found.of_mut(row.entry.state) += 1;
        events += history::kept(row.happenings).count() as u64;
    }
    for state in STATES {
        agree(&format!("{state} IDs"), *counted.of_mut(state), *found.of_mut(state))?;
    }
    // Each ID took the next number when it was first heard of, and none is ever removed.
    agree("IDs", tally.next_seq, found.known())?;
    agree("IDs in line", scheduled, count_values(tables, Table::Schedule)?)?;
    check_events(tables, events)
}

/// What does not fit the state of a row.
fn fault_of(row: &Row, paused: &BTreeSet<String>) -> Option<&'static str> {
    let is_paused = paused.contains(row.entry.id.kind());
    match row.entry.state {
        State::Stored | State::Absent if row.entry.page.is_none() => Some("has no page"),
        State::Queued | State::Delayed if is_paused => Some("its kind is paused"),
        State::Paused if !is_paused => Some("its kind is not paused"),
        State::Leased if row.token.is_none() => Some("nobody has it"),
        State::Bounded if row.entry.bound.is_none() => Some("no bound holds it back"),
        State::Bounded | State::Leased => None,
        _ if row.entry.bound.is_some() => Some("a bound holds it back"),
        _ => None,
    }
}

/// Holds each event against the row whose history it belongs to.
fn check_events<T: Tables>(tables: &T, expected: u64) -> Result<(), FrontierError> {
    let mut count = 0;
    let mut open = (String::new(), BTreeSet::new());
    for pair in tables.scan(Table::Events, &[]) {
        let (key, value) = pair?;
        let _: Happening = record::open(&value)?;
        let (id, number) = (record::owner(&key)?, record::last_number(&key)?);
        if count == 0 || open.0 != id {
            let row: Option<Row> = read(tables, Table::Ids, id.as_bytes())?;
            let kept = history::kept(row.map_or(0, |row| row.happenings)).collect();
            open = (id.to_owned(), kept);
        }
        if key != record::event_key(id, number) || !open.1.contains(&number) {
            return Err(damaged(format!("{id} has an event that does not belong to its history")));
        }
        count += 1;
    }
    agree("events", expected, count)
}

/// Holds each document against its row, its pieces and its references.
fn check_documents<T: Tables>(tables: &T, tally: &Tally) -> Result<(), FrontierError> {
    let (mut documents, mut references, mut body_pieces, mut reference_pieces) = (0, 0, 0, 0);
    for pair in tables.scan(Table::Documents, &[]) {
        let (key, value) = pair?;
        let header: Header = record::open(&value)?;
        let id = &header.id;
        let row: Option<Row> = read(tables, Table::Ids, &key)?;
        let row = row.filter(|row| row.entry.id == *id && row.entry.state == State::Stored);
        if row.and_then(|row| row.entry.page).as_ref() != Some(&header.page) {
            return Err(damaged(format!("{id} has a document, and its row does not know of it")));
        }
        check_body(tables, &header)?;
        reference_pieces += check_references(tables, &header)?;
        documents += 1;
        references += u64::from(header.references);
        body_pieces += u64::from(header.body_chunks);
    }
    agree("documents", tally.counts.stored, documents)?;
    agree("references of documents", tally.counts.references, references)?;
    // Those that belong to a document were met. There may be others.
    agree("pieces of documents", body_pieces, count_values(tables, Table::Fields)?)?;
    agree("pieces of references", reference_pieces, count_values(tables, Table::References)?)?;
    agree("reversed references", references, count_values(tables, Table::NamedBy)?)
}

fn check_body<T: Tables>(tables: &T, header: &Header) -> Result<(), FrontierError> {
    let id = header.id.as_str();
    let chunks = pairs(tables, Table::Fields, &record::owner_key(id), None)?;
    agree(&format!("pieces of {id}"), u64::from(header.body_chunks), chunks.len() as u64)?;
    let mut kept = Vec::new();
    for chunk in chunks.values() {
        kept.extend_from_slice(record::unseal(chunk)?);
    }
    Body::unpack(&kept, header.body_json_bytes).map(drop)
}

/// Holds each reference of a document against its target and its reversal; returns in how many pieces they stand.
fn check_references<T: Tables>(tables: &T, header: &Header) -> Result<u64, FrontierError> {
    let id = header.id.as_str();
    let chunks = pairs(tables, Table::References, &record::owner_key(id), None)?;
    let pieces = chunks.len() as u64;
    let mut jsons: Vec<(u32, Vec<u8>)> = Vec::new();
    for (mut key, value) in chunks {
        key.truncate(key.len().saturating_sub(4));
        let (index, piece) = (record::last_number(&key)?, record::unseal(&value)?);
        match jsons.last_mut().filter(|(last, _)| *last == index) {
            Some((_, json)) => json.extend_from_slice(piece),
            None => jsons.push((index, piece.to_vec())),
        }
    }
    agree(&format!("references of {id}"), u64::from(header.references), jsons.len() as u64)?;
    for (index, json) in jsons {
        let reference: Reference = record::parse(&json)?;
        let target = reference.target.as_str();
        let reversed: Option<DocumentId> =
            read(tables, Table::NamedBy, &record::named_by_key(target, id, index))?;
        if reversed.as_ref() != Some(&header.id) {
            return Err(damaged(format!("{id} names {target}, which does not lead back to it")));
        }
        if reference.intent == Intent::Follow && tables.get(Table::Ids, target.as_bytes())?.is_none() {
            return Err(damaged(format!("{target} is followed and has no row")));
        }
    }
    Ok(pieces)
}

fn check_coverage<T: Tables>(tables: &T, tally: &Tally) -> Result<(), FrontierError> {
    let coverages = reading::coverages(tables)?;
    agree("kinds with coverage", tally.covered_kinds, coverages.len() as u64)?;
    for coverage in coverages {
        if coverage_of(tables, &coverage.kind, None)? != coverage {
            return Err(damaged(format!("the coverage of `{}` stands in the wrong place", coverage.kind)));
        }
    }
    Ok(())
}

fn check_runs<T: Tables>(tables: &T, tally: &Tally) -> Result<(), FrontierError> {
    let mut runs = 0;
    for pair in tables.scan(Table::Runs, &[]) {
        let (key, value) = pair?;
        let run: Run = record::open(&value)?;
        runs += 1;
        if run.number != runs || key != record::run_key(runs) {
            return Err(damaged(format!("run {} stands in the wrong place", run.number)));
        }
    }
    agree("runs", tally.runs, runs)
}

/// Counts the keys of a table, and checks every value on the way.
fn count_values<T: Tables>(tables: &T, table: Table) -> Result<u64, FrontierError> {
    let mut count = 0;
    for pair in tables.scan(table, &[]) {
        record::unseal(&pair?.1)?;
        count += 1;
    }
    Ok(count)
}

fn agree(what: &str, counted: u64, found: u64) -> Result<(), FrontierError> {
    if counted == found {
        return Ok(());
    }
    Err(damaged(format!("there should be {counted} {what} and there are {found}")))
}
