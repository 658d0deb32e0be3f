//! Files that are on disk when a call returns, and errors that name them.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use super::ArchiveError;

/// Puts an action and a file's name before what the system said.
pub(super) fn failed(action: &'static str, file: &Path) -> impl FnOnce(io::Error) -> ArchiveError {
    let file = shown(file);
    move |source| ArchiveError::Io { action, file, source }
}

/// What was found in a file that should not be so.
pub(super) fn damaged(file: &Path, detail: impl Into<String>) -> ArchiveError {
    ArchiveError::Damaged { file: shown(file), detail: detail.into() }
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

/// Writes a new file and returns when its bytes are on disk; its name is only after [`sync_directory`].
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(failed("writing", path))
}

/// Puts a file in the place of whatever has its name, whole or not at all.
pub(super) fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let unfinished = path.with_extension("unfinished");
    write_file(&unfinished, bytes)?;
    fs::rename(&unfinished, path).map_err(failed("renaming", path))?;
    path.parent().map_or(Ok(()), sync_directory)
}

/// Returns when the names in a directory are on disk.
pub(super) fn sync_directory(path: &Path) -> Result<(), ArchiveError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(failed("syncing", path))
}

/// Makes a directory with its parents; its name is on disk when this returns.
pub(super) fn create_directory(path: &Path) -> Result<(), ArchiveError> {
    fs::create_dir_all(path).map_err(failed("creating", path))?;
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync_directory)
}

/// Runs what blocks on files away from the threads that must not wait.
pub(super) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, ArchiveError> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| Err(failed("writing", Path::new("archive"))(io::Error::other(error))))
}
