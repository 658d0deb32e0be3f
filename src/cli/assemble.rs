//! Picks the parts that work together: memory or sled, browser or remote end, which archive.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::archive::{Archive, Discard, FixtureDir, MANIFEST_FILE, Manifest, Recording, Tee, WarcArchive};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::crawl::Committed;
use crate::evidence::{Caps, EvidenceDirectory};
use crate::fetch::{
    Attendance, Binaries, BrowserFetcher, BrowserKind, Chosen, Fetcher, GuardCommand, Household,
    RemoteSessions, ReplayFetcher, Rests, RouteFetcher, RunDir, SessionSource, Window,
};
use crate::frontier::{Documents, Frontier, MemoryFrontier, SledFrontier};
use crate::profile::Profile;
use crate::store::StoreDirectory;

use super::exit::{Exit, Failure, unopened, ways_out};
use super::flags::{BrowserFlags, BrowserName};
use super::manners::Manners;

/// Browser sessions where nobody says how many: one is the friendliest.
const SESSIONS_DEFAULT: usize = 1;

/// More sessions than this help no crawl and strain every portal.
const SESSIONS_MAX: usize = 64;

/// What a crawl writes to and what its results are read from: memory, or a store.
pub(super) struct Ground {
    pub(super) frontier: Arc<dyn Frontier>,
    pub(super) documents: Arc<dyn Documents>,
    sled: Option<Arc<SledFrontier>>,
    /// The directory of the store; `None` in memory.
    pub(super) store: Option<PathBuf>,
}

impl Ground {
    /// A frontier that is forgotten at the end.
    pub(super) fn in_memory() -> Self {
        let memory = Arc::new(MemoryFrontier::new(clock()));
        Self { frontier: Arc::clone(&memory) as _, documents: memory, sled: None, store: None }
    }

    /// The frontier of a store.
    pub(super) fn in_store(store: &StoreDirectory) -> Result<Self, Failure> {
        check_whole(store)?;
        let sled = SledFrontier::open(&store.frontier(), clock());
        let sled = Arc::new(sled.map_err(|error| unopened(store.path(), error))?);
        let place = store.path().to_owned();
        let (frontier, documents) = (Arc::clone(&sled) as _, Arc::clone(&sled) as _);
        Ok(Self { frontier, documents, sled: Some(sled), store: Some(place) })
    }

    /// Ends the store's writer: everything is on disk when this returns.
    pub(super) async fn close(self) -> Result<(), Failure> {
        if let Some(sled) = self.sled {
            sled.close().await?;
        }
        Ok(())
    }
}

/// A store that was crawled into has a frontier: opening it without one would show an empty crawl as a finished one.
pub(super) fn check_whole(store: &StoreDirectory) -> Result<(), Failure> {
    if !store.path().join(MANIFEST_FILE).exists() || store.frontier().join("db").is_file() {
        return Ok(());
    }
    let text = format!("`{}` is gone, though there was a crawl", store.frontier().display());
    Err(Failure::new(Exit::Store, text, ways_out(store.path())))
}

/// The archive of a crawl: the store's, fixtures beside it, or none.
pub(super) async fn archive(
    store: Option<&StoreDirectory>,
    record: Option<&Path>,
    manifest: &Manifest,
    ground: &Ground,
) -> Result<Arc<dyn Archive>, Failure> {
    let warc = match store {
        Some(store) => Some(warc(store, manifest, ground.documents.as_ref()).await?),
        None => None,
    };
    if let Some(directory) = record {
        check_record(directory, manifest)?;
    }
    // A recording is replayed without the portal: where that was does not matter to it.
    let portable = Manifest { base: None, delay: None, requests_per_day: None, ..manifest.clone() };
    let fixtures = record.map(|directory| FixtureDir::create(directory, portable)).transpose()?;
    Ok(match (warc, fixtures) {
        (None, None) => Arc::new(Discard),
        (Some(warc), None) => Arc::new(warc),
        (None, Some(fixtures)) => Arc::new(fixtures),
        (Some(warc), Some(fixtures)) => Arc::new(Tee::new(Arc::new(warc), Arc::new(fixtures))),
    })
}

/// The store's own archive, which must hold every page that was committed: a file that is gone would be begun anew.
async fn warc(
    store: &StoreDirectory,
    manifest: &Manifest,
    documents: &dyn Documents,
) -> Result<WarcArchive, Failure> {
    let committed = Committed::of(documents, SESSIONS_MAX).await?;
    WarcArchive::check_holds(&store.archive(), committed.ends())?;
    let warc = WarcArchive::open(&store.archive(), manifest.clone(), clock())?;
    committed.note_again(documents, &warc).await?;
    Ok(warc)
}

/// Where a store keeps what was seen of failed look-ups.
pub(super) fn evidence(store: &StoreDirectory) -> Result<Arc<EvidenceDirectory>, Failure> {
    Ok(Arc::new(EvidenceDirectory::open(&store.evidence(), clock(), Caps::default())?))
}

/// Fixtures are written into a directory of their own, and into an earlier recording only where both go equally far.
fn check_record(directory: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let name = directory.display();
    if StoreDirectory::is_one(directory) {
        let text = format!("`{name}` is the store of a crawl: fixtures cannot be written into it");
        return Err(Failure::new(Exit::Store, text, "name another directory with --record"));
    }
    match Manifest::read(directory)? {
        Some(earlier) if earlier.bounds != manifest.bounds => {
            let text = format!("`{name}` was recorded with other bounds");
            Err(Failure::new(
                Exit::Store,
                text,
                "name another directory with --record, or use the same bounds",
            ))
        }
        _ => Ok(()),
    }
}

/// The fetchers of a crawl, and who looks after their browsers where they have any.
pub(super) struct Fetchers {
    ready: Vec<Box<dyn Fetcher>>,
    household: Option<Arc<Household>>,
    remote: Option<Arc<RemoteSessions>>,
}

impl Fetchers {
    /// One that reads a recording. The frontier is then first in, first out, and every run is the same.
    pub(super) fn replaying(recording: Arc<dyn Recording>) -> Self {
        Self { ready: vec![Box::new(ReplayFetcher::new(recording))], household: None, remote: None }
    }

    /// Makes a fetcher a session. Where the profile needs a browser its programs are found; none starts before the first
    /// look-up that goes through it.
    pub(super) async fn visiting(
        flags: &BrowserFlags,
        settings: &Settings,
        profile: &Arc<Profile>,
        store: Option<&StoreDirectory>,
        attendance: &Attendance,
    ) -> Result<Self, Failure> {
        let sessions = flags.sessions.or(settings.sessions).unwrap_or(SESSIONS_DEFAULT);
        if !(1..=SESSIONS_MAX).contains(&sessions) {
            let text = format!("{sessions} sessions cannot work");
            return Err(Failure::new(Exit::Usage, text, format!("--sessions takes 1 to {SESSIONS_MAX}")));
        }
        let Browsers { source, household, remote } = if profile.needs_browser() {
            Browsers::find(flags, settings, store).await?
        } else {
            Browsers::default()
        };
        let manners = Manners::of(profile, settings, store)?;
        let http = if profile.needs_http() { Some(Arc::new(manners.http(profile)?)) } else { None };
        let rests = Arc::new(Rests::default());
        let browser = |source: &SessionSource| {
            let fetcher =
                manners.teach(|pace| BrowserFetcher::new(Arc::clone(profile), source.clone(), pace, clock()));
            fetcher.attended_by(attendance.clone())
        };
        let fetchers = (0..sessions).map(|_| {
            let browser = source.as_ref().map(browser);
            let (profile, rests) = (Arc::clone(profile), Arc::clone(&rests));
            Box::new(RouteFetcher::new(profile, browser, http.clone(), rests)) as Box<dyn Fetcher>
        });
        Ok(Self { ready: fetchers.collect(), household, remote })
    }

    /// Takes the fetchers; who takes them closes them.
    pub(super) fn take(&mut self) -> Vec<Box<dyn Fetcher>> {
        std::mem::take(&mut self.ready)
    }

    /// Ends whatever is left of drivers and browsers.
    pub(super) async fn close(self) -> Result<(), Failure> {
        drop(self.ready);
        if let Some(remote) = self.remote {
            remote.close().await;
        }
        match self.household.map(Arc::try_unwrap) {
            None => Ok(()),
            Some(Ok(household)) => Ok(household.close().await?),
            // A look-up that was given up still holds on to it: its browser ends all the same.
            Some(Err(held)) => {
                held.kill_all();
                Ok(())
            }
        }
    }
}

/// Where browsers come from, and who looks after them; nothing where none are needed.
#[derive(Default)]
struct Browsers {
    source: Option<SessionSource>,
    household: Option<Arc<Household>>,
    remote: Option<Arc<RemoteSessions>>,
}

impl Browsers {
    async fn find(
        flags: &BrowserFlags,
        settings: &Settings,
        store: Option<&StoreDirectory>,
    ) -> Result<Self, Failure> {
        let end = remote_end(flags, settings)?;
        let kind = browser_kind(flags, settings)?;
        // Opened for browsers of our own as well: an earlier run may have used a remote end's.
        let remote = Arc::new(RemoteSessions::open(run_dir(store)).await?);
        let (source, household) = if let Some(endpoint) = end {
            (SessionSource::Remote { sessions: Arc::clone(&remote), endpoint, kind }, None)
        } else {
            let (source, household) = local(flags, settings, kind, store).await?;
            (source, Some(household))
        };
        Ok(Self { source: Some(source), household, remote: Some(remote) })
    }
}

async fn local(
    flags: &BrowserFlags,
    settings: &Settings,
    kind: BrowserKind,
    store: Option<&StoreDirectory>,
) -> Result<(SessionSource, Arc<Household>), Failure> {
    let window = if flags.headed { Window::Headed } else { Window::Headless };
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if flags.headed && !has_display {
        let text = "--headed needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set";
        return Err(Failure::new(Exit::Environment, text, "start it from a desktop, or by `xvfb-run`"));
    }
    let chosen = Chosen {
        browser: flags.browser_program.clone().or_else(|| settings.browser_program.clone()),
        driver: flags.driver_program.clone().or_else(|| settings.driver_program.clone()),
    };
    let binaries = Binaries::find(kind, window, &chosen)?;
    let guard = GuardCommand { program: std::env::current_exe()?, args: vec!["__guard".into()] };
    let household = Arc::new(Household::open(run_dir(store), guard).await?);
    Ok((SessionSource::Local { household: Arc::clone(&household), binaries, window }, household))
}

fn run_dir(store: Option<&StoreDirectory>) -> RunDir {
    store.map_or(RunDir::User, |store| RunDir::Store(store.run()))
}

fn browser_kind(flags: &BrowserFlags, settings: &Settings) -> Result<BrowserKind, Failure> {
    match (flags.browser, settings.browser.as_deref()) {
        (Some(BrowserName::Chromium), _) | (None, None | Some("chromium")) => Ok(BrowserKind::Chromium),
        (Some(BrowserName::Firefox), _) | (None, Some("firefox")) => Ok(BrowserKind::Firefox),
        (None, Some(other)) => {
            let text = format!("the settings name an unknown browser: `{other}`");
            Err(Failure::new(Exit::Usage, text, "chromium and firefox are known"))
        }
    }
}

/// The remote end that flags, environment or settings name.
fn remote_end(flags: &BrowserFlags, settings: &Settings) -> Result<Option<Url>, Failure> {
    let Some(address) = flags.webdriver.as_deref().or(settings.webdriver.as_deref()) else { return Ok(None) };
    if flags.headed {
        let text = "--headed shows no window of a remote WebDriver end's browser";
        return Err(Failure::new(Exit::Usage, text, "leave out --headed, or the WebDriver end"));
    }
    address.parse().map(Some).map_err(|error| {
        let text = format!("`{address}` is not the address of a WebDriver end: {error}");
        Failure::new(Exit::Usage, text, "--webdriver takes a URL, as in http://127.0.0.1:4444")
    })
}

/// A span of time as people write it.
pub(super) fn span(text: &str) -> Result<Duration, Failure> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok());
    parsed.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("`{text}` is not a span of time"),
            "write it as in `250ms`, `2s` or `1m`",
        )
    })
}

/// The machine's clock.
pub(super) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
