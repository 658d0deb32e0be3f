//! The history of an ID: which events are kept of a long one.
//!
//! The beginning is kept, and the end. An ID that is given back again and again, unworked or postponed, would push
//! everything else out: of such a run the first and the last are kept.

use super::FrontierError;
use super::draft::Draft;
use super::record::{self, Row};
use super::table::{Table, Tables};
use crate::domain::{Attempted, Ended, Happened, Happening, Timestamp};

/// So many events from the beginning are kept.
const FIRST_KEPT: u32 = 50;

/// So many events from the end are kept.
const LAST_KEPT: u32 = 150;

/// Adds an event to the history of a row, which is to be saved after that.
pub(super) fn note<T: Tables>(
    draft: &mut Draft<'_, T>,
    row: &mut Row,
    at: Timestamp,
    what: Happened,
) -> Result<(), FrontierError> {
    let id = row.entry.id.as_str().to_owned();
    let mut number = row.happenings;
    if goes_on(draft, row, &what)? {
        number -= 1;
    } else {
        row.happenings = row.happenings.saturating_add(1);
    }
    if let Some(stale) = number.checked_sub(LAST_KEPT).filter(|stale| *stale >= FIRST_KEPT) {
        draft.remove(Table::Events, record::event_key(&id, stale));
    }
    draft.put(Table::Events, record::event_key(&id, number), &Happening { at, what })
}

/// The events that are kept of a row.
pub(super) fn read<T: Tables>(draft: &Draft<'_, T>, row: &Row) -> Result<Vec<Happening>, FrontierError> {
    let id = row.entry.id.as_str();
    let events = kept(row.happenings).map(|number| {
        let event = draft.get(Table::Events, &record::event_key(id, number))?;
        event.ok_or_else(|| record::damaged(format!("event {number} of {id} is gone")))
    });
    events.collect()
}

/// The numbers of the events that are kept of so many, in order.
pub(super) fn kept(happenings: u32) -> impl Iterator<Item = u32> {
    let end = happenings.saturating_sub(LAST_KEPT).max(FIRST_KEPT);
    (0..happenings.min(FIRST_KEPT)).chain(end..happenings)
}

/// Whether the last two events are like this one, so that it can stand in place of the last.
fn goes_on<T: Tables>(draft: &Draft<'_, T>, row: &Row, what: &Happened) -> Result<bool, FrontierError> {
    let Some(uneventful) = uneventful(what) else { return Ok(false) };
    for back in 1..=2 {
        let Some(number) = row.happenings.checked_sub(back) else { return Ok(false) };
        let key = record::event_key(row.entry.id.as_str(), number);
        let earlier: Option<Happening> = draft.get(Table::Events, &key)?;
        if earlier.as_ref().and_then(|earlier| self::uneventful(&earlier.what)) != Some(uneventful.clone()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What an attempt that counts for nothing has in common with others like it; `None` for every other event.
fn uneventful(what: &Happened) -> Option<Attempted> {
    match what {
        Happened::Attempted(attempted) if matches!(attempted.ended, Ended::Postponed | Ended::Released) => {
            let moment = Timestamp::default();
            // An outage has many words: the browser's, the portal's, the system's.
            let cause = attempted.cause.clone().filter(|_| attempted.ended == Ended::Postponed);
            Some(Attempted {
                leased_at: moment,
                next_at: None,
                sessions_lost: 0,
                evidence: None,
                cause,
                ..attempted.clone()
            })
        }
        _ => None,
    }
}
