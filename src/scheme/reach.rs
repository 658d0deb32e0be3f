//! Looks beyond a candidate: across one gap on each side, where the rest of a divided ID may stand.

use std::ops::Range;

use super::compiled::{End, Scheme};
use super::letters::{is_in_word, is_invisible};
use super::near::BLANKS_MAX;
use super::reading::{has_line_break, looks_like_an_id};

/// The candidate with what may belong to it; `None` where nothing may. What stands before `floor` is another ID's.
pub(super) fn reach(
    scheme: &Scheme,
    text: &str,
    candidate: &Range<usize>,
    floor: usize,
) -> Option<Range<usize>> {
    let start = scheme.first.is_mixed().then(|| start(text, candidate.start, floor)).flatten();
    let end = scheme.last.is_mixed().then(|| end(text, candidate.end)).flatten();
    let wider = start.unwrap_or(candidate.start)..end.unwrap_or(candidate.end);
    let narrower = [wider.clone(), wider.start..candidate.end, candidate.start..wider.end];
    narrower
        .into_iter()
        .filter(|range| range != candidate)
        .find(|range| text.get(range.clone()).is_some_and(|reached| scheme.near.is_whole(reached)))
}

impl End {
    fn is_mixed(self) -> bool {
        self.digits && self.letters
    }
}

/// Where the piece before a gap begins. A blank divides only what is no word.
fn start(text: &str, from: usize, floor: usize) -> Option<usize> {
    let before = text.get(floor..from)?.trim_end_matches(is_invisible);
    let rest = before.trim_end_matches(char::is_whitespace);
    if rest.len() == before.len() {
        return None;
    }
    let piece_start = rest.trim_end_matches(is_in_word).len();
    let (gap, piece) = (before.get(rest.len()..)?, rest.get(piece_start..)?);
    let divides = has_line_break(gap) || looks_like_an_id(piece);
    (is_gap(gap) && !piece.is_empty() && divides).then(|| floor.saturating_add(piece_start))
}

/// Where the piece after a line break ends.
fn end(text: &str, from: usize) -> Option<usize> {
    let after = text.get(from..)?;
    let rest = after.trim_start_matches(char::is_whitespace);
    let gap = after.get(..after.len().checked_sub(rest.len())?)?;
    let piece_end = rest.find(|letter| !is_in_word(letter)).unwrap_or(rest.len());
    let divides = is_gap(gap) && has_line_break(gap) && piece_end > 0;
    divides.then(|| from.saturating_add(gap.len()).saturating_add(piece_end))
}

fn is_gap(gap: &str) -> bool {
    (1..=BLANKS_MAX).contains(&gap.chars().count())
}
