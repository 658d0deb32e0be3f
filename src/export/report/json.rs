//! The closure report as one JSON object.

use serde_json::{Map, Value as Json, json};

use super::Report;
use crate::domain::{Coverage, DocumentId};

/// The report, with every count, also those of nothing.
pub(super) fn json(report: &Report) -> Json {
    let bounded: Map<String, Json> =
        report.bounded.iter().filter_map(|(bound, ids)| Some((word(bound)?, json!(ids)))).collect();
    let nowhere: Map<String, Json> = report
        .nowhere
        .iter()
        .filter_map(|(whereto, nowhere)| {
            let examples: Vec<&str> = nowhere.examples.iter().map(DocumentId::as_str).collect();
            Some((word(whereto)?, json!({ "references": nowhere.references, "examples": examples })))
        })
        .collect();
    let paused: Vec<Json> = report
        .paused
        .iter()
        .map(|(pause, ids)| {
            json!({
                "kind": pause.kind, "ids": ids, "at": pause.at, "missing": pause.missing,
                "since": pause.since.as_str(), "evidence": pause.evidence,
            })
        })
        .collect();
    json!({
        "v": 1,
        "closed": report.is_closed(),
        "discovered": report.counts.known(),
        "waiting": report.waiting(),
        "counts": report.counts,
        "dead": report.dead,
        "paused": paused,
        "bounded": bounded,
        "nowhere": nowhere,
        "coverage": report.coverage.iter().map(coverage).collect::<Vec<_>>(),
        "last_run": report.last_run,
        "runs_cut_off": report.runs_cut_off,
    })
}

fn coverage(coverage: &Coverage) -> Json {
    let fields: Vec<Json> = coverage
        .fields
        .iter()
        .map(|(field, found)| {
            json!({
                "field": field, "found": found.found, "missing": found.missing, "percent": found.percent(),
                "missing_in_a_row": found.missing_in_a_row,
                "missing_since": found.missing_since.as_ref().map(DocumentId::as_str),
                "faded": found.has_faded(),
            })
        })
        .collect();
    let choices: Vec<Json> = coverage
        .choices
        .iter()
        .map(|(step, choice)| {
            json!({
                "step": step, "first": choice.first, "matched": choice.found.found, "others": choice.found.missing,
                "others_in_a_row": choice.found.missing_in_a_row,
                "others_since": choice.found.missing_since.as_ref().map(DocumentId::as_str),
                "instead": choice.instead, "faded": choice.found.has_faded(),
            })
        })
        .collect();
    json!({ "kind": coverage.kind, "documents": coverage.documents, "fields": fields, "choices": choices })
}

/// A closed set's word, as it is stored.
fn word(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}
