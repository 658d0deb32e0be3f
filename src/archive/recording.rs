//! Opens a recorded crawl in whichever form a directory holds it.

use std::path::Path;
use std::sync::Arc;

use super::warc_scan::warc_files;
use super::{ArchiveError, FixtureDir, Recording, WarcRecording};

/// The folder of a store directory that holds its WARC files.
pub const ARCHIVE_FOLDER: &str = "archive";

/// Opens a store directory, a directory of WARC files, or a directory of fixtures.
///
/// # Errors
///
/// `NotARecording` where it is none of these, and whatever opening it meets.
pub fn open_recording(directory: &Path) -> Result<Arc<dyn Recording>, ArchiveError> {
    for place in [directory.join(ARCHIVE_FOLDER), directory.to_owned()] {
        if place.is_dir() && !warc_files(&place)?.is_empty() {
            return Ok(Arc::new(WarcRecording::open(&place)?));
        }
    }
    Ok(Arc::new(FixtureDir::open(directory)?))
}

#[cfg(test)]
mod tests {
    use super::super::contract::{clock, keep_and_commit, manifest, page};
    use super::super::{Manifest, WarcArchive};
    use super::*;

    fn seeds(directory: &Path) -> Result<Vec<String>, String> {
        let opened = open_recording(directory).map_err(|error| error.to_string())?;
        assert!(opened.find("A-1").unwrap().is_some());
        Ok(opened.manifest().seeds.clone())
    }

    #[tokio::test]
    async fn a_recording_is_known_by_what_is_in_its_directory() {
        let directory = tempfile::tempdir().unwrap();
        let store = directory.path().join("store");
        let warc = WarcArchive::open(&store.join(ARCHIVE_FOLDER), manifest(), clock()).unwrap();
        keep_and_commit(&warc, &page("A-1", "page")).await;
        let of_store = Manifest { seeds: vec!["of the store".to_owned()], ..manifest() };
        of_store.write(&store).unwrap();
        assert_eq!(seeds(&store), Ok(of_store.seeds.clone()));
        assert_eq!(seeds(&store.join(ARCHIVE_FOLDER)), Ok(of_store.seeds));

        let fixtures = FixtureDir::create(&directory.path().join("fixtures"), manifest()).unwrap();
        keep_and_commit(&fixtures, &page("A-1", "page")).await;
        assert_eq!(seeds(&directory.path().join("fixtures")), Ok(manifest().seeds));

        let refused = seeds(directory.path()).unwrap_err();
        assert!(refused.ends_with("it has no `manifest.json`"), "{refused}");
    }
}
