//! Checks the fields, the repeating groups and the references.

use super::{Check, notation};
use crate::domain::Intent;
use crate::profile::file::{FieldFile, FieldType, GroupFile, ReferenceFile, Texts};
use crate::profile::model::{
    FieldRule, GroupRule, NumberFormat, Place, ReferenceMode, ReferenceRule, ValueType,
};
use crate::profile::reader::{Named, Sited};
use crate::profile::tree::Site;

/// Keys that belong to some types of fields alone, and the names of these types.
const TYPED_KEYS: [(&str, &[FieldType], &str); 5] = [
    ("format", &[FieldType::Date], "`date`"),
    ("currency", &[FieldType::Amount], "`amount`"),
    ("decimal", &[FieldType::Amount, FieldType::Integer], "`amount` or `integer`"),
    ("thousands", &[FieldType::Amount, FieldType::Integer], "`amount` or `integer`"),
    ("ids", &[FieldType::Id], "`id`"),
];

/// Where a field stands: it decides where it can be looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    Document,
    Group,
}

impl Check {
    pub(super) fn fields(&mut self, fields: &Named<FieldFile>) -> Vec<FieldRule> {
        fields.0.iter().filter_map(|(name, field)| self.field(name, field, Inside::Document)).collect()
    }

    fn field(&mut self, name: &Sited<String>, field: &Sited<FieldFile>, inside: Inside) -> Option<FieldRule> {
        let file = &field.value;
        let places = self.field_places(field, inside);
        let value = self.value_type(field, inside);
        let kinds = self.kind_filter(file.kinds.as_ref());
        let part = self.part_name(file.part.as_ref());
        let pattern = file.pattern.as_ref().map(|pattern| self.read(pattern, notation::value_pattern));
        Some(FieldRule {
            name: name.value.clone(),
            places,
            value,
            required: file.required.unwrap_or(false),
            kinds,
            part,
            pattern: match pattern {
                None => None,
                Some(pattern) => Some(pattern?),
            },
            personal: file.personal.unwrap_or(false),
        })
    }

    /// Labels first, then columns, then CSS.
    fn field_places(&mut self, field: &Sited<FieldFile>, inside: Inside) -> Vec<Place> {
        let file = &field.value;
        let mut places = self.places(file.label.as_ref(), None);
        if let Some(columns) = &file.column {
            places.extend(self.columns(columns));
        }
        places.extend(self.places(None, file.css.as_ref()));
        places.extend(self.pointers(file.pointer.as_ref()));
        if let (Inside::Document, Some((_, site))) = (inside, self.key(field.site, "column")) {
            self.add(
                site,
                "`column` is for the fields of a group",
                "use `label` or `css`, or make it a group",
            );
        }
        let is_placed =
            [&file.label, &file.css, &file.column, &file.pointer].into_iter().any(Option::is_some);
        if !is_placed && !self.is_damaged(field.site) {
            let hint = match inside {
                Inside::Document => "add `label = …`, `css = …` or `pointer = …`",
                Inside::Group => "add `column = …`, `label = …`, `css = …` or `pointer = …`",
            };
            self.add(field.site, "nothing says where this field stands", hint);
        }
        places
    }

    pub(super) fn places(&mut self, label: Option<&Texts>, css: Option<&Texts>) -> Vec<Place> {
        let labels = label.map(|label| self.read_all(label, notation::heading)).unwrap_or_default();
        let selectors = css.map(|css| self.read_all(css, notation::css_path)).unwrap_or_default();
        labels.into_iter().map(Place::Label).chain(selectors.into_iter().map(Place::Css)).collect()
    }

    pub(super) fn columns(&mut self, written: &Texts) -> Vec<Place> {
        self.read_all(written, notation::heading).into_iter().map(Place::Column).collect()
    }

    pub(super) fn pointers(&mut self, written: Option<&Texts>) -> Vec<Place> {
        let pointers = written.map(|written| self.read_all(written, notation::pointer)).unwrap_or_default();
        pointers.into_iter().map(Place::Pointer).collect()
    }

    pub(super) fn key(&self, table: Site, name: &str) -> Option<(String, Site)> {
        self.keys(table).into_iter().find(|(key, _)| key == name)
    }

    fn value_type(&mut self, field: &Sited<FieldFile>, inside: Inside) -> ValueType {
        let file = &field.value;
        let value_type = file.value_type.unwrap_or_default();
        for (key, types, names) in TYPED_KEYS {
            if !types.contains(&value_type)
                && !self.is_lost(field.site, "type")
                && let Some((_, site)) = self.key(field.site, key)
            {
                let hint = format!("set `type`, or leave `{key}` out");
                self.add(site, format!("`{key}` is for fields of the type {names}"), hint);
            }
        }
        match value_type {
            FieldType::Text => ValueType::Text,
            FieldType::Present => ValueType::Present,
            FieldType::Id => ValueType::Id(self.scheme_names(file.ids.as_ref())),
            FieldType::Integer => ValueType::Integer(self.number_format(field)),
            FieldType::Amount => {
                let format = self.number_format(field);
                ValueType::Amount { format, currency: self.currency(file.currency.as_ref(), inside) }
            }
            FieldType::Date => ValueType::Date(self.date_formats(file)),
        }
    }

    fn number_format(&mut self, field: &Sited<FieldFile>) -> NumberFormat {
        let mut mark = |written: &Option<Sited<String>>, default| {
            written.as_ref().and_then(|written| self.read(written, notation::mark)).unwrap_or(default)
        };
        let decimal = mark(&field.value.decimal, ',');
        let thousands = mark(&field.value.thousands, '.');
        if decimal == thousands {
            let site = field.value.decimal.as_ref().or(field.value.thousands.as_ref()).map(|mark| mark.site);
            let message = format!("`{decimal}` cannot be both the decimal and the thousands mark");
            self.add(
                site.unwrap_or(field.site),
                message,
                "set `decimal` and `thousands` to what the portal writes",
            );
        }
        NumberFormat { decimal, thousands }
    }

    pub(super) fn groups(&mut self, groups: &Named<GroupFile>, fields: &Named<FieldFile>) -> Vec<GroupRule> {
        for (name, _) in &groups.0 {
            if fields.0.iter().any(|(field, _)| field.value == name.value) {
                let message = format!("a field is called `{}` as well", name.value);
                self.add(name.site, message, "give one of them another name");
            }
        }
        groups.0.iter().filter_map(|(name, group)| self.group(name, group)).collect()
    }

    fn group(&mut self, name: &Sited<String>, group: &Sited<GroupFile>) -> Option<GroupRule> {
        let file = &group.value;
        let rows = self.need(file.rows.as_ref(), group.site, "rows");
        let rows = rows.map(|rows| self.read_all(rows, notation::rows)).filter(|rows| !rows.is_empty());
        let declared = self.merged.root.at(group.site).and_then(|group| group.find(&["field"]));
        if file.field.0.is_empty() && !self.is_damaged(declared.map_or(group.site, |fields| fields.site)) {
            self.add(group.site, "this group has no fields", "add `field.NAME = { css = … }`");
        }
        let fields =
            file.field.0.iter().filter_map(|(name, field)| self.field(name, field, Inside::Group)).collect();
        let kinds = self.kind_filter(file.kinds.as_ref());
        let part = self.part_name(file.part.as_ref());
        let required = file.required.unwrap_or(false);
        Some(GroupRule { name: name.value.clone(), rows: rows?, fields, kinds, part, required })
    }

    pub(super) fn references(&mut self, references: &[Sited<ReferenceFile>]) -> Vec<ReferenceRule> {
        references.iter().filter_map(|reference| self.reference(reference)).collect()
    }

    fn reference(&mut self, reference: &Sited<ReferenceFile>) -> Option<ReferenceRule> {
        let file = &reference.value;
        let relation = self.need(file.relation.as_ref(), reference.site, "relation");
        let relation = relation.and_then(|relation| self.read(relation, notation::name));
        let mut places = self.places(file.label.as_ref(), file.css.as_ref());
        places.extend(self.pointers(file.pointer.as_ref()));
        let mode = self.reference_mode(reference);
        let schemes = self.scheme_names(file.ids.as_ref());
        let kinds = self.kind_filter(file.kinds.as_ref());
        let part = self.part_name(file.part.as_ref());
        let intent = if file.follow.unwrap_or(true) { Intent::Follow } else { Intent::Mention };
        Some(ReferenceRule { relation: relation?, places, mode: mode?, schemes, kinds, part, intent })
    }

    fn reference_mode(&mut self, reference: &Sited<ReferenceFile>) -> Option<ReferenceMode> {
        let file = &reference.value;
        let scan = file.scan.as_ref().filter(|scan| scan.value);
        let is_placed = file.label.is_some() || file.css.is_some() || file.pointer.is_some();
        match (&file.each, scan) {
            (None, None) if !is_placed && !self.is_damaged(reference.site) => {
                let hint =
                    "add `label = …`, `css = …` or `pointer = …`, or read it by `each = …` or `scan = true`";
                self.add(reference.site, "a whole page is not one ID", hint);
                None
            }
            (None, None) => Some(ReferenceMode::Each(None)),
            (None, Some(_)) => Some(ReferenceMode::Scan),
            (Some(each), None) if file.pointer.is_some() && file.label.is_none() && file.css.is_none() => {
                let hint = "end the pointer with `/*`, which is every element of a list";
                self.add(each.site, "`each` looks for elements, and a pointer leads to none", hint);
                None
            }
            (Some(each), None) => {
                self.read(each, notation::prefixed_css).map(|css| ReferenceMode::Each(Some(css)))
            }
            (Some(_), Some(scan)) => {
                let hint = "keep `each` where every element is one ID, `scan` for running text";
                self.add(scan.site, "a place is read by `each` or by `scan`, not by both", hint);
                None
            }
        }
    }
}
