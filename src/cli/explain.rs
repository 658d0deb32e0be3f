//! `anafora explain ID`: everything that happened to one ID, where it stands, and what comes next.

use std::path::Path;

use clap::Args;

use crate::domain::DocumentId;
use crate::export::{Explanation, near};
use crate::profile::Profile;

use super::Exit;
use super::command;
use super::exit::Failure;
use super::flags::{DataFlag, TextFormat};
use super::output::{print, tell};
use super::seeds;
use super::stored::Stored;

/// So many IDs are suggested in place of one that was never seen.
const SUGGESTED_MAX: usize = 3;

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The ID
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    data: DataFlag,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextFormat,
}

/// Prints the explanation; of an ID that was never seen, which known ones it resembles.
pub(super) async fn run(verb: Explain, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(verb.data, config)?;
    let explained = explain(&stored, &verb.id, verb.format).await;
    stored.close().await?;
    explained
}

async fn explain(stored: &Stored, text: &str, format: TextFormat) -> Result<Exit, Failure> {
    let documents = stored.frontier.as_ref();
    let id = match seeds::parse_stored(&stored.profile()?, text) {
        Ok(id) => id,
        Err(refused) if refused.exit == Exit::Id => {
            let suggested = near(documents, text, SUGGESTED_MAX).await?;
            return Err(with_suggestions(refused, &suggested));
        }
        Err(failure) => return Err(failure),
    };
    tell_repairs(&stored.profile()?, text);
    let Some(explanation) = Explanation::of(documents, id.as_str()).await? else {
        let never = Failure::new(
            Exit::Id,
            format!("{id} was never seen: no document that was read names it, and nobody asked for it"),
            format!("{} looks it up", command::on_store(&format!("crawl {id}"), stored.directory.path())),
        );
        return Err(with_suggestions(never, &near(documents, id.as_str(), SUGGESTED_MAX).await?));
    };
    let data = command::word(stored.directory.path());
    match format {
        TextFormat::Text => {
            print(&explanation.text(&data, &stored.directory.evidence().display().to_string()))?;
        }
        TextFormat::Json => print(&format!("{}\n", explanation.json(&data)))?,
    }
    Ok(Exit::Closed)
}

/// Says how an ID was read where it was not written canonically.
fn tell_repairs(profile: &Profile, text: &str) {
    if let Ok(parsed) = profile.schemes.parse(text, &[])
        && !parsed.repairs.is_empty()
    {
        let repairs: Vec<String> = parsed.repairs.iter().map(ToString::to_string).collect();
        tell(&format!("`{text}` is read as {}: {}", parsed.id, repairs.join(", ")));
    }
}

fn with_suggestions(failure: Failure, suggested: &[DocumentId]) -> Failure {
    if suggested.is_empty() {
        return failure;
    }
    let suggested: Vec<&str> = suggested.iter().map(DocumentId::as_str).collect();
    let known = format!("known IDs that are written nearly so: {}", suggested.join(", "));
    let hint = failure.hint.map_or_else(|| known.clone(), |hint| format!("{hint}; {known}"));
    Failure { hint: Some(hint), ..failure }
}
