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
use super::letters::{HYPHEN, INVISIBLE};
use super::pattern::{Part, Stuff, is_part, single, split_literal, unicode};
use super::search::{Candidates, Search};

/// How many white-space characters may stand in one place.
pub(super) const BLANKS_MAX: usize = 4;

/// The near patterns of one scheme.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// Find candidates. They know no gaps in the first and the last part: with them every word would be one with the
    /// next. There is one for the hyphen, to which the `regex` crate skips, and one for all other dashes.
    searches: Vec<Search>,
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
        let mut everywhere = Writer::new(fold, Gaps::Everywhere, Dash::Any);
        let whole = Regex::new(&format!(r"\A(?:{})\z", everywhere.parts(pattern)))?;
        let search = |dash: Dash, rare: Option<Regex>| {
            let near = Regex::new(&Writer::new(fold, Gaps::Within, dash).parts(pattern))?;
            Ok(Search { near, rare })
        };
        let searches = if has_dash(pattern) {
            let others = Regex::new(&Hir::class(Class::Unicode(other_dashes(fold))).to_string())?;
            vec![search(Dash::Hyphen, None)?, search(Dash::Other, Some(others))?]
        } else {
            vec![search(Dash::Any, None)?]
        };
        Ok(Self { searches, whole, groups: everywhere.groups })
    }

    /// The candidates of a text.
    pub(super) fn candidates<'a>(&'a self, text: &'a str) -> Candidates<'a> {
        Candidates::new(text, &self.searches)
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
    /// What the first dash may be; any other one may be any.
    dash: Dash,
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

/// Which dashes are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dash {
    Any,
    Hyphen,
    Other,
}

/// Where the part that is being written stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Edge,
    Within,
}

impl<'a> Writer<'a> {
    fn new(fold: &'a Fold, gaps: Gaps, dash: Dash) -> Self {
        Self { fold, gaps, dash, place: Place::Edge, groups: Vec::new() }
    }

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
                    text += &if is_dash(part) { self.first_dash() } else { self.node(part) };
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

    fn first_dash(&mut self) -> String {
        let class = match std::mem::replace(&mut self.dash, Dash::Any) {
            Dash::Any => self.fold.widened(&hyphen()),
            Dash::Hyphen => hyphen(),
            Dash::Other => other_dashes(self.fold),
        };
        format!("{}{INVISIBLE}*", Hir::class(Class::Unicode(class)))
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

/// Whether a dash is a part of a pattern by itself.
fn has_dash(pattern: &Hir) -> bool {
    match pattern.kind() {
        HirKind::Concat(parts) => parts.iter().flat_map(split_literal).any(|part| is_dash(&part)),
        _ => false,
    }
}

fn is_dash(part: &Hir) -> bool {
    matches!(part.kind(), HirKind::Literal(literal) if literal.0.as_ref() == b"-")
}

fn hyphen() -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(HYPHEN, HYPHEN)])
}

fn other_dashes(fold: &Fold) -> ClassUnicode {
    let mut others = fold.widened(&hyphen());
    others.difference(&hyphen());
    others
}
