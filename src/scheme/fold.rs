//! Brings a candidate into canonical letters and notes what was repaired. Characters the pattern can hold stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::letters::{HYPHEN, is_invisible, look_alike, other_case, other_dashes, universe};
use super::{Alphabet, Repair};

/// How one scheme's letters are folded.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    /// The characters that are folded: none of them can stand in a canonical ID.
    folded: BTreeMap<char, Replacement>,
    /// The same for the first characters of Unicode, the three alphabets among them, by their number: most characters
    /// are looked up here, and at once.
    early: Vec<Option<Replacement>>,
    blanks: Blanks,
}

/// What a character becomes, and what is repaired by that.
type Replacement = (char, &'static [Repair]);

/// How many characters stand in the early table.
const EARLY: u32 = 0x460;

/// What white space means to a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blanks {
    /// Nothing: it is dropped.
    Dropped,
    /// Canonical IDs hold some, so that none is dropped.
    Kept,
}

/// A candidate in canonical letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    /// The letters.
    pub(super) text: String,
    /// What was repaired.
    pub(super) repairs: BTreeSet<Repair>,
}

impl Fold {
    /// The folding for a pattern that holds these characters.
    pub(super) fn new(held: &ClassUnicode, letters: Alphabet, pairs: &BTreeMap<char, char>) -> Self {
        let in_pattern = |letter: char| holds(held, letter);
        let paired = pairs.keys().flat_map(|letter| [Some(*letter), other_case(*letter)]).flatten();
        let mut folded: BTreeMap<char, Replacement> = universe()
            .chain(paired)
            .filter(|letter| !in_pattern(*letter))
            .filter_map(|letter| {
                replacements(letter, letters, pairs)
                    .into_iter()
                    .find_map(|(meant, repairs)| {
                        Some((meant?, repairs)).filter(|(meant, _)| in_pattern(*meant))
                    })
                    .map(|replacement| (letter, replacement))
            })
            .collect();
        if in_pattern(HYPHEN) {
            for dash in other_dashes().filter(|dash| !in_pattern(*dash)) {
                folded.insert(dash, (HYPHEN, &[Repair::Dash]));
            }
        }
        let blank_in_pattern =
            held.ranges().iter().any(|range| (range.start()..=range.end()).any(char::is_whitespace));
        let early = (0..EARLY).map(|number| folded.get(&char::from_u32(number)?).copied()).collect();
        Self { folded, early, blanks: if blank_in_pattern { Blanks::Kept } else { Blanks::Dropped } }
    }

    /// What white space means to the scheme.
    pub(super) fn blanks(&self) -> Blanks {
        self.blanks
    }

    /// The class together with every character that is folded into it.
    pub(super) fn widened(&self, class: &ClassUnicode) -> ClassUnicode {
        let mut wide = class.clone();
        for (letter, (meant, _)) in &self.folded {
            if holds(class, *meant) {
                wide.push(ClassUnicodeRange::new(*letter, *letter));
            }
        }
        wide
    }

    /// Whether a character stays as it is.
    pub(super) fn keeps(&self, letter: char) -> bool {
        self.replacement(letter).is_none()
    }

    /// The candidate in canonical letters.
    pub(super) fn apply(&self, candidate: &str) -> Folded {
        let mut canonical = Folded { text: String::with_capacity(candidate.len()), ..Folded::default() };
        for letter in candidate.chars() {
            if let Some((meant, repairs)) = self.replacement(letter) {
                canonical.text.push(meant);
                canonical.repairs.extend(repairs);
            } else if is_invisible(letter) {
                canonical.repairs.insert(Repair::ZeroWidth);
            } else if letter.is_whitespace() && self.blanks == Blanks::Dropped {
                canonical.repairs.insert(Repair::Blank);
            } else {
                canonical.text.push(letter);
            }
        }
        canonical
    }

    fn replacement(&self, letter: char) -> Option<Replacement> {
        match usize::try_from(u32::from(letter)).ok().and_then(|number| self.early.get(number)) {
            Some(early) => *early,
            None => self.folded.get(&letter).copied(),
        }
    }
}

/// Whether a class holds a character.
pub(super) fn holds(class: &ClassUnicode, letter: char) -> bool {
    class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&letter))
}

/// What a letter may have been meant to be, the likeliest first.
fn replacements(
    letter: char,
    letters: Alphabet,
    pairs: &BTreeMap<char, char>,
) -> [(Option<char>, &'static [Repair]); 5] {
    let swapped = other_case(letter);
    let twin = look_alike(letter, letters);
    [
        (pairs.get(&letter).copied(), &[Repair::LookAlike]),
        (swapped, &[Repair::Case]),
        (twin, &[Repair::LookAlike]),
        (twin.and_then(other_case), &[Repair::LookAlike, Repair::Case]),
        (swapped.and_then(|letter| pairs.get(&letter).copied()), &[Repair::LookAlike, Repair::Case]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(ranges: &[(char, char)]) -> ClassUnicode {
        ClassUnicode::new(ranges.iter().map(|(first, last)| ClassUnicodeRange::new(*first, *last)))
    }

    fn check(held: &[(char, char)], letters: Alphabet, written: &str, text: &str, repairs: &[Repair]) {
        let folded = Fold::new(&class(held), letters, &BTreeMap::from([('Ω', 'W')])).apply(written);
        assert_eq!(folded.text, text, "{written}");
        assert_eq!(folded.repairs, repairs.iter().copied().collect(), "{written}");
    }

    #[test]
    fn letters_are_folded_to_the_alphabet_of_the_scheme() {
        let latin = [('0', '9'), ('A', 'Z')];
        check(&latin, Alphabet::Latin, "PAY1", "PAY1", &[]);
        check(&latin, Alphabet::Latin, "ΡАY1", "PAY1", &[Repair::LookAlike]);
        check(&latin, Alphabet::Latin, "ραy", "PAY", &[Repair::LookAlike, Repair::Case]);
        check(&latin, Alphabet::Latin, "aΩRD", "AWRD", &[Repair::LookAlike, Repair::Case]);
        check(&latin, Alphabet::Latin, "ωΣ", "WΣ", &[Repair::LookAlike, Repair::Case]);
        check(
            &[('Α', 'Ω'), ('-', '-')],
            Alphabet::Greek,
            "ABς–Δ",
            "ΑΒΣ-Δ",
            &[Repair::LookAlike, Repair::Case, Repair::Dash],
        );
        check(&[('А', 'Я')], Alphabet::Cyrillic, "PΓс", "РГС", &[Repair::LookAlike, Repair::Case]);
        check(&[('a', 'z')], Alphabet::Latin, "Pο", "po", &[Repair::LookAlike, Repair::Case]);
    }

    #[test]
    fn what_the_pattern_can_hold_stays() {
        check(&[('A', 'z')], Alphabet::Latin, "aA", "aA", &[]);
        check(&[('A', 'Z'), (' ', ' ')], Alphabet::Latin, "A b", "A B", &[Repair::Case]);
        check(&[('A', 'Z'), ('Α', 'Α')], Alphabet::Latin, "ΑA", "ΑA", &[]);
        check(&[('0', '9')], Alphabet::Latin, "0O–", "0O–", &[]);
    }

    #[test]
    fn blanks_and_invisible_characters_are_dropped() {
        check(
            &[('A', 'Z')],
            Alphabet::Latin,
            "A\u{a0}B\u{feff}\nC",
            "ABC",
            &[Repair::Blank, Repair::ZeroWidth],
        );
    }
}
