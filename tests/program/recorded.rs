//! Stores that come to be without a browser: from the recorded pages of the demo portal.

use std::path::Path;
use std::sync::Arc;

use anafora::archive::{Archive as _, FixtureDir, Recording as _, WarcArchive};
use anafora::clock::SystemClock;
use anafora::demo::SEED_ID;
use anafora::domain::{State, Verdict};
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

fn fixtures() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo").to_owned()
}
