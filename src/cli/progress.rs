//! What a person sees of a crawl while it runs: a line that moves on a terminal, and the lines worth keeping.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::crawl::{Event, Observer};
use crate::domain::{Counts, Pause, Timestamp};
use crate::export::one_line;

use super::output::tell;
use super::voice::Voice;

/// Shows events on stderr.
pub(super) struct Progress {
    bar: ProgressBar,
    voice: Voice,
    last: Mutex<Option<String>>,
    /// The day whose beginning everybody was told to wait for.
    awaited: Mutex<Option<Timestamp>>,
}

impl Progress {
    /// A display that begins now.
    pub(super) fn new(voice: Voice) -> Self {
        let bar = if voice == Voice::Quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise}  {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, voice, last: Mutex::default(), awaited: Mutex::default() }
    }

    /// Ends the moving line.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Says something that is worth keeping, in one line: what pages say may stand in it.
    pub(super) fn say(&self, voice: Voice, line: &str) {
        if voice > self.voice {
            return;
        }
        let line = &one_line(line);
        if self.bar.is_hidden() {
            tell(line);
        } else {
            self.bar.println(line);
        }
    }

    /// Every worker waits; the person is told once.
    fn await_day(&self, until: Timestamp) {
        let before = self.awaited.lock().unwrap_or_else(PoisonError::into_inner).replace(until);
        if before != Some(until) {
            self.say(
                Voice::Normal,
                &format!(
                    "the requests of this day are used up: the crawl goes on at {until}; Ctrl-C ends it"
                ),
            );
        }
    }

    fn count(&self, counts: &Counts) {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
        self.bar.set_message(format!(
            "stored {}  absent {}  dead {}  waiting {}  {last}",
            counts.stored,
            counts.absent,
            counts.dead,
            counts.queued + counts.leased + counts.delayed,
        ));
    }
}

impl Observer for Progress {
    fn see(&self, event: &Event) {
        match event {
            Event::Counted(counts) => self.count(counts),
            Event::Leased { id, attempt } => {
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.to_string());
                if *attempt > 1 {
                    self.say(Voice::Verbose, &format!("attempt {attempt} at {id}"));
                }
            }
            Event::Stored { id, committed, warnings, elapsed } => {
                let text = format!("stored {id} in {elapsed:.1?}: {} new", committed.discovered);
                self.say(Voice::Verbose, &text);
                for warning in warnings {
                    self.say(Voice::Verbose, &format!("  {id}: {warning}"));
                }
            }
            Event::Absent { id } => self.say(Voice::Verbose, &format!("absent {id}")),
            Event::Retried { id, cause, after } => {
                self.say(Voice::Verbose, &format!("retry  {id} in {after:.1?}: {cause}"));
            }
            Event::Died { id, cause } => self.say(Voice::Verbose, &format!("dead   {id}: {cause}")),
            Event::Released { id } => self.say(Voice::Verbose, &format!("given back {id}")),
            Event::SessionLost { id } => {
                self.say(Voice::Verbose, &format!("session lost at {id}, begun anew"));
            }
            Event::KindPaused { pause, ids } => {
                for line in paused_lines(pause, *ids) {
                    self.say(Voice::Normal, &line);
                }
            }
            Event::FieldFaded { kind, field, since } => {
                let since = since.as_ref().map(|id| format!(" since {id}")).unwrap_or_default();
                let text = format!("warning: `{field}` is no longer on the pages of a {kind}{since}");
                self.say(Voice::Normal, &text);
            }
            Event::QuotaUsedUp { until } => self.await_day(*until),
            Event::PortalDown { detail, pause } => {
                self.say(
                    Voice::Normal,
                    &format!("the portal is unavailable ({detail}): everybody pauses for {pause:.1?}"),
                );
            }
        }
    }
}

fn paused_lines(pause: &Pause, ids: u64) -> Vec<String> {
    let Pause { kind, missing, since, evidence, .. } = pause;
    let mut lines = vec![
        format!("the layout of the kind `{kind}` has changed since {since}: {missing}"),
        format!("{kind} is paused, its IDs are kept ({ids}); other kinds go on"),
    ];
    if let Some(evidence) = evidence {
        lines.push(format!(
            "the page that shows it: evidence/{evidence} in the store; `anafora explain {since}` says more"
        ));
    }
    lines
}
