//! Finds the IDs of several schemes in running text, and what resembles them.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::compiled::{Asterisk, End, Scheme};
use super::fold::Folded;
use super::letters::{is_in_word, is_invisible};
use super::reach::reach;
use super::reading::{Flaw, has_digit, looks_like_an_id, read, trimmed};
use super::search::CANDIDATE_BYTES_MAX;
use super::{Mention, Refusal, Repair};

/// Finds every mention, in the order of the text. Where two overlap, an ID beats what is none, and the longer one wins.
pub(super) fn scan(schemes: &[&Scheme], text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = schemes.iter().flat_map(|scheme| scan_one(scheme, text)).collect();
    found.sort_by_key(|mention| {
        let repairs = mention.found.as_ref().map_or(0, |parsed| parsed.repairs.len());
        (mention.found.is_err(), Reverse(mention.written.len()), repairs)
    });
    let mut kept: BTreeMap<usize, Mention> = BTreeMap::new();
    for mention in found {
        let end = mention.offset.saturating_add(mention.written.len());
        let free = kept
            .range(..end)
            .next_back()
            .is_none_or(|(offset, before)| offset.saturating_add(before.written.len()) <= mention.offset);
        if free {
            kept.insert(mention.offset, mention);
        }
    }
    kept.into_values().collect()
}

fn scan_one(scheme: &Scheme, text: &str) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut from = 0;
    let mut floor = 0;
    let mut candidates = scheme.near.candidates(text);
    while let Some(candidate) = candidates.first_from(from) {
        from = first_run_end(text, &candidate);
        let Some((range, found)) = judge(scheme, text, candidate, floor) else { continue };
        match found {
            Ok(mut folded) => {
                let end = range.end.saturating_add(asterisks(scheme, text, range.end));
                folded.repairs.extend((end > range.end).then_some(Repair::Asterisk));
                mentions.extend(mention(text, range.start..end, Ok(scheme.parsed(folded))));
                (from, floor) = (end, end);
            }
            Err(flaw) => {
                let Some(written) = text.get(range.clone()).filter(|written| looks_like_an_id(written))
                else {
                    continue;
                };
                if matches!(flaw, Flaw::Ambiguous(_)) {
                    // What it could be instead must not be found behind the gap.
                    (from, floor) = (range.end, range.end);
                }
                let reason = flaw.reason(scheme, written);
                let refusal = Refusal::Malformed { scheme: scheme.name.to_string(), reason };
                mentions.extend(mention(text, range, Err(refusal)));
            }
        }
    }
    mentions
}

/// Reads a candidate together with what may belong to it; `None` where it is noise.
fn judge(
    scheme: &Scheme,
    text: &str,
    candidate: Range<usize>,
    floor: usize,
) -> Option<(Range<usize>, Result<Folded, Flaw>)> {
    let written = trimmed(text.get(candidate.clone())?);
    let candidate = candidate.start..candidate.start.saturating_add(written.len());
    if candidate.len() > CANDIDATE_BYTES_MAX {
        return None;
    }
    let wider = reach(scheme, text, &candidate, floor)
        .filter(|wider| wider.len() <= CANDIDATE_BYTES_MAX && text.get(wider.clone()).is_some_and(has_digit));
    // Letters alone are words, unless they stand there exactly as an ID is written.
    if wider.is_none() && !has_digit(written) && !scheme.is_canonical(written) {
        return None;
    }
    let (start, reading) = wider
        .and_then(|wider| Some((wider.start, read(scheme, text.get(wider)?)?)))
        .or_else(|| Some((candidate.start, read(scheme, written)?)))?;
    let range = start..start.saturating_add(reading.length);
    let found = reading.found.and_then(|folded| standing_alone(scheme, text, &range, folded));
    Some((range, found))
}

fn mention(text: &str, range: Range<usize>, found: Result<super::Parsed, Refusal>) -> Option<Mention> {
    Some(Mention { offset: range.start, written: text.get(range)?.to_owned(), found })
}

/// Refuses an ID whose neighbour may be a part of it.
fn standing_alone(scheme: &Scheme, text: &str, range: &Range<usize>, folded: Folded) -> Result<Folded, Flaw> {
    let seen = |letter: &char| !is_invisible(*letter);
    let before = text.get(..range.start).and_then(|before| before.chars().rev().find(seen));
    let after = text.get(range.end..).and_then(|after| after.chars().find(seen));
    let glued = glued(scheme.first, before)
        .map(|what| format!("a {what} stands right before it"))
        .or_else(|| glued(scheme.last, after).map(|what| format!("a {what} stands right after it")));
    glued.map_or(Ok(folded), |reason| Err(Flaw::Glued(reason)))
}

fn glued(end: End, neighbour: Option<char>) -> Option<&'static str> {
    let neighbour = neighbour?;
    if neighbour.is_ascii_digit() {
        end.digits.then_some("digit")
    } else {
        (end.letters && neighbour.is_alphabetic()).then_some("letter")
    }
}

fn asterisks(scheme: &Scheme, text: &str, from: usize) -> usize {
    match scheme.asterisk {
        Asterisk::Mark => {
            text.get(from..).map_or(0, |after| after.bytes().take_while(|byte| *byte == b'*').count())
        }
        Asterisk::Letter => 0,
    }
}

/// Where the first run of letters and digits of a candidate ends: what follows may be an ID without it.
fn first_run_end(text: &str, candidate: &Range<usize>) -> usize {
    let mut letters = text.get(candidate.clone()).unwrap_or_default().char_indices().skip(1);
    letters
        .find(|(_, letter)| !is_in_word(*letter))
        .map_or(candidate.end, |(offset, _)| candidate.start.saturating_add(offset))
}
