//! Which characters people take for one another: letters of three alphabets, dashes, blanks, invisible ones.

use super::Alphabet;

/// Capitals that look the same, one column a letter; `·` where an alphabet has none.
const LATIN: &str = "ABCEHIJKMNOPSTXYZ···";
const GREEK: &str = "ΑΒ·ΕΗΙ·ΚΜΝΟΡ·ΤΧΥΖΓΠΦ";
const CYRILLIC: &str = "АВСЕНІЈКМ·ОРЅТХУ·ГПФ";

/// The hyphen, and what word processors and PDFs make of it: of three bytes each, as the `regex` crate skips to those.
const DASHES: &str = "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{fe58}\u{fe63}\u{ff0d}";

/// Greek capitals with and without their accents.
const ACCENTED: &str = "ΆΈΉΊΌΎΏΪΫ";
const PLAIN: &str = "ΑΕΗΙΟΥΩΙΥ";

/// The dash that canonical IDs are written with.
pub(super) const HYPHEN: char = '-';

/// Ranges of invisible characters, as a class of the `regex` crate.
pub(super) const INVISIBLE: &str =
    r"[\x{AD}\x{34F}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}]";

/// Whether a character is seen by nobody.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

/// Whether a character belongs to a word or a number. The alphabets of IDs are seen at once, any other is looked up.
pub(super) fn is_in_word(letter: char) -> bool {
    match letter {
        '0'..='9'
        | 'A'..='Z'
        | 'a'..='z'
        | '\u{388}'..='\u{3a1}'
        | '\u{3a3}'..='\u{3ce}'
        | '\u{400}'..='\u{481}' => true,
        _ if letter.is_ascii() => false,
        _ => letter.is_alphanumeric() || is_invisible(letter),
    }
}

/// Every dash but the hyphen itself.
pub(super) fn other_dashes() -> impl Iterator<Item = char> {
    DASHES.chars().filter(|dash| *dash != HYPHEN)
}

/// Every letter that people could write in place of another one.
pub(super) fn universe() -> impl Iterator<Item = char> {
    ('A'..='Z').chain('a'..='z').chain('\u{386}'..='\u{3ce}').chain('\u{400}'..='\u{45f}')
}

/// The letter in the other case, where that is one letter.
pub(super) fn other_case(letter: char) -> Option<char> {
    only(letter.to_uppercase()).filter(|upper| *upper != letter).or_else(|| lower_case(letter))
}

/// The letter of an alphabet that looks like this one, in the same case.
pub(super) fn look_alike(letter: char, alphabet: Alphabet) -> Option<char> {
    let upper = only(letter.to_uppercase())?;
    let twin = columns()
        .find(|(latin, greek, cyrillic)| [*latin, *greek, *cyrillic].contains(&upper))
        .map(|(latin, greek, cyrillic)| match alphabet {
            Alphabet::Latin => latin,
            Alphabet::Greek => greek,
            Alphabet::Cyrillic => cyrillic,
        })
        .filter(|twin| *twin != '·')?;
    if upper == letter { Some(twin) } else { lower_case(twin) }
}

/// A text as it looks to the eye: blanks, accents and invisible characters gone, one case, one letter for all that look
/// alike.
pub(super) fn outline(text: &str) -> String {
    text.chars()
        .flat_map(char::to_uppercase)
        .filter(|letter| !letter.is_whitespace() && !is_invisible(*letter) && !is_combining(*letter))
        .map(|letter| match ACCENTED.chars().zip(PLAIN.chars()).find(|(accented, _)| *accented == letter) {
            Some((_, plain)) => plain,
            None if DASHES.contains(letter) => HYPHEN,
            None => letter,
        })
        .map(|letter| {
            [Alphabet::Latin, Alphabet::Greek]
                .into_iter()
                .find_map(|alphabet| look_alike(letter, alphabet))
                .unwrap_or(letter)
        })
        .collect()
}

fn is_combining(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

fn columns() -> impl Iterator<Item = (char, char, char)> {
    LATIN
        .chars()
        .zip(GREEK.chars())
        .zip(CYRILLIC.chars())
        .map(|((latin, greek), cyrillic)| (latin, greek, cyrillic))
}

fn lower_case(letter: char) -> Option<char> {
    only(letter.to_lowercase()).filter(|lower| *lower != letter)
}

fn only(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_hold_look_alikes_of_their_own_alphabet() {
        assert_eq!((LATIN.chars().count(), GREEK.chars().count()), (CYRILLIC.chars().count(), 20));
        for (latin, greek, cyrillic) in columns() {
            assert!(latin == '·' || latin.is_ascii_uppercase(), "{latin} is not Latin");
            assert!(greek == '·' || ('Α'..='Ω').contains(&greek), "{greek} is not Greek");
            assert!(
                cyrillic == '·' || ('\u{400}'..='\u{42f}').contains(&cyrillic),
                "{cyrillic} is not Cyrillic"
            );
        }
    }

    #[test]
    fn a_look_alike_keeps_its_case() {
        assert_eq!(look_alike('Ρ', Alphabet::Latin), Some('P'));
        assert_eq!(look_alike('ρ', Alphabet::Latin), Some('p'));
        assert_eq!(look_alike('p', Alphabet::Cyrillic), Some('р'));
        assert_eq!(look_alike('W', Alphabet::Greek), None);
        assert_eq!(look_alike('Σ', Alphabet::Latin), None);
    }

    #[test]
    fn the_outline_is_what_the_eye_sees() {
        assert_eq!(outline("Δ/Α"), outline(" δ/a\u{200b}"));
        assert_eq!(outline("ΧΩΡΙΣ ΑΔΑ"), outline("Χωρίς αδα"));
        assert_eq!(outline("–"), "-");
    }
}
