//! `anafora demo`: the built-in portal, served and crawled, or only served.

use std::path::Path;

use crate::demo::{Portal, PortalSettings, SEED_ID, Stats, Switch};

use super::Exit;
use super::arguments::{BoundFlags, Crawl, CrawlFormat, Demo, DemoCrawl, DemoVerbs, Seeds};
use super::command;
use super::exit::Failure;
use super::floor::FloorFlag;
use super::manners::MannerFlags;
use super::output::{print, tell};
use super::plan::Plan;
use super::settings;
use super::voice::Voice;

/// Crawls the demo portal from one payment, or serves it.
pub(super) async fn run(verb: Demo, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    match verb.verb {
        Some(DemoVerbs::Serve { port, documents, seed, misbehaviour }) => {
            let settings = PortalSettings { port, documents, seed, ..PortalSettings::default() };
            serve(settings, misbehaviour.switches()?).await
        }
        None => show(verb.crawl, voice, config).await,
    }
}

async fn serve(settings: PortalSettings, switches: Vec<Switch>) -> Result<Exit, Failure> {
    let portal = Portal::start(settings).await?;
    for switch in switches {
        portal.switch(switch);
    }
    print(&format!("{}\n", portal.base()))?;
    tell(&format!("serving {} documents until Ctrl-C; crawl it from another terminal:", settings.documents));
    tell(&format!("  anafora crawl --profile demo --base {} {SEED_ID}", portal.base()));
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
    ];
    let wrong: Vec<String> = wrong
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!(", {what} {count}"))
        .collect();
    format!("requests {}, documents opened {}{}", stats.requests, stats.details, wrong.concat())
}

async fn show(verb: DemoCrawl, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    let portal =
        Portal::start(PortalSettings { documents: verb.documents, ..PortalSettings::default() }).await?;
    if voice > Voice::Quiet {
        let base = portal.base();
        tell(&format!("the demo portal serves at {base}; the crawl begins with the payment {SEED_ID}"));
    }
    let crawl = Crawl {
        seeds: Seeds { ids: vec![SEED_ID.to_owned()], from: None },
        profile: Some("demo".to_owned()),
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
        next_steps(&verb.data);
    }
    exit
}

/// The three commands that show what was found.
fn next_steps(data: &Path) {
    let program = std::env::args_os().next().unwrap_or_else(|| "anafora".into());
    let program = command::word(Path::new(&program));
    let data = command::word(data);
    tell("\nnext:");
    tell(&format!("  {program} graph {SEED_ID} --data {data}"));
    tell(&format!("  {program} export jsonl --data {data} | head -1"));
    tell(&format!("  {program} replay {data} | head -1"));
}
