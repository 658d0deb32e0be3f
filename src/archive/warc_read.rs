//! Finds captures in the WARC files of a crawl, from descriptions and untouched bytes alone.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::durable::{damaged, failed};
use super::manifest::MANIFEST_FILE;
use super::warc::{COMMITTED, Commitment};
use super::warc_capture::{as_archive_error, read_capture};
use super::warc_scan::{file_number, scan, warc_files};
use super::{ArchiveError, Manifest, Recording};
use crate::domain::{ArchiveRef, Capture, PageRef};

/// The WARC files of a crawl, read only. May be open while a crawl goes on; it shows what was there when it was opened.
pub struct WarcRecording {
    directory: PathBuf,
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
                if record.field("WARC-Target-URI").starts_with(COMMITTED) {
                    let commitment: Commitment = serde_json::from_slice(record.block())
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
        Ok(Self { directory: directory.to_owned(), manifest, committed })
    }

    /// Reads the capture at a place, with every digest verified.
    ///
    /// # Errors
    ///
    /// `Damaged` where there is no whole capture at that place.
    pub fn read_at(&self, place: &ArchiveRef) -> Result<Capture, ArchiveError> {
        let path = self.directory.join(&place.file);
        if file_number(&place.file).is_none() {
            return Err(damaged(&path, "it is not a file of this archive"));
        }
        let mut file = File::open(&path).map_err(failed("opening", &path))?;
        file.seek(SeekFrom::Start(place.offset)).map_err(failed("reading", &path))?;
        let mut records = BufReader::with_capacity(1 << 16, file.take(place.length));
        read_capture(&mut records).map_err(|error| as_archive_error(&path, place.offset, error))
    }
}

impl Recording for WarcRecording {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn find(&self, id: &str) -> Result<Option<Capture>, ArchiveError> {
        let Some(page) = self.committed.get(id) else { return Ok(None) };
        let Some(place) = &page.archive else { return Ok(None) };
        let capture = self.read_at(place)?;
        if capture.digest() == page.digest && capture.id.as_str() == id {
            return Ok(Some(capture));
        }
        let detail =
            format!("at byte {} is `{}`, not what was committed as `{id}`", place.offset, capture.id);
        Err(damaged(&self.directory.join(&place.file), detail))
    }
}
