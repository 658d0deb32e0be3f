//! Finds and ends the processes that belong to one driver, by what `/proc` says of them.
//!
//! A process group is not enough: Chromium's crash handlers and Firefox's crash helper leave it for sessions of their
//! own, and Chromium's zygotes write over their environment. So whatever is in the driver's group, carries its
//! directory as `TMPDIR`, or descends from such a process belongs to it. Command lines are not looked at: somebody may be
//! reading a file in that directory. Numbers of processes come round again, hence a process is its number *and* the
//! moment it started, and it is signalled through a descriptor, which cannot come to mean another one.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

/// A driver listens within 100 ms; a machine with all its cores taken needs seconds.
pub(super) const DRIVER_READY_WITHIN: Duration = Duration::from_secs(20);
/// A killed process is gone in milliseconds, unless the kernel is writing its memory out for it.
pub(super) const GONE_WITHIN: Duration = Duration::from_secs(10);
/// What a driver said last is in the pipe when it ends; only a heir that holds the pipe open delays its end.
pub(super) const LAST_WORDS_WITHIN: Duration = Duration::from_secs(1);
/// Firefox takes 150 ms to tell its version, and several seconds from a cold disk.
pub(super) const VERSION_WITHIN: Duration = Duration::from_secs(10);
/// New processes may appear while others are being killed; each look at `/proc` finds those of the last one.
const ROUNDS_MAX: u32 = 16;

/// A process, told apart from a later one with the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Process {
    pid: i32,
    start_ticks: u64,
}

impl fmt::Display for Process {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.pid, self.start_ticks)
    }
}

impl Process {
    /// The process that has this number now.
    pub(super) fn running(pid: i32) -> Option<Self> {
        Seen::read(pid).map(|seen| seen.process)
    }

    /// This process.
    pub(super) fn current() -> io::Result<Self> {
        let pid = rustix::process::getpid().as_raw_pid();
        Self::running(pid).ok_or_else(|| io::Error::other("/proc does not list this process"))
    }

    /// Sends SIGKILL; the descriptor tells when it is gone. `None` where it was gone already.
    fn kill(self) -> io::Result<Option<OwnedFd>> {
        let Some(pid) = Pid::from_raw(self.pid) else { return Ok(None) };
        let descriptor = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(descriptor) => descriptor,
            Err(rustix::io::Errno::SRCH) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if Self::running(self.pid) != Some(self) {
            return Ok(None);
        }
        match pidfd_send_signal(&descriptor, Signal::KILL) {
            Ok(()) => Ok(Some(descriptor)),
            Err(rustix::io::Errno::SRCH) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What is known of one driver: enough to find its processes again after our own death.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DriverProcesses {
    /// The directory that only they have as `TMPDIR`.
    pub(super) directory: PathBuf,
    /// Start times are counted from this boot of the machine.
    boot_id: String,
    /// What started earlier cannot belong to the driver.
    since_ticks: u64,
    /// The driver, which leads its process group.
    leader: Option<Process>,
    /// The browser, as the driver named it.
    browser: Option<Process>,
}

impl DriverProcesses {
    /// A driver that is about to be started by this process.
    pub(super) fn about_to_start(directory: PathBuf) -> io::Result<Self> {
        let since_ticks = Process::current()?.start_ticks;
        Ok(Self { directory, boot_id: boot_id()?, since_ticks, leader: None, browser: None })
    }

    /// The same, now that the driver runs.
    pub(super) fn led_by(mut self, leader: Process) -> Self {
        self.since_ticks = leader.start_ticks;
        self.leader = Some(leader);
        self
    }

    /// The same, now that its browser is known.
    pub(super) fn with_browser(mut self, browser: Process) -> Self {
        self.browser = Some(browser);
        self
    }

    /// Kills all of them, without waiting for their end.
    pub(super) fn kill(&self) -> Killed {
        let mut killed = Killed::default();
        let mut struck = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            let found = self.find();
            if let Some(group) = found.group {
                // One call ends the whole group, so that none of it can start another meanwhile. The members are
                // killed once more below, where each failure is seen.
                kill_process_group(group, Signal::KILL).ok();
            }
            let fresh: Vec<Process> = found.members.difference(&struck).copied().collect();
            if fresh.is_empty() {
                break;
            }
            for process in fresh {
                struck.insert(process);
                match process.kill() {
                    Ok(descriptor) => killed.descriptors.extend(descriptor),
                    Err(error) => {
                        tracing::warn!(pid = process.pid, %error, "a browser process could not be killed");
                        killed.refused.push(process.pid);
                    }
                }
            }
        }
        killed
    }

    /// Kills all of them and waits until none is left.
    pub(super) fn end(&self, within: Duration) -> Result<(), Survivors> {
        let deadline = Instant::now() + within;
        loop {
            let killed = self.kill();
            let progress = !killed.descriptors.is_empty();
            for descriptor in killed.descriptors {
                exited(&descriptor, deadline);
            }
            let left: Vec<i32> = self.find().members.iter().map(|process| process.pid).collect();
            if left.is_empty() {
                return Ok(());
            }
            if !progress && !killed.refused.is_empty() || Instant::now() >= deadline {
                return Err(Survivors { pids: left });
            }
        }
    }

    fn find(&self) -> Found {
        if boot_id().ok().as_ref() != Some(&self.boot_id) {
            return Found::default();
        }
        let mut marker = b"TMPDIR=".to_vec();
        marker.extend_from_slice(self.directory.as_os_str().as_bytes());
        find_among(self, &Seen::all(), |process| carries(process, &marker))
    }
}

/// Processes that were sent SIGKILL.
#[derive(Debug, Default)]
pub(super) struct Killed {
    descriptors: Vec<OwnedFd>,
    refused: Vec<i32>,
}

/// Processes that could not be ended.
#[derive(Debug, thiserror::Error)]
#[error("processes {pids:?} could not be ended")]
pub(super) struct Survivors {
    pids: Vec<i32>,
}

/// Waits until a child has ended; one that takes longer is killed.
pub(super) fn wait_or_kill(child: &mut Child, within: Duration) -> io::Result<ExitStatus> {
    if let Some(status) = child.try_wait()? {
        return Ok(status);
    }
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| io::Error::other("the child has no number"))?;
    let descriptor = pidfd_open(pid, PidfdFlags::empty())?;
    if !exited(&descriptor, Instant::now() + within) {
        child.kill()?;
    }
    child.wait()
}

/// Waits until the process behind a descriptor has ended; false where the deadline came first.
fn exited(descriptor: &OwnedFd, deadline: Instant) -> bool {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).ok();
        let mut polled = [PollFd::new(descriptor, PollFlags::IN)];
        match poll(&mut polled, timeout.as_ref()) {
            Ok(0) => return false,
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return true,
            Err(_) => return false,
        }
    }
}

/// Removes the directory of a driver, and nothing that could not be one.
pub(super) fn remove_directory(directory: &Path) -> io::Result<()> {
    let named_by_us =
        directory.file_name().is_some_and(|name| name.as_bytes().starts_with(DIRECTORY_PREFIX.as_bytes()));
    if !named_by_us {
        return Err(io::Error::other(format!("`{}` is not the directory of a driver", directory.display())));
    }
    match fs::remove_dir_all(directory) {
        // The guard of a dead crawl and the next start may remove the same directory at once.
        Err(_) if !directory.exists() => Ok(()),
        other => other,
    }
}

/// How the names of drivers' directories begin.
pub(super) const DIRECTORY_PREFIX: &str = "browser-";

#[derive(Debug, Default)]
struct Found {
    /// The driver's group, where it is certain that it still is the driver's.
    group: Option<Pid>,
    members: BTreeSet<Process>,
}

fn find_among(known: &DriverProcesses, all: &[Seen], carries: impl Fn(i32) -> bool) -> Found {
    let alive: Vec<&Seen> = all
        .iter()
        .filter(|seen| seen.state == State::Alive && seen.process.start_ticks >= known.since_ticks)
        .collect();
    let marked = |seen: &Seen| {
        Some(seen.process) == known.leader || Some(seen.process) == known.browser || carries(seen.process.pid)
    };
    let mut members: BTreeSet<Process> = BTreeSet::new();
    let mut pids: BTreeSet<i32> = BTreeSet::new();
    let mut group = None;
    // The number of a group is free again once its last member has ended. It is ours while the leader, be it as a
    // zombie, has it, or while a process with our mark is in it.
    if let Some(leader) = known.leader
        && all.iter().any(|seen| seen.process == leader)
    {
        group = Some(leader.pid);
    }
    for seen in alive.iter().filter(|seen| marked(seen)) {
        members.insert(seen.process);
        pids.insert(seen.process.pid);
        if known.leader.is_some_and(|leader| leader.pid == seen.group) {
            group = Some(seen.group);
        }
    }
    loop {
        let before = members.len();
        for seen in &alive {
            if group == Some(seen.group) || pids.contains(&seen.parent) {
                members.insert(seen.process);
                pids.insert(seen.process.pid);
            }
        }
        if members.len() == before {
            return Found { group: group.and_then(Pid::from_raw), members };
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Alive,
    /// Ended, and not yet asked for by its parent.
    Zombie,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    process: Process,
    parent: i32,
    group: i32,
    state: State,
}

impl Seen {
    fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(Self::read)
            .collect()
    }

    fn read(pid: i32) -> Option<Self> {
        Self::parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Reads a line of `/proc/PID/stat`. The second field, a name in parentheses, may hold blanks and parentheses.
    fn parse(pid: i32, stat: &str) -> Option<Self> {
        let (_, after_name) = stat.rsplit_once(')')?;
        let mut fields = after_name.split_ascii_whitespace();
        let state = match fields.next()? {
            "Z" | "X" | "x" => State::Zombie,
            _ => State::Alive,
        };
        let parent = fields.next()?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        // The start is field 22; the group, just read, was field 5.
        let start_ticks = fields.nth(16)?.parse().ok()?;
        Some(Self { process: Process { pid, start_ticks }, parent, group, state })
    }
}

fn carries(pid: i32, marker: &[u8]) -> bool {
    fs::read(format!("/proc/{pid}/environ"))
        .is_ok_and(|environment| environment.split(|byte| *byte == 0).any(|variable| variable == marker))
}

fn boot_id() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(pid: i32, parent: i32, group: i32, start_ticks: u64) -> Seen {
        Seen { process: Process { pid, start_ticks }, parent, group, state: State::Alive }
    }

    fn driver() -> DriverProcesses {
        DriverProcesses {
            directory: PathBuf::from("/nowhere/browser-1"),
            boot_id: String::new(),
            since_ticks: 100,
            leader: Some(Process { pid: 50, start_ticks: 100 }),
            browser: None,
        }
    }

    #[track_caller]
    fn check(known: &DriverProcesses, all: &[Seen], carrying: &[i32], group: Option<i32>, expected: &[i32]) {
        let found = find_among(known, all, |pid| carrying.contains(&pid));
        assert_eq!(found.group.map(Pid::as_raw_pid), group);
        assert_eq!(found.members.iter().map(|process| process.pid).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_name_with_blanks_and_parentheses_does_not_shift_the_fields() {
        let line = "7 (Web (Content) S) S 3 5 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 4 0 98765 1000 2000";
        assert_eq!(Seen::parse(7, line), Some(seen(7, 3, 5, 98765)));
        assert_eq!(Seen::parse(7, "7 (cut off) S 3 5"), None);
    }

    #[test]
    fn the_group_descendants_and_those_with_the_directory_belong_to_the_driver() {
        let all = [
            seen(50, 1, 50, 100),
            seen(51, 50, 50, 101),
            seen(60, 51, 60, 102), // a descendant that left the group
            seen(70, 1, 70, 103),  // a crash handler: left the group, and its parent has ended
            seen(80, 1, 80, 104),  // somebody else's
        ];
        check(&driver(), &all, &[70], Some(50), &[50, 51, 60, 70]);
    }

    #[test]
    fn a_group_whose_number_came_round_again_is_left_alone() {
        check(&driver(), &[seen(50, 1, 50, 900), seen(51, 50, 50, 901)], &[], None, &[]);
    }

    #[test]
    fn a_group_without_its_leader_is_known_by_a_member_with_the_directory() {
        check(&driver(), &[seen(51, 1, 50, 101), seen(52, 1, 50, 102)], &[51], Some(50), &[51, 52]);
        check(&driver(), &[seen(51, 1, 50, 101), seen(52, 1, 50, 102)], &[], None, &[]);
    }

    #[test]
    fn a_group_is_known_by_its_leader_when_that_is_a_zombie() {
        let zombie = Seen { state: State::Zombie, ..seen(50, 1, 50, 100) };
        check(&driver(), &[zombie, seen(52, 1, 50, 102)], &[], Some(50), &[52]);
    }

    #[test]
    fn what_started_before_the_driver_does_not_belong_to_it() {
        check(&driver(), &[seen(40, 1, 40, 99)], &[40], None, &[]);
    }

    #[test]
    fn only_directories_of_drivers_are_removed() {
        let parent = tempfile::tempdir().unwrap();
        let kept = parent.path().join("documents");
        fs::create_dir(&kept).unwrap();
        assert!(remove_directory(&kept).is_err());
        assert!(kept.exists());
        let removed = parent.path().join("browser-1");
        fs::create_dir(&removed).unwrap();
        remove_directory(&removed).unwrap();
        assert!(!removed.exists());
        remove_directory(&removed).unwrap();
    }
}
