//! Reads a list that renders only the rows in view, by scrolling it to its end.
//!
//! What is in view overlaps with what was, so that rows are told apart by what they say, and by their place where the page
//! tells it. Two rows that say the same are two where they were in view together.

use std::collections::BTreeMap;

use super::FetchError;
use super::lookup::{Halt, Lookup};
use super::page::{AskRows, ResultPage, Row};
use crate::profile::RowsStep;

/// So often a list is scrolled on: one that never ends is a failure, and says nothing of what it holds.
const VIEWS_MAX: u64 = 500;

/// Nor is one read that holds more than so many rows.
const ROWS_MAX: usize = 10_000;

/// What tells rows apart.
type Look = (String, Option<String>, bool);

/// The rows seen so far, each with where the list stood then, in pixels.
#[derive(Default)]
struct Seen {
    rows: Vec<(Row, f64)>,
    counts: BTreeMap<Look, usize>,
}

impl Seen {
    /// Adds the rows in view that are none of those seen; whether there were any.
    fn add(&mut self, in_view: Vec<Row>, top: f64) -> bool {
        let before = self.rows.len();
        let mut counts: BTreeMap<Look, usize> = BTreeMap::new();
        for row in in_view {
            let look = (row.text.clone(), row.place.clone(), row.preferred);
            let now = counts.entry(look.clone()).or_default();
            *now += 1;
            let known = self.counts.entry(look).or_default();
            if *now > *known {
                *known = *now;
                self.rows.push((row, top));
            }
        }
        self.rows.len() > before
    }
}

impl Lookup<'_> {
    /// Everything that the list holds.
    pub(super) async fn read_scrolling(
        &mut self,
        step: &RowsStep,
        mut ask: AskRows,
    ) -> Result<ResultPage, Halt> {
        let mut seen = Seen::default();
        let mut views = 0;
        while views < VIEWS_MAX && seen.rows.len() < ROWS_MAX {
            views += 1;
            let mut page = self.read_rows(step, ask.clone()).await?;
            let Some(view) = page.view else {
                return Err(self.layout_changed("the list cannot be scrolled").into());
            };
            let is_more = seen.add(std::mem::take(&mut page.rows), view.top);
            if view.end {
                (page.rows, page.tops) = seen.rows.into_iter().unzip();
                return Ok(page);
            }
            if !is_more && view.next <= ask.top {
                return Err(self.layout_changed("the list does not scroll on").into());
            }
            // The page was turned: from here on the first row changes as the list is scrolled.
            (ask.top, ask.unlike, ask.returned) = (view.next, None, false);
            self.renew_step_deadline();
        }
        Err(FetchError::TooManyResultPages { pages: views }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_in_view_twice_is_one_and_two_that_say_the_same_are_two() {
        let check = |views: &[&[&str]], expected: &[&str]| {
            let mut seen = Seen::default();
            for view in views {
                let row = |text: &&str| Row { text: (*text).into(), ..Row::default() };
                seen.add(view.iter().map(row).collect(), 0.0);
            }
            let rows: Vec<_> = seen.rows.iter().map(|(row, _)| row.text.as_str()).collect();
            assert_eq!(rows, expected, "{views:?}");
        };
        check(&[&["a", "b", "c"], &["b", "c", "d"]], &["a", "b", "c", "d"]);
        check(&[&["a", "b"], &["b", "b", "c"]], &["a", "b", "b", "c"]);
        check(&[&["head", "a"], &["head", "b"]], &["head", "a", "b"]);
    }

    #[test]
    fn a_row_is_known_by_its_place_where_the_page_tells_it() {
        let row = |place: &str| Row { text: "a".into(), place: Some(place.into()), ..Row::default() };
        let mut seen = Seen::default();
        assert!(seen.add(vec![row("1")], 0.0));
        assert!(seen.add(vec![row("9")], 100.0));
        assert!(!seen.add(vec![row("9")], 120.0));
        assert_eq!(seen.rows.len(), 2);
    }
}
