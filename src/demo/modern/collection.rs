//! All records of the modern demo portal: what a search finds, and the truth that crawls are compared with.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::generated;
use super::handwritten::{self, HUB_ID, MODERN_SEED_ID};
use super::record::Record;
use super::register::Register;
use crate::demo::truth::{self, TruthDocument, TruthState};

/// The rows that one search finds at most.
const ROWS_MAX: usize = 500;

/// The records of one portal.
#[derive(Clone, Debug)]
pub(super) struct Collection {
    records: BTreeMap<String, Record>,
}

impl Collection {
    /// The hand-written records, as many seeded ones as make `reachable_count` that can be reached, and their neighbours.
    pub(super) fn new(reachable_count: usize, seed: u64) -> Self {
        let mut reachable = handwritten::reachable();
        let missing = reachable_count.saturating_sub(reachable.len());
        if let Some(hub) = reachable.iter_mut().find(|record| record.id == HUB_ID) {
            let families = generated::families(missing, seed, hub);
            reachable.extend(families);
        }
        let everything =
            generated::neighbours(seed).into_iter().chain(handwritten::unreachable()).chain(reachable);
        Self { records: everything.map(|record| (record.id.clone(), record)).collect() }
    }

    /// The record that a page can show.
    pub(super) fn get(&self, id: &str) -> Option<&Record> {
        self.records.get(id).filter(|record| !record.is_gone)
    }

    /// Another record of the same register: the next one, the first after the last.
    pub(super) fn another(&self, id: &str) -> Option<&Record> {
        let register = Register::of(id);
        let others = |other: &&Record| other.register == register && other.id != id && !other.is_gone;
        let after = self.records.range::<str, _>((Bound::Excluded(id), Bound::Unbounded));
        after.map(|(_, record)| record).find(others).or_else(|| self.records.values().find(others))
    }

    /// The rows that a search in one register finds, the latest first.
    ///
    /// What looks like an ID finds its whole shelf, the register of that year; other words find titles.
    pub(super) fn search(&self, register: Register, query: &str) -> Vec<&Record> {
        let query = query.trim();
        let is_id = Register::of(query) == register && query.bytes().any(|byte| byte.is_ascii_digit());
        let wanted = register.shelf(query).filter(|_| is_id);
        let is_found = |record: &&Record| match wanted {
            _ if record.register != register || query.is_empty() => false,
            Some(wanted) => register.shelf(&record.id) == Some(wanted),
            None => record.title.to_lowercase().contains(&query.to_lowercase()),
        };
        let mut rows: Vec<&Record> = self.records.values().filter(is_found).collect();
        rows.sort_by(|one, other| other.published_day().cmp(one.published_day()));
        rows.truncate(ROWS_MAX);
        rows
    }

    /// What a complete crawl from [`MODERN_SEED_ID`] brings, sorted by ID.
    pub(super) fn truth(&self) -> Vec<TruthDocument> {
        truth::reached(MODERN_SEED_ID, |id, depth| self.truth_of(id, depth))
    }

    fn truth_of(&self, id: &str, depth: u16) -> TruthDocument {
        let register = Register::of(id);
        let record = self.get(id);
        let state = match record {
            Some(_) => TruthState::Stored,
            None if register == Register::Frameworks => TruthState::Bounded,
            None => TruthState::Absent,
        };
        let mut references = record.map(|record| record.true_references().to_vec()).unwrap_or_default();
        references.sort();
        references.dedup();
        TruthDocument {
            id: id.to_owned(),
            kind: register.kind(),
            state,
            depth,
            fields: record.map(Record::true_fields).unwrap_or_default(),
            references,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn truth(reachable_count: usize) -> Vec<TruthDocument> {
        Collection::new(reachable_count, 1).truth()
    }

    fn ids(truth: &[TruthDocument], state: TruthState) -> Vec<&str> {
        truth.iter().filter(|document| document.state == state).map(|document| document.id.as_str()).collect()
    }

    #[test]
    fn as_many_records_are_reachable_as_were_asked_for() {
        let handwritten = handwritten::reachable().len();
        for count in [handwritten, 40, 41, 42, 60, 200] {
            assert_eq!(ids(&truth(count), TruthState::Stored).len(), count, "asked for {count}");
        }
        assert_eq!(ids(&truth(0), TruthState::Stored).len(), handwritten);
    }

    #[test]
    fn the_truth_of_the_seed_is_this() {
        let truth = truth(0).into_iter().find(|document| document.id == MODERN_SEED_ID).unwrap();
        let fields: Map<String, Value> = truth.fields.into_iter().collect();
        let pounds = |amount| json!({ "amount": amount, "currency": "GBP" });
        assert_eq!(
            Value::Object(fields),
            json!({
                "title": "Resurfacing of the coast road <phase A> & its lighting",
                "authority": "Skerrivik Borough Council",
                "authority_number": "NM 000 012",
                "published": "2024-03-14",
                "deadline": "2024-04-30",
                "procedure": "Open",
                "value_without_tax": pounds("1234567.89"),
                "value_with_tax": pounds("1481481.47"),
                "lines": [
                    { "cpv": "45233120-6", "description": "Road construction works", "quantity": 1,
                      "value": pounds("1184567.89") },
                    { "cpv": "34928500-3", "description": "Street-lighting equipment", "quantity": 1200,
                      "value": pounds("50000.00") },
                ],
                "attachments": [
                    { "name": "Call for tenders.pdf", "kilobytes": 212 },
                    { "name": "Map of the works.pdf", "kilobytes": 1048 },
                ],
                "withdrawn": false,
            })
        );
        let references = [
            ("D/77/2024", "decision"),
            ("T-2023-00311", "mentioned"),
            ("T-2024-0004", "mentioned"),
            ("T-2024-0004", "replaces"),
        ];
        assert_eq!(truth.references, references.map(|(target, relation)| (target.to_owned(), relation)));
    }

    #[test]
    fn the_dead_ends_are_these() {
        let truth = truth(0);
        assert_eq!(
            ids(&truth, TruthState::Absent),
            ["C2024-0099/1", "D/999/2019", "T-1999-00001", "T-2024-00999"]
        );
        assert_eq!(ids(&truth, TruthState::Bounded), ["FW-2024-001"]);
    }

    #[test]
    fn a_search_for_an_id_finds_its_whole_shelf_the_latest_first() {
        let collection = Collection::new(60, 1);
        let found = |register, query: &str| -> Vec<&str> {
            collection.search(register, query).iter().map(|record| record.id.as_str()).collect()
        };
        let tenders = found(Register::Tenders, "T-2024-0004");
        assert!(tenders.len() > 200, "{}", tenders.len());
        for id in ["T-2024-0004", "T-2024-00045", "T-2024-00046", "T-2024-0045", "T-2024-00450"] {
            assert!(tenders.contains(&id), "{id}");
        }
        assert!(tenders.iter().position(|id| *id == MODERN_SEED_ID) > Some(20), "{tenders:?}");
        assert!(found(Register::Decisions, "D/7/2024").contains(&"D/77/2024"));
        assert!(found(Register::Contracts, "C2024-0099/1").contains(&"C2024-0099/1"));
        assert_eq!(collection.get("C2024-0099/1").map(|record| &record.id), None);
        assert_eq!(found(Register::Decisions, "D/999/2019"), Vec::<&str>::new());
        assert_eq!(found(Register::Decisions, "T-2024-00045"), Vec::<&str>::new());
        assert_eq!(found(Register::Tenders, "night FERRY"), ["T-2024-0045"]);
        assert_eq!(found(Register::Tenders, " "), Vec::<&str>::new());
    }
}
