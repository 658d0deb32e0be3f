//! The tables as `sled` trees, and what it takes to open them and to bring them to the platter.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use sled::transaction::{TransactionError, Transactional, TransactionalTree};
use sled::{Batch, Db, Tree};

use super::super::FrontierError;
use super::super::draft::read;
use super::super::record::{TALLY, Tally, damaged};
use super::super::table::{Changes, Scan, Table, Tables};
use super::mark::Mark;
use super::panic_text;

/// How much memory the database may use to keep pages. It fills that before it lets any go, so that a larger cache looks
/// like a leak for thousands of documents; a crawl reads what it has just written, and needs little. A few MiB more are
/// kept all the same: it looks for pages to let go only at every 64th access in each of 256 parts.
const CACHE_BYTES: u64 = 2 * 1024 * 1024;

/// One tree a table.
pub(in crate::frontier) struct SledTables {
    /// In the order of [`Table::ALL`].
    trees: Vec<Tree>,
    database: Db,
    /// A descriptor of our own on the file that the database writes to.
    file: File,
    /// Where that file is.
    path: PathBuf,
    mark: Mark,
    is_dirty: bool,
    /// Why this store is not used any more.
    fault: Option<String>,
}

impl SledTables {
    /// Opens the database in a directory, or makes one there.
    pub(super) fn open(dir: &Path) -> Result<Self, FrontierError> {
        fs::create_dir_all(dir).map_err(|error| io_fault("making", dir, &error))?;
        // A snapshot that was being written when the power went prevents opening.
        for unfinished in snapshots(dir)?.iter().filter(|path| has_suffix(path, ".generating")) {
            fs::remove_file(unfinished).map_err(|error| io_fault("removing", unfinished, &error))?;
        }
        forget_half_made(dir)?;
        let database = match open_database(dir) {
            // It is always opened in the same way, so that what it was made with can only be damaged.
            Err(sled::Error::Unsupported(detail)) => return Err(damaged(format!("its `conf`: {detail}"))),
            Err(error @ (sled::Error::Corruption { .. } | sled::Error::ReportableBug(_))) => {
                set_snapshots_aside(dir)?;
                // Without a snapshot the whole log is read instead. Where that fails too, the first error says more.
                open_database(dir).map_err(|_| fault(error))?
            }
            opened => opened.map_err(fault)?,
        };
        let trees = Table::ALL.iter().map(|table| database.open_tree(table.name()).map_err(fault));
        let trees = trees.collect::<Result<_, _>>()?;
        let path = dir.join("db");
        let file = File::open(&path).map_err(|error| io_fault("opening", &path, &error))?;
        let mark = Mark::open(dir)?;
        for synced in [dir.join("conf"), dir.to_owned()] {
            sync_path(&synced)?;
        }
        let tables = Self { trees, database, file, path, mark, is_dirty: true, fault: None };
        let (found, known) = (tables.revision()?, tables.mark.read()?);
        if found < known {
            return Err(damaged(format!("it holds {found} changes, and {known} were made")));
        }
        Ok(tables)
    }

    /// Brings every change to the platter. Where that fails the store is not trusted any more.
    pub(super) fn sync(&mut self) {
        if self.fault.is_none()
            && let Err(error) = self.sync_all()
        {
            self.distrust(&detail(&error));
        }
    }

    /// Brings every change to the platter.
    pub(super) fn sync_all(&mut self) -> Result<(), FrontierError> {
        if self.is_dirty {
            self.database.flush().map_err(fault)?;
            self.file.sync_data().map_err(|error| io_fault("syncing", &self.path, &error))?;
            self.check_place().map_err(|error| io_fault("finding", &self.path, &error))?;
            self.mark.write(self.revision()?)?;
            self.is_dirty = false;
        }
        Ok(())
    }

    /// Whether its name still leads to this file: what is written to one that was removed is lost without an error.
    fn check_place(&self) -> io::Result<()> {
        let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        if place(fs::metadata(&self.path)?) == place(self.file.metadata()?) {
            return Ok(());
        }
        Err(io::Error::other("another file has taken its name"))
    }

    /// Refuses every call from now on.
    pub(super) fn distrust(&mut self, detail: &str) {
        self.fault.get_or_insert_with(|| format!("{detail}; it must be opened again"));
    }

    /// Closes the database, and waits until it has let go of its directory: threads of its own outlive it a little.
    pub(super) fn close(self) -> io::Result<()> {
        let Self { trees, database, file, fault, .. } = self;
        drop((trees, database));
        // After a fault such a thread may never end.
        if fault.is_none() { file.lock() } else { Ok(()) }
    }

    /// Why every call is refused.
    pub(super) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    fn revision(&self) -> Result<u64, FrontierError> {
        Ok(read::<_, Tally>(self, Table::Meta, TALLY)?.unwrap_or_default().revision)
    }

    fn tree(&self, table: Table) -> Result<&Tree, FrontierError> {
        match &self.fault {
            Some(detail) => Err(FrontierError::Store { detail: detail.clone() }),
            None => self.trees.get(table as usize).ok_or_else(|| damaged("a table is missing")),
        }
    }
}

impl Tables for SledTables {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, FrontierError> {
        Ok(self.tree(table)?.get(key).map_err(fault)?.map(|value| value.to_vec()))
    }

    fn scan(&self, table: Table, from: &[u8]) -> Scan<'_> {
        match self.tree(table) {
            Ok(tree) => Box::new(tree.range(from.to_vec()..).map(|pair| {
                let (key, value) = pair.map_err(fault)?;
                Ok((key.to_vec(), value.to_vec()))
            })),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), FrontierError> {
        let mut batches: Vec<Batch> = self.trees.iter().map(|_| Batch::default()).collect();
        for ((table, key), value) in changes {
            self.tree(*table)?;
            let Some(batch) = batches.get_mut(*table as usize) else { continue };
            match value {
                Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                None => batch.remove(key.as_slice()),
            }
        }
        self.is_dirty = true;
        let written = self.trees.as_slice().transaction(|trees: &Vec<TransactionalTree>| {
            for (tree, batch) in trees.iter().zip(&batches) {
                tree.apply_batch(batch)?;
            }
            Ok::<_, sled::transaction::ConflictableTransactionError<()>>(())
        });
        written.map_err(|error| {
            let error = match error {
                TransactionError::Storage(error) => fault(error),
                TransactionError::Abort(()) => damaged("a transaction was given up"),
            };
            self.distrust(&detail(&error));
            error
        })
    }
}

/// Opens the database alone.
fn open_database(dir: &Path) -> Result<Db, sled::Error> {
    let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES);
    catch_unwind(AssertUnwindSafe(|| config.open()))
        .unwrap_or_else(|panic| Err(sled::Error::ReportableBug(panic_text(panic.as_ref()))))
}

/// Removes what the making of a database left behind that came to its end before there was any data, as on a full disk:
/// `conf` is written first, and half of one prevents opening for good. Without data it says nothing.
fn forget_half_made(dir: &Path) -> Result<(), FrontierError> {
    let holds_data = fs::metadata(dir.join("db")).is_ok_and(|db| db.len() > 0);
    let conf = dir.join("conf");
    if holds_data || !conf.exists() {
        return Ok(());
    }
    fs::remove_file(&conf).map_err(|error| io_fault("removing", &conf, &error))
}

/// The snapshots of the log, finished or not.
fn snapshots(dir: &Path) -> Result<Vec<PathBuf>, FrontierError> {
    let entries = fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| io_fault("reading", dir, &error))?;
    let is_snapshot = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("snap.");
    Ok(entries.iter().filter(|entry| is_snapshot(entry)).map(fs::DirEntry::path).collect())
}

/// Renames snapshots so that the database does not see them, and a person can.
fn set_snapshots_aside(dir: &Path) -> Result<(), FrontierError> {
    for path in snapshots(dir)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let aside = path.with_file_name(format!("aside.{name}"));
        fs::rename(&path, &aside).map_err(|error| io_fault("setting aside", &path, &error))?;
    }
    Ok(())
}

pub(super) fn sync_path(path: &Path) -> Result<(), FrontierError> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| io_fault("syncing", path, &error))
}

fn has_suffix(path: &Path, suffix: &str) -> bool {
    path.to_string_lossy().ends_with(suffix)
}

pub(super) fn io_fault(action: &str, path: &Path, error: &io::Error) -> FrontierError {
    FrontierError::Store { detail: format!("{action} `{}` failed: {error}", path.display()) }
}

/// What an error says, without what its own kind adds.
fn detail(error: &FrontierError) -> String {
    match error {
        FrontierError::Store { detail } => detail.clone(),
        other => other.to_string(),
    }
}

/// What the system said. The database hands some errors on as the text of a Rust value; of those only the kind is told.
fn words(error: &io::Error) -> String {
    match error.kind() {
        kind if error.raw_os_error().is_none() && error.to_string().starts_with("Os {") => kind.to_string(),
        _ => error.to_string(),
    }
}

/// What an error of the database means.
fn fault(error: sled::Error) -> FrontierError {
    match error {
        sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => {
            FrontierError::Store { detail: "another process has it open".into() }
        }
        sled::Error::Io(error) => FrontierError::Store { detail: words(&error) },
        error @ sled::Error::Unsupported(_) => FrontierError::Store { detail: error.to_string() },
        error => damaged(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_in_words() {
        let full = io::Error::from_raw_os_error(28);
        let debugged = sled::Error::Io(io::Error::new(full.kind(), format!("{full:?}")));
        assert_eq!(fault(debugged).to_string(), "the store failed: no storage space");
        let plain = fault(sled::Error::Io(full)).to_string();
        assert_eq!(plain, "the store failed: No space left on device (os error 28)");
        let other = sled::Error::Io(io::Error::other("the log is too short"));
        assert_eq!(fault(other).to_string(), "the store failed: the log is too short");
    }
}
