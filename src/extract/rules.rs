//! What a profile's rules need on every page, made once: parsed selectors and the texts of labels.

use std::collections::HashMap;

use super::label::LabelTexts;
use super::path::CssPath;
use crate::profile::{FieldRule, OwnId, Place, Profile, ReferenceMode, ValueType};

/// The selectors and labels of one profile.
pub(super) struct Rules<'p> {
    selectors: HashMap<&'p str, CssPath>,
    /// The texts of all labels.
    pub(super) labels: LabelTexts,
}

impl<'p> Rules<'p> {
    /// Parses what the rules of a profile name.
    pub(super) fn of(profile: &'p Profile) -> Self {
        let mut rules = Self { selectors: HashMap::new(), labels: LabelTexts::default() };
        for kind in profile.kinds.values() {
            if let OwnId::Page(places) = &kind.own_id {
                rules.add_places(places);
            }
        }
        rules.add_fields(&profile.fields);
        for group in &profile.groups {
            rules.add_places(&group.rows);
            rules.add_fields(&group.fields);
        }
        for reference in &profile.references {
            rules.add_places(&reference.places);
            if let ReferenceMode::Each(Some(css)) = &reference.mode {
                rules.add_selector(css);
            }
        }
        rules
    }

    /// The parsed selector; `None` where it does not parse, which loading has excluded.
    pub(super) fn selector(&self, css: &str) -> Option<&CssPath> {
        self.selectors.get(css)
    }

    fn add_fields(&mut self, fields: &'p [FieldRule]) {
        for field in fields {
            self.add_places(&field.places);
            if let ValueType::Amount { currency, .. } = &field.value {
                self.add_places(&currency.places);
            }
        }
    }

    fn add_places(&mut self, places: &'p [Place]) {
        for place in places {
            match place {
                Place::Css(css) => self.add_selector(css),
                Place::Label(label) => self.labels.add(label),
                Place::Column(_) | Place::Pointer(_) => {}
            }
        }
    }

    fn add_selector(&mut self, css: &'p str) {
        if !self.selectors.contains_key(css)
            && let Some(selector) = CssPath::parse(css)
        {
            self.selectors.insert(css, selector);
        }
    }
}
