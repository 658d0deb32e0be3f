//! A frontier on disk: one thread owns the database, does what it is asked, and answers when the disk has it.
//!
//! - **Durable means synced.** `sled`'s own flush does not reach the platter: each round of calls ends with a flush and a
//!   `sync_data` on a descriptor of our own, and is answered after that. Whoever calls meanwhile shares the next round.
//! - **One thread, one owner.** Reads, too, go through it. Nothing changes between the reads and the write of a call,
//!   so that a transaction only has to write; inside one, any other access to the database would block for ever.
//! - **A store that failed once is not trusted.** What it holds in memory may not be what is on disk: every later call is
//!   refused until it is opened again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use self::tables::SledTables;
use super::FrontierError;
use super::desk::Desk;
use super::draft::change;
use super::record::damaged;
use super::recount::recount;
use super::rules;
use crate::clock::Clock;
use crate::domain::Timestamp;

mod mark;
mod tables;

/// How many calls share one sync of the disk, at most.
const ROUND_CALLS_MAX: usize = 256;

/// Keeps everything in a directory of its own. Close it before opening the directory again.
pub struct SledFrontier {
    calls: Sender<Call>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the owner of the database is asked.
enum Call {
    Work(Work),
    Close(oneshot::Sender<Result<(), FrontierError>>),
}

/// Something to do on the tables. The answer waits for the disk.
type Work = Box<dyn FnOnce(&mut SledTables, Timestamp) -> Answer + Send>;

/// Tells the caller how its call ended, with the fault of the disk where there was one.
type Answer = Box<dyn FnOnce(Option<&str>)>;

impl SledFrontier {
    /// Opens the store in a directory, or makes one there; reads and checks all of it. Blocks meanwhile.
    ///
    /// Leases that stand in it are ended: their holders are dead, since the store has one process at a time.
    ///
    /// # Errors
    /// `Damaged` where what is stored does not agree with itself, `Store` where it cannot be read or is in use.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, FrontierError> {
        let (calls, received) = mpsc::channel();
        let (opened, answer) = mpsc::channel();
        let dir = dir.to_owned();
        let thread = thread::Builder::new()
            .name("frontier".into())
            .spawn(move || {
                // The database panics on some damaged files.
                let tables = catch_unwind(AssertUnwindSafe(|| open_checked(&dir, clock.now())))
                    .unwrap_or_else(|panic| Err(damaged(panic_text(panic.as_ref()))));
                match tables {
                    Ok(tables) => {
                        drop(opened.send(Ok(())));
                        serve(tables, &received, clock.as_ref());
                    }
                    Err(error) => drop(opened.send(Err(error))),
                }
            })
            .map_err(|error| FrontierError::Store { detail: format!("no thread can be started: {error}") })?;
        answer.recv().map_err(|_| damaged("the database panicked"))??;
        Ok(Self { calls, thread: Mutex::new(Some(thread)) })
    }

    /// Waits for what was asked before, closes the database and lets go of its directory.
    ///
    /// # Errors
    /// `Store` where it was closed before or its thread failed.
    pub async fn close(&self) -> Result<(), FrontierError> {
        let (done, closed) = oneshot::channel();
        self.calls.send(Call::Close(done)).map_err(|_| gone())?;
        closed.await.map_err(|_| gone())??;
        // The thread has nothing left to do, so that this does not block.
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread.map_or(Ok(()), |thread| thread.join().map_err(|_| gone()))
    }

    /// Reads everything and compares it with the counts.
    ///
    /// # Errors
    /// `Damaged` where they differ.
    pub async fn verify(&self) -> Result<(), FrontierError> {
        self.run(|tables, _| recount(tables)).await
    }
}

impl Desk for SledFrontier {
    type Tables = SledTables;

    async fn run<V: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SledTables, Timestamp) -> Result<V, FrontierError> + Send + 'static,
    ) -> Result<V, FrontierError> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |tables, now| {
            let result = work(tables, now);
            Box::new(move |fault| {
                let fault = fault.map(|detail| FrontierError::Store { detail: detail.to_owned() });
                // Nobody waits any more where the caller was dropped.
                drop(answer.send(result.and_then(|value| fault.map_or(Ok(value), Err))));
            })
        });
        self.calls.send(Call::Work(work)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// Opens the database, checks it, and ends the leases of the dead.
fn open_checked(dir: &Path, now: Timestamp) -> Result<SledTables, FrontierError> {
    let mut tables = SledTables::open(dir)?;
    recount(&tables)?;
    change(&mut tables, |draft| rules::end_leases(draft, now))?;
    tables.sync_all()?;
    Ok(tables)
}

/// Does calls in rounds until it is told to close or nobody is left to call.
fn serve(mut tables: SledTables, calls: &Receiver<Call>, clock: &dyn Clock) {
    while let Ok(first) = calls.recv() {
        let mut answers = Vec::new();
        let mut closing = None;
        for call in std::iter::once(first).chain(calls.try_iter()).take(ROUND_CALLS_MAX) {
            match call {
                Call::Work(work) => match catch_unwind(AssertUnwindSafe(|| work(&mut tables, clock.now()))) {
                    Ok(answer) => answers.push(answer),
                    Err(panic) => tables.distrust(&panic_text(panic.as_ref())),
                },
                Call::Close(done) => {
                    closing = Some(done);
                    break;
                }
            }
        }
        tables.sync();
        for answer in answers {
            answer(tables.fault());
        }
        if let Some(done) = closing {
            let closed = tables.close().map_err(|error| FrontierError::Store { detail: error.to_string() });
            // Nobody waits any more where the caller was dropped.
            drop(done.send(closed));
            return;
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("the database panicked: {}", text.unwrap_or("without a word"))
}

fn gone() -> FrontierError {
    FrontierError::Store { detail: "it was closed, or its thread failed".into() }
}
