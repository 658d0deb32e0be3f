//! Prompts of a page (`alert`, `confirm`): accepted by the browser itself, unless a profile answers some of them.
//!
//! A browser can be told only once, for the whole session, what it does with prompts. Where a profile answers some, it
//! leaves all of them open, and those that nobody waits for are accepted here.

use fantoccini::Client;
use fantoccini::error::{CmdError, ErrorStatus};
use tokio::time::Instant;

use super::Session;
use crate::fetch::trouble::Trouble;
use crate::profile::PromptAnswer;

/// Who deals with a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fetch) enum Prompts {
    /// The browser accepts it.
    Accepted,
    /// It stays open, and is accepted here unless a step answers it.
    Left,
}

/// Whether a step waits for a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fetch) enum Awaits {
    /// No: one that comes is accepted.
    Nothing,
    /// Yes: one that comes stays for it.
    Prompt,
}

impl Session {
    /// Says whether a prompt that comes from now on is waited for.
    pub(in crate::fetch) fn await_prompt(&mut self, awaits: Awaits) {
        self.awaits = awaits;
    }

    /// Whether a prompt that comes now is to be accepted here.
    pub(super) fn accepts_prompts(&self) -> bool {
        self.prompts == Prompts::Left && self.awaits == Awaits::Nothing
    }

    /// What the prompt says that is open; `None` where none is.
    pub(in crate::fetch) async fn prompt(&mut self, until: Instant) -> Result<Option<String>, Trouble> {
        self.command(until, |client| async move { unless_gone(client.get_alert_text()).await }).await
    }

    /// Answers the prompt that is open.
    pub(in crate::fetch) async fn answer(
        &mut self,
        with: PromptAnswer,
        until: Instant,
    ) -> Result<(), Trouble> {
        self.command(until, |client| async move {
            match with {
                PromptAnswer::Accept => accept(&client).await.map(drop),
                PromptAnswer::Dismiss => client.dismiss_alert().await,
            }
        })
        .await
    }

    /// Accepts a prompt that nobody waits for, if one is open.
    pub(super) async fn accept_prompt(&mut self, until: Instant) -> Result<(), Trouble> {
        let said = self.command(until, |client| async move { accept(&client).await }).await?;
        self.accepted.extend(said);
        Ok(())
    }

    /// What the prompts said that were accepted since this was last asked, where they were not left to the browser.
    pub(in crate::fetch) fn take_accepted(&mut self) -> Vec<String> {
        std::mem::take(&mut self.accepted)
    }
}

/// Accepts a prompt, if one is open; what it said.
pub(super) async fn accept(client: &Client) -> Result<Option<String>, CmdError> {
    let Some(said) = unless_gone(client.get_alert_text()).await? else { return Ok(None) };
    Ok(unless_gone(client.accept_alert()).await?.map(|()| said))
}

async fn unless_gone<T>(command: impl Future<Output = Result<T, CmdError>>) -> Result<Option<T>, CmdError> {
    match command.await {
        Err(CmdError::Standard(told)) if told.error == ErrorStatus::NoSuchAlert => Ok(None),
        answer => answer.map(Some),
    }
}

/// Whether a command failed because a prompt is open.
pub(super) fn is_in_the_way<T>(answer: &Result<T, CmdError>) -> bool {
    matches!(answer, Err(CmdError::Standard(told)) if told.error == ErrorStatus::UnexpectedAlertOpen)
}
