//! The state machine of the frontier: every way in which an ID changes its state, for every kind of store.
//!
//! ```text
//!            enqueue, commit             lease               commit
//!   (new) ─────────────────▶ queued ───────────────▶ leased ────────▶ stored, absent, dead
//!     │                        ▲ ▲                    │  │
//!     │ held back              │ └── release, cut off ┘  │ retry
//!     ▼     reopen, shorter way│                         ▼
//!   bounded ───────────────────┘         lease ◀──── delayed
//! ```
//!
//! A lease is nothing but a later place in the schedule and a token: one that ran out is visible again without anybody
//! doing anything, and its old holder is fenced off as soon as there is a new one.

use std::collections::{HashSet, VecDeque};
use std::num::NonZeroU32;
use std::time::Duration;

use super::draft::Draft;
use super::record::{Row, damaged};
use super::table::Tables;
use super::{Committed, Entry, FrontierError, Next};
use crate::domain::{Bounds, Cause, Document, DocumentId, Intent, Lease, Outcome, State, Timestamp};

/// How often an ID may be cut off by the death of our own process before it is given up.
const CUT_OFFS_MAX: u32 = 5;

/// How long each text of a cause may be: the row that keeps it must stay small.
const CAUSE_CHARS_MAX: usize = 500;

/// What a lease proves: that its holder was given this ID under this token.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    id: DocumentId,
    token: u64,
    held: Duration,
}

impl Claim {
    /// The claim that a lease makes.
    pub(super) fn of(lease: &Lease) -> Self {
        Self { id: lease.id.clone(), token: lease.token, held: lease.expires_at.since(lease.leased_at) }
    }
}

/// Adds seeds; returns how many were not known.
pub(super) fn enqueue<T: Tables>(
    draft: &mut Draft<'_, T>,
    seeds: &[DocumentId],
    now: Timestamp,
) -> Result<u64, FrontierError> {
    let mut new = 0;
    for seed in seeds {
        if draft.row(seed.as_str())?.is_some() {
            shorten(draft, seed, 0)?;
        } else {
            discover(draft, seed, 0, now)?;
            new += 1;
        }
    }
    Ok(new)
}

/// Sets the bounds, holds back what they now keep out, and frees what they no longer do; returns how many were freed.
///
/// What waits in line goes before what was held back: no ID is put out to make room for another.
pub(super) fn reopen<T: Tables>(draft: &mut Draft<'_, T>, bounds: &Bounds) -> Result<u64, FrontierError> {
    draft.set_bounds(bounds)?;
    let waiting = draft.rows(|row| matches!(row.entry.state, State::Queued | State::Delayed))?;
    let held_back = draft.rows(|row| row.entry.state == State::Bounded)?;
    let mut taken = draft.tally.taken().saturating_sub(waiting.len() as u64);
    let mut freed = 0;
    for mut row in waiting.into_iter().chain(held_back) {
        let before = row.entry.bound;
        row.entry.bound = bounds.holds_back(&row.entry.id, row.entry.depth, taken);
        row.entry.state = if row.entry.bound.is_some() { State::Bounded } else { row.waiting() };
        taken += u64::from(row.entry.bound.is_none());
        freed += u64::from(before.is_some() && row.entry.bound.is_none());
        if before != row.entry.bound {
            draft.save(&row)?;
        }
    }
    Ok(freed)
}

/// Takes the ID that is visible first.
pub(super) fn lease<T: Tables>(
    draft: &mut Draft<'_, T>,
    ttl: Duration,
    now: Timestamp,
) -> Result<Next, FrontierError> {
    let Some(mut row) = draft.first_in_line()? else { return Ok(Next::Drained) };
    if row.visible_at > now {
        return Ok(Next::Empty { next_visible_at: row.visible_at });
    }
    let token = draft.tally.next_token;
    draft.tally.next_token += 1;
    if row.entry.state != State::Leased {
        row.place = row.visible_at;
    }
    row.entry.state = State::Leased;
    row.entry.attempts = row.entry.attempts.saturating_add(1);
    row.token = Some(token);
    row.visible_at = now.after(ttl);
    draft.save(&row)?;
    Ok(Next::Leased(Lease {
        attempt: NonZeroU32::new(row.entry.attempts).unwrap_or(NonZeroU32::MIN),
        id: row.entry.id,
        depth: row.entry.depth,
        leased_at: now,
        expires_at: row.visible_at,
        token,
    }))
}

/// Hides a leased ID until `ttl` from now; returns that moment.
pub(super) fn extend<T: Tables>(
    draft: &mut Draft<'_, T>,
    claim: &Claim,
    ttl: Duration,
    now: Timestamp,
) -> Result<Timestamp, FrontierError> {
    let mut row = held(draft, claim)?;
    row.visible_at = now.after(ttl);
    draft.save(&row)?;
    Ok(row.visible_at)
}

/// Ends a lease.
pub(super) fn commit<T: Tables>(
    draft: &mut Draft<'_, T>,
    claim: &Claim,
    outcome: Outcome,
    now: Timestamp,
) -> Result<Committed, FrontierError> {
    let mut row = held(draft, claim)?;
    row.token = None;
    let mut document = None;
    match outcome {
        Outcome::Stored(found) => {
            row.entry.cause = None;
            row.entry.page = Some(found.page.clone());
            row.entry.state = State::Stored;
            document = Some(*found);
        }
        Outcome::Absent { evidence } => {
            row.entry.cause = None;
            row.entry.page = Some(evidence);
            row.entry.state = State::Absent;
        }
        Outcome::Retry { after, cause } => {
            row.entry.cause = Some(shortened(cause)?);
            row.visible_at = now.after(after);
            row.entry.state = State::Delayed;
        }
        Outcome::Dead { cause } => {
            row.entry.cause = Some(shortened(cause)?);
            row.entry.state = State::Dead;
        }
        Outcome::Release => row.give_back(),
    }
    draft.save(&row)?;
    document.map_or_else(|| Ok(Committed::default()), |document| store(draft, &row, document, now))
}

/// Ends every lease: whoever opens a store holds its lock, so that the former holders are dead.
pub(super) fn end_leases<T: Tables>(draft: &mut Draft<'_, T>) -> Result<(), FrontierError> {
    for mut row in draft.rows(|row| row.entry.state == State::Leased)? {
        row.give_back();
        row.cut_offs = row.cut_offs.saturating_add(1);
        if row.cut_offs >= CUT_OFFS_MAX {
            row.entry.state = State::Dead;
            row.entry.cause = Some(Cause::CutOff { times: row.cut_offs });
        }
        draft.save(&row)?;
    }
    Ok(())
}

/// The row of a claim that still holds.
fn held<T: Tables>(draft: &Draft<'_, T>, claim: &Claim) -> Result<Row, FrontierError> {
    draft
        .row(claim.id.as_str())?
        .filter(|row| row.entry.state == State::Leased && row.token == Some(claim.token))
        .ok_or_else(|| FrontierError::LeaseLost { id: claim.id.clone(), after: claim.held })
}

/// Keeps a document, and puts in line what it names and what was not known.
fn store<T: Tables>(
    draft: &mut Draft<'_, T>,
    row: &Row,
    mut document: Document,
    now: Timestamp,
) -> Result<Committed, FrontierError> {
    if document.id != row.entry.id {
        let detail = format!("a document of {} was given for {}", document.id, row.entry.id);
        return Err(FrontierError::Store { detail });
    }
    document.references.retain(|reference| reference.target != document.id);
    document.references.sort();
    document.references.dedup_by(|later, earlier| {
        let place = (&earlier.target, &earlier.relation, &earlier.part, earlier.offset);
        (&later.target, &later.relation, &later.part, later.offset) == place
    });
    draft.put_document(&document)?;
    let mut committed = Committed { references: document.references.len() as u64, ..Committed::default() };
    let depth = row.entry.depth.saturating_add(1);
    let mut seen = HashSet::new();
    for reference in document.references.iter().filter(|reference| reference.intent == Intent::Follow) {
        if !seen.insert(&reference.target) {
            continue;
        }
        if draft.row(reference.target.as_str())?.is_some() {
            shorten(draft, &reference.target, depth)?;
        } else if discover(draft, &reference.target, depth, now)? == State::Bounded {
            committed.bounded += 1;
        } else {
            committed.discovered += 1;
        }
    }
    Ok(committed)
}

/// Adds an ID that was not known, in line or held back.
fn discover<T: Tables>(
    draft: &mut Draft<'_, T>,
    id: &DocumentId,
    depth: u16,
    now: Timestamp,
) -> Result<State, FrontierError> {
    let bound = draft.bounds.holds_back(id, depth, draft.tally.taken());
    let state = if bound.is_some() { State::Bounded } else { State::Queued };
    let entry = Entry {
        id: id.clone(),
        state,
        depth,
        attempts: 0,
        discovered_at: now,
        bound,
        cause: None,
        page: None,
    };
    let seq = draft.tally.next_seq;
    draft.tally.next_seq += 1;
    let first = Timestamp::from_millis(0);
    draft.save(&Row { entry, seq, visible_at: first, place: first, token: None, cut_offs: 0 })?;
    Ok(state)
}

/// Notes a way to a known ID. One that is shorter goes on to what its document names, as far as it is shorter there
/// too, and frees what only the depth held back.
fn shorten<T: Tables>(draft: &mut Draft<'_, T>, id: &DocumentId, depth: u16) -> Result<(), FrontierError> {
    let mut ways = VecDeque::from([(id.clone(), depth)]);
    while let Some((id, depth)) = ways.pop_front() {
        let row = draft.row(id.as_str())?;
        let mut row = row.ok_or_else(|| damaged(format!("{id} is followed and has no row")))?;
        if row.entry.depth <= depth {
            continue;
        }
        row.entry.depth = depth;
        if row.entry.state == State::Bounded {
            row.entry.bound = draft.bounds.holds_back(&id, depth, draft.tally.taken());
            row.entry.state = if row.entry.bound.is_some() { State::Bounded } else { row.waiting() };
        }
        draft.save(&row)?;
        if row.entry.state == State::Stored {
            let further = draft.followed_from(id.as_str())?;
            ways.extend(further.into_iter().map(|target| (target, depth.saturating_add(1))));
        }
    }
    Ok(())
}

/// A cause whose texts fit a row. They are for people; what was seen is in the archive.
fn shortened(cause: Cause) -> Result<Cause, FrontierError> {
    let mut value = serde_json::to_value(&cause).map_err(|error| damaged(error.to_string()))?;
    let texts = value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut());
    let mut is_cut = false;
    for text in texts {
        if let serde_json::Value::String(text) = text
            && let Some((end, _)) = text.char_indices().nth(CAUSE_CHARS_MAX)
        {
            text.truncate(end);
            text.push('…');
            is_cut = true;
        }
    }
    if is_cut { serde_json::from_value(value).map_err(|error| damaged(error.to_string())) } else { Ok(cause) }
}
