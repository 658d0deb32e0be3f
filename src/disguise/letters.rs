//! Made-up letters in the place of real ones: of the same script, case and sort, so that a name still looks like one.

use crate::domain::Digest;

/// Letters that may stand for each other, small and without accents.
const CLASSES: &[&str] =
    &["αεηιουω", "βγδζθκλμνξπρστφχψ", "aeiou", "bcdfghjklmnpqrstvwxyz", "аеиоуыэюя", "бвгджзклмнпрстфхцчшщ"];

/// Letters with an accent, and what they are without it.
const ACCENTS: &[(char, char)] = &[
    ('ά', 'α'),
    ('έ', 'ε'),
    ('ή', 'η'),
    ('ί', 'ι'),
    ('ό', 'ο'),
    ('ύ', 'υ'),
    ('ώ', 'ω'),
    ('ϊ', 'ι'),
    ('ϋ', 'υ'),
    ('ΐ', 'ι'),
    ('ΰ', 'υ'),
    ('á', 'a'),
    ('é', 'e'),
    ('í', 'i'),
    ('ó', 'o'),
    ('ú', 'u'),
    ('ä', 'a'),
    ('ö', 'o'),
    ('ü', 'u'),
    ('ç', 'c'),
    ('ñ', 'n'),
];

/// The letter by which spellings of one name are the same: small, without accent; a final sigma is a sigma.
pub(super) fn plain(letter: char) -> char {
    let mut small = letter.to_lowercase();
    // A letter whose small form is several characters stays itself.
    let small = small.next().filter(|_| small.next().is_none()).unwrap_or(letter);
    match small {
        'ς' => 'σ',
        small => ACCENTS.iter().find(|(accented, _)| *accented == small).map_or(small, |(_, bare)| *bare),
    }
}

/// A made-up letter or digit written as the real one was: large or small, with or without accent.
pub(super) fn styled(made_up: char, like: char) -> char {
    let mut written = made_up;
    if plain(like) != like.to_lowercase().next().unwrap_or(like) && like != 'ς' {
        let accented = ACCENTS.iter().find(|(_, bare)| *bare == made_up);
        written = accented.map_or(made_up, |(accented, _)| *accented);
    }
    if like.is_uppercase() { written.to_uppercase().next().unwrap_or(written) } else { written }
}

/// Which digits may stand for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digits {
    /// Any other.
    Others,
    /// Those up to it, as a day stays one when its digits fall.
    Falling,
}

/// A text of made-up letters and digits where those of `text` stand; everything else stays. The same seed gives the
/// same text, and no seed tells the real one.
pub(super) fn made_up(text: &str, digits: Digits, seed: &str) -> Vec<char> {
    let mut throws = Throws::of(seed);
    text.chars()
        .map(|letter| {
            let real = plain(letter);
            if let Some(digit) = real.to_digit(10) {
                return falling_or_other(digit, digits, &mut throws);
            }
            match CLASSES.iter().find(|class| class.contains(real)) {
                Some(class) => {
                    throws.one_of(&class.chars().filter(|other| *other != real).collect::<Vec<_>>())
                }
                None if real.is_alphabetic() => throws.one_of(&['x', 'y', 'z']),
                None => letter,
            }
        })
        .collect()
}

fn falling_or_other(digit: u32, digits: Digits, throws: &mut Throws) -> char {
    let allowed = match digits {
        Digits::Others => (0..10).filter(|other| *other != digit).collect::<Vec<_>>(),
        Digits::Falling if digit == 0 => vec![0],
        Digits::Falling => (1..=digit).collect(),
    };
    let allowed: Vec<char> = allowed.into_iter().filter_map(|digit| char::from_digit(digit, 10)).collect();
    throws.one_of(&allowed)
}

/// Numbers that follow from a seed alone.
struct Throws {
    seed: String,
    block: u32,
    left: Vec<u8>,
}

impl Throws {
    fn of(seed: &str) -> Self {
        Self { seed: seed.to_owned(), block: 0, left: Vec::new() }
    }

    fn one_of(&mut self, letters: &[char]) -> char {
        let byte = self.left.pop().unwrap_or_else(|| {
            self.block += 1;
            self.left = Digest::of(format!("{} {}", self.block, self.seed).as_bytes()).as_bytes().to_vec();
            self.left.pop().unwrap_or_default()
        });
        letters.get(usize::from(byte) % letters.len().max(1)).copied().unwrap_or('x')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_text_has_the_look_of_the_real_one_and_nothing_of_it() {
        for real in
            ["ΔΕΙΓΜΑ ΤΕΧΝΙΚΗ & ΣΙΑ Ο.Ε.", "Παπαδόπουλος, Νίκος", "Jane O'Neill", "Ёлкин 7", "000000036"]
        {
            let made: String = made_up(real, Digits::Others, "seed")
                .into_iter()
                .zip(real.chars())
                .map(|(made, like)| styled(made, like))
                .collect();
            assert_eq!(made.chars().count(), real.chars().count(), "{made}");
            for (made, real) in made.chars().zip(real.chars()) {
                assert_eq!(made.is_alphanumeric(), real.is_alphanumeric(), "{made} for {real}");
                assert_eq!(made.is_uppercase(), real.is_uppercase(), "{made} for {real}");
                assert_eq!(made.is_ascii_digit(), real.is_ascii_digit(), "{made} for {real}");
                assert_eq!(plain(made) == plain(real), !real.is_alphanumeric(), "{made} for {real}");
            }
        }
        let twice = || made_up("ΔΕΙΓΜΑ", Digits::Others, "seed");
        assert_eq!(twice(), twice());
        assert_ne!(twice(), made_up("ΔΕΙΓΜΑ", Digits::Others, "another seed"));
    }

    #[test]
    fn spellings_of_one_name_are_the_same() {
        let plain = |text: &str| text.chars().map(plain).collect::<String>();
        assert_eq!(plain("Παπαδόπουλος"), plain("ΠΑΠΑΔΟΠΟΥΛΟΣ"));
        assert_eq!(
            [styled('ε', 'ό'), styled('ε', 'Ό'), styled('κ', 'Σ'), styled('κ', 'ς')],
            ['έ', 'Έ', 'Κ', 'κ']
        );
    }
}
