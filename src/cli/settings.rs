//! The settings file: where it is looked for, and what is said where it is wrong.

use std::path::{Path, PathBuf};

use crate::config::Settings;

use super::exit::{Exit, Failure, chain};

/// The settings of the file that was named, or of the one that is found.
pub(super) fn load(config: Option<&Path>) -> Result<Settings, Failure> {
    let directory = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".config")));
    Settings::load(config, directory.as_deref())
        .map_err(|error| Failure::new(Exit::Usage, chain(&error), "README lists the keys of a settings file"))
}
