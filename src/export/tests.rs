//! One small store, shown in every format.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::*;
use crate::clock::ManualClock;
use crate::domain::{
    Bounds, Cause, Digest, Document, DocumentId, Field, Intent, Outcome, PageRef, Reference, Timestamp,
    Value, Warning, WorkerId,
};
use crate::frontier::{Documents as _, Frontier as _, MemoryFrontier, Next};

fn id(text: &str) -> DocumentId {
    DocumentId::from_canonical(text, "act", if text.starts_with('A') { "act" } else { "bill" })
}

fn reference(target: &str, relation: &str, intent: Intent) -> Reference {
    Reference {
        target: id(target),
        relation: relation.into(),
        part: "detail".into(),
        offset: 0,
        evidence: format!("see {target}"),
        written: if target == "A-2" { "a-2".into() } else { target.into() },
        intent,
    }
}

fn page(text: &str) -> PageRef {
    PageRef { digest: Digest::of(text.as_bytes()), archive: None }
}

/// A document that names one that is absent, one that is dead, one of a kind without a route, and one in passing.
fn document() -> Document {
    Document {
        id: id("A-1"),
        route: "form".into(),
        captured_at: Timestamp::from_millis(1_700_000_000_000),
        page: page("A-1"),
        fields: vec![Field { name: "title".into(), value: Value::Text("Road".into()) }],
        references: vec![
            reference("A-2", "award", Intent::Follow),
            reference("A-3", "award", Intent::Follow),
            reference("A-4", "mentioned", Intent::Mention),
            reference("B-1", "bill", Intent::Follow),
        ],
        warnings: vec![Warning::FieldMissing { field: "paid".into() }],
    }
}

fn routed() -> BTreeSet<String> {
    BTreeSet::from(["act".to_owned()])
}

async fn store() -> MemoryFrontier {
    let frontier = MemoryFrontier::new(Arc::new(ManualClock::default()));
    frontier.reopen(&Bounds { routed: routed(), ..Bounds::default() }).await.unwrap();
    frontier.enqueue(&[id("A-1")]).await.unwrap();
    while let Next::Leased(lease) =
        frontier.lease(&WorkerId("one".into()), Duration::from_secs(60)).await.unwrap()
    {
        let outcome = match lease.id.as_str() {
            "A-1" => Outcome::Stored(Box::new(document())),
            "A-2" => Outcome::Absent { evidence: page("A-2") },
            _ => Outcome::Dead { cause: Cause::WrongPage { found: "A-9".into() } },
        };
        frontier.commit(lease, outcome).await.unwrap();
    }
    frontier
}

#[tokio::test]
async fn every_id_is_one_line_with_all_that_is_known_of_it() {
    let mut output = Vec::new();
    assert_eq!(jsonl(&store().await, &mut output).await.unwrap(), 4);
    let text = String::from_utf8(output).unwrap();
    let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = |id: &str, kind: &str, relation: &str, edge: &str| json!({ "id": id, "kind": kind, "relation": relation, "edge": edge, "evidence": format!("see {id}") });
    let mut award = named("A-2", "act", "award", "followed");
    award["written"] = json!("a-2");
    assert_eq!(
        lines,
        [
            json!({
                "v": 1, "id": "A-1", "kind": "act", "state": "stored", "depth": 0, "route": "form",
                "captured_at": "2023-11-14T22:13:20.000Z", "page": Digest::of(b"A-1"), "fields": { "title": "Road" },
                "references": [
                    award,
                    named("A-3", "act", "award", "followed"),
                    named("A-4", "act", "mentioned", "mentioned"),
                    named("B-1", "bill", "bill", "bounded"),
                ],
                "warnings": ["`paid` is not on the page"], "found_in": [],
            }),
            json!({
                "v": 1, "id": "A-2", "kind": "act", "state": "absent", "depth": 1, "page": Digest::of(b"A-2"),
                "found_in": ["A-1"],
            }),
            json!({
                "v": 1, "id": "A-3", "kind": "act", "state": "dead", "depth": 1,
                "cause": "wrong page: it shows `A-9`", "found_in": ["A-1"],
            }),
            json!({
                "v": 1, "id": "B-1", "kind": "bill", "state": "bounded", "depth": 1, "bound": "no_route",
                "found_in": ["A-1"],
            }),
        ]
    );
}

#[test]
fn what_is_expected_of_a_fixture_is_the_line_without_what_moves() {
    let expected = expected_document(&document(), &routed());
    let edges: Vec<_> =
        expected["references"].as_array().unwrap().iter().map(|edge| edge["edge"].clone()).collect();
    assert_eq!(edges, ["followed", "followed", "mentioned", "bounded"]);
    assert_eq!((&expected["route"], &expected["state"]), (&json!("form"), &json!("stored")));
    assert_eq!(expected["warnings"], json!(["`paid` is not on the page"]));
    for moving in ["captured_at", "page", "depth", "found_in"] {
        assert_eq!(expected.get(moving), None, "{moving}");
    }
    let absent = json!({ "v": 1, "id": "A-2", "kind": "act", "state": "absent" });
    assert_eq!(expected_absence(&id("A-2")), absent);
}

#[tokio::test]
async fn a_report_says_what_is_lacking_and_where_references_lead() {
    let frontier = store().await;
    let report = Report::of(&frontier, frontier.counts().await.unwrap()).await.unwrap();
    assert!(!report.is_closed() && report.waiting() == 0);
    let json = report.json();
    assert_eq!((&json["closed"], &json["discovered"]), (&json!(false), &json!(4)));
    assert_eq!((&json["dead"], &json["bounded"]), (&json!({ "wrong_page": 1 }), &json!({ "no_route": 1 })));
    let nowhere = |places: &str| json["nowhere"][places].clone();
    for (places, example) in [("absent", "A-2"), ("dead", "A-3"), ("not_in_line", "A-4"), ("bounded", "B-1")]
    {
        assert_eq!(nowhere(places), json!({ "references": 1, "examples": [example] }), "{places}");
    }
    let text = report.text_of_store("store", "store/evidence");
    for line in [
        "known, but not looked up: 1 (no route)\n",
        "dead letter: A-3, attempts 1: wrong page: it shows `A-9`\n",
        "  `anafora dead show A-3 --data store` shows what was seen of it\n",
        "references to IDs that are only mentioned: 1, as to A-4\n",
        "the graph is not closed: 1 dead\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(!report.text().contains("anafora dead show"), "without a store there is nothing to type");
}

#[tokio::test]
async fn a_trail_goes_both_ways_as_far_and_over_as_many_as_is_wished() {
    let frontier = store().await;
    let nodes = async |center: &str, hops, nodes_max| {
        let trail = Trail::around(&frontier, center, hops, nodes_max).await.unwrap();
        let text = trail.write(GraphFormat::Dot);
        let known = ["A-1", "A-2", "A-3", "A-4", "B-1"];
        let shown = known.into_iter().filter(|id| text.contains(&format!("\"{id}\" [label")));
        (shown.collect::<Vec<_>>().join(" "), trail.left_out())
    };
    assert_eq!(nodes("A-1", 1, 9).await, ("A-1 A-2 A-3 A-4 B-1".to_owned(), 0));
    assert_eq!(nodes("A-2", 1, 9).await, ("A-1 A-2".to_owned(), 0), "named by, one hop");
    assert_eq!(nodes("A-2", 2, 9).await, ("A-1 A-2 A-3 A-4 B-1".to_owned(), 0));
    assert_eq!(nodes("A-1", 1, 3).await, ("A-1 A-2 A-3".to_owned(), 2));
    assert_eq!(nodes("A-1", 0, 9).await, ("A-1".to_owned(), 0));
    let unknown = Trail::around(&frontier, "A-9", 1, 9).await.unwrap_err();
    assert_eq!(unknown.to_string(), "A-9 is not in the store");
}

#[tokio::test]
async fn an_explanation_tells_the_way_and_the_route() {
    let frontier = store().await;
    let of = async |id: &str| Explanation::of(&frontier, id).await.unwrap();
    let dead = of("A-3").await.unwrap().json("store");
    assert_eq!((&dead["way"], &dead["route"]), (&json!(["A-1", "A-3"]), &Json::Null));
    assert_eq!(dead["next_at"], Json::Null);
    let stored = of("A-1").await.unwrap();
    assert!(stored.text("store", "evidence").contains("brought by the route `form`\n"));
    assert!(of("A-4").await.is_none(), "it is only mentioned");
    assert!(frontier.entry("A-4").await.unwrap().is_none());
}
