//! What a person sees of a crawl while it runs: a line that moves on a terminal, and the lines worth keeping.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::crawl::{Event, Observer};
use crate::domain::{Counts, Pause, Timestamp};
use crate::export::one_line;

use super::command;
use super::output::tell;
use super::voice::Voice;

/// How often the counts are said where no line can move, as into a file.
const COUNTS_EVERY: Duration = Duration::from_secs(60);

/// Pauses that end so close to each other are one.
const SAME_PAUSE: Duration = Duration::from_millis(50);

/// Shows events on stderr.
pub(super) struct Progress {
    bar: ProgressBar,
    voice: Voice,
    last: Mutex<Option<String>>,
    /// When the counts were said last where no line can move; at first, when the display began.
    counted_at: Mutex<Instant>,
    /// The day whose beginning everybody was told to wait for.
    awaited: Mutex<Option<Timestamp>>,
    /// Where what is seen of failures is kept; `None` where it is not.
    evidence: Option<PathBuf>,
    /// When the pause ends that everybody was told of.
    portal_back_at: Mutex<Option<Instant>>,
}

impl Progress {
    /// A display that begins now.
    pub(super) fn new(voice: Voice) -> Self {
        let bar = if voice == Voice::Quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise}  {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self {
            bar,
            voice,
            last: Mutex::default(),
            counted_at: Mutex::new(Instant::now()),
            awaited: Mutex::default(),
            evidence: None,
            portal_back_at: Mutex::default(),
        }
    }

    /// The same for a crawl that keeps what it sees of failures.
    pub(super) fn with_evidence(self, directory: Option<PathBuf>) -> Self {
        Self { evidence: directory, ..self }
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

    /// Whether a pause is another one than everybody was told of. Look-ups that were under way when it began meet the same one.
    fn is_longer(&self, pause: Duration, now: Instant) -> bool {
        let mut told = self.portal_back_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = told.is_some_and(|back_at| now + pause <= back_at + SAME_PAUSE);
        if !is_known {
            *told = Some(now + pause);
        }
        !is_known
    }

    fn count(&self, counts: &Counts) {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
        let line = format!(
            "stored {}  absent {}  dead {}  waiting {}  {last}",
            counts.stored,
            counts.absent,
            counts.dead,
            counts.queued + counts.leased + counts.delayed,
        );
        if self.bar.is_hidden() && self.is_time_to_count(Instant::now()) {
            self.say(Voice::Normal, &line);
        }
        self.bar.set_message(line);
    }

    fn is_time_to_count(&self, now: Instant) -> bool {
        let mut counted_at = self.counted_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = now.duration_since(*counted_at) >= COUNTS_EVERY;
        if is_time {
            *counted_at = now;
        }
        is_time
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
                self.say(Voice::Verbose, &format!("retry  {id} after {after:.1?}: {cause}"));
            }
            Event::Died { id, cause } => self.say(Voice::Verbose, &format!("dead   {id}: {cause}")),
            Event::Released { id } => self.say(Voice::Verbose, &format!("given back {id}")),
            Event::SessionLost { id } => {
                self.say(Voice::Verbose, &format!("session lost at {id}, begun anew"));
            }
            Event::KindPaused { pause, ids } => {
                for line in paused_lines(pause, *ids, self.evidence.as_deref()) {
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
                if self.is_longer(*pause, Instant::now()) {
                    self.say(
                        Voice::Normal,
                        &format!("the portal is unavailable ({detail}): everybody pauses for {pause:.1?}"),
                    );
                }
            }
        }
    }
}

fn paused_lines(pause: &Pause, ids: u64, directory: Option<&Path>) -> Vec<String> {
    let Pause { kind, missing, since, evidence, .. } = pause;
    let mut lines = vec![
        format!("the layout of the kind `{kind}` has changed since {since}: {missing}"),
        format!("{kind} is paused, its IDs are kept ({ids}); other kinds go on"),
    ];
    // The store is busy for as long as the crawl runs: a path can be opened meanwhile, a command could not.
    if let (Some(evidence), Some(directory)) = (evidence, directory) {
        lines.push(format!("the page that shows it: {}", command::word(&directory.join(evidence))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn a_pause_that_several_look_ups_meet_is_told_once() {
        let progress = Progress::new(Voice::Quiet);
        let began = Instant::now();
        let told = |after: u64, pause: u64| {
            let millis = Duration::from_millis;
            progress.is_longer(millis(pause), began + millis(after))
        };
        assert!(told(0, 4_000));
        assert!(!told(300, 3_701), "the same pause, seen later");
        assert!(told(4_100, 8_000));
        assert!(!told(4_100, 8_000));
        assert!(!told(5_000, 7_100));
    }

    #[test]
    fn counts_are_said_once_a_minute_where_no_line_moves() {
        let progress = Progress::new(Voice::Normal);
        let began = Instant::now();
        let is_time = |seconds: u64| progress.is_time_to_count(began + Duration::from_secs(seconds));
        assert_eq!([0, 59, 61, 62, 120, 121].map(is_time), [false, false, true, false, false, true]);
    }

    #[test]
    fn a_paused_kind_names_the_page_by_a_path_that_can_be_pasted() {
        let pause = Pause {
            kind: "payment".into(),
            at: Timestamp::default(),
            missing: "`title`".into(),
            since: DocumentId::from_canonical("P-1", "p", "payment"),
            evidence: Some("20260101-1".into()),
        };
        let lines = paused_lines(&pause, 3, Some(Path::new("my store/evidence")));
        assert_eq!(lines.last().unwrap(), "the page that shows it: 'my store/evidence/20260101-1'");
        assert_eq!(paused_lines(&pause, 3, None).len(), 2);
    }
}
