//! Reads a whole frontier out, some lines at a time.

use async_trait::async_trait;

use super::desk::Desk;
use super::draft::{Draft, read};
use super::line::{IdLine, Line};
use super::record::{self, BOUNDS, CHUNK_BYTES_MAX, Header, Row};
use super::restore::{Progress, RestoreError};
use super::table::{Table, Tables};
use super::{FrontierError, history, reading, restore, rules};
use crate::domain::{State, Timestamp};

/// How many IDs, or documents, are read at once, at most.
const LINES_AT_ONCE: usize = 64;

/// How many bytes of documents are read at once, about; a single document may be longer.
const DOCUMENT_BYTES_AT_ONCE: usize = 1024 * 1024;

/// A frontier that can be read out whole, and filled from what was read out: see [`Dump`] and
/// [`Restore`](super::Restore).
#[async_trait]
pub trait Portable: Send + Sync {
    /// The next lines of a dump, and where it goes on; no lines where it is over.
    async fn read_out(&self, from: Place) -> Result<(Vec<Line>, Place), FrontierError>;

    /// Takes lines with their numbers into a frontier that was empty when the first came.
    async fn read_in(&self, lines: Vec<(u64, Line)>, progress: Progress) -> Result<Progress, RestoreError>;

    /// Checks all that was taken in, and makes a frontier of it.
    async fn settle(&self, progress: Progress) -> Result<(), FrontierError>;
}

#[async_trait]
impl<D: Desk> Portable for D {
    async fn read_out(&self, from: Place) -> Result<(Vec<Line>, Place), FrontierError> {
        self.run(move |tables, now| next_lines(tables, from, now)).await
    }

    async fn read_in(&self, lines: Vec<(u64, Line)>, progress: Progress) -> Result<Progress, RestoreError> {
        self.run(move |tables, _| Ok(restore::take_in(tables, lines, progress))).await?
    }

    async fn settle(&self, progress: Progress) -> Result<(), FrontierError> {
        self.run(move |tables, _| restore::settle(tables, progress)).await
    }
}

/// How far a dump has come.
#[derive(Clone, Debug, Default)]
pub struct Place {
    section: Section,
    /// The last ID that was read in this section.
    after: Option<String>,
    lines: u64,
}

#[derive(Clone, Copy, Debug, Default)]
enum Section {
    #[default]
    Settings,
    Ids,
    Documents,
    End,
    Over,
}

/// A walk over all lines of a frontier that nobody writes to meanwhile.
pub struct Dump<'frontier> {
    frontier: &'frontier dyn Portable,
    place: Place,
}

impl<'frontier> Dump<'frontier> {
    /// A walk that begins with the first line.
    #[must_use]
    pub fn of(frontier: &'frontier dyn Portable) -> Self {
        Self { frontier, place: Place::default() }
    }

    /// The next lines; none when all were read.
    ///
    /// # Errors
    /// Where the frontier cannot be read.
    pub async fn next(&mut self) -> Result<Vec<Line>, FrontierError> {
        let (lines, place) = self.frontier.read_out(std::mem::take(&mut self.place)).await?;
        self.place = place;
        Ok(lines)
    }
}

fn next_lines<T: Tables>(
    tables: &T,
    mut place: Place,
    now: Timestamp,
) -> Result<(Vec<Line>, Place), FrontierError> {
    let mut lines = Vec::new();
    while lines.is_empty() {
        let (section, after) = (place.section, place.after.take());
        // The text with a zero byte behind it is the first that sorts after the text itself.
        let from = after.as_ref().map(|id| [id.as_bytes(), &[0]].concat()).unwrap_or_default();
        (lines, place.section) = match section {
            Section::Settings => (settings(tables)?, Section::Ids),
            Section::Ids => (ids(tables, &from, now)?, Section::Documents),
            Section::Documents => (documents(tables, &from)?, Section::End),
            Section::End => (vec![Line::End { lines: place.lines }], Section::Over),
            Section::Over => return Ok((lines, Place { section, ..place })),
        };
        place.after = match lines.last() {
            Some(Line::Id(last)) => Some(last.entry.id.as_str().to_owned()),
            Some(Line::Document(last)) => Some(last.id.as_str().to_owned()),
            _ => None,
        };
        if place.after.is_some() {
            place.section = section;
        }
        place.lines += lines.len() as u64;
    }
    Ok((lines, place))
}

fn settings<T: Tables>(tables: &T) -> Result<Vec<Line>, FrontierError> {
    let mut lines: Vec<_> = read(tables, Table::Meta, BOUNDS)?.map(Line::Bounds).into_iter().collect();
    lines.extend(reading::pauses(tables)?.into_iter().map(Line::Pause));
    lines.extend(reading::runs(tables)?.into_iter().map(Line::Run));
    lines.extend(reading::coverages(tables)?.into_iter().map(Line::Coverage));
    Ok(lines)
}

fn ids<T: Tables>(tables: &T, from: &[u8], now: Timestamp) -> Result<Vec<Line>, FrontierError> {
    // Leases are ended in a draft that is never applied.
    let mut draft = Draft::new(tables)?;
    let mut lines = Vec::new();
    for pair in tables.scan(Table::Ids, from).take(LINES_AT_ONCE) {
        let mut row: Row = record::open(&pair?.1)?;
        if row.entry.state == State::Leased {
            row = rules::cut_off(&mut draft, row, now)?;
        }
        let history = history::read(&draft, &row)?;
        let Row { entry, seq, visible_at, cut_offs, postponed, happenings, .. } = row;
        lines.push(Line::Id(Box::new(IdLine {
            entry,
            seq,
            visible_at,
            cut_offs,
            postponed,
            happenings,
            history,
        })));
    }
    Ok(lines)
}

fn documents<T: Tables>(tables: &T, from: &[u8]) -> Result<Vec<Line>, FrontierError> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    for pair in tables.scan(Table::Documents, from).take(LINES_AT_ONCE) {
        let header: Header = record::open(&pair?.1)?;
        // A reference is hardly ever longer than a chunk.
        let body_bytes = header
            .body_json_bytes
            .map_or(header.body_chunks as usize * CHUNK_BYTES_MAX, |bytes| bytes as usize);
        bytes += body_bytes + header.references as usize * CHUNK_BYTES_MAX;
        let document = reading::document(tables, header.id.as_str())?;
        lines.extend(document.map(|document| Line::Document(Box::new(document))));
        if bytes > DOCUMENT_BYTES_AT_ONCE {
            break;
        }
    }
    Ok(lines)
}
