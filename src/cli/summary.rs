//! What is said at the end of a crawl, and the exit code that goes with it.

use std::io;
use std::time::Duration;

use crate::crawl::{Ending, Summary};
use crate::domain::Counts;
use crate::export::{Report, jsonl};

use super::Exit;
use super::arguments::CrawlFormat;
use super::assemble::Ground;
use super::exit::Failure;
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
            tell(&format!("interrupted, {waiting} waiting; with --data, the same command goes on"));
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

async fn print_result(
    ground: &Ground,
    report: &Report,
    elapsed: Duration,
    format: CrawlFormat,
    voice: Voice,
) -> Result<(), Failure> {
    let line = format!("{} in {:.1} s", headline(&report.counts), elapsed.as_secs_f64());
    // Who wants to hear of errors alone still hears what keeps the graph open.
    let is_told = voice > Voice::Quiet || !report.is_closed();
    match format {
        CrawlFormat::Summary if is_told => print(&format!("{line}\n{}", report.text())),
        CrawlFormat::Summary => print(&format!("{line}\n")),
        CrawlFormat::Jsonl => {
            jsonl(ground.documents.as_ref(), io::BufWriter::new(io::stdout().lock())).await?;
            if is_told {
                tell(&format!("{line}\n{}", report.text().trim_end()));
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
