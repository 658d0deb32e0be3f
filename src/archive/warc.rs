//! The archive of a durable crawl: WARC files, written by one thread that syncs once for all who wait.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::{fs, io};

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::commitment::{COMMITTED, Commitment};
use super::durable::{damaged, failed};
use super::warc_file::WarcWriter;
use super::{Archive, ArchiveError, Manifest};
use crate::clock::Clock;
use crate::domain::{Capture, DocumentId, PageRef, State};

/// From this length on, the next capture begins a new file.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// How many captures share one sync at most.
const SYNC_GROUP_MAX: usize = 64;

/// Appends captures to the WARC files of a directory. Opens it for itself: the store's lock keeps others out.
pub struct WarcArchive {
    directory: PathBuf,
    /// What the last file had noted when it was opened: to be told it again changes nothing.
    noted: HashMap<String, Commitment>,
    /// `None` only while the archive is dropped.
    orders: Option<mpsc::Sender<Order>>,
    writer: Option<JoinHandle<()>>,
}

/// What the writing thread is asked to do.
enum Order {
    Keep(Capture, Answer<PageRef>),
    Note(Commitment, Answer<()>),
}

type Answer<T> = oneshot::Sender<Result<T, ArchiveError>>;

impl WarcArchive {
    /// Holds the files of a directory against where the captures end that commits point to, by file. To be asked before
    /// the archive is opened, which begins a file anew where there is none and cuts off what a crash tore.
    ///
    /// # Errors
    ///
    /// `Damaged` where a file is gone or too short.
    pub fn check_holds(directory: &Path, ends: &BTreeMap<String, u64>) -> Result<(), ArchiveError> {
        for (file, end) in ends {
            let path = directory.join(file);
            match fs::metadata(&path) {
                Ok(metadata) if metadata.len() >= *end => {}
                Ok(metadata) => {
                    let detail =
                        format!("it has {} bytes, and there are commits to the first {end}", metadata.len());
                    return Err(damaged(&path, detail));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(damaged(&path, "it is gone, and there are commits to its pages"));
                }
                Err(error) => return Err(failed("reading", &path)(error)),
            }
        }
        Ok(())
    }

    /// Goes on with the archive in a directory, or begins one. The manifest itself is not written here.
    ///
    /// Reads the last file whole. What a crash tore off its end is cut off, with a warning.
    ///
    /// # Errors
    ///
    /// `Damaged` where something before that end is broken; nothing is changed then.
    pub fn open(directory: &Path, manifest: Manifest, clock: Arc<dyn Clock>) -> Result<Self, ArchiveError> {
        Self::open_with_files_of(FILE_BYTES_MAX, directory, manifest, clock)
    }

    pub(super) fn open_with_files_of(
        file_bytes_max: u64,
        directory: &Path,
        manifest: Manifest,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ArchiveError> {
        let mut writer = WarcWriter::open(directory, manifest, clock, file_bytes_max)?;
        let noted = writer.take_noted();
        let (orders, received) = mpsc::channel(SYNC_GROUP_MAX);
        let thread = std::thread::Builder::new().name("archive".to_owned());
        let thread = thread.spawn(move || serve(writer, received)).map_err(failed("writing", directory))?;
        Ok(Self { directory: directory.to_owned(), noted, orders: Some(orders), writer: Some(thread) })
    }

    async fn ask<T>(&self, order: impl FnOnce(Answer<T>) -> Order) -> Result<T, ArchiveError> {
        let (answer, answered) = oneshot::channel();
        if let Some(orders) = &self.orders
            && orders.send(order(answer)).await.is_ok()
            && let Ok(result) = answered.await
        {
            return result;
        }
        Err(failed("writing", &self.directory)(io::Error::other("the thread that writes it has ended")))
    }
}

#[async_trait]
impl Archive for WarcArchive {
    async fn keep(&self, capture: &Capture) -> Result<PageRef, ArchiveError> {
        self.ask(|answer| Order::Keep(capture.clone(), answer)).await
    }

    async fn committed(&self, id: &DocumentId, page: &PageRef, state: State) -> Result<(), ArchiveError> {
        let commitment = Commitment { id: id.as_str().to_owned(), state, page: page.clone() };
        if self.noted.get(id.as_str()) == Some(&commitment) {
            return Ok(());
        }
        self.ask(|answer| Order::Note(commitment, answer)).await
    }
}

impl Drop for WarcArchive {
    /// Waits for the thread, so that nothing is written once the archive is gone.
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(Err(_)) = self.writer.take().map(JoinHandle::join) {
            tracing::error!("the thread that writes the archive panicked");
        }
    }
}

/// Carries out orders until nobody can give any. Captures that wait together are synced together.
fn serve(mut writer: WarcWriter, mut orders: mpsc::Receiver<Order>) {
    while let Some(first) = orders.blocking_recv() {
        let mut unsynced = Vec::new();
        let mut next = Some(first);
        while let Some(order) = next {
            carry_out(&mut writer, order, &mut unsynced);
            next = if unsynced.len() < SYNC_GROUP_MAX { orders.try_recv().ok() } else { None };
        }
        if unsynced.is_empty() {
            continue;
        }
        let synced = writer.sync();
        for (answer, page) in unsynced {
            let answer_of = synced.as_ref().map(|()| page).map_err(told_again);
            // Whoever asked may have given up: the capture then stays without a commit.
            drop(answer.send(answer_of));
        }
    }
    // The last notes wait for no capture to be synced with.
    if let Err(error) = writer.sync() {
        tracing::warn!(%error, "the archive could not be synced at its end");
    }
}

/// The same error for one more of those who wait.
fn told_again(error: &ArchiveError) -> ArchiveError {
    match error {
        ArchiveError::Io { action, file, source } => {
            let source = io::Error::new(source.kind(), source.to_string());
            ArchiveError::Io { action, file: file.clone(), source }
        }
        error => failed("syncing", Path::new("archive"))(io::Error::other(error.to_string())),
    }
}

fn carry_out(writer: &mut WarcWriter, order: Order, unsynced: &mut Vec<(Answer<PageRef>, PageRef)>) {
    match order {
        Order::Keep(capture, answer) => match writer.keep(&capture) {
            Ok(page) => unsynced.push((answer, page)),
            Err(error) => drop(answer.send(Err(error))),
        },
        Order::Note(commitment, answer) => {
            let target = format!("{COMMITTED}{}", Uuid::new_v4());
            let noted = serde_json::to_vec(&commitment)
                .map_err(|error| failed("writing", Path::new(&commitment.id))(io::Error::other(error)))
                .and_then(|json| writer.note(&target, &json));
            drop(answer.send(noted));
        }
    }
}
