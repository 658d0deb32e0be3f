//! Finds the browsers and drivers on the machine, and says what to install where one is missing.

use std::ffi::OsString;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::FetchError;
use super::processes::{VERSION_WITHIN, wait_or_kill};

/// Which family of browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserKind {
    /// Chromium and its relatives, through chromedriver.
    Chromium,
    /// Firefox, through geckodriver.
    Firefox,
}

/// Whether a person looks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Nobody does.
    Headless,
    /// The browser shows its window.
    Headed,
}

/// Programs given by hand, which are then not searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The browser.
    pub browser: Option<PathBuf>,
    /// The driver.
    pub driver: Option<PathBuf>,
}

/// Which programs to run, found once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// Which family they belong to.
    pub kind: BrowserKind,
    /// The browser, to be named in the capabilities.
    pub browser: PathBuf,
    /// Its driver.
    pub driver: PathBuf,
    /// Whether the browser is the one without any window, which starts fastest. Given a `--user-data-dir` it opens no
    /// first page, for which chromedriver then waits a minute (seen with 156): leave that option out.
    pub headless_shell: bool,
}

impl Binaries {
    /// Finds them: as chosen, else by environment variable (`ANAFORA_CHROMEDRIVER`, `ANAFORA_GECKODRIVER`), else on PATH.
    ///
    /// # Errors
    ///
    /// `Environment`, where one is missing, with the package to install.
    pub fn find(kind: BrowserKind, window: Window, chosen: &Chosen) -> Result<Self, FetchError> {
        Search::of_the_process().binaries(kind, window, chosen)
    }
}

/// One line of what the machine has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The program.
    pub name: &'static str,
    /// Where it is, if it is there.
    pub path: Option<PathBuf>,
    /// What it says of itself.
    pub version: Option<String>,
    /// What it is good for.
    pub needed_for: &'static str,
    /// How to get it.
    pub install_hint: &'static str,
}

/// Looks for everything that could be used, and asks each for its version.
#[must_use]
pub fn inspect() -> Vec<Found> {
    let search = Search::of_the_process();
    [
        (&HEADLESS_SHELL, "crawling, without a window"),
        (&CHROMIUM, "crawling in a visible browser, or where the headless shell is missing"),
        (&CHROMEDRIVER, "crawling with Chromium"),
        (&FIREFOX, "crawling with Firefox"),
        (&GECKODRIVER, "crawling with Firefox"),
    ]
    .into_iter()
    .map(|(program, needed_for)| {
        let path = search.program(program);
        let version = path.as_deref().and_then(version);
        Found { name: program.name, path, version, needed_for, install_hint: program.install_hint }
    })
    .collect()
}

struct Program {
    name: &'static str,
    /// The names it goes by, the best first.
    file_names: &'static [&'static str],
    /// The variable that names it.
    variable: Option<&'static str>,
    install_hint: &'static str,
}

const HEADLESS_SHELL: Program = Program {
    name: "chromium-headless-shell",
    file_names: &["chromium-headless-shell", "chrome-headless-shell"],
    variable: None,
    install_hint: "apt install chromium-headless-shell",
};
const CHROMIUM: Program = Program {
    name: "chromium",
    file_names: &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    variable: None,
    install_hint: "apt install chromium",
};
const CHROMEDRIVER: Program = Program {
    name: "chromedriver",
    file_names: &["chromedriver"],
    variable: Some("ANAFORA_CHROMEDRIVER"),
    install_hint: "apt install chromium-driver, or set ANAFORA_CHROMEDRIVER",
};
const FIREFOX: Program = Program {
    name: "firefox",
    file_names: &["firefox-esr", "firefox"],
    variable: None,
    install_hint: "apt install firefox-esr",
};
const GECKODRIVER: Program = Program {
    name: "geckodriver",
    file_names: &["geckodriver"],
    variable: Some("ANAFORA_GECKODRIVER"),
    install_hint: "cargo install geckodriver (Debian has no package of it), or set ANAFORA_GECKODRIVER",
};

/// Where to look.
struct Search {
    directories: Vec<PathBuf>,
    variable: fn(&str) -> Option<OsString>,
}

impl Search {
    fn of_the_process() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self { directories: std::env::split_paths(&path).collect(), variable: |name| std::env::var_os(name) }
    }

    fn binaries(&self, kind: BrowserKind, window: Window, chosen: &Chosen) -> Result<Binaries, FetchError> {
        let (browsers, driver): (&[&Program], &Program) = match (kind, window) {
            (BrowserKind::Chromium, Window::Headless) => (&[&HEADLESS_SHELL, &CHROMIUM], &CHROMEDRIVER),
            (BrowserKind::Chromium, Window::Headed) => (&[&CHROMIUM], &CHROMEDRIVER),
            (BrowserKind::Firefox, _) => (&[&FIREFOX], &GECKODRIVER),
        };
        let browser = self.chosen_or_found(chosen.browser.as_deref(), browsers)?;
        let driver = self.chosen_or_found(chosen.driver.as_deref(), &[driver])?;
        let headless_shell = kind == BrowserKind::Chromium && is_headless_shell(&browser);
        if headless_shell && window == Window::Headed {
            return Err(FetchError::Environment {
                detail: format!("`{}` has no window to show", browser.display()),
                hint: CHROMIUM.install_hint.to_owned(),
            });
        }
        Ok(Binaries { kind, browser, driver, headless_shell })
    }

    fn chosen_or_found(&self, chosen: Option<&Path>, programs: &[&Program]) -> Result<PathBuf, FetchError> {
        if let Some(path) = chosen {
            return named(path).ok_or_else(|| FetchError::Environment {
                detail: format!("`{}` is not a program", path.display()),
                hint: "give the path of an executable file".to_owned(),
            });
        }
        programs.iter().find_map(|program| self.program(program)).ok_or_else(|| {
            let names: Vec<&str> = programs.iter().map(|program| program.name).collect();
            let hint = programs.first().map_or("", |program| program.install_hint);
            FetchError::Environment {
                detail: format!("no {} was found on PATH", names.join(" or ")),
                hint: hint.to_owned(),
            }
        })
    }

    fn program(&self, program: &Program) -> Option<PathBuf> {
        if let Some(path) = program.variable.and_then(self.variable) {
            return named(Path::new(&path));
        }
        program
            .file_names
            .iter()
            .flat_map(|name| self.directories.iter().map(move |directory| directory.join(name)))
            .find_map(|path| named(&path))
    }
}

/// The absolute path of an executable file: a driver is started in a directory of its own.
fn named(path: &Path) -> Option<PathBuf> {
    let metadata = path.metadata().ok()?;
    let executable = metadata.is_file() && metadata.permissions().mode() & 0o111 != 0;
    executable.then(|| std::path::absolute(path).ok()).flatten()
}

fn is_headless_shell(browser: &Path) -> bool {
    browser
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| HEADLESS_SHELL.file_names.contains(&name))
}

fn version(program: &Path) -> Option<String> {
    let mut child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // A version is far shorter than a pipe holds, so the program need not be read while it runs.
    let status = wait_or_kill(&mut child, VERSION_WITHIN).ok()?;
    let mut said = String::new();
    child.stdout.take()?.take(4096).read_to_string(&mut said).ok()?;
    let line = said.lines().find(|line| !line.trim().is_empty())?;
    status.success().then(|| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn machine_with(names: &[&str]) -> (tempfile::TempDir, Search) {
        let directory = tempfile::tempdir().unwrap();
        for name in names {
            let path = directory.path().join(name);
            fs::write(&path, "#!/bin/sh\necho\necho \"$0 12.3\"\n").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let search = Search { directories: vec![directory.path().to_owned()], variable: |_| None };
        (directory, search)
    }

    #[track_caller]
    fn check(names: &[&str], kind: BrowserKind, window: Window, expected: Result<(&str, &str), &str>) {
        let (directory, search) = machine_with(names);
        match (search.binaries(kind, window, &Chosen::default()), expected) {
            (Ok(found), Ok((browser, driver))) => {
                assert_eq!(found.browser, directory.path().join(browser));
                assert_eq!(found.driver, directory.path().join(driver));
                assert_eq!(found.headless_shell, browser.contains("headless"));
            }
            (Err(FetchError::Environment { hint, .. }), Err(expected)) => assert_eq!(hint, expected),
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn the_headless_shell_is_preferred_where_nobody_looks_on() {
        use BrowserKind::{Chromium, Firefox};
        let all = ["chromium", "chromium-headless-shell", "chromedriver", "firefox", "geckodriver"];
        check(&all, Chromium, Window::Headless, Ok(("chromium-headless-shell", "chromedriver")));
        check(&all, Chromium, Window::Headed, Ok(("chromium", "chromedriver")));
        check(&all, Firefox, Window::Headless, Ok(("firefox", "geckodriver")));
        check(&["chromium", "chromedriver"], Chromium, Window::Headless, Ok(("chromium", "chromedriver")));
    }

    #[test]
    fn what_is_missing_is_named_with_its_package() {
        use BrowserKind::{Chromium, Firefox};
        check(&[], Chromium, Window::Headless, Err(HEADLESS_SHELL.install_hint));
        check(&["chromedriver"], Chromium, Window::Headed, Err(CHROMIUM.install_hint));
        check(&["chromium"], Chromium, Window::Headless, Err(CHROMEDRIVER.install_hint));
        check(&["firefox"], Firefox, Window::Headless, Err(GECKODRIVER.install_hint));
    }

    #[test]
    fn a_chosen_program_is_taken_or_refused_and_never_replaced() {
        let (directory, search) = machine_with(&["chromium", "chromedriver", "mine"]);
        let mine = directory.path().join("mine");
        let chosen = Chosen { browser: Some(mine.clone()), driver: None };
        let found = search.binaries(BrowserKind::Chromium, Window::Headless, &chosen).unwrap();
        assert_eq!(found.browser, mine);
        let chosen = Chosen { browser: Some(directory.path().join("gone")), driver: None };
        assert!(search.binaries(BrowserKind::Chromium, Window::Headless, &chosen).is_err());
    }

    #[test]
    fn a_headless_shell_cannot_show_a_window() {
        let (directory, search) = machine_with(&["chromium-headless-shell", "chromedriver"]);
        let shell = directory.path().join("chromium-headless-shell");
        let chosen = Chosen { browser: Some(shell), driver: None };
        assert!(search.binaries(BrowserKind::Chromium, Window::Headed, &chosen).is_err());
    }

    #[test]
    fn a_version_is_the_first_line_that_says_something() {
        let (directory, _) = machine_with(&["chromedriver"]);
        let program = directory.path().join("chromedriver");
        assert_eq!(version(&program), Some(format!("{} 12.3", program.display())));
        fs::write(&program, "#!/bin/sh\necho 12.3\nexit 1\n").unwrap();
        assert_eq!(version(&program), None);
    }
}
