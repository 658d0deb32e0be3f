//! `anafora dump`: a whole store as JSON lines, apart from its pages; `anafora restore` makes a store of them again.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use crc32fast::Hasher;
use serde::{Deserialize, Serialize};

use crate::archive::Manifest;
use crate::domain::Digest;
use crate::frontier::Dump;

use super::Exit;
use super::exit::Failure;
use super::flags::DataFlag;
use super::output::Output;
use super::stored::Stored;

/// The version of the first line; the frontier's lines behind it have their own.
pub(super) const HEADER_VERSION: u32 = 1;

/// What the first line calls itself.
pub(super) const HEADER: &str = "header";

/// What the last line calls itself.
pub(super) const CHECKSUM: &str = "checksum";

#[derive(Debug, Args)]
pub(super) struct DumpVerb {
    #[command(flatten)]
    data: DataFlag,
    /// The file to write; standard output otherwise
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The first line of a dump: what a store has beside its frontier and its pages.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) v: u32,
    pub(super) line: String,
    /// The version of the program that wrote it.
    anafora: String,
    pub(super) profile: String,
    pub(super) profile_digest: Digest,
    /// The profile as the store remembers it, complete in itself.
    pub(super) profile_text: String,
    pub(super) manifest: Manifest,
}

/// The last line of a dump.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checksum {
    pub(super) v: u32,
    pub(super) line: String,
    /// The CRC-32 of all lines before, line ends included.
    pub(super) crc32: u32,
}

/// What was written of a dump so far.
struct Written {
    output: Output,
    crc32: Hasher,
}

impl Written {
    fn line(&mut self, line: &str) -> std::io::Result<()> {
        self.crc32.update(line.as_bytes());
        self.crc32.update(b"\n");
        writeln!(self.output, "{line}")
    }

    fn finish(mut self) -> std::io::Result<()> {
        let crc32 = self.crc32.clone().finalize();
        let checksum = Checksum { v: HEADER_VERSION, line: CHECKSUM.to_owned(), crc32 };
        self.line(&serde_json::to_string(&checksum)?)?;
        self.output.finish()
    }
}

/// Writes the header, then every line of the frontier, and last what holds them together.
pub(super) async fn run(verb: DumpVerb, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(verb.data, config)?;
    let profile = stored.profile()?;
    let header = Header {
        v: HEADER_VERSION,
        line: HEADER.to_owned(),
        anafora: env!("CARGO_PKG_VERSION").to_owned(),
        profile: profile.name,
        profile_digest: profile.digest,
        profile_text: profile.text,
        manifest: stored.manifest()?,
    };
    let mut written = Written { output: Output::open(verb.output.as_deref())?, crc32: Hasher::new() };
    written.line(&serde_json::to_string(&header).map_err(std::io::Error::from)?)?;
    let mut dump = Dump::of(stored.frontier.as_ref());
    loop {
        let lines = dump.next().await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            written.line(&line.to_json().map_err(std::io::Error::from)?)?;
        }
    }
    written.finish()?;
    stored.close().await?;
    Ok(Exit::Closed)
}
