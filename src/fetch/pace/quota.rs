//! How many turns there may be on one day, counted durably before each is taken.
//!
//! The count is on disk before the portal is asked, so that a process that dies has counted one request too many at the
//! most, never one too few. Days are those of UTC.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::domain::Timestamp;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// The version of the file's form.
const VERSION: u32 = 1;

/// The turns of a day.
pub struct Quota {
    requests_max: u32,
    clock: Arc<dyn Clock>,
    /// Where the count outlives us; nowhere for a crawl that keeps nothing.
    file: Option<PathBuf>,
    today: Mutex<Today>,
    /// Whether somebody was told that the count cannot be kept.
    is_forgetful: AtomicBool,
}

/// What is counted of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Today {
    v: u32,
    /// As in `2026-11-22`.
    day: String,
    requests: u32,
}

/// Nothing is left of this day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UsedUp {
    pub(super) requests_max: u32,
    /// When the next day begins.
    pub(super) until: Timestamp,
}

/// An earlier count cannot be read, and nobody can tell what is left of the day.
#[derive(Debug, thiserror::Error)]
#[error("the count of today's requests in `{}` cannot be read", path.display())]
pub struct QuotaError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub source: io::Error,
}

impl Quota {
    /// A quota whose count ends with the process.
    #[must_use]
    pub fn in_memory(requests_max: u32, clock: Arc<dyn Clock>) -> Self {
        let today = Mutex::new(Today::of(clock.now()));
        Self { requests_max, clock, file: None, today, is_forgetful: AtomicBool::new(false) }
    }

    /// A quota that goes on counting where an earlier process stopped.
    ///
    /// # Errors
    /// Where there is a count that cannot be read.
    pub fn in_file(requests_max: u32, path: PathBuf, clock: Arc<dyn Clock>) -> Result<Self, QuotaError> {
        let today = match read(&path) {
            Ok(earlier) => earlier.unwrap_or_else(|| Today::of(clock.now())),
            Err(source) => return Err(QuotaError { path, source }),
        };
        let (today, is_forgetful) = (Mutex::new(today), AtomicBool::new(false));
        Ok(Self { requests_max, clock, file: Some(path), today, is_forgetful })
    }

    /// Counts a turn, if one is left of this day. It is on disk when this returns.
    pub(super) async fn take(&self) -> Result<(), UsedUp> {
        let now = self.clock.now();
        let mut today = self.today.lock().await;
        today.go_on(now);
        if today.requests >= self.requests_max {
            let until = Timestamp::from_millis((now.as_millis() / DAY_MS + 1) * DAY_MS);
            return Err(UsedUp { requests_max: self.requests_max, until });
        }
        today.requests += 1;
        if let Some(path) = &self.file {
            let (path, counted) = (path.clone(), today.clone());
            let written = tokio::task::spawn_blocking(move || write(&path, &counted)).await;
            if let Err(error) = written.map_err(io::Error::other).flatten()
                && !self.is_forgetful.swap(true, Ordering::Relaxed)
            {
                tracing::warn!(
                    "the count of today's requests cannot be kept and ends with this process: {error}"
                );
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Quota {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Quota").field("requests_max", &self.requests_max).finish_non_exhaustive()
    }
}

impl Today {
    /// Begins a new day where one has come. A clock that goes back begins none: what was counted stays counted. One that was
    /// ahead by more than a day was wrong, and is not waited for.
    fn go_on(&mut self, now: Timestamp) {
        let fresh = Self::of(now);
        let tomorrow = Self::of(Timestamp::from_millis(now.as_millis().saturating_add(DAY_MS)));
        if fresh.day > self.day {
            *self = fresh;
        } else if self.day > tomorrow.day {
            self.day = fresh.day;
        }
    }

    fn of(moment: Timestamp) -> Self {
        let shown = moment.to_string();
        let day = shown.split('T').next().unwrap_or_default().to_owned();
        Self { v: VERSION, day, requests: 0 }
    }
}

fn read(path: &Path) -> io::Result<Option<Today>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let today: Today = serde_json::from_slice(&bytes)?;
    if today.v == VERSION {
        return Ok(Some(today));
    }
    Err(io::Error::other(format!("it has form {}, this anafora reads {VERSION}", today.v)))
}

/// Writes the count so that a power cut leaves the old one or the new one.
fn write(path: &Path, today: &Today) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut file = File::create(&unfinished)?;
    file.write_all(&serde_json::to_vec(today)?)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::ManualClock;

    /// An hour before midnight.
    fn late() -> ManualClock {
        ManualClock::at("2026-11-22T23:00:00Z".parse().unwrap())
    }

    #[tokio::test]
    async fn a_day_has_so_many_turns_and_the_next_one_as_many_again() {
        let clock = late();
        let quota = Quota::in_memory(2, Arc::new(clock.clone()));
        let until = "2026-11-23T00:00:00Z".parse().unwrap();
        assert_eq!(quota.take().await, Ok(()));
        assert_eq!(quota.take().await, Ok(()));
        assert_eq!(quota.take().await, Err(UsedUp { requests_max: 2, until }));
        clock.advance(Duration::from_secs(3599));
        assert_eq!(quota.take().await, Err(UsedUp { requests_max: 2, until }));
        clock.advance(Duration::from_secs(1));
        assert_eq!(quota.take().await, Ok(()));
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_turns_back() {
        let counted = |day: &str| Today { v: VERSION, day: day.into(), requests: 7 };
        for (day, then, requests) in [
            ("2026-11-22", "2026-11-22", 7),
            ("2026-11-21", "2026-11-22", 0),
            ("2025-12-31", "2026-11-22", 0),
            ("2026-11-23", "2026-11-23", 7),
            ("2026-11-24", "2026-11-22", 7),
            ("2099-01-01", "2026-11-22", 7),
        ] {
            let mut today = counted(day);
            today.go_on(late().now());
            assert_eq!((today.day.as_str(), today.requests), (then, requests), "{day}");
        }
    }

    #[tokio::test]
    async fn each_turn_is_in_the_file_before_it_is_taken() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("quota.json");
        let clock = late();
        let open = || Quota::in_file(3, path.clone(), Arc::new(clock.clone())).unwrap();
        for turn in 1..=3 {
            // Dropped without a word after each turn, as by `kill -9`.
            assert_eq!(open().take().await, Ok(()), "turn {turn}");
        }
        assert!(open().take().await.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), r#"{"v":1,"day":"2026-11-22","requests":3}"#);
        clock.advance(Duration::from_secs(3600));
        assert_eq!(open().take().await, Ok(()), "the next day");
        assert_eq!(fs::read_to_string(&path).unwrap(), r#"{"v":1,"day":"2026-11-23","requests":1}"#);
    }

    #[test]
    fn a_count_that_cannot_be_read_is_not_taken_for_none() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("quota.json");
        for text in ["", "{}", r#"{"v":2,"day":"2026-11-22","requests":3}"#] {
            fs::write(&path, text).unwrap();
            let error = Quota::in_file(3, path.clone(), Arc::new(late())).unwrap_err().to_string();
            assert!(error.ends_with("quota.json` cannot be read"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_count_that_cannot_be_written_still_counts() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("none/quota.json");
        let quota = Quota::in_file(1, path, Arc::new(late())).unwrap();
        assert_eq!(quota.take().await, Ok(()));
        assert!(quota.take().await.is_err());
    }
}
