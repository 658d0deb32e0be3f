//! ID schemes: what a portal's IDs look like, how people misspell them, and what each spelling means.
//!
//! A scheme is data that a profile fills. [`Schemes::parse`] takes a text that should be one ID, [`Schemes::scan`] finds
//! every ID in running text. Both repair what people do to IDs and refuse, with the reason, what cannot be repaired
//! without guessing.
//!
//! A [`SchemeRule`] is made a scheme by `build`. Its strict pattern alone decides what an ID is; a `near` pattern, made from it,
//! finds candidates in the text as it stands, and only those are folded, read and held against the strict one.

mod build;
mod compiled;
mod fold;
mod found;
mod kind;
mod letters;
mod near;
mod parse;
mod pattern;
mod plausible;
#[cfg(test)]
mod properties;
mod reach;
mod reading;
mod rule;
mod scan;
mod search;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::DocumentId;

use compiled::Scheme;

pub use found::{Doubt, Mention, Parsed, Refusal, Repair};
pub(crate) use letters::is_invisible;
pub use rule::{Alphabet, CounterRule, SchemeFault, SchemeRule, YearRule};

/// The schemes of one profile.
#[derive(Clone, Debug, Default)]
pub struct Schemes {
    schemes: Arc<[Scheme]>,
}

impl Schemes {
    /// Checks rules and makes schemes of them.
    ///
    /// # Errors
    /// Everything that is wrong with any of them, at once.
    pub fn new(rules: Vec<SchemeRule>) -> Result<Self, Vec<SchemeFault>> {
        let mut names = BTreeSet::new();
        let mut schemes = Vec::new();
        let mut faults = Vec::new();
        for rule in rules {
            if !names.insert(rule.name.clone()) {
                faults.push(SchemeFault {
                    scheme: rule.name.clone(),
                    key: "name",
                    index: None,
                    message: format!("two schemes are called `{}`", rule.name),
                    hint: "give one of them another name".to_owned(),
                });
            }
            match build::build(rule) {
                Ok(scheme) => schemes.push(scheme),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(Self { schemes: schemes.into() }) } else { Err(faults) }
    }

    /// Reads a text that should be one ID and nothing else. `schemes` limits which ones are tried; every one where empty.
    ///
    /// # Errors
    /// Where it is no ID, with the reason.
    pub fn parse(&self, text: &str, schemes: &[String]) -> Result<Parsed, Refusal> {
        parse::parse(&self.chosen(schemes), text)
    }

    /// Finds every ID, and everything that resembles one, in the order of the text.
    #[must_use]
    pub fn scan(&self, text: &str, schemes: &[String]) -> Vec<Mention> {
        scan::scan(&self.chosen(schemes), text)
    }

    /// The named groups of the pattern that matches an ID.
    #[must_use]
    pub fn groups(&self, id: &DocumentId) -> BTreeMap<String, String> {
        self.schemes
            .iter()
            .find(|scheme| *scheme.name == *id.scheme())
            .map(|scheme| scheme.groups(id.as_str()))
            .unwrap_or_default()
    }

    fn chosen(&self, names: &[String]) -> Vec<&Scheme> {
        self.schemes
            .iter()
            .filter(|scheme| names.is_empty() || names.iter().any(|name| **name == *scheme.name))
            .collect()
    }
}
