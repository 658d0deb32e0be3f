//! Every verb and flag, with the text that `--help` shows.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::export::GraphFormat;

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
    Profile(ProfileVerb),
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

/// Which IDs a crawl begins with.
#[derive(Debug, Args)]
pub(super) struct Seeds {
    /// IDs to begin with
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Read IDs from a file as well, one a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) from: Option<PathBuf>,
}

/// How far a crawl goes.
#[derive(Debug, Default, Args)]
pub(super) struct BoundFlags {
    /// Follow references at most so many steps from the first IDs
    #[arg(long, env = "ANAFORA_DEPTH", value_name = "N")]
    pub(super) depth: Option<u16>,
    /// Look up at most so many IDs
    #[arg(long, env = "ANAFORA_LIMIT", value_name = "N")]
    pub(super) limit: Option<u64>,
    /// Look up these kinds alone, as in `payment,contract`
    #[arg(long, env = "ANAFORA_KINDS", value_name = "KIND,…", value_delimiter = ',')]
    pub(super) kinds: Vec<String>,
    /// Lift every bound, those of an earlier run as well
    #[arg(long)]
    pub(super) no_bounds: bool,
}

/// What is written to standard output at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CrawlFormat {
    /// A summary for people
    Summary,
    /// One JSON object a document
    Jsonl,
}

/// The browser and how it is driven.
#[derive(Debug, Args)]
pub(super) struct BrowserFlags {
    /// Browser sessions that work at once
    #[arg(long, env = "ANAFORA_SESSIONS", value_name = "N")]
    pub(super) sessions: Option<usize>,
    /// Show the browser's window
    #[arg(long)]
    pub(super) headed: bool,
    /// The browser
    #[arg(long, env = "ANAFORA_BROWSER", value_name = "NAME")]
    pub(super) browser: Option<BrowserName>,
    /// The browser's program, where it is not the one on PATH
    #[arg(long, env = "ANAFORA_BROWSER_PROGRAM", value_name = "FILE")]
    pub(super) browser_program: Option<PathBuf>,
    /// The driver's program (chromedriver, geckodriver), where it is not the one on PATH
    #[arg(long, env = "ANAFORA_DRIVER_PROGRAM", value_name = "FILE")]
    pub(super) driver_program: Option<PathBuf>,
    /// Use the browsers of a remote WebDriver end instead
    #[arg(long, env = "ANAFORA_WEBDRIVER", value_name = "URL")]
    pub(super) webdriver: Option<String>,
}

/// The browsers that anafora drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum BrowserName {
    /// chromium-headless-shell, or Chromium
    Chromium,
    /// Firefox
    Firefox,
}

#[derive(Debug, Args)]
pub(super) struct Crawl {
    #[command(flatten)]
    pub(super) seeds: Seeds,
    /// The portal: the name of a built-in profile, or a file
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

/// The directory of a crawl that is read.
#[derive(Debug, Args)]
pub(super) struct DataFlag {
    /// The directory of a crawl; the settings file's otherwise
    #[arg(short, long, env = "ANAFORA_DATA", value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
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

/// For people, or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
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
pub(super) struct ProfileVerb {
    #[command(subcommand)]
    pub(super) verb: ProfileVerbs,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileVerbs {
    /// Check a profile and say everything that is wrong with it
    Check {
        /// The name of a built-in profile, or a file
        #[arg(value_name = "NAME|FILE")]
        profile: String,
    },
    /// Look one document up in a browser, or read a saved page, and tell what each step and each rule made of it
    ///
    /// Nothing is stored. robots.txt and the pace are kept as by a crawl, and the exit code is that of a crawl with this one
    /// document. With --headed, started from a terminal, the browser stays open until you press Enter.
    Try(Box<super::profile::Try>),
    /// Read the fixtures of a profile again, and show where they are not as expected
    Test(super::profile::Test),
    /// Write the JSON Schema of profiles (draft-07)
    Schema,
    /// Name the built-in profiles
    List,
    /// Write a starting profile from the address of a search page and an example ID
    New(super::profile::New),
    /// Write a profile from a recording of a look-up, made with Chrome's Recorder
    Record(super::profile::Record),
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
