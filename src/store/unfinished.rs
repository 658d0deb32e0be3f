//! A store that comes to be beside its place and moves there whole: nobody ever opens half of one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{
    StoreDirectory, StoreError, io_error, lock, make_parts, sync_directory, write_format, write_whole,
};

/// What may stand in the directory of a store that was never finished.
const PARTS: [&str; 8] =
    ["lock", "frontier", "archive", "evidence", "run", "profile.toml", "manifest.json", "FORMAT.new"];

/// A store that is being made. Dropped unfinished, it is removed. What a killed process left of one has no format file, so
/// that it does not open as a store, and is removed when the next one for the same place begins. The format file is
/// written last, a moment before the move: where only the move is missing, the store is whole and is left alone.
#[derive(Debug)]
pub struct UnfinishedStore {
    place: PathBuf,
    path: PathBuf,
    /// Locked as long as it is open. `None` once the store is finished.
    lock: Option<File>,
}

impl UnfinishedStore {
    /// Begins a store for a place where nothing is, or an empty directory.
    ///
    /// # Errors
    /// Where something is there already, or another process makes a store for this place.
    pub fn begin(place: &Path) -> Result<Self, StoreError> {
        if !is_free(place)? {
            return Err(StoreError::Taken { path: place.to_owned() });
        }
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let path = place.with_file_name(name);
        fs::create_dir_all(&path).map_err(|source| io_error("making", &path, source))?;
        let is_ours = |name: &String| {
            let is_part = |name: &str| PARTS.contains(&name);
            is_part(name) || name.strip_suffix(".new").is_some_and(is_part)
        };
        if !names(&path)?.iter().all(is_ours) {
            return Err(StoreError::Taken { path });
        }
        let lock = lock(&path)?;
        for name in names(&path)?.iter().filter(|name| *name != "lock") {
            remove(&path.join(name))?;
        }
        make_parts(&path)?;
        Ok(Self { place: place.to_owned(), path, lock: Some(lock) })
    }

    /// Where it is as long as it is not finished.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its frontier is.
    #[must_use]
    pub fn frontier(&self) -> PathBuf {
        self.path.join("frontier")
    }

    /// Where its pages are.
    #[must_use]
    pub fn archive(&self) -> PathBuf {
        self.path.join("archive")
    }

    /// Keeps the profile.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn remember_profile(&self, text: &str) -> Result<(), StoreError> {
        write_whole(&self.path.join("profile.toml"), text)
    }

    /// Makes it a store and moves it to its place. Nobody may have its frontier or archive open any more.
    ///
    /// # Errors
    /// Where something has come to its place meanwhile, or the disk fails.
    pub fn finish(mut self) -> Result<StoreDirectory, StoreError> {
        write_format(&self.path)?;
        // The system puts a directory in the place of an empty one, and of nothing else.
        fs::rename(&self.path, &self.place).map_err(|source| match source.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                StoreError::Taken { path: self.place.clone() }
            }
            _ => io_error("renaming", &self.path, source),
        })?;
        let lock = self.lock.take();
        sync_directory(parent(&self.place))?;
        match lock {
            Some(lock) => StoreDirectory::with_lock(&self.place, lock),
            None => StoreDirectory::open(&self.place),
        }
    }
}

impl Drop for UnfinishedStore {
    fn drop(&mut self) {
        if self.lock.is_some()
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!("`{}` could not be removed: {error}", self.path.display());
        }
    }
}

fn is_free(place: &Path) -> Result<bool, StoreError> {
    match names(place) {
        Ok(names) => Ok(names.is_empty()),
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

fn names(directory: &Path) -> Result<Vec<String>, StoreError> {
    let entries = fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|source| io_error("reading", directory, source))?;
    Ok(entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

fn remove(path: &Path) -> Result<(), StoreError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_err(|source| io_error("removing", path, source))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_in_its_place_when_it_is_finished_and_not_before() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("store");
        let unfinished = UnfinishedStore::begin(&place).unwrap();
        unfinished.remember_profile("language = 1").unwrap();
        assert!(!place.exists());
        assert!(!StoreDirectory::is_one(unfinished.path()));
        let store = unfinished.finish().unwrap();
        assert_eq!(store.profile_text().unwrap().unwrap(), "language = 1");
        assert!(matches!(StoreDirectory::open(&place), Err(StoreError::InUse { .. })));
        drop(store);
        StoreDirectory::open(&place).unwrap();
        assert_eq!(names(directory.path()).unwrap(), ["store"]);
    }

    #[test]
    fn an_unfinished_store_leaves_nothing_and_what_is_left_of_a_killed_one_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("store");
        drop(UnfinishedStore::begin(&place).unwrap());
        assert!(names(directory.path()).unwrap().is_empty());
        let partial = directory.path().join("store.partial");
        fs::create_dir_all(partial.join("frontier")).unwrap();
        fs::write(partial.join("frontier/db"), "half").unwrap();
        fs::write(partial.join("lock"), "77777\n").unwrap();
        fs::write(partial.join("profile.toml.new"), "langu").unwrap();
        fs::write(partial.join("FORMAT.new"), "anaf").unwrap();
        assert!(matches!(StoreDirectory::open(&partial), Err(StoreError::NotAStore { .. })));
        let store = UnfinishedStore::begin(&place).unwrap();
        assert!(!store.frontier().join("db").exists());
        store.finish().unwrap();
    }

    #[test]
    fn nothing_is_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let taken = |path: &Path| matches!(UnfinishedStore::begin(path), Err(StoreError::Taken { .. }));
        let full = directory.path().join("full");
        fs::create_dir(&full).unwrap();
        fs::write(full.join("thesis.txt"), "years of work").unwrap();
        assert!(taken(&full));
        assert!(taken(&full.join("thesis.txt")));
        let beside = directory.path().join("store.partial");
        fs::create_dir(&beside).unwrap();
        fs::write(beside.join("thesis.txt"), "years of work").unwrap();
        assert!(taken(&directory.path().join("store")));
        assert!(beside.join("thesis.txt").exists());

        let late = directory.path().join("late");
        fs::create_dir(&late).unwrap();
        let unfinished = UnfinishedStore::begin(&late).unwrap();
        fs::write(late.join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(unfinished.finish(), Err(StoreError::Taken { .. })));
        assert_eq!(names(directory.path()).unwrap().len(), 3, "the unfinished one is removed");
    }
}
