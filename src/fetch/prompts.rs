//! Answers a page's prompts where a profile says how.

use std::time::Duration;

use tokio::time::Instant;

use super::lookup::{Halt, Lookup};
use super::page::Ask;
use super::session::Awaits;
use super::steps::{Matched, steps_until_next_act};
use super::trouble::Trouble;
use crate::profile::{PromptAnswer, Route, Step};

impl Lookup<'_> {
    /// Waits for a prompt and answers it. One that says something else is dismissed, and a changed layout; so is that none
    /// comes, unless the portal asks only at times.
    pub(super) async fn answer(
        &mut self,
        with: PromptAnswer,
        says: Option<&str>,
        if_asked_within: Option<Duration>,
    ) -> Result<Matched, Halt> {
        loop {
            let gives_up_at = self.gives_up_at();
            let prompt = self.session.prompt(gives_up_at).await;
            if let Some(text) = prompt.map_err(|trouble| self.explain(trouble))? {
                let is_right = says.is_none_or(|says| fold(&text).contains(&fold(says)));
                let with = if is_right { with } else { PromptAnswer::Dismiss };
                let answered = self.session.answer(with, gives_up_at).await;
                answered.map_err(|trouble| self.explain(trouble))?;
                return match says {
                    Some(says) if !is_right => {
                        Err(self.layout_changed(&format!("the prompt says `{text}`, not `{says}`")).into())
                    }
                    _ => Ok(None),
                };
            }
            if Instant::now() >= self.ends_at() {
                if if_asked_within.is_some() {
                    return Ok(None);
                }
                let within = self.step_deadline();
                return Err(self.layout_changed(&format!("no prompt within {within:?}")).into());
            }
            self.ask_now(&Ask::Watch).await?;
            self.rest().await;
        }
    }

    /// Tells the session whether a prompt that comes during this step is for a step to answer.
    pub(super) fn await_prompts(&mut self, index: usize) {
        let awaits = if answers_until_next_act(self.route, index) { Awaits::Prompt } else { Awaits::Nothing };
        self.session.await_prompt(awaits);
    }

    /// Whether an act that lost its answer lost it to the prompt that a later step answers.
    pub(super) async fn is_held_by_prompt(&mut self, index: usize) -> Result<bool, Halt> {
        if !answers_until_next_act(self.route, index) {
            return Ok(false);
        }
        let gives_up_at = self.gives_up_at();
        match self.session.prompt(gives_up_at).await {
            Ok(prompt) => Ok(prompt.is_some()),
            Err(Trouble::CutOff(_)) => Ok(false),
            Err(trouble) => Err(self.explain(trouble).into()),
        }
    }
}

/// Whether this step, or one behind it before the next that makes the portal work, answers a prompt.
fn answers_until_next_act(route: &Route, index: usize) -> bool {
    let following = steps_until_next_act(route, index).chain(route.steps().get(index));
    following.map(Step::itself).any(|step| matches!(step, Step::Answer { .. }))
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
