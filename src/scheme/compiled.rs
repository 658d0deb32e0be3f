//! One scheme, ready to read texts: the strict pattern that alone makes a text an ID, and what goes with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::{Match, Regex};

use super::fold::{Fold, Folded};
use super::kind::KindRule;
use super::near::Near;
use super::plausible::{self, Written};
use super::{CounterRule, Doubt, Parsed, YearRule};
use crate::domain::DocumentId;

/// A scheme that was checked.
#[derive(Clone, Debug)]
pub(super) struct Scheme {
    pub(super) name: Arc<str>,
    pub(super) near: Near,
    pub(super) fold: Fold,
    pub(super) first: End,
    pub(super) last: End,
    pub(super) asterisk: Asterisk,
    /// What stands for "none", as it looks to the eye.
    pub(super) placeholders: Vec<String>,
    pub(super) strict: Regex,
    pub(super) must: Vec<Regex>,
    pub(super) kind: KindRule,
    pub(super) year: Option<YearRule>,
    pub(super) counter: Option<CounterRule>,
}

/// What the characters at one end of an ID can be: more of the same beside it belong to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) digits: bool,
    pub(super) letters: bool,
}

/// What an asterisk means to a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asterisk {
    /// "This document": dropped at the end.
    Mark,
    /// A character like any other.
    Letter,
}

impl Scheme {
    /// Reads a candidate strictly.
    pub(super) fn read(&self, candidate: &str) -> Option<Folded> {
        let folded = self.fold.apply(candidate);
        let is_id =
            self.strict.is_match(&folded.text) && self.must.iter().all(|must| must.is_match(&folded.text));
        is_id.then_some(folded)
    }

    /// Whether a text is an ID as it stands.
    pub(super) fn is_canonical(&self, text: &str) -> bool {
        // Most words begin with a letter that no canonical ID holds: cheaper to see than to match.
        text.chars().next().is_some_and(|first| self.fold.keeps(first)) && self.strict.is_match(text)
    }

    /// What is wrong with a candidate that cannot be read, part by part.
    pub(super) fn fault(&self, candidate: &str) -> String {
        let anatomy = self.near.anatomy(candidate);
        let of_a_part = anatomy
            .parts
            .into_iter()
            .find_map(|(part, range)| part.length_fault(&self.fold.apply(candidate.get(range)?).text));
        let canonical = self.fold.apply(candidate).text;
        let missing = self.must.iter().find(|must| !must.is_match(&canonical));
        of_a_part.unwrap_or_else(|| match missing {
            Some(must) if self.strict.is_match(&canonical) => {
                format!("nothing in `{canonical}` matches `{must}`")
            }
            _ => format!("`{canonical}` does not match the pattern"),
        })
    }

    /// The ID that a canonical text is.
    pub(super) fn parsed(&self, folded: Folded) -> Parsed {
        let groups = self.strict.captures(&folded.text);
        let group = |name: &str| groups.as_ref().and_then(|groups| groups.name(name));
        let kind = self.kind.name(|name| group(name).map_or("", |found| found.as_str()));
        let doubt = self.doubt(&folded.text, group);
        let id = DocumentId::from_canonical(folded.text, Arc::clone(&self.name), kind);
        Parsed { id, repairs: folded.repairs.into_iter().collect(), doubt }
    }

    /// The named groups of a canonical text.
    pub(super) fn groups(&self, canonical: &str) -> BTreeMap<String, String> {
        let Some(captures) = self.strict.captures(canonical) else { return BTreeMap::new() };
        self.strict
            .capture_names()
            .flatten()
            .filter_map(|name| Some((name.to_owned(), captures.name(name)?.as_str().to_owned())))
            .collect()
    }

    fn doubt<'a>(&self, canonical: &'a str, group: impl Fn(&str) -> Option<Match<'a>>) -> Option<Doubt> {
        let rule = self.year.as_ref()?;
        let year = group(&rule.group)?;
        let number = self.counter.as_ref().and_then(|counter| group(&counter.group));
        let written = Written { year: year.as_str(), number: number.map(|number| number.as_str()) };
        let doubt = plausible::doubt(written, rule, self.counter.as_ref())?;
        let suggestion = doubt.year.as_ref().and_then(|meant| {
            let (before, after) = (canonical.get(..year.start())?, canonical.get(year.end()..)?);
            let suggestion = format!("{before}{meant}{after}");
            self.strict.is_match(&suggestion).then_some(suggestion)
        });
        Some(doubt.with_suggestion(suggestion))
    }
}
