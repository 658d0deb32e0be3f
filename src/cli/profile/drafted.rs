//! Puts a drafted profile where it belongs: it must load, and nothing that is there is written over.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Exit;
use crate::cli::command::word;
use crate::cli::exit::Failure;
use crate::cli::output::{print, tell};
use crate::draft::{DraftError, file_name};
use crate::export::one_line;
use crate::profile::Profile;

/// The flags that say how a profile is called and where it goes.
#[derive(Debug, Args)]
pub(super) struct Naming {
    /// The profile's name; made of the portal's host otherwise
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The file to write, `-` for standard output; NAME.toml otherwise
    #[arg(short, long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

/// Where a profile goes.
#[derive(Debug)]
pub(super) enum Place {
    File(PathBuf),
    Output,
}

impl Place {
    /// What was named, or a file here that is called as the profile is. What is there already is refused before
    /// anybody has answered a question in vain.
    pub(super) fn of(out: Option<&Path>, name: &str) -> Result<Self, Failure> {
        match out {
            Some(out) if out == Path::new("-") => Ok(Self::Output),
            Some(out) => Self::free(out.to_owned()),
            None => Self::free(PathBuf::from(file_name(name))),
        }
    }

    fn free(path: PathBuf) -> Result<Self, Failure> {
        if path.symlink_metadata().is_ok() { Err(taken(&path)) } else { Ok(Self::File(path)) }
    }

    /// Writes the profile, which must load.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let profile = Profile::from_text(name, text).map_err(|error| Failure {
            text: format!("what was drafted does not load: {}", Failure::from(error).text),
            ..unexpected()
        })?;
        let Self::File(path) = self else { return print(text) };
        let unwritable = |error: std::io::Error| {
            let said = format!("`{}` cannot be written: {error}", path.display());
            Failure::new(Exit::Usage, said, "name a file in a directory that exists and is yours with --out")
        };
        let mut file = match File::create_new(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(taken(path)),
            Err(error) => return Err(unwritable(error)),
        };
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(unwritable)?;
        tell(&format!("wrote the profile `{}` to {}", profile.name, word(path)));
        Ok(())
    }
}

/// What to type to see how the profile fares.
pub(super) fn next_command(place: &Place, id: &str) -> String {
    let file = match place {
        Place::File(path) => named_as_file(path),
        Place::Output => PathBuf::from("FILE.toml"),
    };
    format!("anafora profile try {} {}", word(&file), word(Path::new(id)))
}

/// A file is told from the name of a built-in profile by a slash or its ending.
fn named_as_file(path: &Path) -> PathBuf {
    let is_told = path.extension().is_some_and(|ending| ending == "toml") || path.components().count() > 1;
    if is_told { path.to_owned() } else { Path::new(".").join(path) }
}

fn taken(path: &Path) -> Failure {
    let hint = "name another file with --out, or move that one away";
    Failure::new(Exit::Usage, format!("`{}` is there already", path.display()), hint)
}

fn unexpected() -> Failure {
    Failure::new(Exit::Unexpected, "", "please report it, with what you typed")
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        let (exit, hint) = match &error {
            DraftError::Address { .. } => {
                (Exit::Usage, "copy it from the browser's address bar, as in `https://portal.example/search`")
            }
            DraftError::Example { .. } => {
                (Exit::Id, "give one whole ID as the portal writes it, of a document that is there")
            }
            DraftError::Recording { .. } => (
                Exit::Usage,
                "record one look-up in Chrome (DevTools, Recorder), from the search page to the document, and export it as JSON",
            ),
            DraftError::UnclearId { .. } => (Exit::Id, "say with --id which ID was looked up"),
        };
        Self::new(exit, one_line(&error.to_string()), hint)
    }
}
