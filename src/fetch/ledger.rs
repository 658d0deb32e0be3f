//! Writes down which drivers run, so that the next start ends what a killed one left behind.
//!
//! The ledger is locked as long as its owner lives: a ledger that can be locked belongs to the dead. An entry is written
//! before the driver it speaks of is started.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::processes::{DriverProcesses, GONE_WITHIN, remove_directory};

/// The ledger's name in the run directory.
const FILE_NAME: &str = "ledger";

/// One line, for the ledger and for the guard alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    /// The run directory, for the guard to remove in the end.
    Household(PathBuf),
    /// A driver runs, or is about to; what is said later of the same directory holds.
    Live(DriverProcesses),
    /// The driver with this directory has ended and left nothing.
    Ended(PathBuf),
}

impl Entry {
    /// The entry as a line.
    pub(super) fn line(&self) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// Who is still there after a number of entries.
#[derive(Debug, Default)]
pub(super) struct Roll {
    household: Option<PathBuf>,
    live: BTreeMap<PathBuf, DriverProcesses>,
}

impl Roll {
    /// Takes one line in. A line that was cut off by a crash says nothing.
    pub(super) fn take(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(Entry::Household(directory)) => self.household = Some(directory),
            Ok(Entry::Live(processes)) => {
                self.live.insert(processes.directory.clone(), processes);
            }
            Ok(Entry::Ended(directory)) => {
                self.live.remove(&directory);
            }
            Err(_) => {}
        }
    }

    /// The run directory that is to be removed, if there is one.
    pub(super) fn household(&self) -> Option<&Path> {
        self.household.as_deref()
    }

    /// Ends all that is left and removes the directories; returns those that could not be ended.
    pub(super) fn reap(self) -> Vec<DriverProcesses> {
        for processes in self.live.values() {
            processes.kill();
        }
        self.live.into_values().filter(|processes| !reaped(processes)).collect()
    }
}

fn reaped(processes: &DriverProcesses) -> bool {
    let ended = processes.end(GONE_WITHIN).map_err(io::Error::other);
    match ended.and_then(|()| remove_directory(&processes.directory)) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(directory = %processes.directory.display(), %error, "a driver's remains stay");
            false
        }
    }
}

/// The ledger of a run directory, locked.
#[derive(Debug)]
pub(super) struct Ledger {
    file: File,
    /// How many of the entries it was opened with could not be dealt with.
    carried_over: usize,
}

impl Ledger {
    /// Takes the ledger of a run directory over, ends what it lists, and begins it anew. `None` where its owner lives.
    pub(super) fn open(run_directory: &Path) -> io::Result<Option<Self>> {
        let path = run_directory.join(FILE_NAME);
        let Some(mut file) = lock(&path)? else { return Ok(None) };
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let mut roll = Roll::default();
        for line in String::from_utf8_lossy(&text).lines() {
            roll.take(line);
        }
        let left = roll.reap();
        file.set_len(0)?;
        let mut ledger = Self { file, carried_over: left.len() };
        for processes in left {
            ledger.append(&Entry::Live(processes))?;
        }
        Ok(Some(ledger))
    }

    /// Writes an entry down, durably.
    pub(super) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.file.write_all(&entry.line()?)?;
        self.file.sync_data()
    }
}

/// Removes the run directory of a household that has ended, unless somebody lives in it or it holds other things.
/// What the ledger still lists is ended first.
pub(super) fn remove_household(run_directory: &Path) -> io::Result<()> {
    let path = run_directory.join(FILE_NAME);
    if path.exists() {
        match Ledger::open(run_directory)? {
            Some(Ledger { carried_over: 0, file }) => {
                fs::remove_file(&path)?;
                drop(file);
            }
            _ => return Ok(()),
        }
    }
    match fs::remove_dir(run_directory) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => {
            Ok(())
        }
        other => other,
    }
}

/// Opens a file, or makes it, and locks it. `None` where somebody else has it locked.
pub(super) fn lock(path: &Path) -> io::Result<Option<File>> {
    loop {
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // A guard may have removed the file between its opening and its locking: then the name means another file.
        let named = fs::metadata(path).map(|metadata| metadata.ino());
        if named.is_ok_and(|inode| file.metadata().is_ok_and(|metadata| metadata.ino() == inode)) {
            return Ok(Some(file));
        }
    }
}
