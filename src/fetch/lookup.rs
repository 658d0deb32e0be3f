//! One look-up in a browser: its deadlines, its trace, and what each answer of the page means for it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use fantoccini::wd::WindowHandle;
use tokio::time::Instant;
use url::Url;

use super::account::{self, StepAccount, StepEnd, StepListener};
use super::contexts::Place;
use super::pace::Pace;
use super::page::{Answer, Ask, Request, Scoped, Sign, written};
use super::retry_after;
use super::robots::Robots;
use super::session::Session;
use super::trouble::Trouble;
use super::{Barrier, FetchError, Target, Witness};
use crate::clock::Clock;
use crate::domain::{Capture, Part, Timestamp, Trace, Verdict};
use crate::profile::{Profile, Route, Step};

/// The page answers its own deadline; a browser that says nothing for so much longer is stuck.
const GRACE: Duration = Duration::from_secs(2);
/// How long one call of the page's script looks on. A longer wait is several calls, since one that began in a document
/// that was just being left is never answered.
const LOOK: Duration = Duration::from_secs(2);
/// After so long the driver gives up a script that should have answered.
pub(super) const SCRIPT_DEADLINE: Duration = Duration::from_secs(3);
/// Between two tries of something that the browser refused just now, so that neither end is kept busy by asking alone.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Why a look-up goes no further.
pub(super) enum Halt {
    /// The portal says that there is no such document.
    Absent,
    /// It failed.
    Failed(FetchError),
}

impl From<FetchError> for Halt {
    fn from(error: FetchError) -> Self {
        Self::Failed(error)
    }
}

/// One look-up.
pub(super) struct Lookup<'a> {
    pub(super) session: &'a mut Session,
    pub(super) profile: &'a Profile,
    pub(super) route: &'a Route,
    pub(super) target: &'a Target,
    pub(super) row_id: Option<String>,
    /// What the steps so far took from the portal's pages.
    pub(super) taken: BTreeMap<String, String>,
    pace: &'a Pace,
    robots: Option<&'a Robots>,
    clock: &'a dyn Clock,
    listener: Option<&'a StepListener>,
    /// When the portal was last made to work, where its answer is not there yet.
    asked_at: Option<Instant>,
    markers: Vec<Sign>,
    parts: Vec<Part>,
    /// The page that shows a failure.
    pub(super) shown: Option<Part>,
    pub(super) picture: Picture,
    /// The windows that were open before an act that may open one.
    pub(super) windows_before: Vec<WindowHandle>,
    /// Where the steps look now.
    pub(super) place: Place,
    /// What of that holds for each call of the page's script.
    pub(super) scope: Scoped,
    captured_at: Option<Timestamp>,
    trace: Vec<Trace>,
    now: Running,
    ends_at: Instant,
}

/// Whether a picture of the page that shows a failure may be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Picture {
    #[default]
    Allowed,
    /// robots.txt keeps programs away from that page.
    Withheld,
}

/// The step that runs.
struct Running {
    index: usize,
    verb: &'static str,
    began: Instant,
    /// What its selectors matched so far.
    matched: Option<String>,
    deadline: Duration,
    ends_at: Instant,
}

impl fmt::Display for Running {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "step {} ({})", self.index + 1, self.verb)
    }
}

impl<'a> Lookup<'a> {
    /// A look-up that has not begun.
    pub(super) fn new(
        session: &'a mut Session,
        (profile, route, target): (&'a Profile, &'a Route, &'a Target),
        (pace, robots): (&'a Pace, Option<&'a Robots>),
        clock: &'a dyn Clock,
    ) -> Self {
        let began = Instant::now();
        let markers = profile.markers.iter().filter(|marker| marker.verdict != Verdict::GoOn);
        Self {
            session,
            profile,
            route,
            target,
            row_id: None,
            taken: BTreeMap::new(),
            pace,
            robots,
            clock,
            listener: None,
            asked_at: None,
            markers: markers.map(|marker| sign(marker.verdict, &marker.any)).collect(),
            parts: Vec::new(),
            shown: None,
            picture: Picture::default(),
            windows_before: Vec::new(),
            place: Place::default(),
            scope: Scoped::default(),
            captured_at: None,
            trace: Vec::new(),
            now: Running {
                index: 0,
                verb: "look-up",
                began,
                matched: None,
                deadline: profile.pace.step_deadline,
                ends_at: began + profile.pace.step_deadline,
            },
            ends_at: began + profile.pace.lookup_deadline,
        }
    }

    /// The same look-up, with somebody told of each step.
    pub(super) fn heard_by(self, listener: Option<&'a StepListener>) -> Self {
        Self { listener, ..self }
    }

    /// Runs the route's steps to its end, or until the page says that there is nothing to find. Also tells what was
    /// seen last.
    pub(super) async fn run(mut self) -> (Result<Capture, FetchError>, Witness, Picture) {
        match self.follow_route().await {
            Ok(marker) => {
                let capture = self.into_capture(marker);
                let (parts, trace) = (capture.parts.clone(), capture.trace.clone());
                let page = parts.last().cloned();
                (Ok(capture), Witness { page, parts, trace, ..Witness::default() }, Picture::Allowed)
            }
            Err(error) => {
                let step = Some(self.step_name());
                self.end_step(StepEnd::Failed(error.to_string()));
                if !matches!(error, FetchError::PageTooLarge { .. }) {
                    self.look_at_page().await;
                }
                let has_other_windows =
                    matches!(error, FetchError::LayoutChanged { .. }) && self.has_other_windows().await;
                let page = self.shown.or_else(|| self.parts.last().cloned());
                let (parts, trace) = (self.parts, self.trace);
                let seen = Witness { page, parts, has_other_windows, step, trace, ..Witness::default() };
                (Err(error), seen, self.picture)
            }
        }
    }

    async fn follow_route(&mut self) -> Result<Option<Verdict>, FetchError> {
        let route = self.route;
        for (index, step) in route.steps().iter().enumerate() {
            self.begin(index, step);
            match self.step(index, step).await {
                Ok(matched) => {
                    self.note_answer(step);
                    self.now.matched = matched.or(self.now.matched.take());
                    self.end_step(StepEnd::Done);
                }
                Err(Halt::Absent) => {
                    self.note_answer(step);
                    let part = self.read_page("absent").await?;
                    self.keep(part);
                    self.end_step(StepEnd::Absent);
                    return Ok(Some(Verdict::Absent));
                }
                Err(Halt::Failed(error)) => return Err(error),
            }
        }
        if self.parts.is_empty() {
            let part = self.read_page("page").await?;
            self.keep(part);
        }
        Ok(None)
    }

    fn begin(&mut self, index: usize, step: &Step) {
        self.scope = self.scope_of(index);
        self.await_prompts(index);
        let deadline = step.deadline().unwrap_or(self.profile.pace.step_deadline);
        let began = Instant::now();
        let ends_at = began + deadline;
        self.now = Running { index, verb: step.verb(), began, matched: None, deadline, ends_at };
    }

    /// Gives the look-up so much more time, as for what shows its failure.
    pub(super) fn extend(&mut self, span: Duration) {
        let ends_at = Instant::now() + span;
        (self.now.ends_at, self.ends_at) = (ends_at, self.ends_at.max(ends_at));
    }

    /// Gives the running step its whole deadline again, as for another page of results.
    pub(super) fn renew_step_deadline(&mut self) {
        self.now.ends_at = Instant::now() + self.now.deadline;
    }

    /// Waits until the portal may be made to work again. That time is ours, and counts against no deadline.
    pub(super) async fn turn(&mut self) -> Result<(), FetchError> {
        let waited = self.pace.turn().await?;
        self.now.ends_at += waited;
        self.ends_at += waited;
        self.asked_at = Some(Instant::now());
        Ok(())
    }

    /// Tells the pace how long the portal took, once a step has seen its answer. Clicks and keys end before it comes.
    fn note_answer(&mut self, step: &Step) {
        let sees_answer =
            matches!(step, Step::Open(_) | Step::Wait { .. } | Step::Expect(_) | Step::Capture(_));
        if sees_answer && let Some(asked_at) = self.asked_at.take() {
            self.pace.answered(asked_at.elapsed());
        }
    }

    /// Whether robots.txt lets a page be kept.
    pub(super) async fn may_keep(&mut self, part: &Part) -> Result<(), FetchError> {
        match part.url.parse() {
            Ok(address) => self.may_open(&address).await,
            Err(_) => Ok(()),
        }
    }

    /// Whether robots.txt lets an address be opened. To ask is our own wish, and counts against no deadline.
    pub(super) async fn may_open(&mut self, address: &Url) -> Result<(), FetchError> {
        let Some(robots) = self.robots else { return Ok(()) };
        let began = Instant::now();
        let permitted = robots.permit(address).await;
        self.now.ends_at += began.elapsed();
        self.ends_at += began.elapsed();
        permitted
    }

    /// When the running step must have come to an end.
    pub(super) fn ends_at(&self) -> Instant {
        self.now.ends_at.min(self.ends_at)
    }

    /// When a command of the running step is given up: a little after the page should have answered its own deadline.
    pub(super) fn gives_up_at(&self) -> Instant {
        self.ends_at() + GRACE
    }

    /// How long the running step may take.
    pub(super) const fn step_deadline(&self) -> Duration {
        self.now.deadline
    }

    pub(super) fn step_name(&self) -> String {
        self.now.to_string()
    }

    /// Notes what the running step did, and tells who listens.
    fn end_step(&mut self, end: StepEnd) {
        let elapsed_ms = u64::try_from(self.now.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let trace = Trace { step: self.now.verb.into(), matched: self.now.matched.clone(), elapsed_ms };
        let accepted = self.session.take_accepted();
        if let Some(tell) = self.listener {
            let step = self.route.steps().get(self.now.index);
            let answer = match step.map(Step::itself) {
                _ if account::is_passed_over(step, &trace, &end) => Some("passed over".to_owned()),
                Some(Step::Rows(_)) => self.row_id.as_ref().map(|id| format!("the row of `{id}`")),
                Some(Step::Capture(_)) => self.parts.last().map(account::read),
                Some(step) => account::given(step, &|text| self.fill_in(text), &self.taken),
                None => None,
            };
            let account = StepAccount::of(self.route, self.now.index, &trace, end);
            tell(&StepAccount { answer, accepted, ..account });
        }
        self.trace.push(trace);
    }

    /// Asks the page, again where a navigation or a dialog took the answer away, and makes of the answer what can be
    /// made of it whatever the step is. The step's own deadline passes as [`Answer::Deadline`].
    pub(super) async fn ask(&mut self, ask: &Ask, repeat: Repeat) -> Result<Answer, Halt> {
        let token = self.session.next_token();
        loop {
            self.look_around().await?;
            let is_over = Instant::now() >= self.ends_at();
            match self.ask_once(ask, token).await {
                Ok(Some(Answer::Deadline | Answer::Loading)) if !is_over => continue,
                // What does not come is no changed layout, and may yet come into the next look-up.
                Ok(Some(Answer::Loading)) => return Err(self.explain(Trouble::Late).into()),
                Ok(Some(answer)) => {
                    if answer.decides() {
                        self.glance_around().await?;
                    }
                    return self.judge(answer).await;
                }
                Err(Trouble::Silent) if is_over => return Err(self.explain(Trouble::Late).into()),
                Ok(None) | Err(Trouble::CutOff(_) | Trouble::Silent) => {}
                Err(trouble) => return Err(self.explain(trouble).into()),
            }
            // A page may ask while it is loaded, and shows nothing of itself until it is answered.
            let may_be_held = ask.acts() || matches!(ask, Ask::Look);
            if may_be_held && self.is_held_by_prompt(self.now.index).await? {
                return Ok(Answer::Done { matched: None });
            }
            if ask.acts() {
                if matches!(self.ask_once(&Ask::Acted, token).await, Ok(Some(Answer::Done { .. }))) {
                    return Ok(Answer::Done { matched: None });
                }
                if repeat == Repeat::Never {
                    return Err(FetchError::SessionLost { step: self.step_name() }.into());
                }
            }
            if is_over {
                return self.judge(Answer::Deadline).await;
            }
            self.rest().await;
        }
    }

    /// Lets a moment pass before something is tried again that the browser refused just now.
    pub(super) async fn rest(&self) {
        tokio::time::sleep(AGAIN_AFTER).await;
    }

    pub(super) async fn ask_once(&mut self, ask: &Ask, token: u64) -> Result<Option<Answer>, Trouble> {
        self.ask_within(LOOK, ask, token).await
    }

    /// One call of the page's script, and those by which it learns of shadow roots before.
    pub(super) async fn ask_within(
        &mut self,
        look: Duration,
        ask: &Ask,
        token: u64,
    ) -> Result<Option<Answer>, Trouble> {
        loop {
            let left = self.ends_at().saturating_duration_since(Instant::now()).min(look);
            let request = Request {
                ask,
                markers: &self.markers,
                token,
                deadline_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
                scope: &self.scope,
            };
            let gives_up_at = self.gives_up_at();
            match self.session.ask(&request, gives_up_at).await? {
                Some(Answer::Sealed) => self.session.unseal(token, gives_up_at).await?,
                answer => return Ok(answer),
            }
        }
    }

    pub(super) async fn judge(&mut self, answer: Answer) -> Result<Answer, Halt> {
        let failed = match answer {
            Answer::Verdict { verdict, matched } => {
                self.now.matched = Some(matched.clone());
                match FetchError::of_sign(verdict, &matched, || self.step_name()) {
                    Some(error) => error,
                    None if verdict == Verdict::Absent => return Err(Halt::Absent),
                    None => return Ok(Answer::Done { matched: Some(matched) }),
                }
            }
            Answer::Http { status: status @ (401 | 403) } => {
                let detail = format!("the portal answered with status {status}");
                FetchError::Blocked { barrier: Barrier::Refusal, detail }
            }
            Answer::Http { status } => {
                let detail = format!("the portal answered with status {status}");
                FetchError::Unavailable { detail, retry_after: self.retry_after(status).await }
            }
            Answer::Network { detail } => {
                let detail =
                    if detail.is_empty() { "the browser shows an error page".to_owned() } else { detail };
                FetchError::unavailable(detail)
            }
            Answer::Fault { detail } => self.layout_changed(&detail),
            // The whole look-up's time is up, not only the step's.
            Answer::Deadline if Instant::now() >= self.ends_at => {
                let error = self.deadline_missed();
                self.look_at_page().await;
                self.session.kill();
                error
            }
            answer => return Ok(answer),
        };
        Err(Halt::Failed(failed))
    }

    /// How long a portal that answered with this status asks to be left alone, where it says so.
    async fn retry_after(&mut self, status: u16) -> Option<Duration> {
        if !matches!(status, 429 | 503) {
            return None;
        }
        self.turn().await.ok()?;
        let token = self.session.next_token();
        match self.ask_once(&Ask::RetryAfter, token).await {
            Ok(Some(Answer::Text { text, .. })) => retry_after::read(&text, self.clock.now()),
            _ => None,
        }
    }

    /// What a failed command means for the look-up.
    pub(super) fn explain(&mut self, trouble: Trouble) -> FetchError {
        match trouble {
            Trouble::Late | Trouble::Silent => {
                self.session.kill();
                self.deadline_missed()
            }
            Trouble::Died(detail) => FetchError::BrowserDied { detail },
            Trouble::Unreachable(detail) => FetchError::unavailable(detail),
            Trouble::CutOff(detail) | Trouble::Refused(detail) => self.layout_changed(&detail),
        }
    }

    fn deadline_missed(&self) -> FetchError {
        let look_up = ("the look-up".to_owned(), self.profile.pace.lookup_deadline);
        let step = (self.step_name(), self.now.deadline);
        let (what, after) = if Instant::now() >= self.ends_at { look_up } else { step };
        FetchError::DeadlineMissed { what, after }
    }

    /// Something that should be on the page is not there.
    pub(super) fn layout_changed(&self, what: &str) -> FetchError {
        FetchError::LayoutChanged { what: format!("{}: {what}", self.step_name()) }
    }

    /// None of the selectors matched in time.
    pub(super) fn nothing_matched(&self, selectors: &[String]) -> FetchError {
        let within = self.now.deadline;
        self.layout_changed(&format!("none of `{}` within {within:?}", selectors.join("`, `")))
    }

    /// Keeps a part for the capture.
    pub(super) fn keep(&mut self, part: Part) {
        self.captured_at.get_or_insert_with(|| self.clock.now());
        self.parts.push(part);
    }

    fn into_capture(self, marker: Option<Verdict>) -> Capture {
        Capture {
            id: self.target.id.clone(),
            route: self.route.name.clone(),
            captured_at: self.captured_at.unwrap_or_else(|| self.clock.now()),
            parts: self.parts,
            marker,
            row_id: self.row_id,
            passed_over: Vec::new(),
            trace: self.trace,
        }
    }
}

/// Whether an acting step may be tried again where nobody can tell whether it acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Yes: to act twice does no harm.
    Allowed,
    /// No, as with one-time tokens.
    Never,
}

/// A sign and what it means, for the page.
pub(super) fn sign(verdict: Verdict, any: &crate::profile::Alternatives) -> Sign {
    Sign { verdict, any: written(any) }
}
