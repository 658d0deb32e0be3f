//! `anafora crawl`: a portal, from some IDs or from where an earlier run stopped.

use std::path::Path;
use std::sync::Arc;

use crate::crawl::{Policy, Stop};
use crate::fetch::Attendance;
use crate::store::StoreDirectory;

use super::Exit;
use super::arguments::Crawl;
use super::assemble::{self, Fetchers, Ground};
use super::exit::Failure;
use super::flags::BrowserFlags;
use super::plan::Plan;
use super::progress::Progress;
use super::run::{self, Parts};
use super::voice::Voice;
use super::work::Work;
use super::{floor, settings};

/// Reads flags, settings and store, and crawls.
pub(super) async fn run(verb: Crawl, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    work(Plan::of(verb, settings::load(config)?)?, voice).await
}

/// Crawls as planned, and shows what came of it.
pub(super) async fn work(plan: Plan, voice: Voice) -> Result<Exit, Failure> {
    let Plan { profile, seeds, store, manifest, record, browser, settings, format, resume, floor_bytes } =
        plan;
    let profile = Arc::new(profile);
    let stop = Stop::default();
    let floor = floor::Watch::begin(store.as_ref(), floor_bytes, &stop)?;
    let progress = Arc::new(Progress::new(voice).with_evidence(store.as_ref().map(StoreDirectory::evidence)));
    let attendance = attendance(&browser, &progress);
    let fetchers = Fetchers::visiting(&browser, &settings, &profile, store.as_ref(), &attendance).await?;
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
    let evidence = store.as_ref().map(assemble::evidence).transpose()?;
    let work = Work {
        frontier: Arc::clone(&ground.frontier),
        archive,
        evidence,
        policy: Policy::of(&profile),
        profile,
        bounds: manifest.bounds,
        seeds,
        progress,
        stop,
    };
    // The store's lock is held until the run is over.
    run::run(Parts { work, ground, fetchers, format, resume, floor }, voice).await
}

/// Who shows the window sits at it, and answers what the portal asks of people.
fn attendance(browser: &BrowserFlags, progress: &Arc<Progress>) -> Attendance {
    if !browser.headed {
        return Attendance::Nobody;
    }
    let progress = Arc::clone(progress);
    let tell = Arc::new(move |line: &str| progress.say(Voice::Quiet, line));
    Attendance::Person { deadline: Attendance::PERSON_DEADLINE, tell }
}
