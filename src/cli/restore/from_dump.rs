//! Makes a store of what `anafora dump` wrote, with the pages of an older copy of it where one is named.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use crc32fast::Hasher;

use crate::archive::{Manifest, copy_pages};
use crate::domain::Counts;
use crate::frontier::{Frontier as _, Restore, RestoreError, SledFrontier};
use crate::profile::Profile;
use crate::store::{StoreDirectory, UnfinishedStore};

use super::super::Exit;
use super::super::assemble;
use super::super::command;
use super::super::dump::{CHECKSUM, Checksum, HEADER, HEADER_VERSION, Header};
use super::super::exit::{Failure, chain};
use super::super::output::{print, tell};
use super::super::voice::Voice;
use super::off_the_runtime;

/// What to do about a dump that is not taken.
const HINT: &str = "nothing was restored; dump the store again, or take another dump";

/// Makes a store of a dump.
pub(super) async fn run(
    dump: &Path,
    new: &Path,
    pages_of: Option<&Path>,
    voice: Voice,
) -> Result<Exit, Failure> {
    let mut lines = Lines { reader: open(dump)?, text: String::new(), number: 0, crc32: Hasher::new() };
    let header = header(&mut lines)?;
    // A profile that does not load would make a store that does not go on.
    Profile::from_text(&format!("the profile in {}", dump.display()), &header.profile_text)?;
    // Its lock keeps crawls out of the archive while it is copied.
    let pages_of = pages_of.map(|path| old_store(path, &header.manifest)).transpose()?;

    let unfinished = UnfinishedStore::begin(new)?;
    if let Some(old) = &pages_of {
        let (from, to) = (old.archive(), unfinished.archive());
        off_the_runtime(move || copy_pages(&from, &to)).await?;
    }
    header.manifest.write(unfinished.path())?;
    unfinished.remember_profile(&header.profile_text)?;
    let frontier = SledFrontier::open(&unfinished.frontier(), assemble::clock())?;
    let restored = take_in(&frontier, &mut lines).await;
    let closed = frontier.close().await;
    let counts = restored?;
    closed?;
    unfinished.finish()?;

    let (verify, crawl) = (command::on_store("verify", new), command::on_store("crawl", new));
    let Counts { stored, absent, references, .. } = counts;
    let known = counts.known();
    print(&format!("restored {known} IDs: {stored} stored, {absent} absent, {references} references\n"))?;
    if pages_of.is_none() {
        tell(
            "a dump holds no pages: --archive brings those of the old store, and without them the new one can be read but not crawled into",
        );
    } else if voice > Voice::Quiet {
        tell(&format!("next: {verify}, then {crawl} goes on"));
    }
    Ok(Exit::Closed)
}

/// The lines of a dump with their numbers.
struct Lines {
    reader: Box<dyn BufRead>,
    text: String,
    number: u64,
    /// Of the lines before the last one.
    crc32: Hasher,
}

impl Lines {
    /// The next line; `None` at the end.
    fn next(&mut self) -> Result<Option<&str>, Failure> {
        self.crc32.update(self.text.as_bytes());
        self.text.clear();
        self.number += 1;
        match self.reader.read_line(&mut self.text) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(self.text.trim_end())),
            Err(error) => Err(self.fault(error)),
        }
    }

    /// What is wrong with the line that came last.
    fn fault(&self, detail: impl std::fmt::Display) -> Failure {
        Failure::new(Exit::Store, format!("the dump cannot be used: line {}: {detail}", self.number), HINT)
    }
}

fn open(dump: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if dump == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(dump).map_err(|error| {
        let text = format!("`{}` cannot be read: {error}", dump.display());
        Failure::new(Exit::Usage, text, "name a file that `anafora dump` wrote, or `-` for standard input")
    })?;
    Ok(Box::new(BufReader::new(file)))
}

fn header(lines: &mut Lines) -> Result<Header, Failure> {
    let header = lines.next()?.map(serde_json::from_str::<Header>);
    match header {
        Some(Ok(header)) if header.line == HEADER && header.v == HEADER_VERSION => Ok(header),
        Some(Ok(header)) => Err(lines.fault(format!("it is a `{}` of version {}", header.line, header.v))),
        Some(Err(error)) => Err(lines.fault(format!("it is not the header of a dump: {error}"))),
        None => Err(lines.fault("it is missing: the dump is empty")),
    }
}

fn old_store(path: &Path, manifest: &Manifest) -> Result<StoreDirectory, Failure> {
    let old = StoreDirectory::open_to_read(path)?;
    // A damaged manifest is no obstacle: the dump holds a whole one.
    match Manifest::read(old.path()) {
        Ok(Some(other)) if other.profile != manifest.profile => {
            let (other, ours) = (other.profile, &manifest.profile);
            let text =
                format!("`{}` holds pages of the profile `{other}`, the dump is of `{ours}`", path.display());
            Err(Failure::new(Exit::Store, text, "name the store that was dumped, or a copy of it"))
        }
        _ => Ok(old),
    }
}

async fn take_in(frontier: &SledFrontier, lines: &mut Lines) -> Result<Counts, Failure> {
    let mut restore = Restore::into(frontier);
    while let Some(line) = lines.next()? {
        if let Some(crc32) = checksum(line) {
            if lines.crc32.clone().finalize() != crc32 || lines.next()?.is_some() {
                return Err(lines.fault("the lines of the dump are not those that were written"));
            }
            restore.finish().await.map_err(as_failure)?;
            return Ok(frontier.counts().await?);
        }
        restore.line(line).await.map_err(as_failure)?;
    }
    restore.finish().await.map_err(as_failure)?;
    Err(lines.fault("it is missing: it would hold the dump's checksum"))
}

/// The checksum in the last line of a dump; `None` where it is another line.
fn checksum(line: &str) -> Option<u32> {
    let last = serde_json::from_str::<Checksum>(line).ok()?;
    (last.line == CHECKSUM && last.v == HEADER_VERSION).then_some(last.crc32)
}

/// Lines are counted with the header, as an editor counts them.
fn as_failure(error: RestoreError) -> Failure {
    match error {
        RestoreError::Line { line, detail } => {
            let text = format!("the dump cannot be used: line {}: {detail}", line + 1);
            Failure::new(Exit::Store, text, HINT)
        }
        RestoreError::Store(error) => error.into(),
        RestoreError::NotEmpty => Failure::new(Exit::Unexpected, chain(&error), HINT),
    }
}
