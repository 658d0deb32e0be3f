//! Chooses, among the rows of a list of results, the one whose ID is exactly the one asked for.
//!
//! A page of results on which several rows carry the ID is ambiguous; pages after the one with the row are not read, as
//! going there would lose it.

use super::FetchError;
use super::lookup::{Halt, Lookup, Repeat};
use super::page::{Answer, Ask, ResultPage, Row, written, written_if_any};
use super::steps::Matched;
use crate::domain::DocumentId;
use crate::profile::RowsStep;
use crate::scheme::Schemes;

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

impl Lookup<'_> {
    /// Finds the row and opens it.
    pub(super) async fn rows(&mut self, index: usize, step: &RowsStep) -> Result<Matched, Halt> {
        let pages_max = step.next.as_ref().map_or(1, |(_, pages_max)| u64::from(*pages_max).max(1));
        let mut pages = 0;
        let mut unlike = None;
        loop {
            let page = self.read_rows(step, unlike).await?;
            pages += 1;
            match choose(&page.rows, &self.target.id, &self.profile.schemes) {
                Choice::Row(chosen) => return self.open_row(index, step, &page, chosen).await,
                Choice::Several(rows) => return Err(FetchError::Ambiguous { rows }.into()),
                Choice::Unreadable => {
                    let what = format!("of {} rows some show no ID", page.rows.len());
                    return Err(self.layout_changed(&what).into());
                }
                Choice::None => {}
            }
            let Some((next, _)) = step.next.as_ref().filter(|_| page.more) else {
                return Err(Halt::Absent);
            };
            if pages >= pages_max {
                return Err(FetchError::TooManyResultPages { pages }.into());
            }
            self.turn().await?;
            self.renew_step_deadline();
            let any = written(next);
            let remember = self.watched_after(index).await?;
            self.ask_control(&Ask::Click { any: any.clone(), remember }, &any, Repeat::Never).await?;
            unlike = Some(page.rows.first().map(|row| row.text.clone()).unwrap_or_default());
        }
    }

    async fn read_rows(&mut self, step: &RowsStep, unlike: Option<String>) -> Result<ResultPage, Halt> {
        let turned = unlike.is_some();
        let ask = Ask::Rows {
            rows: written(&step.rows),
            id: written_if_any(step.id.as_ref()),
            prefer: written_if_any(step.prefer.as_ref()),
            next: step.next.as_ref().map(|(next, _)| written(next)).unwrap_or_default(),
            unlike,
        };
        match self.ask(&ask, Repeat::Allowed).await? {
            Answer::Rows(rows) => Ok(rows),
            _ if turned => Err(self.layout_changed("the next page of results did not come").into()),
            _ => Err(self.nothing_matched(&written(&step.rows)).into()),
        }
    }

    async fn open_row(
        &mut self,
        index: usize,
        step: &RowsStep,
        page: &ResultPage,
        chosen: usize,
    ) -> Result<Matched, Halt> {
        let Some((row, matched)) = page.rows.get(chosen).zip(page.matched.clone()) else {
            return Err(FetchError::SessionLost { step: self.step_name() }.into());
        };
        self.turn().await?;
        let open = written_if_any(step.open.as_ref());
        let ask = Ask::OpenRow {
            rows: vec![matched.clone()],
            index: chosen,
            text: row.text.clone(),
            open: open.clone(),
            remember: self.watched_after(index).await?,
        };
        self.row_id.clone_from(&row.id);
        match self.ask(&ask, Repeat::Never).await? {
            Answer::Done { matched: opened } => Ok(opened.or(Some(matched))),
            // The list was replaced between reading and opening.
            Answer::Stale => Err(FetchError::SessionLost { step: self.step_name() }.into()),
            _ => Err(self.nothing_matched(&open.unwrap_or_default()).into()),
        }
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
