//! Reads a text that should be one ID and nothing else.

use super::compiled::{Asterisk, Scheme};
use super::letters::{is_invisible, outline};
use super::reading::{looks_like_an_id, read};
use super::{Parsed, Refusal, Repair};

/// How near a text came to being an ID of one scheme.
enum Miss {
    /// The whole of it resembles an ID.
    Whole(String),
    /// Some of it does.
    Partly(String),
    /// Nothing of it does.
    Far,
}

/// Reads a text by these schemes. Of several that accept it, the one wins that repairs least.
///
/// # Errors
/// Where it is no ID, with the reason of the scheme that it resembles most.
pub(super) fn parse(schemes: &[&Scheme], text: &str) -> Result<Parsed, Refusal> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter));
    let seen = outline(text);
    if seen.is_empty() || schemes.iter().any(|scheme| scheme.placeholders.contains(&seen)) {
        return Err(Refusal::Placeholder);
    }
    let mut best: Option<Parsed> = None;
    let mut whole = None;
    let mut partly = None;
    for scheme in schemes {
        let malformed = |reason| Refusal::Malformed { scheme: scheme.name.to_string(), reason };
        match parse_one(scheme, text) {
            Ok(parsed) if best.as_ref().is_none_or(|best| parsed.repairs.len() < best.repairs.len()) => {
                best = Some(parsed);
            }
            Err(Miss::Whole(reason)) if whole.is_none() => whole = Some(malformed(reason)),
            Err(Miss::Partly(reason)) if partly.is_none() => partly = Some(malformed(reason)),
            Ok(_) | Err(_) => {}
        }
    }
    best.ok_or_else(|| {
        whole.or(partly).unwrap_or_else(|| {
            let known: Vec<&str> = schemes.iter().map(|scheme| &*scheme.name).collect();
            Refusal::UnknownScheme { known: known.join(", ") }
        })
    })
}

fn parse_one(scheme: &Scheme, text: &str) -> Result<Parsed, Miss> {
    let marked = match scheme.asterisk {
        Asterisk::Mark => text.trim_end_matches('*').trim_end(),
        Asterisk::Letter => text,
    };
    if !scheme.near.is_whole(marked) {
        let resembling = scheme.near.candidates(marked).first_from(0).and_then(|range| marked.get(range));
        return Err(match resembling.filter(|part| looks_like_an_id(part)) {
            Some(part) => Miss::Partly(format!("more than an ID: `{}` and something beside it", part.trim())),
            None => Miss::Far,
        });
    }
    let Some(reading) = read(scheme, marked) else {
        return Err(Miss::Whole("more than an ID: another word stands before the line break".to_owned()));
    };
    if reading.length < marked.len() && reading.found.is_ok() {
        return Err(Miss::Whole("more than an ID: another word stands after the line break".to_owned()));
    }
    match reading.found {
        Ok(mut folded) => {
            folded.repairs.extend((marked.len() < text.len()).then_some(Repair::Asterisk));
            Ok(scheme.parsed(folded))
        }
        Err(flaw) => Err(Miss::Whole(flaw.reason(scheme, marked.get(..reading.length).unwrap_or(marked)))),
    }
}
