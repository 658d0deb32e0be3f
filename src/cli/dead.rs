//! `anafora dead`: which IDs were given up and why, what was seen of each, and how they are tried again.

mod filter;
mod letter;
mod show;

use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::DocumentId;
use crate::evidence::{Caps, EvidenceDirectory};
use crate::frontier::Frontier as _;

use filter::{Filter, FilterFlags};
use letter::Letter;

pub(super) use filter::CauseName;

use super::Exit;
use super::exit::Failure;
use super::flags::DataFlag;
use super::output::{print, tell};
use super::stored::Stored;
use super::{assemble, command, seeds};

/// So many letters apart, an ID is still taken for another one's misspelling.
const NEAR_MAX: usize = 3;
/// So many near IDs are shown.
const NEAR_SHOWN_MAX: usize = 3;

#[derive(Debug, Args)]
pub(super) struct DeadVerb {
    #[command(subcommand)]
    verb: DeadVerbs,
}

#[derive(Debug, Subcommand)]
enum DeadVerbs {
    /// Name the dead letters: ID, kind, attempts, time, cause, and where its evidence is
    List {
        #[command(flatten)]
        data: DataFlag,
        #[command(flatten)]
        filter: FilterFlags,
        /// The format
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: ListFormat,
    },
    /// Show all that is known of one dead letter: steps, page, picture, the driver's log
    Show {
        /// The dead letter
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Put dead letters in line again, with all their attempts
    Retry {
        /// These alone
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        #[command(flatten)]
        data: DataFlag,
        #[command(flatten)]
        filter: FilterFlags,
        /// Every dead letter
        #[arg(long, conflicts_with_all = ["ids", "cause", "kind", "older_than", "newer_than"])]
        all: bool,
    },
}

/// For people, or one JSON object a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A line a dead letter
    Text,
    /// One JSON object a dead letter
    Jsonl,
}

/// Lists, shows or revives the dead letters of a store.
pub(super) async fn run(verb: DeadVerb, config: Option<&Path>) -> Result<Exit, Failure> {
    match verb.verb {
        DeadVerbs::List { data, filter, format } => list(data, &filter, format, config).await,
        DeadVerbs::Show { id, data } => show(&id, data, config).await,
        DeadVerbs::Retry { ids, data, filter, all } => {
            if ids.is_empty() && !all && filter.are_none() {
                let hint =
                    "name IDs, or choose with --cause, --kind, --older-than or --newer-than, or say --all";
                return Err(Failure::new(Exit::Usage, "no dead letter was chosen", hint));
            }
            retry(&ids, data, &filter, config).await
        }
    }
}

async fn list(
    data: DataFlag,
    flags: &FilterFlags,
    format: ListFormat,
    config: Option<&Path>,
) -> Result<Exit, Failure> {
    let stored = Stored::open(data, config)?;
    let filter = Filter::of(flags, &stored, assemble::clock().now())?;
    let evidence = evidence(&stored)?;
    let letters = chosen(&stored, &filter).await?;
    stored.close().await?;
    let mut shown = String::new();
    for letter in &letters {
        let line = match format {
            ListFormat::Text => letter.text_line(&evidence)?,
            ListFormat::Jsonl => letter.json_line(&evidence)?.to_string(),
        };
        shown.push_str(&line);
        shown.push('\n');
    }
    if letters.is_empty() {
        tell("no dead letters, or none like this");
    }
    print(&shown)?;
    Ok(Exit::Closed)
}

async fn show(text: &str, data: DataFlag, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(data, config)?;
    let evidence = evidence(&stored)?;
    let letters = letter::all(stored.frontier.as_ref()).await?;
    let letter = find(&stored, &letters, text)?;
    let shown = show::text(letter, &evidence, stored.directory.path())?;
    stored.close().await?;
    print(&shown)?;
    Ok(Exit::Closed)
}

async fn retry(
    texts: &[String],
    data: DataFlag,
    flags: &FilterFlags,
    config: Option<&Path>,
) -> Result<Exit, Failure> {
    let stored = Stored::open(data, config)?;
    let filter = Filter::of(flags, &stored, assemble::clock().now())?;
    let letters = letter::all(stored.frontier.as_ref()).await?;
    // All of them are looked for first: where one is not there, none is touched.
    let named: Vec<&Letter> =
        texts.iter().map(|text| find(&stored, &letters, text)).collect::<Result<_, _>>()?;
    let candidates = if texts.is_empty() { letters.iter().collect() } else { named };
    let ids: Vec<DocumentId> =
        candidates.into_iter().filter(|letter| filter.takes(letter)).map(Letter::id).collect();
    let revived = stored.frontier.revive(&ids).await?;
    let crawl = command::on_store("crawl", stored.directory.path());
    stored.close().await?;
    print(&format!("in line again: {revived}\n"))?;
    if revived > 0 {
        tell(&format!("hint: {crawl} looks them up"));
    }
    Ok(Exit::Closed)
}

async fn chosen(stored: &Stored, filter: &Filter) -> Result<Vec<Letter>, Failure> {
    let mut letters = letter::all(stored.frontier.as_ref()).await?;
    letters.retain(|letter| filter.takes(letter));
    Ok(letters)
}

fn evidence(stored: &Stored) -> Result<EvidenceDirectory, Failure> {
    Ok(EvidenceDirectory::open(&stored.directory.evidence(), assemble::clock(), Caps::default())?)
}

/// The dead letter that a text names, however it is spelt.
fn find<'letters>(
    stored: &Stored,
    letters: &'letters [Letter],
    text: &str,
) -> Result<&'letters Letter, Failure> {
    let id = seeds::parse_stored(&stored.profile()?, text)?;
    letters.iter().find(|letter| letter.id() == id).ok_or_else(|| {
        let near = near(id.as_str(), letters);
        let list = command::on_store("dead list", stored.directory.path());
        let all = format!("{list} names every dead letter");
        let hint = if near.is_empty() { all } else { format!("near it: {}; {all}", near.join(", ")) };
        Failure::new(Exit::Id, format!("`{id}` is no dead letter of this store"), hint)
    })
}

/// The dead letters whose IDs differ least from this one.
fn near(id: &str, letters: &[Letter]) -> Vec<String> {
    let mut near: Vec<(usize, String)> = letters
        .iter()
        .map(|letter| (strsim::damerau_levenshtein(id, letter.id().as_str()), letter.id().to_string()))
        .filter(|(distance, _)| *distance <= NEAR_MAX)
        .collect();
    near.sort();
    near.into_iter().take(NEAR_SHOWN_MAX).map(|(_, id)| id).collect()
}
