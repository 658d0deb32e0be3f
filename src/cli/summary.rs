//! What is said at the end of a crawl, and the exit code that goes with it.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::crawl::{Ending, Summary};
use crate::domain::Counts;
use crate::export::{Report, jsonl};
use crate::store::evidence_of;

use super::Exit;
use super::assemble::Ground;
use super::command;
use super::exit::Failure;
use super::flags::CrawlFormat;
use super::output::{print, tell};
use super::voice::Voice;

/// Shows the result in the format asked for, and decides the exit code.
pub(super) async fn show(
    ground: &Ground,
    summary: Summary,
    elapsed: Duration,
    format: CrawlFormat,
    voice: Voice,
) -> Result<Exit, Failure> {
    let report = match (Report::of(ground.documents.as_ref(), summary.counts).await, summary.ending) {
        (Ok(report), Ending::Failed(error)) => {
            // A crawl that could not even begin has nothing to sum up.
            if report.counts.stored + report.counts.absent > 0 || format == CrawlFormat::Jsonl {
                drop(print_result(ground, &report, elapsed, format, voice).await);
            }
            return Err(error.into());
        }
        // What the crawl failed of says more than that its store cannot be read any more.
        (Err(_), Ending::Failed(error)) => return Err(error.into()),
        (Err(error), _) => return Err(error.into()),
        (Ok(report), Ending::Interrupted) => {
            let printed = print_result(ground, &report, elapsed, format, voice).await;
            let waiting = report.waiting();
            let next = match ground.store {
                Some(_) => "the same command goes on",
                None => "only a crawl with --data can go on",
            };
            tell(&format!("interrupted, {waiting} waiting; {next}"));
            drop(printed);
            return Ok(Exit::Interrupted);
        }
        (Ok(report), Ending::Drained) => report,
    };
    let printed = print_result(ground, &report, elapsed, format, voice).await;
    // What is missing is told by the exit code even where nobody reads the output any more.
    match (printed, closure(&report)) {
        (Err(failure), Exit::Closed) => Err(failure),
        (_, exit) => Ok(exit),
    }
}

/// The exit code that says whether the graph is closed. A changed layout outranks other causes: every further crawl would
/// fail as well.
pub(super) fn closure(report: &Report) -> Exit {
    if report.waiting() > 0 {
        Exit::Interrupted
    } else if !report.paused.is_empty() || report.dead_of("layout_changed") > 0 {
        Exit::LayoutChanged
    } else if report.counts.dead > 0 {
        Exit::DeadLetters
    } else {
        Exit::Closed
    }
}

/// The first line of every report.
pub(super) fn headline(counts: &Counts) -> String {
    let Counts { stored, absent, dead, references, .. } = counts;
    format!("stored {stored}, absent {absent}, dead {dead}, references {references}")
}

/// The report, with the commands that lead on where there is a store.
pub(super) fn in_words(report: &Report, store: Option<&Path>) -> String {
    let Some(store) = store else { return report.text() };
    let evidence = evidence_of(store).display().to_string();
    report.text_of_store(&command::word(store), &evidence)
}

async fn print_result(
    ground: &Ground,
    report: &Report,
    elapsed: Duration,
    format: CrawlFormat,
    voice: Voice,
) -> Result<(), Failure> {
    let line = format!("{} in {:.1} s", headline(&report.counts), elapsed.as_secs_f64());
    // Who wants to hear of errors alone still hears what keeps the graph open.
    let told = in_words(report, ground.store.as_deref());
    let is_told = voice > Voice::Quiet || !report.is_closed();
    match format {
        CrawlFormat::Summary if is_told => print(&format!("{line}\n{told}")),
        CrawlFormat::Summary => print(&format!("{line}\n")),
        CrawlFormat::Jsonl => {
            jsonl(ground.documents.as_ref(), io::BufWriter::new(io::stdout().lock())).await?;
            if is_told {
                tell(&format!("{line}\n{}", told.trim_end()));
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DocumentId, Pause, Timestamp};

    #[test]
    fn a_store_is_named_by_each_command_that_leads_on_and_a_crawl_without_one_names_none() {
        let pause = Pause {
            kind: "payment".into(),
            at: Timestamp::default(),
            missing: "`title`".into(),
            since: DocumentId::from_canonical("P-1", "p", "payment"),
            evidence: Some("20260101-1".into()),
        };
        let report = Report { paused: vec![(pause, 3)], ..Report::default() };
        let told = in_words(&report, Some(Path::new("my store")));
        assert!(told.contains("the page that shows it: my store/evidence/20260101-1\n"), "{told}");
        assert!(told.contains("`anafora crawl --data 'my store' --resume-paused=payment`"), "{told}");
        assert!(!in_words(&report, None).contains("anafora "), "{}", report.text());
    }

    #[test]
    fn the_exit_code_says_what_keeps_the_graph_open() {
        let pause = Pause {
            kind: "payment".into(),
            at: Timestamp::default(),
            missing: "`title`".into(),
            since: DocumentId::from_canonical("P-1", "p", "payment"),
            evidence: None,
        };
        let dead = |cause: &str| Report {
            counts: Counts { dead: 1, ..Counts::default() },
            dead: [(cause.to_owned(), 1)].into(),
            ..Report::default()
        };
        let waiting = Counts { delayed: 1, ..Counts::default() };
        for (report, expected) in [
            (Report::default(), Exit::Closed),
            (
                Report { counts: Counts { bounded: 7, ..Counts::default() }, ..Report::default() },
                Exit::Closed,
            ),
            (dead("ambiguous"), Exit::DeadLetters),
            (dead("layout_changed"), Exit::LayoutChanged),
            (Report { paused: vec![(pause, 3)], ..dead("ambiguous") }, Exit::LayoutChanged),
            (Report { counts: waiting, ..dead("layout_changed") }, Exit::Interrupted),
        ] {
            assert_eq!(closure(&report), expected, "{}", report.text());
            assert_eq!(report.is_closed(), expected == Exit::Closed, "{}", report.text());
        }
    }
}
