//! Nothing that was acknowledged is lost when the power goes.
//!
//! A child process commits with eight workers while a small library in front of libc writes down everything it does to its files.
//! Then the power is cut at random places of that log, and what a disk would still hold is opened and read. Cuts lie
//! after the first opening of the store: making one is not a promise.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says by a panic what is wrong"
)]

#[path = "power_cut/disk.rs"]
mod disk;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anafora::clock::SystemClock;
use anafora::domain::{
    Bounds, Cause, Digest, Document, DocumentId, Field, Intent, Outcome, PageRef, Reference, State,
    Timestamp, Value, WorkerId,
};
use anafora::frontier::{Documents, Frontier, Next, SledFrontier};

use self::disk::{Disk, Record, read_log};

const DOCUMENTS: u64 = 240;
const WORKERS: usize = 8;

/// The file in which the child notes what was acknowledged, below the watched directory and so in the log.
const ACKNOWLEDGED: &str = "acknowledged";

#[test]
fn acknowledged_commits_survive_a_power_cut() {
    let run = watched_run("kept");
    let faults = cut_and_open(&run, cuts());
    assert!(faults.is_empty(), "{} of {} cuts:\n{}", faults.len(), cuts(), faults.join("\n"));
}

#[test]
fn without_its_data_syncs_the_store_loses_acknowledged_commits() {
    let run = watched_run("ignored");
    let faults = cut_and_open(&run, cuts());
    // Without a sync nearly every cut loses something; one that does not is good luck.
    assert!(2 * faults.len() as u64 > cuts(), "only {} of {} cuts lost anything", faults.len(), cuts());
}

#[test]
fn a_store_whose_disk_fails_gives_leases_back_and_is_not_trusted_any_more() {
    let dir = tempfile::tempdir().unwrap();
    watch(&dir, "the_process_whose_disk_fails", "failing");
}

/// Not a test: what the watched process does while its disk fails.
#[tokio::test]
#[ignore = "run by the test above, in a process of its own"]
async fn the_process_whose_disk_fails() {
    let watched = PathBuf::from(std::env::var("POWER_CUT_WATCH").unwrap());
    let frontier = open(&watched).unwrap();
    frontier.reopen(&Bounds { routed: BTreeSet::from(["a".to_owned()]), ..Bounds::default() }).await.unwrap();
    frontier.enqueue(&[id(0), id(1)]).await.unwrap();
    let worker = WorkerId("w".into());
    let Next::Leased(lease) = frontier.lease(&worker, Duration::from_secs(60)).await.unwrap() else {
        panic!("000000 was in line");
    };
    File::create(watched.join("broken")).unwrap();
    let document = || Outcome::Stored(Box::new(document(0)));
    let error = frontier.commit(lease, document()).await.unwrap_err();
    assert!(error.to_string().starts_with("the store failed: syncing `db` failed: "), "{error}");
    let lease = error.lease.unwrap();
    assert_eq!(lease.id, id(0));
    // Its sync would work again, but what the failed one left out is unknown.
    assert!(frontier.lease(&worker, Duration::from_secs(60)).await.is_err());
    assert!(frontier.commit(lease, document()).await.unwrap_err().lease.is_some());
    assert!(frontier.counts().await.is_err());
    frontier.close().await.unwrap();
}

/// Not a test: what the watched process does.
#[tokio::test]
#[ignore = "run by the tests above, in a process of its own"]
async fn the_process_that_commits() {
    let watched = PathBuf::from(std::env::var("POWER_CUT_WATCH").unwrap());
    let mut noted = File::create(watched.join(ACKNOWLEDGED)).unwrap();
    let frontier = open(&watched).unwrap();
    writeln!(noted, "opened").unwrap();
    let routed = BTreeSet::from(["a".to_owned()]);
    frontier.reopen(&Bounds { routed, ..Bounds::default() }).await.unwrap();
    frontier.enqueue(&[id(0)]).await.unwrap();
    let noted = Arc::new(Mutex::new(noted));
    work(frontier, DOCUMENTS / 2, &noted).await;
    // A second opening writes and removes snapshots.
    work(open(&watched).unwrap(), DOCUMENTS, &noted).await;
}

/// Commits with several workers until this many IDs are known to be done.
async fn work(frontier: SledFrontier, until: u64, noted: &Arc<Mutex<File>>) {
    let frontier = Arc::new(frontier);
    let workers = (0..WORKERS).map(|_| {
        let (frontier, noted) = (frontier.clone(), noted.clone());
        tokio::spawn(async move {
            loop {
                let counts = frontier.counts().await.unwrap();
                if counts.stored + counts.absent + counts.dead >= until {
                    return;
                }
                match frontier.lease(&WorkerId("w".into()), Duration::from_secs(60)).await.unwrap() {
                    Next::Drained => return,
                    Next::Empty { .. } => tokio::task::yield_now().await,
                    Next::Leased(lease) => {
                        let text = lease.id.as_str().to_owned();
                        let outcome = outcome(number(&text), lease.attempt);
                        let note = format!("{text} {}\n", state(&outcome));
                        frontier.commit(lease, outcome).await.unwrap();
                        noted.lock().unwrap().write_all(note.as_bytes()).unwrap();
                    }
                }
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    frontier.close().await.unwrap();
}

fn open(watched: &Path) -> Result<SledFrontier, anafora::frontier::FrontierError> {
    SledFrontier::open(&watched.join("frontier"), Arc::new(SystemClock))
}

/// A log, the directory that it is about, and what holds both.
struct Run {
    records: Vec<Record>,
    watched: PathBuf,
    dir: tempfile::TempDir,
}

/// Runs the process that commits, and reads what it did.
fn watched_run(data_sync: &str) -> Run {
    let dir = tempfile::tempdir().unwrap();
    let (watched, log) = watch(&dir, "the_process_that_commits", data_sync);
    let records = read_log(&log);
    let done = acknowledged(&records, &watched).len() as u64;
    assert!(done > DOCUMENTS, "only {done} acknowledgements are in the log");
    Run { records, watched, dir }
}

/// Runs one of the processes behind the library that watches it; returns the directory and the log.
fn watch(dir: &tempfile::TempDir, process: &str, data_sync: &str) -> (PathBuf, PathBuf) {
    let root = dir.path().canonicalize().unwrap();
    let (watched, log, library) = (root.join("watched"), root.join("log"), root.join("shim.so"));
    fs::create_dir(&watched).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power_cut/shim.c");
    let compiled = Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .args(["-ldl", "-lpthread"])
        .status()
        .unwrap_or_else(|error| panic!("a C compiler is needed, as in `apt install gcc`: {error}"));
    assert!(compiled.success(), "the library does not compile");
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", process])
        .env("LD_PRELOAD", &library)
        .env("POWER_CUT_WATCH", &watched)
        .env("POWER_CUT_LOG", &log)
        .env("POWER_CUT_DATA_SYNC", data_sync)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    (watched, log)
}

/// Cuts the power this often; returns what was wrong after each cut that was not fine.
fn cut_and_open(run: &Run, cuts: u64) -> Vec<String> {
    let note = run.watched.join(ACKNOWLEDGED).to_string_lossy().into_owned();
    let opened =
        run.records.iter().position(|record| record.letter == b'W' && record.path == note).unwrap() + 1;
    let mut faults = Vec::new();
    for seed in 0..cuts {
        let mut dice = Dice(seed);
        let span = u64::try_from(run.records.len() - opened).unwrap();
        let at = opened + usize::try_from(dice.below(span + 1)).unwrap();
        let kept_tenths = [0, 5, 9][usize::try_from(seed % 3).unwrap()];
        let mut disk = Disk::default();
        for record in &run.records[..at] {
            disk.play(record);
        }
        let left = run.dir.path().join(format!("cut-{seed}"));
        disk.cut(&run.watched, &left, kept_tenths, &mut dice);
        if let Err(fault) = check(&left, &acknowledged(&run.records[..at], &run.watched)) {
            faults.push(format!("cut {seed} at record {at}, {kept_tenths}/10 of the blocks kept: {fault}"));
        }
        fs::remove_dir_all(&left).unwrap();
    }
    faults
}

/// The notes that the process had written.
fn acknowledged(records: &[Record], watched: &Path) -> Vec<String> {
    let note = watched.join(ACKNOWLEDGED).to_string_lossy().into_owned();
    let written = records.iter().filter(|record| record.letter == b'W' && record.path == note);
    let text: Vec<u8> = written.flat_map(|record| record.data.clone()).collect();
    String::from_utf8(text).unwrap().lines().skip(1).map(str::to_owned).collect()
}

/// Opens what is left, which counts everything anew, and looks for all that was acknowledged.
fn check(left: &Path, acknowledged: &[String]) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let frontier = open(left).map_err(|error| error.to_string())?;
        let mut lost = Vec::new();
        for note in acknowledged {
            let (text, state) = note.split_once(' ').unwrap();
            let entry = frontier.entry(text).await.map_err(|error| error.to_string())?;
            let document = frontier.document(text).await.map_err(|error| error.to_string())?;
            // Whatever was only put off may be done by now.
            let is_kept = match entry {
                None => false,
                Some(entry) if state == "delayed" => entry.attempts > 0,
                Some(_) if state == "stored" => document == Some(self::document(number(text))),
                Some(entry) => entry.state.to_string() == state,
            };
            if !is_kept {
                lost.push(note.as_str());
            }
        }
        frontier.close().await.map_err(|error| error.to_string())?;
        if lost.is_empty() { Ok(()) } else { Err(format!("{} were lost: {}", lost.len(), lost.join(", "))) }
    })
}

/// What the look-up of a document brings: always the same for one document and attempt.
fn outcome(number: u64, attempt: NonZeroU32) -> Outcome {
    let page = PageRef { digest: Digest::of(&number.to_be_bytes()), archive: None };
    match number % 10 {
        3 => Outcome::Absent { evidence: page },
        4 => Outcome::Dead { cause: Cause::Ambiguous { rows: number } },
        5 if attempt.get() == 1 => Outcome::Retry { after: Duration::ZERO, cause: Cause::SessionLost },
        _ => Outcome::Stored(Box::new(document(number))),
    }
}

fn state(outcome: &Outcome) -> State {
    match outcome {
        Outcome::Stored(_) => State::Stored,
        Outcome::Absent { .. } => State::Absent,
        Outcome::Retry { .. } | Outcome::Postponed { .. } => State::Delayed,
        Outcome::Dead { .. } => State::Dead,
        Outcome::Release => State::Queued,
    }
}

/// Every eighth document has a field of some 40 KB.
fn document(number: u64) -> Document {
    let words = if number.is_multiple_of(8) { 4_000 } else { 40 };
    let words: Vec<_> = (0..words).map(|word| format!("{:09}", number * 7_919 + word)).collect();
    let text = words.join(" ");
    Document {
        id: id(number),
        route: "form".into(),
        captured_at: Timestamp::from_millis(number),
        page: PageRef { digest: Digest::of(&number.to_be_bytes()), archive: None },
        fields: vec![Field { name: "text".into(), value: Value::Text(text) }],
        references: (1..=4)
            .map(|step| reference(number * 3 + step))
            .filter(|one| one.target != id(number))
            .collect(),
        warnings: Vec::new(),
    }
}

fn reference(target: u64) -> Reference {
    Reference {
        target: id(target),
        relation: "next".into(),
        part: "detail".into(),
        offset: 0,
        evidence: format!("it names {target}"),
        written: target.to_string(),
        intent: Intent::Follow,
    }
}

fn id(number: u64) -> DocumentId {
    DocumentId::from_canonical(format!("{number:06}"), "test", "a")
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

/// How often the power is cut.
fn cuts() -> u64 {
    std::env::var("ANAFORA_POWER_CUTS").map_or(40, |count| count.parse().unwrap())
}

/// Random numbers that a seed repeats.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
