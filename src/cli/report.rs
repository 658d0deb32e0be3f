//! `anafora report`: what a crawl knows and what it lacks; the exit code says whether the graph is closed.

use std::path::Path;

use clap::Args;

use crate::export;
use crate::frontier::Frontier as _;

use super::Exit;
use super::exit::Failure;
use super::flags::{DataFlag, TextFormat};
use super::output::print;
use super::stored::Stored;
use super::summary::{closure, headline, in_words};

#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    data: DataFlag,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextFormat,
}

/// Prints the report of a store.
pub(super) async fn run(verb: Report, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(verb.data, config)?;
    let counts = stored.frontier.counts().await?;
    let report = export::Report::of(stored.frontier.as_ref(), counts).await;
    let place = stored.directory.path().to_owned();
    stored.close().await?;
    let report = report?;
    match verb.format {
        TextFormat::Text => {
            print(&format!("{}\n{}", headline(&report.counts), in_words(&report, Some(&place))))?;
        }
        TextFormat::Json => print(&format!("{}\n", report.json()))?,
    }
    Ok(closure(&report))
}
