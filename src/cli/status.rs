//! `anafora status`: how many IDs are in each state.

use std::path::Path;

use crate::export::{status_json, status_text};
use crate::frontier::Frontier as _;

use super::Exit;
use super::arguments::Status;
use super::exit::Failure;
use super::flags::TextFormat;
use super::output::print;
use super::stored::Stored;

/// Prints the counts of a store.
pub(super) async fn run(verb: Status, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(verb.data, config)?;
    let counts = stored.frontier.counts().await?;
    stored.close().await?;
    match verb.format {
        TextFormat::Text => print(&status_text(&counts))?,
        TextFormat::Json => print(&format!("{}\n", status_json(&counts)))?,
    }
    Ok(Exit::Closed)
}
