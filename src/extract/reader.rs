//! Reads one capture by the rules of a profile and decides what is a warning and what is a changed layout.

use std::collections::HashSet;

use super::field::{self, Reading};
use super::page::{Area, Page};
use super::rules::Rules;
use super::sentence::shorten;
use super::text::fold;
use super::{ExtractError, Extraction, reference};
use crate::domain::{Capture, DocumentId, Field, PassedOver, Value, Warning};
use crate::profile::{FieldRule, GroupRule, OwnId, Profile, Way};
use crate::scheme::Refusal;

/// Reads one capture.
pub(super) struct Reader<'r> {
    profile: &'r Profile,
    rules: &'r Rules<'r>,
    pages: &'r [Page<'r>],
    capture: &'r Capture,
    warnings: Vec<Warning>,
}

impl<'r> Reader<'r> {
    /// A reader of one capture, whose parts are these pages.
    pub(super) fn new(
        profile: &'r Profile,
        rules: &'r Rules<'r>,
        pages: &'r [Page<'r>],
        capture: &'r Capture,
    ) -> Self {
        Self { profile, rules, pages, capture, warnings: Vec::new() }
    }

    /// Reads everything that the profile's rules name.
    pub(super) fn read(mut self) -> Result<Extraction, ExtractError> {
        let own_id = self.own_id()?;
        let mut fields = self.fields()?;
        fields.extend(self.groups()?);
        self.note_routes_passed_over();
        self.note_missing_files();
        let kind = self.capture.id.kind();
        let (references, warnings) = reference::find(self.profile, self.rules, self.pages, kind, &own_id);
        self.warnings.extend(warnings);
        Ok(Extraction { own_id, fields, references, warnings: each_once(self.warnings) })
    }

    /// The ID that the page shows as its own.
    pub(super) fn own_id(&self) -> Result<DocumentId, ExtractError> {
        let kind = self.capture.id.kind();
        let own_id = self.profile.kinds.get(kind).map(|kind| &kind.own_id);
        let own_id = own_id.ok_or_else(|| changed(format!("the profile knows no kind `{kind}`")))?;
        let (text, places) = match own_id {
            OwnId::Row => (self.capture.row_id.clone(), "the row that was opened".to_owned()),
            OwnId::Page(places) => {
                let mut texts = places.iter().flat_map(|place| {
                    self.areas(None).into_iter().filter_map(move |area| {
                        let spot = area.spots(place, self.rules).next()?;
                        Some(area.page.written_at(&spot).to_owned()).filter(|text| !text.is_empty())
                    })
                });
                (texts.next(), field::names(places))
            }
        };
        let missing = || changed(format!("the page's own ID is not there (tried {places})"));
        let text = text.ok_or_else(missing)?;
        match self.profile.schemes.parse(&text, &[]) {
            Ok(parsed) => Ok(parsed.id),
            Err(Refusal::Placeholder) => Err(missing()),
            Err(refusal) => {
                let text = shorten(&fold(&text));
                Err(ExtractError::OwnIdUnreadable { text, reason: refusal.to_string() })
            }
        }
    }

    fn fields(&mut self) -> Result<Vec<Field>, ExtractError> {
        let profile = self.profile;
        let mut fields = Vec::new();
        for rule in self.of_this_kind(&profile.fields) {
            let areas = self.areas(rule.part.as_deref());
            let place = match &rule.part {
                Some(part) => format!("in part `{part}`"),
                None => "on the page".to_owned(),
            };
            fields.extend(self.field(rule, &rule.name, &areas, &place)?);
        }
        Ok(fields)
    }

    /// A file that belongs to the document and that its service did not have is a warning.
    fn note_missing_files(&mut self) {
        let (profile, capture) = (self.profile, self.capture);
        let route = profile.routes.iter().find(|route| route.name == capture.route);
        let Some(Way::Service(service)) = route.map(|route| &route.way) else { return };
        let missing = service.attachments.iter().filter(|file| capture.part(&file.name).is_none());
        self.warnings.extend(missing.map(|file| Warning::FileMissing { part: file.name.clone() }));
    }

    /// What a route brought that was not the first choice may be less than the first has.
    fn note_routes_passed_over(&mut self) {
        let passed_over = self.capture.passed_over.iter().cloned();
        self.warnings
            .extend(passed_over.map(|PassedOver { route, why }| Warning::RoutePassedOver { route, why }));
    }

    fn groups(&mut self) -> Result<Vec<Field>, ExtractError> {
        let profile = self.profile;
        let kind = self.capture.id.kind();
        let mut groups = Vec::new();
        for rule in profile.groups.iter().filter(|rule| rule.kinds.allows(kind)) {
            let rows = self.rows(rule)?;
            if !rows.is_empty() {
                groups.push(Field { name: rule.name.clone(), value: Value::Rows(rows) });
            } else if rule.required {
                let tried = field::names(&rule.rows);
                return Err(changed(format!("`{}` has no row (tried {tried})", rule.name)));
            } else {
                self.warnings.push(Warning::FieldMissing { field: rule.name.clone() });
            }
        }
        Ok(groups)
    }

    fn rows(&mut self, group: &'r GroupRule) -> Result<Vec<Vec<Field>>, ExtractError> {
        let mut rows = Vec::new();
        for area in self.areas(group.part.as_deref()) {
            for row in area.rows(&group.rows, self.rules) {
                let place = format!("in row {}", rows.len() + 1);
                let mut fields = Vec::new();
                for rule in self.of_this_kind(&group.fields) {
                    let name = format!("{}.{}", group.name, rule.name);
                    fields.extend(self.field(rule, &name, &[row], &place)?);
                }
                rows.push(fields);
            }
        }
        Ok(rows)
    }

    /// Reads one field; nothing where it is optional and missing or unreadable.
    fn field(
        &mut self,
        rule: &FieldRule,
        full_name: &str,
        areas: &[Area<'_>],
        place: &str,
    ) -> Result<Option<Field>, ExtractError> {
        let tried = || field::names(&rule.places);
        match field::read(rule, areas, self.rules, &self.profile.schemes) {
            Reading::Value(value, oddity) => {
                self.warnings.extend(oddity.warning);
                if oddity.others > 0 {
                    let (field, values) = (full_name.to_owned(), oddity.others + 1);
                    self.warnings.push(Warning::SeveralValues { field, values });
                }
                return Ok(Some(Field { name: rule.name.clone(), value }));
            }
            Reading::Missing if rule.required => {
                return Err(changed(format!("`{full_name}` is not {place} (tried {})", tried())));
            }
            Reading::Missing => self.warnings.push(Warning::FieldMissing { field: full_name.to_owned() }),
            Reading::Unreadable { text, reason } if rule.required => {
                let text = shorten(&text);
                let tried = tried();
                let what =
                    format!("`{full_name}` {place} cannot be read: {reason} (`{text}`; tried {tried})");
                return Err(changed(what));
            }
            Reading::Unreadable { text, reason } => {
                let (field, text) = (full_name.to_owned(), shorten(&text));
                self.warnings.push(Warning::FieldUnreadable { field, text, reason });
            }
        }
        Ok(None)
    }

    fn of_this_kind(&self, rules: &'r [FieldRule]) -> impl Iterator<Item = &'r FieldRule> + use<'r> {
        let kind = self.capture.id.kind();
        rules.iter().filter(move |rule| rule.kinds.allows(kind))
    }

    /// The parts of this name; every part where there is none.
    fn areas(&self, part: Option<&str>) -> Vec<Area<'r>> {
        Area::of_part(self.pages, part)
    }
}

fn changed(what: String) -> ExtractError {
    ExtractError::LayoutChanged { what }
}

fn each_once(mut warnings: Vec<Warning>) -> Vec<Warning> {
    let mut seen = HashSet::new();
    warnings.retain(|warning| seen.insert(warning.to_string()));
    warnings
}
