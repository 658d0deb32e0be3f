//! `anafora replay DIR`: the crawl that was recorded, without browser and network.

use std::path::Path;
use std::sync::Arc;

use crate::archive::{Discard, FixtureDir, Recording, WarcRecording};
use crate::crawl::{Engine, Policy, Stop};
use crate::domain::DocumentId;
use crate::fetch::{Fetcher, ReplayFetcher};
use crate::profile::Profile;
use crate::store::StoreDirectory;

use super::Exit;
use super::arguments::Replay;
use super::assemble::{self, Ground};
use super::exit::Failure;
use super::progress::{Progress, Voice};
use super::stored::remembered_profile;
use super::{crawl, interrupt, seeds, summary};

/// Replays a recording. Without IDs it begins where the recorded crawl began.
pub(super) async fn run(verb: Replay, voice: Voice) -> Result<Exit, Failure> {
    let Source { recording, profile, _store } = open(&verb.recording, verb.profile.as_deref())?;
    let mut first = seeds::read(&profile, &verb.seeds)?;
    if first.is_empty() {
        first = recorded_seeds(&profile, recording.as_ref())?;
    }
    let manifest = crawl::manifest(&profile, &first, &verb.bounds, Some(recording.manifest()))?;
    let ground = Ground::in_memory();
    ground.frontier.reopen(&manifest.bounds).await?;
    ground.frontier.enqueue(&first).await?;

    let progress = Arc::new(Progress::new(voice));
    let stop = Stop::default();
    interrupt::listen(stop.clone(), Arc::clone(&progress))?;
    let began = std::time::Instant::now();
    // What is not in the recording will not be there at the next attempt either.
    let policy = Policy { attempts_max: 1, ..Policy::of(&profile.pace) };
    let engine = Engine {
        frontier: Arc::clone(&ground.frontier),
        archive: Arc::new(Discard),
        profile: Arc::new(profile),
        clock: assemble::clock(),
        policy,
        observers: vec![Arc::clone(&progress) as _],
        stop,
    };
    // One worker: the frontier is then first in, first out, and every run is the same.
    let fetcher: Box<dyn Fetcher> = Box::new(ReplayFetcher::new(recording));
    let ended = engine.run(vec![fetcher]).await;
    progress.finish();
    summary::show(&ground, ended?, began.elapsed(), verb.format, voice).await
}

struct Source {
    recording: Arc<dyn Recording>,
    profile: Profile,
    /// Keeps a crawl out of its archive while it is read.
    _store: Option<StoreDirectory>,
}

fn open(directory: &Path, profile: Option<&str>) -> Result<Source, Failure> {
    if StoreDirectory::is_one(directory) {
        let store = StoreDirectory::open(directory)?;
        let recording: Arc<dyn Recording> = Arc::new(WarcRecording::open(&store.archive())?);
        let profile = match profile {
            Some(name) => Profile::resolve(name)?,
            None => remembered_profile(&store)?
                .map_or_else(|| Profile::resolve(&recording.manifest().profile), Ok)?,
        };
        return Ok(Source { recording, profile, _store: Some(store) });
    }
    let recording: Arc<dyn Recording> = Arc::new(FixtureDir::open(directory)?);
    let profile = Profile::resolve(profile.unwrap_or(&recording.manifest().profile))?;
    if profile.digest != recording.manifest().profile_digest {
        tracing::info!("the profile `{}` has changed since the recording was made", profile.name);
    }
    Ok(Source { recording, profile, _store: None })
}

fn recorded_seeds(profile: &Profile, recording: &dyn Recording) -> Result<Vec<DocumentId>, Failure> {
    recording.manifest().seeds.iter().map(|seed| seeds::parse_one(profile, seed)).collect()
}
