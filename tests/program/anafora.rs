//! Runs the binary with a home of its own, reads what it says, and finds what it left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anafora::demo::{Portal, PortalSettings};
use tokio::process::Command;

/// No command of these tests takes longer, however busy the machine is.
const DEADLINE: Duration = Duration::from_secs(600);

/// A directory for everything that one test writes; nothing of the user's settings reaches the binary.
pub(crate) struct World {
    directory: tempfile::TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The command, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_anafora"), arguments)
    }

    /// The same for another program, which is to start ours.
    pub(crate) fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ANAFORA_")) {
            command.env_remove(name);
        }
        let runtime = self.path("runtime");
        fs::create_dir_all(&runtime).unwrap();
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env("HOME", self.directory.path())
            .env_remove("XDG_CONFIG_HOME")
            .env("XDG_RUNTIME_DIR", &runtime)
            .env("TMPDIR", &runtime)
            .env("NO_COLOR", "1")
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Said {
        let output = tokio::time::timeout(DEADLINE, self.command(arguments).output()).await;
        let output =
            output.unwrap_or_else(|_| panic!("{arguments:?} took longer than {DEADLINE:?}")).unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            output: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the command, which must end well, and gives what it wrote.
    pub(crate) async fn good(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments).await;
        assert_eq!(said.code, 0, "{arguments:?}\n{}\n{}", said.output, said.errors);
        said.output
    }

    /// The processes that still carry this world's directory in their command line or environment.
    pub(crate) fn left_over(&self) -> Vec<String> {
        let needle = self.directory.path().to_string_lossy().into_owned();
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let of = |file: &str| {
                fs::read(entry.path().join(file))
                    .map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "))
            };
            let number = entry.file_name().to_string_lossy().parse::<u32>();
            if number.is_ok_and(|number| number != std::process::id()) {
                let command = of("cmdline").unwrap_or_default();
                if command.contains(&needle) || of("environ").unwrap_or_default().contains(&needle) {
                    found.push(command);
                }
            }
        }
        found
    }

    /// Waits until nothing of this world runs any more.
    pub(crate) async fn quiet(&self) {
        until("nothing runs any more", || self.left_over().is_empty()).await;
        let left: Vec<PathBuf> = browser_directories(&self.path("runtime"));
        assert!(left.is_empty(), "left behind: {left:?}");
    }
}

/// Asks again and again until it is so.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(120);
    let mut again = tokio::time::interval(Duration::from_millis(50));
    while !is_so() {
        assert!(tokio::time::Instant::now() < deadline, "waited in vain: {what}");
        again.tick().await;
    }
}

/// The directories that browsers were given: one a session, in the run directory of a one-shot crawl.
fn browser_directories(runtime: &Path) -> Vec<PathBuf> {
    let households = fs::read_dir(runtime).unwrap().flatten().map(|entry| entry.path());
    let ours = households
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("anafora")));
    let inside = ours.flat_map(|household| fs::read_dir(household).into_iter().flatten().flatten());
    inside.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// How often something is done: so often in the short form, so often in the long one of `make torture`.
pub(crate) fn times(short: u64, long: u64) -> u64 {
    if std::env::var_os("ANAFORA_TORTURE").is_some_and(|value| value == "1") { long } else { short }
}

/// The demo portal on a free port.
pub(crate) async fn portal(documents: usize) -> Portal {
    Portal::start(PortalSettings { documents, ..PortalSettings::default() }).await.unwrap()
}

/// The geckodriver that the tests were told to use.
pub(crate) fn geckodriver() -> String {
    std::env::var("ANAFORA_GECKODRIVER").unwrap_or_else(|_| "geckodriver".to_owned())
}

/// The demo portal's profile, to be changed.
pub(crate) fn demo_profile() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/demo.toml")).unwrap()
}
