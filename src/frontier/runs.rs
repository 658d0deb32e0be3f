//! The record of a store's runs: when each began, with which profile, and how it ended.

use super::FrontierError;
use super::draft::Draft;
use super::record;
use super::table::{Table, Tables};
use crate::domain::{Digest, Run, RunEnd, Timestamp};

/// Notes that a run begins; returns its number.
pub(super) fn begin<T: Tables>(
    draft: &mut Draft<'_, T>,
    profile: Digest,
    now: Timestamp,
) -> Result<u64, FrontierError> {
    let number = draft.tally.runs + 1;
    draft.tally.runs = number;
    let run = Run { number, profile, began_at: now, counts_before: draft.tally.counts, end: None };
    draft.put(Table::Runs, record::run_key(number), &run)?;
    Ok(number)
}

/// Notes how the run that began last has ended.
pub(super) fn end<T: Tables>(
    draft: &mut Draft<'_, T>,
    ending: &str,
    now: Timestamp,
) -> Result<(), FrontierError> {
    let key = record::run_key(draft.tally.runs);
    let under_way = draft.get::<Run>(Table::Runs, &key)?.filter(|run| run.end.is_none());
    let Some(mut run) = under_way else {
        return Err(FrontierError::Store { detail: "no run is under way that could end".into() });
    };
    run.end = Some(RunEnd { at: now, ending: record::shortened(ending), counts: draft.tally.counts });
    draft.put(Table::Runs, key, &run)
}
