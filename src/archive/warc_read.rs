//! Finds captures in the WARC files of a crawl, from descriptions and untouched bytes alone.

use std::collections::HashMap;
use std::path::Path;

use super::commitment::{COMMITTED, Commitment};
use super::durable::damaged;
use super::manifest::MANIFEST_FILE;
use super::warc_pages::WarcPages;
use super::warc_record::Record;
use super::warc_scan::{scan, warc_files};
use super::{ArchiveError, Manifest, Recording};
use crate::domain::{ArchiveRef, Capture, PageRef};

/// The WARC files of a crawl, read only. May be open while a crawl goes on; it shows what was there when it was opened.
pub struct WarcRecording {
    pages: WarcPages,
    manifest: Manifest,
    /// The page of the last commit of each ID.
    committed: HashMap<String, PageRef>,
}

impl WarcRecording {
    /// Opens the archive in a directory; its manifest is there or one directory above.
    ///
    /// Reads every file once, to find the commits. A torn end of the last one is passed over: a crash left it, and no commit
    /// points to it.
    ///
    /// # Errors
    ///
    /// `NotARecording` where manifest or files are missing, `Damaged` where a file is broken before its end.
    pub fn open(directory: &Path) -> Result<Self, ArchiveError> {
        let refused = |detail: String| ArchiveError::NotARecording {
            directory: directory.display().to_string(),
            detail,
        };
        let above = directory.parent().unwrap_or(directory);
        let manifest = match Manifest::read(directory)? {
            Some(manifest) => manifest,
            None => Manifest::read(above)?
                .ok_or_else(|| refused(format!("there is no `{MANIFEST_FILE}` in it or above it")))?,
        };
        let mut committed = HashMap::new();
        let files = warc_files(directory)?;
        if files.is_empty() {
            return Err(refused("there are no WARC files in it".to_owned()));
        }
        let last = files.last().map(|(number, _)| *number);
        for (number, file) in files {
            let path = directory.join(file);
            let found = scan(&path, &mut |offset, record| {
                if let Some(commitment) = commitment(record) {
                    let commitment = commitment
                        .map_err(|error| damaged(&path, format!("the record at byte {offset}: {error}")))?;
                    committed.insert(commitment.id, commitment.page);
                }
                Ok(())
            })?;
            if let Some(detail) = found.torn
                && Some(number) != last
            {
                return Err(damaged(
                    &path,
                    format!("it ends at byte {} in a torn record: {detail}", found.end),
                ));
            }
        }
        Ok(Self { pages: WarcPages::of(directory), manifest, committed })
    }

    /// Reads the capture at a place, with every digest verified.
    ///
    /// # Errors
    ///
    /// `Damaged` where there is no whole capture at that place.
    pub fn read_at(&self, place: &ArchiveRef) -> Result<Capture, ArchiveError> {
        self.pages.read_at(place)
    }

    /// The page of the last commit of an ID.
    #[must_use]
    pub fn committed(&self, id: &str) -> Option<&PageRef> {
        self.committed.get(id)
    }

    /// The IDs that have a committed page, in no order.
    pub fn committed_ids(&self) -> impl Iterator<Item = &str> {
        self.committed.keys().map(String::as_str)
    }
}

impl Recording for WarcRecording {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn find(&self, id: &str) -> Result<Option<Capture>, ArchiveError> {
        self.committed.get(id).map_or(Ok(None), |page| self.pages.read(id, page))
    }
}

/// What a record says about a commit; `None` where it speaks of something else.
pub(super) fn commitment(record: &Record) -> Option<serde_json::Result<Commitment>> {
    let is_one = record.field("WARC-Target-URI").starts_with(COMMITTED);
    is_one.then(|| serde_json::from_slice(record.block()))
}
