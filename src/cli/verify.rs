//! `anafora verify`: whether a store agrees with itself and with its archive.

use std::path::Path;

use clap::Args;

use crate::archive::WarcPages;
use crate::audit::{Audit, AuditError, Commands};
use crate::frontier::Frontier as _;

use super::Exit;
use super::command;
use super::exit::{Failure, chain, rebuilding};
use super::flags::{DataFlag, TextFormat};
use super::output::print;
use super::stored::Stored;

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    data: DataFlag,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextFormat,
}

/// Recounts the store, reads every page, and says what is wrong.
pub(super) async fn run(verb: Verify, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(verb.data, config)?;
    // A store without its profile cannot go on, whatever else is right.
    stored.profile()?;
    let manifest = stored.manifest()?;
    stored.frontier.verify().await?;
    let counts = stored.frontier.counts().await?;
    let pages = WarcPages::of(&stored.directory.archive());
    let audit = Audit::of(stored.frontier.as_ref(), counts, &manifest, &pages).await?;
    let place = stored.directory.path();
    let commands = Commands { rebuild: rebuilding(place), crawl: command::on_store("crawl", place) };
    stored.close().await?;
    match verb.format {
        TextFormat::Text => print(&audit.text(&commands))?,
        TextFormat::Json => print(&format!("{}\n", audit.json(&commands)))?,
    }
    Ok(if audit.is_good() { Exit::Closed } else { Exit::Store })
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Frontier(error) => error.into(),
            AuditError::Archive(error) => error.into(),
            AuditError::Reader { .. } => Self { exit: Exit::Unexpected, text: chain(&error), hint: None },
        }
    }
}
