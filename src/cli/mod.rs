//! The command line: one file a verb. The only place that picks which frontier, fetcher and archive work together.

mod arguments;
mod assemble;
mod command;
mod completions;
mod crawl;
mod dead;
mod demo;
mod doctor;
mod dump;
mod exit;
mod explain;
mod export;
mod fixtures;
mod flags;
mod floor;
mod graph;
mod guard;
mod ids;
mod interrupt;
mod manners;
mod misbehaviour;
mod output;
mod panics;
mod plan;
mod portal;
mod profile;
mod progress;
mod replay;
mod report;
mod restore;
mod resume;
mod run;
mod seeds;
mod settings;
mod status;
mod stored;
mod summary;
mod verify;
mod voice;
mod work;

pub use exit::Exit;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Verb};
use exit::Failure;

/// Runs the command that the process was started with and says how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    output::start_log(arguments.voice(), arguments.verbose);
    panics::keep_quiet();
    match panics::caught(|| run(arguments)) {
        Ok(exit) => exit.into(),
        // A reader that went away, as `head` does, has seen enough.
        Err(failure) if failure.exit == Exit::Closed => Exit::Closed.into(),
        Err(failure) => {
            output::fail(&failure);
            failure.exit.into()
        }
    }
}

/// clap has the words; help and version are no errors.
fn usage(error: &clap::Error) -> ExitCode {
    let shown = error.print();
    if error.use_stderr() || shown.is_err() { Exit::Usage.into() } else { Exit::Closed.into() }
}

fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let voice = arguments.voice();
    let config = arguments.config;
    match arguments.verb {
        Verb::Guard => guard::run(),
        Verb::Completions(verb) => completions::run(&verb),
        Verb::Doctor(verb) => doctor::run(&verb),
        Verb::Ids(verb) => ids::run(&verb, config.as_deref()),
        Verb::Profile(verb) => block_on(profile::run(verb, voice, config.as_deref())),
        Verb::Crawl(verb) => block_on(crawl::run(*verb, voice, config.as_deref())),
        Verb::Dead(verb) => block_on(dead::run(verb, config.as_deref())),
        Verb::Demo(verb) => block_on(demo::run(*verb, voice, config.as_deref())),
        Verb::Replay(verb) => block_on(replay::run(verb, voice)),
        Verb::Export(verb) => block_on(export::run(verb, config.as_deref())),
        Verb::Fixtures(verb) => block_on(fixtures::run(verb, config.as_deref())),
        Verb::Explain(verb) => block_on(explain::run(verb, config.as_deref())),
        Verb::Verify(verb) => block_on(verify::run(verb, config.as_deref())),
        Verb::Dump(verb) => block_on(dump::run(verb, config.as_deref())),
        Verb::Restore(verb) => block_on(restore::run(verb, voice)),
        Verb::Graph(verb) => block_on(graph::run(verb, config.as_deref())),
        Verb::Report(verb) => block_on(report::run(verb, config.as_deref())),
        Verb::Status(verb) => block_on(status::run(verb, config.as_deref())),
    }
}

fn block_on(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
