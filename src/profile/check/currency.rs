//! Checks how the currency of an amount is known.

use super::fields::Inside;
use super::{Check, notation};
use crate::profile::file::{CurrencyFile, Texts};
use crate::profile::model::CurrencyRule;
use crate::profile::reader::Sited;

impl Check {
    /// The rule of a field; what stands with the amount alone where it says nothing.
    pub(super) fn currency(&mut self, written: Option<&Sited<CurrencyFile>>, inside: Inside) -> CurrencyRule {
        let mut rule = CurrencyRule::default();
        let Some(written) = written else { return rule };
        match &written.value {
            CurrencyFile::Code(code) => {
                rule.code = self.keep(written.site, notation::currency_code(code));
            }
            CurrencyFile::Table(entries) => {
                for (name, texts) in &entries.0 {
                    self.currency_entry(&mut rule, name, &texts.value, inside);
                }
            }
        }
        rule
    }

    /// One of the words that name places, as they do for fields; any other word stands for a currency.
    fn currency_entry(
        &mut self,
        rule: &mut CurrencyRule,
        name: &Sited<String>,
        texts: &Texts,
        inside: Inside,
    ) {
        let places = match (name.value.as_str(), inside) {
            ("label", _) => self.places(Some(texts), None),
            ("css", _) => self.places(None, Some(texts)),
            ("pointer", _) => self.pointers(Some(texts)),
            ("column", Inside::Group) => self.columns(texts),
            ("column", Inside::Document) => {
                self.add(
                    name.site,
                    "`column` is for the fields of a group",
                    "use `label`, `css` or `pointer`",
                );
                return;
            }
            _ => {
                let code = self.single(texts).and_then(|code| self.read(code, notation::currency_code));
                rule.words.extend(code.map(|code| (name.value.clone(), code)));
                return;
            }
        };
        rule.places.extend(places);
    }
}
