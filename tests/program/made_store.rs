//! A finished store of the demo portal, made from its recording without a browser, and what must be true of any store.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anafora::archive::{FixtureDir, Recording as _, WarcArchive, WarcRecording};
use anafora::clock::SystemClock;
use anafora::crawl::{Ending, Engine, Policy, Stop};
use anafora::domain::State;
use anafora::fetch::{Fetcher, ReplayFetcher};
use anafora::frontier::{Documents as _, Entries, Frontier as _, SledFrontier};
use anafora::profile::Profile;
use anafora::store::StoreDirectory;

/// Makes the store that a crawl of the recorded demo portal leaves.
pub(crate) async fn make_store(path: &Path) {
    let profile = Arc::new(Profile::builtin("demo").unwrap());
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let recording = Arc::new(FixtureDir::open(&fixtures).unwrap());
    let manifest = recording.manifest().clone();
    let seeds: Vec<_> =
        manifest.seeds.iter().map(|seed| profile.schemes.parse(seed, &[]).unwrap().id).collect();
    let store = StoreDirectory::create_or_open(path).unwrap();
    let frontier = Arc::new(SledFrontier::open(&store.frontier(), Arc::new(SystemClock)).unwrap());
    store.remember_profile(&profile.text).unwrap();
    manifest.write(store.path()).unwrap();
    let archive = WarcArchive::open(&store.archive(), manifest.clone(), Arc::new(SystemClock)).unwrap();
    frontier.reopen(&manifest.bounds).await.unwrap();
    frontier.enqueue(&seeds).await.unwrap();
    let engine = Engine {
        frontier: Arc::clone(&frontier) as _,
        archive: Arc::new(archive),
        evidence: None,
        clock: Arc::new(SystemClock),
        policy: Policy::of(&profile),
        profile,
        observers: Vec::new(),
        stop: Stop::default(),
    };
    let fetcher: Box<dyn Fetcher> = Box::new(ReplayFetcher::new(recording));
    let summary = engine.run(vec![fetcher]).await.unwrap();
    assert!(matches!(summary.ending, Ending::Drained), "{summary:?}");
    assert!(summary.counts.stored > 10 && summary.counts.dead == 0, "{summary:?}");
    frontier.close().await.unwrap();
}

/// Copies a directory with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Counts a store anew, and holds every document against its page and every reference against what it names. A store
/// that was only just being made has nothing to hold.
pub(crate) async fn assert_whole(path: &Path) {
    if !path.join("manifest.json").is_file() {
        return;
    }
    let store = StoreDirectory::open(path).unwrap();
    let frontier = SledFrontier::open(&store.frontier(), Arc::new(SystemClock)).unwrap();
    frontier.verify().await.unwrap();
    let mut walk = Entries::of(&frontier);
    let mut archive = None;
    loop {
        let entries = walk.next().await.unwrap();
        if entries.is_empty() {
            break;
        }
        for entry in entries.iter().filter(|entry| matches!(entry.state, State::Stored | State::Absent)) {
            let archive = archive.get_or_insert_with(|| WarcRecording::open(&store.archive()).unwrap());
            let page = entry.page.as_ref().unwrap();
            let capture = archive.read_at(page.archive.as_ref().unwrap()).unwrap();
            assert_eq!((&capture.id, capture.digest()), (&entry.id, page.digest));
            for (reference, _) in frontier.references(entry.id.as_str()).await.unwrap() {
                let target = reference.target.as_str();
                assert!(frontier.entry(target).await.unwrap().is_some(), "{target} is not known");
            }
            for (source, _) in frontier.named_by(entry.id.as_str()).await.unwrap() {
                assert!(
                    frontier.document(source.as_str()).await.unwrap().is_some(),
                    "{source} is not stored"
                );
            }
        }
    }
    frontier.close().await.unwrap();
}
