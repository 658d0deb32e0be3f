//! What a person expects of a fixture: a document beside its pages, which outlives them where they are recorded anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::durable::{damaged, failed, replace_file};
use super::fixtures::CAPTURE_FILE;
use super::{ArchiveError, FixtureDir};

/// The expected document inside the folder of a fixture.
pub(super) const EXPECTED_FILE: &str = "expected.json";

impl FixtureDir {
    /// The ID of every fixture, sorted.
    ///
    /// # Errors
    /// Where the directory cannot be read, or a folder in it is no fixture's.
    pub fn ids(&self) -> Result<Vec<String>, ArchiveError> {
        #[derive(Deserialize)]
        struct Named {
            id: String,
        }
        let mut ids = Vec::new();
        for name in self.visible_names()? {
            let folder = self.path().join(name);
            if !folder.is_dir() {
                continue;
            }
            let path = folder.join(CAPTURE_FILE);
            let text = fs::read(&path).map_err(failed("reading", &path))?;
            let Named { id } =
                serde_json::from_slice(&text).map_err(|error| damaged(&path, error.to_string()))?;
            ids.push(id);
        }
        ids.sort();
        Ok(ids)
    }

    /// Where the expected document of an ID is kept, whether or not it is there.
    #[must_use]
    pub fn expected_file(&self, id: &str) -> PathBuf {
        self.folder(id).join(EXPECTED_FILE)
    }

    /// The text of an expected document; `None` where there is none yet.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn expected(&self, id: &str) -> Result<Option<String>, ArchiveError> {
        read(&self.expected_file(id))
    }

    /// Puts an expected document in the place of an earlier one; it is on disk, whole, when this returns.
    ///
    /// # Errors
    /// Where it cannot be written; an earlier one is then still there.
    pub fn expect(&self, id: &str, text: &str) -> Result<(), ArchiveError> {
        replace_file(&self.expected_file(id), text.as_bytes())
    }
}

/// Takes the expected document of a fixture along into the folder that replaces it.
pub(super) fn carry_over(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    match read(&from.join(EXPECTED_FILE))? {
        Some(text) => replace_file(&to.join(EXPECTED_FILE), text.as_bytes()),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Result<Option<String>, ArchiveError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("reading", path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{keep_and_commit, manifest, page, part};
    use super::*;
    use crate::domain::Capture;

    #[tokio::test]
    async fn what_is_expected_outlives_the_page_and_is_never_taken_for_a_part() {
        let directory = tempfile::tempdir().unwrap();
        let fixtures = FixtureDir::create(directory.path(), manifest()).unwrap();
        keep_and_commit(&fixtures, &page("B-1", "first")).await;
        keep_and_commit(&fixtures, &page("A/1", "first")).await;
        assert_eq!(fixtures.ids().unwrap(), ["A/1", "B-1"]);
        assert_eq!(fixtures.expected("B-1").unwrap(), None);

        fixtures.expect("B-1", "{}\n").unwrap();
        let answer = part("expected", "application/json", b"[]");
        keep_and_commit(&fixtures, &Capture { parts: vec![answer.clone()], ..page("B-1", "") }).await;
        assert_eq!(fixtures.expected("B-1").unwrap().as_deref(), Some("{}\n"));
        let found = super::super::Recording::find(&fixtures, "B-1").unwrap().unwrap();
        assert_eq!(found.parts, [answer]);

        fs::create_dir(directory.path().join("notes")).unwrap();
        assert!(fixtures.ids().unwrap_err().to_string().contains("notes/capture.json"));
    }
}
