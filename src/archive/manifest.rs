//! The file that says what a recorded crawl was asked to do.

use std::fs;
use std::io;
use std::path::Path;

use super::durable::{damaged, failed, replace_file};
use super::{ArchiveError, Manifest};
use crate::domain::{Bounds, Digest};

/// The manifest's name in the directory of a recording.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The version of the form that is read and written.
const VERSION: u32 = 1;

impl Manifest {
    /// The manifest of a crawl that was not asked to do anything yet.
    #[must_use]
    pub fn new(profile: &str, profile_digest: Digest) -> Self {
        Self {
            v: VERSION,
            profile: profile.to_owned(),
            profile_digest,
            seeds: Vec::new(),
            bounds: Bounds::default(),
            base: None,
            delay: None,
            requests_per_day: None,
        }
    }

    /// Reads a directory's manifest; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, does not parse or has another form.
    pub fn read(directory: &Path) -> Result<Option<Self>, ArchiveError> {
        let path = directory.join(MANIFEST_FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(failed("reading", &path)(error)),
        };
        let manifest: Self =
            serde_json::from_slice(&bytes).map_err(|error| damaged(&path, error.to_string()))?;
        if manifest.v == VERSION {
            Ok(Some(manifest))
        } else {
            Err(damaged(&path, format!("it has form {}, this anafora reads {VERSION}", manifest.v)))
        }
    }

    /// Writes a directory's manifest; it is on disk, whole, when this returns.
    ///
    /// # Errors
    ///
    /// Where it cannot be written; an earlier one is then still there.
    pub fn write(&self, directory: &Path) -> Result<(), ArchiveError> {
        let path = directory.join(MANIFEST_FILE);
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| failed("writing", &path)(io::Error::other(error)))?;
        text.push('\n');
        replace_file(&path, text.as_bytes())
    }

    /// Adds seeds behind those that are there, each once.
    pub fn add_seeds(&mut self, seeds: &[String]) {
        for seed in seeds {
            if !self.seeds.contains(seed) {
                self.seeds.push(seed.clone());
            }
        }
    }
}
