//! The directory that a durable crawl keeps: its format, its lock, its profile, and where each part of it lives.
//!
//! `FORMAT` is looked at before anything else. The database would open the directory of another version silently, as an
//! empty one.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind::{NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

mod unfinished;

pub use unfinished::UnfinishedStore;

/// The version of the layout that this program reads and writes.
const FORMAT_VERSION: u32 = 1;

/// What the format file says in front of the version.
const FORMAT_WORDS: &str = "anafora store ";

/// A store directory that this process alone has, until it is dropped.
#[derive(Debug)]
pub struct StoreDirectory {
    path: PathBuf,
    /// Locked as long as it is open: the lock ends with the process, however that ends.
    _lock: File,
}

impl StoreDirectory {
    /// Opens a store that is there.
    ///
    /// # Errors
    /// Where there is none, it has another format, or another process has it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        match read_text(&path.join("FORMAT"))? {
            None => Err(StoreError::NotAStore { path: path.to_owned() }),
            Some(format) => check_format(path, &format),
        }?;
        Self::with_lock(path, lock(path)?)
    }

    /// Opens a store whose pages, profile and manifest alone are read: it may be one that cannot be written, as on a
    /// failing disk.
    ///
    /// # Errors
    /// As those of [`Self::open`].
    pub fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        match Self::open(path) {
            Err(StoreError::Io { source, .. })
                if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) =>
            {
                Ok(Self { path: path.to_owned(), _lock: lock_unwritten(path)? })
            }
            opened => opened,
        }
    }

    /// Opens a store, or makes one where there is nothing yet.
    ///
    /// # Errors
    /// Where something else is there, it has another format, or another process has it.
    pub fn create_or_open(path: &Path) -> Result<Self, StoreError> {
        let format = path.join("FORMAT");
        if read_text(&format)?.is_some() {
            return Self::open(path);
        }
        fs::create_dir_all(path).map_err(|source| io_error("making", path, source))?;
        if !is_empty(path)? {
            return Err(StoreError::NotEmpty { path: path.to_owned() });
        }
        let lock = lock(path)?;
        // Another process may have made it since we looked; only the holder of the lock writes.
        match read_text(&format)? {
            Some(text) => check_format(path, &text)?,
            None => write_format(path)?,
        }
        Self::with_lock(path, lock)
    }

    /// Whether there is a store, of whatever format.
    #[must_use]
    pub fn is_one(path: &Path) -> bool {
        path.join("FORMAT").is_file()
    }

    fn with_lock(path: &Path, lock: File) -> Result<Self, StoreError> {
        make_parts(path)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The directory itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the frontier is.
    #[must_use]
    pub fn frontier(&self) -> PathBuf {
        self.path.join("frontier")
    }

    /// Where the pages are.
    #[must_use]
    pub fn archive(&self) -> PathBuf {
        self.path.join("archive")
    }

    /// Where what was seen of failed look-ups is.
    #[must_use]
    pub fn evidence(&self) -> PathBuf {
        evidence_of(&self.path)
    }

    /// Where the requests of the day are counted.
    #[must_use]
    pub fn quota(&self) -> PathBuf {
        self.path.join("quota.json")
    }

    /// Where what belongs to running processes is.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.path.join("run")
    }

    /// The profile that the store was made with or last used with; `None` before the first use.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn profile_text(&self) -> Result<Option<String>, StoreError> {
        read_text(&self.path.join("profile.toml"))
    }

    /// Keeps the profile, so that a crawl goes on without being told it again.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn remember_profile(&self, text: &str) -> Result<(), StoreError> {
        write_whole(&self.path.join("profile.toml"), text)
    }
}

/// Where what was seen of failed look-ups is, in the store of this directory.
#[must_use]
pub fn evidence_of(store: &Path) -> PathBuf {
    store.join("evidence")
}

/// Why a store directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store.
    #[error("`{}` is not a store", path.display())]
    NotAStore {
        /// The directory.
        path: PathBuf,
    },
    /// Something else is there.
    #[error("`{}` is not empty and not a store", path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// Something is there already, where a new store should come to be.
    #[error("`{}` is there already and is not empty", path.display())]
    Taken {
        /// The directory.
        path: PathBuf,
    },
    /// Another version of this program made it.
    #[error("this store has format {found}, this anafora reads {FORMAT_VERSION}")]
    UnknownFormat {
        /// The directory.
        path: PathBuf,
        /// What the store says.
        found: String,
    },
    /// Another process has it.
    #[error("another anafora has this store open (pid {pid})")]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The process, or `unknown` where it has not written its number yet.
        pid: String,
    },
    /// A file could not be read or written.
    #[error("{action} `{}` failed: {source}", path.display())]
    Io {
        /// What was tried, as in `writing`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl StoreError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotAStore { .. } => "start a crawl with `--data` and this directory to make one".into(),
            Self::NotEmpty { .. } | Self::Taken { .. } => {
                "give `--data` a directory that is empty or does not exist yet".into()
            }
            Self::UnknownFormat { path, .. } => {
                format!("use the anafora that made `{}`, or another directory", path.display())
            }
            Self::InUse { pid, .. } => format!("wait until process {pid} has ended, or stop it with Ctrl-C"),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::InvalidData => {
                "the file is damaged: do not write to it, and bring the directory back from a copy".into()
            }
            Self::Io { .. } => "look at the permissions and at the space that is left".into(),
        }
    }
}

fn write_format(path: &Path) -> Result<(), StoreError> {
    write_whole(&path.join("FORMAT"), &format!("{FORMAT_WORDS}{FORMAT_VERSION}\n"))
}

fn check_format(path: &Path, text: &str) -> Result<(), StoreError> {
    let found = text.trim_end().strip_prefix(FORMAT_WORDS);
    if found.and_then(|found| found.parse().ok()) == Some(FORMAT_VERSION) {
        return Ok(());
    }
    let shown: String = text.trim().chars().take(40).collect();
    let found = found.map_or_else(|| format!("`{shown}`"), str::to_owned);
    Err(StoreError::UnknownFormat { path: path.to_owned(), found })
}

/// Takes the lock and writes our number into it, for whoever comes second.
fn lock(path: &Path) -> Result<File, StoreError> {
    let file_path = path.join("lock");
    let failed = |action| {
        let path = file_path.clone();
        move |source| StoreError::Io { action, path, source }
    };
    let options = File::options().read(true).write(true).create(true).truncate(false).open(&file_path);
    let mut file = options.map_err(failed("opening"))?;
    try_lock(path, &mut file)?;
    file.set_len(0).map_err(failed("writing"))?;
    writeln!(file, "{}", std::process::id()).map_err(failed("writing"))?;
    Ok(file)
}

/// Takes the lock of a store that cannot be written. Our number is not in it then.
fn lock_unwritten(path: &Path) -> Result<File, StoreError> {
    let file_path = path.join("lock");
    let mut file = File::open(&file_path).map_err(|source| io_error("opening", &file_path, source))?;
    try_lock(path, &mut file)?;
    Ok(file)
}

fn try_lock(path: &Path, file: &mut File) -> Result<(), StoreError> {
    let failed = |action| move |source| io_error(action, &path.join("lock"), source);
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            file.read_to_string(&mut pid).map_err(failed("reading"))?;
            let pid = if pid.trim().is_empty() { "unknown" } else { pid.trim() };
            Err(StoreError::InUse { path: path.to_owned(), pid: pid.to_owned() })
        }
        Err(TryLockError::Error(source)) => Err(failed("locking")(source)),
    }
}

/// Makes the directories of a store that are not there.
fn make_parts(path: &Path) -> Result<(), StoreError> {
    for part in ["frontier", "archive", "evidence", "run"].map(|part| path.join(part)) {
        fs::create_dir_all(&part).map_err(|source| io_error("making", &part, source))?;
    }
    sync_directory(path)
}

/// Whether nothing but our own lock is there.
fn is_empty(path: &Path) -> Result<bool, StoreError> {
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|source| io_error("reading", path, source))?;
    // A half-written format file is what a power cut leaves of a store that was just being made.
    Ok(entries.iter().all(|entry| entry.file_name() == "lock" || entry.file_name() == "FORMAT.new"))
}

fn read_text(path: &Path) -> Result<Option<String>, StoreError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        // Where a file has the directory's name, there is no store either.
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(source) => Err(io_error("reading", path, source)),
    }
}

/// Writes a file so that a power cut leaves the old text or the new one.
fn write_whole(path: &Path, text: &str) -> Result<(), StoreError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let unfinished = path.with_file_name(name);
    let written = File::create(&unfinished).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|source| io_error("writing", path, source))?;
    path.parent().map_or(Ok(()), sync_directory)
}

fn sync_directory(path: &Path) -> Result<(), StoreError> {
    let synced = File::open(path).and_then(|directory| directory.sync_all());
    synced.map_err(|source| io_error("syncing", path, source))
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> StoreError {
    StoreError::Io { action, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &Path) -> String {
        StoreDirectory::create_or_open(path).unwrap_err().to_string()
    }

    #[test]
    fn a_new_store_has_every_part_and_opens_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/store");
        assert!(matches!(StoreDirectory::open(&path), Err(StoreError::NotAStore { .. })));
        let store = StoreDirectory::create_or_open(&path).unwrap();
        for part in [store.frontier(), store.archive(), store.evidence(), store.run()] {
            assert!(part.is_dir(), "{}", part.display());
        }
        drop(store);
        assert_eq!(fs::read_to_string(path.join("FORMAT")).unwrap(), "anafora store 1\n");
        assert_eq!(StoreDirectory::open(&path).unwrap().path(), path);
    }

    #[test]
    fn a_store_remembers_its_profile() {
        let dir = tempfile::tempdir().unwrap();
        let store = StoreDirectory::create_or_open(dir.path()).unwrap();
        assert_eq!(store.profile_text().unwrap(), None);
        store.remember_profile("language = 0").unwrap();
        store.remember_profile("language = 1").unwrap();
        drop(store);
        let store = StoreDirectory::open(dir.path()).unwrap();
        assert_eq!(store.profile_text().unwrap().unwrap(), "language = 1");
    }

    #[test]
    fn another_format_is_refused_before_anything_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("FORMAT"), "anafora store 2\n").unwrap();
        assert_eq!(refusal(dir.path()), "this store has format 2, this anafora reads 1");
        fs::write(dir.path().join("FORMAT"), "sqlite\n").unwrap();
        assert_eq!(refusal(dir.path()), "this store has format `sqlite`, this anafora reads 1");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_with_something_else_in_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.txt"), "years of work").unwrap();
        assert_eq!(refusal(dir.path()), format!("`{}` is not empty and not a store", dir.path().display()));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_second_process_is_told_which_one_has_the_store() {
        let dir = tempfile::tempdir().unwrap();
        let first = StoreDirectory::create_or_open(dir.path()).unwrap();
        let pid = std::process::id();
        assert_eq!(refusal(dir.path()), format!("another anafora has this store open (pid {pid})"));
        drop(first);
        StoreDirectory::open(dir.path()).unwrap();
    }

    #[test]
    fn a_store_that_was_just_being_made_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("FORMAT.new"), "anaf").unwrap();
        fs::write(dir.path().join("lock"), "77777\n").unwrap();
        StoreDirectory::create_or_open(dir.path()).unwrap();
    }
}
