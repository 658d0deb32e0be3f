//! What a click of a recording was: the answer to a banner, a suggestion, a row of results, the document's own ID, or a
//! click.

use super::{BOX, Mapping, Stage, is_same};
use crate::draft::recording::{Action, Chain, Recorded};
use crate::draft::row::RowPlace;
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
                Action::Idle { .. } | Action::KeyUp { .. } | Action::Close | Action::WaitForElement { .. }
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

    /// A suggestion that came while the ID was typed.
    fn suggestion(&mut self, step: &Recorded, target: &Target) -> bool {
        const WORDS: [&str; 6] = ["suggest", "autocomplete", "option", "listbox", "typeahead", "_panel"];
        let holds_id = target.any_text(|text| typed_id::holds_id(text, self.id));
        let follows_typing =
            matches!(self.blocks.last().map(|block| &block.step), Some(Drafted::Fill { .. }));
        if self.stage != Stage::Typed || !holds_id || !follows_typing || step.navigation.is_some() {
            return false;
        }
        let said = |text: &String| WORDS.iter().any(|word| text.to_lowercase().contains(word));
        let Action::Click { on, .. } = &step.action else { return false };
        let place = RowPlace::of(target);
        if !on.iter().flatten().any(said) && !place.as_ref().is_some_and(|place| place.is_named) {
            return false;
        }
        let is_whole = target.any_text(|text| typed_id::is_id(text, self.id));
        let among = match place {
            Some(place) => place.rows,
            None => vec!["css:[role=\"option\"]".to_owned(), "css:li".to_owned()],
        };
        if let Some(Block { step: Drafted::Fill { keys, .. }, .. }) = self.blocks.last_mut() {
            *keys = Keys::Typed;
        }
        let text = if is_whole { Suggestion::Whole } else { Suggestion::Part };
        self.push(step, Drafted::Choose { among, text }.into());
        true
    }

    /// A row of the list of results, opened by what was clicked in it.
    fn row(&mut self, step: &Recorded, target: &Target) -> bool {
        let holds_id = target.any_text(|text| typed_id::holds_id(text, self.id));
        let is_id = target.any_text(|text| typed_id::is_id(text, self.id));
        // Before anything was searched, a table may only lay a form out.
        let may_be = self.stage == Stage::Searched || (self.stage == Stage::Typed && holds_id);
        let place = RowPlace::of(target).or_else(|| holds_id.then(RowPlace::somewhere));
        let Some(place) = place.filter(|_| may_be) else { return false };
        let inside: Vec<_> = place.inside.iter().map(|inside| format!("css:{inside}")).collect();
        if is_id && step.navigation.is_none() && !inside.is_empty() && self.next_is_in_a_row(step) {
            self.row_id = inside;
            self.dropped(step, "tells where in its row the ID stands");
            return true;
        }
        self.go_to(step);
        let id = if is_id { inside } else { std::mem::take(&mut self.row_id) };
        let open = place.selectors(target, &self.unfit);
        if !place.is_named {
            self.open(step, "nothing recorded names the list: any table or list on the page is taken");
        }
        self.stage = Stage::Opened;
        self.push(step, Drafted::Rows { rows: place.rows, id, open }.into());
        true
    }

    fn next_is_in_a_row(&self, step: &Recorded) -> bool {
        match self.next(step) {
            Some(Action::Click { on, .. } | Action::DoubleClick { on }) => {
                let target = Target::of(on);
                RowPlace::of(&target).is_some() || !target.any_text(|text| typed_id::is_id(text, self.id))
            }
            _ => false,
        }
    }
}

/// Whether a click answers a banner that is there on the first visit alone.
fn asks_consent(target: &Target, on: &[Chain]) -> bool {
    let says = |text: &str| CONSENT.iter().any(|word| text.to_lowercase().contains(word));
    target.any_text(says) || on.iter().flatten().any(|part| says(part))
}
