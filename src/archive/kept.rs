//! The pages of an earlier crawl as the archive of a new one: nothing is written, what is there is pointed to again.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use super::durable::{create_directory, damaged, failed, sync_directory};
use super::warc_scan::warc_files;
use super::{Archive, ArchiveError, WarcRecording};
use crate::domain::{Capture, DocumentId, PageRef, State};

/// Answers every capture with the place at which a recording has it.
pub struct Kept {
    recording: Arc<WarcRecording>,
}

impl Kept {
    /// Points into this recording.
    #[must_use]
    pub const fn new(recording: Arc<WarcRecording>) -> Self {
        Self { recording }
    }
}

#[async_trait]
impl Archive for Kept {
    async fn keep(&self, capture: &Capture) -> Result<PageRef, ArchiveError> {
        let id = capture.id.as_str();
        match self.recording.committed(id) {
            Some(page) if page.digest == capture.digest() => Ok(page.clone()),
            _ => Err(damaged(Path::new(id), "the archive holds no such capture")),
        }
    }

    async fn committed(&self, _: &DocumentId, _: &PageRef, _: State) -> Result<(), ArchiveError> {
        Ok(())
    }
}

/// Copies the WARC files of an archive into another directory; they are on disk when this returns. Blocks meanwhile.
///
/// Links would not do: whoever opens an archive cuts off what a crash tore, and goes on in its last file.
///
/// # Errors
///
/// Where a file cannot be read or written.
pub fn copy_pages(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    create_directory(to)?;
    for (_, name) in warc_files(from)? {
        let (source, target) = (from.join(&name), to.join(&name));
        fs::copy(&source, &target).map_err(failed("copying", &source))?;
        let synced = fs::File::open(&target).and_then(|file| file.sync_all());
        synced.map_err(failed("syncing", &target))?;
    }
    sync_directory(to)
}

#[cfg(test)]
mod tests {
    use super::super::contract::{clock, keep_and_commit, manifest, page};
    use super::super::{Recording as _, WarcArchive, WarcPages};
    use super::*;

    #[tokio::test]
    async fn what_was_committed_is_pointed_to_in_a_copy_and_nothing_else_is() {
        let directory = tempfile::tempdir().unwrap();
        let [old, new] = ["old", "new"].map(|name| directory.path().join(name));
        manifest().write(&create(&old)).unwrap();
        let archive = WarcArchive::open(&old, manifest(), clock()).unwrap();
        keep_and_commit(&archive, &page("A-1", "first")).await;
        keep_and_commit(&archive, &page("A-1", "second")).await;
        archive.keep(&page("A-2", "never committed")).await.unwrap();
        drop(archive);

        copy_pages(&old, &new).unwrap();
        manifest().write(&new).unwrap();
        let recording = Arc::new(WarcRecording::open(&new).unwrap());
        let kept = Kept::new(Arc::clone(&recording));
        let found = recording.find("A-1").unwrap().unwrap();
        let place = kept.keep(&found).await.unwrap();
        assert_eq!(WarcPages::of(&old).read("A-1", &place).unwrap(), Some(page("A-1", "second")));
        for other in [page("A-1", "first"), page("A-2", "never committed")] {
            assert!(kept.keep(&other).await.is_err());
        }
    }

    fn create(path: &Path) -> std::path::PathBuf {
        fs::create_dir_all(path).unwrap();
        path.to_owned()
    }
}
