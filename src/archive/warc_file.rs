//! The WARC file that grows: what goes into it, when the next one begins, and what a crash left of it.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::commitment::{COMMITTED, Commitment};
use super::durable::{create_directory, failed, sync_directory};
use super::warc_capture::{CaptureRecords, Surroundings};
use super::warc_dates::Dates;
use super::warc_record::{Draft, RecordType};
use super::warc_scan::{file_name, scan, warc_files};
use super::{ArchiveError, Manifest, address};
use crate::clock::Clock;
use crate::domain::{ArchiveRef, Capture, PageRef, Timestamp};

/// Appends captures to the last file of a directory.
pub(super) struct WarcWriter {
    directory: PathBuf,
    manifest: Manifest,
    clock: Arc<dyn Clock>,
    /// From this length on, the next capture begins a new file.
    file_bytes_max: u64,
    current: Current,
    health: Health,
    /// The commits that the file noted already when it was opened, by ID.
    noted: HashMap<String, Commitment>,
}

/// Whether it is known what the current file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Known,
    /// A sync failed, or what was written in part could not be taken back.
    Unknown,
}

impl WarcWriter {
    /// Goes on with the last file of a directory, without what a crash tore off its end.
    pub(super) fn open(
        directory: &Path,
        manifest: Manifest,
        clock: Arc<dyn Clock>,
        file_bytes_max: u64,
    ) -> Result<Self, ArchiveError> {
        create_directory(directory)?;
        let about = about_file(&manifest);
        let last = |files: Vec<(u32, String)>| files.last().map(|(number, _)| *number);
        let mut noted = HashMap::new();
        let reopened = match last(warc_files(directory)?) {
            Some(number) => Current::reopen(directory, number, &about, &mut noted)?,
            None => None,
        };
        let current = if let Some(current) = reopened {
            current
        } else {
            let number = last(warc_files(directory)?).unwrap_or(0) + 1;
            Current::begin(directory, number, &about, clock.now())?
        };
        let directory = directory.to_owned();
        Ok(Self { directory, manifest, clock, file_bytes_max, current, health: Health::Known, noted })
    }

    /// The commits that the file noted already when it was opened, by ID.
    pub(super) fn take_noted(&mut self) -> HashMap<String, Commitment> {
        std::mem::take(&mut self.noted)
    }

    /// Appends all records of a capture, or none. They are on disk after the next [`Self::sync`].
    pub(super) fn keep(&mut self, capture: &Capture) -> Result<PageRef, ArchiveError> {
        self.refuse_after_failure()?;
        if self.current.end >= self.file_bytes_max {
            self.sync()?;
            let number = self.current.number + 1;
            let about = about_file(&self.manifest);
            self.current = Current::begin(&self.directory, number, &about, self.clock.now())?;
        }
        let offset = self.current.end;
        let records = CaptureRecords::of(capture, &self.manifest);
        let surroundings = Surroundings {
            date: self.current.dates.date_for(&records.address, records.captured_at()),
            warcinfo: self.current.warcinfo,
            durable_bytes: self.current.durable,
        };
        let appended = records.write(surroundings, &mut |draft| self.current.append(draft));
        self.or_cut_back(offset, appended)?;
        let place =
            ArchiveRef { file: file_name(self.current.number), offset, length: self.current.end - offset };
        Ok(PageRef { digest: records.digest(), archive: Some(place) })
    }

    /// Appends a record about what became of a capture. Nothing depends on when it reaches the disk.
    pub(super) fn note(&mut self, target: &str, json: &[u8]) -> Result<(), ArchiveError> {
        self.refuse_after_failure()?;
        let offset = self.current.end;
        let appended = self.current.append(&Draft {
            record_type: RecordType::Metadata,
            record_id: Uuid::new_v4(),
            date: self.clock.now(),
            target,
            warcinfo: Some(self.current.warcinfo),
            concurrent_to: None,
            media_type: "application/json",
            durable_bytes: self.current.durable,
            block: json,
        });
        self.or_cut_back(offset, appended)
    }

    /// Returns when everything appended is on disk.
    pub(super) fn sync(&mut self) -> Result<(), ArchiveError> {
        self.refuse_after_failure()?;
        self.current.sync().and_then(|()| self.current.check_place()).map_err(|error| {
            // The system may forget the blocks that it failed to write: a second sync that succeeds proves nothing.
            self.health = Health::Unknown;
            failed("syncing", &self.current.path)(error)
        })
    }

    /// Takes back what was appended in part.
    fn or_cut_back(&mut self, offset: u64, appended: io::Result<()>) -> Result<(), ArchiveError> {
        appended.map_err(|error| {
            match self.current.file.set_len(offset) {
                Ok(()) => self.current.end = offset,
                Err(_) => self.health = Health::Unknown,
            }
            failed("writing", &self.current.path)(error)
        })
    }

    fn refuse_after_failure(&self) -> Result<(), ArchiveError> {
        match self.health {
            Health::Known => Ok(()),
            Health::Unknown => {
                let why = io::Error::other("an earlier write failed, and what the file holds is unknown");
                Err(failed("writing", &self.current.path)(why))
            }
        }
    }
}

/// The file that is appended to.
struct Current {
    number: u32,
    path: PathBuf,
    file: File,
    end: u64,
    /// How much of it is on disk for certain.
    durable: u64,
    warcinfo: Uuid,
    dates: Dates,
}

impl Current {
    /// Begins a file. The directory has its name, and the disk its first record, when this returns.
    fn begin(directory: &Path, number: u32, about: &str, now: Timestamp) -> Result<Self, ArchiveError> {
        let name = file_name(number);
        let path = directory.join(&name);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(failed("creating", &path))?;
        let warcinfo = Uuid::new_v4();
        let mut current = Self { number, path, file, end: 0, durable: 0, warcinfo, dates: Dates::default() };
        let first = Draft {
            record_type: RecordType::Warcinfo,
            record_id: warcinfo,
            date: now,
            target: &name,
            warcinfo: None,
            concurrent_to: None,
            media_type: "application/warc-fields",
            durable_bytes: 0,
            block: about.as_bytes(),
        };
        let written = current.append(&first).and_then(|()| current.sync());
        written.map_err(failed("writing", &current.path))?;
        sync_directory(directory)?;
        Ok(current)
    }

    /// Goes on with a file; `None` where its first record says something else than this crawl would.
    ///
    /// A file whose first record is torn holds nothing and is removed.
    fn reopen(
        directory: &Path,
        number: u32,
        about: &str,
        noted: &mut HashMap<String, Commitment>,
    ) -> Result<Option<Self>, ArchiveError> {
        let path = directory.join(file_name(number));
        let mut warcinfo = None;
        let mut dates = Dates::default();
        let found = scan(&path, &mut |offset, record| {
            if offset == 0 && record.block() == about.as_bytes() {
                warcinfo = Uuid::parse_str(record.record_id()).ok();
            }
            if let Some(address) = address::described(record.field("WARC-Target-URI"))
                && let Ok(date) = record.field("WARC-Date").parse()
            {
                dates.note(address, date);
            }
            if record.field("WARC-Target-URI").starts_with(COMMITTED)
                && let Ok(commitment) = serde_json::from_slice::<Commitment>(record.block())
            {
                noted.insert(commitment.id.clone(), commitment);
            }
            Ok(())
        })?;
        if found.end == 0 {
            fs::remove_file(&path).map_err(failed("removing", &path))?;
            return Ok(None);
        }
        let file = OpenOptions::new().append(true).open(&path).map_err(failed("opening", &path))?;
        if let Some(detail) = found.torn {
            tracing::warn!(file = %path.display(), end = found.end, detail, "cutting off a torn record");
            file.set_len(found.end).map_err(failed("truncating", &path))?;
        }
        file.sync_all().map_err(failed("syncing", &path))?;
        let end = found.end;
        let with = |warcinfo| Self { number, path, file, end, durable: end, warcinfo, dates };
        Ok(warcinfo.map(with))
    }

    fn append(&mut self, draft: &Draft<'_>) -> io::Result<()> {
        let member = draft.member()?;
        self.file.write_all(&member)?;
        self.end += member.len() as u64;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        self.durable = self.end;
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
}

/// What the first record says about the file.
fn about_file(manifest: &Manifest) -> String {
    let profile = manifest.profile.replace(['\r', '\n'], " ");
    format!(
        "software: anafora/{}\r\nformat: WARC File Format 1.1\r\nprofile: {profile}\r\nprofile-digest: {}\r\n",
        env!("CARGO_PKG_VERSION"),
        manifest.profile_digest,
    )
}

#[cfg(test)]
mod tests {
    use super::super::contract::{captures, clock, manifest, page};
    use super::super::{Recording as _, WarcRecording};
    use super::*;
    use crate::domain::State;

    fn open_with_files_of(file_bytes_max: u64, directory: &Path) -> Result<WarcWriter, ArchiveError> {
        manifest().write(directory).unwrap();
        WarcWriter::open(directory, manifest(), clock(), file_bytes_max)
    }

    fn open(directory: &Path) -> WarcWriter {
        open_with_files_of(u64::MAX, directory).unwrap()
    }

    fn commit(writer: &mut WarcWriter, capture: &Capture) -> ArchiveRef {
        let page = writer.keep(capture).unwrap();
        writer.sync().unwrap();
        let id = capture.id.as_str().to_owned();
        let commitment = Commitment { id, state: State::Stored, page: page.clone() };
        let target = format!("{COMMITTED}{}", Uuid::new_v4());
        writer.note(&target, &serde_json::to_vec(&commitment).unwrap()).unwrap();
        page.archive.unwrap()
    }

    fn first_file(directory: &Path) -> PathBuf {
        directory.join("anafora-00001.warc.gz")
    }

    /// The offset, URI and date of each record.
    fn records(file: &Path) -> Vec<(u64, String, String)> {
        let mut found = Vec::new();
        let whole = scan(file, &mut |offset, record| {
            let field = |name| record.field(name).to_owned();
            found.push((offset, field("WARC-Target-URI"), field("WARC-Date")));
            Ok(())
        });
        assert_eq!(whole.unwrap().torn, None);
        found
    }

    #[test]
    fn a_full_file_is_followed_by_a_new_one() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open_with_files_of(1, directory.path()).unwrap();
        for capture in captures() {
            commit(&mut writer, &capture);
        }
        let files = warc_files(directory.path()).unwrap();
        assert_eq!(files.len(), captures().len() + 1, "{files:?}");
        let recording = WarcRecording::open(directory.path()).unwrap();
        for capture in captures() {
            assert_eq!(recording.find(capture.id.as_str()).unwrap(), Some(capture));
        }
    }

    #[test]
    fn a_file_that_was_finished_is_damaged_when_its_end_is_torn() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open_with_files_of(1, directory.path()).unwrap();
        commit(&mut writer, &page("A-1", "first"));
        commit(&mut writer, &page("A-2", "second"));
        let file = directory.path().join("anafora-00002.warc.gz");
        assert!(directory.path().join("anafora-00003.warc.gz").exists());
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        let Err(error) = WarcRecording::open(directory.path()) else { panic!("opened") };
        assert!(error.to_string().contains("in a torn record"), "{error}");
    }

    #[test]
    fn a_record_torn_at_any_byte_is_cut_off_and_nothing_before_it() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open(directory.path());
        commit(&mut writer, &page("A-1", "first"));
        writer.keep(&page("A-2", "second")).unwrap();
        let file = first_file(directory.path());
        let whole = fs::read(&file).unwrap();
        let last = usize::try_from(records(&file).last().unwrap().0).unwrap();
        for length in last + 1..whole.len() {
            fs::write(&file, &whole[..length]).unwrap();
            let recording = WarcRecording::open(directory.path()).unwrap();
            assert!(recording.find("A-1").unwrap().is_some(), "before the cut at {length}");
            let mut writer = open(directory.path());
            assert_eq!(fs::read(&file).unwrap(), &whole[..last], "after the cut at {length}");
            if length % 32 == 0 {
                let place = commit(&mut writer, &page("A-3", "third"));
                assert_eq!(place.offset, last as u64);
                let recording = WarcRecording::open(directory.path()).unwrap();
                assert!(recording.find("A-3").unwrap().is_some(), "after the cut at {length}");
            }
        }
    }

    #[test]
    fn blocks_that_a_power_cut_lost_are_cut_off_with_all_that_follows() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open(directory.path());
        commit(&mut writer, &page("A-1", "first"));
        let lost = writer.keep(&page("A-2", "second")).unwrap().archive.unwrap();
        writer.keep(&page("A-3", "third")).unwrap();
        let file = first_file(directory.path());
        let mut bytes = fs::read(&file).unwrap();
        let lost = usize::try_from(lost.offset).unwrap();
        bytes[lost..lost + 40].fill(0);
        fs::write(&file, &bytes).unwrap();
        drop(open(directory.path()));
        assert_eq!(fs::read(&file).unwrap(), &bytes[..lost]);
        assert!(WarcRecording::open(directory.path()).unwrap().find("A-1").unwrap().is_some());
    }

    #[test]
    fn damage_in_what_was_on_disk_is_reported_and_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open(directory.path());
        let place = commit(&mut writer, &page("A-1", "first"));
        let file = first_file(directory.path());
        let whole = fs::read(&file).unwrap();
        let end = usize::try_from(place.offset + place.length).unwrap();
        let mut reported = 0;
        for offset in (0..end).step_by(7) {
            let mut bytes = whole.clone();
            bytes[offset] ^= 0x10;
            fs::write(&file, &bytes).unwrap();
            let opened = open_with_files_of(u64::MAX, directory.path());
            let read = WarcRecording::open(directory.path()).map(drop);
            assert!(fs::read(&file).unwrap() == bytes, "the flip at {offset} changed the file");
            // A member's header has bytes that stand for nothing, as its time and system.
            let Err(error) = opened else { continue };
            assert!(matches!(error, ArchiveError::Damaged { .. }), "{error}");
            assert!(read.is_err(), "the flip at {offset} is not seen by a reader");
            reported += 1;
        }
        assert!(reported * 7 > end * 9 / 10, "{reported} of {} flips reported", end / 7);
    }

    #[test]
    fn a_flipped_byte_never_gives_another_capture() {
        let directory = tempfile::tempdir().unwrap();
        let capture = page("A-1", "<p>1.234,56 €</p>");
        let mut writer = open(directory.path());
        let place = commit(&mut writer, &capture);
        let file = first_file(directory.path());
        let recording = WarcRecording::open(directory.path()).unwrap();
        let whole = fs::read(&file).unwrap();
        for offset in usize::try_from(place.offset).unwrap()..whole.len() {
            let mut bytes = whole.clone();
            bytes[offset] ^= 0x01;
            fs::write(&file, &bytes).unwrap();
            match recording.find("A-1") {
                Ok(found) => assert_eq!(found, Some(capture.clone()), "the flip at {offset}"),
                Err(error) => assert!(matches!(error, ArchiveError::Damaged { .. }), "{error}"),
            }
        }
    }

    #[test]
    fn two_captures_of_one_second_have_dates_of_their_own() {
        let directory = tempfile::tempdir().unwrap();
        let capture = page("A-1", "page");
        for _ in 0..2 {
            let mut writer = open(directory.path());
            for _ in 0..2 {
                let place = commit(&mut writer, &capture);
                drop(writer);
                let read = WarcRecording::open(directory.path()).unwrap().read_at(&place).unwrap();
                assert_eq!(read.captured_at, capture.captured_at);
                writer = open(directory.path());
            }
        }
        let records = records(&first_file(directory.path()));
        let dates = records.iter().filter(|(_, target, _)| target == "https://demo.invalid/payment/A-1");
        let dates: Vec<_> = dates.map(|(_, _, date)| date.as_str()).collect();
        let expected = ["00", "01", "02", "03"].map(|second| format!("2026-11-22T18:12:{second}Z"));
        assert_eq!(dates, expected);
    }

    #[test]
    fn another_profile_begins_a_new_file() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path()));
        let changed = Manifest { profile_digest: crate::domain::Digest::of(b"changed"), ..manifest() };
        drop(WarcWriter::open(directory.path(), changed.clone(), clock(), u64::MAX).unwrap());
        drop(WarcWriter::open(directory.path(), changed, clock(), u64::MAX).unwrap());
        assert_eq!(warc_files(directory.path()).unwrap().len(), 2);
    }

    #[test]
    fn a_file_whose_first_record_is_torn_is_begun_again() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path()));
        for length in [0, 1, 100] {
            File::options().write(true).open(first_file(directory.path())).unwrap().set_len(length).unwrap();
            drop(open(directory.path()));
            assert_eq!(warc_files(directory.path()).unwrap().len(), 1);
            assert_eq!(records(&first_file(directory.path())).len(), 1);
        }
    }

    #[test]
    fn a_capture_written_in_part_is_taken_back() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open(directory.path());
        let offset = writer.current.end;
        writer.keep(&page("A-1", "page")).unwrap();
        let disk_full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(writer.or_cut_back(offset, Err(disk_full)).is_err());
        assert_eq!(commit(&mut writer, &page("A-2", "page")).offset, offset);
        assert!(WarcRecording::open(directory.path()).unwrap().find("A-2").unwrap().is_some());
    }

    #[test]
    fn nothing_is_written_after_a_failed_sync() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = open(directory.path());
        writer.health = Health::Unknown;
        assert!(writer.keep(&page("A-1", "page")).is_err());
        assert!(writer.note("urn:x", b"{}").is_err());
        assert!(writer.sync().is_err());
        assert_eq!(records(&first_file(directory.path())).len(), 1);
    }
}
