//! What is asked of the script library that runs in the page, and what it answers.

use serde::{Deserialize, Serialize};

use crate::domain::Verdict;
use crate::profile::Alternatives;

/// The body of the script: one asynchronous call a step.
pub(super) const SCRIPT: &str = include_str!("page.js");

/// Returns the control that [`Ask::Hold`] found.
pub(super) const HELD: &str = "return window.__anafora_held;";

/// Selectors as they are written in a profile.
pub(super) type Written = Vec<String>;

/// The words of a profile's alternatives.
pub(super) fn written(alternatives: &Alternatives) -> Written {
    alternatives.0.iter().map(ToString::to_string).collect()
}

/// The words of alternatives that a profile may leave out.
pub(super) fn written_if_any(alternatives: Option<&Alternatives>) -> Option<Written> {
    alternatives.map(written)
}

/// One call.
#[derive(Serialize)]
pub(super) struct Request<'a> {
    #[serde(flatten)]
    pub(super) ask: &'a Ask,
    /// Watched before the step does anything.
    pub(super) markers: &'a [Sign],
    /// Tells the stamp of one acting step from that of another.
    pub(super) token: u64,
    /// When the page gives up and says so.
    pub(super) deadline_ms: u64,
}

/// What is asked of the page.
#[derive(Debug, Serialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub(super) enum Ask {
    /// Is the page there, and does no marker speak against it?
    Look,
    /// Does no marker speak against the page, whichever it is?
    Watch,
    /// Did the acting step with this token act in this document?
    Acted,
    /// Remember what matches, then click.
    Click { any: Written, remember: Written },
    /// Keep the control at hand for the driver; remember what matches where the driver's action makes the portal work.
    Hold { any: Written, remember: Option<Written> },
    /// Remember what matches, then focus.
    Focus { any: Written, remember: Written },
    /// Remember what matches.
    Stamp { remember: Written },
    /// Set a control's text and fire the events that typing would.
    Fill { any: Written, text: String },
    /// Choose an option by its label or value.
    Select { any: Written, text: String },
    /// Click if it is there.
    Dismiss { any: Written },
    /// Which outcome comes first?
    Wait { outcomes: Vec<Sign> },
    /// Read the rows; where `unlike` is given, once the first row says something else.
    Rows {
        rows: Written,
        id: Option<Written>,
        prefer: Option<Written>,
        next: Written,
        unlike: Option<String>,
    },
    /// Remember what matches, then open the row, if it still says `text`.
    OpenRow { rows: Written, index: usize, text: String, open: Option<Written>, remember: Written },
    /// Read a place's text, once it is none of those seen.
    Read { any: Written, seen: Vec<String> },
    /// How long does the portal ask to be left alone?
    RetryAfter,
    /// How large is the page?
    Measure,
}

impl Ask {
    /// Whether the page may have acted although its answer was lost, so that it must not simply be asked again.
    pub(super) const fn acts(&self) -> bool {
        matches!(self, Self::Click { .. } | Self::OpenRow { .. })
    }
}

/// Something on a page that decides.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sign {
    pub(super) verdict: Verdict,
    pub(super) any: Written,
}

/// What the page answers.
#[derive(Debug, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(super) enum Answer {
    /// The step did what it should.
    Done { matched: Option<String> },
    /// A marker or an outcome was seen.
    Verdict { verdict: Verdict, matched: String },
    /// The portal answered with a status that stands for failure.
    Http { status: u16 },
    /// The browser shows its own error page.
    Network { detail: String },
    /// A selector or control is not what the step takes it for.
    Fault { detail: String },
    /// The deadline passed.
    Deadline,
    /// The deadline passed while the portal still owed a page.
    Loading,
    /// What was asked for is not there.
    Missing,
    /// The row says something else than when it was read.
    Stale,
    /// The rows.
    Rows(ResultPage),
    /// A place's text.
    Text { text: String, matched: String },
    /// The page's size and address.
    Size { bytes: u64, url: String },
}

/// One page of results.
#[derive(Debug, Deserialize)]
pub(super) struct ResultPage {
    pub(super) rows: Vec<Row>,
    /// The alternative that found the rows.
    pub(super) matched: Option<String>,
    /// Whether there is a next page to go to.
    pub(super) more: bool,
}

/// One row of results.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Row {
    /// What a person reads in it.
    pub(super) text: String,
    /// What stands where its ID should; `None` where that place is missing.
    pub(super) id: Option<String>,
    /// Whether it holds what the profile prefers.
    pub(super) preferred: bool,
}
