//! `anafora export`: everything that is known, in a format that other programs read.

use std::path::Path;

use crate::export::jsonl;

use super::Exit;
use super::arguments::{Export, ExportFormat};
use super::exit::Failure;
use super::output::Output;
use super::stored::Stored;

/// Writes the whole store.
pub(super) async fn run(verb: Export, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(verb.data, config)?;
    let mut output = Output::open(verb.output.as_deref())?;
    match verb.format {
        ExportFormat::Jsonl => jsonl(stored.frontier.as_ref(), &mut output).await?,
    };
    output.finish()?;
    stored.close().await?;
    Ok(Exit::Closed)
}
