//! What a crawl is to do, from flags, environment, settings file and what a store remembers.
//!
//! Nothing is written here: a store is bound to a profile only once everything that was said makes sense.

use std::collections::BTreeSet;
use std::path::PathBuf;

use url::Url;

use crate::archive::Manifest;
use crate::config::Settings;
use crate::domain::{Bounds, DocumentId};
use crate::profile::{Profile, Status};
use crate::store::StoreDirectory;

use super::arguments::Crawl;
use super::assemble;
use super::exit::{Exit, Failure};
use super::flags::{BoundFlags, BrowserFlags, CrawlFormat};
use super::resume::Resume;
use super::stored::remembered_profile;
use super::{floor, manners, seeds};

/// Everything a crawl needs to know, wherever it was said.
pub(super) struct Plan {
    pub(super) profile: Profile,
    /// Every ID that this run or an earlier one was given.
    pub(super) seeds: Vec<DocumentId>,
    pub(super) store: Option<StoreDirectory>,
    pub(super) manifest: Manifest,
    pub(super) record: Option<PathBuf>,
    pub(super) browser: BrowserFlags,
    pub(super) settings: Settings,
    pub(super) format: CrawlFormat,
    pub(super) resume: Resume,
    /// How many bytes of the store's disk are to stay free; 0 is none.
    pub(super) floor_bytes: u64,
}

impl Plan {
    /// Puts together what `crawl` was told. Opens the store, or makes one where there is none.
    pub(super) fn of(verb: Crawl, mut settings: Settings) -> Result<Self, Failure> {
        let floor_bytes = floor::bytes(&verb.floor, &settings)?;
        let data = verb.data.clone().or_else(|| settings.data.clone());
        let known = data.as_deref().filter(|path| StoreDirectory::is_one(path));
        let mut store = known.map(StoreDirectory::open).transpose()?;
        let profile = choose_profile(verb.profile.as_deref(), &settings, store.as_ref())?;
        let given = seeds::read(&profile, &verb.seeds)?;
        for seed in given.iter().filter(|seed| profile.routes(seed.kind()).next().is_none()) {
            tracing::warn!("{seed} is kept but not looked up: the profile has no route to a {}", seed.kind());
        }
        let earlier = store.as_ref().map(|store| Manifest::read(store.path())).transpose()?.flatten();
        let resume = match &verb.resume_paused {
            None => Resume::IfChanged,
            Some(kinds) if kinds.is_empty() => Resume::Every,
            Some(kinds) => Resume::Kinds(known_kinds(&profile, kinds)?),
        };
        let mut manifest = manifest(&profile, &given, &verb.bounds, earlier.as_ref())?;
        if manifest.seeds.is_empty() {
            let hint = "name some, as in `anafora crawl --profile P ID`, or give a file with --from";
            return Err(Failure::new(Exit::Usage, "there are no IDs to begin with", hint));
        }
        manifest.base = verb.base.or(manifest.base);
        manifest.delay = verb.delay.or(manifest.delay);
        manifest.requests_per_day = verb.manners.requests_per_day.or(manifest.requests_per_day);
        settings.contact = verb.manners.contact.or(settings.contact);
        let profile = adapted(profile, &manifest, &settings)?;
        if let (None, Some(data)) = (&store, &data) {
            store = Some(StoreDirectory::create_or_open(data)?);
        }
        let seeds = all_seeds(&profile, &manifest);
        let Crawl { record, browser, format, .. } = verb;
        Ok(Self { profile, seeds, store, manifest, record, browser, settings, format, resume, floor_bytes })
    }
}

/// Flags go over the store's memory, and that over the settings file. One store, one portal.
pub(super) fn choose_profile(
    flag: Option<&str>,
    settings: &Settings,
    store: Option<&StoreDirectory>,
) -> Result<Profile, Failure> {
    let remembered = match store.map(remembered_profile).transpose() {
        // A copy that is damaged is no obstacle to whoever names another one.
        Err(failure) if flag.is_some() => {
            tracing::warn!("the store's own copy of its profile is not read: {}", failure.text);
            None
        }
        remembered => remembered?.flatten(),
    };
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
    if profile.status == Status::Unverified {
        let name = &profile.name;
        tracing::warn!("the profile `{name}` was never held against the portal: check what it brings");
    }
    Ok(profile)
}

fn changed(profile: Profile, remembered: &Profile) -> Result<Profile, Failure> {
    if profile.name != remembered.name {
        let text =
            format!("this store belongs to the profile `{}`, not to `{}`", remembered.name, profile.name);
        let hint = "one store, one portal: name another directory with --data";
        return Err(Failure::new(Exit::Store, text, hint));
    }
    if profile.digest != remembered.digest {
        let name = &profile.name;
        tracing::warn!(
            "the profile `{name}` has changed since the last run; the new one is used from now on"
        );
    }
    Ok(profile)
}

/// The profile with the address and the delay that this crawl keeps in place of the profile's own.
pub(super) fn adapted(
    mut profile: Profile,
    manifest: &Manifest,
    settings: &Settings,
) -> Result<Profile, Failure> {
    if let Some(base) = &manifest.base {
        profile.base = address(base)?;
    }
    if let Some(delay) = manifest.delay.as_deref().or(settings.delay.as_deref()) {
        profile.pace.delay = assemble::span(delay)?;
    }
    if let Some(requests) = manifest.requests_per_day.or(settings.requests_per_day) {
        profile.pace.requests_per_day = Some(manners::requests_per_day(&profile, requests)?);
    }
    Ok(profile)
}

fn address(text: &str) -> Result<Url, Failure> {
    let hint = "--base takes the beginning of every address of the portal, as in https://portal.example";
    let url: Url = text
        .parse()
        .map_err(|error| Failure::new(Exit::Usage, format!("`{text}` is not an address: {error}"), hint))?;
    if matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().or(url.fragment()).is_none()
    {
        return Ok(url);
    }
    Err(Failure::new(Exit::Usage, format!("`{text}` is not the address of a web server alone"), hint))
}

/// What a run is asked to do: new seeds after the earlier ones, and the earlier bounds where no others are named.
pub(super) fn manifest(
    profile: &Profile,
    seeds: &[DocumentId],
    flags: &BoundFlags,
    earlier: Option<&Manifest>,
) -> Result<Manifest, Failure> {
    let mut manifest = earlier.cloned().unwrap_or_else(|| Manifest::new(&profile.name, profile.digest));
    manifest.profile_digest = profile.digest;
    manifest.add_seeds(&seeds.iter().map(ToString::to_string).collect::<Vec<_>>());
    let bounds = &mut manifest.bounds;
    if flags.no_bounds {
        *bounds = Bounds::default();
    } else {
        bounds.depth = flags.depth.or(bounds.depth);
        bounds.limit = flags.limit.or(bounds.limit);
        if !flags.kinds.is_empty() {
            bounds.kinds = Some(known_kinds(profile, &flags.kinds)?);
        }
    }
    bounds.routed = profile.routed_kinds();
    Ok(manifest)
}

/// The kinds of these names; one that the profile does not know is an error that names those it does.
pub(super) fn known_kinds(profile: &Profile, kinds: &[String]) -> Result<BTreeSet<String>, Failure> {
    for kind in kinds {
        if !profile.kinds.contains_key(kind) {
            let known: Vec<&str> = profile.kinds.keys().map(String::as_str).collect();
            let text = format!("`{kind}` is no kind of the profile `{}`", profile.name);
            return Err(Failure::new(Exit::Usage, text, format!("it knows: {}", known.join(", "))));
        }
    }
    Ok(kinds.iter().cloned().collect())
}

/// The seeds of all runs. An earlier run may have died before it could put its own on the frontier.
pub(super) fn all_seeds(profile: &Profile, manifest: &Manifest) -> Vec<DocumentId> {
    let mut seeds = Vec::new();
    for text in &manifest.seeds {
        match profile.schemes.parse(text, &[]) {
            Ok(parsed) => seeds.push(parsed.id),
            Err(refusal) => tracing::warn!("the profile no longer takes the seed `{text}`: {refusal}"),
        }
    }
    seeds
}
