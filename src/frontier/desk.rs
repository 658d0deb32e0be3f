//! Where calls are brought to a store: all that one kind of store adds to the rules, and the traits that follow from it.

use std::time::Duration;

use async_trait::async_trait;

use super::draft::{change, coverage_of};
use super::rules::{self, Claim};
use super::table::Tables;
use super::{
    CommitError, Committed, Documents, Entry, Frontier, FrontierError, Next, pausing, reading, runs,
};
use crate::domain::{
    Bounds, Counts, Coverage, Digest, Document, DocumentId, Edge, Happening, Lease, Outcome, Pause,
    Reference, Run, Timestamp, WorkerId,
};

/// Lets one caller at a time have the tables and the store's own time.
pub(super) trait Desk: Send + Sync {
    /// Where this kind of store keeps its tables.
    type Tables: Tables;

    /// Does some work on the tables. What it changed is on disk when this returns, where the store has a disk.
    fn run<V: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Self::Tables, Timestamp) -> Result<V, FrontierError> + Send + 'static,
    ) -> impl Future<Output = Result<V, FrontierError>> + Send;
}

#[async_trait]
impl<D: Desk> Frontier for D {
    async fn enqueue(&self, seeds: &[DocumentId]) -> Result<u64, FrontierError> {
        let seeds = seeds.to_vec();
        self.run(move |tables, now| change(tables, |draft| rules::enqueue(draft, &seeds, now))).await
    }

    async fn reopen(&self, bounds: &Bounds) -> Result<u64, FrontierError> {
        let bounds = bounds.clone();
        self.run(move |tables, now| change(tables, |draft| rules::reopen(draft, &bounds, now))).await
    }

    async fn lease(&self, _worker: &WorkerId, ttl: Duration) -> Result<Next, FrontierError> {
        self.run(move |tables, now| change(tables, |draft| rules::lease(draft, ttl, now))).await
    }

    async fn extend(&self, lease: &mut Lease, ttl: Duration) -> Result<(), FrontierError> {
        let claim = Claim::of(lease);
        let extend =
            move |tables: &mut _, now| change(tables, |draft| rules::extend(draft, &claim, ttl, now));
        lease.expires_at = self.run(extend).await?;
        Ok(())
    }

    async fn commit(&self, lease: Lease, outcome: Outcome) -> Result<Committed, CommitError> {
        let claim = Claim::of(&lease);
        let commit =
            move |tables: &mut _, now| change(tables, |draft| rules::commit(draft, &claim, outcome, now));
        self.run(commit).await.map_err(|source| {
            let is_lost = matches!(source, FrontierError::LeaseLost { .. });
            CommitError { lease: (!is_lost).then_some(lease), source }
        })
    }

    async fn counts(&self) -> Result<Counts, FrontierError> {
        self.run(|tables, _| reading::counts(tables)).await
    }

    async fn coverage(&self, kind: &str) -> Result<Coverage, FrontierError> {
        let kind = kind.to_owned();
        self.run(move |tables, _| coverage_of(tables, &kind, None)).await
    }

    async fn pause(&self, pause: &Pause) -> Result<u64, FrontierError> {
        let pause = pause.clone();
        self.run(move |tables, now| change(tables, |draft| pausing::pause(draft, &pause, now))).await
    }

    async fn unpause(&self, kind: &str) -> Result<u64, FrontierError> {
        let kind = kind.to_owned();
        self.run(move |tables, now| change(tables, |draft| pausing::unpause(draft, &kind, now))).await
    }

    async fn revive(&self, ids: &[DocumentId]) -> Result<u64, FrontierError> {
        let ids = ids.to_vec();
        self.run(move |tables, now| change(tables, |draft| rules::revive(draft, &ids, now))).await
    }

    async fn begin_run(&self, profile: Digest) -> Result<u64, FrontierError> {
        self.run(move |tables, now| change(tables, |draft| runs::begin(draft, profile, now))).await
    }

    async fn end_run(&self, ending: &str) -> Result<(), FrontierError> {
        let ending = ending.to_owned();
        self.run(move |tables, now| change(tables, |draft| runs::end(draft, &ending, now))).await
    }
}

#[async_trait]
impl<D: Desk> Documents for D {
    async fn entries(&self, after: Option<&str>, count_max: usize) -> Result<Vec<Entry>, FrontierError> {
        let after = after.map(str::to_owned);
        self.run(move |tables, _| reading::entries(tables, after.as_deref(), count_max)).await
    }

    async fn entry(&self, id: &str) -> Result<Option<Entry>, FrontierError> {
        let id = id.to_owned();
        self.run(move |tables, _| reading::entry(tables, &id)).await
    }

    async fn document(&self, id: &str) -> Result<Option<Document>, FrontierError> {
        let id = id.to_owned();
        self.run(move |tables, _| reading::document(tables, &id)).await
    }

    async fn references(&self, source: &str) -> Result<Vec<(Reference, Edge)>, FrontierError> {
        let source = source.to_owned();
        self.run(move |tables, _| reading::references(tables, &source)).await
    }

    async fn named_by(&self, target: &str) -> Result<Vec<(DocumentId, Reference)>, FrontierError> {
        let target = target.to_owned();
        self.run(move |tables, _| reading::named_by(tables, &target)).await
    }

    async fn history(&self, id: &str) -> Result<Vec<Happening>, FrontierError> {
        let id = id.to_owned();
        self.run(move |tables, _| reading::history(tables, &id)).await
    }

    async fn coverages(&self) -> Result<Vec<Coverage>, FrontierError> {
        self.run(|tables, _| reading::coverages(tables)).await
    }

    async fn pauses(&self) -> Result<Vec<Pause>, FrontierError> {
        self.run(|tables, _| reading::pauses(tables)).await
    }

    async fn runs(&self) -> Result<Vec<Run>, FrontierError> {
        self.run(|tables, _| reading::runs(tables)).await
    }
}
