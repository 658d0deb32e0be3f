//! Rows of a list of results: which click opened one, and whether the list was scrolled to it.

use super::{Mapping, Stage, is_idle};
use crate::draft::recording::{Action, Recorded};
use crate::draft::row::{Known, RowPlace, is_same_row};
use crate::draft::step::Drafted;
use crate::draft::target::{Target, Use};
use crate::draft::typed_id;

/// The scrolling that came right before a click.
#[derive(Default)]
struct Scrolled {
    /// The steps that scrolled what the clicked element stands in.
    numbers: Vec<usize>,
    list: Vec<String>,
    /// What else was scrolled.
    other: Vec<String>,
}

impl Mapping<'_> {
    /// A row of the list of results, opened by what was clicked in it.
    pub(super) fn row(&mut self, step: &Recorded, target: &Target) -> bool {
        let holds_id = target.any_text(|text| typed_id::holds_id(text, self.id));
        let is_id = target.any_text(|text| typed_id::is_id(text, self.id));
        // Before anything was searched, a table may only lay a form out.
        let may_be = self.stage == Stage::Searched || (self.stage == Stage::Typed && holds_id);
        let scrolled = self.scrolled_before(step, target);
        let is_in_list = holds_id || !scrolled.list.is_empty();
        let somewhere = || RowPlace::around_id(target).or_else(|| holds_id.then(RowPlace::somewhere));
        let place = RowPlace::of(target).or_else(|| is_in_list.then(somewhere).flatten());
        let Some(place) = place.filter(|_| may_be) else { return false };
        let inside: Vec<_> = place.inside.iter().map(|inside| format!("css:{inside}")).collect();
        if is_id && step.navigation.is_none() && !inside.is_empty() && self.next_is_in_a_row(step) {
            self.row_id = inside;
            self.dropped(step, "tells where in its row the ID stands");
            return true;
        }
        if step.navigation.is_none() && self.next_is_in_the_same_row(step, target) {
            self.opened_nothing(step, target, inside);
            return true;
        }
        self.go_to(step);
        let id = if is_id { inside } else { std::mem::take(&mut self.row_id) };
        let open = place.selectors(target, &self.unfit);
        self.say_how_known(step, place.known, &scrolled);
        self.stage = Stage::Opened;
        self.push(step, Drafted::Rows { rows: place.rows, scroll: scrolled.list, id, open }.into());
        true
    }

    /// A click after which the row was still there. Of a text that is twice on the page nothing is recorded, and the ID is
    /// what people click in a row that they want to tell from others.
    fn opened_nothing(&mut self, step: &Recorded, target: &Target, inside: Vec<String>) {
        let is_told = target.any_text(|_| true);
        let is_control = matches!(target.tag(), Some("input" | "button" | "select" | "label" | "a"));
        if is_told || is_control || inside.is_empty() {
            self.open(step, "it opened nothing, and the next click is in the same row: left out");
        } else {
            self.row_id = inside;
            self.open(step, "it opened nothing: taken for where in its row the ID stands");
        }
    }

    /// Says what of a list is a guess.
    fn say_how_known(&mut self, step: &Recorded, known: Known, scrolled: &Scrolled) {
        match known {
            Known::ByName => {}
            Known::ByTags => {
                self.open(step, "nothing recorded names the list: whatever has its tags is taken");
            }
            Known::ByPlace if scrolled.list.is_empty() => self.open(
                step,
                "what holds the ID and has neighbours is taken for a row; add `scroll`, the list, if only rows in view exist",
            ),
            Known::ByPlace => self.open(step, "what has neighbours in the list is taken for a row"),
            Known::Unknown => {
                self.open(step, "nothing recorded names the list: any table or list on the page is taken");
            }
        }
        if let [other, ..] = scrolled.other.as_slice() {
            let said = format!(
                "`{other}` was scrolled before: if the row stands in it, add it as `scroll` of `rows`"
            );
            self.open(step, &said);
        }
        for note in self.notes.dropped.iter_mut().filter(|note| scrolled.numbers.contains(&note.number)) {
            "tells the list that must be scrolled".clone_into(&mut note.said);
        }
        if self.blocks.last().is_some_and(|last| last.step.acts() && last.leads_to.is_none()) {
            self.open(
                step,
                "the list came without a new page: if something lies over the page meanwhile, add `gone` before `rows`",
            );
        }
    }

    /// What was scrolled down right before a click, in its window and frame.
    fn scrolled_before(&self, step: &Recorded, target: &Target) -> Scrolled {
        let before = self.steps.get(..step.number.saturating_sub(1)).unwrap_or_default();
        let mut scrolled = Scrolled::default();
        for earlier in before.iter().rev() {
            match &earlier.action {
                Action::Scroll { of, top } if *top > 0.0 && is_beside(earlier, step) => {
                    let list = Target::of(of);
                    let selectors = list.selectors(Use::Sight, &self.unfit);
                    if !target.is_inside(&list) {
                        scrolled.other.extend(selectors);
                    } else if scrolled.list.is_empty() || scrolled.list == selectors {
                        scrolled.list = selectors;
                        scrolled.numbers.push(earlier.number);
                    }
                }
                // The ID may have been clicked in the row first.
                Action::Click { on, .. }
                    if is_beside(earlier, step) && is_same_row(&Target::of(on), target) => {}
                action if is_idle(action) => {}
                _ => break,
            }
        }
        scrolled
    }

    fn next_is_in_a_row(&self, step: &Recorded) -> bool {
        self.next_click(step).is_some_and(|target| {
            RowPlace::of(&target).is_some() || !target.any_text(|text| typed_id::is_id(text, self.id))
        })
    }

    fn next_is_in_the_same_row(&self, step: &Recorded, target: &Target) -> bool {
        self.next_click(step).is_some_and(|next| is_same_row(&next, target))
    }

    /// What is clicked next, where that is in the same window and frame: elsewhere it is because this click opened it.
    fn next_click(&self, step: &Recorded) -> Option<Target> {
        let after = self.steps.get(step.number..)?;
        let next = after.iter().find(|next| !is_idle(&next.action))?;
        match &next.action {
            Action::Click { on, .. } | Action::DoubleClick { on } if is_beside(next, step) => {
                Some(Target::of(on))
            }
            _ => None,
        }
    }
}

fn is_beside(one: &Recorded, other: &Recorded) -> bool {
    one.target == other.target && one.frames == other.frames
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use crate::draft::tests::{BODY, END, FOUND, ID, SEARCH, TENDER, check, click, open_row, search};

    const OPEN: &str = r#"open = ["css:td > a", "text:Details"]"#;
    const SCROLLED: &str = "tells the list that must be scrolled";

    fn scroll(selectors: &Json, top: f64) -> Json {
        json!({ "type": "scroll", "target": "main", "selectors": selectors, "x": 0, "y": top })
    }

    fn list() -> Json {
        scroll(&json!([["#hits"], ["xpath///*[@id=\"hits\"]"]]), 8460.0)
    }

    /// What the rows become where these steps were made between the search and the row's opening.
    fn check_rows(between: &[Json], options: &str) -> Vec<String> {
        let rows = format!("rows = \"css:#hits tr\"; {options}{OPEN}");
        let steps = [&[search()], between, &[open_row()]].concat();
        let look_up = check(&steps, &[SEARCH, FOUND, &rows, TENDER, BODY, END]);
        assert!(look_up.notes().unmapped.is_empty(), "{:?}", look_up.notes());
        let notes = look_up.notes().dropped.iter().chain(&look_up.notes().open);
        notes.map(|note| note.said.clone()).collect()
    }

    #[test]
    fn a_list_that_was_scrolled_to_the_row_is_scrolled() {
        let cell = click(&json!([["#hits tr:nth-of-type(2) > td.number"], [format!("text/{ID}")]]));
        let scrolled = "scroll = \"css:#hits\"; ";
        assert!(check_rows(&[list()], scrolled).contains(&SCROLLED.to_owned()));
        let resting = json!({ "type": "scroll", "x": 0, "y": 40 });
        let again = scroll(&json!([["#hits"]]), 90.0);
        let notes = check_rows(&[list(), resting, again], scrolled);
        assert_eq!(notes.iter().filter(|said| *said == SCROLLED).count(), 2, "{notes:?}");
        check_rows(&[list(), cell.clone()], "scroll = \"css:#hits\"; id = \"css:td.number\"; ");
        check_rows(&[cell, list()], "scroll = \"css:#hits\"; id = \"css:td.number\"; ");
    }

    #[test]
    fn what_else_was_scrolled_is_left_out() {
        let mut in_a_frame = list();
        in_a_frame["frame"] = json!([0]);
        let up = scroll(&json!([["#hits"]]), 0.0);
        let wait = json!({ "type": "waitForElement", "selectors": [["#hits tr"]] });
        for between in [&[in_a_frame][..], &[up], &[list(), wait], &[json!({ "type": "scroll", "y": 9 })]] {
            let notes = check_rows(between, "");
            assert!(!notes.contains(&SCROLLED.to_owned()), "{notes:?}");
        }
        // Where the row stands is not told by these paths.
        for other in [json!([["div.side"]]), json!([["div"]]), json!([["#menu"], ["text/Menu"]])] {
            let notes = check_rows(&[scroll(&other, 9.0)], "");
            assert!(notes.iter().any(|said| said.ends_with("add it as `scroll` of `rows`")), "{notes:?}");
        }
    }

    #[test]
    fn a_click_in_a_scrolled_list_is_a_click_on_a_row() {
        let entry = [["div:nth-of-type(14) > span"], ["xpath///*[@id=\"hits\"]/div/div[14]/span[1]"]];
        let mut open = click(&json!(entry));
        open["assertedEvents"] = json!([{ "type": "navigation", "title": "Tender" }]);
        let rows = r#"rows = "css:#hits > div > div"; scroll = "css:#hits"; open = "css:span""#;
        let found = r#"wait = { go_on = "css:#hits > div > div" }"#;
        check(&[search(), list(), open], &[SEARCH, found, rows, TENDER, BODY, END]);
    }

    #[test]
    fn of_two_clicks_in_one_row_the_second_opens_it() {
        let first = |path: &str| click(&json!([[path]]));
        let notes = check_rows(&[first("#hits tr:nth-of-type(2) > td.number")], "id = \"css:td.number\"; ");
        assert_eq!(notes.last().unwrap(), "it opened nothing: taken for where in its row the ID stands");
        for other in [
            first("#hits tr:nth-of-type(2) input"),
            click(&json!([["#hits tr:nth-of-type(2) b"], ["text/New"]])),
        ] {
            let notes = check_rows(&[other], "");
            assert_eq!(
                notes.last().unwrap(),
                "it opened nothing, and the next click is in the same row: left out"
            );
        }
    }

    #[test]
    fn what_holds_the_number_of_a_row_tells_it() {
        let step = |id: &str| json!([[format!("#f\\:list\\:1\\:{id}")]]);
        let mut open = click(&step("j_id9"));
        open["assertedEvents"] = json!([{ "type": "navigation", "title": "Tender" }]);
        let cell = click(&json!([["tr:nth-of-type(2) span"], ["xpath///*[@id=\"f:list:1:j_id3\"]/span"]]));
        let any = r#""css:tbody tr:not(:has(tr))", "css:li""#;
        let (found, rows) =
            (format!("wait = {{ go_on = [{any}] }}"), format!("rows = [{any}]; id = \"css:span\""));
        check(&[search(), cell, open], &[SEARCH, &found, &rows, TENDER, BODY, END]);
    }
}
