//! Chooses, among the rows of a list of results, the one whose ID is exactly the one asked for.
//!
//! A page of results on which several rows carry the ID is ambiguous; pages after the one with the row are not read, as
//! going there would lose it. Of a list that renders only what is in view all rows are read before one is chosen.

use super::FetchError;
use super::lookup::{Halt, Lookup, Repeat};
use super::page::{Answer, Ask, AskOpenRow, AskRows, AskTake, ResultPage, Row, written, written_if_any};
use super::steps::Matched;
use crate::domain::DocumentId;
use crate::profile::{Alternatives, RowsStep};
use crate::scheme::Schemes;

/// So much of a row is said where its ID should be.
const ROW_LETTERS_MAX: usize = 60;

/// What the rows of one page come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// This one.
    Row(usize),
    /// None of them.
    None,
    /// None of them, but some show no ID: together they cannot say that there is no such document.
    Unreadable,
    /// So many.
    Several(u64),
}

/// The page of results that was left.
struct Left {
    /// What its first row said.
    first_row: String,
    to: Turn,
}

/// To which page of results it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    First,
    Next,
}

impl Lookup<'_> {
    /// Finds the row and opens it.
    pub(super) async fn rows(&mut self, index: usize, step: &RowsStep) -> Result<Matched, Halt> {
        let pages_max = step.next.as_ref().map_or(1, |(_, pages_max)| u64::from(*pages_max).max(1));
        let mut pages = 0;
        let mut left = self.go_to_first_page(index, step).await?;
        loop {
            let page = self.read_list(step, left.as_ref()).await?;
            pages += 1;
            match choose(&page.rows, &self.target.id, &self.profile.schemes) {
                Choice::Row(chosen) => return self.use_row(index, step, &page, chosen).await,
                Choice::Several(rows) => return Err(FetchError::Ambiguous { rows }.into()),
                Choice::Unreadable => {
                    return Err(self.without_ids(step, &page.rows).into());
                }
                Choice::None => {}
            }
            if page.partial {
                let read = page.rows.len();
                let what =
                    format!("none of {read} rows, and the list is longer: `scroll` reads it to its end");
                return Err(self.layout_changed(&what).into());
            }
            let Some((next, _)) = step.next.as_ref().filter(|_| page.more) else {
                return Err(Halt::Absent);
            };
            if pages >= pages_max {
                return Err(FetchError::TooManyResultPages { pages }.into());
            }
            left = Some(self.turn_page(index, step, &page, (next, Turn::Next)).await?);
        }
    }

    /// That rows show no ID where one should be: where that is, and in how many of them.
    fn without_ids(&self, step: &RowsStep, rows: &[Row]) -> FetchError {
        let schemes = &self.profile.schemes;
        let reads = |row: &&Row| row.id.as_deref().and_then(|text| id_in(schemes, text)).is_some();
        let (all, without) = (rows.len(), rows.iter().filter(|row| !reads(row)).count());
        let place = match &step.id {
            Some(id) => format!("at `{}`", written(id).join("`, `")),
            None => "in its text".to_owned(),
        };
        let seen = rows.iter().find(|row| !reads(row)).and_then(|row| row.id.as_deref());
        let seen = match seen.map(|text| text.chars().take(ROW_LETTERS_MAX).collect::<String>()) {
            Some(text) if !text.is_empty() => format!(": one has `{text}` there"),
            _ => String::new(),
        };
        self.layout_changed(&if without == all {
            format!("none of {all} rows shows an ID {place}{seen}")
        } else {
            format!("{without} of {all} rows without an ID {place}{seen}")
        })
    }

    /// A portal may still show the page of an earlier search: then it is left for the first one.
    async fn go_to_first_page(&mut self, index: usize, step: &RowsStep) -> Result<Option<Left>, Halt> {
        let Some(first) = &step.first else { return Ok(None) };
        let page = self.read_rows(step, asked(step, None)).await?;
        if !page.back {
            return Ok(None);
        }
        self.turn_page(index, step, &page, (first, Turn::First)).await.map(Some)
    }

    async fn turn_page(
        &mut self,
        index: usize,
        step: &RowsStep,
        page: &ResultPage,
        (control, to): (&Alternatives, Turn),
    ) -> Result<Left, Halt> {
        self.turn().await?;
        self.renew_step_deadline();
        let any = written(control);
        let mut remember = self.watched_after(index).await?;
        remember.extend(written(&step.rows));
        self.ask_control(&Ask::Click { any: any.clone(), remember }, &any, Repeat::Never).await?;
        let first_row = page.rows.first().map(|row| row.text.clone()).unwrap_or_default();
        Ok(Left { first_row, to })
    }

    /// All rows of a page: those that are there, or all that appear while it is scrolled to its end.
    async fn read_list(&mut self, step: &RowsStep, left: Option<&Left>) -> Result<ResultPage, Halt> {
        let mut ask = asked(step, left);
        if left.is_none() {
            // It is the first page already: one without rows is still to come.
            ask.first = None;
        }
        let Some(scroll) = &step.scroll else { return self.read_rows(step, ask).await };
        let ask = AskRows {
            scroll: Some(written(scroll)),
            end: written_if_any(step.last.as_ref().filter(|_| step.next.is_none())),
            ..ask
        };
        self.read_scrolling(step, ask).await
    }

    pub(super) async fn read_rows(&mut self, step: &RowsStep, ask: AskRows) -> Result<ResultPage, Halt> {
        let (is_turned, is_back, end) = (ask.unlike.is_some(), ask.returned, ask.end.clone());
        match self.ask(&Ask::Rows(Box::new(ask)), Repeat::Allowed).await? {
            Answer::Rows(rows) => Ok(rows),
            _ if is_back => Err(self.layout_changed("the first page of results did not come").into()),
            _ if is_turned => Err(self.layout_changed("the next page of results did not come").into()),
            _ => {
                let mut sought = written(&step.rows);
                sought.extend(step.scroll.iter().flat_map(written).chain(end.into_iter().flatten()));
                Err(self.nothing_matched(&sought).into())
            }
        }
    }

    /// Opens the row, or takes out of it what it is wanted for.
    async fn use_row(
        &mut self,
        index: usize,
        step: &RowsStep,
        page: &ResultPage,
        chosen: usize,
    ) -> Result<Matched, Halt> {
        let Some((row, matched)) = page.rows.get(chosen).zip(page.matched.clone()) else {
            return Err(FetchError::SessionLost { step: self.step_name() }.into());
        };
        // Where no place for the ID is named, what was read is the whole row.
        self.row_id = match &step.id {
            Some(_) => row.id.clone(),
            None => {
                row.id.as_deref().and_then(|text| id_in(&self.profile.schemes, text)).map(|id| id.to_string())
            }
        };
        match &step.take {
            None => {
                self.open_row(
                    index,
                    step,
                    (row, page.tops.get(chosen).copied().unwrap_or_default()),
                    (chosen, matched),
                )
                .await
            }
            Some((from, rule)) => match &row.taken {
                None => Err(self.nothing_matched(&written(from)).into()),
                Some(taken) if self.take_out_of(&taken.text, rule) => Ok(Some(taken.matched.clone())),
                Some(taken) => Err(self.does_not_fit(&taken.text, rule)),
            },
        }
    }

    async fn open_row(
        &mut self,
        index: usize,
        step: &RowsStep,
        (row, top): (&Row, f64),
        (chosen, matched): (usize, String),
    ) -> Result<Matched, Halt> {
        self.turn().await?;
        self.renew_step_deadline();
        let open = written_if_any(step.open.as_ref());
        let ask = AskOpenRow {
            rows: vec![matched.clone()],
            index: chosen,
            text: row.text.clone(),
            place: row.place.clone(),
            prefer: written_if_any(step.prefer.as_ref()),
            preferred: row.preferred,
            open: open.clone(),
            remember: self.watched_after(index).await?,
            scroll: written_if_any(step.scroll.as_ref()),
            top,
        };
        match self.ask(&Ask::OpenRow(Box::new(ask)), Repeat::Never).await? {
            Answer::Done { matched: opened } => Ok(opened.or(Some(matched))),
            Answer::Missing => Err(self.nothing_matched(&open.unwrap_or_default()).into()),
            // The list was replaced between reading and opening.
            _ => Err(FetchError::SessionLost { step: self.step_name() }.into()),
        }
    }
}

fn asked(step: &RowsStep, left: Option<&Left>) -> AskRows {
    AskRows {
        rows: written(&step.rows),
        id: written_if_any(step.id.as_ref()),
        prefer: written_if_any(step.prefer.as_ref()),
        take: step
            .take
            .as_ref()
            .map(|(from, rule)| AskTake { any: written(from), attribute: rule.attribute.clone() }),
        first: written_if_any(step.first.as_ref()),
        next: step.next.as_ref().map(|(next, _)| written(next)),
        last: written_if_any(step.last.as_ref()),
        unlike: left.map(|left| left.first_row.clone()),
        returned: left.is_some_and(|left| left.to == Turn::First),
        ..AskRows::default()
    }
}

/// The row with exactly this ID; of several, the first that the profile prefers.
fn choose(rows: &[Row], target: &DocumentId, schemes: &Schemes) -> Choice {
    let ids: Vec<_> =
        rows.iter().map(|row| row.id.as_deref().and_then(|text| id_in(schemes, text))).collect();
    let exact: Vec<usize> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| id.as_ref() == Some(target))
        .map(|(index, _)| index)
        .collect();
    match exact.as_slice() {
        // No rows at all say nothing: that there is no such document is for a marker to say.
        [] if ids.is_empty() || ids.iter().any(Option::is_none) => Choice::Unreadable,
        [] => Choice::None,
        [only] => Choice::Row(*only),
        several => several
            .iter()
            .find(|index| rows.get(**index).is_some_and(|row| row.preferred))
            .map_or(Choice::Several(several.len() as u64), |index| Choice::Row(*index)),
    }
}

/// The ID that a text is, or the first that it mentions. A text whose first mention is refused holds none: what comes
/// after it is somebody else's.
pub(super) fn id_in(schemes: &Schemes, text: &str) -> Option<DocumentId> {
    match schemes.parse(text, &[]) {
        Ok(parsed) => Some(parsed.id),
        Err(_) => schemes
            .scan(text, &[])
            .into_iter()
            .next()
            .and_then(|mention| mention.found.ok())
            .map(|parsed| parsed.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::SchemeRule;

    fn schemes() -> Schemes {
        let rule = SchemeRule {
            name: "akte".into(),
            pattern: "(?<type>[A-Z]{2})-(?<number>[0-9]{4})".into(),
            kind: "{type}".into(),
            ..SchemeRule::default()
        };
        Schemes::new(vec![rule]).unwrap()
    }

    #[test]
    fn only_a_row_with_exactly_the_id_is_chosen() {
        let target = DocumentId::from_canonical("AB-0001", "akte", "ab");
        let check = |rows: &[(&str, bool)], expected| {
            let rows: Vec<_> = rows
                .iter()
                .map(|(id, preferred)| Row {
                    id: Some((*id).into()).filter(|id: &String| !id.is_empty()),
                    preferred: *preferred,
                    ..Row::default()
                })
                .collect();
            assert_eq!(choose(&rows, &target, &schemes()), expected, "{rows:?}");
        };
        check(&[("AB-0002", false), ("ab-0001*", false)], Choice::Row(1));
        check(&[("", false), ("AB-0001", false)], Choice::Row(1));
        check(&[("AB-0002", true), ("AB-0003", true)], Choice::None);
        check(&[("AB-0002", true), ("AB-00011", true)], Choice::Unreadable);
        check(&[("CD-0001 for AB-0001", false)], Choice::None);
        check(&[], Choice::Unreadable);
        check(&[("", false), ("AB-00011 for AB-0001", true)], Choice::Unreadable);
        check(&[("", false), ("AB-0002", false)], Choice::Unreadable);
        check(&[("AB-0001", false), ("AB-0001", false)], Choice::Several(2));
        check(&[("AB-0001", false), ("AB-0001", true), ("AB-0001", true)], Choice::Row(1));
    }
}
