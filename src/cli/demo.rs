//! `anafora demo`: a built-in portal, served and crawled, or only served.

use std::path::Path;

use crate::demo::{PortalSettings, Stats, Switch};

use super::Exit;
use super::arguments::{Crawl, Demo, DemoCrawl, DemoVerbs};
use super::command;
use super::exit::Failure;
use super::flags::{BoundFlags, CrawlFormat, Seeds};
use super::floor::FloorFlag;
use super::manners::MannerFlags;
use super::output::{print, tell};
use super::plan::Plan;
use super::portal::PortalName;
use super::settings;
use super::voice::Voice;

/// Crawls a demo portal from one ID, or serves it.
pub(super) async fn run(verb: Demo, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    match verb.verb {
        Some(DemoVerbs::Serve { port, portal, documents, seed, misbehaviour }) => {
            let documents = documents.unwrap_or(portal.documents_default());
            let settings = PortalSettings { port, documents, seed, ..PortalSettings::default() };
            serve(portal, settings, misbehaviour.switches()?).await
        }
        None => show(verb.crawl, voice, config).await,
    }
}

async fn serve(name: PortalName, settings: PortalSettings, switches: Vec<Switch>) -> Result<Exit, Failure> {
    let portal = name.start(settings, switches).await?;
    let (base, profile, seed) = (portal.base(), name.profile(), name.seed());
    print(&format!("{base}\n"))?;
    tell(&format!("serving {} documents until Ctrl-C; crawl it from another terminal:", settings.documents));
    tell(&format!("  anafora crawl --profile {profile} --base {base} {seed}"));
    tokio::signal::ctrl_c().await?;
    tell(&served(&portal.stats()));
    portal.stop().await;
    Ok(Exit::Closed)
}

/// What was served, in one line: how much, and what of it was wrong.
fn served(stats: &Stats) -> String {
    let wrong = [
        (stats.unavailable, "unavailable"),
        (stats.hangs, "never answered"),
        (stats.expired, "expired"),
        (stats.wrong_pages, "wrong pages"),
        (stats.redesigned, "redesigned"),
        (stats.captchas, "captchas"),
        (stats.logins, "logins"),
        (stats.forbidden, "forbidden"),
        (stats.throttled, "throttled"),
    ];
    let wrong: Vec<String> = wrong
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!(", {what} {count}"))
        .collect();
    format!("requests {}, documents opened {}{}", stats.requests, stats.details, wrong.concat())
}

async fn show(verb: DemoCrawl, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    let seed = verb.portal.seed();
    let documents = verb.documents.unwrap_or(verb.portal.documents_default());
    let settings = PortalSettings { documents, ..PortalSettings::default() };
    let portal = verb.portal.start(settings, Vec::new()).await?;
    if voice > Voice::Quiet {
        let base = portal.base();
        tell(&format!("the demo portal serves at {base}; the crawl begins with {seed}"));
    }
    let crawl = Crawl {
        seeds: Seeds { ids: vec![seed.to_owned()], from: None },
        profile: Some(verb.portal.profile().to_owned()),
        data: Some(verb.data.clone()),
        record: verb.record,
        bounds: BoundFlags::default(),
        browser: verb.browser,
        floor: FloorFlag::default(),
        manners: MannerFlags::default(),
        delay: None,
        base: Some(portal.base().to_string()),
        resume_paused: None,
        format: CrawlFormat::Summary,
    };
    let plan = Plan::of(crawl, settings::load(config)?)?;
    let exit = super::crawl::work(plan, voice).await;
    portal.stop().await;
    if voice > Voice::Quiet && matches!(exit, Ok(Exit::Closed)) {
        next_steps(seed, &verb.data);
    }
    exit
}

/// The three commands that show what was found.
fn next_steps(seed: &str, data: &Path) {
    let program = std::env::args_os().next().unwrap_or_else(|| "anafora".into());
    let program = command::word(Path::new(&program));
    let data = command::word(data);
    tell("\nnext:");
    tell(&format!("  {program} graph {seed} --data {data}"));
    tell(&format!("  {program} export jsonl --data {data} | head -1"));
    tell(&format!("  {program} replay {data} | head -1"));
}
