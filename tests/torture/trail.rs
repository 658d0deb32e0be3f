//! A made-up trail of documents, crawled by the real engine into a real store: frontier, archive and all.
//!
//! What a look-up brings depends on the document alone, so that however a crawl was interrupted, it must end like one
//! that never was.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anafora::archive::{Archive, Discard, Manifest, WarcArchive};
use anafora::clock::SystemClock;
use anafora::crawl::{Committed, Engine, Event, Observer, Policy, Stop, Summary};
use anafora::domain::{Bounds, Capture, DocumentId, Part, Timestamp, Verdict};
use anafora::export::jsonl;
use anafora::fetch::{FetchError, Fetcher, Target};
use anafora::frontier::{Frontier, FrontierError, MemoryFrontier, SledFrontier};
use anafora::profile::Profile;
use anafora::store::StoreDirectory;
use async_trait::async_trait;

pub(crate) const WORKERS: usize = 8;

/// How long the portal takes for a document that fails once: most kills find one of these under way.
const SLOW: Duration = Duration::from_millis(5);

/// The portal: so many documents, each naming up to six others.
#[derive(Clone)]
pub(crate) struct Trail {
    pub(crate) documents: u64,
    /// Where it is noted which look-ups have failed once: outside of the store, as the memory of a portal is.
    pub(crate) portal: PathBuf,
}

/// A store that a crawl goes on in.
pub(crate) struct Ground {
    pub(crate) frontier: Arc<SledFrontier>,
    archive: Arc<WarcArchive>,
    /// Let go of last.
    _store: StoreDirectory,
}

/// Why a store did not open or a crawl did not go on, in the words of whoever failed.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

pub(crate) fn profile() -> Arc<Profile> {
    Arc::new(Profile::from_text("trail.toml", include_str!("trail.toml")).unwrap())
}

pub(crate) fn manifest(profile: &Profile) -> Manifest {
    let bounds = Bounds { routed: profile.routed_kinds(), ..Bounds::default() };
    let seeds = vec![id(0).to_string()];
    Manifest { bounds, seeds, ..Manifest::new(&profile.name, profile.digest) }
}

impl Ground {
    /// Opens a store, or makes one, in the order in which the program does.
    pub(crate) async fn open(directory: &Path) -> Result<Self, Fault> {
        let profile = profile();
        let manifest = manifest(&profile);
        let store = StoreDirectory::create_or_open(directory)?;
        let frontier = Arc::new(SledFrontier::open(&store.frontier(), Arc::new(SystemClock))?);
        store.remember_profile(&profile.text)?;
        manifest.write(store.path())?;
        let committed = Committed::of(frontier.as_ref(), WORKERS).await?;
        WarcArchive::check_holds(&store.archive(), committed.ends())?;
        let archive = Arc::new(WarcArchive::open(&store.archive(), manifest.clone(), Arc::new(SystemClock))?);
        committed.note_again(frontier.as_ref(), archive.as_ref()).await?;
        frontier.reopen(&manifest.bounds).await?;
        frontier.enqueue(&[id(0)]).await?;
        Ok(Self { frontier, archive, _store: store })
    }

    /// Crawls until nothing is left, an end is wished for or something fails.
    pub(crate) async fn crawl(
        &self,
        trail: &Trail,
        stop: Stop,
        observers: Vec<Arc<dyn Observer>>,
    ) -> Result<Summary, FrontierError> {
        let archive = Arc::clone(&self.archive) as Arc<dyn Archive>;
        trail.crawl(Arc::clone(&self.frontier) as _, archive, stop, observers).await
    }

    pub(crate) async fn close(self) -> Result<(), FrontierError> {
        self.frontier.close().await
    }
}

impl Trail {
    async fn crawl(
        &self,
        frontier: Arc<dyn Frontier>,
        archive: Arc<dyn Archive>,
        stop: Stop,
        observers: Vec<Arc<dyn Observer>>,
    ) -> Result<Summary, FrontierError> {
        let profile = profile();
        let engine = Engine {
            frontier,
            archive,
            evidence: None,
            clock: Arc::new(SystemClock),
            policy: Policy { backoff_min: Duration::from_millis(1), ..Policy::of(&profile) },
            profile,
            observers,
            stop,
        };
        let fetcher = |_| Box::new(MadeUp { trail: self.clone() }) as Box<dyn Fetcher>;
        engine.run((0..WORKERS).map(fetcher).collect()).await
    }

    /// What a crawl brings that nothing interrupts, as JSON lines.
    pub(crate) async fn truth(&self) -> String {
        let portal = tempfile::tempdir().unwrap();
        let frontier = Arc::new(MemoryFrontier::new(Arc::new(SystemClock)));
        frontier.reopen(&manifest(&profile()).bounds).await.unwrap();
        frontier.enqueue(&[id(0)]).await.unwrap();
        let unharmed = Self { portal: portal.path().to_owned(), ..self.clone() };
        let kept_nowhere = Arc::new(Discard);
        unharmed.crawl(Arc::clone(&frontier) as _, kept_nowhere, Stop::default(), Vec::new()).await.unwrap();
        let mut lines = Vec::new();
        let written = jsonl(frontier.as_ref(), &mut lines).await.unwrap();
        assert_eq!(written, self.documents, "the trail has gaps");
        String::from_utf8(lines).unwrap()
    }

    /// What the portal shows of a document; `None` where it says that there are several.
    pub(crate) fn capture(&self, number: u64) -> Option<Capture> {
        let (marker, html) = match number % 10 {
            4 => return None,
            3 => (Some(Verdict::Absent), "<p>Nothing found</p>".to_owned()),
            _ => (None, self.page(number)),
        };
        Some(Capture {
            id: id(number),
            route: "form".into(),
            captured_at: Timestamp::from_millis(1_700_000_000_000 + number),
            parts: vec![Part {
                name: "detail".into(),
                url: format!("https://portal.example/search?no={number}"),
                media_type: "text/html".into(),
                bytes: html.into_bytes().into(),
            }],
            marker,
            row_id: None,
            passed_over: Vec::new(),
            trace: Vec::new(),
        })
    }

    /// Every eighth document has a text of some 40 KB. Every document is named by one that is found.
    fn page(&self, number: u64) -> String {
        let words = if number.is_multiple_of(8) { 4_000 } else { 40 };
        let text: Vec<_> = (0..words).map(|word| format!("{:09}", number * 7_919 + word)).collect();
        let next = [number + 1, number + 2, number + 3, number + 7, number * 3 + 1, number / 2].into_iter();
        let next: Vec<_> =
            next.filter(|next| *next < self.documents).map(|next| id(next).to_string()).collect();
        let rows = [("No", id(number).to_string()), ("Text", text.join(" ")), ("Next", next.join(", "))];
        let rows = rows.map(|(label, value)| format!("<tr><th>{label}</th><td>{value}</td></tr>"));
        format!("<table>{}</table>", rows.concat())
    }
}

/// Brings what the trail says.
struct MadeUp {
    trail: Trail,
}

#[async_trait]
impl Fetcher for MadeUp {
    async fn fetch(&mut self, target: &Target) -> Result<Capture, FetchError> {
        let number = number(target.id.as_str());
        // Kills are to meet IDs as well that were tried before, and those that have but one attempt in reserve.
        let fails_once = number % 10 == 5;
        if fails_once {
            tokio::time::sleep(SLOW).await;
        }
        if fails_once && File::create_new(self.trail.portal.join(number.to_string())).is_ok() {
            return Err(FetchError::BrowserDied { detail: "it happens".into() });
        }
        self.trail.capture(number).ok_or(FetchError::Ambiguous { rows: number })
    }

    async fn close(self: Box<Self>) -> Result<(), FetchError> {
        Ok(())
    }
}

/// Writes down each commit once it is acknowledged: a line with ID and state.
pub(crate) struct Acknowledging<W>(pub(crate) Mutex<W>);

impl<W: Write + Send> Observer for Acknowledging<W> {
    fn see(&self, event: &Event) {
        let (id, state) = match event {
            Event::Stored { id, .. } => (id, "stored"),
            Event::Absent { id } => (id, "absent"),
            Event::Died { id, .. } => (id, "dead"),
            Event::Retried { id, .. } => (id, "delayed"),
            _ => return,
        };
        let mut output = self.0.lock().unwrap();
        // Whoever reads it may be gone; then nobody holds us to it either.
        drop(output.write_all(format!("{id} {state}\n").as_bytes()).and_then(|()| output.flush()));
    }
}

pub(crate) fn id(number: u64) -> DocumentId {
    DocumentId::from_canonical(format!("ACT{number:06}"), "act", "act")
}

pub(crate) fn number(id: &str) -> u64 {
    id.trim_start_matches("ACT").parse().unwrap()
}
