//! `anafora profile record`: writes a profile from a look-up that was recorded in Chrome, and says what it lacks.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Exit;
use crate::cli::exit::Failure;
use crate::cli::output::tell;
use crate::draft::RecordedLookUp;
use crate::export::one_line;

use super::drafted::{Naming, Place, next_command};

/// Recordings of look-ups are a few KiB.
const BYTES_MAX: u64 = 8 << 20;

#[derive(Debug, Args)]
pub(in crate::cli) struct Record {
    /// The recording: what Chrome's Recorder exports as JSON
    #[arg(value_name = "FILE.json")]
    recording: PathBuf,
    /// The ID that was looked up in it; the only text typed that looks like one otherwise
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    naming: Naming,
}

/// Reads the recording, writes the profile, and lists what is not in it.
pub(super) fn run(verb: &Record) -> Result<Exit, Failure> {
    let look_up = RecordedLookUp::read(&read(&verb.recording)?, verb.id.as_deref())?;
    let name = verb.naming.name.clone().unwrap_or_else(|| look_up.address().name());
    let place = Place::of(verb.naming.out.as_deref(), &name)?;
    let command = next_command(&place, look_up.id().text());
    place.write(&name, &look_up.profile(&name, &command))?;
    let notes = look_up.notes();
    for line in notes.dropped_lines() {
        tell(&format!("left out: {}", one_line(&line)));
    }
    for note in &notes.unmapped {
        tell(&format!("not mapped: {}", one_line(&note.to_string())));
    }
    for note in &notes.open {
        tell(&format!("to check: {}", one_line(&note.to_string())));
    }
    tell(&format!("hint: edit what is marked EDIT in it; then `{command}`"));
    Ok(Exit::Closed)
}

fn read(path: &Path) -> Result<String, Failure> {
    let unreadable = |reason: &str| {
        let text = format!("`{}` cannot be read: {reason}", path.display());
        Failure::new(Exit::Usage, text, "name the file that Chrome's Recorder exported as JSON")
    };
    let file = File::open(path).map_err(|error| unreadable(&error.to_string()))?;
    let mut text = String::new();
    file.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|error| unreadable(&error.to_string()))?;
    if text.len() as u64 > BYTES_MAX {
        return Err(unreadable("it is larger than 8 MiB"));
    }
    Ok(text)
}
