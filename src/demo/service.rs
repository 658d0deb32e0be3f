//! The registry's open data service: the same documents as JSON, with attachments, and with what such services get wrong.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::document::DemoDocument;
use super::opendata;
use super::server::Registry;

/// Where the service's addresses begin.
const DIRECTORY: &str = "/khmdhs-opendata";

/// The service beside the portal's own pages.
pub(super) fn router() -> Router<Arc<Registry>> {
    Router::new()
        .route(&format!("{DIRECTORY}/{{kind}}"), post(search))
        .route(&format!("{DIRECTORY}/{{kind}}/attachment/{{id}}"), get(attachment))
}

/// What the page of a search is called in the address.
#[derive(serde::Deserialize)]
struct Paging {
    #[serde(default)]
    page: u64,
}

async fn search(
    State(registry): State<Arc<Registry>>,
    Path(kind): Path<String>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    registry.mishaps.counters.work_arrives();
    if let Err(mishap) = registry.mishaps.arrive(&headers).await {
        return mishap;
    }
    let switches = &registry.mishaps.switches;
    if switches.service.unavailable.strikes() {
        return registry.mishaps.unavailable();
    }
    if switches.service.throttled.strikes() {
        return registry.too_often();
    }
    let Some(kind) = opendata::kind_named(&kind) else { return nothing("no such service") };
    let Some(asked) = reference_number(&body) else { return nothing("not found") };
    if let Err(mishap) = registry.mishaps.befall(&asked).await {
        return mishap;
    }
    if switches.service.no_data.strikes() {
        return nothing("no data yet today");
    }
    let document = registry.corpus.get(&asked).filter(|document| document.kind == kind);
    let Some(document) = document else { return nothing("not found") };
    registry.mishaps.counters.count(|stats| stats.service_answers += 1);
    let document = match registry.corpus.another(&asked) {
        Some(another) if switches.service.wrong_answer.strikes() => another,
        _ => document,
    };
    let content = if paging.page == 0 { opendata::item(document) } else { String::new() };
    answer(StatusCode::OK, format!("{{\"content\":[{content}],\"totalPages\":1,\"number\":{}}}", paging.page))
}

async fn attachment(
    State(registry): State<Arc<Registry>>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    registry.mishaps.counters.work_arrives();
    if let Err(mishap) = registry.mishaps.arrive(&headers).await {
        return mishap;
    }
    let kind = opendata::kind_named(&kind);
    let document = registry.corpus.get(&id).filter(|document| Some(document.kind) == kind);
    let Some(document) = document else { return nothing("not found") };
    if registry.mishaps.switches.service.attachment_throttled.strikes() {
        registry.mishaps.counters.count(|stats| stats.throttled += 1);
        return answer(StatusCode::OK, json!({ "message": "too many requests" }).to_string());
    }
    registry.mishaps.counters.count(|stats| stats.attachments += 1);
    ([(header::CONTENT_TYPE, "application/pdf")], pdf(document)).into_response()
}

impl Registry {
    fn too_often(&self) -> Response {
        self.mishaps.counters.count(|stats| stats.throttled += 1);
        let mut response =
            answer(StatusCode::TOO_MANY_REQUESTS, json!({ "message": "too many requests" }).to_string());
        let seconds = self.mishaps.switches.retry_after().as_secs();
        if seconds > 0 {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The ID asked for. Any other member beside it, though it be empty, and the service finds nothing.
fn reference_number(body: &Bytes) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let members = body.as_object().filter(|members| members.len() == 1)?;
    members.get("referenceNumber")?.as_str().map(ToOwned::to_owned)
}

fn nothing(message: &str) -> Response {
    answer(StatusCode::NOT_FOUND, json!({ "message": message }).to_string())
}

fn answer(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// A document of one page that shows its own ID.
fn pdf(document: &DemoDocument) -> Vec<u8> {
    let shown = format!("BT /F1 18 Tf 72 760 Td ({}) Tj ET", document.id);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{shown}\nendstream", shown.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pieces = vec!["%PDF-1.4\n".to_owned()];
    let mut table = vec!["0000000000 65535 f \n".to_owned()];
    let mut length = "%PDF-1.4\n".len();
    for (object, number) in objects.iter().zip(1..) {
        let piece = format!("{number} 0 obj\n{object}\nendobj\n");
        table.push(format!("{length:010} 00000 n \n"));
        length += piece.len();
        pieces.push(piece);
    }
    let count = table.len();
    pieces.push(format!("xref\n0 {count}\n{}", table.concat()));
    pieces.push(format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{length}\n%%EOF\n"));
    pieces.concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::kind::RegistryKind;
    use super::*;

    #[test]
    fn only_the_reference_number_alone_is_understood() {
        for (body, expected) in [
            (r#"{"referenceNumber": "14PAY000100001"}"#, Some("14PAY000100001")),
            (r#"{"referenceNumber": "14PAY000100001", "title": ""}"#, None),
            (r#"{"referenceNumber": 7}"#, None),
            (r#"["referenceNumber"]"#, None),
            ("", None),
        ] {
            assert_eq!(reference_number(&Bytes::from(body)).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn every_kind_but_decisions_has_a_service() {
        for kind in RegistryKind::SEARCHABLE {
            let named = opendata::service_of(kind).and_then(opendata::kind_named);
            assert_eq!(named, Some(kind).filter(|kind| *kind != RegistryKind::Decision));
        }
    }

    #[test]
    fn an_attachment_is_a_pdf_that_names_its_objects_where_they_are() {
        let document = DemoDocument::new("14PAY000100001", "Τίτλος");
        let text = String::from_utf8(pdf(&document)).unwrap();
        assert!(text.starts_with("%PDF-1.4\n") && text.ends_with("%%EOF\n"));
        let start: usize = text.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(text[start..].starts_with("xref\n0 6\n"));
        for (number, line) in text[start..].lines().skip(3).take(5).enumerate() {
            let at: usize = line[..10].parse().unwrap();
            assert!(text[at..].starts_with(&format!("{} 0 obj\n", number + 1)), "{line}");
        }
    }
}
