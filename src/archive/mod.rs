//! The pages as they were: written before the commit that points to them, read by replays and viewers.

mod address;
mod commitment;
#[cfg(test)]
mod contract;
mod description;
mod durable;
mod expected;
mod fixtures;
mod kept;
mod manifest;
mod recording;
mod salvage;
mod tee;
mod viewer_copy;
mod warc;
mod warc_capture;
mod warc_dates;
mod warc_file;
mod warc_pages;
mod warc_read;
mod warc_record;
mod warc_scan;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::domain::{Bounds, Capture, Digest, DocumentId, PageRef, State};

pub use fixtures::FixtureDir;
pub use kept::{Kept, copy_pages};
pub use manifest::MANIFEST_FILE;
pub use recording::{ARCHIVE_FOLDER, open_recording};
pub use salvage::Salvage;
pub use tee::Tee;
pub use warc::WarcArchive;
pub use warc_pages::{Survey, WarcPages};
pub use warc_read::WarcRecording;

/// Keeps pages.
#[async_trait]
pub trait Archive: Send + Sync {
    /// Keeps a capture; where the archive is durable, its bytes are on disk when this returns.
    async fn keep(&self, capture: &Capture) -> Result<PageRef, ArchiveError>;

    /// Notes that a commit points to a kept capture, so that a replay skips those without one.
    async fn committed(&self, id: &DocumentId, page: &PageRef, state: State) -> Result<(), ArchiveError>;
}

/// Finds kept pages again.
pub trait Recording: Send + Sync {
    /// What the recorded crawl was asked to do.
    fn manifest(&self) -> &Manifest;

    /// The latest committed capture of an ID. Blocks while it reads.
    ///
    /// # Errors
    ///
    /// Where the capture is there but cannot be read, or is not what was kept.
    fn find(&self, id: &str) -> Result<Option<Capture>, ArchiveError>;
}

/// What a recorded crawl was asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the manifest's form; 1.
    pub v: u32,
    /// The profile's name.
    pub profile: String,
    /// The digest of the profile's text.
    pub profile_digest: Digest,
    /// Where the crawl began, in order, canonical.
    pub seeds: Vec<String>,
    /// How far it went.
    pub bounds: Bounds,
    /// The address that was crawled in place of the profile's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The delay that was kept in place of the profile's own, as people write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
    /// How often a day the portal may be made to work, in place of the profile's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_day: Option<u32>,
}

/// Why an archive did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file could not be read or written.
    #[error("{action} `{file}` failed")]
    Io {
        /// What was tried, as in `writing`.
        action: &'static str,
        /// The file.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// What is stored does not agree with itself.
    #[error("`{file}` is damaged: {detail}")]
    Damaged {
        /// The file.
        file: String,
        /// What was found.
        detail: String,
    },
    /// A directory holds no recorded crawl, or that of another portal.
    #[error("`{directory}` cannot be used as a recording: {detail}")]
    NotARecording {
        /// The directory.
        directory: String,
        /// What is missing or in the way.
        detail: String,
    },
}

/// Keeps nothing but the digest: for crawls whose only product is the output.
#[derive(Clone, Copy, Debug, Default)]
pub struct Discard;

#[async_trait]
impl Archive for Discard {
    async fn keep(&self, capture: &Capture) -> Result<PageRef, ArchiveError> {
        Ok(PageRef { digest: capture.digest(), archive: None })
    }

    async fn committed(&self, _: &DocumentId, _: &PageRef, _: State) -> Result<(), ArchiveError> {
        Ok(())
    }
}
