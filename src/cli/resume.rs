//! Which paused kinds a run looks up again, and what a person is told when the profile has changed.

use std::collections::BTreeSet;

use crate::profile::Profile;

use super::assemble::Ground;
use super::command;
use super::exit::Failure;
use super::output::tell;
use super::voice::Voice;

/// Which paused kinds a run looks up again.
pub(super) enum Resume {
    /// All of them, where the profile is another than at the last run: it may have been mended.
    IfChanged,
    /// All of them.
    Every,
    /// These.
    Kinds(BTreeSet<String>),
}

impl Resume {
    /// Ends pauses before a run begins, and says so.
    pub(super) async fn resume(
        self,
        ground: &Ground,
        profile: &Profile,
        voice: Voice,
    ) -> Result<(), Failure> {
        let say = |line: &str| {
            if voice > Voice::Quiet {
                tell(line);
            }
        };
        let last_run = ground.documents.runs().await?.pop();
        let has_changed = last_run.is_some_and(|run| run.profile != profile.digest);
        for pause in ground.documents.pauses().await? {
            let kind = &pause.kind;
            let is_meant = match &self {
                Self::IfChanged => has_changed,
                Self::Every => true,
                Self::Kinds(kinds) => has_changed || kinds.contains(kind),
            };
            if is_meant {
                let ids = ground.frontier.unpause(kind).await?;
                let why = if has_changed { "the profile has changed" } else { "as asked for" };
                say(&format!("looked up again: the kind {kind}, {ids} IDs that were paused ({why})"));
            }
        }
        if has_changed && ground.frontier.counts().await?.dead > 0 {
            say("the profile has changed: dead letters may be readable now");
            let retry = "dead retry --cause layout_changed";
            if let Some(store) = &ground.store {
                say(&format!("hint: {} puts them in line again", command::on_store(retry, store)));
            }
        }
        Ok(())
    }
}
