//! One fault of every sort, planted in a store that is whole otherwise.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Audit, Commands, FAULTS_KEPT_MAX};
use crate::archive::{Archive as _, Manifest, WarcArchive, WarcPages};
use crate::clock::SystemClock;
use crate::domain::{
    Bounds, Capture, Counts, Coverage, Digest, Document, DocumentId, Edge, Happening, Intent, Outcome,
    PageRef, Part, Pause, Reference, Run, Timestamp, Verdict, WorkerId,
};
use crate::frontier::{Documents, Entry, Frontier as _, FrontierError, MemoryFrontier, Next};

const STORED: &str = "P-1";
const ABSENT: &str = "P-2";
const QUEUED: &str = "P-3";

/// What a frontier says that is not so, where a whole one cannot be brought to say it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Lie {
    #[default]
    None,
    /// The document of the stored ID is gone.
    NoDocument,
    /// It was read from the absent one's page.
    OtherPage,
    /// The absent ID has one too.
    OneTooMany,
    /// What stands for it cannot be read.
    Unreadable,
    /// The stored ID is named by one that waits.
    WaitingSource,
    /// It is named by one that nobody knows.
    UnknownSource,
    /// The stored ID has no page.
    NoPage,
}

/// A frontier that says what is kept in it, but for one lie.
struct Witness {
    frontier: MemoryFrontier,
    lie: Lie,
}

#[async_trait]
impl Documents for Witness {
    async fn entries(&self, after: Option<&str>, count_max: usize) -> Result<Vec<Entry>, FrontierError> {
        let mut entries = self.frontier.entries(after, count_max).await?;
        for entry in entries.iter_mut().filter(|entry| self.lie == Lie::NoPage && entry.id == id(STORED)) {
            entry.page = None;
        }
        Ok(entries)
    }

    async fn entry(&self, id: &str) -> Result<Option<Entry>, FrontierError> {
        self.frontier.entry(id).await
    }

    async fn document(&self, id: &str) -> Result<Option<Document>, FrontierError> {
        match (self.lie, id) {
            (Lie::NoDocument, STORED) => Ok(None),
            (Lie::Unreadable, STORED) => Err(FrontierError::Damaged { detail: "it is torn".into() }),
            (Lie::OtherPage, STORED) => {
                let page = self.frontier.entry(ABSENT).await?.and_then(|entry| entry.page).unwrap();
                let document = self.frontier.document(id).await?;
                Ok(document.map(|document| Document { page, ..document }))
            }
            (Lie::OneTooMany, ABSENT) => {
                let document = self.frontier.document(STORED).await?;
                Ok(document.map(|document| Document { references: Vec::new(), ..document }))
            }
            _ => self.frontier.document(id).await,
        }
    }

    async fn references(&self, source: &str) -> Result<Vec<(Reference, Edge)>, FrontierError> {
        self.frontier.references(source).await
    }

    async fn named_by(&self, target: &str) -> Result<Vec<(DocumentId, Reference)>, FrontierError> {
        match self.lie {
            Lie::WaitingSource if target == STORED => Ok(vec![(id(QUEUED), reference(target))]),
            Lie::UnknownSource if target == STORED => Ok(vec![(id("P-9"), reference(target))]),
            _ => self.frontier.named_by(target).await,
        }
    }

    async fn history(&self, id: &str) -> Result<Vec<Happening>, FrontierError> {
        self.frontier.history(id).await
    }

    async fn coverages(&self) -> Result<Vec<Coverage>, FrontierError> {
        self.frontier.coverages().await
    }

    async fn pauses(&self) -> Result<Vec<Pause>, FrontierError> {
        self.frontier.pauses().await
    }

    async fn runs(&self) -> Result<Vec<Run>, FrontierError> {
        self.frontier.runs().await
    }
}

/// A stored ID that names one in line, an absent one, and the archive of both.
struct Store {
    witness: Witness,
    manifest: Manifest,
    directory: tempfile::TempDir,
}

impl Store {
    /// The markers are what the pages of the stored ID and of the absent one say.
    async fn with_markers(stored: Option<Verdict>, absent: Option<Verdict>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let seeds = vec![STORED.to_owned(), ABSENT.to_owned()];
        let manifest = Manifest { seeds, ..Manifest::new("demo", Digest::of(b"profile")) };
        let archive = WarcArchive::open(directory.path(), manifest.clone(), Arc::new(SystemClock)).unwrap();
        let frontier = MemoryFrontier::new(Arc::new(SystemClock));
        let routed = ["payment".to_owned()].into();
        frontier.reopen(&Bounds { routed, ..Bounds::default() }).await.unwrap();
        frontier.enqueue(&[id(STORED), id(ABSENT)]).await.unwrap();
        for (text, marker) in [(STORED, stored), (ABSENT, absent)] {
            let Next::Leased(lease) =
                frontier.lease(&WorkerId("w".into()), Duration::from_secs(60)).await.unwrap()
            else {
                panic!("{text} waits")
            };
            let page = archive.keep(&capture(text, marker)).await.unwrap();
            let outcome = match text {
                STORED => Outcome::Stored(Box::new(document(page))),
                _ => Outcome::Absent { evidence: page },
            };
            frontier.commit(lease, outcome).await.unwrap();
        }
        Self { witness: Witness { frontier, lie: Lie::None }, manifest, directory }
    }

    async fn whole() -> Self {
        Self::with_markers(None, Some(Verdict::Absent)).await
    }

    async fn counts(&self) -> Counts {
        self.witness.frontier.counts().await.unwrap()
    }

    async fn audit(&self, counts: Counts) -> Audit {
        let pages = WarcPages::of(self.directory.path());
        Audit::of(&self.witness, counts, &self.manifest, &pages).await.unwrap()
    }

    /// What is wrong, and with what.
    async fn faults(&self) -> Vec<(String, String)> {
        faults(&self.audit(self.counts().await).await)
    }
}

fn faults(audit: &Audit) -> Vec<(String, String)> {
    assert_eq!(audit.is_good(), audit.faults.is_empty());
    audit.faults.iter().map(|fault| (fault.about.clone(), fault.what.clone())).collect()
}

fn id(text: &str) -> DocumentId {
    DocumentId::from_canonical(text, "p", "payment")
}

fn reference(target: &str) -> Reference {
    Reference {
        target: id(target),
        relation: "contract".into(),
        part: "detail".into(),
        offset: 0,
        evidence: target.into(),
        written: target.into(),
        intent: Intent::Follow,
    }
}

fn document(page: PageRef) -> Document {
    Document {
        id: id(STORED),
        route: "form".into(),
        captured_at: Timestamp::default(),
        page,
        fields: Vec::new(),
        references: vec![reference(QUEUED)],
        warnings: Vec::new(),
    }
}

fn capture(text: &str, marker: Option<Verdict>) -> Capture {
    let part = Part {
        name: "detail".into(),
        url: "https://portal.example/".into(),
        media_type: "text/html".into(),
        bytes: format!("<p>{text}</p>").into_bytes().into(),
    };
    Capture {
        id: id(text),
        route: "form".into(),
        captured_at: Timestamp::from_millis(1_700_000_000_000),
        parts: vec![part],
        marker,
        row_id: None,
        passed_over: Vec::new(),
        trace: Vec::new(),
    }
}

fn said(about: &str, what: &str) -> Vec<(String, String)> {
    vec![(about.to_owned(), what.to_owned())]
}

fn commands() -> Commands {
    Commands { rebuild: "rebuild it".into(), crawl: "crawl".into() }
}

#[tokio::test]
async fn a_whole_store_has_no_fault_and_everything_was_looked_at() {
    let store = Store::whole().await;
    let counts = store.counts().await;
    assert_eq!((counts.stored, counts.absent, counts.queued, counts.references), (1, 1, 1, 1));
    let audit = store.audit(counts).await;
    assert_eq!(faults(&audit), []);
    assert_eq!(audit.counts, counts);
    assert_eq!((audit.pages, audit.page_bytes, audit.sources, audit.seeds), (2, 20, 1, 2));
    assert!(audit.text(&commands()).ends_with("nothing is wrong\n"), "{}", audit.text(&commands()));
}

#[tokio::test]
async fn each_count_that_is_not_what_is_there_is_a_fault() {
    let store = Store::whole().await;
    let change: [fn(&mut Counts) -> &mut u64; 9] = [
        |counts| &mut counts.queued,
        |counts| &mut counts.leased,
        |counts| &mut counts.delayed,
        |counts| &mut counts.stored,
        |counts| &mut counts.absent,
        |counts| &mut counts.dead,
        |counts| &mut counts.paused,
        |counts| &mut counts.bounded,
        |counts| &mut counts.references,
    ];
    for count in change {
        let mut wrong = store.counts().await;
        *count(&mut wrong) += 1;
        let found = faults(&store.audit(wrong).await);
        assert!(found.len() == 1 && found[0].0 == "counts", "{wrong:?}: {found:?}");
    }
}

#[tokio::test]
async fn each_disagreement_between_the_records_is_told_of_the_id_that_it_is_about() {
    let mut store = Store::whole().await;
    for (lie, about, what) in [
        (Lie::OtherPage, STORED, "its document was read from another page than the entry says"),
        (Lie::OneTooMany, ABSENT, "it is absent and has a document"),
        (Lie::WaitingSource, STORED, "P-3 names it and is no stored document"),
        (Lie::UnknownSource, STORED, "P-9 names it and is no stored document"),
    ] {
        store.witness.lie = lie;
        assert_eq!(store.faults().await, said(about, what));
    }
    // These are missed elsewhere too: the references of a document, or the page that it was read from.
    for (lie, what, also) in [
        (Lie::NoDocument, "it is stored and has no document", "counts"),
        (Lie::Unreadable, "it is torn", "counts"),
        (Lie::NoPage, "it is stored and has no page", STORED),
    ] {
        store.witness.lie = lie;
        let found = store.faults().await;
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.contains(&said(STORED, what)[0]), "{found:?}");
        assert!(found.iter().any(|(about, told)| about == also && told != what), "{found:?}");
    }
}

#[tokio::test]
async fn a_page_that_says_the_contrary_of_its_state_is_a_fault() {
    let absent = Some(Verdict::Absent);
    let stored = Store::with_markers(absent, absent).await;
    assert_eq!(stored.faults().await, said(STORED, "it is stored, and its page says otherwise"));
    let unsaid = Store::with_markers(None, None).await;
    assert_eq!(unsaid.faults().await, said(ABSENT, "it is absent, and its page says otherwise"));
}

#[tokio::test]
async fn all_faults_are_counted_and_the_first_are_kept() {
    let mut store = Store::whole().await;
    store.manifest.seeds = (0..=FAULTS_KEPT_MAX).map(|number| format!("Q-{number}")).collect();
    let audit = store.audit(store.counts().await).await;
    assert_eq!((audit.faults_count, audit.faults.len()), (FAULTS_KEPT_MAX as u64 + 1, FAULTS_KEPT_MAX));
    assert!(audit.text(&commands()).contains("  and 1 more\n"), "{}", audit.text(&commands()));
    assert!(!audit.is_good());
}
