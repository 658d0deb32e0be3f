//! What a commit adds to the coverage of a kind: which fields were found, and whether the layout was the known one.

use std::collections::BTreeSet;

use crate::domain::{
    Cause, Choice, ChoiceCoverage, Coverage, Document, DocumentId, Outcome, Recent, Remarks, Value, Warning,
};

/// Counts an outcome; `None` where it says nothing about the layout of the kind's pages.
pub(super) fn with(
    mut coverage: Coverage,
    id: &DocumentId,
    outcome: &Outcome,
    remarks: &Remarks,
) -> Option<Coverage> {
    let missing = match outcome {
        Outcome::Stored(document) => {
            count(&mut coverage, document);
            count_choices(&mut coverage, id, &remarks.choices);
            None
        }
        Outcome::Retry { cause: Cause::LayoutChanged { what }, .. }
        | Outcome::Dead { cause: Cause::LayoutChanged { what } } => Some(what.clone()),
        _ => return None,
    };
    coverage.recent.retain(|recent| recent.id != *id);
    coverage.recent.push_back(Recent { id: id.clone(), missing, evidence: remarks.evidence.clone() });
    while coverage.recent.len() > Coverage::RECENT_MAX {
        coverage.recent.pop_front();
    }
    Some(coverage)
}

fn count(coverage: &mut Coverage, document: &Document) {
    coverage.documents += 1;
    let found = found(document);
    for name in &found {
        coverage.fields.entry(name.clone()).or_default().count_found();
    }
    for name in missing(document).difference(&found) {
        coverage.fields.entry(name.clone()).or_default().count_missing(&document.id);
    }
}

/// Counts which alternative of each step matched. Another first one, as of a profile that was mended, begins anew.
fn count_choices(coverage: &mut Coverage, id: &DocumentId, choices: &[Choice]) {
    for Choice { step, first, matched } in choices {
        let counted = coverage.choices.entry(step.clone()).or_default();
        if counted.first != *first {
            *counted = ChoiceCoverage { first: first.clone(), ..ChoiceCoverage::default() };
        }
        if matched == first {
            counted.found.count_found();
        } else {
            counted.found.count_missing(id);
            counted.instead = Some(matched.clone());
        }
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

    #[test]
    fn the_first_alternative_is_counted_until_the_profile_names_another() {
        let mut coverage = Coverage::default();
        let mut count = |number: u32, first: &str, matched: &str| {
            let id = DocumentId::from_canonical(format!("P-{number}"), "p", "payment");
            let (step, first, matched) =
                ("form, step 3 (click)".to_owned(), first.to_owned(), matched.to_owned());
            count_choices(&mut coverage, &id, &[Choice { step, first, matched }]);
            let counted = coverage.choices.values().next().unwrap();
            let since = counted.found.missing_since.as_ref().map(ToString::to_string);
            (counted.found.found, counted.found.missing_in_a_row, since, counted.instead.clone())
        };
        let (since, instead) = (|id: &str| Some(id.to_owned()), |other: &str| Some(other.to_owned()));
        assert_eq!(count(1, "css:a", "css:a"), (1, 0, None, None));
        assert_eq!(count(2, "css:a", "css:b"), (1, 1, since("P-2"), instead("css:b")));
        assert_eq!(count(3, "css:a", "css:c"), (1, 2, since("P-2"), instead("css:c")));
        assert_eq!(count(4, "css:a", "css:a"), (2, 0, None, instead("css:c")));
        assert_eq!(count(5, "css:b", "css:b"), (1, 0, None, None));
    }
}
