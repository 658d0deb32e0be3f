//! `anafora demo`: the built-in portal, served and crawled, or only served.

use std::path::Path;

use crate::config::Settings;
use crate::demo::{Portal, PortalSettings, SEED_ID};
use crate::profile::Profile;
use crate::store::StoreDirectory;

use super::Exit;
use super::arguments::{BoundFlags, CrawlFormat, Demo, DemoCrawl, DemoVerbs};
use super::crawl::{self, Plan};
use super::exit::Failure;
use super::output::{print, tell};
use super::progress::Voice;
use super::seeds;

/// Crawls the demo portal from one payment, or serves it.
pub(super) async fn run(verb: Demo, voice: Voice) -> Result<Exit, Failure> {
    match verb.verb {
        Some(DemoVerbs::Serve { port, documents }) => serve(port, documents).await,
        None => show(verb.crawl, voice).await,
    }
}

async fn serve(port: u16, documents: usize) -> Result<Exit, Failure> {
    let portal = Portal::start(PortalSettings { port, documents, ..PortalSettings::default() }).await?;
    print(&format!("{}\n", portal.base()))?;
    tell(&format!("serving {documents} documents until Ctrl-C; crawl it from another terminal:"));
    tell(&format!("  anafora crawl --profile demo --base {} {SEED_ID}", portal.base()));
    tokio::signal::ctrl_c().await?;
    portal.stop().await;
    Ok(Exit::Closed)
}

async fn show(verb: DemoCrawl, voice: Voice) -> Result<Exit, Failure> {
    let portal =
        Portal::start(PortalSettings { documents: verb.documents, ..PortalSettings::default() }).await?;
    let store = StoreDirectory::create_or_open(&verb.data)?;
    let mut profile = Profile::builtin("demo")?;
    store.remember_profile(&profile.text)?;
    profile.base = portal.base();
    let seed = seeds::parse_one(&profile, SEED_ID)?;
    if voice > Voice::Quiet {
        tell(&format!(
            "the demo portal serves at {}; the crawl begins with the payment {SEED_ID}",
            portal.base()
        ));
    }
    let plan = Plan {
        profile,
        seeds: vec![seed],
        store: Some(store),
        record: verb.record,
        bounds: BoundFlags { depth: None, limit: None, kinds: Vec::new(), no_bounds: false },
        browser: verb.browser,
        settings: Settings::default(),
        format: CrawlFormat::Summary,
    };
    let exit = crawl::work(plan, voice).await;
    portal.stop().await;
    if voice > Voice::Quiet && matches!(exit, Ok(Exit::Closed)) {
        next_steps(&verb.data);
    }
    exit
}

/// The three commands that show what was found.
fn next_steps(data: &Path) {
    let program = std::env::args().next().unwrap_or_else(|| "anafora".to_owned());
    let data = data.display();
    tell("\nnext:");
    tell(&format!("  {program} graph {SEED_ID} --data {data}"));
    tell(&format!("  {program} export jsonl --data {data} | head -1"));
    tell(&format!("  {program} replay {data} | head -1"));
}
