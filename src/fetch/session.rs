//! One browser session: every command has a deadline, and a missed one ends the browser from outside.
//!
//! The client runs one command at a time and has no timeout of its own: after a missed deadline nothing more is asked of
//! it. A command that was given up half-way, as when a look-up is dropped, leaves the session ended as well.

mod places;
mod prompts;
mod roots;

use std::sync::Arc;
use std::time::Duration;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::key::Key;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout, timeout_at};
use url::{Host, Url};

use super::FetchError;
use super::binaries::{Binaries, BrowserKind, Window};
use super::capabilities::{Owner, Place, SessionSettings, capabilities};
use super::driver::{Driver, Log};
use super::household::Household;
use super::page::{Answer, FOCUS_HELD, HELD, Request, SCRIPT};
use super::remote::{RemoteSession, RemoteSessions, shown};
use super::trouble::Trouble;
pub(super) use prompts::{Awaits, Prompts};

/// A browser that has not said good-bye by then is ended from outside.
const CLOSE_DEADLINE: Duration = Duration::from_secs(5);
/// Under this key WebDriver writes the reference of an element.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Where sessions come from.
#[derive(Clone)]
pub enum SessionSource {
    /// Browsers that we start ourselves.
    Local {
        /// Who ends them when we die.
        household: Arc<Household>,
        /// The programs.
        binaries: Binaries,
        /// Whether a person sees them.
        window: Window,
    },
    /// A WebDriver end that somebody else runs.
    Remote {
        /// Who ends our sessions there, now or at the next start.
        sessions: Arc<RemoteSessions>,
        /// Its address.
        endpoint: Url,
        /// The browser to ask it for.
        kind: BrowserKind,
    },
}

/// One browser session.
pub(super) struct Session {
    client: Client,
    anchor: Anchor,
    life: Life,
    /// The windows of the look-up: the one in which all of them begin, and those that it went on to.
    windows: Vec<WindowHandle>,
    /// Whether commands go to a frame of the window.
    in_frame: bool,
    prompts: Prompts,
    awaits: Awaits,
    /// What the prompts said that were accepted here and not yet told.
    accepted: Vec<String>,
    token: u64,
}

/// What keeps a session, and has to be ended with it.
enum Anchor {
    /// A driver that we started.
    Driver(Box<Driver>),
    /// A place at somebody else's.
    Remote(RemoteSession),
}

/// What may still be asked of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    /// Anything.
    Idle,
    /// Nothing until the command that runs has been answered.
    Busy,
    /// Nothing more.
    Ended,
}

impl Session {
    /// Starts a browser and begins a session in it.
    ///
    /// # Errors
    /// `Environment` where no session could be begun.
    pub(super) async fn start(
        source: &SessionSource,
        settings: &SessionSettings,
    ) -> Result<Self, FetchError> {
        match source {
            SessionSource::Local { household, binaries, window } => {
                let until = Instant::now() + settings.start_deadline;
                let mut driver = household.start_driver_within(binaries, settings.start_deadline).await?;
                let directory = driver.directory().to_owned();
                let place = Place { browser: &binaries.browser, window: *window, downloads: &directory };
                let wanted = capabilities(binaries.kind, settings, Owner::We(place));
                match connect(driver.endpoint(), wanted, until).await {
                    Ok(client) => {
                        if let Some(pid) = browser_pid(&client) {
                            driver.adopt_browser(pid);
                        }
                        Ok(Self::new(client, Anchor::Driver(Box::new(driver)), settings.prompts))
                    }
                    Err(reason) => {
                        let said = driver.log_tail();
                        driver.kill();
                        driver.stop().await;
                        Err(not_started(&format!("{reason}; the driver's last words: {said}")))
                    }
                }
            }
            SessionSource::Remote { sessions, endpoint, kind } => {
                let owner = if is_here(endpoint) { Owner::SomebodyHere } else { Owner::SomebodyElsewhere };
                let wanted = capabilities(*kind, settings, owner);
                match sessions.begin(endpoint, wanted, settings.start_deadline).await {
                    Ok((client, remote)) => Ok(Self::new(client, Anchor::Remote(remote), settings.prompts)),
                    Err(reason) => Err(not_begun_at(&shown(endpoint), &reason)),
                }
            }
        }
    }

    fn new(client: Client, anchor: Anchor, prompts: Prompts) -> Self {
        let (life, awaits) = (Life::Idle, Awaits::Nothing);
        let (windows, accepted) = (Vec::new(), Vec::new());
        Self { client, anchor, life, windows, in_frame: false, prompts, awaits, accepted, token: 0 }
    }

    /// Whether another look-up may run in it.
    #[must_use]
    pub(super) fn is_usable(&self) -> bool {
        self.life == Life::Idle
    }

    /// Ends the browser from outside, at once. Somebody else's is asked to end when the session is closed.
    pub(super) fn kill(&mut self) {
        self.life = Life::Ended;
        if let Anchor::Driver(driver) = &self.anchor {
            driver.kill();
        }
    }

    /// What its driver writes, to be read also after its end; somebody else's cannot be read.
    pub(super) fn driver_log(&self) -> Option<Arc<Log>> {
        match &self.anchor {
            Anchor::Driver(driver) => Some(driver.log()),
            Anchor::Remote(_) => None,
        }
    }

    /// Ends the session, its browser and its driver.
    pub(super) async fn close(self) {
        let driver = match self.anchor {
            Anchor::Driver(driver) => driver,
            Anchor::Remote(remote) => return remote.end().await,
        };
        if self.life == Life::Idle {
            match timeout(CLOSE_DEADLINE, self.client.close()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "the session did not close"),
                Err(_) => tracing::debug!("the session did not close within {CLOSE_DEADLINE:?}"),
            }
        }
        driver.stop().await;
    }

    /// The only way to the client: a command that is not answered by `until` ends the browser.
    async fn command<T, F>(&mut self, until: Instant, command: impl FnOnce(Client) -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, CmdError>>,
    {
        if self.life != Life::Idle {
            return Err(Trouble::Died("the session had ended".into()));
        }
        self.life = Life::Busy;
        let accepts_prompts = self.accepts_prompts();
        let client = self.client.clone();
        let command = async move {
            let answer = command(client.clone()).await;
            if accepts_prompts && prompts::is_in_the_way(&answer) {
                return match prompts::accept(&client).await {
                    Ok(said) => (answer, said),
                    Err(error) => (Err(error), None),
                };
            }
            (answer, None)
        };
        let (answer, said) = match timeout_at(until, command).await {
            Ok((answer, said)) => (Some(answer), said),
            Err(_) => (None, None),
        };
        self.accepted.extend(said);
        let trouble = match answer {
            Some(Ok(value)) => {
                self.life = Life::Idle;
                return Ok(value);
            }
            Some(Err(error)) if self.is_away() => Trouble::of_place(&error),
            Some(Err(error)) => Trouble::of(&error),
            None => Trouble::Late,
        };
        match trouble {
            Trouble::Late | Trouble::Died(_) => self.kill(),
            Trouble::Silent | Trouble::CutOff(_) | Trouble::Unreachable(_) | Trouble::Refused(_) => {
                self.life = Life::Idle;
            }
        }
        Err(trouble)
    }

    /// A number that no other call of this session got.
    pub(super) fn next_token(&mut self) -> u64 {
        self.token += 1;
        self.token
    }

    /// Opens an address.
    pub(super) async fn open(&mut self, address: &Url, until: Instant) -> Result<(), Trouble> {
        let address = address.to_string();
        self.command(until, |client| async move { client.goto(&address).await }).await
    }

    /// Goes one page back in the window's history.
    pub(super) async fn back(&mut self, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move { client.back().await }).await
    }

    /// One call of the page's script; `None` where a dialog took the answer away.
    pub(super) async fn ask(
        &mut self,
        request: &Request<'_>,
        until: Instant,
    ) -> Result<Option<Answer>, Trouble> {
        let argument = serde_json::to_value(request).map_err(|error| Trouble::Refused(error.to_string()))?;
        let script = |client: Client| async move { client.execute_async(SCRIPT, vec![argument]).await };
        match self.command(until, script).await? {
            Value::Null => {
                if self.accepts_prompts() {
                    self.accept_prompt(until).await?;
                }
                Ok(None)
            }
            Value::String(text) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| Trouble::Refused(format!("the page's script answered nonsense: {error}"))),
            other => Err(Trouble::Refused(format!("the page's script answered `{other}`"))),
        }
    }

    /// The page's markup as it is now.
    pub(super) async fn source(&mut self, until: Instant) -> Result<String, Trouble> {
        self.command(until, |client| async move { client.source().await }).await
    }

    /// A picture of what the window shows, in PNG.
    pub(super) async fn screenshot(&mut self, until: Instant) -> Result<Vec<u8>, Trouble> {
        self.command(until, |client| async move { client.screenshot().await }).await
    }

    /// Clicks the control that the page's script holds out, with a real pointer.
    pub(super) async fn click_held(&mut self, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move { held(&client).await?.click().await }).await
    }

    /// Replaces the text of the control that the page's script holds out, with real keys.
    pub(super) async fn type_into_held(&mut self, text: &str, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move {
            let control = held(&client).await?;
            let typed = match control.clear().await {
                Ok(()) => control.send_keys(text).await,
                refused => refused,
            };
            match typed {
                // ChromeDriver does not see the focus behind a closed root, and refuses.
                Err(CmdError::Standard(told)) if told.error == ErrorStatus::ElementNotInteractable => {
                    match client.execute(FOCUS_HELD, Vec::new()).await? {
                        Value::Bool(true) => client.perform_actions(stroke(replacing(text))).await,
                        _ => Err(CmdError::Standard(told)),
                    }
                }
                typed => typed,
            }
        })
        .await
    }

    /// Presses a key where the focus is.
    pub(super) async fn press(&mut self, key: char, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move { client.perform_actions(stroke([key])).await }).await
    }

    /// Forgets the portal's cookies, so that it begins a new session of its own.
    pub(super) async fn forget_cookies(&mut self, until: Instant) -> Result<(), Trouble> {
        self.command(until, |client| async move { client.delete_all_cookies().await }).await
    }
}

/// The keys that put a text in the place of what is selected.
fn replacing(text: &str) -> impl Iterator<Item = char> {
    std::iter::once(char::from(Key::Delete)).chain(text.chars())
}

/// These keys, one after the other.
fn stroke(keys: impl IntoIterator<Item = char>) -> KeyActions {
    keys.into_iter().fold(KeyActions::new("keyboard".into()), |strokes, value| {
        strokes.then(KeyAction::Down { value }).then(KeyAction::Up { value })
    })
}

async fn held(client: &Client) -> Result<Element, CmdError> {
    let found = client.execute(HELD, Vec::new()).await?;
    match found.get(ELEMENT_KEY).and_then(Value::as_str) {
        Some(reference) => Ok(Element::from_element_id(client.clone(), reference.to_owned().into())),
        None => Err(CmdError::NotW3C(found)),
    }
}

/// Begins a session.
pub(super) async fn connect(
    endpoint: &Url,
    wanted: Map<String, Value>,
    until: Instant,
) -> Result<Client, String> {
    let mut builder = ClientBuilder::rustls()
        .map_err(|error| format!("no root certificates: {error} (Debian: apt install ca-certificates)"))?;
    builder.capabilities(wanted);
    let began = Instant::now();
    match timeout_at(until, builder.connect(endpoint.as_str())).await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(error)) => Err(Trouble::of_start(&error)),
        Err(_) => Err(format!("no session within {:.1?}", began.elapsed())),
    }
}

fn not_started(reason: &str) -> FetchError {
    FetchError::Environment {
        detail: format!("no browser session could be started: {reason}"),
        hint: "`anafora doctor` says what is installed and what is missing".into(),
    }
}

fn not_begun_at(endpoint: &Url, reason: &str) -> FetchError {
    FetchError::Environment {
        detail: format!("no browser session could be started at {endpoint}: {reason}"),
        hint: format!("is a driver listening at {endpoint}?"),
    }
}

/// Whether an address is on this machine, as far as it tells.
pub(super) fn is_here(endpoint: &Url) -> bool {
    match endpoint.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn browser_pid(client: &Client) -> Option<i32> {
    let told = client.capabilities()?;
    let pid = told.get("goog:processID").or_else(|| told.get("moz:processID"))?;
    pid.as_i64().and_then(|pid| i32::try_from(pid).ok())
}
