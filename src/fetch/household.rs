//! Where the browsers of one crawl leave their files, and who ends them when we die.
//!
//! Three can end a browser: its [`Driver`], while we live; the guard, as soon as we die; the next start, by the ledger,
//! where the guard died as well. So an entry is in the ledger and with the guard before the driver it speaks of exists.
//! The writes are small and synchronous, a few for each driver, which takes a hundred times as long to start.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::FetchError;
use super::binaries::Binaries;
use super::driver::Driver;
use super::guard::{Guard, GuardCommand};
use super::ledger::{Entry, Ledger, remove_household};
use super::processes::{
    DIRECTORY_PREFIX, DRIVER_READY_WITHIN, DriverProcesses, GONE_WITHIN, Process, remove_directory,
};

/// A socket's path has 107 bytes at most, and Chromium puts `/org.chromium.Chromium.123456/SingletonSocket` below its
/// `TMPDIR`; the name of a driver's own directory comes before that.
const RUN_DIRECTORY_BYTES_MAX: usize = 107 - 46 - "/browser-0123456789ab".len();

/// Where the run directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunDir {
    /// This directory, as a rule `run/` in a store; it is made where it is missing.
    Store(PathBuf),
    /// One of its own in the user's runtime directory, or else in the system's temporary one.
    User,
}

/// The browsers of one crawl. Without [`close`](Self::close) the guard ends what is left once the last driver is dropped.
#[derive(Debug)]
pub struct Household {
    register: Arc<Register>,
}

impl Household {
    /// Ends what an earlier life left behind, and starts the guard.
    ///
    /// # Errors
    ///
    /// `Environment`, where the directory cannot be used, is another crawl's, or the guard does not start.
    pub async fn open(run_dir: RunDir, guard_command: GuardCommand) -> Result<Self, FetchError> {
        let opened = tokio::task::spawn_blocking(move || Register::open(&run_dir, &guard_command)).await;
        let register = opened.map_err(|error| environment("the run directory", &error))??;
        Ok(Self { register: Arc::new(register) })
    }

    /// Starts a driver. May be called from several places at once.
    ///
    /// # Errors
    ///
    /// `Environment`, where the driver does not come up; with its last words.
    pub async fn start_driver(&self, binaries: &Binaries) -> Result<Driver, FetchError> {
        self.start_driver_within(binaries, DRIVER_READY_WITHIN).await
    }

    /// The same, for a start that must not take as long as a driver may.
    pub(super) async fn start_driver_within(
        &self,
        binaries: &Binaries,
        within: Duration,
    ) -> Result<Driver, FetchError> {
        Driver::start(Arc::clone(&self.register), binaries, within.min(DRIVER_READY_WITHIN)).await
    }

    /// Kills every driver and its browser at once, without waiting for their end.
    pub fn kill_all(&self) {
        self.register.kill_all();
    }

    /// Ends all drivers, then the guard, and removes the run directory.
    ///
    /// # Errors
    ///
    /// `Environment`, where something could not be ended or removed.
    pub async fn close(self) -> Result<(), FetchError> {
        let closed = tokio::task::spawn_blocking(move || self.register.close()).await;
        closed.map_err(io::Error::other).flatten().map_err(|error| environment("ending the browsers", &error))
    }
}

/// What is known of the drivers that run, written down as it changes.
#[derive(Debug)]
pub(super) struct Register {
    run_directory: PathBuf,
    /// `None` once it was closed.
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    // Dropped in this order: the guard can remove the run directory only when the ledger is not locked any more.
    ledger: Ledger,
    guard: Guard,
    live: BTreeMap<PathBuf, DriverProcesses>,
}

impl Register {
    fn open(run_dir: &RunDir, guard_command: &GuardCommand) -> Result<Self, FetchError> {
        let (run_directory, ledger) = match run_dir {
            RunDir::Store(path) => open_in_store(path)?,
            RunDir::User => open_for_user().map_err(|error| environment("the run directory", &error))?,
        };
        let guard = Guard::start(guard_command).and_then(|mut guard| {
            // A store's run directory is not the guard's to remove: the next crawl may be moving in.
            if *run_dir == RunDir::User {
                guard.tell(&Entry::Household(run_directory.clone()))?;
            }
            Ok(guard)
        });
        let guard = guard.map_err(|error| FetchError::Environment {
            detail: format!("the guard `{}` could not be started: {error}", guard_command.program.display()),
            hint: "the program must stay where it is while it runs".to_owned(),
        })?;
        let state = State { ledger, guard, live: BTreeMap::new() };
        Ok(Self { run_directory, state: Mutex::new(Some(state)) })
    }

    /// Announces a driver that is about to be started, and makes its directory.
    pub(super) fn prepare(&self) -> io::Result<DriverProcesses> {
        let parent = if self.run_directory.as_os_str().len() > RUN_DIRECTORY_BYTES_MAX {
            std::env::temp_dir()
        } else {
            self.run_directory.clone()
        };
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let directory = parent.join(format!("{DIRECTORY_PREFIX}{}", unique.get(..12).unwrap_or(&unique)));
        let processes = DriverProcesses::about_to_start(directory)?;
        self.announce(processes.clone())?;
        if let Err(error) = DirBuilder::new().mode(0o700).create(&processes.directory) {
            self.end(&processes.directory);
            return Err(error);
        }
        Ok(processes)
    }

    /// Says what is known by now of a driver.
    pub(super) fn announce(&self, processes: DriverProcesses) -> io::Result<()> {
        let mut state = self.state();
        let state = state.as_mut().ok_or_else(|| io::Error::other("the crawl's browsers were ended"))?;
        let entry = Entry::Live(processes.clone());
        state.ledger.append(&entry)?;
        state.guard.tell(&entry)?;
        state.live.insert(processes.directory.clone(), processes);
        Ok(())
    }

    /// Adds its browser to what is known of a driver.
    pub(super) fn adopt(&self, directory: &Path, browser: Process) -> io::Result<()> {
        match self.live(directory) {
            Some(processes) => self.announce(processes.with_browser(browser)),
            None => Ok(()),
        }
    }

    /// Kills what belongs to a driver that is still registered, without waiting.
    pub(super) fn kill(&self, directory: &Path) {
        if let Some(processes) = self.live(directory) {
            processes.kill();
        }
    }

    /// Ends what belongs to a driver, waits until it is gone, removes its directory and strikes it off.
    pub(super) fn end(&self, directory: &Path) {
        let Some(processes) = self.live(directory) else { return };
        if let Err(error) = self.end_registered(&processes) {
            tracing::warn!(directory = %directory.display(), %error, "a driver left something behind");
        }
    }

    fn end_registered(&self, processes: &DriverProcesses) -> io::Result<()> {
        processes.end(GONE_WITHIN).map_err(io::Error::other)?;
        remove_directory(&processes.directory)?;
        let mut state = self.state();
        let Some(state) = state.as_mut() else { return Ok(()) };
        state.live.remove(&processes.directory);
        let entry = Entry::Ended(processes.directory.clone());
        state.ledger.append(&entry)?;
        // A guard that is not there any more needs not know; no driver is started without one.
        if let Err(error) = state.guard.tell(&entry) {
            tracing::debug!(%error, "the guard was not told that a driver has ended");
        }
        Ok(())
    }

    fn kill_all(&self) {
        for processes in self.all_live() {
            processes.kill();
        }
    }

    fn close(&self) -> io::Result<()> {
        self.kill_all();
        let ended: io::Result<()> =
            self.all_live().iter().map(|processes| self.end_registered(processes)).fold(Ok(()), Result::and);
        let state = self.state().take();
        if let Some(State { ledger, guard, live: _ }) = state {
            drop(ledger);
            guard.finish()?;
        }
        ended?;
        remove_household(&self.run_directory)
    }

    fn live(&self, directory: &Path) -> Option<DriverProcesses> {
        self.state().as_ref()?.live.get(directory).cloned()
    }

    fn all_live(&self) -> Vec<DriverProcesses> {
        self.state().as_ref().map(|state| state.live.values().cloned().collect()).unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_in_store(path: &Path) -> Result<(PathBuf, Ledger), FetchError> {
    let opened = private_directory(path).and_then(|directory| {
        let ledger = Ledger::open(&directory)?;
        Ok((directory, ledger))
    });
    match opened {
        Ok((directory, Some(ledger))) => Ok((directory, ledger)),
        Ok((directory, None)) => Err(FetchError::Environment {
            detail: format!("another crawl has its browsers in `{}`", directory.display()),
            hint: "wait until it ends, or stop it".to_owned(),
        }),
        Err(error) => Err(environment(&format!("the run directory `{}`", path.display()), &error)),
    }
}

/// Makes a run directory of our own beside those of other crawls, after ending what dead ones left in theirs.
fn open_for_user() -> io::Result<(PathBuf, Ledger)> {
    let (base, _entrance) = enter_user_directory()?;
    for entry in fs::read_dir(&base)? {
        let sibling = entry?.path();
        if sibling.is_dir() {
            // Somebody else's remains must not keep this crawl from starting.
            if let Err(error) = reap_sibling(&sibling) {
                tracing::warn!(directory = %sibling.display(), %error, "an earlier crawl's directory stays");
            }
        }
    }
    let run_directory = private_directory(&base.join(Process::current()?.to_string()))?;
    let ledger = Ledger::open(&run_directory)?
        .ok_or_else(|| io::Error::other("this process has opened its run directory already"))?;
    Ok((run_directory, ledger))
}

/// The directory in which all of the user's one-shot crawls have theirs, and its lock. The lock is held until our own ledger
/// is locked: what has no locked ledger then belongs to nobody.
pub(super) fn enter_user_directory() -> io::Result<(PathBuf, File)> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    let base = runtime.unwrap_or_else(std::env::temp_dir);
    let base = private_directory(&base.join(format!("anafora-{}", rustix::process::geteuid().as_raw())))?;
    let entrance = File::options().create(true).append(true).open(base.join("lock"))?;
    entrance.lock()?;
    Ok((base, entrance))
}

fn reap_sibling(run_directory: &Path) -> io::Result<()> {
    match Ledger::open(run_directory)? {
        Some(ledger) => {
            drop(ledger);
            remove_household(run_directory)
        }
        None => Ok(()),
    }
}

/// Makes a directory that only we can enter, or checks that this is so.
pub(super) fn private_directory(path: &Path) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other(format!("`{}` is not a directory of ours", path.display())));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    let canonical = path.canonicalize()?;
    // The ledger is text.
    match std::str::from_utf8(canonical.as_os_str().as_bytes()) {
        Ok(_) => Ok(canonical),
        Err(_) => Err(io::Error::other(format!("the path `{}` is not UTF-8", canonical.display()))),
    }
}

pub(super) fn environment(what: &str, error: &dyn std::error::Error) -> FetchError {
    FetchError::Environment {
        detail: format!("{what}: {error}"),
        hint: "the directory must be writable, and belong to you".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_others_could_enter_is_closed_to_them() {
        let parent = tempfile::tempdir().unwrap();
        let open = parent.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        let closed = private_directory(&open).unwrap();
        assert_eq!(fs::metadata(closed).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_link_in_place_of_the_run_directory_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let link = parent.path().join("link");
        std::os::unix::fs::symlink(parent.path(), &link).unwrap();
        assert!(private_directory(&link).is_err());
    }
}
