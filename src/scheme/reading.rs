//! Decides how much of a candidate is an ID where white space stands inside its parts.
//!
//! A PDF wraps IDs, and a word at the end of a line stands before IDs: the two look the same. A line break is joined
//! where the piece before it holds letters and digits, as words do not; where it does not and the joined text would be an
//! ID as well, nothing is guessed. A blank is never joined, but what stands behind it is not taken for a whole ID either
//! where both together would be one and the piece before it is no word.

use std::ops::Range;

use super::compiled::Scheme;
use super::fold::Folded;
use super::letters::is_invisible;

/// What a candidate was read as.
#[derive(Debug)]
pub(super) struct Reading {
    /// How much of the candidate was read, in bytes.
    pub(super) length: usize,
    /// The canonical text, or why there is none.
    pub(super) found: Result<Folded, Flaw>,
}

/// Why a candidate is no ID.
#[derive(Debug)]
pub(super) enum Flaw {
    /// A part is wrong; what it is takes time to find out.
    Malformed,
    /// A neighbour may be a part of it, as these words say.
    Glued(String),
    /// It can be read in two ways, as these words say.
    Ambiguous(String),
}

/// Reads a candidate from its beginning; `None` where what stands before a gap does not belong to it.
pub(super) fn read(scheme: &Scheme, candidate: &str) -> Option<Reading> {
    let gaps = if candidate.contains(char::is_whitespace) {
        scheme.near.anatomy(candidate).gaps
    } else {
        Vec::new()
    };
    let (Some(first), Some(last)) = (gaps.first(), gaps.last()) else {
        return Some(whole(candidate, scheme.read(candidate).ok_or(Flaw::Malformed)));
    };
    let piece = candidate.get(..first.start)?;
    let (before, gap, after) = split(candidate, last)?;
    let joined = scheme.read(candidate).filter(|_| same_case(before, after));
    if scheme.near.is_whole(before) {
        let joined = joined.filter(|_| has_line_break(gap));
        return match (joined, scheme.read(before)) {
            (None, _) => read(scheme, before),
            (Some(joined), None) if looks_like_an_id(piece) => Some(whole(candidate, Ok(joined))),
            (Some(joined), alone) => Some(whole(candidate, Err(ambiguous(&joined, alone)))),
        };
    }
    match joined {
        Some(joined) if has_line_break(gap) && looks_like_an_id(piece) => Some(whole(candidate, Ok(joined))),
        Some(joined) if has_line_break(gap) || looks_like_an_id(piece) => {
            Some(whole(candidate, Err(ambiguous(&joined, scheme.read(after)))))
        }
        // What follows the gap is a candidate of its own.
        _ if scheme.near.is_whole(after) => None,
        _ => Some(whole(candidate, scheme.read(candidate).ok_or(Flaw::Malformed))),
    }
}

impl Flaw {
    /// Why what was read is no ID, for people.
    pub(super) fn reason(self, scheme: &Scheme, written: &str) -> String {
        match self {
            Self::Malformed => scheme.fault(written),
            Self::Glued(reason) | Self::Ambiguous(reason) => reason,
        }
    }
}

/// Whether a text holds a digit and a letter, as dates, telephone numbers and hyphenated words do not.
pub(super) fn looks_like_an_id(text: &str) -> bool {
    has_digit(text) && text.contains(char::is_alphabetic)
}

/// Whether a text holds a digit.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A text without the white space and the invisible characters after it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_end_matches(|letter: char| letter.is_whitespace() || is_invisible(letter))
}

fn whole(candidate: &str, found: Result<Folded, Flaw>) -> Reading {
    Reading { length: candidate.len(), found }
}

fn split<'a>(candidate: &'a str, gap: &Range<usize>) -> Option<(&'a str, &'a str, &'a str)> {
    Some((trimmed(candidate.get(..gap.start)?), candidate.get(gap.clone())?, candidate.get(gap.end..)?))
}

/// Whether white space ends a line or a page.
pub(super) fn has_line_break(gap: &str) -> bool {
    gap.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// A wrapped ID does not change its case where the line ends.
fn same_case(before: &str, after: &str) -> bool {
    let has_lower = |text: &str| text.contains(char::is_lowercase);
    let has_upper = |text: &str| text.contains(char::is_uppercase);
    !(has_lower(before) && has_upper(after) || has_upper(before) && has_lower(after))
}

fn ambiguous(joined: &Folded, alone: Option<Folded>) -> Flaw {
    let other = alone.map_or_else(|| "no ID".to_owned(), |alone| format!("`{}`", alone.text));
    Flaw::Ambiguous(format!("divided: `{}` or {other}", joined.text))
}
