//! Finds personal texts in whatever way a source writes them, and puts the made-up ones in their place.

use std::collections::HashMap;
use std::ops::Range;

use super::DisguiseError;
use super::letters::{Digits, made_up, plain, styled};
use super::written::{Written, letters, said};
use crate::domain::Capture;
use crate::extract::PersonalText;

/// A text with fewer letters and digits is found as a word of its own alone: it may well be a part of others.
const LETTERS_MIN: usize = 4;

/// The texts of one capture, each with the one that takes its place.
pub(super) struct Mask {
    texts: Vec<Masked>,
    /// Which texts begin with a letter, the longest first.
    by_first: HashMap<char, Vec<usize>>,
}

struct Masked {
    field: String,
    /// Its letters as they are compared; every run of white space is one blank.
    real: Vec<char>,
    made_up: Vec<char>,
    is_short: bool,
}

/// A text that was found.
struct Hit {
    text: usize,
    /// Which letters of the source write it.
    span: Range<usize>,
    /// For each of these, which letter of the text it writes; `None` for tags and white space.
    letters: Vec<Option<usize>>,
}

impl Mask {
    /// Makes up a text for each. What holds no letter and no digit tells nothing and is left.
    pub(super) fn of(texts: &[PersonalText], seed: &str) -> Self {
        let masked = texts.iter().enumerate().map(|(number, text)| {
            let digits = if text.is_date { Digits::Falling } else { Digits::Others };
            let count = text.text.chars().filter(|letter| letter.is_alphanumeric()).count();
            Masked {
                field: text.field.clone(),
                real: text.text.chars().map(plain).collect(),
                made_up: made_up(&text.text, digits, &format!("{seed} {number}")),
                is_short: count < LETTERS_MIN,
            }
        });
        let texts: Vec<Masked> = masked.collect();
        let mut by_first: HashMap<char, Vec<usize>> = HashMap::new();
        for (number, text) in texts.iter().enumerate() {
            if let Some(first) =
                text.real.first().filter(|_| text.real.iter().any(|real| real.is_alphanumeric()))
            {
                by_first.entry(*first).or_default().push(number);
            }
        }
        for numbers in by_first.values_mut() {
            numbers.sort_by_key(|number| texts.get(*number).map(|text| std::cmp::Reverse(text.real.len())));
        }
        Self { texts, by_first }
    }

    /// A count for each text, all zero.
    pub(super) fn counts(&self) -> Vec<usize> {
        vec![0; self.texts.len()]
    }

    /// The source with every text replaced; counts each.
    pub(super) fn apply(&self, source: &str, counts: &mut [usize]) -> String {
        let letters = letters(source);
        let mut covered = String::with_capacity(source.len());
        let mut at = 0;
        while let Some(written) = letters.get(at) {
            let Some(hit) = self.hit(&letters, at) else {
                covered.push_str(written.of(source));
                at += 1;
                continue;
            };
            if let Some(count) = counts.get_mut(hit.text) {
                *count += 1;
            }
            let made_up = self.texts.get(hit.text).map(|text| text.made_up.as_slice()).unwrap_or_default();
            for (written, place) in letters.get(hit.span.clone()).unwrap_or_default().iter().zip(&hit.letters)
            {
                match place.and_then(|place| made_up.get(place)) {
                    Some(letter) if letter.is_alphanumeric() => {
                        covered.push_str(&written.like(styled(*letter, written.letter)));
                    }
                    _ => covered.push_str(written.of(source)),
                }
            }
            at = hit.span.end;
        }
        covered
    }

    /// The text as it reads behind the mask.
    pub(super) fn covered(&self, text: &str) -> String {
        self.apply(text, &mut self.counts())
    }

    /// That none of the texts is left in any part, however it is written there.
    pub(super) fn check(&self, capture: &Capture) -> Result<(), DisguiseError> {
        for part in &capture.parts {
            let source = String::from_utf8_lossy(&part.bytes);
            for text in said(&source).iter().map(AsRef::as_ref).chain([part.url.as_str()]) {
                let letters = letters(text);
                let left = (0..letters.len()).find_map(|at| self.hit(&letters, at));
                if let Some(text) = left.and_then(|hit| self.texts.get(hit.text)) {
                    return Err(DisguiseError::Left { field: text.field.clone(), part: part.name.clone() });
                }
            }
        }
        Ok(())
    }

    /// The longest text that is written from this letter on.
    fn hit(&self, letters: &[Written], at: usize) -> Option<Hit> {
        let first = plain(letters.get(at)?.letter);
        self.by_first.get(&first)?.iter().find_map(|number| {
            let text = self.texts.get(*number)?;
            let (end, places) = written_from(&text.real, letters, at)?;
            let is_word = |place: Option<usize>| {
                place.and_then(|place| letters.get(place)).is_some_and(|next| next.letter.is_alphanumeric())
            };
            let is_inside = is_word(at.checked_sub(1)) || is_word(Some(end));
            (!(text.is_short && is_inside)).then_some(Hit { text: *number, span: at..end, letters: places })
        })
    }
}

/// Where a text ends that is written from here on, and which of its letters each letter of the source writes. Tags inside
/// it are passed over.
fn written_from(real: &[char], letters: &[Written], start: usize) -> Option<(usize, Vec<Option<usize>>)> {
    let mut places = Vec::new();
    let mut at = start;
    for (place, expected) in real.iter().enumerate() {
        let (mut has_blank, mut has_tag) = (false, false);
        while let Some(gap) = gap(letters, at).filter(|_| place > 0) {
            let end = match gap {
                Gap::Blank => at + 1,
                Gap::Tag { end } => end,
            };
            has_blank |= matches!(gap, Gap::Blank);
            has_tag |= matches!(gap, Gap::Tag { .. });
            places.resize(end - start, None);
            at = end;
        }
        let expects_blank = *expected == ' ';
        if expects_blank && (has_blank || has_tag) {
            continue;
        }
        let here = *letters.get(at)?;
        let is_it = if expects_blank { here.is('+') } else { !has_blank && plain(here.letter) == *expected };
        if !is_it {
            return None;
        }
        places.push(Some(place));
        at += 1;
    }
    Some((at, places))
}

/// What may stand between two letters of a text.
enum Gap {
    Blank,
    Tag { end: usize },
}

fn gap(letters: &[Written], at: usize) -> Option<Gap> {
    let here = letters.get(at)?;
    if here.letter.is_whitespace() {
        return Some(Gap::Blank);
    }
    let next = letters.get(at + 1)?;
    if !here.is('<') || !(next.letter.is_ascii_alphabetic() || next.is('/') || next.is('!')) {
        return None;
    }
    let length = letters.iter().skip(at).position(|written| written.is('>'))?;
    Some(Gap::Tag { end: at + length + 1 })
}
