//! What a commit adds to the coverage of a kind: which fields were found, and whether the layout was the known one.

use std::collections::BTreeSet;

use crate::domain::{Cause, Coverage, Document, DocumentId, Outcome, Recent, Value, Warning};

/// Counts an outcome; `None` where it says nothing about the layout of the kind's pages.
pub(super) fn with(
    mut coverage: Coverage,
    id: &DocumentId,
    outcome: &Outcome,
    evidence: Option<&str>,
) -> Option<Coverage> {
    let missing = match outcome {
        Outcome::Stored(document) => {
            count(&mut coverage, document);
            None
        }
        Outcome::Retry { cause: Cause::LayoutChanged { what }, .. }
        | Outcome::Dead { cause: Cause::LayoutChanged { what } } => Some(what.clone()),
        _ => return None,
    };
    coverage.recent.retain(|recent| recent.id != *id);
    coverage.recent.push_back(Recent { id: id.clone(), missing, evidence: evidence.map(str::to_owned) });
    while coverage.recent.len() > Coverage::RECENT_MAX {
        coverage.recent.pop_front();
    }
    Some(coverage)
}

fn count(coverage: &mut Coverage, document: &Document) {
    coverage.documents += 1;
    let found = found(document);
    for name in &found {
        let field = coverage.fields.entry(name.clone()).or_default();
        field.found += 1;
        field.missing_in_a_row = 0;
        field.missing_since = None;
    }
    for name in missing(document).difference(&found) {
        let field = coverage.fields.entry(name.clone()).or_default();
        field.missing += 1;
        field.missing_in_a_row += 1;
        field.missing_since.get_or_insert_with(|| document.id.clone());
    }
}

/// Each field by its name. Those of a group stand as `group.field` where one row at least has them, so that they are
/// missing when no row has.
fn found(document: &Document) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for field in &document.fields {
        if let Value::Rows(rows) = &field.value {
            names.extend(rows.iter().flatten().map(|inner| format!("{}.{}", field.name, inner.name)));
        }
        names.insert(field.name.clone());
    }
    names
}

fn missing(document: &Document) -> BTreeSet<String> {
    let names = document.warnings.iter().filter_map(|warning| match warning {
        Warning::FieldMissing { field } => Some(field.clone()),
        _ => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Digest, Field, FieldCoverage, PageRef, Timestamp};

    #[test]
    fn a_field_that_was_found_again_is_missing_since_the_next_document_without_it() {
        let mut coverage = Coverage::default();
        for (number, is_there) in [false, true, false, false].into_iter().enumerate() {
            let name = "note".to_owned();
            let document = Document {
                id: DocumentId::from_canonical(format!("P-{number}"), "p", "payment"),
                route: "form".into(),
                captured_at: Timestamp::default(),
                page: PageRef { digest: Digest::of(b"page"), archive: None },
                fields: Vec::from_iter(
                    is_there.then(|| Field { name: name.clone(), value: Value::Present(true) }),
                ),
                references: Vec::new(),
                warnings: Vec::from_iter((!is_there).then_some(Warning::FieldMissing { field: name })),
            };
            count(&mut coverage, &document);
        }
        let since = DocumentId::from_canonical("P-2", "p", "payment");
        let expected =
            FieldCoverage { found: 1, missing: 3, missing_in_a_row: 2, missing_since: Some(since) };
        assert_eq!(coverage.fields, [("note".to_owned(), expected)].into());
    }
}
