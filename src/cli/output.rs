//! Where words go: data on standard output, all else on standard error.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;

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

/// The file that was named, or standard output.
pub(super) fn open(file: Option<&Path>) -> Result<Box<dyn Write>, Failure> {
    let Some(path) = file else { return Ok(Box::new(BufWriter::new(io::stdout().lock()))) };
    let created = std::fs::File::create(path).map_err(|error| {
        let text = format!("`{}` cannot be written: {error}", path.display());
        Failure::new(Exit::Usage, text, "name a file in a directory that exists and is yours")
    })?;
    Ok(Box::new(BufWriter::new(created)))
}

/// Prints a text on standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}
