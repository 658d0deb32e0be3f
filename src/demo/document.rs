//! One document of the demo registry: what its page shows and, beside each text, the truth.
//!
//! Every builder takes the text shown and the truth as two arguments. Nothing is ever derived from the text shown, so
//! that the truth stays independent of every parser.

use serde_json::{Value, json};

use super::kind::RegistryKind;

/// The fields in the order in which truth lists them.
const FIELD_ORDER: [&str; 13] = [
    "title",
    "organisation",
    "organisation_tax_number",
    "contractor",
    "contractor_tax_number",
    "signed",
    "published",
    "value_without_vat",
    "value_with_vat",
    "duration_days",
    "commitment",
    "cancelled",
    "lines",
];

/// A text as a page shows it, and what it means.
pub(super) type ShownAndTrue<'a> = (&'a str, &'a str);

/// One document with its truth.
#[derive(Clone, Debug)]
pub(super) struct DemoDocument {
    pub(super) id: String,
    pub(super) kind: RegistryKind,
    pub(super) is_cancelled: bool,
    /// The rows that are on the page from the beginning.
    pub(super) rows: Vec<Row>,
    /// The rows that arrive by script.
    pub(super) scripted_rows: Vec<Row>,
    /// The lines of goods and services; they arrive by script as well.
    pub(super) lines: Vec<Line>,
    fields: Vec<(&'static str, Value)>,
    references: Vec<(String, &'static str)>,
}

/// A label and what stands beside it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) label: &'static str,
    pub(super) shown: Shown,
}

/// How a row's value is shown.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// As text; a line feed is shown as a line break.
    Text(String),
    /// As a list.
    List(Vec<String>),
}

/// A line of goods or services as shown.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) cpv: String,
    pub(super) description: String,
    pub(super) quantity: String,
    pub(super) value: String,
}

impl DemoDocument {
    pub(super) fn new(id: &str, title: &str) -> Self {
        let kind = RegistryKind::of(id);
        let document = Self {
            id: id.to_owned(),
            kind,
            is_cancelled: false,
            rows: Vec::new(),
            scripted_rows: Vec::new(),
            lines: Vec::new(),
            fields: vec![("cancelled", json!(false))],
            references: Vec::new(),
        };
        document.field("title", kind.title_label(), title, json!(title))
    }

    pub(super) fn organisation(self, name: &str, tax_number: &str) -> Self {
        self.field("organisation", "Φορέας", name, json!(name)).field(
            "organisation_tax_number",
            "ΑΦΜ Φορέα",
            tax_number,
            json!(tax_number),
        )
    }

    pub(super) fn contractor(self, name: &str, (shown, truth): ShownAndTrue) -> Self {
        let kind = self.kind;
        self.field("contractor", kind.contractor_label(), name, json!(name)).field(
            "contractor_tax_number",
            kind.contractor_tax_number_label(),
            shown,
            json!(truth),
        )
    }

    pub(super) fn signed(self, (shown, truth): ShownAndTrue) -> Self {
        self.field("signed", "Ημερομηνία Υπογραφής", shown, json!(truth))
    }

    pub(super) fn published(self, (shown, truth): ShownAndTrue) -> Self {
        self.field("published", "Αναρτήθηκε", shown, json!(truth))
    }

    pub(super) fn value(self, without_vat: ShownAndTrue, with_vat: ShownAndTrue) -> Self {
        self.field("value_without_vat", "Αξία χωρίς ΦΠΑ", without_vat.0, euros(without_vat.1)).field(
            "value_with_vat",
            "Αξία με ΦΠΑ",
            with_vat.0,
            euros(with_vat.1),
        )
    }

    pub(super) fn duration_days(self, shown: &str, truth: i64) -> Self {
        self.field("duration_days", "Διάρκεια σε ημέρες", shown, json!(truth))
    }

    pub(super) fn cancelled(mut self) -> Self {
        self.is_cancelled = true;
        for (name, truth) in &mut self.fields {
            if *name == "cancelled" {
                *truth = json!(true);
            }
        }
        self
    }

    /// A decision that commits the money: both a field and a reference.
    pub(super) fn commitment(mut self, (shown, truth): ShownAndTrue) -> Self {
        self.references.push((truth.to_owned(), "decision"));
        self.field("commitment", COMMITMENT_LABEL, shown, json!(truth))
    }

    /// A commitment that is a placeholder or empty.
    pub(super) fn no_commitment(mut self, shown: &str) -> Self {
        self.rows.push(Row { label: COMMITMENT_LABEL, shown: Shown::Text(shown.to_owned()) });
        self
    }

    pub(super) fn line(
        mut self,
        (cpv, description): (&str, &str),
        (quantity_shown, quantity): (&str, i64),
        (value_shown, value): ShownAndTrue,
    ) -> Self {
        self.lines.push(Line {
            cpv: cpv.to_owned(),
            description: description.to_owned(),
            quantity: quantity_shown.to_owned(),
            value: value_shown.to_owned(),
        });
        let truth = json!({
            "cpv": cpv, "description": description, "quantity": quantity, "value": euros(value),
        });
        match self.fields.iter_mut().find(|(name, _)| *name == "lines") {
            Some((_, Value::Array(lines))) => lines.push(truth),
            _ => self.fields.push(("lines", json!([truth]))),
        }
        self
    }

    /// One ID in a row of its own.
    pub(super) fn names(mut self, relation: &'static str, (shown, target): ShownAndTrue) -> Self {
        self.references.push((target.to_owned(), relation));
        self.names_none(relation, shown)
    }

    /// The row of a relation with a text that is no ID.
    pub(super) fn names_none(mut self, relation: &'static str, shown: &str) -> Self {
        self.scripted_rows.push(Row { label: single_label(relation), shown: Shown::Text(shown.to_owned()) });
        self
    }

    /// One more ID in the list of a relation.
    pub(super) fn lists(mut self, relation: &'static str, (shown, target): ShownAndTrue) -> Self {
        self.references.push((target.to_owned(), relation));
        let label = list_label(relation);
        match self.scripted_rows.iter_mut().find(|row| row.label == label) {
            Some(Row { shown: Shown::List(entries), .. }) => entries.push(shown.to_owned()),
            _ => self.scripted_rows.push(Row { label, shown: Shown::List(vec![shown.to_owned()]) }),
        }
        self
    }

    /// Running text about decisions: the only running text whose ΑΔΑ are followed.
    pub(super) fn decisions_text(self, shown: &str, targets: &[&str]) -> Self {
        self.running_text("Σχετικές Αποφάσεις", shown, "decision", targets)
    }

    /// Running text: ΑΔΑΜ in it are followed, ΑΔΑ are boilerplate.
    pub(super) fn remarks(self, shown: &str, targets: &[&str]) -> Self {
        self.running_text("Παρατηρήσεις", shown, "mentioned", targets)
    }

    /// The fields with their true values, in a fixed order; only those that are on the page.
    pub(super) fn true_fields(&self) -> Vec<(String, Value)> {
        let known = |wanted: &&str| self.fields.iter().find(|(name, _)| name == wanted);
        FIELD_ORDER
            .iter()
            .filter_map(known)
            .map(|(name, truth)| ((*name).to_owned(), truth.clone()))
            .collect()
    }

    /// The references as (target, relation), in the order in which they were written down.
    pub(super) fn true_references(&self) -> &[(String, &'static str)] {
        &self.references
    }

    /// The document that this one names by a relation, where there is one.
    pub(super) fn related(&self, relation: &str) -> Option<&str> {
        self.references.iter().find(|(_, name)| *name == relation).map(|(target, _)| target.as_str())
    }

    /// When it was posted: sorts by day.
    pub(super) fn posted(&self) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == "published").and_then(|(_, day)| day.as_str())
    }

    /// What stands beside a label, as one text.
    pub(super) fn shown(&self, label: &str) -> &str {
        self.rows
            .iter()
            .find_map(|row| match &row.shown {
                Shown::Text(text) if row.label == label => Some(text.as_str()),
                _ => None,
            })
            .unwrap_or_default()
    }

    fn field(mut self, name: &'static str, label: &'static str, shown: &str, truth: Value) -> Self {
        self.rows.push(Row { label, shown: Shown::Text(shown.to_owned()) });
        self.fields.push((name, truth));
        self
    }

    fn running_text(
        mut self,
        label: &'static str,
        shown: &str,
        relation: &'static str,
        targets: &[&str],
    ) -> Self {
        self.scripted_rows.push(Row { label, shown: Shown::Text(shown.to_owned()) });
        self.references.extend(targets.iter().map(|target| ((*target).to_owned(), relation)));
        self
    }
}

const COMMITMENT_LABEL: &str = "ΑΔΑ Ανάληψης Υποχρέωσης";

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn single_label(relation: &str) -> &'static str {
    match relation {
        "request" => "ΑΔΑΜ Αιτήματος",
        "notice" => "ΑΔΑΜ Προκήρυξης",
        "award" => "ΑΔΑΜ Ανάθεσης",
        "contract" => "ΑΔΑΜ Σύμβασης",
        "decision" => "ΑΔΑ Απόφασης",
        "previous_version" => "Προηγούμενη Έκδοση",
        "next_version" => "Επόμενη Έκδοση",
        _ => "Σχετική Πράξη",
    }
}

fn list_label(relation: &str) -> &'static str {
    match relation {
        "request" => "Σχετικά Αιτήματα",
        "contract" => "Σχετικές Συμβάσεις",
        "payment" => "Σχετικές Εντολές Πληρωμής",
        _ => "Σχετικές Πράξεις",
    }
}
