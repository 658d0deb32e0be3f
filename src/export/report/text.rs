//! The closure report as lines for people: what there is nothing to say about is left out.

use super::{Nowhere, Report, Store, Whereto};
use crate::domain::{Counts, Coverage, DocumentId};
use crate::export::one_line;

/// The report, the verdict last.
pub(super) fn text(report: &Report, store: Option<Store<'_>>) -> String {
    let mut lines = Vec::new();
    bounded(report, &mut lines);
    dead(report, store, &mut lines);
    paused(report, store, &mut lines);
    for (whereto, nowhere) in &report.nowhere {
        lines.push(leads_nowhere(*whereto, nowhere));
    }
    for kind in &report.coverage {
        coverage(kind, &mut lines);
    }
    runs(report, &mut lines);
    lines.push(verdict(report));
    lines.push(String::new());
    lines.join("\n")
}

fn bounded(report: &Report, lines: &mut Vec<String>) {
    if !report.bounded.is_empty() {
        let bounds: Vec<String> =
            report.bounded.iter().map(|(bound, ids)| format!("{ids} ({bound})")).collect();
        lines.push(format!("known, but not looked up: {}", bounds.join(", ")));
    }
}

fn dead(report: &Report, store: Option<Store<'_>>, lines: &mut Vec<String>) {
    let unrecorded = report.dead_of("not_recorded");
    if unrecorded > 0 {
        lines.push(format!("not in the recording: {unrecorded}"));
    }
    for entry in &report.dead_examples {
        let cause = entry.cause.as_ref().map(|cause| one_line(&cause.to_string())).unwrap_or_default();
        lines.push(format!("dead letter: {}, attempts {}: {cause}", entry.id, entry.attempts));
    }
    let more = report.counts.dead.saturating_sub(unrecorded + report.dead_examples.len() as u64);
    if more > 0 {
        let by_cause: Vec<String> =
            report.dead.iter().map(|(cause, letters)| format!("{letters} {cause}")).collect();
        lines.push(format!("and {more} more dead letters; in all {}", by_cause.join(", ")));
    }
    if let (Some(entry), Some(Store { data, .. })) = (report.dead_examples.first(), store) {
        let id = &entry.id;
        lines.push(format!("  `anafora dead show {id} --data {data}` shows what was seen of it"));
        lines.push(format!("  `anafora dead retry --all --data {data}` puts them in line again"));
    }
}

fn paused(report: &Report, store: Option<Store<'_>>, lines: &mut Vec<String>) {
    for (pause, ids) in &report.paused {
        let kind = &pause.kind;
        lines.push(format!(
            "paused: {kind}, {ids} waiting, since {}: {}",
            pause.since,
            one_line(&pause.missing)
        ));
        if let Some(evidence) = &pause.evidence {
            let directory = store.map_or("evidence", |store| store.evidence);
            lines.push(format!("  the page that shows it: {directory}/{evidence}"));
        }
        lines.push(match store {
            Some(Store { data, .. }) => format!(
                "  mend the profile and crawl with it, or go on with `anafora crawl --data {data} --resume-paused={kind}`"
            ),
            None => "  mend the profile and crawl with it".to_owned(),
        });
    }
}

fn leads_nowhere(whereto: Whereto, nowhere: &Nowhere) -> String {
    let places = match whereto {
        Whereto::Absent => "IDs that are absent",
        Whereto::Dead => "dead letters",
        Whereto::Paused => "IDs of paused kinds",
        Whereto::Bounded => "IDs that were not looked up",
        Whereto::Waiting => "IDs that still wait",
        Whereto::NotInLine => "IDs that are only mentioned",
    };
    let examples: Vec<&str> = nowhere.examples.iter().map(DocumentId::as_str).collect();
    format!("references to {places}: {}, as to {}", nowhere.references, examples.join(", "))
}

fn coverage(coverage: &Coverage, lines: &mut Vec<String>) {
    let kind = &coverage.kind;
    let partly: Vec<String> = coverage
        .fields
        .iter()
        .filter(|(_, found)| found.missing > 0)
        .map(|(field, found)| format!("{field} in {} %", found.percent()))
        .collect();
    if !partly.is_empty() {
        let documents = coverage.documents;
        lines.push(format!("of {documents} documents of the kind {kind}: {}", partly.join(", ")));
    }
    for (field, found) in coverage.fields.iter().filter(|(_, found)| found.has_faded()) {
        let since = found.missing_since.as_ref().map(ToString::to_string).unwrap_or_default();
        let missing = found.missing_in_a_row;
        lines.push(format!(
            "warning: `{field}` is missing in the last {missing} of the kind {kind}, since {since}"
        ));
    }
    for (step, choice) in coverage.choices.iter().filter(|(_, choice)| choice.found.has_faded()) {
        let since = choice.found.missing_since.as_ref().map(ToString::to_string).unwrap_or_default();
        let instead = choice.instead.as_deref().unwrap_or_default();
        let (first, instead) = (one_line(&choice.first), one_line(instead));
        lines.push(format!(
            "warning: {step}: `{first}` has not matched for the kind {kind} since {since}; `{instead}` does"
        ));
    }
}

fn runs(report: &Report, lines: &mut Vec<String>) {
    if report.runs_cut_off > 0 {
        lines.push(format!("runs that never came to their end: {}", report.runs_cut_off));
    }
    let Some(run) = report.last_run.as_ref().filter(|run| run.number > 1) else { return };
    let Some(end) = &run.end else {
        lines.push(format!("run {} began at {} and has no end", run.number, run.began_at));
        return;
    };
    let changed = changes(&run.counts_before, &end.counts);
    let changed = if changed.is_empty() { "nothing changed".to_owned() } else { changed.join(", ") };
    lines.push(format!("run {} ({}): {changed}", run.number, one_line(&end.ending)));
}

/// What differs between two counts, as in `stored 30 → 44`.
fn changes(before: &Counts, after: &Counts) -> Vec<String> {
    let waiting = |counts: &Counts| counts.queued + counts.leased + counts.delayed;
    let rows = [
        ("stored", before.stored, after.stored),
        ("absent", before.absent, after.absent),
        ("dead", before.dead, after.dead),
        ("paused", before.paused, after.paused),
        ("bounded", before.bounded, after.bounded),
        ("waiting", waiting(before), waiting(after)),
        ("references", before.references, after.references),
    ];
    let differing = rows.into_iter().filter(|(_, before, after)| before != after);
    differing.map(|(name, before, after)| format!("{name} {before} → {after}")).collect()
}

fn verdict(report: &Report) -> String {
    if report.is_closed() {
        let apart = if report.bounded.is_empty() { "" } else { ", apart from the bounds" };
        return format!("the graph is closed{apart}");
    }
    let reasons =
        [(report.waiting(), "waiting"), (report.counts.dead, "dead"), (report.counts.paused, "paused")];
    let reasons: Vec<String> = reasons
        .into_iter()
        .filter(|(ids, _)| *ids > 0)
        .map(|(ids, state)| format!("{ids} {state}"))
        .collect();
    if reasons.is_empty() {
        return "the graph is not closed: a kind is paused".to_owned();
    }
    format!("the graph is not closed: {}", reasons.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Cause, Pause, State, Timestamp};
    use crate::frontier::Entry;

    #[test]
    fn what_a_page_says_stays_in_its_line() {
        let id = DocumentId::from_canonical("P-1", "p", "payment");
        let hostile = || "\u{1b}[2J\nthe graph is closed".to_owned();
        let entry = Entry {
            id: id.clone(),
            state: State::Dead,
            depth: 0,
            attempts: 3,
            discovered_at: Timestamp::default(),
            bound: None,
            cause: Some(Cause::WrongPage { found: hostile() }),
            page: None,
        };
        let pause = Pause {
            kind: "payment".into(),
            at: Timestamp::default(),
            missing: hostile(),
            since: id,
            evidence: None,
        };
        let counts = Counts { dead: 1, ..Counts::default() };
        let report =
            Report { counts, dead_examples: vec![entry], paused: vec![(pause, 2)], ..Report::default() };
        let shown = text(&report, None);
        assert_eq!(shown.matches("\\u{1b}[2J\\nthe graph is closed").count(), 2, "{shown}");
        assert!(!shown.contains('\u{1b}') && shown.ends_with("the graph is not closed: 1 dead\n"), "{shown}");
    }
}
