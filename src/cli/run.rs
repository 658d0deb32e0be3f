//! Runs one crawl from its parts to the last word: the same for a crawl in browsers and for a replay.

use std::sync::Arc;

use crate::crawl::{Ending, Summary};
use crate::frontier::FrontierError;

use super::Exit;
use super::assemble::{Fetchers, Ground};
use super::exit::{Failure, chain};
use super::flags::CrawlFormat;
use super::floor::Watch;
use super::resume::Resume;
use super::summary;
use super::voice::Voice;
use super::work::Work;

/// What a run is put together from.
pub(super) struct Parts {
    /// On the ground's frontier.
    pub(super) work: Work,
    pub(super) ground: Ground,
    pub(super) fetchers: Fetchers,
    pub(super) format: CrawlFormat,
    pub(super) resume: Resume,
    pub(super) floor: Watch,
}

/// Crawls until nothing is left or it cannot go on, closes everything, and shows what came of it.
pub(super) async fn run(parts: Parts, voice: Voice) -> Result<Exit, Failure> {
    let Parts { work, ground, mut fetchers, format, resume, floor } = parts;
    resume.resume(&ground, &work.profile, voice).await?;
    let began = std::time::Instant::now();
    let progress = Arc::clone(&work.progress);
    let (ended, listener) = work.run(fetchers.take()).await?;
    let ended = ended.map(|summary| floor.judge(summary));
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
