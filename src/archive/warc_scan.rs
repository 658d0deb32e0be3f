//! Walks through the records of a WARC file and tells what a crash tore off from what was damaged later.

use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Seek as _};
use std::path::Path;

use super::ArchiveError;
use super::durable::{damaged, failed};
use super::warc_record::{Record, is_damage};

/// Where the whole records of a file end, and what stands behind them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// The length of all whole records.
    pub(super) end: u64,
    /// What is wrong with the bytes behind them; `None` where there are none.
    pub(super) torn: Option<String>,
}

/// Shows every whole record with its offset, in order.
pub(super) fn scan(
    path: &Path,
    visit: &mut dyn FnMut(u64, &Record) -> Result<(), ArchiveError>,
) -> Result<Scan, ArchiveError> {
    let file = File::open(path).map_err(failed("opening", path))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut end = 0;
    loop {
        match Record::read(&mut reader) {
            Ok(Some(record)) => visit(end, &record)?,
            Ok(None) => return Ok(Scan { end, torn: None }),
            Err(error) if is_damage(&error) => {
                if was_on_disk(path, end).map_err(failed("reading", path))? {
                    return Err(damaged(path, format!("the record at byte {end} is broken: {error}")));
                }
                return Ok(Scan { end, torn: Some(error.to_string()) });
            }
            Err(error) => return Err(failed("reading", path)(error)),
        }
        end = reader.stream_position().map_err(failed("reading", path))?;
    }
}

/// Shows every record that can still be read, in order, and passes over what is damaged; returns how many bytes that are.
pub(super) fn salvage(
    path: &Path,
    visit: &mut dyn FnMut(u64, &Record) -> Result<(), ArchiveError>,
) -> Result<u64, ArchiveError> {
    let file = File::open(path).map_err(failed("opening", path))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let (mut at, mut lost) = (0, 0);
    loop {
        match Record::read(&mut reader) {
            Ok(Some(record)) => {
                visit(at, &record)?;
                at = reader.stream_position().map_err(failed("reading", path))?;
            }
            Ok(None) => return Ok(lost),
            Err(error) if is_damage(&error) => {
                let next = find_record(path, at, |_| true).map_err(failed("reading", path))?;
                let end = fs::metadata(path).map_err(failed("reading", path))?.len();
                let next = next.unwrap_or(end);
                lost += next - at;
                at = next;
                reader.seek(io::SeekFrom::Start(at)).map_err(failed("reading", path))?;
            }
            Err(error) => return Err(failed("reading", path)(error)),
        }
    }
}

/// Whether a later record says that the bytes at `offset` were on disk when it was written.
///
/// Unsynced blocks reach the disk in any order, so whole records behind a broken one alone prove nothing.
fn was_on_disk(path: &Path, offset: u64) -> io::Result<bool> {
    Ok(find_record(path, offset, |record| record.durable_bytes() > offset)?.is_some())
}

/// Where the first whole record behind `offset` begins that is wanted.
fn find_record(path: &Path, offset: u64, wanted: impl Fn(&Record) -> bool) -> io::Result<Option<u64>> {
    const MEMBER_START: [u8; 3] = [0x1f, 0x8b, 0x08];
    let mut reader = BufReader::new(File::open(path)?);
    reader.seek(io::SeekFrom::Start(offset + 1))?;
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    let starts = rest.windows(3).enumerate().filter(|(_, bytes)| *bytes == MEMBER_START);
    for (start, _) in starts {
        let mut input = rest.get(start..).unwrap_or_default();
        if let Ok(Some(record)) = Record::read(&mut input)
            && wanted(&record)
        {
            return Ok(Some(offset + 1 + start as u64));
        }
    }
    Ok(None)
}

/// The WARC files of a directory in the order in which they were begun, with their numbers.
pub(super) fn warc_files(directory: &Path) -> Result<Vec<(u32, String)>, ArchiveError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed("reading", directory))? {
        let name = entry.map_err(failed("reading", directory))?.file_name();
        if let Some(name) = name.to_str()
            && let Some(number) = file_number(name)
        {
            files.push((number, name.to_owned()));
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// The name of the file with this number.
pub(super) fn file_name(number: u32) -> String {
    format!("anafora-{number:05}.warc.gz")
}

/// The number of a file, where it is one of ours.
pub(super) fn file_number(name: &str) -> Option<u32> {
    let number = name.strip_prefix("anafora-")?.strip_suffix(".warc.gz")?.parse().ok()?;
    (file_name(number) == name).then_some(number)
}
