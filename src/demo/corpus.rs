//! Everything in the demo registry: which rows a search brings, and the truth that crawls are compared with.

use std::collections::{BTreeMap, BTreeSet};

use super::document::DemoDocument;
use super::generated;
use super::handwritten::{self, HUB_ID, SEED_ID};
use super::kind::RegistryKind;
use super::opendata;
use super::truth::{self, TruthDocument, TruthState};

/// The rows that one search brings at most.
const ROWS_MAX: usize = 50;
/// From this length on a search ignores the last character, as people mistype it.
const FORGIVING_LENGTH: usize = 8;
/// The digits that all types of ΑΔΑΜ count together.
const COUNTER_DIGITS: usize = 9;

/// The documents of one portal.
#[derive(Clone, Debug)]
pub struct Corpus {
    documents: BTreeMap<String, DemoDocument>,
}

impl Corpus {
    /// The hand-written documents and as many seeded ones as make `reachable_count` that can be reached.
    #[must_use]
    pub fn new(reachable_count: usize, seed: u64) -> Self {
        let mut reachable = handwritten::reachable();
        let missing = reachable_count.saturating_sub(reachable.len());
        if let Some(hub) = reachable.iter_mut().find(|document| document.id == HUB_ID) {
            let generated = generated::documents(missing, seed, hub);
            reachable.extend(generated);
        }
        let everything = reachable.into_iter().chain(handwritten::unreachable());
        Self { documents: everything.map(|document| (document.id.clone(), document)).collect() }
    }

    /// What a complete crawl from [`SEED_ID`] brings, sorted by ID.
    #[must_use]
    pub fn truth(&self) -> Vec<TruthDocument> {
        self.truth_over(|kind| kind.page().is_some())
    }

    /// What a complete crawl from [`SEED_ID`] brings by the open data service alone, sorted by ID: no decisions.
    #[must_use]
    pub fn service_truth(&self) -> Vec<TruthDocument> {
        self.truth_over(|kind| opendata::service_of(kind).is_some())
    }

    fn truth_over(&self, is_served: fn(RegistryKind) -> bool) -> Vec<TruthDocument> {
        truth::reached(SEED_ID, |id, depth| {
            let stored = self.get(id).filter(|document| is_served(document.kind));
            truth_of(id, depth, stored, is_served)
        })
    }

    /// The document that a search page can bring.
    pub(super) fn get(&self, id: &str) -> Option<&DemoDocument> {
        self.documents.get(id).filter(|document| document.kind.page().is_some())
    }

    /// The IDs of the rows that a search brings, oldest posting first.
    ///
    /// As generous as the portals it imitates: beside the document itself come those whose ID begins alike, those of
    /// another type with the same number, and the versions that merely mention the one asked for.
    pub(super) fn search(&self, query: &str) -> Vec<String> {
        let query = query.trim();
        if query.is_empty() {
            return Vec::new();
        }
        let mut characters = query.chars();
        if query.chars().count() >= FORGIVING_LENGTH {
            characters.next_back();
        }
        let beginning = characters.as_str();
        let is_row = |document: &&DemoDocument| {
            document.id.starts_with(beginning)
                || shares_number(&document.id, query)
                || document.related("previous_version") == Some(query)
                || document.related("next_version") == Some(query)
        };
        let searchable = self.documents.values().filter(|document| document.kind.page().is_some());
        let mut rows: Vec<&DemoDocument> = searchable.filter(is_row).collect();
        rows.sort_by(|left, right| left.posted().cmp(&right.posted()));
        rows.into_iter().take(ROWS_MAX).map(|document| document.id.clone()).collect()
    }

    /// The documents of a kind that has a search page.
    pub(super) fn of_kind(&self, kind: RegistryKind) -> impl Iterator<Item = &DemoDocument> {
        self.documents.values().filter(move |document| document.kind == kind && kind.page().is_some())
    }

    /// The organisations that have posted anything.
    pub(super) fn organisations(&self) -> BTreeSet<&str> {
        self.documents.values().map(|document| document.shown("Φορέας")).collect()
    }

    /// Another document of the same kind: the next one, the first after the last.
    pub(super) fn another(&self, id: &str) -> Option<&DemoDocument> {
        let kind = RegistryKind::of(id);
        let others = |other: &&DemoDocument| other.kind == kind && other.id != id;
        let after =
            self.documents.range::<str, _>((std::ops::Bound::Excluded(id), std::ops::Bound::Unbounded));
        after.map(|(_, document)| document).find(others).or_else(|| self.documents.values().find(others))
    }
}

fn truth_of(
    id: &str,
    depth: u16,
    document: Option<&DemoDocument>,
    is_served: fn(RegistryKind) -> bool,
) -> TruthDocument {
    let kind = RegistryKind::of(id);
    let state = match document {
        Some(_) => TruthState::Stored,
        None if is_served(kind) => TruthState::Absent,
        None => TruthState::Bounded,
    };
    let mut references = document.map(|stored| stored.true_references().to_vec()).unwrap_or_default();
    references.sort();
    TruthDocument {
        id: id.to_owned(),
        kind: kind.name(),
        state,
        depth,
        fields: document.map(DemoDocument::true_fields).unwrap_or_default(),
        references,
    }
}

fn shares_number(id: &str, query: &str) -> bool {
    let number = |text: &str| {
        let start = text.len().checked_sub(COUNTER_DIGITS)?;
        text.get(start..).filter(|end| end.bytes().all(|byte| byte.is_ascii_digit())).map(ToOwned::to_owned)
    };
    number(id).is_some_and(|digits| Some(digits) == number(query))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn truth(reachable_count: usize) -> Vec<TruthDocument> {
        Corpus::new(reachable_count, 1).truth()
    }

    fn ids(truth: &[TruthDocument], state: TruthState) -> Vec<&str> {
        truth.iter().filter(|document| document.state == state).map(|document| document.id.as_str()).collect()
    }

    #[test]
    fn as_many_documents_are_reachable_as_were_asked_for() {
        for count in [44, 48, 49, 50, 51, 100, 500] {
            assert_eq!(ids(&truth(count), TruthState::Stored).len(), count, "asked for {count}");
        }
        assert_eq!(ids(&truth(0), TruthState::Stored).len(), handwritten::reachable().len());
    }

    #[test]
    fn the_truth_of_the_seed_is_this() {
        let truth = truth(0).into_iter().find(|document| document.id == SEED_ID).unwrap();
        let fields: serde_json::Map<_, _> = truth.fields.into_iter().collect();
        assert_eq!(
            Value::Object(fields),
            serde_json::json!({
                "title": "Εξόφληση 1ου λογαριασμού οδοποιίας",
                "organisation": "ΔΗΜΟΣ ΠΑΡΑΔΕΙΓΜΑΤΟΣ",
                "organisation_tax_number": "000000012",
                "contractor": "ΔΕΙΓΜΑ ΤΕΧΝΙΚΗ & ΣΙΑ Ο.Ε.",
                "contractor_tax_number": "000000036",
                "signed": "2014-03-12",
                "published": "2014-03-14",
                "value_without_vat": { "amount": "1234567.89", "currency": "EUR" },
                "value_with_vat": { "amount": "1518518.50", "currency": "EUR" },
                "commitment": "ΒΛ9Ω46907Τ-0ΝΚ",
                "cancelled": false,
                "lines": [{
                    "cpv": "45233120-6",
                    "description": "Έργα οδοποιίας",
                    "quantity": 1,
                    "value": { "amount": "1234567.89", "currency": "EUR" },
                }],
            })
        );
        let references = [
            ("14PAY000100003", "mentioned"),
            ("14SYMV000100002", "contract"),
            ("ΒΛ9Ω46907Τ-0ΝΚ", "decision"),
        ];
        assert_eq!(truth.references, references.map(|(target, relation)| (target.to_owned(), relation)));
    }

    #[test]
    fn depth_is_the_shortest_way_from_the_seed() {
        let truth = truth(0);
        let depths = [
            (SEED_ID, 0),
            ("14SYMV000100002", 1),
            ("14PAY000100003", 1),
            (HUB_ID, 2),
            ("14PAY000100017", 2),
            ("14PROC000100007", 3),
            ("14DIAB000100023", 4),
            ("14PAY000100014", 7),
        ];
        for (id, depth) in depths {
            let found = truth.iter().find(|document| document.id == id).unwrap();
            assert_eq!(found.depth, depth, "{id}");
        }
    }

    #[test]
    fn the_dead_ends_are_these() {
        assert_eq!(
            ids(&truth(0), TruthState::Absent),
            ["14AWRD000900001", "14PAY000100017", "14PROC000100021", "32REQ013229327", "ΩΨΧ94690ΒΓ-ΑΒΓ"]
        );
        assert_eq!(ids(&truth(0), TruthState::Bounded), ["14DIAB000100023"]);
    }

    #[test]
    fn every_reference_leads_to_a_document_of_the_truth_and_stands_there_once() {
        let truth = truth(200);
        let known: BTreeSet<&str> = truth.iter().map(|document| document.id.as_str()).collect();
        for document in &truth {
            let once: BTreeSet<_> = document.references.iter().collect();
            assert_eq!(once.len(), document.references.len(), "{}", document.id);
            for (target, relation) in &document.references {
                assert!(known.contains(target.as_str()), "{} names {target} as {relation}", document.id);
                assert_ne!(*target, document.id);
            }
        }
    }

    #[test]
    fn traps_are_never_part_of_the_truth() {
        let truth = truth(100);
        for trap in handwritten::unreachable() {
            let found = truth.iter().find(|document| document.id == trap.id);
            assert!(found.is_none_or(|document| document.state == TruthState::Bounded), "{}", trap.id);
        }
    }

    #[test]
    fn the_seed_decides_what_is_generated() {
        let fields = |seed| Corpus::new(60, seed).truth();
        assert_eq!(fields(7), fields(7));
        assert_ne!(fields(7), fields(8));
    }

    #[test]
    fn a_search_brings_versions_look_alikes_and_neighbours_too() {
        let corpus = Corpus::new(0, 1);
        for (query, rows) in [
            (
                " 14SYMV000100002 ",
                &["14SYMV000100002", "14PAY000100002", "14SYMV000100001", "14SYMV000100004"][..],
            ),
            ("14REQ000100008", &["14REQ000100008", "14REQ000100009", "14REQ000100019"]),
            ("14REQ000100019", &["14REQ000100008", "14REQ000100019"]),
            ("14AWRD000900001", &[]),
            ("", &[]),
            ("4ΑΘΧΨ-Ω2Κ", &["4ΑΘΧΨ-Ω2Κ"]),
        ] {
            assert_eq!(corpus.search(query), rows, "{query}");
        }
        assert!(!corpus.search("14PAY000100017").is_empty(), "a missing one has neighbours");
    }

    #[test]
    fn another_document_is_of_the_same_kind() {
        let corpus = Corpus::new(0, 1);
        for document in handwritten::reachable() {
            let another = corpus.another(&document.id).unwrap();
            assert_eq!(another.kind, document.kind);
            assert_ne!(another.id, document.id);
        }
    }
}
