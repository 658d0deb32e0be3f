//! Evidence: the sentence of a page that names a document.

use std::ops::Range;

use super::text::{VisibleText, fold, is_blank};

/// How many characters of evidence are kept.
const EVIDENCE_CHARS_MAX: usize = 300;

/// Words up to this length that end with a dot are taken for abbreviations, as in `αρ. πρωτ.`.
const ABBREVIATION_CHARS_MAX: usize = 4;

/// The sentence that holds a mention, inside `within`; the text around it where the sentence is long.
pub(super) fn sentence_around(text: &VisibleText, mention: &Range<usize>, within: &Range<usize>) -> String {
    let mention_chars = text.slice(mention).chars().count();
    let side_chars_max = EVIDENCE_CHARS_MAX.saturating_sub(mention_chars) / 2;
    let (start, begun) = sentence_start(text, mention.start, within.start, side_chars_max);
    let (end, ended) = sentence_end(text, mention.end, within.end, side_chars_max);
    let sentence = fold(text.slice(&(start..end)));
    format!("{}{sentence}{}", begun.mark(), ended.mark())
}

/// The beginning of a text, where it is longer than evidence may be.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(EVIDENCE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether a sentence is whole at one of its ends.
#[derive(Clone, Copy)]
enum Edge {
    Whole,
    Cut,
}

impl Edge {
    const fn mark(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Cut => "…",
        }
    }
}

fn sentence_start(text: &VisibleText, from: usize, limit: usize, chars_max: usize) -> (usize, Edge) {
    let before = text.slice(&(limit..from));
    for (count, (index, character)) in before.char_indices().rev().enumerate() {
        let offset = limit + index;
        let behind = offset + character.len_utf8();
        if text.is_line_end(offset, character) || ends_sentence(text.as_str(), offset, character) {
            return (behind, Edge::Whole);
        }
        if count >= chars_max {
            return (behind, Edge::Cut);
        }
    }
    (limit, Edge::Whole)
}

fn sentence_end(text: &VisibleText, from: usize, limit: usize, chars_max: usize) -> (usize, Edge) {
    let behind = text.slice(&(from..limit));
    for (count, (index, character)) in behind.char_indices().enumerate() {
        let offset = from + index;
        if text.is_line_end(offset, character) {
            return (offset, Edge::Whole);
        }
        if ends_sentence(text.as_str(), offset, character) {
            return (offset + character.len_utf8(), Edge::Whole);
        }
        if count >= chars_max {
            return (offset, Edge::Cut);
        }
    }
    (limit, Edge::Whole)
}

/// Whether the character at `offset` ends a sentence. A dot does where neither a lower-case letter nor a digit follows,
/// and no abbreviation stands before it; the Greek question mark is a semicolon.
fn ends_sentence(text: &str, offset: usize, character: char) -> bool {
    if !matches!(character, '.' | ';' | '!' | '?' | '\u{37e}') {
        return false;
    }
    let behind = text.get(offset + character.len_utf8()..).unwrap_or_default();
    if !behind.chars().next().is_none_or(is_blank) {
        return false;
    }
    character != '.' || (!goes_on(behind) && !is_abbreviation(text.get(..offset).unwrap_or_default()))
}

fn goes_on(behind: &str) -> bool {
    let next = behind.chars().take(2).find(|character| !is_blank(*character));
    next.is_some_and(|character| character.is_lowercase() || character.is_numeric())
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.chars().rev().take_while(|character| character.is_alphanumeric());
    let mut length = 0;
    for character in word.take(ABBREVIATION_CHARS_MAX + 1) {
        if character.is_numeric() {
            return false;
        }
        length += 1;
    }
    (1..=ABBREVIATION_CHARS_MAX).contains(&length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentence of `ID` in a page whose lines are these.
    fn check(page: &str, expected: &str) {
        let text = VisibleText::plain(page);
        let start = text.as_str().find("ID").unwrap();
        let all = 0..text.as_str().len();
        assert_eq!(sentence_around(&text, &(start..start + 2), &all), expected, "{page}");
    }

    #[test]
    fn a_sentence_ends_where_people_end_it() {
        check("Πρώτη πρόταση. Βλέπε ID και τα λοιπά. Τρίτη.", "Βλέπε ID και τα λοιπά.");
        check("Τι είναι; Το ID είναι! Ναι", "Το ID είναι!");
        check("Πρώτη γραμμή\nσύμβαση ID\nτρίτη", "σύμβαση ID");
        check("Το άρθρο 14α. Βλέπε ID εδώ.", "Βλέπε ID εδώ.");
        check("ID", "ID");
    }

    #[test]
    fn dots_of_abbreviations_numbers_and_dates_end_no_sentence() {
        let whole = "Με αρ. πρωτ. 12.03.2023 και αριθμ. 17 της Α.Ε. Οδοποιία το ID κατά τον ν. 4412 ισχύει.";
        check(whole, whole);
    }

    #[test]
    fn a_long_text_is_shown_by_its_beginning() {
        let whole = "α".repeat(EVIDENCE_CHARS_MAX);
        assert_eq!(shorten(&whole), whole);
        assert_eq!(shorten(&format!("{whole}β")), format!("{whole}…"));
    }

    #[test]
    fn a_long_sentence_is_cut_around_the_mention() {
        let long = format!("{}ID{}", "λέξη ".repeat(200), " λέξη".repeat(200));
        let text = VisibleText::plain(&long);
        let start = long.find("ID").unwrap();
        let sentence = sentence_around(&text, &(start..start + 2), &(0..long.len()));
        assert!(
            sentence.starts_with('…') && sentence.ends_with('…') && sentence.contains(" ID "),
            "{sentence}"
        );
        assert!(sentence.chars().count() <= EVIDENCE_CHARS_MAX + 2, "{sentence}");
    }
}
