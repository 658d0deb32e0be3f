//! What each rule of a profile finds in a capture, for people who write the rules: nothing ends at the first thing missing.

use super::field::{self, Reading};
use super::page::{Area, Page};
use super::reader::Reader;
use super::rules::Rules;
use super::sentence::shorten;
use super::{ExtractError, reference};
use crate::domain::{Capture, DocumentId, Reference, Value};
use crate::profile::{FieldRule, Profile};

/// What every rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// The ID that the page shows as its own, or why there is none.
    pub own_id: Result<DocumentId, ExtractError>,
    /// Every field of the kind, in the order of the profile.
    pub fields: Vec<SurveyedField>,
    /// Every group of the kind, in the order of the profile.
    pub groups: Vec<SurveyedGroup>,
    /// The references, with their evidence.
    pub references: Vec<Reference>,
}

/// What the rule of a field found.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyedField {
    /// The field's name.
    pub name: String,
    /// Whether a page without it is a changed layout.
    pub required: bool,
    /// Where it is looked for, as written in the profile.
    pub tried: String,
    /// What is there.
    pub found: FoundField,
}

/// What is where a field should be.
#[derive(Clone, Debug, PartialEq)]
pub enum FoundField {
    /// A value.
    Value {
        /// The value.
        value: Value,
        /// The place that has it.
        place: String,
        /// Which of the rule's places that is, and of how many; the first is 1.
        choice: (usize, usize),
    },
    /// Nothing.
    Missing,
    /// Something that is not of the rule's type.
    Unreadable {
        /// What stands there.
        text: String,
        /// Why it cannot be read.
        reason: String,
    },
}

/// What the rule of a group found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyedGroup {
    /// The group's name.
    pub name: String,
    /// Whether a page without a row is a changed layout.
    pub required: bool,
    /// Where its rows are looked for.
    pub tried: String,
    /// How many rows there are.
    pub rows: usize,
    /// Each field of a row, with the number of rows that have it.
    pub fields: Vec<(String, usize)>,
}

/// Holds every rule of the capture's kind against the capture.
#[must_use]
pub fn survey(profile: &Profile, capture: &Capture) -> Survey {
    let rules = Rules::of(profile);
    let pages: Vec<_> = capture.parts.iter().map(|part| Page::parse(part, &rules.labels)).collect();
    let kind = capture.id.kind();
    let own_id = Reader::new(profile, &rules, &pages, capture).own_id();
    let areas = |part: Option<&str>| Area::of_part(&pages, part);
    let found = |rule: &FieldRule, areas: &[Area<'_>]| find(rule, areas, &rules, profile);
    let fields = profile.fields.iter().filter(|rule| rule.kinds.allows(kind)).map(|rule| SurveyedField {
        name: rule.name.clone(),
        required: rule.required,
        tried: field::names(&rule.places),
        found: found(rule, &areas(rule.part.as_deref())),
    });
    let groups = profile.groups.iter().filter(|group| group.kinds.allows(kind)).map(|group| {
        let areas = areas(group.part.as_deref());
        let rows: Vec<Area<'_>> = areas.iter().flat_map(|area| area.rows(&group.rows, &rules)).collect();
        let in_rows = |rule: &FieldRule| {
            rows.iter().filter(|row| matches!(found(rule, &[**row]), FoundField::Value { .. })).count()
        };
        let of_kind = group.fields.iter().filter(|rule| rule.kinds.allows(kind));
        SurveyedGroup {
            name: group.name.clone(),
            required: group.required,
            tried: field::names(&group.rows),
            rows: rows.len(),
            fields: of_kind.map(|rule| (rule.name.clone(), in_rows(rule))).collect(),
        }
    });
    let (fields, groups) = (fields.collect(), groups.collect());
    let asked = own_id.as_ref().unwrap_or(&capture.id);
    let (references, _) = reference::find(profile, &rules, &pages, kind, asked);
    Survey { own_id, fields, groups, references }
}

/// What the first place of a rule that holds anything has.
fn find(rule: &FieldRule, areas: &[Area<'_>], rules: &Rules<'_>, profile: &Profile) -> FoundField {
    let mut last = FoundField::Missing;
    for (index, place) in rule.places.iter().enumerate() {
        let alone = FieldRule { places: vec![place.clone()], ..rule.clone() };
        match field::read(&alone, areas, rules, &profile.schemes) {
            Reading::Missing => {}
            Reading::Unreadable { text, reason } => {
                return FoundField::Unreadable { text: shorten(&text), reason };
            }
            Reading::Value(value, _) => {
                let is_absent = matches!(value, Value::Present(false));
                let place = field::names(&alone.places);
                last = FoundField::Value { value, place, choice: (index + 1, rule.places.len()) };
                // Another place may still show the mark.
                if !is_absent {
                    return last;
                }
            }
        }
    }
    last
}
