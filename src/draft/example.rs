//! Guesses from one ID what the IDs of a portal look like.

use regex::escape;

use super::DraftError;
use crate::scheme::{Alphabet, is_invisible};

/// Real IDs are far shorter.
const CHARACTERS_MAX: usize = 100;
/// Parts of an ID that change between letters and digits more often than this are codes, not types and numbers.
const CHANGES_MAX: usize = 2;
/// A number without leading zeros that stands alone may have any number of digits up to this.
const FREE_DIGITS_MAX: usize = 6;

/// An ID that somebody looked up by hand, and what it says about all the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleId {
    text: String,
    pieces: Vec<Piece>,
}

/// A stretch of an ID.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Letters that are the same in all IDs of a type.
    Letters(String),
    /// A number of so many digits at least and at most.
    Digits { text: String, width: Width },
    /// Letters and digits in no order: of this class.
    Code { class: String, length: usize },
    /// What stands between.
    Between(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Fixed,
    Free,
}

impl ExampleId {
    /// Reads an example.
    ///
    /// # Errors
    /// Where nothing like it can be an ID.
    pub fn read(text: &str) -> Result<Self, DraftError> {
        let text = text.trim();
        let fault = |reason| {
            let shown = text.chars().take(CHARACTERS_MAX).collect();
            Err(DraftError::Example { text: shown, reason })
        };
        if text.chars().count() > CHARACTERS_MAX {
            return fault("it is longer than 100 characters");
        }
        if text.chars().any(char::is_control) {
            return fault("there is a line break or another control character in it");
        }
        if text.chars().any(is_invisible) {
            return fault("there is a mark in it that nobody sees: type it by hand");
        }
        if !text.chars().any(char::is_alphanumeric) {
            return fault("there is no letter and no digit in it");
        }
        Ok(Self { text: text.to_owned(), pieces: pieces(text) })
    }

    /// The ID as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A pattern for it and its like, with named groups.
    #[must_use]
    pub fn pattern(&self) -> String {
        let names = self.names();
        let written = self.pieces.iter().zip(names).map(|(piece, name)| {
            let inside = match piece {
                Piece::Letters(letters) => escape(letters),
                Piece::Digits { text, width: Width::Fixed } => format!("[0-9]{{{}}}", text.len()),
                Piece::Digits { width: Width::Free, .. } => format!("[0-9]{{1,{FREE_DIGITS_MAX}}}"),
                Piece::Code { class, length } => format!("[{class}]{{{length}}}"),
                Piece::Between(text) => return escape(text),
            };
            name.map_or(inside.clone(), |name| format!("(?<{name}>{inside})"))
        });
        written.collect()
    }

    /// The letters that name its type, where it has some.
    #[must_use]
    pub fn letters_of_type(&self) -> Option<&str> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Letters(letters) => Some(letters.as_str()),
            _ => None,
        })
    }

    /// The alphabet of its letters.
    #[must_use]
    pub fn alphabet(&self) -> Alphabet {
        match self.text.chars().find_map(alphabet_of) {
            Some(alphabet) => alphabet,
            None => Alphabet::Latin,
        }
    }

    /// A name for each piece: the first letters are the type, a number that looks like one the year, the last other
    /// number the number.
    fn names(&self) -> Vec<Option<String>> {
        let is_year = |piece: &Piece| matches!(piece, Piece::Digits { text, .. } if looks_like_year(text));
        let is_digits = |piece: &Piece| matches!(piece, Piece::Digits { .. });
        let year = self.pieces.iter().position(is_year);
        // An ID that is a year alone has a number that looks like one.
        let year = year.filter(|_| self.pieces.iter().filter(|piece| is_digits(piece)).count() > 1);
        let number = (0..self.pieces.len())
            .rev()
            .find(|index| Some(*index) != year && self.pieces.get(*index).is_some_and(is_digits));
        let first_letters = self.pieces.iter().position(|piece| matches!(piece, Piece::Letters(_)));
        let (mut parts, mut codes) = (0, 0);
        let counted = |base: &str, count: &mut u32| {
            *count += 1;
            if *count == 1 { base.to_owned() } else { format!("{base}{count}") }
        };
        let name = |(index, piece): (usize, &Piece)| match piece {
            Piece::Between(_) => None,
            Piece::Letters(_) => (Some(index) == first_letters).then(|| "type".to_owned()),
            Piece::Code { .. } => Some(counted("code", &mut codes)),
            Piece::Digits { .. } if Some(index) == year => Some("year".to_owned()),
            Piece::Digits { .. } if Some(index) == number => Some("number".to_owned()),
            Piece::Digits { .. } => Some(counted("part", &mut parts)),
        };
        self.pieces.iter().enumerate().map(name).collect()
    }
}

fn looks_like_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// How an ID as a whole is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Types, years and numbers.
    Parts,
    /// Letters and digits in no order, or letters alone.
    Code,
    /// Hexadecimal digits.
    Hash,
}

impl Writing {
    fn of(words: &[String]) -> Self {
        if words.iter().any(|word| is_hash(word)) {
            return Self::Hash;
        }
        let is_mixed = |word: &String| runs(word, kind_of).len() > CHANGES_MAX + 1;
        let has_digit = words.iter().any(|word| word.bytes().any(|letter| letter.is_ascii_digit()));
        if words.iter().any(is_mixed) || !has_digit { Self::Code } else { Self::Parts }
    }
}

/// The stretches of an ID: what stands between, and each word as letters and digits or as a code.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let words = runs(text, |letter| u8::from(letter.is_alphanumeric()));
    let writing = Writing::of(&words);
    let is_alone = words.len() > 1;
    for word in &words {
        if word.chars().any(|letter| !letter.is_alphanumeric()) {
            pieces.push(Piece::Between(word.clone()));
            continue;
        }
        let parts = runs(word, kind_of);
        let is_number = word.bytes().all(|letter| letter.is_ascii_digit());
        if writing == Writing::Hash || (writing == Writing::Code && !is_number) {
            pieces.push(Piece::Code { class: class_of(word, writing), length: word.chars().count() });
            continue;
        }
        let stands_alone = parts.len() == 1 && is_alone;
        for part in parts {
            if !part.bytes().all(|letter| letter.is_ascii_digit()) {
                pieces.push(Piece::Letters(part));
                continue;
            }
            let is_free =
                stands_alone && part.len() <= 4 && !part.starts_with('0') && !looks_like_year(&part);
            let width = if is_free { Width::Free } else { Width::Fixed };
            pieces.push(Piece::Digits { text: part, width });
        }
    }
    pieces
}

fn kind_of(letter: char) -> u8 {
    u8::from(letter.is_ascii_digit())
}

/// The longest stretches of the same kind.
fn runs(text: &str, kind: impl Fn(char) -> u8) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut last = None;
    for letter in text.chars() {
        let now = Some(kind(letter));
        match runs.last_mut().filter(|_| now == last) {
            Some(run) => run.push(letter),
            None => runs.push(letter.to_string()),
        }
        last = now;
    }
    runs
}

/// Whether a word is hexadecimal as programs write it.
fn is_hash(word: &str) -> bool {
    word.len() >= 4
        && is_hexadecimal(word)
        && word.bytes().any(|letter| letter.is_ascii_digit())
        && word.bytes().any(|letter| letter.is_ascii_lowercase())
}

fn is_hexadecimal(word: &str) -> bool {
    word.bytes().all(|letter| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter))
}

/// The inside of a character class for a code: digits, the letters of its alphabet in its case, and what else it holds.
fn class_of(word: &str, writing: Writing) -> String {
    if writing == Writing::Hash && is_hexadecimal(word) {
        return "0-9a-f".to_owned();
    }
    let mut class = String::new();
    if word.chars().any(|letter| letter.is_ascii_digit()) {
        class.push_str("0-9");
    }
    let ranges = [
        ('A', 'Z', "A-Z"),
        ('a', 'z', "a-z"),
        ('Α', 'Ω', "Α-Ω"),
        ('α', 'ω', "α-ω"),
        ('А', 'Я', "А-Я"),
        ('а', 'я', "а-я"),
    ];
    for (first, last, range) in ranges {
        if word.chars().any(|letter| (first..=last).contains(&letter)) {
            class.push_str(range);
        }
    }
    for letter in word.chars() {
        let is_covered = letter.is_ascii_digit()
            || ranges.iter().any(|(first, last, _)| (*first..=*last).contains(&letter));
        if !is_covered && !class.contains(letter) {
            class.push_str(&escape(&letter.to_string()));
        }
    }
    class
}

fn alphabet_of(letter: char) -> Option<Alphabet> {
    match letter {
        'A'..='Z' | 'a'..='z' => Some(Alphabet::Latin),
        '\u{370}'..='\u{3ff}' => Some(Alphabet::Greek),
        '\u{400}'..='\u{4ff}' => Some(Alphabet::Cyrillic),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, pattern: &str, letters: Option<&str>) {
        let example = ExampleId::read(text).unwrap();
        assert_eq!(example.pattern(), pattern, "{text}");
        assert_eq!(example.letters_of_type(), letters, "{text}");
        let anchored = regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
        assert!(anchored.is_match(text.trim()), "{text}");
    }

    #[test]
    fn the_pattern_of_an_example_names_its_parts() {
        check("14PAY000123456", "(?<part>[0-9]{2})(?<type>PAY)(?<number>[0-9]{9})", Some("PAY"));
        check("VE-2024-000123", r"(?<type>VE)\-(?<year>[0-9]{4})\-(?<number>[0-9]{6})", Some("VE"));
        check("D/77/2024", "(?<type>D)/(?<number>[0-9]{1,6})/(?<year>[0-9]{4})", Some("D"));
        check("ΒΛ9Ω46907Τ-0ΝΚ", r"(?<code>[0-9Α-Ω]{10})\-(?<code2>[0-9Α-Ω]{3})", None);
        check("2024", "(?<number>[0-9]{4})", None);
        check("АБ 12.345", r"(?<type>АБ) (?<part>[0-9]{1,6})\.(?<number>[0-9]{1,6})", Some("АБ"));
        check("ABC", "(?<code>[A-Z]{3})", None);
        check("Ж1Ж1Ж", "(?<code>[0-9А-Я]{5})", None);
        check("A-007/12", r"(?<type>A)\-(?<part>[0-9]{3})/(?<number>[0-9]{1,6})", Some("A"));
        check(
            "550e8400-e29b-41d4-a716-446655440000",
            r"(?<code>[0-9a-f]{8})\-(?<code2>[0-9a-f]{4})\-(?<code3>[0-9a-f]{4})\-(?<code4>[0-9a-f]{4})\-(?<code5>[0-9a-f]{12})",
            None,
        );
    }

    #[test]
    fn the_alphabet_is_that_of_the_letters() {
        for (text, alphabet) in [
            ("14PAY1", Alphabet::Latin),
            ("4ΑΘ-1", Alphabet::Greek),
            ("АБ-1", Alphabet::Cyrillic),
            ("1", Alphabet::Latin),
        ] {
            assert_eq!(ExampleId::read(text).unwrap().alphabet(), alphabet, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_refused() {
        for text in ["", "  ", "-/-", "a\nb", "0a\u{202e}", "A\u{ad}1", &"1".repeat(101)] {
            assert!(ExampleId::read(text).is_err(), "{text:?}");
        }
    }
}
