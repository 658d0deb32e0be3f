//! What a click of a recording was: the answer to a banner, a suggestion, a row of results (in `lists.rs`), the document's
//! own ID, or a click.

use super::{BOX, Mapping, Stage, is_same};
use crate::draft::recording::{Action, Chain, Recorded};
use crate::draft::row::{Known, RowPlace};
use crate::draft::step::{Block, Drafted, Keys, Suggestion};
use crate::draft::target::{Target, Use};
use crate::draft::typed_id;

/// What banners ask in front of a page say, in the languages of portals.
const CONSENT: [&str; 16] = [
    "cookie",
    "consent",
    "gdpr",
    "accept",
    "agree",
    "got it",
    "allow all",
    "reject all",
    "akzeptieren",
    "zustimmen",
    "ablehnen",
    "accepter",
    "refuser",
    "aceptar",
    "αποδοχή",
    "συμφωνώ",
];

impl Mapping<'_> {
    pub(super) fn click(&mut self, step: &Recorded, on: &[Chain]) {
        if matches!(self.next(step), Some(Action::Change { control, value }) if is_same(control, on) && value != BOX)
        {
            return self.dropped(step, "what is typed into gets the focus by itself");
        }
        let target = Target::of(on);
        if self.stage == Stage::Before && asks_consent(&target, on) {
            let any = target.selectors(Use::Click, &self.unfit);
            if !any.is_empty() {
                self.go_to(step);
                return self.push(step, Drafted::Dismiss(any).into());
            }
        }
        if self.shows_own_id(step, &target) {
            self.go_to(step);
            return;
        }
        if self.suggestion(step, &target) || self.row(step, &target) {
            return;
        }
        self.go_to(step);
        let any = target.selectors(Use::Click, &self.unfit);
        let any = match target.last_resort() {
            last if any.is_empty() => {
                self.open(
                    step,
                    "only a name that a program made up, or the ID itself, was recorded: write another",
                );
                last.filter(|last| !typed_id::holds_id(last, self.id)).into_iter().collect()
            }
            _ => any,
        };
        if any.is_empty() {
            return self.unmapped(step, "nothing tells what was clicked");
        }
        let ticks = matches!(self.next(step), Some(Action::Change { control, .. }) if is_same(control, on));
        self.stage = match self.stage {
            stage if ticks => stage,
            Stage::Typed => Stage::Searched,
            Stage::Searched if step.navigation.is_some() => Stage::Opened,
            stage => stage,
        };
        self.push(step, Drafted::Click(any).into());
    }

    /// Whether somebody clicked the ID on the document's page, as the last thing: there it stands.
    fn shows_own_id(&mut self, step: &Recorded, target: &Target) -> bool {
        let is_last = !self.steps.iter().skip(step.number).any(|later| {
            !matches!(
                later.action,
                Action::Idle { .. }
                    | Action::KeyUp { .. }
                    | Action::Scroll { .. }
                    | Action::Close
                    | Action::WaitForElement { .. }
            )
        });
        let is_there =
            self.stage == Stage::Opened || (self.stage == Stage::Searched && RowPlace::of(target).is_none());
        let is_id = target.any_text(|text| typed_id::is_id(text, self.id));
        if !is_last || !is_there || !is_id || step.navigation.is_some() {
            return false;
        }
        // What is read out of pages is read by CSS, and not through frames.
        let selectors = target.selectors(Use::Sight, &self.unfit);
        self.own_id = selectors.into_iter().filter(|selector| selector.starts_with("css:")).collect();
        let is_told = !self.own_id.is_empty();
        if is_told {
            self.dropped(step, "tells where the document's page shows its own ID");
        }
        is_told
    }

    /// A suggestion that came while something was typed.
    fn suggestion(&mut self, step: &Recorded, target: &Target) -> bool {
        const WORDS: [&str; 6] = ["suggest", "autocomplete", "option", "listbox", "typeahead", "_panel"];
        let Some(Block { step: Drafted::Fill { with: typed, .. }, .. }) = self.blocks.last() else {
            return false;
        };
        let Action::Click { on, .. } = &step.action else { return false };
        if self.stage > Stage::Typed || step.navigation.is_some() {
            return false;
        }
        let is_for_id = typed.contains("{id}");
        let holds_id = target.any_text(|text| typed_id::holds_id(text, self.id));
        let said = |text: &String| WORDS.iter().any(|word| text.to_lowercase().contains(word));
        let place = RowPlace::of(target).filter(|place| place.known != Known::Unknown);
        let is_entry = place.as_ref().is_some_and(|place| is_for_id || place.inside.is_none());
        if is_for_id != holds_id || !(on.iter().flatten().any(said) || is_entry) {
            return false;
        }
        let (text, with) = if is_for_id {
            let is_whole = target.any_text(|text| typed_id::is_id(text, self.id));
            (if is_whole { Suggestion::Whole } else { Suggestion::Part }, "{id}".to_owned())
        } else if let Some(told) = told_suggestion(target) {
            told
        } else {
            return self.suggestion_by_place(step, target);
        };
        let among = match place {
            Some(place) => place.rows,
            None => vec!["css:[role=\"option\"]".to_owned(), "css:li".to_owned()],
        };
        self.type_by_keys();
        self.push(step, Drafted::Choose { among, text, with }.into());
        true
    }

    /// A suggestion of which nothing but its place was recorded.
    fn suggestion_by_place(&mut self, step: &Recorded, target: &Target) -> bool {
        let any = target.selectors(Use::Click, &self.unfit);
        if any.is_empty() {
            return false;
        }
        self.open(
            step,
            "which suggestion it was is known by its place alone: write `choose` and `equals` with its text",
        );
        self.type_by_keys();
        self.push(step, Drafted::Click(any).into());
        true
    }

    /// Suggestions come for what is typed, not for what is set.
    fn type_by_keys(&mut self) {
        if let Some(Block { step: Drafted::Fill { keys, .. }, .. }) = self.blocks.last_mut() {
            *keys = Keys::Typed;
        }
    }
}

/// The text of a suggestion, as far as it was recorded: its name is whole, what is written on it may be the beginning.
fn told_suggestion(target: &Target) -> Option<(Suggestion, String)> {
    let name = target.names.first().map(|name| (Suggestion::Whole, name));
    let told = name.or_else(|| target.texts.first().map(|text| (Suggestion::Part, text)));
    let (text, with) = told?;
    let is_plain = !with.is_empty() && !with.contains(['{', '}']) && !with.chars().any(char::is_control);
    is_plain.then(|| (text, with.clone()))
}

/// Whether a click answers a banner that is there on the first visit alone.
fn asks_consent(target: &Target, on: &[Chain]) -> bool {
    let says = |text: &str| CONSENT.iter().any(|word| text.to_lowercase().contains(word));
    target.any_text(says) || on.iter().flatten().any(|part| says(part))
}
