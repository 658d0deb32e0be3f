//! The whole crawl beside a bare loop of the same look-ups: what frontier, archive and extraction cost a browser crawl.
//!
//! Both halves of a pair look the same documents up in the same browser session, one after the other. The first half
//! leases from a sled store, archives, extracts and commits; the second only looks up.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench reports to the terminal and ends at once when something is wrong"
)]

mod pairs;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anafora::archive::{Manifest, WarcArchive};
use anafora::clock::SystemClock;
use anafora::crawl::{Engine, Policy, Stop};
use anafora::demo::{Portal, PortalSettings, SEED_ID, TruthState};
use anafora::domain::{Bounds, Capture, DocumentId};
use anafora::fetch::{
    Binaries, BrowserFetcher, BrowserKind, Chosen, FetchError, Fetcher, GuardCommand, Household, Pace,
    RunDir, SessionSource, Target, Window,
};
use anafora::frontier::{Frontier, SledFrontier};
use anafora::profile::Profile;
use anafora::store::StoreDirectory;
use async_trait::async_trait;
use tokio::sync::Mutex;

const PAIRS: usize = 10;
const DOCUMENTS: usize = 40;

/// The least share of the bare loop's speed that a crawl must keep.
const RATIO_MIN: f64 = 0.97;

/// One browser for both halves: an engine closes its fetchers, and this one stays.
struct Shared(Arc<Mutex<BrowserFetcher>>);

#[async_trait]
impl Fetcher for Shared {
    async fn fetch(&mut self, target: &Target) -> Result<Capture, FetchError> {
        self.0.lock().await.fetch(target).await
    }

    async fn close(self: Box<Self>) -> Result<(), FetchError> {
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let portal =
        Portal::start(PortalSettings { documents: DOCUMENTS, ..PortalSettings::default() }).await.unwrap();
    let mut profile = Profile::builtin("demo").unwrap();
    profile.base = portal.base();
    profile.pace.session_lookups_max = u32::MAX;
    let profile = Arc::new(profile);
    let targets = targets(&profile, &portal);

    let binaries = Binaries::find(BrowserKind::Chromium, Window::Headless, &Chosen::default()).unwrap();
    let guard = GuardCommand { program: env!("CARGO_BIN_EXE_anafora").into(), args: vec!["__guard".into()] };
    let household = Arc::new(Household::open(RunDir::User, guard).await.unwrap());
    let source =
        SessionSource::Local { household: Arc::clone(&household), binaries, window: Window::Headless };
    let pace = Arc::new(Pace::new(Duration::ZERO));
    let browser = BrowserFetcher::new(Arc::clone(&profile), source, pace, Arc::new(SystemClock));
    let browser = Arc::new(Mutex::new(browser));
    bare(&browser, &targets).await;

    let mut timed = Vec::new();
    for pair in 0..PAIRS {
        // In turn, so that neither half always has the warmer machine.
        let (crawl, loop_alone) = if pair % 2 == 0 {
            let crawl = crawl(&browser, &profile).await;
            (crawl, bare(&browser, &targets).await)
        } else {
            let loop_alone = bare(&browser, &targets).await;
            (crawl(&browser, &profile).await, loop_alone)
        };
        timed.push((loop_alone, crawl));
    }
    let (median, least, most) = pairs::ratios(&timed);
    let total: f64 = timed.iter().map(|(_, crawl)| crawl.as_secs_f64()).sum();
    println!("crawl: {:.1} look-ups/s in this run", (targets.len() * PAIRS) as f64 / total);
    println!("crawl / bare loop: {median:.3} ({least:.3} to {most:.3}, {PAIRS} pairs)");
    let browser = Arc::into_inner(browser).unwrap().into_inner();
    Box::new(browser).close().await.unwrap();
    Arc::into_inner(household).unwrap().close().await.unwrap();
    portal.stop().await;
    assert!(median >= RATIO_MIN, "a crawl keeps {median:.3} of the bare loop's speed, {RATIO_MIN} at least");
}

/// What a crawl from the seed looks up.
fn targets(profile: &Profile, portal: &Portal) -> Vec<Target> {
    let truth = portal.corpus().truth();
    let looked_up = truth.iter().filter(|document| document.state != TruthState::Bounded);
    looked_up.map(|document| target(profile, &seed(profile, &document.id))).collect()
}

fn seed(profile: &Profile, text: &str) -> DocumentId {
    profile.schemes.parse(text, &[]).unwrap().id
}

fn target(profile: &Profile, id: &DocumentId) -> Target {
    Target::of(profile, id)
}

async fn bare(browser: &Arc<Mutex<BrowserFetcher>>, targets: &[Target]) -> Duration {
    let began = Instant::now();
    for target in targets {
        browser.lock().await.fetch(target).await.unwrap();
    }
    began.elapsed()
}

async fn crawl(browser: &Arc<Mutex<BrowserFetcher>>, profile: &Arc<Profile>) -> Duration {
    let directory = tempfile::tempdir().unwrap();
    let store = StoreDirectory::create_or_open(&directory.path().join("store")).unwrap();
    let bounds = Bounds { routed: profile.routed_kinds(), ..Bounds::default() };
    let manifest = Manifest { bounds: bounds.clone(), ..Manifest::new(&profile.name, profile.digest) };
    let archive = WarcArchive::open(&store.archive(), manifest, Arc::new(SystemClock)).unwrap();
    let frontier = Arc::new(SledFrontier::open(&store.frontier(), Arc::new(SystemClock)).unwrap());
    frontier.reopen(&bounds).await.unwrap();
    frontier.enqueue(&[seed(profile, SEED_ID)]).await.unwrap();
    let engine = Engine {
        frontier: Arc::clone(&frontier) as _,
        archive: Arc::new(archive),
        evidence: None,
        profile: Arc::clone(profile),
        clock: Arc::new(SystemClock),
        policy: Policy::of(profile),
        observers: Vec::new(),
        stop: Stop::default(),
    };
    let began = Instant::now();
    engine.run(vec![Box::new(Shared(Arc::clone(browser)))]).await.unwrap();
    let took = began.elapsed();
    frontier.close().await.unwrap();
    took
}
