//! One record of the modern demo portal: what its pages show and, beside each text, the truth.
//!
//! Every builder takes the text shown and the truth as two arguments. Nothing is ever derived from the text shown, so
//! that the truth stays independent of every parser.

use serde_json::{Value, json};

use super::register::Register;

/// A text as a page shows it, and what it means.
pub(super) type ShownAndTrue<'a> = (&'a str, &'a str);

/// An amount as a page shows it, its digits and its currency.
pub(super) type Money<'a> = (&'a str, &'a str, &'a str);

/// One record with its truth.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) register: Register,
    /// Whether the list of results still has it and nothing else does.
    pub(super) is_gone: bool,
    pub(super) title: String,
    pub(super) authority: String,
    /// The running text, paragraph by paragraph: it has a page of its own.
    pub(super) text: Vec<String>,
    /// When it was published: as the list shows it, and as a day that sorts.
    published: (String, String),
    is_withdrawn: bool,
    parties: Vec<Value>,
    facts: Vec<Value>,
    amounts: Vec<Value>,
    lines: Vec<Value>,
    relations: Vec<(&'static str, Value)>,
    versions: Vec<Value>,
    attachments: Vec<Value>,
    fields: Vec<(&'static str, Value)>,
    references: Vec<(String, &'static str)>,
}

impl Record {
    pub(super) fn new(id: &str, title: &str) -> Self {
        Self {
            id: id.to_owned(),
            register: Register::of(id),
            is_gone: false,
            title: title.to_owned(),
            authority: String::new(),
            text: Vec::new(),
            published: (String::new(), String::new()),
            is_withdrawn: false,
            parties: Vec::new(),
            facts: Vec::new(),
            amounts: Vec::new(),
            lines: Vec::new(),
            relations: Vec::new(),
            versions: Vec::new(),
            attachments: Vec::new(),
            fields: vec![("title", json!(title))],
            references: Vec::new(),
        }
    }

    pub(super) fn authority(mut self, name: &str, (shown, truth): ShownAndTrue) -> Self {
        name.clone_into(&mut self.authority);
        self.parties.extend([pair("Contracting authority", name), pair("Authority number", shown)]);
        self.fields.extend([("authority", json!(name)), ("authority_number", json!(truth))]);
        self
    }

    pub(super) fn supplier(mut self, name: &str, (shown, truth): ShownAndTrue) -> Self {
        self.parties.extend([pair("Supplier", name), pair("Supplier number", shown)]);
        self.fields.extend([("supplier", json!(name)), ("supplier_number", json!(truth))]);
        self
    }

    pub(super) fn published(mut self, (shown, truth): ShownAndTrue) -> Self {
        self.published = (shown.to_owned(), truth.to_owned());
        self.day("published", "Published", (shown, truth))
    }

    pub(super) fn deadline(self, day: ShownAndTrue) -> Self {
        self.day("deadline", "Deadline for tenders", day)
    }

    pub(super) fn decided(self, day: ShownAndTrue) -> Self {
        self.day("decided", "Decided on", day)
    }

    pub(super) fn signed(self, day: ShownAndTrue) -> Self {
        self.day("signed", "Signed", day)
    }

    pub(super) fn procedure(self, name: &str) -> Self {
        self.fact("procedure", "Procedure", name, json!(name))
    }

    pub(super) fn duration_days(self, shown: &str, truth: i64) -> Self {
        self.fact("duration_days", "Duration in days", shown, json!(truth))
    }

    pub(super) fn value(mut self, without_tax: Money, with_tax: Money) -> Self {
        let amounts = [
            ("value_without_tax", "Value excluding sales tax", without_tax),
            ("value_with_tax", "Value including sales tax", with_tax),
        ];
        for (name, label, amount) in amounts {
            self.amounts.push(pair(label, amount.0));
            self.fields.push((name, truth_of(amount)));
        }
        self
    }

    pub(super) fn line(
        mut self,
        (cpv, description): (&str, &str),
        (quantity_shown, quantity): (&str, i64),
        value: Money,
    ) -> Self {
        self.lines.push(json!([cpv, description, quantity_shown, value.0]));
        let truth = json!({
            "cpv": cpv, "description": description, "quantity": quantity, "value": truth_of(value),
        });
        self.row("lines", truth)
    }

    pub(super) fn attachment(mut self, name: &str, (shown, truth): (&str, i64)) -> Self {
        self.attachments.push(json!([name, shown]));
        self.row("attachments", json!({ "name": name, "kilobytes": truth }))
    }

    pub(super) fn withdrawn(mut self) -> Self {
        self.is_withdrawn = true;
        self
    }

    /// The list of results still has it; its own page does not.
    pub(super) fn gone(mut self) -> Self {
        self.is_gone = true;
        self
    }

    /// One ID beside the label of a relation.
    pub(super) fn names(mut self, relation: &'static str, (shown, target): ShownAndTrue) -> Self {
        self.references.push((target.to_owned(), relation));
        self.names_none(relation, shown)
    }

    /// The label of a relation with a text that is no ID.
    pub(super) fn names_none(mut self, relation: &'static str, shown: &str) -> Self {
        self.relations.push((label_of(relation), json!(shown)));
        self
    }

    /// One more ID in the list of contracts.
    pub(super) fn lists_contract(mut self, (shown, target): ShownAndTrue) -> Self {
        self.references.push((target.to_owned(), "contract"));
        let label = label_of("contract");
        match self.relations.iter_mut().find(|(name, _)| *name == label) {
            Some((_, Value::Array(entries))) => entries.push(json!(shown)),
            _ => self.relations.push((label, json!([shown]))),
        }
        self
    }

    /// One more row in the table of versions. The version that is shown is no reference.
    pub(super) fn version(mut self, number: &str, (shown, target): ShownAndTrue, day: &str) -> Self {
        if target != self.id {
            self.references.push((target.to_owned(), "version"));
        }
        self.versions.push(json!([number, shown, day]));
        self
    }

    /// One more paragraph of running text, with the IDs that it names.
    pub(super) fn text(mut self, shown: &str, targets: &[&str]) -> Self {
        self.text.push(shown.to_owned());
        self.references.extend(targets.iter().map(|target| ((*target).to_owned(), "mentioned")));
        self
    }

    /// What the portal's own script is told about the record; keys lead on to its text and to its attachments.
    pub(super) fn shown(&self, text_key: &str, attachment_key: &str) -> Value {
        let relations: Vec<Value> =
            self.relations.iter().map(|(label, value)| json!([label, value])).collect();
        json!({
            "reference": self.id,
            "register": self.register.title(),
            "title": self.title,
            "stamp": self.is_withdrawn.then_some("Withdrawn"),
            "parties": self.parties,
            "facts": self.facts,
            "amounts": self.amounts,
            "lines": self.lines,
            "relations": relations,
            "versions": self.versions,
            "attachments": self.attachments,
            "text_key": text_key,
            "attachment_key": attachment_key,
        })
    }

    /// When it was published, as the list shows it.
    pub(super) fn published_shown(&self) -> &str {
        &self.published.0
    }

    /// When it was published: sorts by day.
    pub(super) fn published_day(&self) -> &str {
        &self.published.1
    }

    /// The fields with their true values; only those that are on the page.
    pub(super) fn true_fields(&self) -> Vec<(String, Value)> {
        let withdrawn = [("withdrawn", json!(self.is_withdrawn))];
        let fields = self.fields.iter().chain(&withdrawn);
        fields.map(|(name, truth)| ((*name).to_owned(), truth.clone())).collect()
    }

    /// The references as (target, relation), in the order in which they were written down.
    pub(super) fn true_references(&self) -> &[(String, &'static str)] {
        &self.references
    }

    fn day(self, name: &'static str, label: &str, (shown, truth): ShownAndTrue) -> Self {
        self.fact(name, label, shown, json!(truth))
    }

    fn fact(mut self, name: &'static str, label: &str, shown: &str, truth: Value) -> Self {
        self.facts.push(pair(label, shown));
        self.fields.push((name, truth));
        self
    }

    fn row(mut self, group: &'static str, truth: Value) -> Self {
        match self.fields.iter_mut().find(|(name, _)| *name == group) {
            Some((_, Value::Array(rows))) => rows.push(truth),
            _ => self.fields.push((group, json!([truth]))),
        }
        self
    }
}

fn pair(label: &str, shown: &str) -> Value {
    json!([label, shown])
}

fn truth_of((_, amount, currency): Money) -> Value {
    json!({ "amount": amount, "currency": currency })
}

fn label_of(relation: &str) -> &'static str {
    match relation {
        "tender" => "Call for tenders",
        "decision" => "Award decision",
        "contract" => "Contracts awarded",
        "framework" => "Framework agreement",
        "replaces" => "Replaces",
        _ => "Replaced by",
    }
}
