//! Where an ID goes that nobody has: held back by a bound, aside with its kind, or in line.

use super::FrontierError;
use super::draft::Draft;
use super::history::note;
use super::record::{self, Row};
use super::table::Tables;
use crate::domain::{Bound, Happened, Pause, State, Timestamp};

/// Pauses a kind; returns how many IDs were put aside.
pub(super) fn pause<T: Tables>(
    draft: &mut Draft<'_, T>,
    pause: &Pause,
    now: Timestamp,
) -> Result<u64, FrontierError> {
    if draft.pause_of(&pause.kind)?.is_some() {
        return Ok(0);
    }
    draft.put_pause(&Pause { missing: record::shortened(&pause.missing), ..pause.clone() })?;
    let waits = |row: &Row| matches!(row.entry.state, State::Queued | State::Delayed);
    let waiting = draft.rows(|row| waits(row) && row.entry.id.kind() == pause.kind)?;
    let paused = waiting.len() as u64;
    for mut row in waiting {
        wait(draft, &mut row, now)?;
        draft.save(&row)?;
    }
    Ok(paused)
}

/// Ends the pause of a kind; returns how many IDs were put in line.
pub(super) fn unpause<T: Tables>(
    draft: &mut Draft<'_, T>,
    kind: &str,
    now: Timestamp,
) -> Result<u64, FrontierError> {
    if draft.pause_of(kind)?.is_none() {
        return Ok(0);
    }
    draft.remove_pause(kind);
    let mut coverage = draft.coverage(kind)?;
    if !coverage.recent.is_empty() {
        coverage.recent.clear();
        draft.put_coverage(&coverage)?;
    }
    let paused = draft.rows(|row| row.entry.state == State::Paused && row.entry.id.kind() == kind)?;
    let freed = paused.len() as u64;
    for mut row in paused {
        note(draft, &mut row, now, Happened::LetIn)?;
        row.visible_at = row.visible_at.min(now);
        wait(draft, &mut row, now)?;
        draft.save(&row)?;
    }
    Ok(freed)
}

/// Lets an ID wait that no bound holds back: in line, or aside while its kind is paused.
pub(super) fn wait<T: Tables>(
    draft: &mut Draft<'_, T>,
    row: &mut Row,
    now: Timestamp,
) -> Result<(), FrontierError> {
    row.entry.state = row.waiting();
    let Some(pause) = draft.pause_of(row.entry.id.kind())? else { return Ok(()) };
    row.entry.state = State::Paused;
    note(draft, row, now, Happened::Paused { missing: pause.missing })
}

/// Holds an ID back, or lets it wait where nothing holds it back any more.
pub(super) fn bind<T: Tables>(
    draft: &mut Draft<'_, T>,
    row: &mut Row,
    bound: Option<Bound>,
    now: Timestamp,
) -> Result<(), FrontierError> {
    let before = std::mem::replace(&mut row.entry.bound, bound);
    let Some(bound) = bound else {
        if before.is_some() {
            note(draft, row, now, Happened::LetIn)?;
        }
        return wait(draft, row, now);
    };
    row.entry.state = State::Bounded;
    note(draft, row, now, Happened::HeldBack { bound })
}
