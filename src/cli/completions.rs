//! `anafora completions SHELL`.

use clap::CommandFactory as _;

use super::Exit;
use super::arguments::{Arguments, Completions};

/// Writes the shell's completion script to standard output.
pub(super) fn run(verb: &Completions) -> Exit {
    clap_complete::generate(verb.shell, &mut Arguments::command(), "anafora", &mut std::io::stdout());
    Exit::Closed
}
