//! The way to a document: routes, their steps, and the selectors in them, as they were checked when the profile was loaded.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::model::KindFilter;
use super::way::{Absence, SERVICE_PART, Way};
use crate::domain::Verdict;

/// The keys that a step can press by their names, as WebDriver and the DOM call them.
pub const KEY_NAMES: [&str; 14] = [
    "Enter",
    "Escape",
    "Tab",
    "Space",
    "Backspace",
    "Delete",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "Home",
    "End",
    "PageUp",
    "PageDown",
];

/// One way to a document.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its name, as in `form`.
    pub name: String,
    /// The kinds it leads to.
    pub kinds: KindFilter,
    /// How it gets there.
    pub way: Way,
    /// What it means where it says that there is no such document.
    pub absence: Absence,
}

impl Route {
    /// What to do in a browser, in order; nothing where it needs none.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        match &self.way {
            Way::Browser(steps) => steps,
            Way::Page(_) | Way::Service(_) => &[],
        }
    }

    /// The names of the parts that it brings, in order.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match &self.way {
            Way::Browser(steps) => steps.iter().filter_map(Step::captured).collect(),
            Way::Page(page) => vec![&page.part],
            Way::Service(service) => {
                let files = service.attachments.iter().map(|file| file.name.as_str());
                std::iter::once(SERVICE_PART).chain(files).collect()
            }
        }
    }

    /// How often a look-up makes the portal work, with the one request for its robots.txt before the first.
    #[must_use]
    pub fn requests_min(&self) -> u32 {
        let working = match &self.way {
            Way::Browser(steps) => steps.iter().filter(|step| step.works()).count(),
            Way::Page(_) => 1,
            Way::Service(service) => 1 + service.attachments.len(),
        };
        u32::try_from(working).unwrap_or(u32::MAX).saturating_add(1)
    }
}

/// One step of a look-up.
#[derive(Clone, Debug)]
pub enum Step {
    /// Opens an address, relative to the base.
    Open(Template),
    /// Clicks something away if it is there; no wait, no failure.
    Dismiss(Alternatives),
    /// Clicks the first alternative that is there.
    Click {
        /// What to click.
        on: Alternatives,
        /// How.
        manner: ClickManner,
        /// Never repeated by itself, as with one-time tokens.
        once: bool,
    },
    /// Types into a control.
    Fill {
        /// The control.
        control: Alternatives,
        /// The text.
        with: Template,
        /// How it gets there.
        keys: FormKeys,
    },
    /// Chooses an option of a `select` by its label or value.
    Select {
        /// The control.
        control: Alternatives,
        /// The option.
        option: Template,
    },
    /// Presses a key, as in `Enter`, in a control or on the page.
    Press {
        /// The key's name in the WebDriver or DOM sense.
        key: String,
        /// The control that gets it; the focused element where empty.
        on: Option<Alternatives>,
    },
    /// Waits until one of the outcomes is on the page. After a click, press or submit only what appeared since counts.
    Wait {
        /// What each sign means; looked for in this order.
        outcomes: Vec<(Verdict, Alternatives)>,
        /// How long; the profile's step deadline where `None`.
        deadline: Option<Duration>,
    },
    /// Finds the one row whose ID is exactly the one asked for and opens it.
    Rows(RowsStep),
    /// Waits until the page shows the ID that was asked for.
    Expect(Alternatives),
    /// Reads the page under a name.
    Capture(CaptureStep),
    /// Goes to another window, for the steps that follow.
    Window(WindowStep),
    /// Goes into a frame, or out of all frames, for the steps that follow.
    Frame(Scope),
    /// Looks inside a dialog of the page alone, or at the whole page again, for the steps that follow.
    Dialog(Scope),
    /// Waits for an `alert` or `confirm` and answers it.
    Answer {
        /// How.
        with: PromptAnswer,
        /// What it must say, in part; anything where `None`.
        says: Option<String>,
        /// How long one is waited for that comes only at times; `None` where it must come.
        if_asked_within: Option<Duration>,
    },
    /// Waits for the suggestion with this text and clicks it.
    Choose {
        /// The suggestions.
        among: Alternatives,
        /// The text of the one.
        text: TextMatch,
    },
    /// Waits until nothing that matches is to be seen any more.
    Gone {
        /// What covers the page.
        any: Alternatives,
        /// How long; the profile's step deadline where `None`.
        deadline: Option<Duration>,
    },
    /// Goes one page back in the browser's history.
    Back,
    /// Takes variables for later steps out of a text on the page.
    Take {
        /// The element.
        from: Alternatives,
        /// What is taken out of it.
        rule: TakeRule,
    },
    /// Runs a step if something is on the page now.
    When {
        /// What must be there.
        any: Alternatives,
        /// The step, which is no `When` itself.
        then: Box<Step>,
    },
}

impl Step {
    /// Whether it makes the portal work: such steps wait for their turn.
    #[must_use]
    pub fn works(&self) -> bool {
        match self {
            Self::Open(_)
            | Self::Click { .. }
            | Self::Press { .. }
            | Self::Rows(_)
            | Self::Choose { .. }
            | Self::Back => true,
            Self::When { then, .. } => then.works(),
            _ => false,
        }
    }

    /// The step without its condition.
    #[must_use]
    pub fn itself(&self) -> &Self {
        match self {
            Self::When { then, .. } => then,
            step => step,
        }
    }

    /// The part that it captures.
    #[must_use]
    pub fn captured(&self) -> Option<&str> {
        match self.itself() {
            Self::Capture(capture) => Some(&capture.part),
            _ => None,
        }
    }

    /// What it looks for, each with the alternatives that the profile names.
    #[must_use]
    pub fn alternatives(&self) -> Vec<&Alternatives> {
        match self {
            Self::Open(_)
            | Self::Back
            | Self::Window(_)
            | Self::Answer { .. }
            | Self::Frame(Scope::Leave)
            | Self::Dialog(Scope::Leave) => Vec::new(),
            Self::Frame(Scope::Enter(any))
            | Self::Dialog(Scope::Enter(any))
            | Self::Dismiss(any)
            | Self::Expect(any)
            | Self::Gone { any, .. } => vec![any],
            Self::Click { on, .. } => vec![on],
            Self::Fill { control, .. } | Self::Select { control, .. } => vec![control],
            Self::Press { on, .. } => on.iter().collect(),
            Self::Wait { outcomes, .. } => outcomes.iter().map(|(_, any)| any).collect(),
            Self::Rows(rows) => {
                let taken = rows.take.as_ref().map(|(from, _)| from);
                rows.open.iter().chain(taken).chain([&rows.rows]).collect()
            }
            Self::Capture(capture) => capture.of.iter().collect(),
            Self::Choose { among, .. } => vec![among],
            Self::Take { from, .. } => vec![from],
            Self::When { any, then } => then.alternatives().into_iter().chain([any]).collect(),
        }
    }

    /// How long it may take, where the profile says so at the step itself.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        match self {
            Self::Wait { deadline, .. }
            | Self::Gone { deadline, .. }
            | Self::Answer { if_asked_within: deadline, .. } => *deadline,
            Self::When { then, .. } => then.deadline(),
            _ => None,
        }
    }

    /// The step's verb as written in a profile.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Dismiss(_) => "dismiss",
            Self::Click { .. } => "click",
            Self::Fill { .. } => "fill",
            Self::Select { .. } => "select",
            Self::Press { .. } => "press",
            Self::Wait { .. } => "wait",
            Self::Rows(_) => "rows",
            Self::Expect(_) => "expect",
            Self::Capture(_) => "capture",
            Self::Window(_) => "window",
            Self::Frame(_) => "frame",
            Self::Dialog(_) => "dialog",
            Self::Answer { .. } => "answer",
            Self::Choose { .. } => "choose",
            Self::Gone { .. } => "gone",
            Self::Back => "back",
            Self::Take { .. } => "take",
            Self::When { then, .. } => then.verb(),
        }
    }
}

/// To which window a look-up goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowStep {
    /// The one that the steps before opened.
    New,
    /// Closes this one and goes back to the one before.
    Close,
}

/// Where the steps that follow look, until the next step of the same sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Inside this.
    Enter(Alternatives),
    /// Outside again.
    Leave,
}

/// How an `alert` or `confirm` is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromptAnswer {
    /// As by OK.
    Accept,
    /// As by Cancel.
    Dismiss,
}

/// Which text is the right one; white space is folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextMatch {
    /// Exactly this.
    Equals(Template),
    /// One that holds this.
    Contains(Template),
}

/// Takes variables out of an attribute or a text.
#[derive(Clone, Debug)]
pub struct TakeRule {
    /// The attribute, as in `onclick`; what a person reads where `None`.
    pub attribute: Option<String>,
    /// Its named groups are the variables.
    pub pattern: regex::Regex,
}

/// How a click is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClickManner {
    /// By a script: works under overlays.
    Script,
    /// By a real pointer action.
    Pointer,
}

/// How a text gets into a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormKeys {
    /// Set by a script that fires focus, input, change and blur.
    Script,
    /// Typed with real key events.
    Typed,
}

/// The choice of a result row.
#[derive(Clone, Debug)]
pub struct RowsStep {
    /// The rows.
    pub rows: Alternatives,
    /// Where in a row its ID stands; the first ID in the row's text where `None`.
    pub id: Option<Alternatives>,
    /// What to click in the row; the row itself where `None`.
    pub open: Option<Alternatives>,
    /// Which of several rows with exactly the ID asked for is taken: the first that holds this; ambiguous where `None`.
    pub prefer: Option<Alternatives>,
    /// What is taken out of this element of the row, which is then not opened.
    pub take: Option<(Alternatives, TakeRule)>,
    /// The control that leads to the first page of results, used where the portal still shows another.
    pub first: Option<Alternatives>,
    /// The control that leads to the next page of results, and how many pages are read at most.
    pub next: Option<(Alternatives, u32)>,
    /// What is to be seen on the last page alone, or, where there is no next page, at the end of what is scrolled.
    pub last: Option<Alternatives>,
    /// What is scrolled where only the rows in view exist.
    pub scroll: Option<Alternatives>,
}

/// One page read.
#[derive(Clone, Debug)]
pub struct CaptureStep {
    /// The part's name.
    pub part: String,
    /// This element or frame alone; what the steps before lead to where `None`.
    pub of: Option<Alternatives>,
}

/// Selectors for one thing, tried in order; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternatives(pub Vec<Selector>);

/// One way to find something on a live page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `css:` a CSS selector.
    Css(String),
    /// `text:` the innermost element whose text holds this.
    Text(String),
    /// `label:` the control or value that belongs to the label of this text.
    Label(String),
    /// `title:` the document's title holds this.
    Title(String),
    /// `xpath:` an `XPath` expression.
    Xpath(String),
    /// `css:A >>> B >>> …` what is inside the shadow roots or frames of these elements, each inside the one before.
    Inside(Vec<String>, Box<Selector>),
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Css(css) => write!(formatter, "css:{css}"),
            Self::Text(text) => write!(formatter, "text:{text}"),
            Self::Label(label) => write!(formatter, "label:{label}"),
            Self::Title(title) => write!(formatter, "title:{title}"),
            Self::Xpath(path) => write!(formatter, "xpath:{path}"),
            Self::Inside(hosts, inner) => match &**inner {
                // Without its prefix, `label:hover` would be a label.
                Self::Css(css) if !css.contains(':') => {
                    write!(formatter, "css:{} >>> {css}", hosts.join(" >>> "))
                }
                inner => write!(formatter, "css:{} >>> {inner}", hosts.join(" >>> ")),
            },
        }
    }
}

/// A text with `{variables}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub String);

impl Template {
    /// The text with each `{name}` replaced. A name without a value stays as it is: loading has refused unknown names.
    #[must_use]
    pub fn fill(&self, variables: &BTreeMap<String, String>) -> String {
        self.fill_with(|name, _| variables.get(name).cloned())
    }

    /// The names of its variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
    }

    /// The same, with the value that is given for a name and the text before it. A value is never filled itself.
    #[must_use]
    pub fn fill_with(&self, value: impl Fn(&str, &str) -> Option<String>) -> String {
        let mut filled = String::new();
        let mut rest = self.0.as_str();
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            filled.push_str(before);
            match value(name, &filled) {
                Some(value) => filled.push_str(&value),
                None => filled.extend(["{", name, "}"]),
            }
            rest = after;
        }
        filled + rest
    }
}
