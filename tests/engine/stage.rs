//! The stage of the engine's tests: look-ups answered from the recorded demo crawl, after what a script says.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anafora::archive::{Discard, FixtureDir, Recording};
use anafora::clock::Clock;
use anafora::crawl::{Engine, Event, Observer, Policy, Stop, Summary};
use anafora::domain::{Bounds, Capture, DocumentId, Timestamp};
use anafora::evidence::EvidenceDirectory;
use anafora::fetch::{Barrier, FetchError, Fetcher, ReplayFetcher, Target, Witness};
use anafora::frontier::{Frontier, MemoryFrontier};
use anafora::profile::Profile;
use async_trait::async_trait;
use tokio::time::Instant;

pub(crate) const SEED: &str = "14PAY000100001";
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);

/// What happens before a look-up is answered from the recording.
pub(crate) enum Before {
    Takes(Duration),
    Fails(FetchError),
    /// Wishes for an end, and takes a second more.
    Stops(Stop, fn(&Stop)),
}

/// Answers from the recorded demo crawl, after what the script says.
pub(crate) struct Scripted {
    pub(crate) recorded: ReplayFetcher,
    pub(crate) script: Arc<Mutex<VecDeque<Before>>>,
    pub(crate) always: Option<fn() -> FetchError>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    pub(crate) redesign: Option<Redesign>,
    pub(crate) witness_takes: Duration,
}

/// From its payment of this number on, the portal shows payments otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Redesign {
    pub(crate) from_payment: usize,
    pub(crate) change: fn(&str) -> String,
}

impl Redesign {
    pub(crate) fn is_due(self, asked: &[String]) -> bool {
        let payments: BTreeSet<&String> = asked.iter().filter(|id| id.contains("PAY")).collect();
        payments.len() >= self.from_payment
    }

    pub(crate) fn apply(self, mut capture: Capture) -> Capture {
        for part in &mut capture.parts {
            part.bytes = (self.change)(&String::from_utf8_lossy(&part.bytes)).into_bytes().into();
        }
        capture
    }
}

#[async_trait]
impl Fetcher for Scripted {
    async fn fetch(&mut self, target: &Target) -> Result<Capture, FetchError> {
        self.asked.lock().unwrap().push(target.id.to_string());
        let before = self.script.lock().unwrap().pop_front();
        match before {
            Some(Before::Takes(time)) => tokio::time::sleep(time).await,
            Some(Before::Fails(error)) => return Err(error),
            Some(Before::Stops(stop, how)) => {
                how(&stop);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            None => {}
        }
        if let Some(error) = self.always {
            return Err(error());
        }
        let capture = self.recorded.fetch(target).await?;
        let redesign = self.redesign.filter(|_| target.id.kind() == "payment");
        let due = redesign.filter(|redesign| redesign.is_due(&self.asked.lock().unwrap()));
        Ok(due.map_or(capture.clone(), |redesign| redesign.apply(capture)))
    }

    async fn witness(&mut self) -> Witness {
        tokio::time::sleep(self.witness_takes).await;
        Witness { step: Some("step 2 (wait)".into()), ..Witness::default() }
    }

    async fn close(self: Box<Self>) -> Result<(), FetchError> {
        Ok(())
    }
}

/// Shows the time that tokio shows, which stands still or leaps as the test needs it.
pub(crate) struct TokioClock(pub(crate) Instant);

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000_000).after(self.0.elapsed())
    }
}

/// The same of a machine that sleeps for an hour after half a minute.
pub(crate) struct SleeperClock(pub(crate) TokioClock);

impl Clock for SleeperClock {
    fn now(&self) -> Timestamp {
        let slept = self.0.0.elapsed() > Duration::from_secs(30);
        self.0.now().after(if slept { HOUR } else { Duration::ZERO })
    }
}

pub(crate) struct Stage {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) frontier: Arc<MemoryFrontier>,
    pub(crate) recording: Arc<dyn Recording>,
    pub(crate) policy: Policy,
    pub(crate) stop: Stop,
    pub(crate) evidence: Option<Arc<EvidenceDirectory>>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    pub(crate) workers: usize,
    pub(crate) redesign: Option<Redesign>,
    pub(crate) witness_takes: Duration,
    pub(crate) seen: Arc<Seen>,
}

/// Keeps what is worth keeping of the events.
#[derive(Default)]
pub(crate) struct Seen(Mutex<Vec<String>>);

impl Observer for Seen {
    fn see(&self, event: &Event) {
        let line = match event {
            Event::KindPaused { pause, .. } => format!("paused {}: {}", pause.kind, pause.missing),
            Event::FieldFaded { kind, field, .. } => format!("faded {kind}: {field}"),
            Event::Stored { id, .. } => format!("stored {}", id.kind()),
            Event::PortalDown { pause, .. } => format!("down for {pause:?}"),
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

impl Stage {
    /// The seed alone, at depth 0.
    pub(crate) async fn new() -> Self {
        let profile = Arc::new(Profile::builtin("demo").unwrap());
        let frontier = Arc::new(MemoryFrontier::new(Arc::new(TokioClock(Instant::now()))));
        let bounds = Bounds { depth: Some(0), routed: profile.routed_kinds(), ..Bounds::default() };
        frontier.reopen(&bounds).await.unwrap();
        frontier.enqueue(&[seed(&profile)]).await.unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
        let recording = Arc::new(FixtureDir::open(&fixtures).unwrap());
        let policy = Policy::of(&profile);
        Self {
            clock: Arc::new(TokioClock(Instant::now())),
            profile,
            frontier,
            recording,
            policy,
            stop: Stop::default(),
            evidence: None,
            asked: Arc::default(),
            workers: 1,
            redesign: None,
            witness_takes: Duration::ZERO,
            seen: Arc::default(),
        }
    }

    pub(crate) async fn run(
        &self,
        script: impl IntoIterator<Item = Before>,
        always: Option<fn() -> FetchError>,
    ) -> Summary {
        let script = Arc::new(Mutex::new(script.into_iter().collect()));
        let fetcher = || -> Box<dyn Fetcher> {
            Box::new(Scripted {
                recorded: ReplayFetcher::new(Arc::clone(&self.recording)),
                script: Arc::clone(&script),
                always,
                asked: Arc::clone(&self.asked),
                redesign: self.redesign,
                witness_takes: self.witness_takes,
            })
        };
        let engine = Engine {
            frontier: Arc::clone(&self.frontier) as _,
            archive: Arc::new(Discard),
            evidence: self.evidence.clone(),
            profile: Arc::clone(&self.profile),
            clock: Arc::clone(&self.clock),
            policy: self.policy.clone(),
            observers: vec![Arc::clone(&self.seen) as _],
            stop: self.stop.clone(),
        };
        engine.run((0..self.workers).map(|_| fetcher()).collect()).await.unwrap()
    }

    /// Everything that can be reached from the seed.
    pub(crate) async fn whole() -> Self {
        let stage = Self::new().await;
        let bounds = Bounds { routed: stage.profile.routed_kinds(), ..Bounds::default() };
        stage.frontier.reopen(&bounds).await.unwrap();
        stage
    }

    /// The lines of the events that begin so.
    pub(crate) fn seen(&self, beginning: &str) -> Vec<String> {
        let seen = self.seen.0.lock().unwrap();
        seen.iter().filter(|line| line.starts_with(beginning)).cloned().collect()
    }

    pub(crate) fn look_ups(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

pub(crate) fn seed(profile: &Profile) -> DocumentId {
    profile.schemes.parse(SEED, &[]).unwrap().id
}

pub(crate) fn down() -> FetchError {
    FetchError::Unavailable { detail: "connection refused".into(), retry_after: None }
}

pub(crate) fn blocked() -> FetchError {
    FetchError::Blocked { barrier: Barrier::Captcha, detail: "captcha".into() }
}
