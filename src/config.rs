//! Settings: defaults, then a file, then `ANAFORA_…` variables, then flags; the last one that speaks wins.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What a settings file may say. Every key is optional; environment and flags go over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The profile: a name or a file.
    pub profile: Option<String>,
    /// The store's directory.
    pub data: Option<PathBuf>,
    /// How many browser sessions work at once.
    pub sessions: Option<usize>,
    /// The least time between two steps that make the portal work, as in `2s`.
    pub delay: Option<String>,
    /// How much of the store's disk is to stay free, as in `1GiB`; `0` is nothing.
    pub disk_floor: Option<String>,
    /// How often a day the portal may be made to work.
    pub requests_per_day: Option<u32>,
    /// Whom the portal can write to: an e-mail address, or an address of the web.
    pub contact: Option<String>,
    /// `chromium` or `firefox`.
    pub browser: Option<String>,
    /// The browser's program.
    pub browser_program: Option<PathBuf>,
    /// The driver's program.
    pub driver_program: Option<PathBuf>,
    /// A remote WebDriver end.
    pub webdriver: Option<String>,
}

/// Why a settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It could not be read.
    #[error("the settings file `{file}` cannot be read")]
    Read {
        /// The file.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is not what a settings file is.
    #[error("the settings file `{file}` is wrong: {detail}")]
    Parse {
        /// The file.
        file: String,
        /// What is wrong, and where.
        detail: String,
    },
}

impl Settings {
    /// Reads a settings file: the one named, else `anafora.toml` here, else `anafora/config.toml` in the user's
    /// configuration directory, else none.
    ///
    /// # Errors
    /// Where the file that is named, or one that is there, cannot be read.
    pub fn load(named: Option<&Path>, user_directory: Option<&Path>) -> Result<Self, ConfigError> {
        let candidates = match named {
            Some(file) => vec![file.to_owned()],
            None => [
                Some(PathBuf::from("anafora.toml")),
                user_directory.map(|dir| dir.join("anafora/config.toml")),
            ]
            .into_iter()
            .flatten()
            .filter(|file| file.is_file())
            .collect(),
        };
        let Some(file) = candidates.first() else { return Ok(Self::default()) };
        let name = || file.display().to_string();
        let text =
            std::fs::read_to_string(file).map_err(|source| ConfigError::Read { file: name(), source })?;
        tracing::info!("settings from {}", file.display());
        toml::from_str(&text).map_err(|error| ConfigError::Parse { file: name(), detail: one_line(&error) })
    }
}

fn one_line(error: &toml::de::Error) -> String {
    error.to_string().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_named_is_read_and_an_unknown_key_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("settings.toml");
        std::fs::write(&file, "profile = \"demo\"\nsessions = 3\n").unwrap();
        let settings = Settings::load(Some(&file), None).unwrap();
        assert_eq!((settings.profile.as_deref(), settings.sessions), (Some("demo"), Some(3)));

        std::fs::write(&file, "sesions = 3\n").unwrap();
        let error = Settings::load(Some(&file), None).unwrap_err().to_string();
        assert!(error.contains("unknown field `sesions`"), "{error}");

        let missing =
            Settings::load(Some(&directory.path().join("none.toml")), None).unwrap_err().to_string();
        assert!(missing.ends_with("none.toml` cannot be read"), "{missing}");
    }
}
