//! What stands in the fields that a profile marks as personal: everything that a rule's places hold, read or not.

use super::field;
use super::page::{Area, Page};
use super::rules::Rules;
use crate::domain::Capture;
use crate::profile::{FieldRule, Profile, ValueType};

/// A text that names or identifies a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalText {
    /// The field, as in `contractor` or `members.name`.
    pub field: String,
    /// The text as a person reads it, white space folded.
    pub text: String,
    /// Whether it is a day.
    pub is_date: bool,
}

/// Every personal text of a capture once, in the order of the profile.
#[must_use]
pub fn personal_texts(profile: &Profile, capture: &Capture) -> Vec<PersonalText> {
    let rules = Rules::of(profile);
    let pages: Vec<_> = capture.parts.iter().map(|part| Page::parse(part, &rules.labels)).collect();
    let kind = capture.id.kind();
    let areas = |part: Option<&str>| Area::of_part(&pages, part);
    let mut found: Vec<PersonalText> = Vec::new();
    let mut add = |name: &str, rule: &FieldRule, areas: &[Area<'_>]| {
        for (area, place) in areas.iter().flat_map(|area| rule.places.iter().map(move |place| (area, place)))
        {
            for spot in area.spots(place, &rules) {
                let Some(text) = field::matched(rule, area.page.value_at(&spot)) else { continue };
                if !found.iter().any(|known| known.text == text) {
                    let is_date = matches!(rule.value, ValueType::Date(_));
                    found.push(PersonalText { field: name.to_owned(), text, is_date });
                }
            }
        }
    };
    let is_meant = |rule: &&FieldRule| rule.personal && rule.kinds.allows(kind);
    for rule in profile.fields.iter().filter(is_meant) {
        add(&rule.name, rule, &areas(rule.part.as_deref()));
    }
    for group in profile.groups.iter().filter(|group| group.kinds.allows(kind)) {
        let areas = areas(group.part.as_deref());
        for rule in group.fields.iter().filter(is_meant) {
            let name = format!("{}.{}", group.name, rule.name);
            for area in &areas {
                for row in area.rows(&group.rows, &rules) {
                    add(&name, rule, &[row]);
                }
            }
        }
    }
    found
}
