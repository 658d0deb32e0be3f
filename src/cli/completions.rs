//! `anafora completions SHELL`.

use clap::CommandFactory as _;

use super::Exit;
use super::arguments::{Arguments, Completions};
use super::exit::Failure;
use super::output::print;

/// Writes the shell's completion script to standard output.
pub(super) fn run(verb: &Completions) -> Result<Exit, Failure> {
    // The generator panics where its writer fails: memory does not.
    let mut script = Vec::new();
    clap_complete::generate(verb.shell, &mut Arguments::command(), "anafora", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Closed)
}
