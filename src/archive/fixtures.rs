//! Recorded crawls as directories of plain files that people can read and compare: one folder a document.
//!
//! A kept capture waits in a folder whose name begins with a dot until its commit is noted; only then it takes the
//! document's place. So readers find committed captures alone, each whole.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;

use super::description::{Description, Place};
use super::durable::{create_directory, damaged, failed, off_the_runtime, sync_directory, write_file};
use super::expected::{EXPECTED_FILE, carry_over};
use super::manifest::MANIFEST_FILE;
use super::{Archive, ArchiveError, Manifest, Recording};
use crate::domain::{ArchiveRef, Capture, Digest, DocumentId, PageRef, State};

/// The description of a capture inside its folder.
pub(super) const CAPTURE_FILE: &str = "capture.json";

/// The beginning of the folder of a capture that waits for its commit.
const WAITING: &str = ".kept-";

/// File systems take 255 bytes; a dot, `kept-`, `replaced-` and a digest must still fit.
const FOLDER_NAME_BYTES_MAX: usize = 160;

/// A directory of fixtures.
pub struct FixtureDir {
    path: PathBuf,
    manifest: Manifest,
}

impl FixtureDir {
    /// Begins a recording in a directory that is new or empty, or goes on with one of the same profile.
    ///
    /// Going on keeps the captures and the seeds that are there; bounds and profile digest become those given.
    ///
    /// # Errors
    ///
    /// `NotARecording` where the directory holds something else or the recording of another portal.
    pub fn create(path: &Path, manifest: Manifest) -> Result<Self, ArchiveError> {
        create_directory(path)?;
        forget_waiting(path)?;
        let manifest = match Manifest::read(path)? {
            Some(earlier) if earlier.profile == manifest.profile => {
                let mut seeds = earlier;
                seeds.add_seeds(&manifest.seeds);
                Manifest { seeds: seeds.seeds, ..manifest }
            }
            Some(earlier) => {
                return Err(refused(path, format!("it records the portal `{}`", earlier.profile)));
            }
            None if !visible_names(path)?.is_empty() => {
                return Err(refused(path, format!("it is not empty and has no `{MANIFEST_FILE}`")));
            }
            None => manifest,
        };
        manifest.write(path)?;
        Ok(Self { path: path.to_owned(), manifest })
    }

    /// Opens a recording to read it.
    ///
    /// # Errors
    ///
    /// `NotARecording` where the directory has no manifest.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let manifest = Manifest::read(path)?.ok_or_else(|| {
            let what = if path.is_dir() { "it has no" } else { "there is no such directory with a" };
            refused(path, format!("{what} `{MANIFEST_FILE}`"))
        })?;
        Ok(Self { path: path.to_owned(), manifest })
    }

    /// Adds seeds behind those that are there, each once, and writes the manifest.
    ///
    /// # Errors
    ///
    /// Where the manifest cannot be written.
    pub fn add_seeds(&mut self, seeds: &[String]) -> Result<(), ArchiveError> {
        self.manifest.add_seeds(seeds);
        self.manifest.write(&self.path)
    }

    /// The folder of a document, whether or not it is there.
    pub(super) fn folder(&self, id: &str) -> PathBuf {
        self.path.join(folder_name(id))
    }

    /// The names in the directory that are not hidden.
    pub(super) fn visible_names(&self) -> Result<Vec<String>, ArchiveError> {
        visible_names(&self.path)
    }

    /// The directory itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn waiting(&self, id: &str, digest: &Digest) -> PathBuf {
        self.path.join(format!("{WAITING}{}-{}", folder_name(id), short(digest)))
    }
}

#[async_trait]
impl Archive for FixtureDir {
    async fn keep(&self, capture: &Capture) -> Result<PageRef, ArchiveError> {
        let digest = capture.digest();
        let folder = self.waiting(capture.id.as_str(), &digest);
        let file = folder_name(capture.id.as_str());
        let capture = capture.clone();
        let length = off_the_runtime(move || write_capture(&folder, &capture)).await?;
        Ok(PageRef { digest, archive: Some(ArchiveRef { file, offset: 0, length }) })
    }

    async fn committed(&self, id: &DocumentId, page: &PageRef, _: State) -> Result<(), ArchiveError> {
        let waiting = self.waiting(id.as_str(), &page.digest);
        let place = self.folder(id.as_str());
        off_the_runtime(move || put_in_place(&waiting, &place)).await
    }
}

impl Recording for FixtureDir {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn find(&self, id: &str) -> Result<Option<Capture>, ArchiveError> {
        let place = self.folder(id);
        let candidates = [replaced(&place), place];
        let Some(folder) = candidates.iter().rfind(|folder| folder.is_dir()) else { return Ok(None) };
        let path = folder.join(CAPTURE_FILE);
        let text = fs::read(&path).map_err(failed("reading", &path))?;
        let description: Description =
            serde_json::from_slice(&text).map_err(|error| damaged(&path, error.to_string()))?;
        if description.id != id {
            return Err(damaged(&path, format!("it describes `{}`, not `{id}`", description.id)));
        }
        let mut bytes = Vec::new();
        for part in &description.parts {
            bytes.push(read_part(folder, &path, &part.place)?);
        }
        description.assemble(bytes).map(Some).map_err(|detail| damaged(&path, detail))
    }
}

fn read_part(folder: &Path, description: &Path, place: &Place) -> Result<Arc<[u8]>, ArchiveError> {
    match place {
        Place::File(name) if !name.starts_with('.') && !name.contains(['/', '\\']) => {
            let file = folder.join(name);
            fs::read(&file).map(Arc::from).map_err(failed("reading", &file))
        }
        _ => Err(damaged(description, "a part is not in a file beside it")),
    }
}

/// Writes a whole folder and returns how many bytes its parts take, when all is on disk.
fn write_capture(folder: &Path, capture: &Capture) -> Result<u64, ArchiveError> {
    remove_folder(folder)?;
    create_directory(folder)?;
    let names = part_files(capture);
    for (name, part) in names.iter().zip(&capture.parts) {
        write_file(&folder.join(name), &part.bytes)?;
    }
    let description = Description::of(capture, names.into_iter().map(Place::File)).without_trace();
    let path = folder.join(CAPTURE_FILE);
    let mut text = serde_json::to_string_pretty(&description)
        .map_err(|error| failed("writing", &path)(io::Error::other(error)))?;
    text.push('\n');
    write_file(&path, text.as_bytes())?;
    sync_directory(folder)?;
    Ok(capture.parts.iter().map(|part| part.bytes.len() as u64).sum())
}

/// Gives a kept capture the document's place. One that is not waiting was put in place before.
fn put_in_place(waiting: &Path, place: &Path) -> Result<(), ArchiveError> {
    if !waiting.is_dir() {
        return Ok(());
    }
    let parent = place.parent().unwrap_or(place);
    let replaced = replaced(place);
    if place.is_dir() {
        carry_over(place, waiting)?;
        remove_folder(&replaced)?;
        fs::rename(place, &replaced).map_err(failed("renaming", place))?;
    }
    fs::rename(waiting, place).map_err(failed("renaming", waiting))?;
    sync_directory(parent)?;
    remove_folder(&replaced)
}

/// Where the earlier capture of a document is for the moment in which a later one takes its place.
fn replaced(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".replaced-{name}"))
}

/// Removes captures of which an earlier recording never noted a commit.
fn forget_waiting(directory: &Path) -> Result<(), ArchiveError> {
    for name in names(directory)?.iter().filter(|name| name.starts_with(WAITING)) {
        remove_folder(&directory.join(name))?;
    }
    Ok(())
}

fn visible_names(directory: &Path) -> Result<Vec<String>, ArchiveError> {
    Ok(names(directory)?.into_iter().filter(|name| !name.starts_with('.')).collect())
}

fn names(directory: &Path) -> Result<Vec<String>, ArchiveError> {
    let entries = fs::read_dir(directory).map_err(failed("reading", directory))?;
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.map(|entry| entry.map(name).map_err(failed("reading", directory))).collect()
}

fn remove_folder(folder: &Path) -> Result<(), ArchiveError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("removing", folder)(error)),
        _ => Ok(()),
    }
}

/// The file of each part, in order: its name with an extension that tells what it is, none twice.
fn part_files(capture: &Capture) -> Vec<String> {
    let mut taken = HashSet::from([CAPTURE_FILE, EXPECTED_FILE].map(str::to_owned));
    let file = |part: &crate::domain::Part| {
        let extension = match part.media_type.split(';').next().unwrap_or_default().trim() {
            "text/html" | "application/xhtml+xml" => "html",
            "application/json" => "json",
            "text/plain" => "txt",
            "application/pdf" => "pdf",
            _ => "bin",
        };
        let stem = folder_name(&part.name);
        let numbered = (2_u32..).map(|number| format!("{stem}-{number}.{extension}"));
        let mut candidates = std::iter::once(format!("{stem}.{extension}")).chain(numbered);
        candidates.find(|candidate| taken.insert(candidate.clone())).unwrap_or_default()
    };
    capture.parts.iter().map(file).collect()
}

/// The folder of a document: letters and digits of every script, `-`, `_` and `.` stand for themselves.
///
/// Never hidden, never empty, never the manifest's name; a long ID is cut and told apart by its digest.
fn folder_name(id: &str) -> String {
    let mut name = String::new();
    for (position, letter) in id.char_indices() {
        let is_plain = letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if is_plain && !(position == 0 && (letter == '.' || id == MANIFEST_FILE)) {
            name.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                name.push_str(percent_encoding::percent_encode_byte(byte));
            }
        }
    }
    if name.is_empty() {
        return "%".to_owned();
    }
    if name.len() > FOLDER_NAME_BYTES_MAX {
        let starts = name.char_indices().map(|(start, _)| start);
        let end = starts.take_while(|start| *start <= FOLDER_NAME_BYTES_MAX - 20).last().unwrap_or(0);
        name.truncate(end);
        name.push('%');
        name.push_str(&short(&Digest::of(id.as_bytes())));
    }
    name
}

/// Enough of a digest to tell two things apart in one folder.
fn short(digest: &Digest) -> String {
    data_encoding::HEXLOWER.encode(digest.as_bytes().get(..8).unwrap_or_default())
}

fn refused(path: &Path, detail: String) -> ArchiveError {
    ArchiveError::NotARecording { directory: path.display().to_string(), detail }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{captures, keep_and_commit, manifest, page, part};
    use super::*;

    #[test]
    fn a_folder_is_named_after_its_document() {
        let check = |id: &str, expected: &str| assert_eq!(folder_name(id), expected);
        check("14PAY000123456", "14PAY000123456");
        check("ΒΛ3ΖΩΗ8-Χ4Ω", "ΒΛ3ΖΩΗ8-Χ4Ω");
        check("A/1 2%", "A%2F1%202%25");
        check("€", "%E2%82%AC");
        check("a.b_c", "a.b_c");
        check(".", "%2E");
        check("..", "%2E.");
        check(".kept-A", "%2Ekept-A");
        check("", "%");
        check("manifest.json", "%6Danifest.json");
        let long = folder_name(&"Ω".repeat(500));
        assert!(long.len() <= FOLDER_NAME_BYTES_MAX && long != folder_name(&"Ω".repeat(501)), "{long}");
    }

    #[tokio::test]
    async fn a_folder_holds_what_people_can_read() {
        let directory = tempfile::tempdir().unwrap();
        let fixtures = FixtureDir::create(directory.path(), manifest()).unwrap();
        keep_and_commit(&fixtures, &captures().swap_remove(4)).await;
        let mut files = names(&directory.path().join("22SYMV011097003")).unwrap();
        files.sort();
        let expected = [
            "%2E.%2Fx.bin",
            "capture-2.json",
            "capture.json",
            "detail.html",
            "file-2.pdf",
            "file.pdf",
            "lines.html",
        ];
        assert_eq!(files, expected);
    }

    #[tokio::test]
    async fn a_changed_file_is_damage() {
        let directory = tempfile::tempdir().unwrap();
        let fixtures = FixtureDir::create(directory.path(), manifest()).unwrap();
        keep_and_commit(&fixtures, &page("A-1", "page")).await;
        fs::write(directory.path().join("A-1/detail.html"), "pagE").unwrap();
        let error = fixtures.find("A-1").unwrap_err();
        assert!(error.to_string().contains("part `detail` has the digest"), "{error}");
    }

    #[tokio::test]
    async fn a_description_does_not_lead_out_of_its_folder() {
        let directory = tempfile::tempdir().unwrap();
        let fixtures = FixtureDir::create(directory.path(), manifest()).unwrap();
        keep_and_commit(&fixtures, &page("A-1", "page")).await;
        fs::write(directory.path().join("detail.html"), "page").unwrap();
        let path = directory.path().join("A-1/capture.json");
        let text = fs::read_to_string(&path).unwrap().replace("detail.html", "../detail.html");
        fs::write(&path, text).unwrap();
        assert!(matches!(fixtures.find("A-1"), Err(ArchiveError::Damaged { .. })));
    }

    #[tokio::test]
    async fn a_crash_while_a_capture_is_replaced_leaves_the_earlier_one() {
        let directory = tempfile::tempdir().unwrap();
        let fixtures = FixtureDir::create(directory.path(), manifest()).unwrap();
        keep_and_commit(&fixtures, &page("A-1", "page")).await;
        let place = directory.path().join("A-1");
        fs::rename(&place, replaced(&place)).unwrap();
        assert!(fixtures.find("A-1").unwrap().is_some());
        keep_and_commit(&fixtures, &capture_of_two()).await;
        assert_eq!(fixtures.find("A-1").unwrap().unwrap().parts.len(), 2);
        assert!(!replaced(&place).exists());
    }

    fn capture_of_two() -> Capture {
        let detail = part("detail", "text/html", b"later");
        Capture { parts: vec![detail, part("lines", "text/html", b"lines")], ..page("A-1", "") }
    }

    #[tokio::test]
    async fn a_recording_that_goes_on_forgets_what_was_never_committed() {
        let directory = tempfile::tempdir().unwrap();
        let fixtures = FixtureDir::create(directory.path(), manifest()).unwrap();
        keep_and_commit(&fixtures, &page("A-1", "page")).await;
        fixtures.keep(&page("A-2", "page")).await.unwrap();
        assert_eq!(names(directory.path()).unwrap().len(), 3);
        drop(FixtureDir::create(directory.path(), manifest()).unwrap());
        let mut left = names(directory.path()).unwrap();
        left.sort();
        assert_eq!(left, ["A-1", "manifest.json"]);
    }

    #[test]
    fn a_directory_that_is_no_recording_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let refused = |result: Result<FixtureDir, ArchiveError>| {
            let Err(error @ ArchiveError::NotARecording { .. }) = result else { panic!("accepted") };
            error.to_string()
        };
        assert!(refused(FixtureDir::open(path)).ends_with("it has no `manifest.json`"));
        assert!(refused(FixtureDir::open(&path.join("none"))).contains("no such directory"));
        fs::write(path.join("thesis.txt"), "my only copy").unwrap();
        assert!(refused(FixtureDir::create(path, manifest())).contains("not empty"));
        let other = path.join("other");
        drop(FixtureDir::create(&other, Manifest { profile: "khmdhs".to_owned(), ..manifest() }).unwrap());
        assert!(refused(FixtureDir::create(&other, manifest())).contains("portal `khmdhs`"));
    }

    #[test]
    fn a_recording_that_goes_on_keeps_its_seeds() {
        let directory = tempfile::tempdir().unwrap();
        drop(FixtureDir::create(directory.path(), manifest()).unwrap());
        let more = Manifest { seeds: vec!["A-2".to_owned(), "14PAY000123456".to_owned()], ..manifest() };
        let mut fixtures = FixtureDir::create(directory.path(), more).unwrap();
        fixtures.add_seeds(&["A-3".to_owned()]).unwrap();
        let seeds = FixtureDir::open(directory.path()).unwrap().manifest.seeds;
        assert_eq!(seeds, ["14PAY000123456", "A-2", "A-3"]);
    }

    #[test]
    fn a_manifest_of_another_form_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        Manifest { v: 2, ..manifest() }.write(directory.path()).unwrap();
        let Err(error) = FixtureDir::open(directory.path()) else { panic!("accepted") };
        assert!(error.to_string().contains("it has form 2, this anafora reads 1"), "{error}");
    }
}
