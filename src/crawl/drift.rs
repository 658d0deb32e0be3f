//! Judges from what was found of late whether the layout of a kind has changed: pure, from counts to an alarm.

use crate::domain::{Coverage, DocumentId, Pause, Recent, Timestamp};
use crate::profile::Drift;

/// A field that used to be on the pages of a kind and no longer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Faded {
    pub(super) field: String,
    /// The first document without it.
    pub(super) since: Option<DocumentId>,
}

/// The pause that a kind needs: where `missing` of its last `of` documents lack what every page must have.
///
/// The pause names what is missing most often, the first document that lacks it, and the first evidence of that.
pub(super) fn alarm(coverage: &Coverage, drift: Drift, at: Timestamp) -> Option<Pause> {
    let last = coverage.recent.iter().skip(coverage.recent.len().saturating_sub(drift.of));
    let lacking: Vec<(&Recent, &str)> =
        last.filter_map(|recent| Some((recent, recent.missing.as_deref()?))).collect();
    if lacking.len() < drift.missing {
        return None;
    }
    let times = |what: &str| lacking.iter().filter(|(_, missing)| *missing == what).count();
    // The later of equals wins: it is what stands on the portal now.
    let missing = lacking.iter().map(|(_, missing)| *missing).max_by_key(|missing| times(missing))?;
    let mut alike = lacking.iter().filter(|(_, other)| *other == missing).map(|(recent, _)| *recent);
    let since = alike.clone().next()?.id.clone();
    let evidence = alike.find_map(|recent| recent.evidence.clone());
    Some(Pause { kind: coverage.kind.clone(), at, missing: missing.to_owned(), since, evidence })
}

/// The optional fields of a kind that used to be there.
pub(super) fn faded(coverage: &Coverage) -> impl Iterator<Item = Faded> {
    let gone = coverage.fields.iter().filter(|(_, found)| found.has_faded());
    gone.map(|(field, found)| Faded { field: field.clone(), since: found.missing_since.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FieldCoverage;

    fn id(number: usize) -> DocumentId {
        DocumentId::from_canonical(format!("P-{number}"), "p", "payment")
    }

    /// One letter a document: `.` was stored, every other one names what was missing.
    fn recent(letters: &str) -> Coverage {
        let one = |(number, letter): (usize, char)| Recent {
            id: id(number),
            missing: (letter != '.').then(|| letter.to_string()),
            evidence: (letter != '.').then(|| format!("evidence-{number}")),
        };
        let recent = letters.chars().enumerate().map(one).collect();
        Coverage { kind: "payment".into(), recent, ..Coverage::default() }
    }

    /// What is missing, and since which document.
    fn alarmed(letters: &str, missing: usize, of: usize) -> Option<(String, String)> {
        let pause = alarm(&recent(letters), Drift { missing, of }, Timestamp::default())?;
        assert_eq!(
            pause.evidence.as_deref().map(|name| name.replace("evidence", "P")),
            Some(pause.since.to_string())
        );
        Some((pause.missing, pause.since.to_string()))
    }

    #[test]
    fn an_alarm_needs_enough_of_the_last_documents() {
        let told = |what: &str, since: &str| Some((what.to_owned(), since.to_owned()));
        for (letters, missing, of, expected) in [
            ("", 1, 10, None),
            ("aa", 3, 10, None),
            ("aaa", 3, 10, told("a", "P-0")),
            ("..a.a....a", 3, 10, told("a", "P-2")),
            ("aa.........a", 3, 10, None),
            ("...a", 1, 1, told("a", "P-3")),
            ("a...", 1, 1, None),
            (".baab", 3, 10, told("b", "P-1")),
            (".baa", 3, 10, told("a", "P-2")),
        ] {
            assert_eq!(alarmed(letters, missing, of), expected, "{letters}, {missing} of {of}");
        }
    }

    #[test]
    fn only_fields_that_faded_are_told_and_since_when() {
        let field = |found, missing_in_a_row| FieldCoverage {
            found,
            missing: missing_in_a_row,
            missing_in_a_row,
            missing_since: Some(id(7)),
        };
        let fields = [("title".to_owned(), field(10, 5)), ("note".to_owned(), field(10, 1))].into();
        let told: Vec<Faded> = faded(&Coverage { fields, ..Coverage::default() }).collect();
        assert_eq!(told, [Faded { field: "title".into(), since: Some(id(7)) }]);
    }
}
