//! Keeps every capture twice: `--data` and `--record` in one crawl.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Archive, ArchiveError};
use crate::domain::{Capture, DocumentId, PageRef, State};

/// Two archives as one; what the first says about the place of a capture counts.
pub struct Tee {
    first: Arc<dyn Archive>,
    second: Arc<dyn Archive>,
}

impl Tee {
    /// Keeps in `first`, then in `second`.
    #[must_use]
    pub fn new(first: Arc<dyn Archive>, second: Arc<dyn Archive>) -> Self {
        Self { first, second }
    }
}

#[async_trait]
impl Archive for Tee {
    async fn keep(&self, capture: &Capture) -> Result<PageRef, ArchiveError> {
        let page = self.first.keep(capture).await?;
        self.second.keep(capture).await?;
        Ok(page)
    }

    async fn committed(&self, id: &DocumentId, page: &PageRef, state: State) -> Result<(), ArchiveError> {
        self.first.committed(id, page, state).await?;
        self.second.committed(id, page, state).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{clock, keep_and_commit, manifest, page};
    use super::super::{Discard, FixtureDir, Recording as _, WarcArchive, WarcRecording};
    use super::*;

    #[tokio::test]
    async fn both_archives_have_what_was_committed() {
        let directory = tempfile::tempdir().unwrap();
        let [data, record] = ["data", "record"].map(|name| directory.path().join(name));
        let warc = WarcArchive::open(&data, manifest(), clock()).unwrap();
        manifest().write(&data).unwrap();
        let fixtures = FixtureDir::create(&record, manifest()).unwrap();
        let tee = Tee::new(Arc::new(warc), Arc::new(fixtures));
        keep_and_commit(&tee, &page("A-1", "page")).await;
        let in_data = WarcRecording::open(&data).unwrap().find("A-1").unwrap().unwrap();
        let in_record = FixtureDir::open(&record).unwrap().find("A-1").unwrap().unwrap();
        assert_eq!(in_data.parts, in_record.parts);
    }

    #[tokio::test]
    async fn the_place_is_that_of_the_first() {
        let directory = tempfile::tempdir().unwrap();
        let warc = WarcArchive::open(directory.path(), manifest(), clock()).unwrap();
        let tee = Tee::new(Arc::new(warc), Arc::new(Discard));
        let place = tee.keep(&page("A-1", "page")).await.unwrap().archive.unwrap();
        assert_eq!(place.file, "anafora-00001.warc.gz");
    }
}
