//! Reads a scheme's pattern: which characters it holds, what stands at its ends, and what its named parts are made of.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Literal};

use super::fold::holds;

/// One named part of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The name of its group.
    pub(super) name: String,
    /// How many characters it has, where it is a run of them.
    length: Option<Length>,
}

#[derive(Clone, Debug)]
struct Length {
    stuff: Stuff,
    min: u32,
    max: Option<u32>,
}

/// What a class is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stuff {
    /// Digits alone.
    Digits,
    /// Letters alone.
    Letters,
    /// Letters and digits.
    Mixed,
    /// Anything else.
    Other,
}

/// An end of a pattern.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    /// Where it begins.
    First,
    /// Where it ends.
    Last,
}

impl Part {
    /// Describes the group of this name.
    pub(super) fn new(name: &str, content: &Hir) -> Self {
        let length = match content.kind() {
            HirKind::Repetition(repetition) => single(&repetition.sub).map(|class| Length {
                stuff: Stuff::of(&class),
                min: repetition.min,
                max: repetition.max,
            }),
            _ => single(content).map(|class| Length { stuff: Stuff::of(&class), min: 1, max: Some(1) }),
        };
        Self { name: name.to_owned(), length }
    }

    /// What is wrong with the length of a text that stands for this part.
    pub(super) fn length_fault(&self, text: &str) -> Option<String> {
        let length = self.length.as_ref()?;
        let found = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        if found >= length.min && length.max.is_none_or(|max| found <= max) {
            return None;
        }
        let wanted = match length.max {
            Some(max) if max == length.min => max.to_string(),
            Some(max) => format!("{} to {max}", length.min),
            None => format!("{} or more", length.min),
        };
        let noun = match length.stuff {
            Stuff::Digits => "digit",
            Stuff::Letters => "letter",
            Stuff::Mixed | Stuff::Other => "character",
        };
        let plural = if found == 1 { "" } else { "s" };
        Some(format!("{} has {found} {noun}{plural}, not {wanted}", self.name))
    }
}

impl Stuff {
    /// What this class is made of.
    pub(super) fn of(class: &ClassUnicode) -> Self {
        let digits = class.ranges().iter().any(|range| overlaps(*range, '0', '9'));
        let others = class.ranges().iter().any(|range| range.start() < '0' || range.end() > '9');
        let letters = [('A', 'Z'), ('a', 'z'), ('\u{386}', '\u{52f}')]
            .iter()
            .any(|(first, last)| class.ranges().iter().any(|range| overlaps(*range, *first, *last)));
        match (letters, digits) {
            (true, true) => Self::Mixed,
            (true, false) => Self::Letters,
            (false, true) if !others => Self::Digits,
            (false, _) => Self::Other,
        }
    }
}

/// Whether a node is a part of its own: blanks are forgiven where it meets its neighbours.
pub(super) fn is_part(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Capture(_) => true,
        HirKind::Repetition(repetition) => is_part(&repetition.sub) && single(&repetition.sub).is_none(),
        _ => false,
    }
}

/// A literal as its runs of letters, of digits and of anything else; every other node as it is.
pub(super) fn split_literal(hir: &Hir) -> Vec<Hir> {
    let HirKind::Literal(literal) = hir.kind() else { return vec![hir.clone()] };
    let Ok(text) = std::str::from_utf8(&literal.0) else { return vec![hir.clone()] };
    let sort = |letter: char| (letter.is_alphabetic(), letter.is_ascii_digit());
    let mut runs: Vec<String> = Vec::new();
    for letter in text.chars() {
        match runs.last_mut() {
            Some(run) if run.chars().next_back().map(sort) == Some(sort(letter)) => run.push(letter),
            _ => runs.push(letter.to_string()),
        }
    }
    runs.into_iter().map(|run| Hir::literal(run.into_bytes())).collect()
}

/// The class of a node that is always one character.
pub(super) fn single(hir: &Hir) -> Option<ClassUnicode> {
    match hir.kind() {
        HirKind::Class(class) => Some(unicode(class)),
        HirKind::Literal(literal) => {
            let class = of_literal(literal);
            (String::from_utf8_lossy(&literal.0).chars().count() == 1).then_some(class)
        }
        _ => None,
    }
}

/// The characters that a pattern can hold.
pub(super) fn alphabet(hir: &Hir) -> ClassUnicode {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => ClassUnicode::empty(),
        HirKind::Literal(literal) => of_literal(literal),
        HirKind::Class(class) => unicode(class),
        HirKind::Repetition(repetition) => alphabet(&repetition.sub),
        HirKind::Capture(capture) => alphabet(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => union(parts.iter().map(alphabet)),
    }
}

/// Whether white space is one of many characters of a class: with it an ID goes on into the words behind it. White space
/// alone, as a literal or as `\s`, is a mark between two parts.
pub(super) fn has_class_with_blanks(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) => false,
        HirKind::Class(class) => {
            let class = unicode(class);
            holds(&class, ' ') && (holds_letter(&class) || holds_digit(&class))
        }
        HirKind::Repetition(repetition) => has_class_with_blanks(&repetition.sub),
        HirKind::Capture(capture) => has_class_with_blanks(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_class_with_blanks),
    }
}

/// The characters that can stand at one end of what a pattern matches.
pub(super) fn end(hir: &Hir, side: Side) -> ClassUnicode {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => ClassUnicode::empty(),
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            let letter = match side {
                Side::First => text.chars().next(),
                Side::Last => text.chars().next_back(),
            };
            ClassUnicode::new(letter.map(|letter| ClassUnicodeRange::new(letter, letter)))
        }
        HirKind::Class(class) => unicode(class),
        HirKind::Repetition(repetition) => end(&repetition.sub, side),
        HirKind::Capture(capture) => end(&capture.sub, side),
        HirKind::Alternation(branches) => union(branches.iter().map(|branch| end(branch, side))),
        HirKind::Concat(parts) => {
            let inward: Vec<&Hir> = match side {
                Side::First => parts.iter().collect(),
                Side::Last => parts.iter().rev().collect(),
            };
            let optional =
                inward.iter().take_while(|part| part.properties().minimum_len() == Some(0)).count();
            union(inward.into_iter().take(optional.saturating_add(1)).map(|part| end(part, side)))
        }
    }
}

/// A class as one of characters. A class of bytes can only be ASCII here, as patterns match text.
pub(super) fn unicode(class: &Class) -> ClassUnicode {
    match class {
        Class::Unicode(class) => class.clone(),
        Class::Bytes(class) => class.to_unicode_class().unwrap_or_else(ClassUnicode::empty),
    }
}

/// Whether a class holds a letter.
pub(super) fn holds_letter(class: &ClassUnicode) -> bool {
    matches!(Stuff::of(class), Stuff::Letters | Stuff::Mixed)
}

/// Whether a class holds a digit.
pub(super) fn holds_digit(class: &ClassUnicode) -> bool {
    ('0'..='9').any(|digit| holds(class, digit))
}

fn of_literal(literal: &Literal) -> ClassUnicode {
    ClassUnicode::new(
        String::from_utf8_lossy(&literal.0).chars().map(|letter| ClassUnicodeRange::new(letter, letter)),
    )
}

fn overlaps(range: ClassUnicodeRange, first: char, last: char) -> bool {
    range.start() <= last && range.end() >= first
}

fn union(classes: impl Iterator<Item = ClassUnicode>) -> ClassUnicode {
    classes.fold(ClassUnicode::empty(), |mut all, class| {
        all.union(&class);
        all
    })
}
