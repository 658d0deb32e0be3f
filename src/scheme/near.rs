//! Makes of a pattern one that also finds what people write instead, so that running text is never folded as a whole.
//!
//! Each letter becomes the class of letters that fold to it, each repeated character may stand any number of times,
//! invisible characters may stand anywhere, white space where two parts meet, and once inside a part that mixes letters
//! and digits: what that gap means is for `reading` to say. What the near pattern finds is a candidate; only the strict
//! pattern makes it an ID.

use std::ops::Range;

use regex::Regex;
use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

use super::fold::{Blanks, Fold};
use super::letters::INVISIBLE;
use super::pattern::{Part, Stuff, is_part, single, split_literal, unicode};

/// How many white-space characters may stand in one place.
pub(super) const BLANKS_MAX: usize = 4;

/// The near patterns of one scheme.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// Finds candidates. It knows no gaps in the first and the last part: with them every word would be one with the next.
    search: Regex,
    /// Takes a candidate apart.
    whole: Regex,
    /// What the groups of `whole` are.
    groups: Vec<Group>,
}

/// A candidate, taken apart.
#[derive(Debug)]
pub(super) struct Anatomy<'a> {
    /// The named parts and where they stand.
    pub(super) parts: Vec<(&'a Part, Range<usize>)>,
    /// The white space inside parts.
    pub(super) gaps: Vec<Range<usize>>,
}

#[derive(Clone, Debug)]
enum Group {
    Part(Part),
    Gap,
}

impl Near {
    /// Makes the near patterns.
    pub(super) fn new(pattern: &Hir, fold: &Fold) -> Result<Self, regex::Error> {
        let mut within = Writer { fold, gaps: Gaps::Within, place: Place::Edge, groups: Vec::new() };
        let search = Regex::new(&within.parts(pattern))?;
        let mut everywhere = Writer { fold, gaps: Gaps::Everywhere, place: Place::Edge, groups: Vec::new() };
        let whole = Regex::new(&format!(r"\A(?:{})\z", everywhere.parts(pattern)))?;
        Ok(Self { search, whole, groups: everywhere.groups })
    }

    /// The first candidate at or after `from`.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        self.search.find_at(text, from).map(|found| found.range())
    }

    /// Whether a text is a candidate and nothing else.
    pub(super) fn is_whole(&self, text: &str) -> bool {
        self.whole.is_match(text)
    }

    /// Takes a candidate apart; nothing is found in what is none.
    pub(super) fn anatomy(&self, candidate: &str) -> Anatomy<'_> {
        let mut anatomy = Anatomy { parts: Vec::new(), gaps: Vec::new() };
        let Some(found) = self.whole.captures(candidate) else { return anatomy };
        for (group, captured) in self.groups.iter().zip(found.iter().skip(1)) {
            match (group, captured) {
                (Group::Part(part), Some(captured)) => anatomy.parts.push((part, captured.range())),
                (Group::Gap, Some(captured)) => anatomy.gaps.push(captured.range()),
                (_, None) => {}
            }
        }
        anatomy.gaps.sort_by_key(|gap| gap.start);
        anatomy
    }
}

/// Writes a near pattern.
struct Writer<'a> {
    fold: &'a Fold,
    gaps: Gaps,
    place: Place,
    /// The groups written so far, in the order of their opening parentheses.
    groups: Vec<Group>,
}

/// In which parts a gap may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gaps {
    Everywhere,
    Within,
}

/// Where the part that is being written stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Edge,
    Within,
}

impl Writer<'_> {
    /// The top of a pattern: blanks may stand where its parts meet.
    fn parts(&mut self, hir: &Hir) -> String {
        match hir.kind() {
            HirKind::Concat(parts) => {
                let parts: Vec<Hir> = parts.iter().flat_map(split_literal).collect();
                let mut text = String::new();
                let mut before: Option<&Hir> = None;
                for (index, part) in parts.iter().enumerate() {
                    let edge = index == 0 || index.saturating_add(1) == parts.len();
                    self.place = if edge { Place::Edge } else { Place::Within };
                    if before.is_some_and(|before| is_part(before) || is_part(part)) {
                        text += &self.joint();
                    }
                    text += &self.node(part);
                    before = Some(part);
                }
                text
            }
            HirKind::Alternation(branches) => self.alternatives(branches, Self::parts),
            _ => self.node(hir),
        }
    }

    fn node(&mut self, hir: &Hir) -> String {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => String::new(),
            HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0)
                .chars()
                .map(|letter| self.class(&ClassUnicode::new([ClassUnicodeRange::new(letter, letter)])))
                .collect(),
            HirKind::Class(class) => self.class(&unicode(class)),
            HirKind::Repetition(repetition) => self.repetition(repetition),
            HirKind::Capture(Capture { name: Some(name), sub, .. }) => {
                self.groups.push(Group::Part(Part::new(name, sub)));
                format!("({})", self.node(sub))
            }
            HirKind::Capture(Capture { name: None, sub, .. }) => format!("(?:{})", self.node(sub)),
            HirKind::Concat(parts) => parts.iter().map(|part| self.node(part)).collect(),
            HirKind::Alternation(branches) => self.alternatives(branches, Self::node),
        }
    }

    fn repetition(&mut self, repetition: &Repetition) -> String {
        let (min, max) = (repetition.min, repetition.max);
        if let (Some(class), None | Some(2..)) = (single(&repetition.sub), max) {
            return self.run(&class, min);
        }
        let max = max.map_or_else(String::new, |max| max.to_string());
        format!("(?:{}){{{min},{max}}}", self.node(&repetition.sub))
    }

    /// Any number of characters of a class, so that a wrong number is seen and refused.
    fn run(&mut self, class: &ClassUnicode, min: u32) -> String {
        let one = self.class(class);
        let times = if min == 0 { '*' } else { '+' };
        let whole = self.gaps == Gaps::Within && self.place == Place::Edge;
        if whole || Stuff::of(class) != Stuff::Mixed || self.fold.blanks() == Blanks::Kept {
            return format!("(?:{one}){times}");
        }
        self.groups.push(Group::Gap);
        format!(r"(?:{one}){times}(?:(\s{{1,{BLANKS_MAX}}}{INVISIBLE}*)(?:{one})+)?")
    }

    fn class(&self, class: &ClassUnicode) -> String {
        let wide = Hir::class(Class::Unicode(self.fold.widened(class)));
        format!("{wide}{INVISIBLE}*")
    }

    fn joint(&self) -> String {
        match self.fold.blanks() {
            Blanks::Dropped => format!(r"(?:\s{INVISIBLE}*){{0,{BLANKS_MAX}}}"),
            Blanks::Kept => String::new(),
        }
    }

    fn alternatives(&mut self, branches: &[Hir], write: impl Fn(&mut Self, &Hir) -> String) -> String {
        let branches: Vec<String> = branches.iter().map(|branch| write(self, branch)).collect();
        format!("(?:{})", branches.join("|"))
    }
}
