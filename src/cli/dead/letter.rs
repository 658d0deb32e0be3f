//! One dead letter: what the store knows of it, and how it is listed.

use serde_json::{Value as Json, json};

use crate::domain::{Attempted, Cause, DocumentId, Happened, Happening, State, Timestamp};
use crate::evidence::EvidenceDirectory;
use crate::export::one_line;
use crate::frontier::{Documents, Entries, Entry};

use super::super::exit::Failure;
use super::filter::CauseName;

/// An ID that was given up.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) entry: Entry,
    /// When its last attempt ended; `None` where the store does not know.
    pub(super) died_at: Option<Timestamp>,
    /// Its attempts, as far as they are known, in order.
    pub(super) attempts: Vec<(Timestamp, Attempted)>,
}

/// Every dead letter, in the order of the IDs.
pub(super) async fn all(documents: &dyn Documents) -> Result<Vec<Letter>, Failure> {
    let mut letters = Vec::new();
    let mut walk = Entries::of(documents);
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            return Ok(letters);
        }
        for entry in entries.into_iter().filter(|entry| entry.state == State::Dead) {
            let history = documents.history(entry.id.as_str()).await?;
            letters.push(Letter::of(entry, history));
        }
    }
}

impl Letter {
    fn of(entry: Entry, history: Vec<Happening>) -> Self {
        let ends = |what: &Happened| matches!(what, Happened::Attempted(_) | Happened::CutOff);
        let died_at = history.iter().rev().find(|happening| ends(&happening.what)).map(|last| last.at);
        let attempts = history
            .into_iter()
            .filter_map(|happening| match happening.what {
                Happened::Attempted(attempted) => Some((happening.at, attempted)),
                _ => None,
            })
            .collect();
        Self { entry, died_at, attempts }
    }

    pub(super) fn id(&self) -> DocumentId {
        self.entry.id.clone()
    }

    pub(super) const fn cause(&self) -> Option<&Cause> {
        self.entry.cause.as_ref()
    }

    /// The name of the evidence of its last attempt.
    pub(super) fn evidence(&self) -> Option<&str> {
        self.attempts.last().and_then(|(_, attempted)| attempted.evidence.as_deref())
    }

    /// ID, kind, attempts, time, cause, and the directory of its evidence, with `-` for what is not known.
    pub(super) fn text_line(&self, evidence: &EvidenceDirectory) -> Result<String, Failure> {
        let Entry { id, attempts, .. } = &self.entry;
        let died_at = self.died_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let cause = self.cause().map_or_else(|| "-".to_owned(), |cause| one_line(&cause.to_string()));
        let place = self.place(evidence)?.unwrap_or_else(|| "-".to_owned());
        Ok(format!("{id}\t{}\t{attempts}\t{died_at}\t{cause}\t{place}", id.kind()))
    }

    /// The same for programs.
    pub(super) fn json_line(&self, evidence: &EvidenceDirectory) -> Result<Json, Failure> {
        let Entry { id, attempts, .. } = &self.entry;
        Ok(json!({
            "v": 1,
            "id": id.as_str(),
            "kind": id.kind(),
            "attempts": attempts,
            "died_at": self.died_at,
            "cause_name": self.cause().map(|cause| CauseName::of(cause).text()),
            "cause": self.cause().map(ToString::to_string),
            "evidence": self.place(evidence)?,
        }))
    }

    /// The directory of its evidence, where that is still there.
    fn place(&self, evidence: &EvidenceDirectory) -> Result<Option<String>, Failure> {
        let Some(name) = self.evidence() else { return Ok(None) };
        Ok(evidence.read(name)?.map(|kept| kept.path.display().to_string()))
    }

    #[cfg(test)]
    pub(super) fn for_test(id: DocumentId, cause: Cause, died_at: Option<Timestamp>) -> Self {
        let entry = Entry {
            id,
            state: State::Dead,
            depth: 0,
            attempts: 3,
            discovered_at: Timestamp::default(),
            bound: None,
            cause: Some(cause),
            page: None,
        };
        Self { entry, died_at, attempts: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Ended;

    #[test]
    fn a_letter_died_when_its_last_attempt_ended_however_that_was() {
        let id = DocumentId::from_canonical("A-1", "s", "k");
        let entry = Letter::for_test(id, Cause::SessionLost, None).entry;
        let at = Timestamp::from_millis;
        let attempted = |attempt, evidence: Option<&str>| {
            Happened::Attempted(Attempted {
                attempt,
                leased_at: at(0),
                sessions_lost: 0,
                ended: Ended::Dead,
                cause: Some(Cause::SessionLost),
                next_at: None,
                evidence: evidence.map(str::to_owned),
            })
        };
        let happened = |millis, what| Happening { at: at(millis), what };
        let history = vec![
            happened(1, Happened::Seeded),
            happened(2, attempted(1, Some("first"))),
            happened(3, attempted(2, Some("second"))),
        ];
        let letter = Letter::of(entry.clone(), history);
        assert_eq!((letter.died_at, letter.evidence()), (Some(at(3)), Some("second")));
        assert_eq!(letter.attempts.len(), 2);
        let cut_off = Letter::of(entry.clone(), vec![happened(7, Happened::CutOff)]);
        assert_eq!(cut_off.died_at, Some(at(7)));
        assert_eq!(Letter::of(entry, Vec::new()).died_at, None);
    }
}
