//! Exit codes and the one-line errors that go with them. README shows the same table; a test holds the two equal.

use std::fmt;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use miette::{Diagnostic as _, GraphicalReportHandler, GraphicalTheme};

use crate::archive::{ArchiveError, MANIFEST_FILE};
use crate::crawl::CrawlError;
use crate::demo::{PortalError, UnknownSwitch};
use crate::evidence::EvidenceError;
use crate::export::{ExportError, one_line};
use crate::fetch::{Barrier, FetchError};
use crate::frontier::FrontierError;
use crate::profile::ProfileError;

use super::command;

/// How a command ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; for a crawl: the graph is closed, apart from bounds that were asked for.
    Closed = 0,
    /// Something that should not happen.
    Unexpected = 1,
    /// The command line or the settings make no sense.
    Usage = 2,
    /// An ID is malformed, of no known scheme, or not in the store.
    Id = 3,
    /// A profile is wrong.
    Profile = 4,
    /// A browser or driver is missing or does not start.
    Environment = 5,
    /// A store or archive cannot be used.
    Store = 6,
    /// The portal refuses connections or stays unavailable.
    Unavailable = 7,
    /// The crawl ended with dead letters.
    DeadLetters = 8,
    /// A layout changed: there are dead letters because of it, or paused kinds.
    LayoutChanged = 9,
    /// The portal asks for a person: a captcha, a ban or a login.
    Blocked = 10,
    /// Ctrl-C; for a report: IDs still wait.
    Interrupted = 130,
}

impl Exit {
    /// Every code with its meaning, as README shows them.
    pub const TABLE: [(Self, &'static str); 12] = [
        (Self::Closed, "done; for a crawl: the graph is closed, apart from bounds you asked for"),
        (Self::Unexpected, "something that should not happen"),
        (Self::Usage, "the command line or the settings make no sense"),
        (Self::Id, "an ID is malformed, of no known scheme, or not in the store"),
        (Self::Profile, "a profile is wrong"),
        (Self::Environment, "a browser or driver is missing or does not start"),
        (Self::Store, "a store or archive cannot be used"),
        (Self::Unavailable, "the portal refuses connections or stays unavailable"),
        (Self::DeadLetters, "the crawl ended with dead letters"),
        (Self::LayoutChanged, "a layout changed: dead letters or paused kinds"),
        (
            Self::Blocked,
            "the portal asks for a person: a captcha, a ban, a login, or its robots.txt keeps programs away",
        ),
        (Self::Interrupted, "interrupted, or IDs still wait; running it again goes on"),
    ];
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that could not do what it was asked.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code.
    pub(super) exit: Exit,
    /// What happened, to which thing, in one line; several lines where a profile is shown.
    pub(super) text: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

impl Failure {
    /// A failure with a hint.
    #[must_use]
    pub(super) fn new(exit: Exit, text: impl fmt::Display, hint: impl fmt::Display) -> Self {
        Self { exit, text: text.to_string(), hint: Some(hint.to_string()) }
    }
}

/// An error and what caused it, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        source = error.source();
    }
    text
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{BrokenPipe, QuotaExceeded, StorageFull};
        match error.kind() {
            BrokenPipe => Self { exit: Exit::Closed, text: chain(&error), hint: None },
            StorageFull | QuotaExceeded => {
                let text = format!("the output could not be written: {}", chain(&error));
                Self::new(
                    Exit::Usage,
                    text,
                    "free some space, or send the output elsewhere; no store was changed",
                )
            }
            _ => Self { exit: Exit::Unexpected, text: chain(&error), hint: None },
        }
    }
}

impl From<FrontierError> for Failure {
    fn from(error: FrontierError) -> Self {
        let hint = match &error {
            FrontierError::Damaged { .. } => {
                "`anafora restore --from-archive DIR --data NEW` rebuilds the store from its pages"
            }
            _ => "check the disk: free space, permissions; what was stored before stays stored",
        };
        Self::new(Exit::Store, chain(&error), hint)
    }
}

/// What to do where a store's manifest is damaged: all that it holds was said on the command line.
pub(super) const MANIFEST_HINT: &str = "bring it back from a copy or a dump; or move it away and crawl once more with all that the crawl was begun with: IDs, \
     --profile, --base, --delay, --requests-per-day, --depth, --limit, --kinds";

/// A store that does not open, with the two ways out of it.
pub(super) fn unopened(store: &Path, error: FrontierError) -> Failure {
    if !matches!(error, FrontierError::Damaged { .. }) {
        return error.into();
    }
    Failure::new(Exit::Store, chain(&error), ways_out(store))
}

/// The command that makes a store of another one's pages.
pub(super) fn rebuilding(store: &Path) -> String {
    let (old, new) = (command::word(store), command::word(&beside(store)));
    format!("`anafora restore --from-archive {old} --data {new}`")
}

/// Where a restored store may come to be.
fn beside(store: &Path) -> PathBuf {
    let mut name = store.file_name().unwrap_or(store.as_os_str()).to_owned();
    name.push(".restored");
    store.with_file_name(name)
}

/// What to type where the frontier of a store is damaged or gone.
pub(super) fn ways_out(store: &Path) -> String {
    let rebuild = rebuilding(store);
    let (old, new) = (command::word(store), command::word(&beside(store)));
    format!(
        "nothing is written to it any more; {rebuild} rebuilds it from its pages, and `anafora restore FILE --data {new} \
         --archive {old}` from what `anafora dump` wrote earlier"
    )
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        let hint = match &error {
            ArchiveError::Damaged { file, .. } if file.ends_with(MANIFEST_FILE) => MANIFEST_HINT,
            ArchiveError::Damaged { .. } => {
                "`anafora verify --data DIR` names every page that is lost, and `anafora restore --from-archive DIR \
                 --data NEW` saves the others"
            }
            _ => "check the directory: free space, permissions, whether it is an archive",
        };
        Self::new(Exit::Store, chain(&error), hint)
    }
}

impl From<EvidenceError> for Failure {
    fn from(error: EvidenceError) -> Self {
        let hint =
            "check the directory: free space, permissions; evidence may be moved away, no result needs it";
        Self::new(Exit::Store, chain(&error), hint)
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Frontier(error) => error.into(),
            ExportError::Write(error) => error.into(),
            ExportError::Unknown { .. } => {
                Self::new(Exit::Id, chain(&error), "`anafora export jsonl --data DIR` lists every ID that is")
            }
        }
    }
}

impl From<ProfileError> for Failure {
    /// What is wrong inside a profile is shown as it stands in the file, each with a caret and a hint of its own.
    fn from(error: ProfileError) -> Self {
        if error.faults().is_empty() {
            let hint = error.help().map(|help| help.to_string());
            return Self { exit: Exit::Profile, text: chain(&error), hint };
        }
        let handler = GraphicalReportHandler::new_themed(theme());
        let mut text = error.to_string();
        for fault in error.faults() {
            let mut shown = String::new();
            let rendered = handler.render_report(&mut shown, fault);
            text = if rendered.is_ok() { format!("{text}\n\n{shown}") } else { format!("{text}\n{fault}") };
        }
        Self { exit: Exit::Profile, text, hint: None }
    }
}

/// Colours on a terminal that wants them.
fn theme() -> GraphicalTheme {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if plain || !std::io::stderr().is_terminal() {
        GraphicalTheme::unicode_nocolor()
    } else {
        GraphicalTheme::unicode()
    }
}

impl From<PortalError> for Failure {
    fn from(error: PortalError) -> Self {
        Self::new(Exit::Environment, chain(&error), "give another port, or 0 for a free one")
    }
}

impl From<UnknownSwitch> for Failure {
    fn from(error: UnknownSwitch) -> Self {
        Self::new(Exit::Usage, chain(&error), "only the portal `demo` does: leave the flag out")
    }
}

impl From<FetchError> for Failure {
    /// What pages say may stand in it.
    fn from(error: FetchError) -> Self {
        let text = one_line(&chain(&error));
        match error {
            FetchError::Environment { detail, hint } => Self::new(Exit::Environment, detail, hint),
            FetchError::Archive(error) => error.into(),
            FetchError::Disallowed { .. } => Self::new(
                Exit::Blocked,
                text,
                "leave such documents out with --kinds, or ask the portal; a profile with its permission says `robots = \"ignore\"` under [pace]",
            ),
            FetchError::RobotsUnreadable { .. } => Self::new(
                Exit::Blocked,
                text,
                "open that address yourself; where the portal has none, the profile says `robots_unreadable = \"go_on\"` under [pace]",
            ),
            _ => Self { exit: Exit::Unexpected, text, hint: None },
        }
    }
}

impl From<CrawlError> for Failure {
    fn from(error: CrawlError) -> Self {
        let text = one_line(&chain(&error));
        match error {
            CrawlError::Frontier(error) => error.into(),
            CrawlError::Archive(error) => error.into(),
            CrawlError::Fetch(error) => error.into(),
            CrawlError::Blocked { barrier, .. } => {
                let what_to_do = match barrier {
                    Barrier::Captcha => {
                        "run the same command again with --headed and answer it in the window, or wait until the ban ends"
                    }
                    Barrier::Login => "run the same command again with --headed and log in there, if you may",
                    Barrier::Refusal => {
                        "open the portal in a browser; where it refuses you there as well, ask its operator"
                    }
                };
                let hint =
                    format!("{what_to_do}; everything is kept, and anafora never works around a block");
                Self::new(Exit::Blocked, text, hint)
            }
            CrawlError::Unavailable { .. } => Self::new(
                Exit::Unavailable,
                text,
                "check the address and whether the portal answers, then run the same command again",
            ),
            CrawlError::DiskFloor { .. } => Self::new(
                Exit::Store,
                text,
                "free some space, or set another --disk-floor, and run the same command again: it goes on",
            ),
            CrawlError::Worker { .. } => Self { exit: Exit::Unexpected, text, hint: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn what_a_page_says_commands_no_terminal() {
        let detail = || "a login is asked for: `\u{1b}]0;\nhint: none`".to_owned();
        let id = DocumentId::from_canonical("A-1", "s", "k");
        let blocked = CrawlError::Blocked { id, barrier: Barrier::Login, detail: detail() };
        let refused = FetchError::Unavailable { detail: detail(), retry_after: None };
        for failure in [Failure::from(blocked), CrawlError::Fetch(refused).into()] {
            assert!(failure.text.ends_with("`\\u{1b}]0;\\nhint: none`"), "{}", failure.text);
        }
    }

    #[test]
    fn the_readme_shows_this_table() {
        let readme = include_str!("../../README.md");
        for (exit, meaning) in Exit::TABLE {
            let row = format!("| {} | {meaning} |", exit as u8);
            assert!(readme.contains(&row), "README.md lacks the row\n{row}");
        }
    }
}
