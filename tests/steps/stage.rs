//! The stage of the look-ups that are tested: a portal on loopback, a profile with a route a story, a browser.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anafora::archive::Discard;
use anafora::clock::ManualClock;
use anafora::crawl::{Engine, Observer, Policy, Stop, Summary};
use anafora::domain::{Bounds, Capture, Digest, DocumentId, Part, Timestamp, Verdict};
use anafora::fetch::{
    Agent, Attendance, Binaries, BrowserFetcher, BrowserKind, Chosen, FetchError, Fetcher as _, GuardCommand,
    Household, Pace, Quota, Robots, RunDir, SessionSource, Target, Window, Witness,
};
use anafora::frontier::{Frontier as _, MemoryFrontier};
use anafora::profile::{
    Absence, Alternatives, BrowserRules, CaptureStep, ClickManner, Drift, FormKeys, KindFilter, Marker,
    Pace as PaceRules, Profile, RobotsRule, RobotsUnreadable, Route, RowsStep, Scope, Selector, Status, Step,
    Template, Way, WindowStep,
};
use anafora::scheme::{SchemeRule, Schemes};

use crate::portal::Portal;
use crate::running::{Process, below};

/// The document that every story looks for.
pub(crate) const ID: &str = "AB-0001";
/// When every page is read.
pub(crate) const READ_AT: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// Long enough for a busy machine, short enough for the stories in which it passes.
pub(crate) const STEP_DEADLINE: Duration = Duration::from_secs(6);

/// Long enough for a browser on a busy machine.
const START_DEADLINE: Duration = Duration::from_secs(180);

/// One look-up, the pages of the portal for it, and how it must end.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// Markup by path; stories share no path.
    pub(crate) pages: &'static [(&'static str, &'static str)],
    pub(crate) steps: Vec<Step>,
    pub(crate) ends: Ends,
}

/// How a look-up must end.
pub(crate) enum Ends {
    /// The last part captured holds this text.
    Captured(&'static str),
    /// In words of the test's own: what is wrong, if anything is.
    CapturedSo(fn(&Capture) -> Result<(), String>),
    /// The portal says that there is no such document, on a page that holds this text.
    Absent(&'static str),
    /// With an error that is right.
    Failed(fn(&FetchError) -> bool),
    /// With an error that is right, on a page that holds this text.
    FailedOn(&'static str, fn(&FetchError) -> bool),
}

impl Ends {
    pub(crate) fn check(
        &self,
        outcome: &Result<Capture, FetchError>,
        witness: &Witness,
    ) -> Result<(), String> {
        let holds = |part: Option<&Part>, text: &str| {
            let page = part.map(|part| String::from_utf8_lossy(&part.bytes).into_owned());
            if page.as_ref().is_some_and(|page| page.contains(text)) {
                Ok(())
            } else {
                Err(format!("{page:?}"))
            }
        };
        match (self, outcome) {
            (Self::Captured(text), Ok(capture)) if capture.marker.is_none() => {
                holds(capture.parts.last(), text)
            }
            (Self::CapturedSo(check), Ok(capture)) => check(capture),
            (Self::Absent(text), Ok(capture)) if capture.marker == Some(Verdict::Absent) => {
                holds(capture.parts.last(), text)
            }
            (Self::Failed(is_right), Err(error)) if is_right(error) => Ok(()),
            (Self::FailedOn(text, is_right), Err(error)) if is_right(error) => {
                holds(witness.page.as_ref(), text)
            }
            (_, Ok(capture)) => {
                Err(format!("captured, with marker {:?}: {:?}", capture.marker, capture.trace))
            }
            (_, Err(error)) => Err(format!("{error:?}")),
        }
    }
}

/// A portal, a profile and a browser that is started with the first look-up.
pub(crate) struct Stage {
    pub(crate) fetcher: BrowserFetcher,
    household: Arc<Household>,
    pub(crate) portal: Portal,
    profile: Arc<Profile>,
    run_directory: tempfile::TempDir,
}

/// A crawl that has ended.
pub(crate) struct Crawled {
    pub(crate) summary: Summary,
    /// The browser sessions that the portal saw.
    pub(crate) visits: u32,
    /// What ran on although the crawl had ended.
    pub(crate) left: BTreeSet<Process>,
}

impl Stage {
    /// Sets up the stories in a browser; `adjust` changes the profile.
    pub(crate) async fn open(
        kind: BrowserKind,
        stories: &[Story],
        adjust: impl FnOnce(&mut Profile),
    ) -> Self {
        let binaries = Binaries::find(kind, Window::Headless, &Chosen::default()).unwrap();
        Self::open_on(binaries, START_DEADLINE, stories, adjust).await
    }

    /// The same with other programs, which have other time to start.
    pub(crate) async fn open_on(
        binaries: Binaries,
        start_deadline: Duration,
        stories: &[Story],
        adjust: impl FnOnce(&mut Profile),
    ) -> Self {
        let portal = Portal::open(stories).await;
        let mut profile = profile(&portal, stories);
        profile.pace.start_deadline = start_deadline;
        adjust(&mut profile);
        let run_directory = tempfile::tempdir().unwrap();
        let run = RunDir::Store(run_directory.path().join("run"));
        let household = Arc::new(Household::open(run, guard_command()).await.unwrap());
        let source =
            SessionSource::Local { household: Arc::clone(&household), binaries, window: Window::Headless };
        let clock = Arc::new(ManualClock::at(READ_AT));
        let pace = match profile.pace.requests_per_day {
            Some(requests_max) => Pace::new(profile.pace.delay)
                .with_quota(Quota::in_memory(requests_max, Arc::clone(&clock) as _)),
            None => Pace::new(profile.pace.delay),
        };
        let (profile, pace) = (Arc::new(profile), Arc::new(pace));
        let fetcher = BrowserFetcher::new(Arc::clone(&profile), source, pace, clock);
        Self { fetcher, household, portal, profile, run_directory }
    }

    /// Puts a person at the browser, and takes down what they are told.
    pub(crate) fn attend(self, deadline: Duration) -> (Self, Arc<Mutex<Vec<String>>>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&told);
        let tell = Arc::new(move |line: &str| taken.lock().unwrap().push(line.to_owned()));
        let fetcher = self.fetcher.attended_by(Attendance::Person { deadline, tell });
        (Self { fetcher, ..self }, told)
    }

    /// Has robots.txt asked for before anything is opened.
    pub(crate) fn obey_robots(self) -> Self {
        let pace = Arc::new(Pace::new(Duration::ZERO));
        let rules = &self.profile.pace;
        let robots = Robots::new(&self.profile.base, rules, &Agent::default(), pace).unwrap();
        let fetcher = self.fetcher.with_robots(Arc::new(robots));
        Self { fetcher, ..self }
    }

    /// Looks the document up by the route of the story.
    pub(crate) async fn play(&mut self, story: &str) -> Result<Capture, FetchError> {
        let portal = &self.portal;
        let variables = [("id", ID), ("closed", portal.closed()), ("rough", portal.rough())];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let target = Target { id: DocumentId::from_canonical(ID, "akte", story), variables };
        self.fetcher.fetch(&target).await
    }

    /// What can still be seen of the last look-up.
    pub(crate) async fn witness(&mut self) -> Witness {
        self.fetcher.witness().await
    }

    /// Crawls from the document of the story, with one worker.
    pub(crate) async fn crawl(self, story: &str, observer: Arc<dyn Observer>) -> Crawled {
        let clock = Arc::new(ManualClock::at(READ_AT));
        let frontier = MemoryFrontier::new(Arc::clone(&clock) as _);
        let bounds = Bounds { routed: BTreeSet::from([story.to_owned()]), ..Bounds::default() };
        frontier.reopen(&bounds).await.unwrap();
        frontier.enqueue(&[DocumentId::from_canonical(ID, "akte", story)]).await.unwrap();
        let engine = Engine {
            frontier: Arc::new(frontier),
            archive: Arc::new(Discard),
            evidence: None,
            policy: Policy::of(&self.profile),
            profile: self.profile,
            clock,
            observers: vec![observer],
            stop: Stop::default(),
        };
        let summary = engine.run(vec![Box::new(self.fetcher)]).await.unwrap();
        let left = below(self.run_directory.path());
        let household = Arc::into_inner(self.household).expect("nobody else holds the household");
        household.close().await.unwrap();
        Crawled { summary, visits: self.portal.visits(), left }
    }

    /// The directory below which everything runs that was started.
    pub(crate) fn run_directory(&self) -> &Path {
        self.run_directory.path()
    }

    /// Ends the browser and everything around it.
    pub(crate) async fn close(self) {
        Box::new(self.fetcher).close().await.unwrap();
        let household = Arc::into_inner(self.household).expect("nobody else holds the household");
        household.close().await.unwrap();
    }
}

/// Starts this test program as the guard of its own browsers.
fn guard_command() -> GuardCommand {
    let args = ["as_guard", "--exact", "--ignored", "--nocapture"].map(Into::into).into();
    GuardCommand { program: std::env::current_exe().unwrap(), args }
}

fn profile(portal: &Portal, stories: &[Story]) -> Profile {
    let scheme = SchemeRule {
        name: "akte".into(),
        pattern: "(?<type>[A-Z]{2})-(?<number>[0-9]{4})".into(),
        kind: "{type}".into(),
        ..SchemeRule::default()
    };
    Profile {
        name: "stage".into(),
        status: Status::Unverified,
        base: portal.address("/").parse().unwrap(),
        pace: PaceRules {
            delay: Duration::ZERO,
            delay_max: Duration::ZERO,
            requests_per_day: None,
            robots: RobotsRule::Ignore,
            robots_unreadable: RobotsUnreadable::Stop,
            start_deadline: Duration::from_secs(60),
            step_deadline: STEP_DEADLINE,
            lookup_deadline: Duration::from_secs(60),
            attempts: 1,
            lost_sessions_max: 0,
            session_lookups_max: 1000,
            page_bytes_max: 100_000,
            unavailable_max: Duration::ZERO,
        },
        drift: Drift::default(),
        browser: BrowserRules { load_images: false },
        schemes: Schemes::new(vec![scheme]).unwrap(),
        kinds: BTreeMap::new(),
        markers: vec![
            Marker {
                verdict: Verdict::SessionLost,
                any: any(&["css:#expired", "text:Your session has expired"]),
            },
            Marker { verdict: Verdict::Unavailable, any: any(&["title:Maintenance"]) },
            Marker { verdict: Verdict::Blocked, any: any(&["text:Are you a robot?"]) },
            Marker { verdict: Verdict::Login, any: any(&["label:Password"]) },
        ],
        routes: stories.iter().map(route).collect(),
        fields: Vec::new(),
        groups: Vec::new(),
        references: Vec::new(),
        digest: Digest::of(b""),
        text: String::new(),
    }
}

fn route(story: &Story) -> Route {
    let kinds = KindFilter::Only(BTreeSet::from([story.name.to_owned()]));
    let way = Way::Browser(story.steps.clone());
    Route { name: story.name.into(), kinds, way, absence: Absence::Believe }
}

/// Asks again and again until it is so.
pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    let mut again = tokio::time::interval(Duration::from_millis(50));
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while !is_so() {
            again.tick().await;
        }
    });
    assert!(waited.await.is_ok(), "waited in vain: {what}");
}

// ---------------------------------------------------------------- steps in few words

pub(crate) fn any(selectors: &[&str]) -> Alternatives {
    Alternatives(selectors.iter().map(|selector| one(selector)).collect())
}

fn one(selector: &str) -> Selector {
    if let Some((hosts, target)) = selector.rsplit_once(" >>> ") {
        let hosts = hosts.strip_prefix("css:").expect("what is entered is named by CSS");
        let hosts = hosts.split(" >>> ").map(str::to_owned).collect();
        let is_css = !["text:", "label:", "xpath:"].iter().any(|prefix| target.starts_with(prefix));
        let target = if is_css { Selector::Css(target.to_owned()) } else { one(target) };
        return Selector::Inside(hosts, Box::new(target));
    }
    let (kind, sought) = selector.split_once(':').expect("a selector has a prefix");
    let make = match kind {
        "css" => Selector::Css,
        "text" => Selector::Text,
        "label" => Selector::Label,
        "title" => Selector::Title,
        "xpath" => Selector::Xpath,
        other => panic!("`{other}:` is no prefix of a selector"),
    };
    make(sought.to_owned())
}

pub(crate) fn open(address: &str) -> Step {
    Step::Open(Template(address.into()))
}

pub(crate) fn dismiss(selector: &str) -> Step {
    Step::Dismiss(any(&[selector]))
}

pub(crate) fn click(selector: &str) -> Step {
    Step::Click { on: any(&[selector]), manner: ClickManner::Script, once: false }
}

pub(crate) fn fill(selector: &str) -> Step {
    Step::Fill { control: any(&[selector]), with: Template("{id}".into()), keys: FormKeys::Script }
}

pub(crate) fn select(selector: &str, option: &str) -> Step {
    Step::Select { control: any(&[selector]), option: Template(option.into()) }
}

pub(crate) fn press(key: &str, on: Option<&str>) -> Step {
    Step::Press { key: key.into(), on: on.map(|selector| any(&[selector])) }
}

pub(crate) fn wait(outcomes: &[(Verdict, &str)]) -> Step {
    let outcomes = outcomes.iter().map(|(verdict, selector)| (*verdict, any(&[selector]))).collect();
    Step::Wait { outcomes, deadline: None }
}

pub(crate) fn wait_for(selector: &str) -> Step {
    wait(&[(Verdict::GoOn, selector)])
}

/// A wait that is meant to pass its deadline.
pub(crate) fn wait_in_vain(selector: &str) -> Step {
    let outcomes = vec![(Verdict::GoOn, any(&[selector]))];
    Step::Wait { outcomes, deadline: Some(Duration::from_secs(1)) }
}

pub(crate) fn expect(selector: &str) -> Step {
    Step::Expect(any(&[selector]))
}

pub(crate) fn capture() -> Step {
    Step::Capture(CaptureStep { part: "detail".into(), of: None })
}

pub(crate) fn capture_as(part: &str, of: Option<&str>) -> Step {
    Step::Capture(CaptureStep { part: part.into(), of: of.map(|selector| any(&[selector])) })
}

pub(crate) fn window(step: WindowStep) -> Step {
    Step::Window(step)
}

pub(crate) fn frame(selector: &str) -> Step {
    Step::Frame(if selector == "top" { Scope::Leave } else { Scope::Enter(any(&[selector])) })
}

pub(crate) fn dialog(selector: &str) -> Step {
    Step::Dialog(if selector == "none" { Scope::Leave } else { Scope::Enter(any(&[selector])) })
}

/// Rows of the table `#list`, with the ID in `.id`.
pub(crate) fn rows() -> RowsStep {
    RowsStep {
        rows: any(&["css:#list tr"]),
        id: Some(any(&["css:.id"])),
        open: Some(any(&["css:a"])),
        prefer: None,
        take: None,
        first: None,
        next: None,
        last: None,
        scroll: None,
    }
}
