//! How far the database had come, noted beside it: a damaged log may open as an earlier state that agrees with itself.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::super::FrontierError;
use super::super::record::{seal, unseal};
use super::tables::io_fault;

/// How long the note is: a checksum and a number.
const NOTE_BYTES: usize = 12;

/// A file with the number of changes that are on the platter.
///
/// It is written after each sync of the database and not synced itself. Whatever is left of it after a power cut is
/// thus true, if perhaps old: it never asks for more than the database must hold.
pub(super) struct Mark {
    file: File,
    path: PathBuf,
}

impl Mark {
    pub(super) fn open(dir: &Path) -> Result<Self, FrontierError> {
        let path = dir.join("revision");
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| io_fault("opening", &path, &error))?;
        Ok(Self { file, path })
    }

    /// The number of changes that the database had at least; 0 where none was noted yet.
    pub(super) fn read(&self) -> Result<u64, FrontierError> {
        let mut note = [0; NOTE_BYTES];
        match self.file.read_exact_at(&mut note, 0) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
            Err(error) => return Err(io_fault("reading", &self.path, &error)),
        }
        Ok(unseal(&note)?.try_into().map(u64::from_be_bytes).unwrap_or_default())
    }

    pub(super) fn write(&self, revision: u64) -> Result<(), FrontierError> {
        let note = seal(&revision.to_be_bytes());
        self.file.write_all_at(&note, 0).map_err(|error| io_fault("writing", &self.path, &error))
    }
}
