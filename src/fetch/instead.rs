//! What there is in the place of what a step looked for, so that its failure says it.

use super::FetchError;
use super::lookup::Lookup;
use super::page::{Answer, Ask, Written};

impl Lookup<'_> {
    /// The list is there without the option, or not at all.
    pub(super) async fn no_such_option(&mut self, any: Written, sought: &Written) -> FetchError {
        let failed = self.nothing_matched(sought);
        match self.texts(&Ask::Options { any: any.clone() }).await {
            Some(options) if options.is_empty() => also(failed, "the list has no options"),
            Some(options) => also(failed, &format!("its options are `{}`", options.join("`, `"))),
            None => also(failed, &format!("there is no list at `{}`", any.join("`, `"))),
        }
    }

    /// The document has other frames, or none.
    pub(super) async fn no_such_frame(&mut self, any: &Written) -> FetchError {
        let failed = self.nothing_matched(any);
        match self.texts(&Ask::Frames).await {
            Some(frames) if frames.is_empty() => also(failed, "there is no frame"),
            Some(frames) => also(failed, &format!("the frames there are `{}`", frames.join("`, `"))),
            None => failed,
        }
    }

    /// Whether there are windows that the portal opened and no step entered.
    pub(super) async fn has_other_windows(&mut self) -> bool {
        let gives_up_at = self.gives_up_at();
        let depth = self.session.depth();
        self.session.is_usable()
            && self.session.windows(gives_up_at).await.is_ok_and(|open| open.len() > depth)
    }

    /// What is worth a word only where it comes at once.
    async fn texts(&mut self, ask: &Ask) -> Option<Vec<String>> {
        let token = self.session.next_token();
        match self.ask_once(ask, token).await {
            Ok(Some(Answer::Texts { texts })) => texts,
            _ => None,
        }
    }
}

/// The same failure with one thing more.
fn also(error: FetchError, more: &str) -> FetchError {
    match error {
        FetchError::LayoutChanged { what } => FetchError::LayoutChanged { what: format!("{what}: {more}") },
        other => other,
    }
}
