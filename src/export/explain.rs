//! Everything that is known of one ID, in order: who named it, what became of each attempt, where it stands, what comes
//! next.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::domain::{
    Attempted, Bound, DocumentId, Ended, Happened, Happening, Intent, Pause, Reference, State, Timestamp,
};
use crate::frontier::{Documents, Entries, Entry};

use super::{ExportError, one_line};

/// Others that name an ID are shown up to this number; the rest is counted.
const NAMED_BY_SHOWN_MAX: usize = 20;

/// What is known of one ID.
#[derive(Clone, Debug)]
pub struct Explanation {
    entry: Entry,
    history: Vec<Happening>,
    /// Every stored document that names it, with its reference; sorted by document.
    named_by: Vec<(DocumentId, Reference)>,
    /// The shortest way to it, from a seed to the ID itself, over references that are followed.
    way: Vec<DocumentId>,
    /// Why its kind is paused, where it is.
    pause: Option<Pause>,
    /// The route that brought its document, where there is one.
    route: Option<String>,
}

impl Explanation {
    /// Gathers what a frontier knows of an ID; `None` where it was never seen.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn of(documents: &dyn Documents, id: &str) -> Result<Option<Self>, ExportError> {
        let Some(entry) = documents.entry(id).await? else { return Ok(None) };
        let history = documents.history(id).await?;
        let named_by = documents.named_by(id).await?;
        let way = way_to(documents, &entry).await?;
        let pauses = if entry.state == State::Paused { documents.pauses().await? } else { Vec::new() };
        let pause = pauses.into_iter().find(|pause| pause.kind == entry.id.kind());
        let route = documents.document(id).await?.map(|document| document.route);
        Ok(Some(Self { entry, history, named_by, way, pause, route }))
    }

    /// The explanation for people. `data` is the store as it is typed on the command line, `evidence` the directory in
    /// which what was kept of failures lies.
    #[must_use]
    pub fn text(&self, data: &str, evidence: &str) -> String {
        let Entry { id, state, depth, attempts, .. } = &self.entry;
        let mut lines =
            vec![format!("{id} ({}) is {state}, at depth {depth}, attempts {attempts}", id.kind())];
        if self.way.len() > 1 {
            let way: Vec<&str> = self.way.iter().map(DocumentId::as_str).collect();
            lines.push(format!("the shortest way to it: {}", way.join(" -> ")));
        }
        if let Some(route) = &self.route {
            lines.push(format!("brought by the route `{}`", one_line(route)));
        }
        lines.push(String::new());
        if self.history.is_empty() {
            lines.push(format!("{}  heard of for the first time", self.entry.discovered_at));
        }
        for Happening { at, what } in &self.history {
            lines.push(format!("{at}  {}", happened(what)));
            if let Happened::Attempted(Attempted { evidence: Some(name), .. }) = what {
                lines.push(format!("{:24}  evidence: {evidence}/{name}", ""));
            }
        }
        lines.extend(self.others());
        lines.push(String::new());
        lines.push(format!("next: {}", self.next(data)));
        lines.push(String::new());
        lines.join("\n")
    }

    /// Who names it beside the one that was the first.
    fn others(&self) -> Vec<String> {
        let first = self.history.iter().find_map(|happening| match &happening.what {
            Happened::Discovered { by, relation, .. } => Some((by, relation)),
            _ => None,
        });
        let others: Vec<_> =
            self.named_by.iter().filter(|(by, reference)| first != Some((by, &reference.relation))).collect();
        if others.is_empty() {
            return Vec::new();
        }
        let also = if first.is_some() { "also named by" } else { "named by" };
        let mut lines = vec![String::new(), format!("{also}:")];
        for (by, reference) in others.iter().take(NAMED_BY_SHOWN_MAX) {
            lines.push(format!("  {by}, as {}: {}", reference.relation, sentence(&reference.evidence)));
        }
        if others.len() > NAMED_BY_SHOWN_MAX {
            lines.push(format!("  and {} more", others.len() - NAMED_BY_SHOWN_MAX));
        }
        lines
    }

    /// What comes next for it, with the command that makes it so.
    #[must_use]
    pub fn next(&self, data: &str) -> String {
        let Entry { id, state, depth, .. } = &self.entry;
        let crawl = format!("`anafora crawl --data {data}`");
        match state {
            State::Stored => "nothing; it is stored".to_owned(),
            State::Absent => "nothing; the portal says that there is no such document".to_owned(),
            State::Queued => format!("it waits in line; {crawl} looks it up"),
            State::Leased => "a worker has it".to_owned(),
            State::Delayed => match self.next_at() {
                Some(at) => format!("{crawl} tries it again, not before {at}"),
                None => format!("{crawl} tries it again"),
            },
            State::Dead => {
                format!("it was given up; `anafora dead retry {id} --data {data}` puts it in line again")
            }
            State::Paused => match &self.pause {
                Some(pause) => format!(
                    "its kind is paused since {}: {}, at {} for the first time; {}",
                    pause.at,
                    one_line(&pause.missing),
                    pause.since,
                    format_args!(
                        "`anafora crawl --data {data} --resume-paused={}` goes on with it",
                        pause.kind
                    ),
                ),
                None => "its kind is paused".to_owned(),
            },
            State::Bounded => match self.entry.bound {
                Some(Bound::Depth) => format!(
                    "it lies at depth {depth}, too deep for --depth; `anafora crawl --data {data} --depth {depth}` lets it in"
                ),
                Some(Bound::Limit) => {
                    format!(
                        "--limit was reached; `anafora crawl --data {data} --no-bounds`, or a greater --limit, lets it in"
                    )
                }
                Some(Bound::Kinds) => format!(
                    "--kinds leaves out {}; `anafora crawl --data {data} --no-bounds`, or --kinds with it, lets it in",
                    id.kind()
                ),
                Some(Bound::NoRoute) => {
                    format!(
                        "nothing; the profile has no route to a {}, so that it is never looked up",
                        id.kind()
                    )
                }
                None => "a bound keeps it out".to_owned(),
            },
        }
    }

    /// When a delayed ID may be tried again.
    fn next_at(&self) -> Option<Timestamp> {
        self.history.iter().rev().find_map(|happening| match &happening.what {
            Happened::Attempted(attempted) => Some(attempted.next_at),
            _ => None,
        })?
    }

    /// The explanation as one JSON object.
    #[must_use]
    pub fn json(&self, data: &str) -> Json {
        let Entry { id, state, depth, attempts, discovered_at, bound, cause, page } = &self.entry;
        let named_by: Vec<Json> = self.named_by.iter().map(|(by, reference)| {
            json!({ "id": by.as_str(), "relation": reference.relation, "evidence": reference.evidence })
        }).collect();
        let way: Vec<&str> = self.way.iter().map(DocumentId::as_str).collect();
        json!({
            "v": 1,
            "id": id.as_str(),
            "kind": id.kind(),
            "state": state,
            "depth": depth,
            "attempts": attempts,
            "discovered_at": discovered_at,
            "bound": bound,
            "cause": cause,
            "page": page,
            "route": self.route,
            "history": self.history,
            "named_by": named_by,
            "way": way,
            "pause": self.pause,
            "next_at": self.next_at().filter(|_| *state == State::Delayed),
            "next": self.next(data),
        })
    }
}

/// Walks back from an ID to a seed, each time to a document that is one reference nearer. Where several are, to the one
/// whose ID is the first.
async fn way_to(documents: &dyn Documents, entry: &Entry) -> Result<Vec<DocumentId>, ExportError> {
    let mut way = vec![entry.id.clone()];
    let (mut here, mut depth) = (entry.id.clone(), entry.depth);
    while depth > 0 {
        let named_by = documents.named_by(here.as_str()).await?;
        let followed = named_by.into_iter().filter(|(_, reference)| reference.intent == Intent::Follow);
        let sources: BTreeSet<DocumentId> = followed.map(|(source, _)| source).collect();
        let mut nearer = None;
        for source in sources {
            let source_depth = documents.entry(source.as_str()).await?.map(|entry| entry.depth);
            if source_depth.is_some_and(|source_depth| source_depth < depth) {
                nearer = Some((source, depth - 1));
                break;
            }
        }
        // Depths are exact: without a nearer source the store is damaged, and `verify` says more.
        let Some((source, source_depth)) = nearer else { break };
        way.push(source.clone());
        (here, depth) = (source, source_depth);
    }
    way.reverse();
    Ok(way)
}

fn happened(what: &Happened) -> String {
    match what {
        Happened::Seeded => "asked for".to_owned(),
        Happened::Discovered { by, relation, evidence } => {
            format!("named by {by}, as {relation}: {}", sentence(evidence))
        }
        Happened::HeldBack { bound } => format!("kept out: {bound}"),
        Happened::LetIn => "let in: nothing keeps it out any more".to_owned(),
        Happened::Attempted(attempted) => attempt(attempted),
        Happened::CutOff => {
            "cut off: the process died while it was looked up; the attempt does not count".to_owned()
        }
        Happened::Paused { missing } => format!("its kind was paused: {}", one_line(missing)),
        Happened::Revived => "put in line again by hand".to_owned(),
    }
}

fn attempt(attempted: &Attempted) -> String {
    let Attempted { attempt, leased_at, sessions_lost, ended, cause, next_at, .. } = attempted;
    let outcome = match ended {
        Ended::Stored => "stored",
        Ended::Absent => "absent: the portal says that there is no such document",
        Ended::Retried => "failed",
        Ended::Postponed => "postponed, not counted",
        Ended::Dead => "given up",
        Ended::Released if cause.is_some() => "given back, not counted",
        Ended::Released => "given back unworked, not counted",
    };
    let mut parts = vec![match cause {
        Some(cause) => {
            format!("attempt {attempt}, begun {leased_at}: {outcome}: {}", one_line(&cause.to_string()))
        }
        None => format!("attempt {attempt}, begun {leased_at}: {outcome}"),
    }];
    if *sessions_lost > 0 {
        parts.push(format!("sessions lost meanwhile: {sessions_lost}"));
    }
    parts.extend(next_at.map(|next_at| format!("again from {next_at} on")));
    parts.join("; ")
}

/// A sentence as a person reads it, wherever the page breaks its lines.
fn sentence(text: &str) -> String {
    one_line(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Known IDs that are written nearly like a text, the nearest first, at most `count_max`.
///
/// # Errors
/// Where the store cannot be read.
pub async fn near(
    documents: &dyn Documents,
    text: &str,
    count_max: usize,
) -> Result<Vec<DocumentId>, ExportError> {
    let mut nearest: BTreeSet<(usize, DocumentId)> = BTreeSet::new();
    // A third of an ID wrong is no misspelling any more.
    let distance_max = text.chars().count() / 3;
    let mut walk = Entries::of(documents);
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            return Ok(nearest.into_iter().map(|(_, id)| id).collect());
        }
        for entry in entries {
            let distance = strsim::osa_distance(text, entry.id.as_str());
            if distance <= distance_max {
                nearest.insert((distance, entry.id));
                if nearest.len() > count_max {
                    nearest.pop_last();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::domain::Cause;
    use crate::frontier::{Frontier as _, MemoryFrontier};
    use std::sync::Arc;

    fn id(text: &str) -> DocumentId {
        DocumentId::from_canonical(text, "adam", "payment")
    }

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_795_371_120_000 + millis)
    }

    fn explanation(state: State) -> Explanation {
        let entry = Entry {
            id: id("14PAY000000002"),
            state,
            depth: 2,
            attempts: 1,
            discovered_at: at(0),
            bound: None,
            cause: None,
            page: None,
        };
        Explanation {
            entry,
            history: Vec::new(),
            named_by: Vec::new(),
            way: Vec::new(),
            pause: None,
            route: None,
        }
    }

    fn names(evidence: &str) -> (DocumentId, Reference) {
        let reference = Reference {
            target: id("14PAY000000002"),
            relation: "mentioned".into(),
            part: "detail".into(),
            offset: 0,
            evidence: evidence.into(),
            written: "14PAY000000002".into(),
            intent: Intent::Follow,
        };
        (id("14PAY000000001"), reference)
    }

    #[test]
    fn an_attempt_that_an_outage_ended_says_so() {
        let given_back = |cause| Attempted {
            attempt: 1,
            leased_at: at(0),
            sessions_lost: 0,
            ended: Ended::Released,
            cause,
            next_at: None,
            evidence: None,
        };
        let down = Cause::Unavailable { detail: "refused".into() };
        assert!(attempt(&given_back(None)).ends_with("given back unworked, not counted"));
        assert!(
            attempt(&given_back(Some(down)))
                .ends_with("given back, not counted: portal unavailable: refused")
        );
    }

    #[test]
    fn every_state_says_what_comes_next_and_how() {
        let check = |explanation: Explanation, words: &str| {
            let next = explanation.next("store");
            assert!(next.contains(words), "{}: {next}", explanation.entry.state);
        };
        for (state, words) in [
            (State::Stored, "nothing; it is stored"),
            (State::Absent, "nothing; the portal says that there is no such document"),
            (State::Queued, "`anafora crawl --data store` looks it up"),
            (State::Leased, "a worker has it"),
            (State::Delayed, "`anafora crawl --data store` tries it again"),
            (State::Dead, "`anafora dead retry 14PAY000000002 --data store` puts it in line again"),
            (State::Paused, "its kind is paused"),
        ] {
            check(explanation(state), words);
        }
        for (bound, words) in [
            (Bound::Depth, "`anafora crawl --data store --depth 2` lets it in"),
            (Bound::Limit, "`anafora crawl --data store --no-bounds`"),
            (Bound::Kinds, "--kinds leaves out payment"),
            (Bound::NoRoute, "the profile has no route to a payment"),
        ] {
            let mut bounded = explanation(State::Bounded);
            bounded.entry.bound = Some(bound);
            check(bounded, words);
        }
        let mut paused = explanation(State::Paused);
        paused.pause = Some(Pause {
            kind: "payment".into(),
            at: at(0),
            missing: "`css:h1`".into(),
            since: id("14PAY000000009"),
            evidence: None,
        });
        check(paused.clone(), "`css:h1`, at 14PAY000000009 for the first time");
        // With a space the kind would be one more ID to begin with.
        check(paused, "`anafora crawl --data store --resume-paused=payment`");
    }

    #[test]
    fn events_stand_in_their_order_and_the_first_who_named_it_is_not_named_twice() {
        let mut explained = explanation(State::Delayed);
        explained.way = vec![id("14PAY000000001"), id("14PAY000000002")];
        explained.named_by =
            vec![names("see\n14PAY000000002"), (id("14PAY000000007"), names("as\twell\u{9b}").1)];
        let event = |millis, what| Happening { at: at(millis), what };
        let (by, Reference { relation, evidence, .. }) = names("see\n14PAY000000002");
        explained.history = vec![
            event(0, Happened::Discovered { by, relation, evidence }),
            event(1_000, Happened::CutOff),
            event(
                3_000,
                Happened::Attempted(Attempted {
                    attempt: 1,
                    leased_at: at(2_000),
                    sessions_lost: 2,
                    ended: Ended::Retried,
                    cause: Some(Cause::WrongPage { found: "A\n\u{1b}[2J".into() }),
                    next_at: Some(at(9_000)),
                    evidence: Some("20261122-1".into()),
                }),
            ),
        ];
        assert_eq!(
            explained.text("store", "store/evidence"),
            "\
14PAY000000002 (payment) is delayed, at depth 2, attempts 1
the shortest way to it: 14PAY000000001 -> 14PAY000000002

2026-11-22T18:12:00.000Z  named by 14PAY000000001, as mentioned: see 14PAY000000002
2026-11-22T18:12:01.000Z  cut off: the process died while it was looked up; the attempt does not count
2026-11-22T18:12:03.000Z  attempt 1, begun 2026-11-22T18:12:02.000Z: failed: wrong page: it shows `A\\n\\u{1b}[2J`; sessions lost meanwhile: 2; again from 2026-11-22T18:12:09.000Z on
                          evidence: store/evidence/20261122-1

also named by:
  14PAY000000007, as mentioned: as well\\u{9b}

next: `anafora crawl --data store` tries it again, not before 2026-11-22T18:12:09.000Z
"
        );
        assert_eq!(explained.json("store")["history"][1]["event"], "cut_off");
    }

    #[tokio::test]
    async fn near_ones_are_the_nearest_and_few() {
        let frontier = MemoryFrontier::new(Arc::new(ManualClock::at(at(0))));
        let known: Vec<DocumentId> = (0..2_000).map(|number| id(&format!("14PAY{number:09}"))).collect();
        frontier.enqueue(&known).await.unwrap();
        let near = async |text: &str| -> Vec<String> {
            near(&frontier, text, 3).await.unwrap().iter().map(ToString::to_string).collect()
        };
        let found = near("14PYA000001234").await;
        assert_eq!((found.len(), found[0].as_str()), (3, "14PAY000001234"), "two letters are exchanged");
        assert_eq!(near("something else entirely").await, Vec::<String>::new());
    }
}
