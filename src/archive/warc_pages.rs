//! Reads the WARC files of a crawl one capture at a time, by the places that commits point to, or all through.

use std::fs::{self, File};
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::ArchiveError;
use super::address;
use super::durable::{damaged, failed};
use super::warc_capture::{as_archive_error, read_capture};
use super::warc_scan::{file_name, file_number, scan, warc_files};
use crate::domain::{ArchiveRef, Capture, PageRef};

/// The WARC files of a crawl, read only, without an index.
#[derive(Clone, Debug)]
pub struct WarcPages {
    directory: PathBuf,
}

/// What a walk through all files of an archive has found.
#[derive(Debug, Default)]
pub struct Survey {
    /// How many files there are.
    pub files: u64,
    /// How long they are together.
    pub bytes: u64,
    /// How many captures they hold, those without a commit included.
    pub captures: u64,
    /// How many bytes a crash left of a record at the end of the last file. No fault: nothing was acknowledged that is
    /// in them, and the next crawl cuts them off.
    pub torn_bytes: u64,
    /// What is damaged: of each file what was met first.
    pub damages: Vec<ArchiveError>,
}

impl WarcPages {
    /// The files in this directory.
    #[must_use]
    pub fn of(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// Reads the capture at a place, with every digest verified. Blocks meanwhile.
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

    /// Reads the page that a commit points to; `None` where the commit was made without an archive.
    ///
    /// # Errors
    ///
    /// `Damaged` where it is not the page that was committed under this ID.
    pub fn read(&self, id: &str, page: &PageRef) -> Result<Option<Capture>, ArchiveError> {
        let Some(place) = &page.archive else { return Ok(None) };
        let capture = self.read_at(place)?;
        if capture.digest() == page.digest && capture.id.as_str() == id {
            return Ok(Some(capture));
        }
        let detail =
            format!("at byte {} is `{}`, not what was committed as `{id}`", place.offset, capture.id);
        Err(damaged(&self.directory.join(&place.file), detail))
    }

    /// Goes once through every record of every file, in order. Blocks meanwhile.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read; what is damaged stands in the survey.
    pub fn survey(&self) -> Result<Survey, ArchiveError> {
        let mut survey = Survey::default();
        let files = warc_files(&self.directory)?;
        let last = files.last().map(|(number, _)| *number);
        let mut expected = 1;
        for (number, name) in files {
            let path = self.directory.join(&name);
            // Files are numbered without a gap.
            for missing in expected..number {
                survey.damages.push(damaged(&self.directory.join(file_name(missing)), "it is missing"));
            }
            expected = number.saturating_add(1);
            let length = fs::metadata(&path).map_err(failed("reading", &path))?.len();
            survey.files += 1;
            survey.bytes += length;
            let scanned = scan(&path, &mut |offset, record| {
                if !record.is_intact() {
                    return Err(damaged(&path, format!("the record at byte {offset} has not its digest")));
                }
                survey.captures += u64::from(address::described(record.field("WARC-Target-URI")).is_some());
                Ok(())
            });
            match scanned {
                Ok(found) if found.torn.is_some() && Some(number) != last => {
                    let detail = format!("it ends at byte {} in a torn record", found.end);
                    survey.damages.push(damaged(&path, detail));
                }
                Ok(found) => survey.torn_bytes += length - found.end,
                Err(error @ ArchiveError::Damaged { .. }) => survey.damages.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(survey)
    }
}
