//! What every archive that can be read back must do: the same cases for directories of fixtures and for WARC files.

use std::path::Path;
use std::sync::Arc;

use super::{Archive, FixtureDir, Manifest, Recording, WarcArchive, WarcRecording};
use crate::clock::ManualClock;
use crate::domain::{Capture, Digest, DocumentId, Part, PassedOver, State, Timestamp, Trace, Verdict};

/// A Sunday evening.
const CAPTURED_AT: u64 = 1_795_371_120_042;

pub(super) fn manifest() -> Manifest {
    let seeds = vec!["14PAY000123456".to_owned()];
    Manifest { seeds, ..Manifest::new("demo", Digest::of(b"profile")) }
}

pub(super) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_millis(CAPTURED_AT)))
}

pub(super) fn part(name: &str, media_type: &str, bytes: &[u8]) -> Part {
    let url = format!("https://portal.example/search.htm?execution=e1s4#{name}");
    Part { name: name.to_owned(), url, media_type: media_type.to_owned(), bytes: bytes.into() }
}

pub(super) fn capture(id: &str, parts: Vec<Part>) -> Capture {
    Capture {
        id: DocumentId::from_canonical(id, "adam", "payment"),
        route: "form".to_owned(),
        captured_at: Timestamp::from_millis(CAPTURED_AT),
        parts,
        marker: None,
        row_id: Some(format!("{id} *")),
        passed_over: Vec::new(),
        trace: vec![Trace {
            step: "click".to_owned(),
            matched: Some("text:Αναζήτηση".to_owned()),
            elapsed_ms: 7,
        }],
    }
}

pub(super) fn page(id: &str, html: &str) -> Capture {
    capture(id, vec![part("detail", "text/html", html.as_bytes())])
}

/// Captures of every sort.
pub(super) fn captures() -> Vec<Capture> {
    let html = "<html><body onload=\"go()\"><script>go()</script>Ποσό 1.234,56 €\r\n\r\n</body></html>";
    let every_byte: Vec<u8> = (0..=255).collect();
    let absent = Capture {
        marker: Some(Verdict::Absent),
        row_id: None,
        passed_over: Vec::new(),
        trace: Vec::new(),
        ..page("14PAY000000404", "<p>Δεν βρέθηκαν εγγραφές</p>")
    };
    vec![
        page("14PAY000123456", html),
        page("ΒΛ3ΖΩΗ8-Χ4Ω", html),
        Capture {
            passed_over: vec![PassedOver { route: "service".into(), why: "unavailable: 503\n".into() }],
            ..page("A/1 ?#%", html)
        },
        page("..", html),
        capture(
            "22SYMV011097003",
            vec![
                part("detail", "text/html; charset=utf-8", html.as_bytes()),
                part("lines", "text/html", b""),
                part("capture", "application/json", b"{\"a\":1}"),
                part("file", "application/pdf", &every_byte),
                part("file", "application/pdf", b"%PDF-1.4"),
                part("../x", "\r\nX: y", &every_byte),
            ],
        ),
        absent,
    ]
}

/// The two sorts of archive behind one pair of functions.
struct Sort {
    write: fn(&Path) -> Arc<dyn Archive>,
    read: fn(&Path) -> Box<dyn Recording>,
    /// Whether it keeps what each step of a look-up did.
    keeps_trace: fn(Capture) -> Capture,
}

fn warc() -> Sort {
    Sort {
        write: |path| {
            manifest().write(path).unwrap();
            Arc::new(WarcArchive::open(&path.join("archive"), manifest(), clock()).unwrap())
        },
        read: |path| Box::new(WarcRecording::open(&path.join("archive")).unwrap()),
        keeps_trace: |capture| capture,
    }
}

fn fixtures() -> Sort {
    Sort {
        write: |path| Arc::new(FixtureDir::create(path, manifest()).unwrap()),
        read: |path| Box::new(FixtureDir::open(path).unwrap()),
        keeps_trace: |capture| Capture { trace: Vec::new(), ..capture },
    }
}

pub(super) async fn keep_and_commit(archive: &dyn Archive, capture: &Capture) {
    let page = archive.keep(capture).await.unwrap();
    assert_eq!(page.digest, capture.digest());
    archive.committed(&capture.id, &page, State::Stored).await.unwrap();
}

async fn every_capture_comes_back_byte_for_byte(sort: Sort) {
    let directory = tempfile::tempdir().unwrap();
    let archive = (sort.write)(directory.path());
    for capture in captures() {
        keep_and_commit(&*archive, &capture).await;
    }
    let recording = (sort.read)(directory.path());
    assert_eq!(*recording.manifest(), manifest());
    for capture in captures() {
        let found = recording.find(capture.id.as_str()).unwrap();
        assert_eq!(found, Some((sort.keeps_trace)(capture)));
    }
    assert_eq!(recording.find("14PAY000999999").unwrap(), None);
}

async fn the_latest_committed_capture_counts(sort: Sort) {
    let directory = tempfile::tempdir().unwrap();
    let archive = (sort.write)(directory.path());
    let [first, second, third] = ["one", "two", "three"].map(|text| page("A-1", text));
    keep_and_commit(&*archive, &first).await;
    keep_and_commit(&*archive, &second).await;
    archive.keep(&third).await.unwrap();
    archive.keep(&page("A-2", "never committed")).await.unwrap();
    let recording = (sort.read)(directory.path());
    assert_eq!(recording.find("A-1").unwrap(), Some((sort.keeps_trace)(second)));
    assert_eq!(recording.find("A-2").unwrap(), None);
}

async fn an_archive_that_is_opened_again_goes_on(sort: Sort) {
    let directory = tempfile::tempdir().unwrap();
    for text in ["A-1", "A-2"] {
        keep_and_commit(&*(sort.write)(directory.path()), &page(text, text)).await;
    }
    let recording = (sort.read)(directory.path());
    for text in ["A-1", "A-2"] {
        let found = recording.find(text).unwrap().unwrap();
        assert_eq!(&*found.part("detail").unwrap().bytes, text.as_bytes());
    }
}

async fn many_workers_share_one(sort: Sort) {
    let directory = tempfile::tempdir().unwrap();
    let archive = (sort.write)(directory.path());
    let keep = |number: u32| {
        let archive = Arc::clone(&archive);
        tokio::spawn(async move { keep_and_commit(&*archive, &page(&format!("A-{number}"), "page")).await })
    };
    let workers: Vec<_> = (0..32).map(keep).collect();
    for worker in workers {
        worker.await.unwrap();
    }
    let recording = (sort.read)(directory.path());
    for number in 0..32 {
        assert!(recording.find(&format!("A-{number}")).unwrap().is_some(), "A-{number}");
    }
}

/// Makes a test of each case for each sort.
macro_rules! contract {
    ($($case:ident),+ $(,)?) => {
        mod warc_files {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::warc()).await;
            })+
        }
        mod fixture_directories {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::fixtures()).await;
            })+
        }
    };
}

contract!(
    every_capture_comes_back_byte_for_byte,
    the_latest_committed_capture_counts,
    an_archive_that_is_opened_again_goes_on,
    many_workers_share_one,
);
