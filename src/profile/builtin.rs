//! The profiles that are part of the binary.

use super::fault::{ProfileError, did_you_mean};
use super::model::Profile;

/// Every TOML file in `selectors/`, by its path in there, as in `("a.toml", include_str!("../../selectors/a.toml"))`.
/// Those in folders are only included by others.
const FILES: &[(&str, &str)] = &[
    ("demo-modern.toml", include_str!("../../selectors/demo-modern.toml")),
    ("demo-tabs.toml", include_str!("../../selectors/demo-tabs.toml")),
    ("demo.toml", include_str!("../../selectors/demo.toml")),
    ("khmdhs-opendata.toml", include_str!("../../selectors/khmdhs-opendata.toml")),
    ("khmdhs.toml", include_str!("../../selectors/khmdhs.toml")),
    ("shared/kimdis.toml", include_str!("../../selectors/shared/kimdis.toml")),
];

impl Profile {
    /// Loads a built-in profile by its name, as in `demo`.
    ///
    /// # Errors
    /// Where there is none of this name, or it is faulty.
    pub fn builtin(name: &str) -> Result<Self, ProfileError> {
        let path = format!("{name}.toml");
        match text(&path).filter(|_| !path.contains('/')) {
            Some(text) => Self::from_text(&path, text),
            None => Err(ProfileError::Unknown { name: name.to_owned(), hint: hint(name) }),
        }
    }

    /// The names of the built-in profiles.
    #[must_use]
    pub fn builtin_names() -> Vec<&'static str> {
        FILES
            .iter()
            .filter_map(|(path, _)| path.strip_suffix(".toml"))
            .filter(|name| !name.contains('/'))
            .collect()
    }
}

/// The text of a built-in file.
pub(super) fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

fn hint(name: &str) -> String {
    let known = did_you_mean(name, Profile::builtin_names());
    format!("{known}; a file is named by its path, as in `./{name}.toml`")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn toml_files(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                toml_files(&path, &format!("{name}/"), found);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }

    #[test]
    fn every_file_of_the_selectors_folder_is_built_in() {
        let mut found = Vec::new();
        toml_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors"), "", &mut found);
        found.sort();
        let mut listed: Vec<_> =
            FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        listed.sort();
        assert_eq!(found, listed, "list each file of `selectors/` in `FILES`, with `include_str!`");
    }

    #[test]
    fn every_built_in_profile_loads_under_its_own_name_and_from_its_own_text() {
        for name in Profile::builtin_names() {
            let profile =
                Profile::builtin(name).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)));
            assert_eq!(profile.name, name);
            assert_eq!(Profile::from_text(name, &profile.text).unwrap().digest, profile.digest);
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_what_to_type() {
        let error = Profile::builtin("nordland").unwrap_err();
        assert_eq!(error.to_string(), "no profile `nordland` is built in");
        assert!(hint("nordland").ends_with("a file is named by its path, as in `./nordland.toml`"));
    }
}
