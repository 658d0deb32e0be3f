//! Stores that come to be without a browser, from the recorded pages of the demo portal, and what must be true of any store.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anafora::archive::{Archive as _, FixtureDir, Recording as _, WarcArchive, WarcRecording};
use anafora::clock::SystemClock;
use anafora::demo::SEED_ID;
use anafora::domain::{State, Verdict};
use anafora::frontier::{Documents as _, Entries, SledFrontier};
use anafora::profile::Profile;
use anafora::store::StoreDirectory;
use serde_json::Value as Json;

use crate::anafora::World;

/// What the recorded crawl brought, as JSON lines.
pub(crate) async fn truth(world: &World) -> String {
    world.good(&["replay", &fixtures()]).await
}

/// Makes a store directory whose archive holds what was recorded, and whose frontier is gone.
pub(crate) async fn archived(world: &World, name: &str) {
    let store = StoreDirectory::create_or_open(&world.path(name)).unwrap();
    let recording = FixtureDir::open(Path::new(&fixtures())).unwrap();
    store.remember_profile(&Profile::builtin("demo").unwrap().text).unwrap();
    let manifest = recording.manifest().clone();
    assert_eq!(manifest.seeds, [SEED_ID]);
    manifest.write(store.path()).unwrap();
    let archive = WarcArchive::open(&store.archive(), manifest, Arc::new(SystemClock)).unwrap();
    for line in truth(world).await.lines() {
        let object: Json = serde_json::from_str(line).unwrap();
        let Some(capture) = recording.find(object["id"].as_str().unwrap()).unwrap() else { continue };
        let page = archive.keep(&capture).await.unwrap();
        let state = if capture.marker == Some(Verdict::Absent) { State::Absent } else { State::Stored };
        archive.committed(&capture.id, &page, state).await.unwrap();
    }
}

/// Makes a whole store of what was recorded.
pub(crate) async fn stored(world: &World, name: &str) {
    archived(world, "pages").await;
    world.good(&["restore", "--from-archive", "pages", "--data", name]).await;
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

fn fixtures() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo").to_owned()
}
