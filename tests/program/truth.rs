//! A crawl of the demo portal equals the portal's own ground truth, in every browser.

use std::collections::{BTreeMap, BTreeSet};

use anafora::demo::{DemoPortal, SEED_ID, TruthDocument};
use anafora::fetch::BrowserKind;
use serde_json::{Map, Value as Json, json};

use crate::anafora::{World, geckodriver, portal};

/// Documents of a portal for tests: every oddity and a few more.
pub(crate) const DOCUMENTS: usize = 40;

/// Holds JSON lines against the truth: every document that is reachable, every field, every reference, nothing else.
pub(crate) fn assert_truth(portal: &dyn DemoPortal, lines: &str) {
    assert_equals(&portal.truth(), lines);
}

/// Holds JSON lines against one truth of a portal.
pub(crate) fn assert_equals(truth: &[TruthDocument], lines: &str) {
    let mut found: BTreeMap<String, Json> = BTreeMap::new();
    for line in lines.lines() {
        let object: Json = serde_json::from_str(line).unwrap();
        assert_eq!(object["v"], 1);
        found.insert(object["id"].as_str().unwrap().to_owned(), object);
    }
    for document in truth {
        let Some(object) = found.remove(&document.id) else { panic!("{} is missing", document.id) };
        let id = &document.id;
        assert_eq!(object["state"], serde_json::to_value(document.state).unwrap(), "{id}: {object:#}");
        assert_eq!(object["kind"], document.kind, "{id}");
        assert_eq!(object["depth"], document.depth, "{id}");
        if object["state"] == "stored" {
            let fields: Map<String, Json> = document.fields.iter().cloned().collect();
            assert_eq!(object["fields"], Json::Object(fields), "{id}");
            let references: BTreeSet<(String, String)> = (object["references"].as_array().unwrap().iter())
                .map(|edge| (text(&edge["id"]), text(&edge["relation"])))
                .collect();
            let true_references: BTreeSet<(String, String)> = document
                .references
                .iter()
                .map(|(target, relation)| (target.clone(), (*relation).to_owned()))
                .collect();
            assert_eq!(references, true_references, "{id}");
        }
        let named_by: BTreeSet<&str> = truth
            .iter()
            .filter(|source| source.references.iter().any(|(target, _)| target == id))
            .map(|source| source.id.as_str())
            .collect();
        let found_in: BTreeSet<&str> =
            object["found_in"].as_array().unwrap().iter().map(|source| source.as_str().unwrap()).collect();
        assert_eq!(found_in, named_by, "{id}");
    }
    assert!(found.is_empty(), "found, but not in the truth: {:?}", found.keys());
}

fn text(value: &Json) -> String {
    value.as_str().unwrap().to_owned()
}

/// Crawls a portal from one document with two sessions in this browser, holds what came against the truth, and sees that
/// nothing goes on running.
pub(crate) async fn crawl_equals_truth(
    portal: &dyn DemoPortal,
    (profile, seed): (&str, &str),
    kind: BrowserKind,
) {
    let (world, base) = (World::new(), portal.base().to_string());
    let crawl =
        ["crawl", "--profile", profile, "--base", &base, "--sessions", "2", "--format", "jsonl", seed];
    let driver = (kind == BrowserKind::Firefox).then(geckodriver);
    let browser = driver.iter().flat_map(|driver| ["--browser", "firefox", "--driver-program", driver]);
    let lines = world.good(&crawl.into_iter().chain(browser).collect::<Vec<_>>()).await;
    assert_truth(portal, &lines);
    world.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_in_chromium_equals_the_truth() {
    let portal = portal(DOCUMENTS).await;
    crawl_equals_truth(&portal, ("demo", SEED_ID), BrowserKind::Chromium).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_in_firefox_equals_the_truth() {
    let portal = portal(DOCUMENTS).await;
    crawl_equals_truth(&portal, ("demo", SEED_ID), BrowserKind::Firefox).await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_the_demo_portal_is_what_its_page_says_to_a_reader() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--depth", "0", "--format", "jsonl"];
    let lines = world.good(&[&crawl, &[SEED_ID][..]].concat()).await;
    let first: Json =
        serde_json::from_str(lines.lines().find(|line| line.contains("\"stored\"")).unwrap()).unwrap();
    let fields = json!({
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
    });
    let references = json!([
        {
            "id": "14PAY000100003",
            "kind": "payment",
            "relation": "mentioned",
            "edge": "bounded",
            "evidence": "Προηγήθηκε η εντολή 14ΡΑΥ000100003, που ακυρώθηκε.",
            "written": "14ΡΑΥ000100003",
        },
        {
            "id": "14SYMV000100002",
            "kind": "contract",
            "relation": "contract",
            "edge": "bounded",
            "evidence": "ΑΔΑΜ Σύμβασης: 14SYMV000100002",
        },
        {
            "id": "ΒΛ9Ω46907Τ-0ΝΚ",
            "kind": "decision",
            "relation": "decision",
            "edge": "bounded",
            "evidence": "ΑΔΑ Ανάληψης Υποχρέωσης: ΒΛ9Ω46907Τ–0ΝΚ",
            "written": "ΒΛ9Ω46907Τ–0ΝΚ",
        },
    ]);
    assert_eq!(first["fields"], fields);
    assert_eq!(first["references"], references);
    portal.stop().await;
}
