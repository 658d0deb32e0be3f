//! What is asked of the script library that runs in the page, and what it answers.

use serde::{Deserialize, Serialize};

use crate::domain::Verdict;
use crate::profile::Alternatives;

/// The body of the script: one asynchronous call a step.
pub(super) const SCRIPT: &str = concat!(
    include_str!("page/shadow.js"),
    include_str!("page/page.js"),
    include_str!("page/acting.js"),
    include_str!("page/rows.js"),
    include_str!("page/choice.js"),
    include_str!("page/scroll.js"),
    "STEPS[request.verb]();"
);

/// Returns the element that [`Ask::Hold`] or [`Ask::Grasp`] found.
pub(super) const HELD: &str = "return window.__anafora_held;";

/// Gives the element that is held the focus, with all its text selected; whether it has it.
pub(super) const FOCUS_HELD: &str = "const control = window.__anafora_held;
    control.focus();
    if (control.select) control.select(); else document.execCommand('selectAll');
    return control.getRootNode().activeElement === control;";

/// Returns the elements whose shadow roots [`Answer::Sealed`] asks for.
pub(super) const SEALED: &str = "return window.__anafora_sealed;";

/// Gives the page's script the roots of these elements; `null` for each that has none.
pub(super) const UNSEAL: &str = "const [hosts, roots, token] = arguments;
    for (let index = 0; index < hosts.length; index++) {
        window.__anafora_asked.set(hosts[index], { at: performance.now(), token });
        if (roots[index]) window.__anafora_roots.set(hosts[index], roots[index]);
    }";

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
    #[serde(flatten)]
    pub(super) scope: &'a Scoped,
}

/// What holds for a call because of where its look-up is.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Scoped {
    /// The dialog inside which everything is looked for.
    pub(super) dialog: Option<Written>,
    /// The dialogs inside which something is looked for later, whose content must be new by then.
    pub(super) dialogs: Vec<Written>,
    /// Whether what is clicked may open a window.
    pub(super) opens_window: bool,
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
    /// Remember what matches, then keep the control at hand for the driver.
    Hold { any: Written, remember: Written },
    /// Keep a control that takes a text at hand for the driver. What matches `besides` is remembered first.
    HoldField { any: Written, besides: Written },
    /// Remember what matches, then focus.
    Focus { any: Written, remember: Written },
    /// Remember what matches.
    Stamp { remember: Written },
    /// Set a control's text and fire the events that typing would. What matches `besides` is remembered first.
    Fill { any: Written, text: String, besides: Written },
    /// Choose an option by its label or value. What matches `besides` is remembered first.
    Select { any: Written, text: String, besides: Written },
    /// Remember what matches, then click the suggestion whose text is this one, as a whole or in part.
    Choose { any: Written, text: String, whole: bool, remember: Written },
    /// How many suggestions are there?
    Suggestions { any: Written },
    /// Is it to be seen?
    Present { any: Written },
    /// Wait until nothing of it is to be seen.
    Gone { any: Written },
    /// Click if it is there.
    Dismiss { any: Written },
    /// Which outcome comes first?
    Wait { outcomes: Vec<Sign> },
    /// Read the rows; where `unlike` is given, once the first row says something else.
    Rows(Box<AskRows>),
    /// Remember what matches, then open the row, if it still says what it said.
    OpenRow(Box<AskOpenRow>),
    /// Read a place's text, or an attribute of it, once it is none of those seen.
    Read { any: Written, attribute: Option<String>, seen: Vec<String> },
    /// How long does the portal ask to be left alone?
    RetryAfter,
    /// Keep an element at hand for the driver, once it is rendered.
    Grasp { any: Written },
    /// Has the new window a page?
    Arrived,
    /// Which options has the list that was found?
    Options { any: Written },
    /// Which frames has the document?
    Frames,
    /// The document, or the element held, as a part: how large it is, and its markup where that has shadow roots.
    Part { held: bool, bytes_max: u64 },
}

impl Ask {
    /// Whether the page may have acted although its answer was lost, so that it must not simply be asked again.
    pub(super) const fn acts(&self) -> bool {
        matches!(self, Self::Click { .. } | Self::Choose { .. } | Self::OpenRow(_))
    }
}

/// How rows are read.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct AskRows {
    pub(super) rows: Written,
    pub(super) id: Option<Written>,
    pub(super) prefer: Option<Written>,
    pub(super) take: Option<AskTake>,
    /// The control that leads back to the first page.
    pub(super) first: Option<Written>,
    pub(super) next: Option<Written>,
    pub(super) last: Option<Written>,
    /// What the first row said on the page before.
    pub(super) unlike: Option<String>,
    /// Whether that page was left for the first one.
    pub(super) returned: bool,
    /// What is scrolled, where only the rows in view exist.
    pub(super) scroll: Option<Written>,
    /// To where it is scrolled, in pixels.
    pub(super) top: f64,
    /// What is to be seen at the end of a list that is scrolled alone.
    pub(super) end: Option<Written>,
}

/// What is taken out of a row.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AskTake {
    pub(super) any: Written,
    pub(super) attribute: Option<String>,
}

/// Which row is opened.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AskOpenRow {
    pub(super) rows: Written,
    /// Which of the rows, where nothing is scrolled.
    pub(super) index: usize,
    pub(super) text: String,
    pub(super) place: Option<String>,
    pub(super) prefer: Option<Written>,
    pub(super) preferred: bool,
    pub(super) open: Option<Written>,
    pub(super) remember: Written,
    pub(super) scroll: Option<Written>,
    pub(super) top: f64,
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
    /// An element is at hand.
    Held {
        /// Whether it is a frame.
        frame: bool,
        /// The alternative that found it.
        matched: String,
    },
    /// Shadow roots must be known first, which the driver alone can get.
    Sealed,
    /// So many.
    Count { count: u64 },
    /// What there is in the place of what was looked for; `None` where nothing could hold it.
    Texts { texts: Option<Vec<String>> },
    /// The size and address of a part.
    Size { bytes: u64, url: String },
    /// A part and its address.
    Markup { text: String, url: String },
}

impl Answer {
    /// Whether a step goes on by what stands here, so that no marker elsewhere may speak against it.
    pub(super) const fn decides(&self) -> bool {
        matches!(self, Self::Verdict { .. } | Self::Rows(_) | Self::Text { .. })
    }
}

/// One page of results.
#[derive(Debug, Deserialize)]
pub(super) struct ResultPage {
    pub(super) rows: Vec<Row>,
    /// The alternative that found the rows.
    pub(super) matched: Option<String>,
    /// Whether there is a next page to go to.
    pub(super) more: bool,
    /// Whether there is a way back to the first page.
    pub(super) back: bool,
    /// Where a list that is scrolled stands.
    pub(super) view: Option<View>,
    /// Whether there seem to be more rows that exist only when they are scrolled to.
    pub(super) partial: bool,
    /// Where it stood when each row was read.
    #[serde(skip)]
    pub(super) tops: Vec<f64>,
}

/// Where a list that is scrolled stands, in pixels.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct View {
    pub(super) top: f64,
    /// Where to go on.
    pub(super) next: f64,
    /// Whether this is the end.
    pub(super) end: bool,
}

/// One row of results.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Row {
    /// What a person reads in it.
    pub(super) text: String,
    /// Which of all rows it is, where the page says so.
    pub(super) place: Option<String>,
    /// What stands where its ID should; `None` where that place is missing.
    pub(super) id: Option<String>,
    /// Whether it holds what the profile prefers.
    pub(super) preferred: bool,
    /// What is to be taken out of it.
    pub(super) taken: Option<Taken>,
}

/// A text, and the alternative that found it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Taken {
    pub(super) text: String,
    pub(super) matched: String,
}
