//! JSON lines: one object a document, sorted by ID, the same bytes for the same store.

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::{Map, Value as Json, json};

use crate::domain::{Edge, Field, Reference, Value, Warning};
use crate::frontier::{Documents, Entries, Entry};

use super::ExportError;

/// Writes every known ID as one JSON object a line, in the order of the IDs.
///
/// # Errors
/// Where the store cannot be read or the output not be written.
pub async fn jsonl(documents: &dyn Documents, mut output: impl Write) -> Result<u64, ExportError> {
    let mut written = 0;
    let mut walk = Entries::of(documents);
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            break;
        }
        for entry in &entries {
            serde_json::to_writer(&mut output, &object(documents, entry).await?)
                .map_err(std::io::Error::from)?;
            output.write_all(b"\n")?;
            written += 1;
        }
    }
    output.flush()?;
    Ok(written)
}

async fn object(documents: &dyn Documents, entry: &Entry) -> Result<Json, ExportError> {
    let id = entry.id.as_str();
    let mut object = Map::new();
    object.insert("v".into(), json!(1));
    object.insert("id".into(), json!(id));
    object.insert("kind".into(), json!(entry.id.kind()));
    object.insert("state".into(), json!(entry.state));
    object.insert("depth".into(), json!(entry.depth));
    if let Some(bound) = &entry.bound {
        object.insert("bound".into(), json!(bound));
    }
    if let Some(cause) = &entry.cause {
        object.insert("cause".into(), json!(cause.to_string()));
    }
    if let Some(document) = documents.document(id).await? {
        object.insert("route".into(), json!(document.route));
        object.insert("captured_at".into(), json!(document.captured_at));
        object.insert("page".into(), json!(document.page.digest));
        object.insert("fields".into(), fields_object(&document.fields));
        let references = documents.references(id).await?;
        object.insert("references".into(), references.iter().map(reference_object).collect());
        let warnings = document.warnings.iter().map(Warning::to_string).collect::<Vec<_>>();
        object.insert("warnings".into(), json!(warnings));
    } else if let Some(page) = &entry.page {
        object.insert("page".into(), json!(page.digest));
    }
    let sources: BTreeSet<String> =
        documents.named_by(id).await?.into_iter().map(|(source, _)| source.to_string()).collect();
    object.insert("found_in".into(), json!(sources));
    Ok(Json::Object(object))
}

/// A reference as it stands in every JSON output.
pub(super) fn reference_object((reference, edge): &(Reference, Edge)) -> Json {
    let mut object = Map::new();
    object.insert("id".into(), json!(reference.target.as_str()));
    object.insert("kind".into(), json!(reference.target.kind()));
    object.insert("relation".into(), json!(reference.relation));
    object.insert("edge".into(), json!(edge));
    object.insert("evidence".into(), json!(reference.evidence));
    if reference.written != reference.target.as_str() {
        object.insert("written".into(), json!(reference.written));
    }
    Json::Object(object)
}

/// Fields by name.
pub(super) fn fields_object(fields: &[Field]) -> Json {
    Json::Object(fields.iter().map(|field| (field.name.clone(), field_value(&field.value))).collect())
}

/// A field's value as it stands in every JSON output.
#[must_use]
pub fn field_value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Integer(number) => json!(number),
        Value::Amount { amount, currency } => json!({ "amount": amount.to_string(), "currency": currency }),
        Value::Date(date) => json!(date.to_string()),
        Value::Id(id) => json!(id.as_str()),
        Value::Present(present) => json!(present),
        Value::Rows(rows) => rows.iter().map(|row| fields_object(row)).collect(),
    }
}
