//! What is said at the end of a crawl, and the exit code that goes with it.

use std::io;
use std::time::Duration;

use crate::crawl::{Ending, Summary};
use crate::domain::{Cause, State};
use crate::export::jsonl;
use crate::frontier::{Documents, Entry, FrontierError};

use super::Exit;
use super::arguments::CrawlFormat;
use super::assemble::Ground;
use super::exit::Failure;
use super::output::{print, tell};
use super::progress::Voice;

/// How many entries are read at once.
const ENTRIES_AT_ONCE: usize = 256;

/// Dead letters that are named; the rest is counted.
const DEAD_SHOWN_MAX: usize = 5;

/// Shows the result in the format asked for, and decides the exit code.
pub(super) async fn show(
    ground: &Ground,
    summary: Summary,
    elapsed: Duration,
    format: CrawlFormat,
    voice: Voice,
) -> Result<Exit, Failure> {
    let counts = summary.counts;
    let line = format!(
        "stored {}, absent {}, dead {}, references {} in {:.1} s",
        counts.stored,
        counts.absent,
        counts.dead,
        counts.references,
        elapsed.as_secs_f64(),
    );
    let printed = print_result(ground.documents.as_ref(), &line, format, voice).await;
    if counts.bounded > 0 && voice > Voice::Quiet {
        tell(&format!("known, but left out by a bound: {}", counts.bounded));
    }
    // What went wrong with the crawl is said even where nobody reads the output any more.
    let exit = ended(ground.documents.as_ref(), summary).await?;
    match printed {
        Err(failure) if exit == Exit::Closed => Err(failure),
        _ => Ok(exit),
    }
}

async fn print_result(
    documents: &dyn Documents,
    line: &str,
    format: CrawlFormat,
    voice: Voice,
) -> Result<(), Failure> {
    match format {
        CrawlFormat::Summary => print(&format!("{line}\n"))?,
        CrawlFormat::Jsonl => {
            jsonl(documents, io::BufWriter::new(io::stdout().lock())).await?;
            if voice > Voice::Quiet {
                tell(line);
            }
        }
    }
    Ok(())
}

/// Says how the crawl ended, and decides the exit code.
async fn ended(documents: &dyn Documents, summary: Summary) -> Result<Exit, Failure> {
    let counts = summary.counts;
    match summary.ending {
        Ending::Failed(error) => Err(error.into()),
        Ending::Interrupted => {
            let waiting = counts.queued + counts.leased + counts.delayed;
            tell(&format!("interrupted, {waiting} waiting; with --data, the same command goes on"));
            Ok(Exit::Interrupted)
        }
        Ending::Drained if counts.dead == 0 => Ok(Exit::Closed),
        Ending::Drained => {
            let dead = dead_letters(documents).await?;
            for entry in dead.iter().take(DEAD_SHOWN_MAX) {
                let cause = entry.cause.as_ref().map(ToString::to_string).unwrap_or_default();
                tell(&format!("dead letter: {} after {} attempts: {cause}", entry.id, entry.attempts));
            }
            if dead.len() > DEAD_SHOWN_MAX {
                tell(&format!("and {} more", dead.len() - DEAD_SHOWN_MAX));
            }
            Ok(exit_for(&dead))
        }
    }
}

/// A changed layout outranks other causes: every further crawl would fail as well.
fn exit_for(dead: &[Entry]) -> Exit {
    let has = |wanted: fn(&Cause) -> bool| dead.iter().filter_map(|entry| entry.cause.as_ref()).any(wanted);
    if has(|cause| matches!(cause, Cause::LayoutChanged { .. })) {
        Exit::LayoutChanged
    } else {
        Exit::DeadLetters
    }
}

async fn dead_letters(documents: &dyn Documents) -> Result<Vec<Entry>, FrontierError> {
    let mut dead = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let entries = documents.entries(after.as_deref(), ENTRIES_AT_ONCE).await?;
        let Some(last) = entries.last() else { return Ok(dead) };
        after = Some(last.id.to_string());
        dead.extend(entries.into_iter().filter(|entry| entry.state == State::Dead));
    }
}
