//! What can still be read of a damaged archive: every record that is whole, and nothing of what is not.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::warc_pages::WarcPages;
use super::warc_read::commitment;
use super::warc_scan::{salvage, warc_files};
use super::{ArchiveError, Manifest, Recording};
use crate::domain::{Capture, PageRef};

/// A recording without the captures that are damaged or gone.
pub struct Salvage {
    pages: WarcPages,
    manifest: Manifest,
    /// The page of the last commit of each ID whose note can be read.
    committed: HashMap<String, PageRef>,
    lost_bytes: u64,
}

impl Salvage {
    /// Goes through the files of a directory and passes over what is damaged. Blocks meanwhile.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read.
    pub fn of(directory: &Path, manifest: Manifest) -> Result<Self, ArchiveError> {
        let mut committed = HashMap::new();
        let mut lost_bytes = 0;
        for (_, file) in warc_files(directory)? {
            lost_bytes += salvage(&directory.join(file), &mut |_, record| {
                if let Some(Ok(commitment)) = commitment(record) {
                    committed.insert(commitment.id, commitment.page);
                }
                Ok(())
            })?;
        }
        Ok(Self { pages: WarcPages::of(directory), manifest, committed, lost_bytes })
    }

    /// How many bytes were passed over.
    #[must_use]
    pub const fn lost_bytes(&self) -> u64 {
        self.lost_bytes
    }

    /// The IDs that have a committed page, whether it can be read or not, in no order.
    pub fn committed_ids(&self) -> impl Iterator<Item = &str> {
        self.committed.keys().map(String::as_str)
    }
}

impl Recording for Salvage {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn find(&self, id: &str) -> Result<Option<Capture>, ArchiveError> {
        let Some(page) = self.committed.get(id) else { return Ok(None) };
        match self.pages.read(id, page) {
            Err(ArchiveError::Damaged { .. }) => Ok(None),
            Err(ArchiveError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::WarcArchive;
    use super::super::contract::{clock, keep_and_commit, manifest, page};
    use super::super::warc_file::WarcWriter;
    use super::super::warc_read::WarcRecording;
    use super::*;

    const IDS: [&str; 4] = ["A-1", "A-2", "A-3", "A-4"];

    fn found(directory: &Path) -> Vec<&'static str> {
        let salvage = Salvage::of(directory, manifest()).unwrap();
        let found = |id: &&&str| {
            salvage.find(id).unwrap().inspect(|found| assert_eq!(*found, page(id, id))).is_some()
        };
        IDS.iter().filter(found).copied().collect()
    }

    #[tokio::test]
    async fn a_flipped_byte_costs_the_capture_that_it_stands_in_and_no_other() {
        let directory = tempfile::tempdir().unwrap();
        manifest().write(directory.path()).unwrap();
        let archive = WarcArchive::open(directory.path(), manifest(), clock()).unwrap();
        for id in IDS {
            keep_and_commit(&archive, &page(id, id)).await;
        }
        drop(archive);
        assert_eq!(found(directory.path()), IDS);
        let file = directory.path().join("anafora-00001.warc.gz");
        let whole = fs::read(&file).unwrap();
        let mut damaged = 0;
        for offset in (0..whole.len()).step_by(23) {
            let mut flipped = whole.clone();
            flipped[offset] ^= 0x10;
            fs::write(&file, &flipped).unwrap();
            let found = found(directory.path());
            assert!(found.len() >= IDS.len() - 1, "the flip at {offset} left {found:?}");
            damaged += usize::from(WarcRecording::open(directory.path()).is_err());
        }
        assert!(damaged > 0, "no flip mattered to a reader that wants everything");
    }

    #[test]
    fn a_file_that_is_gone_costs_what_stood_in_it() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = WarcWriter::open(directory.path(), manifest(), clock(), 1).unwrap();
        for id in IDS {
            let place = writer.keep(&page(id, id)).unwrap();
            let note = serde_json::json!({ "id": id, "state": "stored", "digest": place.digest, "archive": place.archive });
            writer.note("urn:anafora:committed:x", &serde_json::to_vec(&note).unwrap()).unwrap();
            writer.sync().unwrap();
        }
        drop(writer);
        assert_eq!(found(directory.path()), IDS);
        fs::remove_file(directory.path().join("anafora-00003.warc.gz")).unwrap();
        assert_eq!(found(directory.path()).len(), 3);
    }
}
