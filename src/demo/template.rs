//! The layouts of a document's page: a redesign changes what a profile looks for, at once or slowly.

use super::document::{DemoDocument, Row};
use super::kind::RegistryKind;

/// How the page of a document is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Template {
    /// As profiles know it.
    #[default]
    First,
    /// Redesigned: its own ID, its title and its organisation stand under other labels, in a table of another class.
    Second,
    /// As the first, without the tax number of the organisation: a field that no profile requires.
    WithoutTaxNumber,
}

/// Which documents are shown in which template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redesign {
    /// The template of those that are redesigned.
    pub template: Template,
    /// So many opened rows of these kinds, counted from now on, still bring the first template.
    pub after: u64,
    /// The kinds that are redesigned; all of them where there are none.
    pub kinds: Vec<RegistryKind>,
}

/// A redesign under way.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    redesign: Redesign,
    opened: u64,
}

impl From<Redesign> for UnderWay {
    fn from(redesign: Redesign) -> Self {
        Self { redesign, opened: 0 }
    }
}

impl UnderWay {
    /// The template for one more opened row.
    pub(super) fn next(&mut self, kind: RegistryKind) -> Template {
        let Redesign { template, after, kinds } = &self.redesign;
        if !kinds.is_empty() && !kinds.contains(&kind) {
            return Template::First;
        }
        self.opened += 1;
        if self.opened > *after { *template } else { Template::First }
    }
}

impl Template {
    /// The class of the table of particulars.
    pub(super) const fn table_class(self) -> &'static str {
        match self {
            Self::First | Self::WithoutTaxNumber => "detail",
            Self::Second => "particulars",
        }
    }

    /// The label beside the document's own ID.
    pub(super) const fn id_label(self, kind: RegistryKind) -> &'static str {
        match self {
            Self::First | Self::WithoutTaxNumber => kind.id_label(),
            Self::Second => "Μοναδικός Κωδικός",
        }
    }

    /// The rows of particulars.
    pub(super) fn rows(self, document: &DemoDocument) -> Vec<Row> {
        let rows = document.rows.iter().cloned();
        match self {
            Self::First => rows.collect(),
            Self::WithoutTaxNumber => rows.filter(|row| row.label != "ΑΦΜ Φορέα").collect(),
            Self::Second => rows.map(|row| Row { label: redesigned(row.label), ..row }).collect(),
        }
    }
}

fn redesigned(label: &'static str) -> &'static str {
    match label {
        "Τίτλος" | "Θέμα" => "Περιγραφή Πράξης",
        "Φορέας" => "Αναθέτουσα Αρχή",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::Template::{First, Second};
    use super::*;

    const PAYMENT: RegistryKind = RegistryKind::Payment;
    const AWARD: RegistryKind = RegistryKind::Award;

    #[test]
    fn a_slow_redesign_begins_after_so_many_rows_of_its_kinds() {
        let mut redesign =
            UnderWay::from(Redesign { template: Template::Second, after: 2, kinds: vec![PAYMENT] });
        let seen = [PAYMENT, AWARD, PAYMENT, AWARD, PAYMENT, AWARD, PAYMENT].map(|kind| redesign.next(kind));
        assert_eq!(seen, [First, First, First, First, Second, First, Second]);
    }

    #[test]
    fn without_kinds_every_document_is_redesigned() {
        let mut redesign = UnderWay::from(Redesign { template: Template::Second, ..Redesign::default() });
        assert_eq!([redesign.next(PAYMENT), redesign.next(AWARD)], [Template::Second; 2]);
        assert_eq!(UnderWay::default().next(PAYMENT), Template::First);
    }
}
