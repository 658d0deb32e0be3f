//! Whatever ends a crawl, no browser process and no directory of one stays behind: shown on real browsers.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells its parent by printing"
)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anafora::fetch::FetchError;
use anafora::fetch::{
    Binaries, BrowserKind, Chosen, Driver, GuardCommand, Household, RunDir, Window, run_guard,
};
use fantoccini::{Client, ClientBuilder};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// How long something may take to become true.
const PATIENCE: Duration = Duration::from_secs(30);

/// The browsers that every test goes through. Chromium proper is among them for its crash handlers, which leave the
/// process group.
const BROWSERS: [Browser; 3] = [Browser::HeadlessShell, Browser::Chromium, Browser::Firefox];

#[derive(Clone, Copy, Debug)]
enum Browser {
    HeadlessShell,
    Chromium,
    Firefox,
}

impl Browser {
    fn binaries(self) -> Binaries {
        let (kind, window) = match self {
            Self::HeadlessShell => (BrowserKind::Chromium, Window::Headless),
            Self::Chromium => (BrowserKind::Chromium, Window::Headed),
            Self::Firefox => (BrowserKind::Firefox, Window::Headless),
        };
        match Binaries::find(kind, window, &Chosen::default()) {
            Ok(binaries) => {
                assert_eq!(binaries.headless_shell, matches!(self, Self::HeadlessShell));
                binaries
            }
            Err(FetchError::Environment { detail, hint }) => panic!("{detail}; hint: {hint}"),
            Err(error) => panic!("{error}"),
        }
    }

    fn from_environment() -> Self {
        let name = std::env::var("BROWSER").expect("BROWSER is set by the test that starts this one");
        *BROWSERS.iter().find(|browser| format!("{browser:?}") == name).expect("a browser of the list")
    }

    async fn session(self, driver: &mut Driver) -> Client {
        let capabilities = match self {
            Self::HeadlessShell | Self::Chromium => json!({ "goog:chromeOptions": {
                "binary": self.binaries().browser,
                "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            } }),
            Self::Firefox => json!({ "moz:firefoxOptions": {
                "binary": self.binaries().browser,
                "args": ["-headless"],
            } }),
        };
        let Value::Object(capabilities) = capabilities else { unreachable!("written above as an object") };
        let client = ClientBuilder::rustls()
            .expect("rustls has a provider")
            .capabilities(capabilities)
            .connect(driver.endpoint().as_str())
            .await
            .expect("a session starts");
        let pid = ["goog:processID", "moz:processID"]
            .iter()
            .find_map(|name| client.capabilities()?.get(*name)?.as_i64())
            .expect("the driver tells the browser's process");
        driver.adopt_browser(i32::try_from(pid).expect("a process number"));
        client
    }
}

/// This test program, running nothing but `test`, which is otherwise ignored.
fn this_program(test: &str) -> (PathBuf, Vec<OsString>) {
    let args = ["--exact", test, "--ignored", "--nocapture"].map(OsString::from).to_vec();
    (std::env::current_exe().expect("a test program has a path"), args)
}

fn guard_command() -> GuardCommand {
    let (program, args) = this_program("as_guard");
    GuardCommand { program, args }
}

#[test]
#[ignore = "the guard of the other tests"]
fn as_guard() {
    run_guard(std::io::stdin().lock()).expect("the guard does its work");
}

#[tokio::test]
#[ignore = "the crawl that the other tests kill"]
async fn as_crawl() {
    let browser = Browser::from_environment();
    let run_dir = std::env::var_os("STORE").map_or(RunDir::User, |path| RunDir::Store(path.into()));
    let household = Household::open(run_dir, guard_command()).await.expect("the household opens");
    let mut driver = household.start_driver(&browser.binaries()).await.expect("the driver starts");
    let _client = browser.session(&mut driver).await;
    println!("\ndirectory {}", driver.directory().display());
    std::future::pending::<()>().await;
}

/// A crawl in a process of its own, and what it started.
struct Crawl {
    child: Child,
    directory: PathBuf,
    started: BTreeSet<Process>,
}

impl Crawl {
    fn start(browser: Browser, runtime: &Path, store: Option<&Path>) -> Self {
        let (program, args) = this_program("as_crawl");
        let mut command = Command::new(program);
        command.args(args).env("BROWSER", format!("{browser:?}")).env("XDG_RUNTIME_DIR", runtime);
        if let Some(store) = store {
            command.env("STORE", store);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().expect("this program starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let directory = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("directory ").map(PathBuf::from))
            .expect("the crawl tells its directory");
        let started = some_processes_of(&directory);
        Self { child, directory, started }
    }

    fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
    }

    /// The process that guards it: its only child that is this program.
    fn guard(&self) -> i32 {
        let this_program = std::env::current_exe().expect("a test program has a path");
        let parent = i32::try_from(self.child.id()).expect("a process number");
        Process::all()
            .into_iter()
            .find(|process| {
                process.parent == parent
                    && fs::read_link(format!("/proc/{}/exe", process.pid))
                        .is_ok_and(|exe| exe == this_program)
            })
            .expect("a crawl has a guard")
            .pid
    }
}

#[tokio::test]
async fn a_stopped_driver_leaves_nothing() {
    for browser in BROWSERS {
        let store = tempfile::tempdir().unwrap();
        let household = open(store.path()).await;
        let mut driver = household.start_driver(&browser.binaries()).await.unwrap();
        let client = browser.session(&mut driver).await;
        let directory = driver.directory().to_owned();
        let started = some_processes_of(&directory);
        client.close().await.unwrap();
        driver.stop().await;
        check_gone(browser, &directory, &started);
        household.close().await.unwrap();
        assert!(!store.path().join("run").exists(), "{browser:?}");
    }
}

#[tokio::test]
async fn a_killed_driver_that_was_halted_leaves_nothing() {
    for browser in BROWSERS {
        let store = tempfile::tempdir().unwrap();
        let household = open(store.path()).await;
        let mut driver = household.start_driver(&browser.binaries()).await.unwrap();
        let _client = browser.session(&mut driver).await;
        let directory = driver.directory().to_owned();
        let started = some_processes_of(&directory);
        for process in &started {
            signal(process.pid, Signal::STOP);
        }
        std::thread::scope(|scope| scope.spawn(|| driver.kill()).join()).unwrap();
        eventually("all are gone", || !started.iter().any(Process::is_alive)).await;
        driver.kill();
        driver.stop().await;
        check_gone(browser, &directory, &started);
        household.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_driver_leaves_nothing() {
    for browser in BROWSERS {
        let store = tempfile::tempdir().unwrap();
        let household = open(store.path()).await;
        let mut driver = household.start_driver(&browser.binaries()).await.unwrap();
        let _client = browser.session(&mut driver).await;
        let directory = driver.directory().to_owned();
        let started = some_processes_of(&directory);
        drop(driver);
        check_gone(browser, &directory, &started);
        household.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_household_has_ended_all_its_drivers() {
    let browser = Browser::HeadlessShell;
    let store = tempfile::tempdir().unwrap();
    let household = open(store.path()).await;
    let binaries = browser.binaries();
    let (first, second) = tokio::join!(household.start_driver(&binaries), household.start_driver(&binaries));
    let (mut first, mut second) = (first.unwrap(), second.unwrap());
    assert_ne!(first.endpoint(), second.endpoint());
    let (_one, _two) = tokio::join!(browser.session(&mut first), browser.session(&mut second));
    let started = [some_processes_of(first.directory()), some_processes_of(second.directory())];
    household.close().await.unwrap();
    check_gone(browser, first.directory(), &started[0]);
    check_gone(browser, second.directory(), &started[1]);
    assert!(!store.path().join("run").exists());
}

#[tokio::test]
async fn the_guard_ends_the_browsers_of_a_killed_crawl() {
    for browser in BROWSERS {
        let runtime = tempfile::tempdir().unwrap();
        let mut crawl = Crawl::start(browser, runtime.path(), None);
        let run_directory = crawl.directory.parent().unwrap().to_owned();
        assert!(run_directory.starts_with(runtime.path().canonicalize().unwrap()));
        crawl.kill();
        eventually("the run directory is gone", || !run_directory.exists()).await;
        check_gone(browser, &crawl.directory, &crawl.started);
    }
}

#[tokio::test]
async fn the_guard_outlives_whoever_asks_all_processes_to_end() {
    let runtime = tempfile::tempdir().unwrap();
    let mut crawl = Crawl::start(Browser::HeadlessShell, runtime.path(), None);
    let guard = crawl.guard();
    for asked in [Signal::TERM, Signal::INT, Signal::HUP] {
        signal(guard, asked);
    }
    crawl.kill();
    let run_directory = crawl.directory.parent().unwrap();
    eventually("the run directory is gone", || !run_directory.exists()).await;
    check_gone(Browser::HeadlessShell, &crawl.directory, &crawl.started);
}

#[tokio::test]
async fn the_next_start_ends_the_browsers_of_a_crawl_killed_with_its_guard() {
    for browser in BROWSERS {
        let parent = tempfile::tempdir().unwrap();
        let mut crawl = Crawl::start(browser, parent.path(), Some(&parent.path().join("run")));
        signal(crawl.guard(), Signal::KILL);
        crawl.kill();
        assert!(!processes_of(&crawl.directory).is_empty(), "{browser:?} has outlived crawl and guard");
        let household = open(parent.path()).await;
        check_gone(browser, &crawl.directory, &crawl.started);
        household.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_crawl_without_a_store_ends_the_browsers_of_one_killed_with_its_guard() {
    let browser = Browser::HeadlessShell;
    let runtime = tempfile::tempdir().unwrap();
    let mut dead = Crawl::start(browser, runtime.path(), None);
    let mut alive = Crawl::start(browser, runtime.path(), None);
    signal(dead.guard(), Signal::KILL);
    dead.kill();
    assert!(!processes_of(&dead.directory).is_empty(), "the browser has outlived crawl and guard");
    let mut next = Crawl::start(browser, runtime.path(), None);
    check_gone(browser, &dead.directory, &dead.started);
    assert!(!dead.directory.parent().unwrap().exists());
    assert!(alive.started.iter().all(Process::is_alive), "the crawl that lives was left alone");
    alive.kill();
    next.kill();
    for crawl in [alive, next] {
        let run_directory = crawl.directory.parent().unwrap();
        eventually("the run directory is gone", || !run_directory.exists()).await;
        check_gone(browser, &crawl.directory, &crawl.started);
    }
}

#[tokio::test]
async fn a_run_directory_has_one_owner() {
    let store = tempfile::tempdir().unwrap();
    let household = open(store.path()).await;
    let second = Household::open(RunDir::Store(store.path().join("run")), guard_command()).await;
    assert!(
        matches!(second, Err(FetchError::Environment { detail, .. }) if detail.contains("another crawl"))
    );
    household.close().await.unwrap();
}

#[tokio::test]
async fn who_only_reads_in_the_directory_is_left_alone() {
    let store = tempfile::tempdir().unwrap();
    let household = open(store.path()).await;
    let driver = household.start_driver(&Browser::HeadlessShell.binaries()).await.unwrap();
    let file = driver.directory().join("download");
    fs::write(&file, "").unwrap();
    let mut reader = Command::new("tail").arg("-f").arg(&file).stdout(Stdio::null()).spawn().unwrap();
    driver.stop().await;
    assert!(reader.try_wait().unwrap().is_none(), "`tail -f` goes on");
    reader.kill().unwrap();
    reader.wait().unwrap();
    household.close().await.unwrap();
}

#[tokio::test]
async fn a_driver_that_ends_at_once_is_reported_with_its_last_words() {
    let store = tempfile::tempdir().unwrap();
    let household = open(store.path()).await;
    let binaries = Binaries { driver: PathBuf::from("/bin/ls"), ..Browser::HeadlessShell.binaries() };
    match household.start_driver(&binaries).await {
        Err(FetchError::Environment { detail, hint }) => {
            assert!(detail.contains("`/bin/ls` ended before it listened"), "{detail}");
            assert!(detail.contains("unrecognized option"), "{detail}");
            assert!(hint.contains("/bin/ls --version"), "{hint}");
        }
        other => panic!("{other:?}"),
    }
    let left: Vec<PathBuf> =
        fs::read_dir(store.path().join("run")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [store.path().join("run/ledger")]);
    household.close().await.unwrap();
}

#[tokio::test]
async fn a_household_whose_guard_has_ended_starts_no_driver() {
    let store = tempfile::tempdir().unwrap();
    let guard = GuardCommand { program: PathBuf::from("/bin/true"), args: Vec::new() };
    let household = Household::open(RunDir::Store(store.path().join("run")), guard).await.unwrap();
    let own = i32::try_from(std::process::id()).unwrap();
    eventually("the guard has ended", || {
        !Process::all().iter().any(|process| process.parent == own && process.name == "true")
    })
    .await;
    match household.start_driver(&Browser::HeadlessShell.binaries()).await {
        Err(FetchError::Environment { detail, .. }) => {
            assert!(detail.contains("the guard process has ended"), "{detail}");
        }
        other => panic!("{other:?}"),
    }
    household.close().await.unwrap();
}

async fn open(store: &Path) -> Household {
    Household::open(RunDir::Store(store.join("run")), guard_command()).await.expect("the household opens")
}

async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    let waited = tokio::time::timeout(PATIENCE, async {
        while !condition() {
            looks.tick().await;
        }
    });
    assert!(waited.await.is_ok(), "not within {PATIENCE:?}: {what}");
}

#[track_caller]
fn check_gone(browser: Browser, directory: &Path, started: &BTreeSet<Process>) {
    let left: Vec<&Process> = started.iter().filter(|process| process.is_alive()).collect();
    assert!(left.is_empty(), "{browser:?} left {left:#?}");
    let left = processes_of(directory);
    assert!(left.is_empty(), "{browser:?} left {left:#?}");
    assert!(!directory.exists(), "{browser:?} left {}", directory.display());
}

fn signal(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).expect("a process number"), signal).expect("the process is there");
}

/// Those of a running browser: many, or else the test does not see what it should.
fn some_processes_of(directory: &Path) -> BTreeSet<Process> {
    let found = processes_of(directory);
    assert!(found.len() > 4, "driver, browser and its processes: {found:#?}");
    found
}

/// Finds, in a way of its own, what has to do with a directory: those that name it in their environment or command
/// line, those in the process groups of these, and their children.
fn processes_of(directory: &Path) -> BTreeSet<Process> {
    let all = Process::all();
    let own_group = rustix::process::getpgrp().as_raw_pid();
    let mut found: BTreeSet<Process> =
        all.iter().filter(|process| process.names(directory)).cloned().collect();
    loop {
        let more: Vec<Process> = all
            .iter()
            .filter(|process| process.group != own_group && !found.contains(process))
            .filter(|process| {
                found.iter().any(|known| known.group == process.group || known.pid == process.parent)
            })
            .cloned()
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

#[derive(Clone, Debug)]
struct Process {
    pid: i32,
    start: String,
    parent: i32,
    group: i32,
    name: String,
}

impl Process {
    /// All that run; a zombie has ended.
    fn all() -> Vec<Self> {
        fs::read_dir("/proc")
            .expect("/proc")
            .filter_map(|entry| Self::read(entry.ok()?.file_name().to_str()?.parse().ok()?))
            .collect()
    }

    fn read(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (before, after) = stat.rsplit_once(") ")?;
        let (_, name) = before.split_once('(')?;
        let fields: Vec<&str> = after.split(' ').collect();
        (fields[0] != "Z").then(|| Self {
            pid,
            start: fields[19].to_owned(),
            parent: fields[1].parse().expect("a number"),
            group: fields[2].parse().expect("a number"),
            name: name.to_owned(),
        })
    }

    fn is_alive(&self) -> bool {
        Self::read(self.pid).is_some_and(|now| now.start == self.start)
    }

    fn names(&self, directory: &Path) -> bool {
        let name = directory.as_os_str().as_bytes();
        ["environ", "cmdline"].iter().any(|file| {
            fs::read(format!("/proc/{}/{file}", self.pid))
                .is_ok_and(|bytes| bytes.windows(name.len()).any(|window| window == name))
        })
    }

    fn identity(&self) -> (i32, &str) {
        (self.pid, &self.start)
    }
}

impl PartialEq for Process {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Process {}

impl PartialOrd for Process {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Process {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.identity().cmp(&other.identity())
    }
}
