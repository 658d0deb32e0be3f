//! `anafora crawl`: a portal, from some IDs or from where an earlier run stopped.

use std::path::Path;
use std::sync::Arc;

use crate::crawl::{Engine, Policy, Stop};

use super::Exit;
use super::arguments::Crawl;
use super::assemble::{self, Browsers, Ground};
use super::exit::Failure;
use super::plan::Plan;
use super::progress::Progress;
use super::voice::Voice;
use super::{interrupt, settings, summary};

/// Reads flags, settings and store, and crawls.
pub(super) async fn run(verb: Crawl, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    work(Plan::of(verb, settings::load(config)?)?, voice).await
}

/// Crawls as planned, and shows what came of it.
pub(super) async fn work(plan: Plan, voice: Voice) -> Result<Exit, Failure> {
    let Plan { profile, seeds, store, manifest, record, browser, settings, format } = plan;
    let profile = Arc::new(profile);
    let mut browsers = Browsers::ready(&browser, &settings, &profile, store.as_ref()).await?;
    let ground = match &store {
        Some(store) => {
            // The manifest is last: where it is, the frontier is, and what it asks for can be gone on with.
            let ground = Ground::in_store(store)?;
            store.remember_profile(&profile.text)?;
            manifest.write(store.path())?;
            ground
        }
        None => Ground::in_memory(),
    };
    let archive = assemble::archive(store.as_ref(), record.as_deref(), &manifest, &ground).await?;
    ground.frontier.reopen(&manifest.bounds).await?;
    ground.frontier.enqueue(&seeds).await?;

    let progress = Arc::new(Progress::new(voice));
    let stop = Stop::default();
    let listener = interrupt::listen(stop.clone(), Arc::clone(&progress))?;
    let began = std::time::Instant::now();
    let engine = Engine {
        frontier: Arc::clone(&ground.frontier),
        archive,
        evidence: store.as_ref().map(assemble::evidence).transpose()?,
        policy: Policy::of(&profile.pace),
        profile,
        clock: assemble::clock(),
        observers: vec![Arc::clone(&progress) as _],
        stop,
    };
    let ended = engine.run(browsers.take()).await;
    progress.finish();
    let browsers_closed = browsers.close().await;
    listener.output_begins();
    let shown = summary::show(&ground, ended?, began.elapsed(), format, voice).await;
    let ground_closed = ground.close().await;
    let exit = shown?;
    browsers_closed?;
    ground_closed?;
    Ok(exit)
}
