//! Checks how days are written, and the names of months.

use super::{Check, notation};
use crate::profile::file::{FieldFile, Texts};
use crate::profile::model::DateFormat;
use crate::profile::reader::Sited;

impl Check {
    /// The formats of a field; `dd/mm/yyyy` where it names none.
    pub(super) fn date_formats(&mut self, field: &FieldFile) -> Vec<DateFormat> {
        let Some(written) = &field.format else { return vec![DateFormat::numeric("dd/mm/yyyy")] };
        let mut formats = Vec::new();
        for written in &written.0 {
            let Some(mut format) = self.read(written, notation::date_format) else { continue };
            if format.names_month() {
                format.months = self.months.clone().unwrap_or_default();
                if self.months.is_none() {
                    let message =
                        format!("`{}` has the name of a month, and no names are given", format.written);
                    let hint = "add `months = […]` at the top: the twelve names from January on";
                    self.add(written.site, message, hint);
                }
            }
            formats.push(format);
        }
        formats
    }

    /// The names of the months, in twelves.
    pub(super) fn months(&mut self, written: &Sited<Texts>) -> Vec<String> {
        let names = &written.value.0;
        if names.is_empty() || !names.len().is_multiple_of(12) {
            let message = format!("{} names are not those of twelve months", names.len());
            let hint = "give twelve, from January on; twelve more are other names for the same";
            self.add(written.site, message, hint);
        }
        for (place, name) in names.iter().enumerate() {
            let lower = name.value.to_lowercase();
            let is_of_another = |(earlier, other): (usize, &Sited<String>)| {
                (place - earlier) % 12 != 0 && other.value.to_lowercase() == lower
            };
            if names.iter().enumerate().take(place).any(is_of_another) {
                let hint = "each name belongs to one month; capitals make no difference";
                self.add(name.site, format!("`{}` is the name of two months", name.value), hint);
            }
        }
        self.read_all(&written.value, notation::name)
    }
}
