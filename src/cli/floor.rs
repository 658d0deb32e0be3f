//! Ends a crawl before the disk of its store is full: look-ups in flight end and are kept, and no new ones begin.
//!
//! A full disk is survived as well, but everything else on the machine suffers from it. The free space is looked at once
//! a second beside the crawl, so that neither a lease nor a commit waits for it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use clap::Args;
use tokio::task::JoinHandle;

use crate::config::Settings;
use crate::crawl::{CrawlError, Ending, Stop, Summary};
use crate::store::StoreDirectory;

use super::exit::{Exit, Failure};

/// The floor where nobody names one: 256 MiB.
const FLOOR_BYTES_DEFAULT: u64 = 256 << 20;

/// Units of size and their bytes.
const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("kB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// How much of the disk a crawl leaves alone.
#[derive(Debug, Default, Args)]
pub(super) struct FloorFlag {
    /// Stop when the disk of the store has less free space than this, as in `1GiB`; `0` lets it run full
    #[arg(long, env = "ANAFORA_DISK_FLOOR", value_name = "SIZE")]
    disk_floor: Option<String>,
}

/// The floor in bytes that flag, settings or default name; 0 is none.
pub(super) fn bytes(flag: &FloorFlag, settings: &Settings) -> Result<u64, Failure> {
    let named = flag.disk_floor.as_deref().or(settings.disk_floor.as_deref());
    named.map_or(Ok(FLOOR_BYTES_DEFAULT), size)
}

/// A size as people write it.
fn size(text: &str) -> Result<u64, Failure> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
    factor.zip(number.parse::<u64>().ok()).and_then(|(factor, number)| number.checked_mul(factor)).ok_or_else(
        || {
            let text = format!("`{text}` is not a size");
            Failure::new(Exit::Usage, text, "write it as in `256MiB` or `1GB`; `0` is no floor")
        },
    )
}

/// Looks at the free space while a crawl runs.
pub(super) struct Watch {
    floor: Option<Floor>,
    task: Option<JoinHandle<()>>,
}

/// The file system that is watched, and what was found once it had too little space.
#[derive(Clone)]
struct Floor {
    place: PathBuf,
    free_bytes_min: u64,
    low: Arc<OnceLock<u64>>,
}

impl Watch {
    /// Looks at nothing: nothing is written.
    pub(super) const fn none() -> Self {
        Self { floor: None, task: None }
    }

    /// Looks once now, which fails where there is too little already, and then once a second.
    pub(super) fn begin(
        store: Option<&StoreDirectory>,
        floor_bytes: u64,
        stop: &Stop,
    ) -> Result<Self, Failure> {
        let Some(store) = store.filter(|_| floor_bytes > 0) else {
            return Ok(Self::none());
        };
        let floor =
            Floor { place: store.path().to_owned(), free_bytes_min: floor_bytes, low: Arc::default() };
        floor.note(free_bytes(&floor.place)?);
        if let Some(error) = floor.shortage() {
            return Err(error.into());
        }
        let task = tokio::spawn(floor.clone().look(free_bytes, stop.clone()));
        Ok(Self { floor: Some(floor), task: Some(task) })
    }

    /// What the crawl came to: an end that this watch wished for is told as such.
    pub(super) fn judge(self, mut summary: Summary) -> Summary {
        if let Some(task) = self.task {
            task.abort();
        }
        let shortage = self.floor.and_then(|floor| floor.shortage());
        if let (Ending::Interrupted, Some(error)) = (&summary.ending, shortage) {
            summary.ending = Ending::Failed(error);
        }
        summary
    }
}

impl Floor {
    async fn look(self, free_bytes: impl Fn(&Path) -> io::Result<u64>, stop: Stop) {
        let mut again = tokio::time::interval(Duration::from_secs(1));
        while self.shortage().is_none() {
            again.tick().await;
            match free_bytes(&self.place) {
                Ok(free) => self.note(free),
                // A disk that cannot be asked may still be written; where it cannot, the store says so itself.
                Err(error) => tracing::debug!("the free space is unknown: {error}"),
            }
        }
        stop.soon();
    }

    fn note(&self, free_bytes: u64) {
        if free_bytes < self.free_bytes_min {
            self.low.get_or_init(|| free_bytes);
        }
    }

    fn shortage(&self) -> Option<CrawlError> {
        let directory = self.place.display().to_string();
        let floor_bytes = self.free_bytes_min;
        self.low.get().map(|free| CrawlError::DiskFloor { directory, free_bytes: *free, floor_bytes })
    }
}

/// What everybody may still write to the file system of a directory.
fn free_bytes(directory: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(directory)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::domain::Counts;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [("0", 0), ("17", 17), ("3kB", 3_000), ("256MiB", 256 << 20), ("1 GiB", 1 << 30)]
        {
            assert_eq!(size(text).unwrap(), bytes, "{text}");
        }
        for text in ["", "MiB", "-1", "1.5GiB", "1 parsec", "99999999999999999999", "18446744073709551615GiB"]
        {
            assert_eq!(size(text).unwrap_err().exit, Exit::Usage, "{text}");
        }
    }

    #[tokio::test]
    async fn a_crawl_with_a_store_and_a_floor_is_watched_to_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let store = StoreDirectory::create_or_open(&directory.path().join("store")).unwrap();
        let is_watched = |store, floor_bytes| {
            Watch::begin(store, floor_bytes, &Stop::default()).ok().map(|watch| watch.task.is_some())
        };
        assert_eq!(is_watched(Some(&store), 1), Some(true));
        assert_eq!(is_watched(Some(&store), 0), Some(false));
        assert_eq!(is_watched(None, 1), Some(false));
        assert_eq!(is_watched(Some(&store), u64::MAX), None, "there is too little already");
    }

    #[tokio::test(start_paused = true)]
    async fn a_crawl_is_asked_to_end_as_soon_as_the_disk_is_low() {
        let stop = Stop::default();
        let floor = Floor { place: "store".into(), free_bytes_min: 100, low: Arc::default() };
        let looks = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&looks);
        let shrinking = move |_: &Path| Ok(103 - counted.fetch_add(1, Ordering::Relaxed));
        let task = tokio::spawn(floor.clone().look(shrinking, stop.clone()));
        let asked = tokio::time::timeout(Duration::from_secs(60), stop.wished()).await;
        assert!(asked.is_ok(), "nobody asked it to end");
        task.await.unwrap();
        assert_eq!(looks.load(Ordering::Relaxed), 5, "100 bytes are enough, 99 are not");
        let judged = |ending| {
            let summary = Summary { ending, counts: Counts::default() };
            Watch { floor: Some(floor.clone()), task: None }.judge(summary).ending
        };
        let Ending::Failed(error) = judged(Ending::Interrupted) else { panic!("it was not told") };
        assert_eq!(error.to_string(), "the disk of `store` has 99 B left, and 100 B are to stay free");
        // A crawl that came to its end meanwhile needs no more space.
        assert!(matches!(judged(Ending::Drained), Ending::Drained));
    }
}
