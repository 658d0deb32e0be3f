//! Fills an empty frontier from the lines of a dump.
//!
//! The counts and sequences are written last, when everything was checked; until then a mark stands in the store, and it
//! does not open. Whoever restores into a fresh directory and gives it its name at the end thus leaves either the whole
//! or nothing that passes for it.

use super::FrontierError;
use super::draft::Draft;
use super::dump::Portable;
use super::history;
use super::line::{IdLine, Line};
use super::record::{self, RESTORING, Row, Tally, damaged};
use super::recount::recount_against;
use super::table::{Table, Tables};
use crate::domain::{Run, State};

/// How many lines are taken in at once, at most.
const LINES_AT_ONCE: usize = 256;

/// How many bytes of lines are taken in at once, about; a single line may be longer.
const BYTES_AT_ONCE: usize = 1024 * 1024;

/// A dump on its way into an empty frontier.
pub struct Restore<'frontier> {
    frontier: &'frontier dyn Portable,
    progress: Progress,
    lines: Vec<(u64, Line)>,
    bytes: usize,
    /// The number of the line that came last.
    number: u64,
    is_over: bool,
}

/// What a restored frontier counts so far.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    tally: Tally,
    has_begun: bool,
}

/// Why a dump was not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A line is not what a dump has there.
    #[error("line {line}: {detail}")]
    Line {
        /// Its number; the first is 1.
        line: u64,
        /// What is wrong.
        detail: String,
    },
    /// There is something in the frontier already.
    #[error("the frontier is not empty")]
    NotEmpty,
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] FrontierError),
}

impl<'frontier> Restore<'frontier> {
    /// A way into this frontier, which must be empty.
    #[must_use]
    pub fn into(frontier: &'frontier dyn Portable) -> Self {
        let progress = Progress::default();
        Self { frontier, progress, lines: Vec::new(), bytes: 0, number: 0, is_over: false }
    }

    /// Takes the next line, with or without its line end.
    ///
    /// # Errors
    /// Where the line or the store is at fault; nothing more can be done with the frontier then.
    pub async fn line(&mut self, text: &str) -> Result<(), RestoreError> {
        self.number += 1;
        match self.read(text) {
            Ok(Line::End { .. }) => self.is_over = true,
            Ok(line) => self.lines.push((self.number, line)),
            Err(detail) => {
                // A line before it may be at fault too, and comes first.
                self.take_in().await?;
                return Err(self.fault(detail));
            }
        }
        self.bytes += text.len();
        if self.lines.len() >= LINES_AT_ONCE || self.bytes >= BYTES_AT_ONCE {
            self.take_in().await?;
        }
        Ok(())
    }

    fn read(&self, text: &str) -> Result<Line, String> {
        if self.is_over {
            return Err("it stands behind the end".into());
        }
        let found = self.number - 1;
        match Line::from_json(text)? {
            Line::End { lines } if lines != found => {
                Err(format!("there should be {lines} lines before it and there are {found}"))
            }
            line => Ok(line),
        }
    }

    /// Checks everything and makes a frontier of it; returns how many lines there were.
    ///
    /// # Errors
    /// Where the dump was cut off or does not agree with itself, or the store is at fault.
    pub async fn finish(mut self) -> Result<u64, RestoreError> {
        if !self.is_over {
            return Err(self.fault("the dump is cut off behind it"));
        }
        self.take_in().await?;
        let settled = self.frontier.settle(std::mem::take(&mut self.progress)).await;
        settled.map(|()| self.number).map_err(|error| match error {
            FrontierError::Damaged { detail } => {
                self.fault(format!("the lines before it do not agree with each other: {detail}"))
            }
            error => error.into(),
        })
    }

    async fn take_in(&mut self) -> Result<(), RestoreError> {
        self.bytes = 0;
        let lines = std::mem::take(&mut self.lines);
        self.progress = self.frontier.read_in(lines, std::mem::take(&mut self.progress)).await?;
        Ok(())
    }

    fn fault(&self, detail: impl Into<String>) -> RestoreError {
        RestoreError::Line { line: self.number, detail: detail.into() }
    }
}

/// Writes lines into the tables, all or none.
pub(super) fn take_in<T: Tables>(
    tables: &mut T,
    lines: Vec<(u64, Line)>,
    progress: Progress,
) -> Result<Progress, RestoreError> {
    if !progress.has_begun {
        for table in Table::ALL {
            if tables.scan(table, &[]).next().transpose()?.is_some() {
                return Err(RestoreError::NotEmpty);
            }
        }
    }
    let mut draft = Draft::with(tables, progress.tally);
    draft.put(Table::Meta, RESTORING.to_vec(), &true)?;
    for (number, line) in lines {
        write(&mut draft, line).map_err(|error| match error {
            FrontierError::Damaged { detail } => RestoreError::Line { line: number, detail },
            error @ FrontierError::TooLarge { .. } => {
                RestoreError::Line { line: number, detail: error.to_string() }
            }
            error => RestoreError::Store(error),
        })?;
    }
    let (changes, tally) = draft.into_parts();
    tables.apply(&changes)?;
    Ok(Progress { tally, has_begun: true })
}

/// Checks everything, and writes the counts and sequences that make a frontier of it.
pub(super) fn settle<T: Tables>(tables: &mut T, progress: Progress) -> Result<(), FrontierError> {
    recount_against(tables, &progress.tally)?;
    let mut draft = Draft::with(tables, progress.tally);
    draft.remove(Table::Meta, RESTORING.to_vec());
    let changes = draft.finish()?;
    tables.apply(&changes)
}

fn write<T: Tables>(draft: &mut Draft<'_, T>, line: Line) -> Result<(), FrontierError> {
    match line {
        Line::Bounds(_) if draft.tally.has_bounds => Err(damaged("bounds stand in it twice")),
        Line::Bounds(bounds) => draft.set_bounds(&bounds),
        Line::Pause(pause) => {
            is_new(draft, Table::Meta, &record::pause_key(&pause.kind), &pause.kind)?;
            draft.put_pause(&pause)
        }
        Line::Run(run) => write_run(draft, &run),
        Line::Coverage(coverage) => {
            let first = record::chunk_key(&record::owner_key(&coverage.kind), 0);
            is_new(draft, Table::Coverage, &first, &coverage.kind)?;
            draft.put_coverage(&coverage)
        }
        Line::Id(line) => write_id(draft, *line),
        Line::Document(document) => {
            is_new(draft, Table::Documents, document.id.as_str().as_bytes(), document.id.as_str())?;
            draft.put_document(&document)
        }
        Line::End { .. } => Err(damaged("it is the end and not the last")),
    }
}

fn write_run<T: Tables>(draft: &mut Draft<'_, T>, run: &Run) -> Result<(), FrontierError> {
    let next = draft.tally.runs + 1;
    if run.number != next {
        return Err(damaged(format!("it has run {} where {next} follows", run.number)));
    }
    draft.tally.runs = next;
    draft.put(Table::Runs, record::run_key(next), run)
}

fn write_id<T: Tables>(draft: &mut Draft<'_, T>, line: IdLine) -> Result<(), FrontierError> {
    let IdLine { entry, seq, visible_at, cut_offs, postponed, happenings, history } = line;
    let id = entry.id.as_str().to_owned();
    is_new(draft, Table::Ids, id.as_bytes(), &id)?;
    if entry.state == State::Leased {
        return Err(damaged(format!("{id} is leased, and a dump has no leases")));
    }
    let kept = history::kept(happenings).count();
    if kept != history.len() {
        return Err(damaged(format!("{id} should have {kept} events and has {}", history.len())));
    }
    for (number, happening) in history::kept(happenings).zip(&history) {
        draft.put(Table::Events, record::event_key(&id, number), happening)?;
    }
    let row = Row { entry, seq, visible_at, place: visible_at, token: None, cut_offs, postponed, happenings };
    if let Some(key) = row.schedule_key()
        && draft.holds(Table::Schedule, &key)?
    {
        return Err(damaged(format!("{id} has the place in line of another")));
    }
    draft.tally.next_seq = draft.tally.next_seq.max(seq.saturating_add(1));
    draft.save(&row)
}

fn is_new<T: Tables>(
    draft: &Draft<'_, T>,
    table: Table,
    key: &[u8],
    name: &str,
) -> Result<(), FrontierError> {
    if draft.holds(table, key)? {
        return Err(damaged(format!("`{name}` stands in it twice")));
    }
    Ok(())
}
