//! Answers look-ups from a recorded crawl: no browser, no network.

use std::sync::Arc;

use async_trait::async_trait;

use super::{FetchError, Fetcher, Target};
use crate::archive::{ArchiveError, Recording};
use crate::domain::Capture;

/// A fetcher that brings the latest committed capture of each document.
pub struct ReplayFetcher {
    recording: Arc<dyn Recording>,
}

impl ReplayFetcher {
    /// Several fetchers may share a recording.
    #[must_use]
    pub fn new(recording: Arc<dyn Recording>) -> Self {
        Self { recording }
    }
}

#[async_trait]
impl Fetcher for ReplayFetcher {
    async fn fetch(&mut self, target: &Target) -> Result<Capture, FetchError> {
        let recording = Arc::clone(&self.recording);
        let id = target.id.clone();
        let found = tokio::task::spawn_blocking(move || recording.find(id.as_str())).await;
        let found = found.map_err(|error| ArchiveError::Io {
            action: "reading",
            file: target.id.to_string(),
            source: std::io::Error::other(error),
        })?;
        found?.ok_or(FetchError::NotRecorded)
    }

    async fn close(self: Box<Self>) -> Result<(), FetchError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::archive::{Archive as _, FixtureDir, Manifest};
    use crate::domain::{Digest, DocumentId, Part, State, Timestamp, Verdict};

    fn target(id: &str) -> Target {
        Target { id: DocumentId::from_canonical(id, "adam", "payment"), variables: BTreeMap::new() }
    }

    #[tokio::test]
    async fn a_replay_brings_what_was_recorded_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let manifest = Manifest::new("demo", Digest::of(b"profile"));
        let fixtures = FixtureDir::create(directory.path(), manifest).unwrap();
        let capture = Capture {
            id: target("14PAY000000404").id,
            route: "form".to_owned(),
            captured_at: Timestamp::from_millis(1),
            parts: vec![Part {
                name: "detail".to_owned(),
                url: "https://portal.example/".to_owned(),
                media_type: "text/html".to_owned(),
                bytes: b"none found".as_slice().into(),
            }],
            marker: Some(Verdict::Absent),
            row_id: None,
            passed_over: Vec::new(),
            trace: Vec::new(),
        };
        let page = fixtures.keep(&capture).await.unwrap();
        fixtures.committed(&capture.id, &page, State::Absent).await.unwrap();
        let mut fetcher = ReplayFetcher::new(Arc::new(fixtures));
        assert_eq!(fetcher.fetch(&target("14PAY000000404")).await.unwrap(), capture);
        let missing = fetcher.fetch(&target("14PAY000000405")).await;
        assert!(matches!(missing, Err(FetchError::NotRecorded)), "{missing:?}");
    }
}
