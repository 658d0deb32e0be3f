//! Routes and their steps as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Texts;
use super::service::{LinkBy, ServiceFile};
use crate::profile::flow::{ClickManner, FormKeys, PromptAnswer, WindowStep};
use crate::profile::reader::Sited;
use crate::profile::way::Absence;

/// One way to a document: steps in a browser, a link, or a service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Route")]
pub(in crate::profile) struct RouteFile {
    /// Its name, as in `form`.
    #[schemars(required)]
    pub(in crate::profile) name: Option<Sited<String>>,
    /// The kinds to which it leads: every kind by default.
    pub(in crate::profile) kinds: Option<Texts>,
    /// What it means where this route says that there is no such document: to `believe` it, the default, or to let the next
    /// route of the kind `confirm` it.
    pub(in crate::profile) absent_means: Option<Sited<Absence>>,
    /// The document's own address, relative to the base, with `{variables}`.
    pub(in crate::profile) link: Option<Sited<String>>,
    /// With `link`: opened by the `browser`, the default, before the steps, or by `http`, without a browser and steps.
    pub(in crate::profile) by: Option<Sited<LinkBy>>,
    /// With `link` by `http`: selectors for what the page shows where there is no such document.
    pub(in crate::profile) absent: Option<Texts>,
    /// With `link` by `http`: the part that the page becomes, `detail` by default.
    pub(in crate::profile) part: Option<Sited<String>>,
    /// A service that answers in JSON.
    pub(in crate::profile) service: Option<Sited<ServiceFile>>,
    /// What to do, in order.
    #[serde(default)]
    pub(in crate::profile) step: Vec<Sited<StepFile>>,
}

/// One step: one verb, and the options that belong to it.
///
/// What a step looks for is a selector: `css:`, `text:` (the innermost element that shows this text), `label:` (the
/// control or value that belongs to this label; a colon or `*` at its end does not count), `title:` or `xpath:`. `text:`
/// and `label:` look into the shadow roots of the page as well, the page itself first: into open ones, into closed ones
/// that a path entered, and into those of the first fifty custom elements that may have a closed one. `css:` does not:
/// ` >>> ` enters a shadow root or a frame.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Step", extend("anyOf" = [
    { "required": ["open"] }, { "required": ["dismiss"] }, { "required": ["click"] },
    { "required": ["fill", "with"] }, { "required": ["select", "option"] }, { "required": ["press"] },
    { "required": ["wait"] }, { "required": ["rows"] }, { "required": ["expect"] }, { "required": ["capture"] },
    { "required": ["window"] }, { "required": ["frame"] }, { "required": ["dialog"] }, { "required": ["answer"] },
    { "required": ["choose", "equals"] }, { "required": ["choose", "contains"] }, { "required": ["gone"] },
    { "required": ["back"] }, { "required": ["take", "pattern"] }
]))]
pub(in crate::profile) struct StepFile {
    /// Opens an address, relative to the base, with `{variables}`. Beside `rows`: what to click in the row.
    pub(in crate::profile) open: Option<Texts>,
    /// Clicks something away if it is there.
    pub(in crate::profile) dismiss: Option<Texts>,
    /// Clicks the first alternative that is there.
    pub(in crate::profile) click: Option<Texts>,
    /// With `click`: never repeated by itself.
    pub(in crate::profile) once: Option<bool>,
    /// With `click`: by `script`, the default, or by a real `pointer` action.
    pub(in crate::profile) manner: Option<ClickManner>,
    /// Types into a control. One that takes no text, as a `select` with the same label, is passed over.
    pub(in crate::profile) fill: Option<Texts>,
    /// With `fill`: the text, with `{variables}`.
    pub(in crate::profile) with: Option<Sited<String>>,
    /// With `fill`: set by `script`, the default, or `typed` with real key events.
    pub(in crate::profile) keys: Option<FormKeys>,
    /// Chooses an option of a `select` control.
    pub(in crate::profile) select: Option<Texts>,
    /// With `select`: the option's label or value, with `{variables}`.
    pub(in crate::profile) option: Option<Sited<String>>,
    /// Presses a key, as in `Enter`.
    pub(in crate::profile) press: Option<Sited<String>>,
    /// With `press`: the control that gets the key; the focused one by default.
    pub(in crate::profile) on: Option<Texts>,
    /// Waits until one of the outcomes is on the page.
    pub(in crate::profile) wait: Option<Sited<WaitFile>>,
    /// With `wait` and `gone`: how long; the step deadline of the pace by default.
    pub(in crate::profile) deadline: Option<Sited<String>>,
    /// Finds the one row whose ID is exactly the one asked for, and opens it.
    pub(in crate::profile) rows: Option<Texts>,
    /// With `rows`: where in the row its ID stands; the first ID in the row's text by default. In a row, `:scope` is the
    /// row itself: `css::scope >>> .id` looks into its own shadow root.
    pub(in crate::profile) id: Option<Texts>,
    /// With `rows`: which of several rows with exactly this ID is taken: the first that holds this, or is it.
    pub(in crate::profile) prefer: Option<Texts>,
    /// With `rows`: the control that leads to the next page of results.
    pub(in crate::profile) next: Option<Texts>,
    /// With `rows` and `next`: how many pages are read, 20 by default.
    pub(in crate::profile) pages_max: Option<Sited<u32>>,
    /// Waits until the page shows the ID that was asked for.
    pub(in crate::profile) expect: Option<Texts>,
    /// Reads the page under this name.
    pub(in crate::profile) capture: Option<Sited<String>>,
    /// With `capture`: this element or frame alone; by default what the steps before lead to.
    pub(in crate::profile) of: Option<Texts>,
    /// With `rows`: the control that leads to the first page of results, where the portal may show another at first.
    pub(in crate::profile) first: Option<Texts>,
    /// With `rows` and `next`: what is to be seen on the last page alone. With `scroll` without `next`: what is to be seen
    /// at the end of the list alone.
    pub(in crate::profile) last: Option<Texts>,
    /// With `rows`: what is scrolled where only the rows in view exist.
    pub(in crate::profile) scroll: Option<Texts>,
    /// Takes variables for later steps out of this element. With `rows`: out of this element of the row, which is then
    /// not opened.
    pub(in crate::profile) take: Option<Texts>,
    /// With `take`: the attribute, as in `onclick`; the visible text by default.
    pub(in crate::profile) attribute: Option<Sited<String>>,
    /// With `take`: a regular expression whose named groups are the variables.
    pub(in crate::profile) pattern: Option<Sited<String>>,
    /// Goes to the `new` window, for the steps that follow, or `close`s it and goes back to the one before.
    pub(in crate::profile) window: Option<WindowStep>,
    /// Goes into this frame, for the steps that follow; `top` leaves all frames.
    pub(in crate::profile) frame: Option<Texts>,
    /// Waits for this dialog and looks inside it alone, for the steps that follow; `none` ends that.
    pub(in crate::profile) dialog: Option<Texts>,
    /// Waits for an `alert` or `confirm`, and does `accept` or `dismiss` it.
    pub(in crate::profile) answer: Option<PromptAnswer>,
    /// With `answer`: what it must say, in part.
    pub(in crate::profile) says: Option<Sited<String>>,
    /// With `answer`, where the portal asks only at times: how long the question is waited for, as in `2s`. Without one the
    /// look-up goes on.
    pub(in crate::profile) if_asked_within: Option<Sited<String>>,
    /// Waits for the suggestion with the right text and clicks it.
    pub(in crate::profile) choose: Option<Texts>,
    /// With `choose`: the suggestion's whole text, with `{variables}`.
    pub(in crate::profile) equals: Option<Sited<String>>,
    /// With `choose`: a text that the suggestion holds, with `{variables}`.
    pub(in crate::profile) contains: Option<Sited<String>>,
    /// Waits until nothing that matches is to be seen.
    pub(in crate::profile) gone: Option<Texts>,
    /// Goes back in the browser's `history` by one page.
    pub(in crate::profile) back: Option<BackFile>,
    /// On any step but `answer`: it runs only if one of these is on the page now.
    pub(in crate::profile) when: Option<Texts>,
}

/// Where a step goes back.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Back")]
pub(in crate::profile) enum BackFile {
    /// One page in the browser's history.
    History,
}

/// The outcomes of a wait: each a verdict and its selectors, looked for in this order.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Wait")]
pub(in crate::profile) struct WaitFile {
    /// What the step waited for is there.
    #[schemars(required)]
    pub(in crate::profile) go_on: Option<Sited<Texts>>,
    /// The portal says that there is no such document.
    pub(in crate::profile) absent: Option<Sited<Texts>>,
    /// The portal forgot the search.
    pub(in crate::profile) session_lost: Option<Sited<Texts>>,
    /// The portal is down or under maintenance.
    pub(in crate::profile) unavailable: Option<Sited<Texts>>,
    /// A captcha or a ban.
    pub(in crate::profile) blocked: Option<Sited<Texts>>,
    /// The portal asks for a login.
    pub(in crate::profile) login: Option<Sited<Texts>>,
}
