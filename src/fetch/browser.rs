//! Fetches through a browser: one session, used for look-up after look-up, and replaced when it is worn or broken.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::process::Command;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout};

use super::account::StepListener;
use super::agent::Agent;
use super::attendance::{ANSWERS_MAX, Attendance};
use super::capabilities::{Images, SessionSettings, user_agent};
use super::driver::Log;
use super::lookup::{Lookup, Picture, SCRIPT_DEADLINE};
use super::pace::Pace;
use super::robots::Robots;
use super::routes::no_route;
use super::session::{Awaits, Prompts, Session, SessionSource};
use super::taken::address_known_beforehand;
use super::{FetchError, Fetcher, Target, Witness};
use crate::clock::Clock;
use crate::domain::Capture;
use crate::profile::{Profile, Route, Step, Way};

/// A browser that cannot even say its version by then keeps its own name.
const VERSION_DEADLINE: Duration = Duration::from_secs(10);
/// A browser that cannot forget its cookies by then is replaced.
const COOKIES_DEADLINE: Duration = Duration::from_secs(5);
/// A browser that has not closed the windows of a look-up by then is replaced.
const WINDOWS_DEADLINE: Duration = Duration::from_secs(5);
/// A browser that has not drawn its page by then is ended: it would hardly serve the next look-up.
const SCREENSHOT_DEADLINE: Duration = Duration::from_secs(5);
/// So many lines of the driver's log are evidence.
const LOG_LINES_MAX: usize = 40;

/// So many failed starts in a row are bad luck; one more, and the machine is to blame.
const FAILED_STARTS_MAX: u32 = 2;

/// Looks documents up in a browser session of its own.
pub struct BrowserFetcher {
    profile: Arc<Profile>,
    source: SessionSource,
    pace: Arc<Pace>,
    robots: Option<Arc<Robots>>,
    agent: Agent,
    clock: Arc<dyn Clock>,
    attendance: Attendance,
    listener: Option<StepListener>,
    user_agent: OnceCell<Option<String>>,
    session: Option<Session>,
    lookups: u32,
    /// What the last look-up saw, and what the driver of its session writes.
    seen: Witness,
    picture: Picture,
    driver_log: Option<Arc<Log>>,
    /// Starts that may fail, one after the other, before the machine is to blame; none before the first success.
    starts_in_reserve: u32,
}

impl BrowserFetcher {
    /// A fetcher that starts its browser with the first look-up. All fetchers on one portal share one pace.
    #[must_use]
    pub fn new(profile: Arc<Profile>, source: SessionSource, pace: Arc<Pace>, clock: Arc<dyn Clock>) -> Self {
        Self {
            profile,
            source,
            pace,
            robots: None,
            agent: Agent::default(),
            clock,
            attendance: Attendance::Nobody,
            listener: None,
            user_agent: OnceCell::new(),
            session: None,
            lookups: 0,
            seen: Witness::default(),
            picture: Picture::default(),
            driver_log: None,
            starts_in_reserve: 0,
        }
    }

    /// The same fetcher with somebody, or nobody, at its browser.
    #[must_use]
    pub fn attended_by(self, attendance: Attendance) -> Self {
        Self { attendance, ..self }
    }

    /// The same, keeping away from what robots.txt excludes. All fetchers on one portal share one.
    #[must_use]
    pub fn with_robots(self, robots: Arc<Robots>) -> Self {
        Self { robots: Some(robots), ..self }
    }

    /// The same under this name.
    #[must_use]
    pub fn with_agent(self, agent: Agent) -> Self {
        Self { agent, ..self }
    }

    /// The session for the next look-up: the last one, or a new one where that is worn, broken or not there.
    async fn session(&mut self) -> Result<Session, FetchError> {
        let is_worn = self.lookups >= self.profile.pace.session_lookups_max;
        match self.session.take() {
            Some(session) if session.is_usable() && !is_worn => return Ok(session),
            Some(session) => session.close().await,
            None => {}
        }
        self.lookups = 0;
        let settings = self.settings().await;
        let started = match Session::start(&self.source, &settings).await {
            // Before the first success there is nothing in reserve, and a driver may lose the port that it has just chosen.
            Err(FetchError::Environment { .. }) if self.starts_in_reserve == 0 => {
                Session::start(&self.source, &settings).await
            }
            started => started,
        };
        match started {
            Ok(session) => {
                self.starts_in_reserve = FAILED_STARTS_MAX;
                Ok(session)
            }
            // What has just worked is installed: this time the machine was busy or the browser fell over.
            Err(FetchError::Environment { detail, .. }) if self.starts_in_reserve > 0 => {
                self.starts_in_reserve -= 1;
                Err(FetchError::BrowserDied { detail })
            }
            Err(error) => Err(error),
        }
    }

    async fn settings(&self) -> SessionSettings {
        let user_agent = self.user_agent.get_or_init(|| own_name(&self.source, &self.agent)).await;
        SessionSettings {
            images: if self.profile.browser.load_images { Images::Loaded } else { Images::Blocked },
            start_deadline: self.profile.pace.start_deadline,
            page_load_deadline: self.profile.pace.step_deadline,
            script_deadline: SCRIPT_DEADLINE,
            user_agent: user_agent.clone(),
            prompts: self.prompts(),
        }
    }

    /// Only prompts that are left open can be answered by a step, or told to whoever listens.
    fn prompts(&self) -> Prompts {
        if answers_prompts(&self.profile) || self.listener.is_some() {
            Prompts::Left
        } else {
            Prompts::Accepted
        }
    }

    /// Looks a document up by this route, which leads through a browser.
    pub(super) async fn go(&mut self, route: &Route, target: &Target) -> Result<Capture, FetchError> {
        let profile = Arc::clone(&self.profile);
        let outcome = self.look_up(&profile, route, target).await;
        if matches!(outcome, Err(FetchError::Unavailable { .. } | FetchError::DeadlineMissed { .. })) {
            self.pace.failed();
        }
        outcome
    }

    async fn look_up(
        &mut self,
        profile: &Profile,
        route: &Route,
        target: &Target,
    ) -> Result<Capture, FetchError> {
        (self.seen, self.picture, self.driver_log) = (Witness::default(), Picture::default(), None);
        self.permit(route, target).await?;
        let mut session = self.session().await?;
        self.driver_log = session.driver_log();
        self.lookups += 1;
        let manners = (&*self.pace, self.robots.as_deref());
        let mut answered = 0;
        let (outcome, seen, picture) = loop {
            let lookup = Lookup::new(&mut session, (profile, route, target), manners, &*self.clock);
            let (outcome, seen, picture) = lookup.heard_by(self.listener.as_ref()).run().await;
            match &outcome {
                Err(FetchError::Blocked { detail, .. })
                    if answered < ANSWERS_MAX
                        && self.attendance.answers(detail, &mut session, profile).await =>
                {
                    answered += 1;
                }
                _ => break (outcome, seen, picture),
            }
        };
        (self.seen, self.picture) = (seen, picture);
        session.await_prompt(Awaits::Nothing);
        self.settle(session, &outcome).await;
        outcome
    }

    /// Whether robots.txt lets every address be opened that is known beforehand: asked before any browser starts.
    async fn permit(&self, route: &Route, target: &Target) -> Result<(), FetchError> {
        let Some(robots) = &self.robots else { return Ok(()) };
        for step in route.steps() {
            if let Step::Open(address) = step
                && let Some(address) =
                    address_known_beforehand(&self.profile.base, address, &target.variables)
            {
                robots.permit(&address).await?;
            }
        }
        Ok(())
    }

    /// Puts the session back, in the state in which the next look-up may find it.
    async fn settle(&mut self, mut session: Session, outcome: &Result<Capture, FetchError>) {
        if matches!(outcome, Err(FetchError::SessionLost { .. })) && session.is_usable() {
            let until = Instant::now() + COOKIES_DEADLINE;
            if session.forget_cookies(until).await.is_err() {
                session.kill();
            }
        }
        if session.is_usable() && session.is_away() {
            if outcome.is_err() {
                // What a failure shows is gone with its window.
                self.seen.screenshot = session.screenshot(Instant::now() + SCREENSHOT_DEADLINE).await.ok();
            }
            if session.keep_one_window(Instant::now() + WINDOWS_DEADLINE).await.is_err() {
                session.kill();
            }
        }
        if session.is_usable() {
            self.session = Some(session);
        } else {
            session.close().await;
        }
    }
}

#[async_trait]
impl Fetcher for BrowserFetcher {
    async fn fetch(&mut self, target: &Target) -> Result<Capture, FetchError> {
        let profile = Arc::clone(&self.profile);
        let mut routes = profile.routes(target.id.kind());
        let Some(route) = routes.find(|route| matches!(route.way, Way::Browser(_))) else {
            return Err(no_route(&profile, target));
        };
        self.go(route, target).await
    }

    async fn witness(&mut self) -> Witness {
        let screenshot = match (&self.seen.screenshot, self.session.as_mut()) {
            _ if self.picture == Picture::Withheld => None,
            (Some(taken), _) => Some(taken.clone()),
            (None, Some(session)) if session.is_usable() => {
                session.screenshot(Instant::now() + SCREENSHOT_DEADLINE).await.ok()
            }
            (None, _) => None,
        };
        let driver_log = self.driver_log.as_ref().map(|log| log.tail(LOG_LINES_MAX));
        let driver_log = driver_log.filter(|log| !log.is_empty());
        Witness { screenshot, driver_log, ..self.seen.clone() }
    }

    fn tell_steps_to(&mut self, listener: StepListener) {
        self.listener = Some(listener);
    }

    async fn close(self: Box<Self>) -> Result<(), FetchError> {
        if let Some(session) = self.session {
            session.close().await;
        }
        Ok(())
    }
}

/// Whether some step answers a prompt.
fn answers_prompts(profile: &Profile) -> bool {
    let mut steps = profile.routes.iter().flat_map(Route::steps);
    steps.any(|step| matches!(step.itself(), Step::Answer { .. }))
}

/// The browser's name with ours after it. A remote end's browser keeps its own, as its version is not known beforehand.
async fn own_name(source: &SessionSource, agent: &Agent) -> Option<String> {
    let SessionSource::Local { binaries, .. } = source else { return None };
    let asked = Command::new(&binaries.browser).arg("--version").kill_on_drop(true).output();
    let output = timeout(VERSION_DEADLINE, asked).await.ok()?.ok()?;
    user_agent(binaries.kind, &String::from_utf8_lossy(&output.stdout), agent)
}
