//! The steps of a flow that is being drafted, and how they are written.

use super::notation::{quoted, remark, texts};

/// What a step does; selectors are the profile's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Drafted {
    Open(String),
    Dismiss(Vec<String>),
    Click(Vec<String>),
    Fill { control: Vec<String>, with: String, keys: Keys },
    Select { control: Vec<String>, option: String },
    Choose { among: Vec<String>, text: Suggestion, with: String },
    Press { key: String, on: Vec<String> },
    Wait(Vec<String>),
    Gone(Vec<String>),
    Rows { rows: Vec<String>, scroll: Vec<String>, id: Vec<String>, open: Vec<String> },
    EnterFrame(Vec<String>),
    LeaveFrames,
    NewWindow,
    CloseWindow,
    Expect(Vec<String>),
    Capture,
}

/// How a text gets into its control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    Set,
    Typed,
}

/// How the right suggestion is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suggestion {
    Whole,
    Part,
}

/// A step with what a reader must know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) step: Drafted,
    pub(super) comments: Vec<String>,
    /// The title of the page that came of it; `None` where none did.
    pub(super) leads_to: Option<String>,
}

impl From<Drafted> for Block {
    fn from(step: Drafted) -> Self {
        Self { step, comments: Vec::new(), leads_to: None }
    }
}

impl Block {
    pub(super) fn with(step: Drafted, comment: impl Into<String>) -> Self {
        Self { comments: vec![comment.into()], ..Self::from(step) }
    }

    /// The step as it stands in a profile.
    pub(super) fn written(&self) -> String {
        let comments = self.comments.iter().map(|comment| format!("# {}\n", remark(comment)));
        format!("{}[[route.step]]\n{}\n", comments.collect::<String>(), self.step.written())
    }
}

impl Drafted {
    /// Whether it makes the portal work, so that something must be waited for after it.
    pub(super) const fn acts(&self) -> bool {
        matches!(
            self,
            Self::Open(_) | Self::Click(_) | Self::Choose { .. } | Self::Press { .. } | Self::Rows { .. }
        )
    }

    /// What it needs on the page.
    pub(super) fn needs(&self) -> Option<&[String]> {
        match self {
            Self::Click(any)
            | Self::Fill { control: any, .. }
            | Self::Select { control: any, .. }
            | Self::Rows { rows: any, .. }
            | Self::Press { on: any, .. } => Some(any.as_slice()).filter(|any| !any.is_empty()),
            _ => None,
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Open(address) => format!("open = {}", quoted(address)),
            Self::Dismiss(any) => format!("dismiss = {}", texts(any)),
            Self::Click(any) => format!("click = {}", texts(any)),
            Self::Fill { control, with, keys } => {
                let keys = if *keys == Keys::Typed { "\nkeys = \"typed\"" } else { "" };
                format!("fill = {}\nwith = {}{keys}", texts(control), quoted(with))
            }
            Self::Select { control, option } => {
                format!("select = {}\noption = {}", texts(control), quoted(option))
            }
            Self::Choose { among, text, with } => {
                let key = if *text == Suggestion::Whole { "equals" } else { "contains" };
                format!("choose = {}\n{key} = {}", texts(among), quoted(with))
            }
            Self::Press { key, on } if on.is_empty() => format!("press = {}", quoted(key)),
            Self::Press { key, on } => format!("press = {}\non = {}", quoted(key), texts(on)),
            Self::Wait(go_on) => format!("wait = {{ go_on = {} }}", texts(go_on)),
            Self::Gone(any) => format!("gone = {}", texts(any)),
            Self::Rows { rows, scroll, id, open } => {
                let option = |key: &str, any: &[String]| {
                    if any.is_empty() { String::new() } else { format!("\n{key} = {}", texts(any)) }
                };
                let options = [option("scroll", scroll), option("id", id), option("open", open)];
                format!("rows = {}{}", texts(rows), options.concat())
            }
            Self::EnterFrame(any) => format!("frame = {}", texts(any)),
            Self::LeaveFrames => "frame = \"top\"".to_owned(),
            Self::NewWindow => "window = \"new\"".to_owned(),
            Self::CloseWindow => "window = \"close\"".to_owned(),
            Self::Expect(any) => format!("expect = {}", texts(any)),
            Self::Capture => "capture = \"detail\"".to_owned(),
        }
    }
}
