//! What each rule of a profile finds in a capture, for people who write the rules: nothing ends at the first thing missing.

use super::field::{self, Reading};
use super::meant;
use super::page::{Area, Page};
use super::reader::Reader;
use super::rules::Rules;
use super::sentence::shorten;
use super::{ExtractError, reference};
use crate::domain::{Capture, DocumentId, Reference, Value};
use crate::profile::{FieldRule, GroupRule, OwnId, Profile};

/// So many rows of a group are shown.
const ROWS_SHOWN_MAX: usize = 3;

/// What every rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// The ID that the page shows as its own, or why there is none.
    pub own_id: Result<DocumentId, ExtractError>,
    /// What the page has instead, where it has no such ID.
    pub own_id_hint: Option<String>,
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
    /// What the page has instead, or how else it may be read.
    pub hint: Option<String>,
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
    /// The fields of the first of them, as an example.
    pub first: Vec<Vec<(String, Value)>>,
    /// Each field of a row, with the number of rows that have it.
    pub fields: Vec<(String, usize)>,
    /// What the page has instead of rows, or of a field that no row has.
    pub hints: Vec<String>,
}

/// Holds every rule of the capture's kind against the capture.
#[must_use]
pub fn survey(profile: &Profile, capture: &Capture) -> Survey {
    let rules = Rules::of(profile);
    let pages: Vec<_> = capture.parts.iter().map(|part| Page::parse(part, &rules.labels)).collect();
    let kind = capture.id.kind();
    let own_id = Reader::new(profile, &rules, &pages, capture).own_id();
    let areas = |part: Option<&str>| Area::of_part(&pages, part);
    let fields = profile.fields.iter().filter(|rule| rule.kinds.allows(kind)).map(|rule| {
        let areas = areas(rule.part.as_deref());
        let found = find(rule, &areas, &rules, profile);
        SurveyedField {
            name: rule.name.clone(),
            required: rule.required,
            tried: field::names(&rule.places),
            hint: meant::by_field(rule, &found, &areas, &rules),
            found,
        }
    });
    let of_kind = profile.groups.iter().filter(|group| group.kinds.allows(kind));
    let groups =
        of_kind.map(|group| survey_group(group, &areas(group.part.as_deref()), &rules, profile, kind));
    let (fields, groups) = (fields.collect(), groups.collect());
    let own_id_hint = match (&own_id, profile.kinds.get(kind).map(|kind| &kind.own_id)) {
        (Err(ExtractError::LayoutChanged { .. }), Some(OwnId::Page(places))) => {
            meant::by_places(places, &areas(None), &rules)
        }
        _ => None,
    };
    let asked = own_id.as_ref().unwrap_or(&capture.id);
    let (references, _) = reference::find(profile, &rules, &pages, kind, asked);
    Survey { own_id, own_id_hint, fields, groups, references }
}

fn survey_group(
    group: &GroupRule,
    areas: &[Area<'_>],
    rules: &Rules<'_>,
    profile: &Profile,
    kind: &str,
) -> SurveyedGroup {
    let rows: Vec<Area<'_>> = areas.iter().flat_map(|area| area.rows(&group.rows, rules)).collect();
    let mut hints = Vec::new();
    if rows.is_empty() {
        hints.extend(meant::by_places(&group.rows, areas, rules));
    }
    let mut fields = Vec::new();
    let mut first = vec![Vec::new(); rows.len().min(ROWS_SHOWN_MAX)];
    for rule in group.fields.iter().filter(|rule| rule.kinds.allows(kind)) {
        let found: Vec<_> = rows.iter().map(|row| find(rule, &[*row], rules, profile)).collect();
        let count = found.iter().filter(|found| matches!(found, FoundField::Value { .. })).count();
        if count == 0 {
            let mut found_in = found.iter().zip(&rows);
            let hint = found_in.find_map(|(found, row)| meant::by_field(rule, found, &[*row], rules));
            hints.extend(hint.map(|hint| format!("{}: {hint}", rule.name)));
        }
        fields.push((rule.name.clone(), count));
        for (shown, found) in first.iter_mut().zip(found) {
            if let FoundField::Value { value, .. } = found {
                shown.push((rule.name.clone(), value));
            }
        }
    }
    SurveyedGroup {
        name: group.name.clone(),
        required: group.required,
        tried: field::names(&group.rows),
        rows: rows.len(),
        first,
        fields,
        hints,
    }
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
