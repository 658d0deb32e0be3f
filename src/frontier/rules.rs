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
//! An ID of a paused kind stands aside wherever it would be queued or delayed: `pausing` decides that.
//!
//! A lease is nothing but a later place in the schedule and a token: one that ran out is visible again without anybody
//! doing anything, and its old holder is fenced off as soon as there is a new one.

use std::collections::{HashSet, VecDeque};
use std::num::NonZeroU32;
use std::time::Duration;

use super::draft::Draft;
use super::history::note;
use super::pausing::{bind, wait};
use super::record::{self, Row, damaged};
use super::table::Tables;
use super::{Committed, Entry, FrontierError, Next, coverage};
use crate::domain::{
    Attempted, Bounds, Cause, Document, DocumentId, Ended, Happened, Intent, Lease, Outcome, Remarks, State,
    Timestamp,
};

/// How often in a row an ID may be cut off by the death of our own process before it is given up: more often than any
/// accident, so that only an ID that itself ends us is, and not at the first of a machine's bad days.
const CUT_OFFS_MAX: u32 = 20;

/// How long the sentence may be that the history keeps of the document that named an ID first.
const EVIDENCE_CHARS_MAX: usize = 300;

/// What a lease proves: that its holder was given this ID under this token.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    id: DocumentId,
    token: u64,
    attempt: u32,
    leased_at: Timestamp,
    held: Duration,
    remarks: Remarks,
}

impl Claim {
    /// The claim that a lease makes.
    pub(super) fn of(lease: &Lease) -> Self {
        Self {
            id: lease.id.clone(),
            token: lease.token,
            attempt: lease.attempt.get(),
            leased_at: lease.leased_at,
            held: lease.expires_at.since(lease.leased_at),
            remarks: lease.remarks.clone(),
        }
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
            shorten(draft, seed, 0, now)?;
        } else {
            discover(draft, seed, 0, Happened::Seeded, now)?;
            new += 1;
        }
    }
    Ok(new)
}

/// Sets the bounds, holds back what they now keep out, and frees what they no longer do; returns how many were freed.
///
/// What waits in line goes before what was held back: no ID is put out to make room for another.
pub(super) fn reopen<T: Tables>(
    draft: &mut Draft<'_, T>,
    bounds: &Bounds,
    now: Timestamp,
) -> Result<u64, FrontierError> {
    draft.set_bounds(bounds)?;
    let waits = |row: &Row| matches!(row.entry.state, State::Queued | State::Delayed | State::Paused);
    let waiting = draft.rows(waits)?;
    let held_back = draft.rows(|row| row.entry.state == State::Bounded)?;
    let mut taken = draft.tally.taken().saturating_sub(waiting.len() as u64);
    let mut freed = 0;
    for mut row in waiting.into_iter().chain(held_back) {
        let bound = bounds.holds_back(&row.entry.id, row.entry.depth, taken);
        taken += u64::from(bound.is_none());
        freed += u64::from(row.entry.bound.is_some() && bound.is_none());
        if row.entry.bound != bound {
            bind(draft, &mut row, bound, now)?;
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
    while let Some(mut row) = draft.first_in_line()? {
        if row.visible_at > now {
            return Ok(Next::Empty { next_visible_at: row.visible_at });
        }
        // Only a lease that ran out can be in line while its kind is paused.
        if row.entry.state == State::Leased && draft.pause_of(row.entry.id.kind())?.is_some() {
            row.token = None;
            wait(draft, &mut row, now)?;
            draft.save(&row)?;
            continue;
        }
        return hand_out(draft, row, ttl, now).map(Next::Leased);
    }
    Ok(Next::Drained)
}

fn hand_out<T: Tables>(
    draft: &mut Draft<'_, T>,
    mut row: Row,
    ttl: Duration,
    now: Timestamp,
) -> Result<Lease, FrontierError> {
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
    Ok(Lease {
        attempt: NonZeroU32::new(row.entry.attempts).unwrap_or(NonZeroU32::MIN),
        id: row.entry.id,
        depth: row.entry.depth,
        leased_at: now,
        expires_at: row.visible_at,
        token,
        postponed: row.postponed,
        remarks: Remarks::default(),
    })
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
    let outcome = shortened(outcome)?;
    let before = draft.coverage(row.entry.id.kind())?;
    if let Some(coverage) = coverage::with(before, &row.entry.id, &outcome, &claim.remarks) {
        draft.put_coverage(&coverage)?;
    }
    let (ended, cause) = end(&mut row, &outcome, now);
    let is_paused = draft.pause_of(row.entry.id.kind())?.is_some();
    let comes_back = matches!(ended, Ended::Retried | Ended::Postponed) && !is_paused;
    let attempted = Attempted {
        attempt: claim.attempt,
        leased_at: claim.leased_at,
        sessions_lost: claim.remarks.sessions_lost,
        ended,
        cause: match (cause, claim.remarks.cause.clone()) {
            (None, Some(mut remarked)) if ended == Ended::Released => {
                shorten_cause(&mut remarked)?;
                Some(remarked)
            }
            (cause, _) => cause,
        },
        next_at: comes_back.then_some(row.visible_at),
        evidence: claim.remarks.evidence.clone(),
    };
    note(draft, &mut row, now, Happened::Attempted(attempted))?;
    if matches!(row.entry.state, State::Queued | State::Delayed) {
        wait(draft, &mut row, now)?;
    }
    draft.save(&row)?;
    match outcome {
        Outcome::Stored(document) => store(draft, &row, *document, now),
        _ => Ok(Committed::default()),
    }
}

/// Brings a leased row to where an outcome leaves it; returns what is to be said of that.
fn end(row: &mut Row, outcome: &Outcome, now: Timestamp) -> (Ended, Option<Cause>) {
    row.token = None;
    // Whoever lives to tell an outcome was not ended by this ID.
    row.cut_offs = 0;
    let (state, ended, cause) = match outcome {
        Outcome::Stored(document) => {
            row.entry.page = Some(document.page.clone());
            (State::Stored, Ended::Stored, None)
        }
        Outcome::Absent { evidence } => {
            row.entry.page = Some(evidence.clone());
            (State::Absent, Ended::Absent, None)
        }
        Outcome::Retry { after, cause } => {
            row.visible_at = now.after(*after);
            (State::Delayed, Ended::Retried, Some(cause.clone()))
        }
        Outcome::Postponed { after, cause } => {
            row.entry.attempts = row.entry.attempts.saturating_sub(1);
            row.postponed = row.postponed.saturating_add(1);
            row.visible_at = now.after(*after);
            (State::Delayed, Ended::Postponed, Some(cause.clone()))
        }
        Outcome::Dead { cause } => (State::Dead, Ended::Dead, Some(cause.clone())),
        Outcome::Release => {
            row.give_back();
            return (Ended::Released, None);
        }
    };
    row.entry.state = state;
    row.entry.cause.clone_from(&cause);
    (ended, cause)
}

/// Ends every lease: whoever opens a store holds its lock, so that the former holders are dead.
pub(super) fn end_leases<T: Tables>(draft: &mut Draft<'_, T>, now: Timestamp) -> Result<(), FrontierError> {
    for row in draft.rows(|row| row.entry.state == State::Leased)? {
        let row = cut_off(draft, row, now)?;
        draft.save(&row)?;
    }
    Ok(())
}

/// The row of a leased ID whose holder has died; it is to be saved.
pub(super) fn cut_off<T: Tables>(
    draft: &mut Draft<'_, T>,
    mut row: Row,
    now: Timestamp,
) -> Result<Row, FrontierError> {
    row.give_back();
    row.cut_offs = row.cut_offs.saturating_add(1);
    note(draft, &mut row, now, Happened::CutOff)?;
    if row.cut_offs >= CUT_OFFS_MAX {
        row.entry.state = State::Dead;
        row.entry.cause = Some(Cause::CutOff { times: row.cut_offs });
    } else {
        wait(draft, &mut row, now)?;
    }
    Ok(row)
}

/// Puts dead letters in line again, behind what waits now; returns how many of these IDs were dead.
pub(super) fn revive<T: Tables>(
    draft: &mut Draft<'_, T>,
    ids: &[DocumentId],
    now: Timestamp,
) -> Result<u64, FrontierError> {
    let mut revived = 0;
    for id in ids {
        let Some(mut row) = draft.row(id.as_str())?.filter(|row| row.entry.state == State::Dead) else {
            continue;
        };
        row.entry.attempts = 0;
        row.entry.cause = None;
        (row.cut_offs, row.postponed) = (0, 0);
        row.visible_at = now;
        note(draft, &mut row, now, Happened::Revived)?;
        // It has been counted as taken all the time, and the bounds may have changed.
        let taken = draft.tally.taken().saturating_sub(1);
        let bound = draft.bounds.holds_back(id, row.entry.depth, taken);
        bind(draft, &mut row, bound, now)?;
        draft.save(&row)?;
        revived += 1;
    }
    Ok(revived)
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
            shorten(draft, &reference.target, depth, now)?;
            continue;
        }
        let origin = Happened::Discovered {
            by: document.id.clone(),
            relation: reference.relation.clone(),
            evidence: record::cut(&reference.evidence, EVIDENCE_CHARS_MAX),
        };
        if discover(draft, &reference.target, depth, origin, now)? == State::Bounded {
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
    origin: Happened,
    now: Timestamp,
) -> Result<State, FrontierError> {
    let entry = Entry {
        id: id.clone(),
        state: State::Queued,
        depth,
        attempts: 0,
        discovered_at: now,
        bound: None,
        cause: None,
        page: None,
    };
    let seq = draft.tally.next_seq;
    draft.tally.next_seq += 1;
    let first = Timestamp::from_millis(0);
    let mut row = Row {
        entry,
        seq,
        visible_at: first,
        place: first,
        token: None,
        cut_offs: 0,
        postponed: 0,
        happenings: 0,
    };
    note(draft, &mut row, now, origin)?;
    let bound = draft.bounds.holds_back(id, depth, draft.tally.taken());
    bind(draft, &mut row, bound, now)?;
    draft.save(&row)?;
    Ok(row.entry.state)
}

/// Notes a way to a known ID. One that is shorter goes on to what its document names, as far as it is shorter there
/// too, and frees what only the depth held back.
fn shorten<T: Tables>(
    draft: &mut Draft<'_, T>,
    id: &DocumentId,
    depth: u16,
    now: Timestamp,
) -> Result<(), FrontierError> {
    let mut ways = VecDeque::from([(id.clone(), depth)]);
    while let Some((id, depth)) = ways.pop_front() {
        let row = draft.row(id.as_str())?;
        let mut row = row.ok_or_else(|| damaged(format!("{id} is followed and has no row")))?;
        if row.entry.depth <= depth {
            continue;
        }
        row.entry.depth = depth;
        if depth == 0 {
            note(draft, &mut row, now, Happened::Seeded)?;
        }
        if row.entry.state == State::Bounded {
            let bound = draft.bounds.holds_back(&id, depth, draft.tally.taken());
            if bound != row.entry.bound {
                bind(draft, &mut row, bound, now)?;
            }
        }
        draft.save(&row)?;
        if row.entry.state == State::Stored {
            let further = draft.followed_from(id.as_str())?;
            ways.extend(further.into_iter().map(|target| (target, depth.saturating_add(1))));
        }
    }
    Ok(())
}

/// An outcome whose cause fits a row. Its texts are for people; what was seen is in the archive.
fn shortened(mut outcome: Outcome) -> Result<Outcome, FrontierError> {
    let (Outcome::Retry { cause, .. } | Outcome::Postponed { cause, .. } | Outcome::Dead { cause }) =
        &mut outcome
    else {
        return Ok(outcome);
    };
    shorten_cause(cause)?;
    Ok(outcome)
}

fn shorten_cause(cause: &mut Cause) -> Result<(), FrontierError> {
    let mut value = serde_json::to_value(&cause).map_err(|error| damaged(error.to_string()))?;
    for text in value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
        if let serde_json::Value::String(text) = text {
            *text = record::shortened(text);
        }
    }
    *cause = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
    Ok(())
}
