//! Chooses, among suggestions that came after what was typed, the one with the right text.

use super::lookup::{Halt, Lookup, Repeat};
use super::page::{Answer, Ask, Written, written};
use super::steps::{Matched, surely_works};
use crate::profile::{Alternatives, Step, TextMatch};

impl Lookup<'_> {
    /// Waits for the suggestion and clicks it.
    pub(super) async fn choose(
        &mut self,
        index: usize,
        among: &Alternatives,
        text: &TextMatch,
    ) -> Result<Matched, Halt> {
        self.turn().await?;
        let any = written(among);
        let (text, whole) = match text {
            TextMatch::Equals(text) => (self.fill_in(text), true),
            TextMatch::Contains(text) => (self.fill_in(text), false),
        };
        let remember = self.watched_after(index).await?;
        let ask = Ask::Choose { any: any.clone(), text: text.clone(), whole, remember };
        if let Answer::Done { matched } = self.ask(&ask, Repeat::Allowed).await? {
            return Ok(matched);
        }
        match self.ask(&Ask::Suggestions { any: any.clone() }, Repeat::Allowed).await? {
            Answer::Count { count: count @ 1.. } => {
                let fits = if whole { "is" } else { "holds" };
                let what = format!("none of {count} suggestions of `{}` {fits} `{text}`", any.join("`, `"));
                Err(self.layout_changed(&what).into())
            }
            _ => Err(self.nothing_matched(&any).into()),
        }
    }

    /// The suggestions that the step after this one chooses from: what stands there already answers something else.
    pub(super) fn suggestions_after(&self, index: usize) -> Written {
        suggestions_after(self.route.steps(), index).map(written).unwrap_or_default()
    }
}

/// The suggestions of the choice that follows a step, before the next step that makes the portal work whatever is on the page.
fn suggestions_after(steps: &[Step], index: usize) -> Option<&Alternatives> {
    for step in steps.iter().skip(index + 1) {
        match step.itself() {
            Step::Choose { among, .. } => return Some(among),
            _ if surely_works(step) => return None,
            _ => {}
        }
    }
    None
}
