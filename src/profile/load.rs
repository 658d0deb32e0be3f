//! Loads profiles: by name, from a file, from a text.

use std::fs;
use std::path::{Path, PathBuf};

use super::fault::ProfileError;
use super::include::{self, Includes, Origin};
use super::model::Profile;
use super::{check, fault::Fault};

impl Profile {
    /// Loads what a user names: a built-in profile, or a file where there is a `/` in it or a `.toml` at its end.
    ///
    /// # Errors
    /// Where there is no such profile or it is faulty.
    pub fn resolve(name_or_path: &str) -> Result<Self, ProfileError> {
        let is_file = Path::new(name_or_path).extension().is_some_and(|extension| extension == "toml");
        if is_file || name_or_path.contains('/') {
            return Self::load(name_or_path);
        }
        Self::builtin(name_or_path)
    }

    /// Loads a file. What it includes is looked for beside it.
    ///
    /// # Errors
    /// Where it cannot be read or is faulty.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ProfileError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|source| ProfileError::Unreadable { path: path.display().to_string(), source })?;
        read(&Origin::Disk(path.to_path_buf()), &text)
    }

    /// Loads a text, called `name` in what is said of it. What it includes is looked for among the built-in files.
    ///
    /// # Errors
    /// Where it is faulty.
    pub fn from_text(name: &str, text: &str) -> Result<Self, ProfileError> {
        read(&Origin::Builtin(PathBuf::from(name)), text)
    }
}

fn read(origin: &Origin, text: &str) -> Result<Profile, ProfileError> {
    let faulty = |faults: Vec<Fault>| ProfileError::Faulty { name: origin.name(), faults };
    let merged = include::read(origin, text).map_err(faulty)?;
    let complete = match merged.includes {
        Includes::None => text.to_owned(),
        Includes::Some => merged.text().map_err(faulty)?,
    };
    check::profile(merged, complete).map_err(faulty)
}
