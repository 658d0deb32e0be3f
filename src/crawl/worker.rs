//! One worker: takes IDs one after the other and brings each to its outcome.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::{Cause, DocumentId, Lease, Outcome, State, Timestamp, WorkerId};
use crate::fetch::{FetchError, Fetcher, Target};
use crate::frontier::{Committed, FrontierError, Next};

use super::attempt;
use super::choices;
use super::ending::CrawlError;
use super::event::Event;
use super::shared::Shared;
use super::showing::keep_evidence;
use super::verdict::{self, LookUp, Ruling};
use super::watch;
use super::weather::Storm;

/// So often a worker that waits for a moment of the day looks at the clock.
const CLOCK_LOOKED_AT_EVERY: Duration = Duration::from_secs(60);

/// A worker and the fetcher that is its own.
pub(super) struct Worker {
    pub(super) id: WorkerId,
    pub(super) shared: Arc<Shared>,
}

impl Worker {
    /// Works until the frontier is drained, an end is wished for or the crawl cannot go on. Closes the fetcher.
    pub(super) async fn run(self, mut fetcher: Box<dyn Fetcher>) -> Result<(), CrawlError> {
        let worked = self.work(fetcher.as_mut()).await;
        if worked.is_err() {
            self.shared.stop.soon();
        }
        let closed = fetcher.close().await.map_err(CrawlError::Fetch);
        worked.and(closed)
    }

    async fn work(&self, fetcher: &mut dyn Fetcher) -> Result<(), CrawlError> {
        let shared = &self.shared;
        while !shared.stop.is_wished() {
            tokio::select! {
                () = shared.weather.settled() => {}
                () = shared.stop.wished() => break,
            }
            // Registered before the frontier is asked, so that no commit in between is missed.
            let woken = shared.committed.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            match shared.frontier.lease(&self.id, shared.policy.lease_ttl).await? {
                Next::Drained => break,
                Next::Leased(lease) => self.look_up(fetcher, lease).await?,
                Next::Empty { next_visible_at } => {
                    let wait = next_visible_at.since(shared.clock.now()).max(Duration::from_millis(1));
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = &mut woken => {}
                        () = shared.stop.wished() => break,
                    }
                }
            }
        }
        Ok(())
    }

    async fn look_up(&self, fetcher: &mut dyn Fetcher, mut lease: Lease) -> Result<(), CrawlError> {
        let began = Instant::now();
        let (id, attempt) = (lease.id.clone(), lease.attempt.get());
        self.emit(&Event::Leased { id: id.clone(), attempt });
        let stop = self.shared.stop.clone();
        let (mut sessions_lost, mut chosen) = (0, Vec::new());
        let ruling = tokio::select! {
            biased;
            () = stop.wished_now() => Ok(Ruling::Commit(Outcome::Release)),
            lost = self.keep_alive(&mut lease) => Err(lost),
            look_up = self.attempt(fetcher, &id, &mut sessions_lost) => {
                look_up.map(|look_up| {
                    if let Ok(found) = &look_up {
                        chosen = choices::choices(&self.shared.profile, &found.capture);
                    }
                    verdict::judge(&id, attempt, &self.shared.policy, look_up)
                })
            }
        };
        (lease.remarks.sessions_lost, lease.remarks.choices) = (sessions_lost, chosen);
        let ruling = match ruling {
            Ok(ruling) => ruling,
            // Somebody else works on it by now: this work is dropped, and nothing is lost.
            Err(CrawlError::Frontier(error @ FrontierError::LeaseLost { .. })) => {
                tracing::warn!("{error}");
                return Ok(());
            }
            Err(error) => {
                // The error is what counts: a store that cannot even take the ID back gives it back when reopened.
                if let Err(second) = self.commit(fetcher, lease, Outcome::Release, began).await {
                    tracing::debug!("{id} could not be given back: {second}");
                }
                return Err(error);
            }
        };
        match ruling {
            Ruling::Commit(outcome) => {
                if matches!(outcome, Outcome::Stored(_) | Outcome::Absent { .. }) {
                    self.shared.weather.clear();
                }
                self.commit(fetcher, lease, outcome, began).await
            }
            Ruling::PortalDown { detail, retry_after } => {
                self.endure(fetcher, lease, (detail, retry_after), began).await
            }
            Ruling::Rest(until) => {
                self.commit(fetcher, lease, Outcome::Release, began).await?;
                self.rest(until).await;
                Ok(())
            }
            Ruling::End(outcome, error) => {
                self.commit(fetcher, lease, outcome, began).await?;
                Err(error)
            }
        }
    }

    /// Waits for a moment of the day, or until an end is wished for. The clock is looked at now and then, since a machine that
    /// slept has not waited.
    async fn rest(&self, until: Timestamp) {
        self.emit(&Event::QuotaUsedUp { until });
        loop {
            let left = until.since(self.shared.clock.now());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left.min(CLOCK_LOOKED_AT_EVERY)) => {}
                () = self.shared.stop.wished() => return,
            }
        }
    }

    /// Extends the lease for as long as a look-up takes: a slow portal or pace must not cost the work. Ends only where
    /// the lease cannot be kept.
    async fn keep_alive(&self, lease: &mut Lease) -> CrawlError {
        let ttl = self.shared.policy.lease_ttl;
        loop {
            tokio::time::sleep(ttl / 3).await;
            if let Err(error) = self.shared.frontier.extend(lease, ttl).await {
                return error.into();
            }
        }
    }

    /// Fetches, begins anew where the portal forgot the session, keeps the page and reads it.
    async fn attempt(
        &self,
        fetcher: &mut dyn Fetcher,
        id: &DocumentId,
        sessions_lost: &mut u32,
    ) -> Result<Result<LookUp, FetchError>, CrawlError> {
        let target = Target::of(&self.shared.profile, id);
        let brought = attempt::bring(fetcher, &target, self.shared.policy.lost_sessions_max, || {
            *sessions_lost += 1;
            self.emit(&Event::SessionLost { id: id.clone() });
        });
        let capture = match brought.await {
            Ok(capture) => capture,
            Err(error) => return Ok(Err(error)),
        };
        let page = self.shared.archive.keep(&capture).await?;
        let reading = attempt::read_apart(&self.shared.profile, &capture).await;
        Ok(Ok(LookUp { capture, page, reading }))
    }

    /// The portal is down: the lease goes back, everybody pauses, and after too long the crawl ends.
    async fn endure(
        &self,
        fetcher: &mut dyn Fetcher,
        mut lease: Lease,
        (detail, retry_after): (String, Option<Duration>),
        began: Instant,
    ) -> Result<(), CrawlError> {
        let base = self.shared.profile.base.as_str();
        let detail = if detail.starts_with(base) { detail } else { format!("{base}: {detail}") };
        lease.remarks.cause = Some(Cause::Unavailable { detail: detail.clone() });
        let (outcome, pause) = match self.shared.weather.fail(&self.shared.policy, retry_after) {
            Storm::TooLong => {
                self.commit(fetcher, lease, Outcome::Release, began).await?;
                return Err(CrawlError::Unavailable { detail });
            }
            Storm::Lasting(pause) => (Outcome::Release, pause),
            Storm::First(pause) => {
                let cause = Cause::Unavailable { detail: detail.clone() };
                (verdict::unavailable(&lease, &self.shared.policy, cause), pause)
            }
        };
        self.emit(&Event::PortalDown { detail, pause });
        self.commit(fetcher, lease, outcome, began).await
    }

    /// Keeps what can be seen of a failure, where the crawl keeps such things. A slow browser or disk must not cost the lease.
    async fn show(&self, fetcher: &mut dyn Fetcher, lease: &mut Lease, cause: &Cause) {
        let Some(evidence) = &self.shared.evidence else { return };
        let (id, attempt) = (lease.id.clone(), lease.attempt.get());
        lease.remarks.evidence = tokio::select! {
            biased;
            kept = keep_evidence(evidence, fetcher, (&id, attempt), cause) => kept,
            // The commit that follows says so, too, and what is to be done.
            lost = self.keep_alive(lease) => {
                tracing::warn!("no evidence was kept of {id}: {lost}");
                None
            }
        };
    }

    async fn commit(
        &self,
        fetcher: &mut dyn Fetcher,
        mut lease: Lease,
        outcome: Outcome,
        began: Instant,
    ) -> Result<(), CrawlError> {
        let shared = &self.shared;
        if let Some(cause) = verdict::cause_to_show(&outcome) {
            self.show(fetcher, &mut lease, cause).await;
        }
        let id = lease.id.clone();
        let kept = match &outcome {
            Outcome::Stored(document) => Some((document.page.clone(), State::Stored)),
            Outcome::Absent { evidence } => Some((evidence.clone(), State::Absent)),
            Outcome::Retry { .. } | Outcome::Postponed { .. } | Outcome::Dead { .. } | Outcome::Release => {
                None
            }
        };
        let told = outcome.clone();
        let speaks_of_layout = watch::speaks_of_layout(&outcome);
        let committed = match shared.frontier.commit(lease, outcome).await {
            Ok(committed) => committed,
            Err(failure) => match (failure.lease, failure.source) {
                (Some(mut lease), FrontierError::TooLarge { detail, .. }) => {
                    let cause = Cause::DocumentTooLarge { detail };
                    self.show(fetcher, &mut lease, &cause).await;
                    shared
                        .frontier
                        .commit(lease, Outcome::Dead { cause: cause.clone() })
                        .await
                        .map_err(|again| again.source)?;
                    self.emit(&Event::Died { id, cause });
                    return self.count().await;
                }
                // Somebody else works on it by now: this work is dropped, and nothing is lost.
                (_, error @ FrontierError::LeaseLost { .. }) => {
                    tracing::warn!("{error}");
                    return Ok(());
                }
                (_, error) => return Err(error.into()),
            },
        };
        if let Some((page, state)) = kept {
            shared.archive.committed(&id, &page, state).await?;
        }
        let kind = id.kind().to_owned();
        self.emit(&told_event(id, told, committed, began.elapsed()));
        if speaks_of_layout {
            watch::look(shared, &kind).await?;
        }
        self.count().await
    }

    async fn count(&self) -> Result<(), CrawlError> {
        self.emit(&Event::Counted(self.shared.frontier.counts().await?));
        self.shared.committed.notify_waiters();
        Ok(())
    }

    fn emit(&self, event: &Event) {
        self.shared.emit(event);
    }
}

fn told_event(id: DocumentId, outcome: Outcome, committed: Committed, elapsed: Duration) -> Event {
    match outcome {
        Outcome::Stored(document) => Event::Stored { id, committed, warnings: document.warnings, elapsed },
        Outcome::Absent { .. } => Event::Absent { id },
        Outcome::Retry { after, cause } | Outcome::Postponed { after, cause } => {
            Event::Retried { id, cause, after }
        }
        Outcome::Dead { cause } => Event::Died { id, cause },
        Outcome::Release => Event::Released { id },
    }
}
