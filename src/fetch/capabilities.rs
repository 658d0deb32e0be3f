//! What a browser is told when a session begins.

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::agent::Agent;
use super::binaries::{BrowserKind, Window};
use super::session::Prompts;

/// How a session is to be.
#[derive(Clone, Debug)]
pub(super) struct SessionSettings {
    /// Whether images and fonts are loaded.
    pub images: Images,
    /// How long the browser may take to start.
    pub start_deadline: Duration,
    /// How long the browser may take to load a page.
    pub page_load_deadline: Duration,
    /// How long a script may run.
    pub script_deadline: Duration,
    /// What the browser calls itself; its own words where `None`.
    pub user_agent: Option<String>,
    /// Who deals with the prompts of pages.
    pub prompts: Prompts,
}

/// Whether images and fonts are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Images {
    /// As the page asks.
    Loaded,
    /// None: a tenth faster.
    Blocked,
}

/// Where a browser runs that is ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) browser: &'a Path,
    pub(super) window: Window,
    /// Where files go that a portal sends instead of a page: they are removed with the browser.
    pub(super) downloads: &'a Path,
}

/// Who runs the browser.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'a> {
    /// We do, at this place.
    We(Place<'a>),
    /// Somebody else on this machine, most likely the same user.
    SomebodyHere,
    /// Somebody else on another machine.
    SomebodyElsewhere,
}

impl<'a> Owner<'a> {
    const fn place(self) -> Option<Place<'a>> {
        match self {
            Self::We(place) => Some(place),
            Self::SomebodyHere | Self::SomebodyElsewhere => None,
        }
    }
}

/// The capabilities of a new session.
pub(super) fn capabilities(
    kind: BrowserKind,
    settings: &SessionSettings,
    owner: Owner<'_>,
) -> Map<String, Value> {
    let mut all = Map::new();
    // Our waits look at the page themselves; what it loads besides is not worth waiting for.
    all.insert("pageLoadStrategy".into(), json!("eager"));
    all.insert(
        "unhandledPromptBehavior".into(),
        json!(match settings.prompts {
            Prompts::Accepted => "accept",
            Prompts::Left => "ignore",
        }),
    );
    all.insert("acceptInsecureCerts".into(), json!(false));
    all.insert(
        "timeouts".into(),
        json!({
            "implicit": 0,
            "pageLoad": millis(settings.page_load_deadline),
            "script": millis(settings.script_deadline),
        }),
    );
    match kind {
        BrowserKind::Chromium => {
            all.insert("goog:chromeOptions".into(), chromium(settings, owner));
        }
        BrowserKind::Firefox => {
            all.insert("moz:firefoxOptions".into(), firefox(settings, owner.place()));
        }
    }
    if owner.place().is_none() {
        all.insert("browserName".into(), json!(browser_name(kind)));
    }
    all
}

fn chromium(settings: &SessionSettings, owner: Owner<'_>) -> Value {
    let mut arguments: Vec<String> = [
        "--disable-gpu",
        // The shared memory of a container is often too small for a page.
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    .map(str::to_owned)
    .into();
    if settings.images == Images::Blocked {
        arguments.push("--blink-settings=imagesEnabled=false".into());
        arguments.push("--disable-remote-fonts".into());
    }
    if let Some(user_agent) = &settings.user_agent {
        arguments.push(format!("--user-agent={user_agent}"));
    }
    if rustix::process::geteuid().is_root() && !matches!(owner, Owner::SomebodyElsewhere) {
        // Chromium refuses to start its sandbox as root.
        arguments.push("--no-sandbox".into());
    }
    let Some(place) = owner.place() else {
        arguments.push("--headless=new".into());
        return json!({ "args": arguments });
    };
    if place.window == Window::Headless {
        arguments.push("--headless=new".into());
    }
    // No `--user-data-dir`: without one the driver makes a new directory in its own `TMPDIR`, prepares it, and names a first
    // page; with one it does not, and the headless shell waits for a page for ever.
    let preferences = json!({ "download.default_directory": place.downloads });
    json!({ "binary": place.browser, "args": arguments, "prefs": preferences })
}

fn firefox(settings: &SessionSettings, place: Option<Place<'_>>) -> Value {
    let mut preferences = Map::new();
    for quiet in [
        "app.normandy.enabled",
        "browser.shell.checkDefaultBrowser",
        "datareporting.policy.dataSubmissionEnabled",
        "network.captive-portal-service.enabled",
        "network.connectivity-service.enabled",
    ] {
        preferences.insert(quiet.into(), json!(false));
    }
    if settings.images == Images::Blocked {
        preferences.insert("permissions.default.image".into(), json!(2));
        preferences.insert("gfx.downloadable_fonts.enabled".into(), json!(false));
    }
    if let Some(user_agent) = &settings.user_agent {
        preferences.insert("general.useragent.override".into(), json!(user_agent));
    }
    if let Some(place) = place {
        preferences.insert("browser.download.folderList".into(), json!(2));
        preferences.insert("browser.download.dir".into(), json!(place.downloads));
    }
    let headless = place.is_none_or(|place| place.window == Window::Headless);
    let arguments: &[&str] = if headless { &["-headless"] } else { &[] };
    match place {
        Some(place) => json!({ "binary": place.browser, "args": arguments, "prefs": preferences }),
        None => json!({ "args": arguments, "prefs": preferences }),
    }
}

const fn browser_name(kind: BrowserKind) -> &'static str {
    match kind {
        BrowserKind::Chromium => "chrome",
        BrowserKind::Firefox => "firefox",
    }
}

/// What a browser with this `--version` line calls itself, with our own name after it.
pub(super) fn user_agent(kind: BrowserKind, version_line: &str, agent: &Agent) -> Option<String> {
    let digits = version_line.find(|character: char| character.is_ascii_digit())?;
    let major = version_line.get(digits..)?.split('.').next()?.parse::<u32>().ok()?;
    let (machine, product) = (std::env::consts::ARCH, agent.product());
    Some(match kind {
        BrowserKind::Chromium => format!(
            "Mozilla/5.0 (X11; Linux {machine}) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/{major}.0.0.0 Safari/537.36 {product}"
        ),
        BrowserKind::Firefox => format!(
            "Mozilla/5.0 (X11; Linux {machine}; rv:{major}.0) Gecko/20100101 Firefox/{major}.0 {product}"
        ),
    })
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_keeps_its_own_name_and_adds_ours() {
        let us = Agent::with_contact("us@portal.example").unwrap();
        let check = |kind, line: &str, expected: &str| {
            let agent = user_agent(kind, line, &us).unwrap();
            assert!(agent.contains(expected) && agent.ends_with(&us.product()), "{agent}");
        };
        check(BrowserKind::Chromium, "Chromium 156.0.8078.79 built on Debian", "Chrome/156.0.0.0 Safari");
        check(BrowserKind::Firefox, "Mozilla Firefox 153.7.0esr", "rv:153.0) Gecko/20100101 Firefox/153.0");
        assert_eq!(user_agent(BrowserKind::Firefox, "no such program", &us), None);
    }

    #[test]
    fn a_remote_browser_is_asked_for_by_name_and_given_no_paths() {
        let settings = SessionSettings {
            images: Images::Blocked,
            start_deadline: Duration::from_secs(60),
            page_load_deadline: Duration::from_secs(20),
            script_deadline: Duration::from_secs(21),
            user_agent: None,
            prompts: Prompts::Accepted,
        };
        let all = capabilities(BrowserKind::Chromium, &settings, Owner::SomebodyElsewhere);
        assert_eq!(all["browserName"], "chrome");
        assert_eq!(all["timeouts"], json!({ "implicit": 0, "pageLoad": 20_000, "script": 21_000 }));
        let options = &all["goog:chromeOptions"];
        assert_eq!(options["binary"], Value::Null);
        assert!(!options["args"].as_array().unwrap().contains(&json!("--no-sandbox")), "{options}");
    }
}
