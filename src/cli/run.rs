//! Runs one crawl from its parts to the last word: the same for a crawl in browsers and for a replay.

use std::sync::Arc;

use crate::archive::Archive;
use crate::crawl::{Ending, Engine, Policy, Stop, Summary};
use crate::domain::{Bounds, DocumentId};
use crate::evidence::EvidenceDirectory;
use crate::frontier::FrontierError;
use crate::profile::Profile;

use super::Exit;
use super::arguments::CrawlFormat;
use super::assemble::{self, Fetchers, Ground};
use super::exit::{Failure, chain};
use super::floor::Watch;
use super::progress::Progress;
use super::resume::Resume;
use super::voice::Voice;
use super::{interrupt, summary};

/// What a run is put together from.
pub(super) struct Parts {
    pub(super) ground: Ground,
    pub(super) fetchers: Fetchers,
    pub(super) archive: Arc<dyn Archive>,
    pub(super) evidence: Option<Arc<EvidenceDirectory>>,
    pub(super) profile: Arc<Profile>,
    pub(super) policy: Policy,
    pub(super) bounds: Bounds,
    pub(super) seeds: Vec<DocumentId>,
    pub(super) format: CrawlFormat,
    pub(super) resume: Resume,
    pub(super) progress: Arc<Progress>,
    pub(super) stop: Stop,
    pub(super) floor: Watch,
}

/// Crawls until nothing is left or it cannot go on, closes everything, and shows what came of it.
pub(super) async fn run(parts: Parts, voice: Voice) -> Result<Exit, Failure> {
    let Parts {
        ground,
        mut fetchers,
        archive,
        evidence,
        profile,
        policy,
        bounds,
        seeds,
        format,
        resume,
        progress,
        stop,
        floor,
    } = parts;
    resume.resume(&ground, &profile, voice).await?;
    ground.frontier.begin_run(profile.digest).await?;
    ground.frontier.reopen(&bounds).await?;
    ground.frontier.enqueue(&seeds).await?;

    let listener = interrupt::listen(stop.clone(), Arc::clone(&progress))?;
    let began = std::time::Instant::now();
    let engine = Engine {
        frontier: Arc::clone(&ground.frontier),
        archive,
        evidence,
        profile,
        clock: assemble::clock(),
        policy,
        observers: vec![Arc::clone(&progress) as _],
        stop,
    };
    let ended = engine.run(fetchers.take()).await.map(|summary| floor.judge(summary));
    // Where the store failed, that is what the crawl ended with, and what is said.
    let noted = ground.frontier.end_run(&ending(&ended)).await;
    progress.finish();
    let fetchers_closed = fetchers.close().await;
    listener.output_begins();
    let shown = summary::show(&ground, ended?, began.elapsed(), format, voice).await;
    let ground_closed = ground.close().await;
    let exit = shown?;
    noted?;
    fetchers_closed?;
    ground_closed?;
    Ok(exit)
}

/// How a run ended, in a few words.
fn ending(ended: &Result<Summary, FrontierError>) -> String {
    match ended {
        Ok(Summary { ending: Ending::Drained, .. }) => "drained".to_owned(),
        Ok(Summary { ending: Ending::Interrupted, .. }) => "interrupted".to_owned(),
        Ok(Summary { ending: Ending::Failed(error), .. }) => format!("failed: {}", chain(error)),
        Err(error) => format!("failed: {}", chain(error)),
    }
}
