//! What is kept of the past: the events of each ID, what was found in each kind, and the runs.

use std::time::Duration;

use anafora::clock::Clock as _;
use anafora::domain::{
    Bounds, Cause, Choice, ChoiceCoverage, Counts, Digest, Ended, Field, FieldCoverage, Happened, Happening,
    Intent, Outcome, Recent, State, Value, Warning,
};
use anafora::frontier::FrontierError;

use super::pausing::pause;
use super::retry;
use super::subject::{Subject, TTL, document, id, open_bounds, page, reference};

/// An event in a few words, as in `attempt 2 retried: session lost too often`.
fn told(happening: &Happening) -> String {
    match &happening.what {
        Happened::Seeded => "seeded".into(),
        Happened::Discovered { by, relation, evidence } => format!("{relation} of {by}: {evidence}"),
        Happened::HeldBack { bound } => format!("held back: {bound}"),
        Happened::LetIn => "let in".into(),
        Happened::CutOff => "cut off".into(),
        Happened::Paused { missing } => format!("paused: {missing}"),
        Happened::Revived => "revived".into(),
        Happened::Attempted(attempted) => {
            let cause = attempted.cause.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
            let ended = serde_json::to_value(attempted.ended).unwrap();
            format!("attempt {} {}{cause}", attempted.attempt, ended.as_str().unwrap())
        }
    }
}

impl Subject {
    /// The history of an ID in a few words an event.
    async fn told(&self, text: &str) -> Vec<String> {
        self.documents().history(text).await.unwrap().iter().map(told).collect()
    }
}

pub(crate) async fn a_history_tells_what_happened_in_order(mut subject: Subject) {
    subject = subject.seeded(&["a1", "a1"]).await;
    assert!(subject.documents().history("b1").await.unwrap().is_empty());
    subject.frontier().reopen(&Bounds { depth: Some(0), ..open_bounds() }).await.unwrap();
    subject.store("a1", &["b1"]).await;
    subject.frontier().reopen(&open_bounds()).await.unwrap();
    let mut lease = subject.lease_of("b1").await;
    lease.remarks.sessions_lost = 2;
    lease.remarks.evidence = Some("b1-1".into());
    let leased_at = lease.leased_at;
    subject.clock.advance(TTL / 2);
    subject.commit(lease, retry(TTL)).await;
    let history = subject.documents().history("b1").await.unwrap();
    let Happened::Attempted(attempted) = &history[3].what else { panic!("{history:?}") };
    assert_eq!(history[3].at, leased_at.after(TTL / 2));
    assert_eq!((attempted.attempt, attempted.leased_at, attempted.sessions_lost), (1, leased_at, 2));
    assert_eq!(attempted.ended, Ended::Retried);
    assert_eq!(attempted.next_at, Some(leased_at.after(TTL * 3 / 2)));
    assert_eq!(attempted.evidence.as_deref(), Some("b1-1"));
    subject.frontier().pause(&pause("b")).await.unwrap();
    subject.frontier().unpause("b").await.unwrap();
    let lease = subject.lease_of("b1").await;
    subject.frontier().pause(&pause("b")).await.unwrap();
    subject.commit(lease, Outcome::Release).await;
    subject.frontier().unpause("b").await.unwrap();
    let lease = subject.lease_of("b1").await;
    subject.commit(lease, Outcome::Dead { cause: Cause::Ambiguous { rows: 2 } }).await;
    subject.frontier().revive(&[id("b1")]).await.unwrap();
    subject.enqueue(&["b1"]).await;
    drop(subject.lease_of("b1").await);
    let was_closed = subject.open_again().await;
    let mut expected = vec![
        "next of a1: it names b1",
        "held back: deeper than --depth",
        "let in",
        "attempt 1 retried: session lost too often",
        "paused: css:h1",
        "let in",
        "attempt 2 released",
        "paused: css:h1",
        "let in",
        "attempt 2 dead: ambiguous: 2 rows carry exactly this ID",
        "revived",
        "seeded",
    ];
    if was_closed {
        expected.push("cut off");
    }
    assert_eq!(subject.told("b1").await, expected);
    assert_eq!(subject.told("a1").await, ["seeded", "attempt 1 stored"]);
    subject.verify().await;
}

pub(crate) async fn a_history_begins_with_the_first_reference_cut_to_a_sentence(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    let mut naming = reference("b1", "contract", 3, Intent::Follow);
    naming.evidence = "ω".repeat(301);
    let mention = reference("b1", "award", 9, Intent::Mention);
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Stored(Box::new(document("a1", vec![naming, mention])))).await;
    assert_eq!(subject.told("b1").await, [format!("contract of a1: {}…", "ω".repeat(300))]);
}

pub(crate) async fn a_long_history_keeps_its_beginning_and_its_end(mut subject: Subject) {
    subject = subject.seeded(&["a1"]).await;
    for _ in 0..300 {
        let lease = subject.lease_of("a1").await;
        subject.commit(lease, retry(Duration::ZERO)).await;
    }
    // The first fifty events with the seed among them, and the last hundred and fifty.
    let attempts = (1..50).chain(151..=300);
    let mut expected = vec!["seeded".to_owned()];
    expected.extend(attempts.map(|attempt| format!("attempt {attempt} retried: session lost too often")));
    subject.open_again().await;
    assert_eq!(subject.told("a1").await, expected);
    subject.verify().await;
}

pub(crate) async fn giving_back_without_end_does_not_fill_a_history(subject: Subject) {
    let subject = subject.seeded(&["a1"]).await;
    for _ in 0..30 {
        let lease = subject.lease_of("a1").await;
        subject.commit(lease, Outcome::Release).await;
    }
    subject.clock.advance(TTL);
    let last = subject.clock.now();
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Release).await;
    for _ in 0..30 {
        let lease = subject.lease_of("a1").await;
        subject.commit(lease, Outcome::Postponed { after: Duration::ZERO, cause: Cause::SessionLost }).await;
    }
    subject.store("a1", &[]).await;
    let history = subject.documents().history("a1").await.unwrap();
    assert_eq!(history[2].at, last);
    let postponed = "attempt 1 postponed: session lost too often";
    let expected =
        ["seeded", "attempt 1 released", "attempt 1 released", postponed, postponed, "attempt 1 stored"];
    assert_eq!(subject.told("a1").await, expected);
    subject.verify().await;
}

pub(crate) async fn coverage_follows_from_the_outcomes(mut subject: Subject) {
    subject = subject.seeded(&["a1", "a2", "a3", "a4", "b1"]).await;
    let row = |names: &[&str]| names.iter().map(|name| text_field(name)).collect::<Vec<_>>();
    let mut whole = document("a1", Vec::new());
    whole.fields.push(text_field("sum"));
    whole.fields.push(Field { name: "lines".into(), value: Value::Rows(vec![row(&["cpv"]), row(&[])]) });
    whole.warnings = ["lines.cpv", "lines.unit", "note"].map(missing).to_vec();
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Stored(Box::new(whole))).await;
    for text in ["a2", "a3"] {
        let mut poor = document(text, Vec::new());
        poor.warnings = ["sum", "sum", "lines"].map(missing).to_vec();
        let mut lease = subject.lease_of(text).await;
        lease.remarks.evidence = (text == "a3").then(|| "a3-1".into());
        let (step, first) = ("form, step 3 (click)".to_owned(), "css:a".to_owned());
        lease.remarks.choices = vec![Choice { step, first, matched: "text:b".into() }];
        subject.commit(lease, Outcome::Stored(Box::new(poor))).await;
    }
    let drift = || Cause::LayoutChanged { what: "`title` (tried css:h1)".into() };
    let lease = subject.lease_of("a4").await;
    subject.commit(lease, Outcome::Retry { after: Duration::ZERO, cause: drift() }).await;
    let lease = subject.lease_of("b1").await;
    subject.commit(lease, Outcome::Absent { evidence: page("none") }).await;
    let lease = subject.lease_of("a4").await;
    subject.commit(lease, Outcome::Dead { cause: drift() }).await;
    subject.open_again().await;
    let coverage = subject.frontier().coverage("a").await.unwrap();
    assert_eq!(subject.documents().coverages().await.unwrap(), std::slice::from_ref(&coverage));
    assert_eq!(subject.frontier().coverage("b").await.unwrap().kind, "b");
    assert_eq!((coverage.kind.as_str(), coverage.documents), ("a", 3));
    let field = |found, missing, in_a_row, since: Option<&str>| FieldCoverage {
        found,
        missing,
        missing_in_a_row: in_a_row,
        missing_since: since.map(id),
    };
    let expected = [
        ("lines", field(1, 2, 2, Some("a2"))),
        ("lines.cpv", field(1, 0, 0, None)),
        ("lines.unit", field(0, 1, 1, Some("a1"))),
        ("note", field(0, 1, 1, Some("a1"))),
        ("sum", field(1, 2, 2, Some("a2"))),
        ("title", field(3, 0, 0, None)),
    ];
    assert_eq!(coverage.fields, expected.map(|(name, field)| (name.to_owned(), field)).into());
    let choice = ChoiceCoverage {
        first: "css:a".into(),
        found: field(0, 2, 2, Some("a2")),
        instead: Some("text:b".into()),
    };
    assert_eq!(coverage.choices, [("form, step 3 (click)".to_owned(), choice)].into());
    let recent = |text, missing: Option<&str>, evidence: Option<&str>| Recent {
        id: id(text),
        missing: missing.map(str::to_owned),
        evidence: evidence.map(str::to_owned),
    };
    let expected = [
        recent("a1", None, None),
        recent("a2", None, None),
        recent("a3", None, Some("a3-1")),
        recent("a4", Some("`title` (tried css:h1)"), None),
    ];
    assert_eq!(coverage.recent, expected);
    subject.frontier().pause(&pause("a")).await.unwrap();
    subject.frontier().unpause("a").await.unwrap();
    let forgotten = subject.frontier().coverage("a").await.unwrap();
    assert!(forgotten.recent.is_empty());
    assert_eq!(forgotten.fields, coverage.fields);
    subject.verify().await;
}

pub(crate) async fn only_the_last_look_ups_of_a_kind_are_remembered(subject: Subject) {
    let seeds: Vec<String> = (10..40).map(|number| format!("a{number}")).collect();
    let subject = subject.seeded(&seeds.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for seed in &seeds {
        subject.store(seed, &[]).await;
    }
    let coverage = subject.frontier().coverage("a").await.unwrap();
    let recent: Vec<_> = coverage.recent.iter().map(|recent| recent.id.as_str()).collect();
    assert_eq!(recent, seeds[10..]);
    assert_eq!(coverage.documents, 30);
}

pub(crate) async fn wide_coverage_shrinks_and_grows(subject: Subject) {
    let subject = subject.seeded(&["a1", "a2"]).await;
    let mut wide = document("a1", Vec::new());
    wide.fields.extend((0..300).map(|number| text_field(&format!("field {number:03}"))));
    wide.warnings = (0..300).map(|number| missing(&format!("other {number:03}"))).collect();
    let lease = subject.lease_of("a1").await;
    subject.commit(lease, Outcome::Stored(Box::new(wide.clone()))).await;
    wide.id = id("a2");
    wide.fields.extend((0..300).map(|number| text_field(&format!("other {number:03}"))));
    wide.warnings.clear();
    let lease = subject.lease_of("a2").await;
    subject.commit(lease, Outcome::Stored(Box::new(wide))).await;
    let coverage = subject.frontier().coverage("a").await.unwrap();
    assert_eq!(coverage.fields.len(), 601);
    let found = coverage.fields.values().map(|field| (field.found, field.missing, field.missing_in_a_row));
    assert!(found.clone().all(|field| field == (2, 0, 0) || field == (1, 1, 0)), "{coverage:?}");
    subject.verify().await;
}

pub(crate) async fn runs_are_kept_in_order(mut subject: Subject) {
    let none = subject.frontier().end_run("drained").await.unwrap_err();
    assert!(matches!(none, FrontierError::Store { .. }), "{none}");
    subject = subject.seeded(&["a1"]).await;
    assert_eq!(subject.frontier().begin_run(Digest::of(b"first")).await.unwrap(), 1);
    subject.open_again().await;
    subject.clock.advance(TTL);
    assert_eq!(subject.frontier().begin_run(Digest::of(b"second")).await.unwrap(), 2);
    subject.store("a1", &[]).await;
    subject.clock.advance(TTL);
    subject.frontier().end_run("drained").await.unwrap();
    assert!(subject.frontier().end_run("drained").await.is_err());
    subject.open_again().await;
    let runs = subject.documents().runs().await.unwrap();
    let [first, second] = &*runs else { panic!("{runs:?}") };
    assert_eq!((first.number, first.profile, &first.end), (1, Digest::of(b"first"), &None));
    assert_eq!((second.number, second.profile), (2, Digest::of(b"second")));
    assert_eq!(second.began_at, first.began_at.after(TTL));
    assert_eq!(second.counts_before, Counts { queued: 1, ..Counts::default() });
    let end = second.end.as_ref().unwrap();
    assert_eq!((end.at, end.ending.as_str()), (second.began_at.after(TTL), "drained"));
    assert_eq!(end.counts, Counts { stored: 1, ..Counts::default() });
    subject.verify().await;
}

/// Twenty deaths of our own process, each told, and then the dead letter can be put in line again.
#[tokio::test]
async fn a_revived_id_may_be_cut_off_again() {
    let mut subject = Subject::sled().seeded(&["a1"]).await;
    for _ in 0..20 {
        drop(subject.lease_of("a1").await);
        subject.open_again().await;
    }
    assert_eq!(subject.documents().entry("a1").await.unwrap().unwrap().state, State::Dead);
    subject.frontier().revive(&[id("a1")]).await.unwrap();
    drop(subject.lease_of("a1").await);
    subject.open_again().await;
    let told = subject.told("a1").await;
    assert_eq!(told.iter().filter(|event| *event == "cut off").count(), 21);
    assert_eq!(told.len(), 23);
    subject.store("a1", &[]).await;
}

fn text_field(name: &str) -> Field {
    Field { name: name.into(), value: Value::Text("there".into()) }
}

fn missing(field: &str) -> Warning {
    Warning::FieldMissing { field: field.into() }
}
