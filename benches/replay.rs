//! Replay of the recorded demo crawl beside parsing the same pages with `scraper` alone: ten interleaved pairs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench reports to the terminal and ends at once when something is wrong"
)]

mod pairs;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anafora::archive::{Discard, FixtureDir, Recording};
use anafora::clock::SystemClock;
use anafora::crawl::{Engine, Policy, Stop};
use anafora::domain::Capture;
use anafora::fetch::ReplayFetcher;
use anafora::frontier::{Frontier, MemoryFrontier};
use anafora::profile::Profile;

const PAIRS: usize = 10;

/// Rounds over the recording in one half of a pair, so that a half takes a good part of a second.
const ROUNDS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let recording: Arc<dyn Recording> = Arc::new(FixtureDir::open(&directory).unwrap());
    let profile = Arc::new(Profile::builtin("demo").unwrap());
    let captures: Vec<Capture> = runtime.block_on(replayed(&profile, &recording)).1;
    let mut timed = Vec::new();
    for _ in 0..PAIRS {
        let mut replay = Duration::ZERO;
        for _ in 0..ROUNDS {
            replay += runtime.block_on(replayed(&profile, &recording)).0;
        }
        let began = Instant::now();
        for _ in 0..ROUNDS {
            parse(&captures);
        }
        timed.push((began.elapsed(), replay));
    }
    let documents = (captures.len() * ROUNDS * PAIRS) as f64;
    let total = timed.iter().map(|(_, replay)| replay.as_secs_f64()).sum::<f64>();
    let (median, least, most) = pairs::ratios(&timed);
    println!("replay: {:.0} documents/s in this run", documents / total);
    println!("replay / parsing alone: {median:.2} ({least:.2} to {most:.2}, {PAIRS} pairs)");
}

/// One replay of the whole recording: how long it took, and the pages it read.
async fn replayed(profile: &Arc<Profile>, recording: &Arc<dyn Recording>) -> (Duration, Vec<Capture>) {
    let frontier = Arc::new(MemoryFrontier::new(Arc::new(SystemClock)));
    let seeds: Vec<_> =
        recording.manifest().seeds.iter().map(|seed| profile.schemes.parse(seed, &[]).unwrap().id).collect();
    let began = Instant::now();
    frontier.reopen(&recording.manifest().bounds).await.unwrap();
    frontier.enqueue(&seeds).await.unwrap();
    let engine = Engine {
        frontier: Arc::clone(&frontier) as _,
        archive: Arc::new(Discard),
        evidence: None,
        profile: Arc::clone(profile),
        clock: Arc::new(SystemClock),
        policy: Policy::of(profile),
        observers: Vec::new(),
        stop: Stop::default(),
    };
    engine.run(vec![Box::new(ReplayFetcher::new(Arc::clone(recording)))]).await.unwrap();
    let took = began.elapsed();
    (took, stored(frontier.as_ref(), recording.as_ref()).await)
}

async fn stored(documents: &dyn anafora::frontier::Documents, recording: &dyn Recording) -> Vec<Capture> {
    let entries = documents.entries(None, usize::MAX).await.unwrap();
    entries.iter().filter_map(|entry| recording.find(entry.id.as_str()).unwrap()).collect()
}

fn parse(captures: &[Capture]) {
    for part in captures.iter().flat_map(|capture| &capture.parts) {
        let text = String::from_utf8_lossy(&part.bytes);
        std::hint::black_box(scraper::Html::parse_document(&text));
    }
}
