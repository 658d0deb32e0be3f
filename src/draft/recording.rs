//! Reads what Chrome's Recorder exports. Only what is no recording at all is an error: a step that makes no sense is
//! kept as one that cannot be mapped.

use serde_json::Value as Json;

use super::DraftError;
use super::awaited::{Awaited, Unsaid};

/// Longer recordings are no look-ups.
const STEPS_MAX: usize = 500;
/// Deeper frames and shadow roots are damage.
const DEPTH_MAX: usize = 16;
const SELECTOR_BYTES_MAX: usize = 2_000;
const SELECTORS_MAX: usize = 20;

/// The selector of a step that was added by hand, before an element is chosen for it.
const UNCHOSEN: &str = ".cls";

/// A look-up as somebody made it in a browser.
#[derive(Clone, Debug)]
pub(super) struct Recording {
    pub(super) title: String,
    pub(super) steps: Vec<Recorded>,
}

/// One step of it.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    /// Its number in the recording, from 1.
    pub(super) number: usize,
    /// Its type as recorded.
    pub(super) kind: String,
    pub(super) action: Action,
    /// The window; `main` for the first.
    pub(super) target: String,
    /// The frames that lead to where it was made, each by its place among its parent's.
    pub(super) frames: Vec<u64>,
    /// Whether a page came of it, and under which title.
    pub(super) navigation: Option<Navigation>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Navigation {
    pub(super) title: String,
}

/// A selector as recorded: each entry inside what the one before found.
pub(super) type Chain = Vec<String>;

#[derive(Clone, Debug)]
pub(super) enum Action {
    Navigate {
        address: String,
    },
    Click {
        on: Vec<Chain>,
        button: String,
    },
    DoubleClick {
        on: Vec<Chain>,
    },
    Change {
        control: Vec<Chain>,
        value: String,
    },
    KeyDown {
        key: String,
    },
    KeyUp {
        key: String,
    },
    WaitForElement {
        any: Vec<Chain>,
        awaited: Awaited,
    },
    /// An element was scrolled, so far down.
    Scroll {
        of: Vec<Chain>,
        top: f64,
    },
    Close,
    /// Something that decides nothing, and why.
    Idle {
        reason: &'static str,
    },
    /// Something that a profile cannot say, and what to do about it.
    Foreign {
        reason: String,
    },
}

impl Recording {
    /// Reads an export.
    ///
    /// # Errors
    /// Where it is no recording.
    pub(super) fn read(text: &str) -> Result<Self, DraftError> {
        let fault = |reason: String| DraftError::Recording { reason };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json: Json =
            serde_json::from_str(text).map_err(|error| fault(format!("it is no JSON: {error}")))?;
        let steps = json.get("steps").ok_or_else(|| fault("it has no `steps`".to_owned()))?;
        let steps = steps.as_array().ok_or_else(|| fault("its `steps` are no list".to_owned()))?;
        if steps.is_empty() {
            return Err(fault("it has no steps".to_owned()));
        }
        if steps.len() > STEPS_MAX {
            return Err(fault(format!("it has {} steps, and {STEPS_MAX} are read at most", steps.len())));
        }
        let steps = steps.iter().enumerate().map(|(index, step)| recorded(index + 1, step)).collect();
        Ok(Self { title: text_of(&json, "title"), steps })
    }
}

fn recorded(number: usize, step: &Json) -> Recorded {
    let kind = text_of(step, "type");
    let target = Some(text_of(step, "target")).filter(|target| !target.is_empty());
    let (frames, action) = match frames(step) {
        Some(frames) => (frames, action(&kind, step)),
        None => (Vec::new(), foreign("its `frame` is no list of numbers")),
    };
    Recorded {
        number,
        kind: if kind.is_empty() { "no type".to_owned() } else { kind },
        action,
        target: target.unwrap_or_else(|| "main".to_owned()),
        frames,
        navigation: navigation(step),
    }
}

fn action(kind: &str, step: &Json) -> Action {
    let chains = chains(step);
    if chains.iter().flatten().eq([UNCHOSEN]) {
        return foreign("no element was chosen: Chrome's panel begins each step with `.cls`");
    }
    let needs = |action: fn(Vec<Chain>) -> Action| match chains.clone() {
        chains if chains.is_empty() => foreign("it names no element"),
        chains => action(chains),
    };
    match kind {
        "navigate" => match text_of(step, "url") {
            address if address.is_empty() => foreign("it names no address"),
            address => Action::Navigate { address },
        },
        "click" => match needs(|on| Action::Click { on, button: String::new() }) {
            Action::Click { on, .. } => Action::Click { on, button: text_of(step, "button") },
            other => other,
        },
        "doubleClick" => needs(|on| Action::DoubleClick { on }),
        "change" => {
            match (needs(|control| Action::Change { control, value: String::new() }), step.get("value")) {
                (Action::Change { control, .. }, Some(Json::String(value))) => {
                    Action::Change { control, value: value.clone() }
                }
                (Action::Change { .. }, _) => foreign("it has no `value`"),
                (other, _) => other,
            }
        }
        "keyDown" => Action::KeyDown { key: text_of(step, "key") },
        "keyUp" => Action::KeyUp { key: text_of(step, "key") },
        "waitForElement" => match Awaited::of(step) {
            _ if chains.is_empty() => foreign("it names no element"),
            Ok(awaited) => Action::WaitForElement { any: chains, awaited },
            Err(Unsaid::Idle(reason)) => Action::Idle { reason },
            Err(Unsaid::Foreign(reason)) => foreign(reason),
        },
        "waitForExpression" => foreign("a program's expression: write `wait` with what the page shows then"),
        "customStep" => foreign("a step of another program's own"),
        "close" => Action::Close,
        "setViewport" => Action::Idle { reason: "the size of a window decides nothing" },
        "scroll" if chains.is_empty() => Action::Idle {
            reason: "what is acted on is scrolled to; `rows` has `scroll` for lists that fill late",
        },
        "scroll" => {
            Action::Scroll { of: chains, top: step.get("y").and_then(Json::as_f64).unwrap_or_default() }
        }
        "hover" => Action::Idle { reason: "what a pointer passes over decides nothing" },
        "emulateNetworkConditions" => Action::Idle { reason: "the speed of the network is the portal's" },
        "" => foreign("it has no type"),
        _ => foreign("this type is not known"),
    }
}

fn foreign(reason: &str) -> Action {
    Action::Foreign { reason: reason.to_owned() }
}

fn text_of(json: &Json, key: &str) -> String {
    json.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn frames(step: &Json) -> Option<Vec<u64>> {
    let Some(frames) = step.get("frame").filter(|frames| !frames.is_null()) else { return Some(Vec::new()) };
    let frames = frames.as_array().filter(|frames| frames.len() <= DEPTH_MAX)?;
    frames.iter().map(|frame| frame.as_u64().filter(|frame| *frame < 1_000)).collect()
}

fn chains(step: &Json) -> Vec<Chain> {
    let chain = |selector: &Json| {
        let chain: Chain = match selector {
            Json::String(only) => vec![only.clone()],
            Json::Array(parts) => {
                parts.iter().map(|part| part.as_str().map(str::to_owned)).collect::<Option<_>>()?
            }
            _ => return None,
        };
        let is_fit = |part: &String| !part.trim().is_empty() && part.len() <= SELECTOR_BYTES_MAX;
        ((1..=DEPTH_MAX).contains(&chain.len()) && chain.iter().all(is_fit)).then_some(chain)
    };
    let selectors = match step.get("selectors") {
        Some(Json::Array(selectors)) => selectors.as_slice(),
        _ => &[],
    };
    selectors.iter().filter_map(chain).take(SELECTORS_MAX).collect()
}

fn navigation(step: &Json) -> Option<Navigation> {
    let events = step.get("assertedEvents")?.as_array()?;
    let event = events.iter().find(|event| text_of(event, "type") == "navigation")?;
    Some(Navigation { title: text_of(event, "title") })
}
