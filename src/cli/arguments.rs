//! Every verb, with the text that `--help` shows.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::export::GraphFormat;

use super::flags::{BoundFlags, BrowserFlags, CrawlFormat, DataFlag, Seeds, TextFormat};
use super::floor::FloorFlag;
use super::manners::MannerFlags;
use super::portal::PortalName;
use super::report::Report;
use super::voice::Voice;

/// Looks documents up by their ID on portals that have no permanent links, and follows every reference.
#[derive(Debug, Parser)]
#[command(name = "anafora", version, max_term_width = 100)]
pub(super) struct Arguments {
    /// Say errors alone
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more: every attempt; twice: what the parts do
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,
    /// A settings file; `anafora.toml` here, or `anafora/config.toml` in the user's configuration directory, otherwise
    #[arg(long, global = true, env = "ANAFORA_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

impl Arguments {
    /// How much is said.
    pub(super) const fn voice(&self) -> Voice {
        match (self.quiet, self.verbose) {
            (true, _) => Voice::Quiet,
            (false, 0) => Voice::Normal,
            (false, _) => Voice::Verbose,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Crawl a portal from some IDs, or go on with a crawl
    Crawl(Box<Crawl>),
    /// Crawl again what was recorded: no browser, no network, the same output each time
    Replay(Replay),
    /// Write everything that is known as JSON lines
    Export(Export),
    /// Show how many IDs are in each state
    Status(Status),
    /// Say what a crawl knows and what it lacks, and whether the graph is closed
    Report(Report),
    /// Show the trail around one document
    Graph(Graph),
    /// Tell everything that happened to one ID, and what comes next
    Explain(super::explain::Explain),
    /// Show which IDs were given up and why, or try them again
    Dead(super::dead::DeadVerb),
    /// Hold a store against itself and its archive: every document, page, reference and count
    Verify(super::verify::Verify),
    /// Write a whole store as JSON lines, apart from its pages
    Dump(super::dump::DumpVerb),
    /// Make a new store from a dump, or from the pages of one that cannot be opened
    Restore(super::restore::Restore),
    /// Find IDs in a text, and say what was repaired or refused
    Ids(Ids),
    /// Write, try and check profiles
    Profile(super::profile::ProfileVerb),
    /// Make fixtures of crawled documents
    Fixtures(super::fixtures::FixturesVerb),
    /// Crawl the built-in demo portal, or serve it
    Demo(Box<Demo>),
    /// Say what is installed, what is missing, and the command that installs it
    Doctor(Doctor),
    /// Write completions for a shell
    Completions(Completions),
    /// Ends browsers when the process that started it dies
    #[command(name = "__guard", hide = true)]
    Guard,
}

#[derive(Debug, Args)]
pub(super) struct Crawl {
    #[command(flatten)]
    pub(super) seeds: Seeds,
    /// The portal: the name of a built-in profile, or a file; otherwise the copy that the store in --data keeps of its own
    #[arg(short, long, env = "ANAFORA_PROFILE", value_name = "NAME|FILE")]
    pub(super) profile: Option<String>,
    /// Keep everything in this directory; run again to go on
    #[arg(short, long, env = "ANAFORA_DATA", value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Write every page into a directory of fixtures as well
    #[arg(long, value_name = "DIR")]
    pub(super) record: Option<PathBuf>,
    #[command(flatten)]
    pub(super) bounds: BoundFlags,
    #[command(flatten)]
    pub(super) browser: BrowserFlags,
    #[command(flatten)]
    pub(super) floor: FloorFlag,
    #[command(flatten)]
    pub(super) manners: MannerFlags,
    /// The least time between two steps that make the portal work, as in `2s`; the profile's otherwise
    #[arg(long, env = "ANAFORA_DELAY", value_name = "TIME")]
    pub(super) delay: Option<String>,
    /// Use another address than the profile's, as for a copy of the portal
    #[arg(long, env = "ANAFORA_BASE", value_name = "URL")]
    pub(super) base: Option<String>,
    /// Look up paused kinds again: those named, or all; a changed profile resumes them by itself
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', num_args = 0.., require_equals = true)]
    pub(super) resume_paused: Option<Vec<String>>,
    /// What is written to standard output at the end
    #[arg(long, value_name = "FORMAT", default_value = "summary")]
    pub(super) format: CrawlFormat,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// A directory of fixtures, or the directory of a crawl
    #[arg(value_name = "DIR")]
    pub(super) recording: PathBuf,
    #[command(flatten)]
    pub(super) seeds: Seeds,
    /// Another profile than the recorded one
    #[arg(short, long, value_name = "NAME|FILE")]
    pub(super) profile: Option<String>,
    #[command(flatten)]
    pub(super) bounds: BoundFlags,
    /// What is written to standard output at the end
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    pub(super) format: CrawlFormat,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The format
    #[arg(value_name = "FORMAT")]
    pub(super) format: ExportFormat,
    #[command(flatten)]
    pub(super) data: DataFlag,
    /// The file to write; standard output otherwise
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// The formats that everything can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// One JSON object a document
    Jsonl,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) data: DataFlag,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: TextFormat,
}

#[derive(Debug, Args)]
pub(super) struct Graph {
    /// The document in the middle
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) data: DataFlag,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "mermaid")]
    pub(super) format: GraphFormat,
    /// How far from the document, in references
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(super) hops: u32,
    /// How many documents at most, nearest first
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(super) most: usize,
}

#[derive(Debug, Args)]
pub(super) struct Ids {
    /// The text; standard input otherwise
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Whose ID schemes are looked for; the settings file's otherwise
    #[arg(short, long, env = "ANAFORA_PROFILE", value_name = "NAME|FILE")]
    pub(super) profile: Option<String>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: IdsFormat,
}

/// For people, or one JSON object a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum IdsFormat {
    /// A line an ID
    Text,
    /// One JSON object an ID
    Jsonl,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Demo {
    #[command(subcommand)]
    pub(super) verb: Option<DemoVerbs>,
    #[command(flatten)]
    pub(super) crawl: DemoCrawl,
}

#[derive(Debug, Args)]
pub(super) struct DemoCrawl {
    /// Keep everything in this directory
    #[arg(short, long, value_name = "DIR", default_value = "anafora-demo")]
    pub(super) data: PathBuf,
    /// Which portal: the name of its profile
    #[arg(long, value_name = "NAME", default_value = "demo")]
    pub(super) portal: PortalName,
    /// How many documents the portal has; as many as it was made for otherwise
    #[arg(long, value_name = "N")]
    pub(super) documents: Option<usize>,
    /// Write every page into a directory of fixtures as well
    #[arg(long, value_name = "DIR")]
    pub(super) record: Option<PathBuf>,
    #[command(flatten)]
    pub(super) browser: BrowserFlags,
}

#[derive(Debug, Subcommand)]
pub(super) enum DemoVerbs {
    /// Serve a demo portal until Ctrl-C
    Serve {
        /// The port on 127.0.0.1; a free one where 0
        #[arg(long, value_name = "PORT", default_value_t = 0)]
        port: u16,
        /// Which portal: the name of its profile
        #[arg(long, value_name = "NAME", default_value = "demo")]
        portal: PortalName,
        /// How many documents it has; as many as it was made for otherwise
        #[arg(long, value_name = "N")]
        documents: Option<usize>,
        /// Decides what is made up beyond the first documents, and which requests meet faults
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        #[command(flatten)]
        misbehaviour: super::misbehaviour::Misbehaviour,
    },
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: TextFormat,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}
