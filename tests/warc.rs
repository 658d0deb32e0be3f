//! Holds the WARC files of a crawl against a reader that others wrote, `warcio`, and the check against planted faults.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use anafora::archive::{Archive as _, Manifest, WarcArchive};
use anafora::clock::ManualClock;
use anafora::domain::{Capture, Digest, DocumentId, Part, State, Timestamp, Trace, Verdict};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// The captures below: a file's first record; for each its description and its commit; for each page two records, for
/// each other part one.
const RECORDS: usize = 1 + 4 * 2 + 5 * 2 + 2;

fn python() -> String {
    std::env::var("ANAFORA_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn run(arguments: &[&str]) -> Output {
    let python = python();
    let output = Command::new(&python).args(arguments).output();
    output.unwrap_or_else(|error| panic!("`{python}` does not start: {error}\nhint: apt install python3"))
}

/// The faults that the check finds in a file with these bytes.
fn faults(bytes: &[u8]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("checked.warc.gz");
    fs::write(&file, bytes).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check_warc.py");
    let output = run(&[script, file.to_str().unwrap(), &RECORDS.to_string()]);
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.success(), found.is_empty(), "the check itself failed: {found}{said}");
    found
}

fn require_warcio() {
    let output = run(&["-c", "import warcio"]);
    let python = python();
    assert!(
        output.status.success(),
        "`{python}` has no warcio, without which nothing shows that others can read the archive\n\
         hint: python3 -m venv tests-venv && tests-venv/bin/pip install warcio, \
         then set ANAFORA_TEST_PYTHON=tests-venv/bin/python3"
    );
}

fn part(name: &str, media_type: &str, bytes: &[u8]) -> Part {
    let url = "https://portal.example/search.htm?execution=e1s4".to_owned();
    Part { name: name.to_owned(), url, media_type: media_type.to_owned(), bytes: bytes.into() }
}

fn captures() -> Vec<Capture> {
    let page = "<html><body onload=\"go()\"><script>go()</script>Ποσό 1.234,56 €</body></html>".as_bytes();
    let detail = part("detail", "text/html", page);
    let lines = part("Γραμμές", "text/html; charset=utf-8", b"");
    let service = part("service", "application/json", b"{\"content\":[]}");
    let file = part("file", "application/pdf", &[0, 13, 10, 13, 10, 159, 255]);
    let of = |id: &str, marker: Option<Verdict>, parts: Vec<Part>| Capture {
        id: DocumentId::from_canonical(id, "adam", "payment"),
        route: "form".to_owned(),
        captured_at: Timestamp::from_millis(1_795_371_120_042),
        parts,
        marker,
        row_id: None,
        passed_over: Vec::new(),
        trace: vec![Trace { step: "click".to_owned(), matched: None, elapsed_ms: 7 }],
    };
    vec![
        of("14PAY000123456", None, vec![detail.clone(), lines, service, file]),
        of("ΒΛ3ΖΩΗ8-Χ4Ω", None, vec![detail.clone()]),
        of("A/1 \"?#%", Some(Verdict::Absent), vec![detail.clone()]),
        of("14PAY000123456", None, vec![detail]),
    ]
}

/// The one WARC file of an archive with all captures in it.
async fn written(directory: &Path) -> Vec<u8> {
    let manifest = Manifest::new("demo", Digest::of(b"profile"));
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_795_371_130_000)));
    let archive = WarcArchive::open(directory, manifest, clock).unwrap();
    for capture in captures() {
        let page = archive.keep(&capture).await.unwrap();
        archive.committed(&capture.id, &page, State::Stored).await.unwrap();
    }
    fs::read(directory.join("anafora-00001.warc.gz")).unwrap()
}

/// The members of a file, inflated.
fn members(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let mut content = Vec::new();
        GzDecoder::new(&mut bytes).read_to_end(&mut content).unwrap();
        found.push(content);
    }
    found
}

fn deflated(members: &[Vec<u8>]) -> Vec<u8> {
    let deflate = |content: &Vec<u8>| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    };
    members.iter().flat_map(deflate).collect()
}

fn replaced(content: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let position = content.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    let mut changed = content.to_vec();
    changed[position..position + to.len()].copy_from_slice(to.as_bytes());
    changed
}

#[tokio::test]
async fn another_reader_finds_every_record_whole() {
    require_warcio();
    let directory = tempfile::tempdir().unwrap();
    let bytes = written(directory.path()).await;
    assert_eq!(faults(&bytes), "");
    assert_eq!(faults(&deflated(&members(&bytes))), "");
}

#[tokio::test]
async fn the_check_finds_planted_faults() {
    require_warcio();
    let directory = tempfile::tempdir().unwrap();
    let bytes = written(directory.path()).await;
    let whole = members(&bytes);
    let check = |fault: &str, bytes: &[u8], expected: &str| {
        let found = faults(bytes);
        assert!(found.contains(expected), "{fault}: {found:?} does not say {expected:?}");
    };
    let planted = |plant: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut changed = whole.clone();
        plant(&mut changed);
        deflated(&changed)
    };
    let last = whole.len() - 1;

    check("a torn end", &bytes[..bytes.len() - 1], "torn");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    check("a flipped byte", &flipped, "reading stopped");
    let no_end = planted(&|members| drop(members.pop()));
    check("a record that is missing at the end", &no_end, "were expected");
    let changed = planted(&|members| members[3] = replaced(&members[3], "1.234,56", "9.234,56"));
    check("a changed amount", &changed, "digest does not hold");
    let shared = planted(&|members| {
        let next = members.remove(last);
        members[last - 1].extend(next);
    });
    check("two records in a member", &shared, "shares its gzip member");
    let headless = planted(&|members| drop(members.remove(0)));
    check("no first record", &headless, "which is not in the file");
    let without_raw = planted(&|members| drop(members.remove(3)));
    check("no untouched bytes", &without_raw, "part detail is not in the file");
    let twice = planted(&|members| members.push(members[last].clone()));
    check("a record written twice", &twice, "has the name of another record");
    let same_second = planted(&|members| {
        for member in &mut members[last - 3..last] {
            *member = replaced(member, "T18:12:01Z", "T18:12:00Z");
        }
    });
    check("two captures in one second", &same_second, "in one second");
    let old = planted(&|members| members[1] = replaced(&members[1], "WARC/1.1", "WARC/1.0"));
    check("another version", &old, "is of version");
    let no_digest =
        planted(&|members| members[1] = replaced(&members[1], "WARC-Block-Digest", "WARC-Block-Digess"));
    check("no digest", &no_digest, "has no WARC-Block-Digest");
}
