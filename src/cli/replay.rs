//! `anafora replay DIR`: the crawl that was recorded, without browser and network.

use std::path::Path;
use std::sync::Arc;

use crate::archive::{Discard, Manifest, Recording, open_recording};
use crate::crawl::{Policy, Stop};
use crate::profile::Profile;
use crate::store::StoreDirectory;

use super::Exit;
use super::arguments::Replay;
use super::assemble::{self, Fetchers, Ground};
use super::exit::Failure;
use super::floor::Watch;
use super::progress::Progress;
use super::resume::Resume;
use super::run::{self, Parts};
use super::stored::remembered_profile;
use super::voice::Voice;
use super::work::Work;
use super::{plan, seeds};

/// Replays a recording. Without IDs it begins where the recorded crawl began.
pub(super) async fn run(verb: Replay, voice: Voice) -> Result<Exit, Failure> {
    let Source { recording, profile, _store } = open(&verb.recording, verb.profile.as_deref()).await?;
    let given = seeds::read(&profile, &verb.seeds)?;
    let manifest = plan::manifest(&profile, &given, &verb.bounds, Some(recording.manifest()))?;
    let first = if given.is_empty() { plan::all_seeds(&profile, &manifest) } else { given };
    let ground = Ground::in_memory();
    let work = Work {
        frontier: Arc::clone(&ground.frontier),
        archive: Arc::new(Discard),
        evidence: None,
        policy: Policy::of_recording(&profile),
        profile: Arc::new(profile),
        bounds: manifest.bounds,
        seeds: first,
        progress: Arc::new(Progress::new(voice)),
        stop: Stop::default(),
    };
    let fetchers = Fetchers::replaying(recording);
    let (format, resume, floor) = (verb.format, Resume::IfChanged, Watch::none());
    run::run(Parts { work, ground, fetchers, format, resume, floor }, voice).await
}

struct Source {
    recording: Arc<dyn Recording>,
    profile: Profile,
    /// Keeps a crawl out of its archive while it is read.
    _store: Option<StoreDirectory>,
}

async fn open(directory: &Path, profile: Option<&str>) -> Result<Source, Failure> {
    let (store, remembered) = if StoreDirectory::is_one(directory) {
        let (store, remembered) = settle(StoreDirectory::open(directory)?).await?;
        (Some(store), remembered)
    } else {
        (None, None)
    };
    let recording = open_recording(directory)?;
    let profile = match (profile, remembered) {
        (Some(name), _) => Profile::resolve(name)?,
        (None, Some(remembered)) => remembered,
        (None, None) => Profile::resolve(&recording.manifest().profile)?,
    };
    if profile.digest != recording.manifest().profile_digest {
        tracing::warn!("the profile `{}` has changed since the recording was made", profile.name);
    }
    Ok(Source { recording, profile, _store: store })
}

/// A crawl that died may not have told its archive yet what it committed last.
async fn settle(store: StoreDirectory) -> Result<(StoreDirectory, Option<Profile>), Failure> {
    let remembered = remembered_profile(&store)?;
    if let Some(manifest) = Manifest::read(store.path())? {
        let ground = Ground::in_store(&store)?;
        drop(assemble::archive(Some(&store), None, &manifest, &ground).await?);
        ground.close().await?;
    }
    Ok((store, remembered))
}
