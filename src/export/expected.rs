//! What a fixture should bring: the object of `export jsonl`, without what moves from crawl to crawl.
//!
//! Times, digests of pages, depths and who else names the document are left out. A reference is followed, mentioned or
//! bounded as in a crawl without bounds of its own.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::jsonl::{fields_object, reference_object};
use crate::domain::{Document, DocumentId, Edge, Intent, Reference, State, Warning};

/// The object of a document that is there; `routed` are the kinds to which the profile has a way.
#[must_use]
pub fn expected_document(document: &Document, routed: &BTreeSet<String>) -> Json {
    let mut object = headed(&document.id, State::Stored);
    object.insert("route".into(), json!(document.route));
    object.insert("fields".into(), fields_object(&document.fields));
    let edge = |reference: &Reference| match reference.intent {
        Intent::Mention => Edge::Mentioned,
        Intent::Follow if routed.contains(reference.target.kind()) => Edge::Followed,
        Intent::Follow => Edge::Bounded,
    };
    let references = document.references.iter().map(|reference| (reference.clone(), edge(reference)));
    object.insert("references".into(), references.map(|named| reference_object(&named)).collect());
    let warnings: Vec<String> = document.warnings.iter().map(Warning::to_string).collect();
    object.insert("warnings".into(), json!(warnings));
    Json::Object(object)
}

/// The object of a document that the portal says it does not have.
#[must_use]
pub fn expected_absence(id: &DocumentId) -> Json {
    Json::Object(headed(id, State::Absent))
}

fn headed(id: &DocumentId, state: State) -> Map<String, Json> {
    let mut object = Map::new();
    object.insert("v".into(), json!(1));
    object.insert("id".into(), json!(id.as_str()));
    object.insert("kind".into(), json!(id.kind()));
    object.insert("state".into(), json!(state));
    object
}
