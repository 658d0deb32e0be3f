//! What is said at the end of a crawl, and the exit code that goes with it.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use crate::crawl::{Ending, Summary};
use crate::domain::{Cause, Counts, State};
use crate::export::jsonl;
use crate::frontier::{Documents, Entries, Entry, FrontierError};

use super::Exit;
use super::arguments::CrawlFormat;
use super::assemble::Ground;
use super::exit::Failure;
use super::output::{print, tell};
use super::voice::Voice;

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
    // A crawl that could not even begin has nothing to sum up.
    let began = !matches!(summary.ending, Ending::Failed(_)) || counts.stored + counts.absent > 0;
    let printed = if began || format == CrawlFormat::Jsonl {
        print_result(ground.documents.as_ref(), &line, format, voice).await
    } else {
        Ok(())
    };
    let left = Left::of(ground.documents.as_ref(), &counts).await?;
    if voice > Voice::Quiet {
        left.tell_bounded();
    }
    // What went wrong with the crawl is said even where nobody reads the output any more.
    let exit = ended(summary, &left)?;
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
fn ended(summary: Summary, left: &Left) -> Result<Exit, Failure> {
    let counts = summary.counts;
    match summary.ending {
        Ending::Failed(error) => Err(error.into()),
        Ending::Interrupted => {
            let waiting = counts.queued + counts.leased + counts.delayed;
            tell(&format!("interrupted, {waiting} waiting; with --data, the same command goes on"));
            Ok(Exit::Interrupted)
        }
        Ending::Drained => {
            left.tell_dead();
            Ok(left.exit())
        }
    }
}

/// What a crawl knows of and did not bring: dead letters, and IDs that a bound kept out.
#[derive(Default)]
struct Left {
    dead: Vec<Entry>,
    /// Named by a recording that does not hold their pages: they still waited when it ended.
    unrecorded: u64,
    bounded: BTreeMap<String, u64>,
}

impl Left {
    async fn of(documents: &dyn Documents, counts: &Counts) -> Result<Self, FrontierError> {
        let mut left = Self::default();
        if counts.dead + counts.bounded == 0 {
            return Ok(left);
        }
        let mut walk = Entries::of(documents);
        loop {
            let entries = walk.next().await?;
            if entries.is_empty() {
                return Ok(left);
            }
            for entry in entries {
                if let Some(bound) = entry.bound {
                    *left.bounded.entry(bound.to_string()).or_default() += 1;
                }
                match (entry.state, &entry.cause) {
                    (State::Dead, Some(Cause::NotRecorded)) => left.unrecorded += 1,
                    (State::Dead, _) => left.dead.push(entry),
                    _ => {}
                }
            }
        }
    }

    fn tell_bounded(&self) {
        if !self.bounded.is_empty() {
            let bounds: Vec<String> =
                self.bounded.iter().map(|(bound, count)| format!("{count} ({bound})")).collect();
            tell(&format!("known, but not looked up: {}", bounds.join(", ")));
        }
    }

    fn tell_dead(&self) {
        if self.unrecorded > 0 {
            tell(&format!("not in the recording: {}", self.unrecorded));
        }
        for entry in self.dead.iter().take(DEAD_SHOWN_MAX) {
            let cause = entry.cause.as_ref().map(ToString::to_string).unwrap_or_default();
            tell(&format!("dead letter: {}, attempts {}: {cause}", entry.id, entry.attempts));
        }
        if self.dead.len() > DEAD_SHOWN_MAX {
            tell(&format!("and {} more", self.dead.len() - DEAD_SHOWN_MAX));
        }
    }

    /// A changed layout outranks other causes: every further crawl would fail as well.
    fn exit(&self) -> Exit {
        let changed = |entry: &Entry| matches!(entry.cause, Some(Cause::LayoutChanged { .. }));
        match self.dead.as_slice() {
            [] if self.unrecorded == 0 => Exit::Closed,
            dead if dead.iter().any(changed) => Exit::LayoutChanged,
            _ => Exit::DeadLetters,
        }
    }
}
