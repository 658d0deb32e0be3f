//! Reads a whole store and compares it with its counts: a storage engine may open a damaged store without a word.

use super::FrontierError;
use super::draft::read;
use super::record::{self, Header, Row, TALLY, Tally, damaged};
use super::table::{Table, Tables};
use crate::domain::{Counts, State};

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

/// Reads every record, checksums included.
///
/// # Errors
/// `Damaged` where a record cannot be read, or where the records are not those that were counted.
pub(super) fn recount<T: Tables>(tables: &T) -> Result<(), FrontierError> {
    let tally: Tally = read(tables, Table::Meta, TALLY)?.unwrap_or_default();
    let mut found = count_rows(tables, &tally)?;
    let mut counted = tally.counts;
    for state in STATES {
        agree(&format!("{state} IDs"), *counted.of_mut(state), *found.of_mut(state))?;
    }
    let (mut documents, mut references, mut chunks) = (0, 0, 0);
    for pair in tables.scan(Table::Documents, &[]) {
        let header: Header = record::open(&pair?.1)?;
        documents += 1;
        references += u64::from(header.references);
        chunks += u64::from(header.body_chunks);
    }
    agree("documents", counted.stored, documents)?;
    agree("references of documents", counted.references, references)?;
    agree("pieces of documents", chunks, count_values(tables, Table::Fields, |_| true)?)?;
    let is_first_piece = |key: &[u8]| key.ends_with(&[0; 4]);
    agree("references", references, count_values(tables, Table::References, is_first_piece)?)?;
    agree("reversed references", references, count_values(tables, Table::NamedBy, |_| true)?)
}

/// Counts rows by state, and holds each against its place in the schedule.
fn count_rows<T: Tables>(tables: &T, tally: &Tally) -> Result<Counts, FrontierError> {
    let mut found = Counts::default();
    let mut scheduled = 0;
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
        *found.of_mut(row.entry.state) += 1;
    }
    agree("IDs in line", scheduled, count_values(tables, Table::Schedule, |_| true)?)?;
    Ok(found)
}

/// Counts the keys that are wanted, and checks every value on the way.
fn count_values<T: Tables>(
    tables: &T,
    table: Table,
    wanted: impl Fn(&[u8]) -> bool,
) -> Result<u64, FrontierError> {
    let mut count = 0;
    for pair in tables.scan(table, &[]) {
        let (key, value) = pair?;
        record::unseal(&value)?;
        count += u64::from(wanted(&key));
    }
    Ok(count)
}

fn agree(what: &str, counted: u64, found: u64) -> Result<(), FrontierError> {
    if counted == found {
        return Ok(());
    }
    Err(damaged(format!("there should be {counted} {what} and there are {found}")))
}
