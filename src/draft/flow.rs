//! Maps the steps of a recording to steps of a profile: what is acted on, where, and what came of it.

mod clicks;
mod lists;
mod places;

use super::address::SearchAddress;
use super::awaited::{Awaited, Until};
use super::css::Compound;
use super::notes::{Note, Notes};
use super::recording::{Action, Chain, Recorded, Recording};
use super::step::{Block, Drafted, Keys};
use super::target::{Target, Use};
use super::{DraftError, typed_id};
use crate::profile::KEY_NAMES;

/// The value of a box that is ticked by a click.
const BOX: &str = "on";

/// How far a look-up has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Before,
    Typed,
    Searched,
    Opened,
}

/// A recording as steps of a profile.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) address: SearchAddress,
    pub(super) blocks: Vec<Block>,
    /// Where the document's page shows its own ID, where somebody clicked it there.
    pub(super) own_id: Vec<String>,
    /// Whether a row of a list was opened.
    pub(super) has_rows: bool,
    pub(super) notes: Notes,
}

impl Flow {
    /// Maps a recording in which this ID was looked up.
    ///
    /// # Errors
    /// Where it opens no page.
    pub(super) fn of(recording: &Recording, id: &str) -> Result<Self, DraftError> {
        let mut unfit = vec![id.to_owned()];
        for step in &recording.steps {
            if let Action::Change { value, .. } = &step.action {
                unfit.push(value.trim().to_owned());
            }
        }
        let mut mapping = Mapping {
            id,
            unfit,
            steps: &recording.steps,
            address: None,
            blocks: Vec::new(),
            notes: Notes::default(),
            stage: Stage::Before,
            windows: Vec::new(),
            frames: Vec::new(),
            row_id: Vec::new(),
            own_id: Vec::new(),
        };
        for step in mapping.steps {
            mapping.step(step);
        }
        let reason =
            "it opens no page: begin the recording on the search page, and keep its first step".to_owned();
        Ok(Self {
            address: mapping.address.ok_or(DraftError::Recording { reason })?,
            has_rows: mapping.blocks.iter().any(|block| matches!(block.step, Drafted::Rows { .. })),
            blocks: mapping.blocks,
            own_id: mapping.own_id,
            notes: mapping.notes,
        })
    }
}

struct Mapping<'r> {
    id: &'r str,
    /// Texts that must not stand in a selector: another look-up types others.
    unfit: Vec<String>,
    steps: &'r [Recorded],
    address: Option<SearchAddress>,
    blocks: Vec<Block>,
    notes: Notes,
    stage: Stage,
    /// The windows that are open, the current one last.
    windows: Vec<String>,
    frames: Vec<u64>,
    /// Where in its row the ID was clicked, before the row was opened.
    row_id: Vec<String>,
    own_id: Vec<String>,
}

impl Mapping<'_> {
    fn step(&mut self, step: &Recorded) {
        match &step.action {
            Action::Navigate { address } => self.navigate(step, address),
            Action::Click { on, button } => match button.as_str() {
                "" | "primary" => self.click(step, on),
                other => self.unmapped(step, &format!("a click of the {other} button")),
            },
            Action::DoubleClick { on } => {
                self.open(step, "one click is made: add another where the portal wants two");
                self.click(step, on);
            }
            Action::Change { control, value } => self.change(step, control, value),
            Action::KeyDown { key } => self.key(step, key),
            Action::KeyUp { key } if key == "Tab" || is_modifier(key) => {}
            Action::KeyUp { .. } => self.dropped(step, "a key is pressed and let go in one step"),
            Action::WaitForElement { any, awaited } => self.wait(step, any, awaited),
            Action::Scroll { .. } => {
                self.dropped(step, "an element was scrolled, and no row of it clicked next");
            }
            Action::Close => self.close(step),
            Action::Idle { reason } => self.dropped(step, reason),
            Action::Foreign { reason } => self.unmapped(step, reason),
        }
    }

    fn navigate(&mut self, step: &Recorded, address: &str) {
        const OWN_PAGES: [&str; 5] = ["chrome:", "about:", "devtools:", "edge:", "chrome-extension:"];
        if OWN_PAGES.iter().any(|own| address.starts_with(own)) {
            return self.dropped(step, "a page of the browser's own");
        }
        let read = match SearchAddress::read(address) {
            Ok(read) => read,
            Err(error) => return self.unmapped(step, &error.to_string()),
        };
        if !read.dropped().is_empty() {
            self.open(
                step,
                &format!("left out of the address, as it names one visit: {}", read.dropped().join(", ")),
            );
        }
        let base = self.address.get_or_insert_with(|| read.clone()).base();
        let path = read.path_from(&base);
        let path = match typed_id::in_address(&path, self.id) {
            Some(path) => {
                self.stage = Stage::Opened;
                if self.id.contains(['/', '?', '#', '&', '%', '+', ' ']) {
                    self.open(
                        step,
                        "IDs stand in the address as they are: hold it against the portal's own addresses",
                    );
                }
                path
            }
            None => path,
        };
        if self.windows.is_empty() {
            self.windows.push(step.target.clone());
        }
        self.frames.clear();
        let opened = Drafted::Open(path);
        if self.blocks.last().is_some_and(|last| last.step == opened) {
            return self.dropped(step, "the page is open already");
        }
        self.push(step, opened.into());
    }

    fn change(&mut self, step: &Recorded, control: &[Chain], value: &str) {
        if value == BOX && matches!(self.before(step), Some(Action::Click { on, .. }) if is_same(on, control))
        {
            return self.dropped(step, "the click before it set it");
        }
        if matches!(self.next(step), Some(Action::Change { control: next, .. }) if is_same(next, control)) {
            return self.dropped(step, "it was typed on in the step after it");
        }
        let with = typed_id::template(value, self.id);
        let holds_id = with.is_some();
        let with = with.unwrap_or_else(|| value.to_owned());
        // Only the braces of the ID itself are those of a variable.
        let is_id = holds_id && with == "{id}";
        if !is_id && value.replace(self.id, "").contains(['{', '}']) {
            return self.unmapped(step, "a text with braces cannot be typed");
        }
        self.go_to(step);
        let target = Target::of(control);
        let control = self.control(step, &target);
        if control.is_empty() {
            return self.unmapped(step, "nothing tells the control");
        }
        if holds_id {
            self.stage = self.stage.max(Stage::Typed);
            if !typed_id::holds_id(value, self.id) {
                self.open(step, "the beginning of the ID was typed: the whole of it is");
            }
        }
        let drafted = if target.tag() == Some("select") {
            Drafted::Select { control, option: with }
        } else {
            Drafted::Fill { control, with, keys: Keys::Set }
        };
        self.push(step, drafted.into());
    }

    /// Selectors for a control; a guess where only names that programs made up were recorded.
    fn control(&mut self, step: &Recorded, target: &Target) -> Vec<String> {
        let selectors = target.selectors(Use::Control, &self.unfit);
        if !selectors.is_empty() {
            return selectors;
        }
        let form = target.paths.iter().find_map(|path| {
            let (form, _) = path.last()?.id.as_deref()?.split_once(':')?;
            let form = Compound { id: Some(form.to_owned()), ..Compound::default() };
            form.is_lasting().then(|| format!("{} ", form.written()))
        });
        let form = form.unwrap_or_default();
        self.open(
            step,
            "only a name that a program made up was recorded: the first text control is taken; `label:…` is better",
        );
        vec![format!("css:{form}input[type=\"text\"]"), format!("css:{form}input:not([type])")]
    }

    fn key(&mut self, step: &Recorded, key: &str) {
        if key == "Tab" {
            return self.dropped(step, "controls are found without the focus");
        }
        if is_modifier(key) {
            return self.dropped(step, "a key that only changes others");
        }
        let key = match key {
            "NumpadEnter" | "\r" | "\n" => "Enter",
            " " => "Space",
            key => key,
        };
        if !KEY_NAMES.contains(&key) && key.chars().count() != 1 {
            return self.unmapped(step, &format!("the key `{key}`: a profile has no name for it"));
        }
        self.go_to(step);
        let on = match self.blocks.last().map(|block| &block.step) {
            Some(Drafted::Fill { control, .. }) => control.clone(),
            _ => Vec::new(),
        };
        if key == "Enter" && self.stage == Stage::Typed {
            self.stage = Stage::Searched;
        }
        self.push(step, Drafted::Press { key: key.to_owned(), on }.into());
    }

    fn wait(&mut self, step: &Recorded, any: &[Chain], awaited: &Awaited) {
        let mut target = Target::of(any);
        let until = if target.is_said_to_be_hidden() { awaited.until.turned() } else { awaited.until };
        target.narrow(&awaited.having);
        let any = target.selectors(Use::Sight, &self.unfit);
        if any.is_empty() {
            return self.unmapped(step, "nothing that lasts tells what was waited for");
        }
        self.go_to(step);
        if let Some(but) = awaited.but {
            self.open(step, but);
        }
        let drafted = match until {
            Until::There => Drafted::Wait(any),
            Until::Gone => Drafted::Gone(any),
        };
        self.push(step, drafted.into());
    }

    fn close(&mut self, step: &Recorded) {
        let is_last = step.number == self.steps.len();
        if is_last || self.windows.len() < 2 || self.windows.last() != Some(&step.target) {
            return self.dropped(step, "a look-up ends in the first window by itself");
        }
        self.windows.pop();
        self.frames.clear();
        self.push(step, Drafted::CloseWindow.into());
    }

    fn push(&mut self, step: &Recorded, block: Block) {
        let leads_to = step.navigation.as_ref().map(|navigation| navigation.title.clone());
        self.blocks.push(Block { leads_to, ..block });
    }

    fn before(&self, step: &Recorded) -> Option<&Action> {
        let before = self.steps.get(..step.number.saturating_sub(1))?;
        before.iter().rev().map(|step| &step.action).find(|action| !is_idle(action))
    }

    fn next(&self, step: &Recorded) -> Option<&Action> {
        let after = self.steps.get(step.number..)?;
        after.iter().map(|step| &step.action).find(|action| !is_idle(action))
    }

    fn dropped(&mut self, step: &Recorded, said: &str) {
        self.notes.dropped.push(note(step, said));
    }

    fn unmapped(&mut self, step: &Recorded, said: &str) {
        self.notes.unmapped.push(note(step, said));
    }

    fn open(&mut self, step: &Recorded, said: &str) {
        self.notes.open.push(note(step, said));
    }
}

fn note(step: &Recorded, said: &str) -> Note {
    Note { number: step.number, kind: step.kind.clone(), said: said.to_owned() }
}

/// Whether two steps were made on the same element; what is written on it may have changed meanwhile.
fn is_same(one: &[Chain], other: &[Chain]) -> bool {
    let lasts =
        |chain: &&Chain| !chain.iter().any(|part| part.starts_with("text/") || part.starts_with("aria/"));
    let path = |chains: &[Chain]| chains.iter().find(lasts).cloned();
    match (path(one), path(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

const fn is_idle(action: &Action) -> bool {
    matches!(action, Action::Idle { .. } | Action::KeyUp { .. } | Action::Scroll { .. })
}

fn is_modifier(key: &str) -> bool {
    ["Shift", "Control", "Alt", "Meta", "CapsLock", "AltGraph"].iter().any(|known| key.starts_with(known))
}
