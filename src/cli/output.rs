//! Where words go: data on standard output, all else on standard error.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use tracing_subscriber::EnvFilter;

use super::exit::{Exit, Failure};
use super::voice::Voice;

/// Starts the log on standard error: warnings, more with `-vv`, or as `ANAFORA_LOG` says.
pub(super) fn start_log(voice: Voice, verbosity: u8) {
    let level = match (voice, verbosity) {
        (Voice::Quiet, _) => "error",
        (_, 0 | 1) => "anafora=warn",
        (_, 2) => "anafora=info",
        (_, _) => "anafora=debug",
    };
    let filter = EnvFilter::try_from_env("ANAFORA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let colours =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    tracing_subscriber::fmt()
        .with_ansi(colours)
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false)
        .without_time()
        .init();
}

/// Says what went wrong and what to do about it.
pub(super) fn fail(failure: &Failure) {
    let text = failure.text.trim_end();
    tell(&format!("error: {text}"));
    if let Some(hint) = &failure.hint {
        tell(&format!("hint: {hint}"));
    }
}

/// Says something to the person, on standard error. Where nobody listens any more, the work still goes on.
pub(super) fn tell(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}

/// Where the data of a command goes. A file has its name once it is whole and on disk: until then the one that was there
/// before stays, which may be the only copy of something.
pub(super) struct Output {
    writer: Box<dyn Write>,
    unfinished: Option<Unfinished>,
}

/// A file that is being written beside its place. Dropped, it is removed.
struct Unfinished {
    file: File,
    path: PathBuf,
    place: PathBuf,
}

impl Output {
    /// The file that was named, or standard output.
    pub(super) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(place) = file else {
            return Ok(Self { writer: Box::new(BufWriter::new(io::stdout().lock())), unfinished: None });
        };
        Self::to(place).map_err(|error| {
            let text = format!("`{}` cannot be written: {error}", place.display());
            Failure::new(Exit::Usage, text, "name a file in a directory that exists and is yours")
        })
    }

    fn to(place: &Path) -> io::Result<Self> {
        // What is no plain file, as a pipe or a link, is written as it is.
        if fs::symlink_metadata(place).is_ok_and(|found| !found.is_file()) {
            let file = File::options().write(true).truncate(true).open(place)?;
            return Ok(Self { writer: Box::new(BufWriter::new(file)), unfinished: None });
        }
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let path = place.with_file_name(name);
        let file = File::create(&path)?;
        let writer = Box::new(BufWriter::new(file.try_clone()?));
        Ok(Self { writer, unfinished: Some(Unfinished { file, path, place: place.to_owned() }) })
    }

    /// Ends the output: all of it is where it should be when this returns.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.unfinished.take().map_or(Ok(()), |unfinished| {
            unfinished.file.sync_all()?;
            fs::rename(&unfinished.path, &unfinished.place)
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Where it was renamed, nothing is there any more.
        drop(fs::remove_file(&self.path));
    }
}

/// Prints a text on standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_as_it_was_until_the_new_one_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("dump.jsonl");
        let names = || fs::read_dir(directory.path()).unwrap().count();
        fs::write(&place, "old").unwrap();
        let mut output = Output::open(Some(&place)).unwrap();
        output.write_all(b"half").unwrap();
        output.flush().unwrap();
        drop(output);
        assert_eq!((fs::read_to_string(&place).unwrap().as_str(), names()), ("old", 1));
        let mut output = Output::open(Some(&place)).unwrap();
        output.write_all(b"new").unwrap();
        output.finish().unwrap();
        assert_eq!((fs::read_to_string(&place).unwrap().as_str(), names()), ("new", 1));
    }

    #[test]
    fn what_is_no_plain_file_is_written_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let (link, target) = (directory.path().join("link"), directory.path().join("target"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut output = Output::open(Some(&link)).unwrap();
        output.write_all(b"new").unwrap();
        output.finish().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert!(Output::open(Some(directory.path())).is_err());
    }
}
