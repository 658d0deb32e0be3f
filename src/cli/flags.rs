//! Flags that several verbs share, with the text that `--help` shows.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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

/// The directory of a crawl that is read.
#[derive(Debug, Args)]
pub(super) struct DataFlag {
    /// The directory of a crawl; the settings file's otherwise
    #[arg(short, long, env = "ANAFORA_DATA", value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

/// For people, or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}
