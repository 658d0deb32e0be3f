//! What a crawl knows and what it lacks: the closure report, as data, for people and for programs.

mod json;
mod text;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Bound, Cause, Counts, Coverage, DocumentId, Pause, Run, State};
use crate::frontier::{Documents, Entries, Entry, FrontierError};

/// IDs that are named as examples, of each sort.
const EXAMPLES_MAX: usize = 5;

/// Whether the graph is closed, and everything that says why not.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many IDs are in each state.
    pub counts: Counts,
    /// How many dead letters there are of each cause, by its name, as in `layout_changed`.
    pub dead: BTreeMap<String, u64>,
    /// The first dead letters, without those that a recording does not hold.
    pub dead_examples: Vec<Entry>,
    /// The kinds that are paused, and how many IDs of each wait.
    pub paused: Vec<(Pause, u64)>,
    /// How many IDs each bound keeps out.
    pub bounded: BTreeMap<Bound, u64>,
    /// References to what is not a stored document.
    pub nowhere: BTreeMap<Whereto, Nowhere>,
    /// What was found in the documents of each kind.
    pub coverage: Vec<Coverage>,
    /// The last run; `None` before the first.
    pub last_run: Option<Run>,
    /// Runs before the last one that never came to an end.
    pub runs_cut_off: u64,
}

/// How a person comes to the store that a report is about.
#[derive(Clone, Copy)]
struct Store<'a> {
    data: &'a str,
    evidence: &'a str,
}

/// Where a reference leads that leads to no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whereto {
    /// To an ID that the portal does not know.
    Absent,
    /// To a dead letter.
    Dead,
    /// To an ID of a paused kind.
    Paused,
    /// To an ID that a bound keeps out.
    Bounded,
    /// To an ID that still waits.
    Waiting,
    /// To an ID that is only mentioned and was never put in line.
    NotInLine,
}

/// References that lead to no document, of one sort.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nowhere {
    /// How many.
    pub references: u64,
    /// The first of the IDs that they name.
    pub examples: Vec<DocumentId>,
}

impl Report {
    /// Reads everything from a frontier, some entries at a time.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn of(documents: &dyn Documents, counts: Counts) -> Result<Self, FrontierError> {
        let mut runs = documents.runs().await?;
        let last_run = runs.pop();
        let mut report = Self {
            counts,
            coverage: documents.coverages().await?,
            paused: documents.pauses().await?.into_iter().map(|pause| (pause, 0)).collect(),
            runs_cut_off: runs.iter().filter(|run| run.end.is_none()).count() as u64,
            last_run,
            ..Self::default()
        };
        let mut walk = Entries::of(documents);
        loop {
            let entries = walk.next().await?;
            if entries.is_empty() {
                return Ok(report);
            }
            for entry in entries {
                if entry.state == State::Stored {
                    report.follow(documents, &entry.id).await?;
                } else {
                    report.count(entry);
                }
            }
        }
    }

    /// Whether nothing is left to look up, apart from what a bound keeps out.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.counts.is_drained() && self.counts.dead == 0 && self.counts.paused == 0 && self.paused.is_empty()
    }

    /// How many IDs wait for an attempt.
    #[must_use]
    pub const fn waiting(&self) -> u64 {
        self.counts.queued + self.counts.leased + self.counts.delayed
    }

    /// How many dead letters have this cause, by its name.
    #[must_use]
    pub fn dead_of(&self, cause: &str) -> u64 {
        self.dead.get(cause).copied().unwrap_or_default()
    }

    /// The report as lines for people.
    #[must_use]
    pub fn text(&self) -> String {
        text::text(self, None)
    }

    /// The same with the commands that lead on. `data` is the store as it is typed on the command line, `evidence` the
    /// directory in which what was kept of failures lies.
    #[must_use]
    pub fn text_of_store(&self, data: &str, evidence: &str) -> String {
        text::text(self, Some(Store { data, evidence }))
    }

    /// The report as one JSON object.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        json::json(self)
    }

    fn count(&mut self, entry: Entry) {
        match entry.state {
            State::Bounded => {
                if let Some(bound) = entry.bound {
                    *self.bounded.entry(bound).or_default() += 1;
                }
            }
            State::Paused => {
                let kind = entry.id.kind();
                if let Some((_, ids)) = self.paused.iter_mut().find(|(pause, _)| pause.kind == kind) {
                    *ids += 1;
                }
            }
            State::Dead => {
                let cause = entry.cause.as_ref().map_or_else(|| "unknown".to_owned(), name);
                *self.dead.entry(cause).or_default() += 1;
                let is_unrecorded = matches!(entry.cause, Some(Cause::NotRecorded));
                if !is_unrecorded && self.dead_examples.len() < EXAMPLES_MAX {
                    self.dead_examples.push(entry);
                }
            }
            State::Queued | State::Leased | State::Delayed | State::Absent | State::Stored => {}
        }
    }

    /// Counts the references of a stored document that lead to no document.
    async fn follow(&mut self, documents: &dyn Documents, source: &DocumentId) -> Result<(), FrontierError> {
        let references = documents.references(source.as_str()).await?;
        let mut known = BTreeMap::new();
        for (reference, _) in references {
            let target = reference.target;
            let whereto = if let Some(whereto) = known.get(&target) {
                *whereto
            } else {
                let entry = documents.entry(target.as_str()).await?;
                let whereto = entry.map_or(Some(Whereto::NotInLine), |entry| whereto(entry.state));
                known.insert(target.clone(), whereto);
                whereto
            };
            let Some(whereto) = whereto else { continue };
            let nowhere = self.nowhere.entry(whereto).or_default();
            nowhere.references += 1;
            if nowhere.examples.len() < EXAMPLES_MAX && !nowhere.examples.contains(&target) {
                nowhere.examples.push(target);
            }
        }
        Ok(())
    }
}

/// Where a reference to an ID in this state leads; `None` where a document is there.
const fn whereto(state: State) -> Option<Whereto> {
    match state {
        State::Stored => None,
        State::Absent => Some(Whereto::Absent),
        State::Dead => Some(Whereto::Dead),
        State::Paused => Some(Whereto::Paused),
        State::Bounded => Some(Whereto::Bounded),
        State::Queued | State::Leased | State::Delayed => Some(Whereto::Waiting),
    }
}

/// The name of a cause, as it is stored.
fn name(cause: &Cause) -> String {
    let stored = serde_json::to_value(cause).unwrap_or_default();
    stored.get("cause").and_then(serde_json::Value::as_str).unwrap_or("unknown").to_owned()
}
