//! A small process that outlives ours by a moment, to end the browsers we could not end ourselves.
//!
//! It holds the other end of a pipe: whatever ends us, SIGKILL included, closes the pipe. It has a process group of its
//! own, so that Ctrl-C and a closing terminal, which address our group, do not reach it; and it outlives requests to
//! terminate, which service managers send to all processes at once: we end gently then, and still have browsers.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::ledger::{Entry, Roll, remove_household};
use super::processes::{GONE_WITHIN, wait_or_kill};

/// How to start the guard: a program that calls [`run_guard`] with its standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardCommand {
    /// The program, as a rule our own.
    pub program: PathBuf,
    /// What makes it a guard.
    pub args: Vec<OsString>,
}

/// What the guard does: notes which drivers run, and when the input ends, ends those that are left and removes their
/// directories.
///
/// # Errors
///
/// Where the run directory could not be removed; whoever comes next reaps it.
pub fn run_guard(input: impl BufRead) -> io::Result<()> {
    let _deaf = turn_deaf()?;
    let mut roll = Roll::default();
    for line in input.split(b'\n') {
        match line {
            Ok(line) => roll.take(&String::from_utf8_lossy(&line)),
            // A pipe that cannot be read has ended as far as the browsers are concerned.
            Err(_) => break,
        }
    }
    let household = roll.household().map(ToOwned::to_owned);
    let left = roll.reap();
    match household {
        Some(run_directory) if left.is_empty() => remove_household(&run_directory),
        _ => Ok(()),
    }
}

/// Makes this process outlive signals that ask it to end. They do so no more once somebody listens, and nobody needs to
/// hear them: when the pipe ends, so does the guard.
fn turn_deaf() -> io::Result<Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    {
        let _entered = runtime.enter();
        for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
            drop(signal(kind)?);
        }
    }
    Ok(runtime)
}

/// The guard, seen from the process it guards.
#[derive(Debug)]
pub(super) struct Guard {
    child: Child,
    pipe: ChildStdin,
}

impl Guard {
    /// Starts it.
    pub(super) fn start(command: &GuardCommand) -> io::Result<Self> {
        let mut child = Command::new(&command.program)
            .args(&command.args)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let pipe = child.stdin.take().ok_or_else(|| io::Error::other("the guard has no standard input"))?;
        Ok(Self { child, pipe })
    }

    /// Tells it an entry; an error where it is not there any more.
    pub(super) fn tell(&mut self, entry: &Entry) -> io::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            return Err(io::Error::other(format!("the guard process has ended ({status})")));
        }
        self.pipe.write_all(&entry.line()?)
    }

    /// Closes the pipe and waits for its end.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { mut child, pipe } = self;
        drop(pipe);
        wait_or_kill(&mut child, GONE_WITHIN).map(drop)
    }
}
