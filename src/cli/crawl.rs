//! `anafora crawl`: a portal, from some IDs or from where an earlier run stopped.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::Manifest;
use crate::config::{ConfigError, Settings};
use crate::crawl::{Engine, Policy, Stop};
use crate::domain::{Bounds, DocumentId};
use crate::profile::{Profile, Status};
use crate::store::StoreDirectory;

use super::Exit;
use super::arguments::{BoundFlags, BrowserFlags, Crawl, CrawlFormat};
use super::assemble::{self, Browsers, Ground};
use super::exit::Failure;
use super::progress::{Progress, Voice};
use super::stored::remembered_profile;
use super::{interrupt, seeds, summary};

/// Everything a crawl needs to know, wherever it was said.
pub(super) struct Plan {
    pub(super) profile: Profile,
    pub(super) seeds: Vec<DocumentId>,
    pub(super) store: Option<StoreDirectory>,
    pub(super) record: Option<PathBuf>,
    pub(super) bounds: BoundFlags,
    pub(super) browser: BrowserFlags,
    pub(super) settings: Settings,
    pub(super) format: CrawlFormat,
}

/// Reads flags, settings and store, and crawls.
pub(super) async fn run(verb: Crawl, voice: Voice, config: Option<&Path>) -> Result<Exit, Failure> {
    let settings = load_settings(config)?;
    let data = verb.data.clone().or_else(|| settings.data.clone());
    let store = data.as_deref().map(StoreDirectory::create_or_open).transpose()?;
    let mut profile = choose_profile(verb.profile.as_deref(), &settings, store.as_ref())?;
    if let Some(base) = &verb.base {
        profile.base = base.parse().map_err(|error| {
            let text = format!("`{base}` is not an address: {error}");
            Failure::new(Exit::Usage, text, "--base takes a URL, as in https://portal.example")
        })?;
    }
    if let Some(delay) = verb.delay.as_deref().or(settings.delay.as_deref()) {
        profile.pace.delay = assemble::span(delay)?;
    }
    let seeds = seeds::read(&profile, &verb.seeds)?;
    let Crawl { record, bounds, browser, format, .. } = verb;
    work(Plan { profile, seeds, store, record, bounds, browser, settings, format }, voice).await
}

fn load_settings(config: Option<&Path>) -> Result<Settings, Failure> {
    let directory = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".config")));
    Settings::load(config, directory.as_deref()).map_err(|error: ConfigError| {
        Failure::new(Exit::Usage, super::exit::chain(&error), "README lists the keys of a settings file")
    })
}

/// Flags go over the store's memory, and that over the settings file. One store, one portal.
fn choose_profile(
    flag: Option<&str>,
    settings: &Settings,
    store: Option<&StoreDirectory>,
) -> Result<Profile, Failure> {
    let remembered = store.map(remembered_profile).transpose()?.flatten();
    let profile = match (flag, remembered, settings.profile.as_deref()) {
        (Some(name), Some(remembered), _) => changed(Profile::resolve(name)?, &remembered)?,
        (None, Some(remembered), _) => remembered,
        (Some(name), None, _) | (None, None, Some(name)) => Profile::resolve(name)?,
        (None, None, None) => {
            let names = Profile::builtin_names().join(", ");
            let hint = format!("--profile takes a file or one of: {names}");
            return Err(Failure::new(Exit::Usage, "no profile was named", hint));
        }
    };
    if let Some(store) = store {
        store.remember_profile(&profile.text)?;
    }
    if profile.status == Status::Unverified {
        tracing::warn!(
            "the profile `{}` was never held against the portal: check what it brings",
            profile.name
        );
    }
    Ok(profile)
}

fn changed(profile: Profile, remembered: &Profile) -> Result<Profile, Failure> {
    if profile.name != remembered.name {
        let text =
            format!("this store belongs to the profile `{}`, not to `{}`", remembered.name, profile.name);
        return Err(Failure::new(
            Exit::Store,
            text,
            "one store, one portal: name another directory with --data",
        ));
    }
    if profile.digest != remembered.digest {
        tracing::warn!(
            "the profile `{}` has changed since the last run; from now on the new one is used",
            profile.name
        );
    }
    Ok(profile)
}

/// Crawls as planned, and shows what came of it.
pub(super) async fn work(plan: Plan, voice: Voice) -> Result<Exit, Failure> {
    let Plan { profile, seeds, store, record, bounds, browser, settings, format } = plan;
    let earlier = store.as_ref().map(StoreDirectory::manifest).transpose()?.flatten();
    if seeds.is_empty() && earlier.is_none() {
        let hint =
            "name some, as in `anafora crawl --profile demo 14PAY000000001`, or give a file with --from";
        return Err(Failure::new(Exit::Usage, "there are no IDs to begin with", hint));
    }
    let manifest = manifest(&profile, &seeds, &bounds, earlier.as_ref())?;
    if let Some(store) = &store {
        store.write_manifest(&manifest)?;
    }
    let profile = Arc::new(profile);
    let mut browsers = Browsers::ready(&browser, &settings, &profile, store.as_ref()).await?;
    let ground = match &store {
        Some(store) => Ground::in_store(store)?,
        None => Ground::in_memory(),
    };
    let archive = assemble::archive(store.as_ref(), record.as_deref(), &manifest)?;
    ground.frontier.reopen(&manifest.bounds).await?;
    ground.frontier.enqueue(&seeds).await?;

    let progress = Arc::new(Progress::new(voice));
    let stop = Stop::default();
    interrupt::listen(stop.clone(), Arc::clone(&progress))?;
    let began = std::time::Instant::now();
    let engine = Engine {
        frontier: Arc::clone(&ground.frontier),
        archive,
        policy: Policy::of(&profile.pace),
        profile,
        clock: assemble::clock(),
        observers: vec![Arc::clone(&progress) as _],
        stop,
    };
    let ended = engine.run(browsers.take()).await;
    progress.finish();
    let closed = browsers.close().await;
    let summary = ended?;
    let shown = summary::show(&ground, summary, began.elapsed(), format, voice).await;
    ground.close().await?;
    closed?;
    shown
}

/// What this run was asked to do: new seeds after the earlier ones, and the earlier bounds where no others are named.
pub(super) fn manifest(
    profile: &Profile,
    seeds: &[DocumentId],
    flags: &BoundFlags,
    earlier: Option<&Manifest>,
) -> Result<Manifest, Failure> {
    let mut all: Vec<String> = earlier.map(|manifest| manifest.seeds.clone()).unwrap_or_default();
    for seed in seeds {
        if !all.iter().any(|known| known == seed.as_str()) {
            all.push(seed.to_string());
        }
    }
    let mut bounds = earlier.map(|manifest| manifest.bounds.clone()).unwrap_or_default();
    if flags.no_bounds {
        bounds = Bounds::default();
    }
    bounds.depth = flags.depth.or(bounds.depth);
    bounds.limit = flags.limit.or(bounds.limit);
    if !flags.kinds.is_empty() {
        bounds.kinds = Some(known_kinds(profile, &flags.kinds)?);
    }
    bounds.routed = profile.routed_kinds();
    Ok(Manifest { v: 1, profile: profile.name.clone(), profile_digest: profile.digest, seeds: all, bounds })
}

fn known_kinds(profile: &Profile, kinds: &[String]) -> Result<BTreeSet<String>, Failure> {
    for kind in kinds {
        if !profile.kinds.contains_key(kind) {
            let known: Vec<&str> = profile.kinds.keys().map(String::as_str).collect();
            let text = format!("`{kind}` is no kind of the profile `{}`", profile.name);
            return Err(Failure::new(Exit::Usage, text, format!("it knows: {}", known.join(", "))));
        }
    }
    Ok(kinds.iter().cloned().collect())
}
