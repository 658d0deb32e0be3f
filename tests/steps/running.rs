//! What runs below a run directory: drivers, browsers and their processes, by what `/proc` says of them.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

/// A process of a browser session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    start: u64,
    parent: i32,
    group: i32,
    command: String,
}

/// Which of a session's processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Driver,
    Browser,
    /// Those that show pages.
    Tabs,
}

impl Process {
    fn read(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        let number = |index: usize| fields[index].parse().unwrap();
        (fields[0] != "Z").then(|| Self {
            pid,
            start: fields[19].parse().unwrap(),
            parent: number(1),
            group: number(2),
            command,
        })
    }

    pub(crate) fn is_alive(&self) -> bool {
        Self::read(self.pid).is_some_and(|now| now.start == self.start)
    }

    fn names(&self, directory: &Path) -> bool {
        let name = directory.as_os_str().as_bytes();
        ["environ", "cmdline"].iter().any(|file| {
            fs::read(format!("/proc/{}/{file}", self.pid))
                .is_ok_and(|bytes| bytes.windows(name.len()).any(|window| window == name))
        })
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.pid).unwrap(), signal).unwrap();
    }
}

/// All that name the directory in environment or command line, those in the groups of these, and their children.
pub(crate) fn below(directory: &Path) -> BTreeSet<Process> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let all: Vec<Process> = pids.filter_map(Process::read).collect();
    let own_group = rustix::process::getpgrp().as_raw_pid();
    let mut found: BTreeSet<Process> =
        all.iter().filter(|process| process.names(directory)).cloned().collect();
    loop {
        let belongs = |process: &&Process| {
            process.group != own_group
                && !found.contains(process)
                && found.iter().any(|known| known.group == process.group || known.pid == process.parent)
        };
        let more: Vec<Process> = all.iter().filter(belongs).cloned().collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// The part of the only session that runs below the directory.
pub(crate) fn part(directory: &Path, part: Part) -> Vec<Process> {
    let all = below(directory);
    let own = i32::try_from(std::process::id()).unwrap();
    let driver = all.iter().find(|process| process.parent == own).expect("a driver runs");
    let chosen = |process: &&Process| match part {
        Part::Driver => *process == driver,
        Part::Browser => {
            let words = &process.command;
            words.contains("headless") && !words.contains("--type=") && !words.contains("-contentproc")
        }
        Part::Tabs => {
            let words = &process.command;
            words.contains("--type=renderer") || words.contains("-contentproc") && words.contains(" tab")
        }
    };
    let parts: Vec<Process> = all.iter().filter(chosen).cloned().collect();
    assert!(!parts.is_empty(), "no {part:?} in {all:#?}");
    parts
}
