//! One look-up on its own, judged as in a crawl: nothing is stored, and no frontier is asked.

use std::sync::Arc;

use crate::domain::{Capture, Cause, Document, DocumentId, Outcome, PageRef};
use crate::fetch::{FetchError, Fetcher, Target};
use crate::profile::Profile;

use super::attempt;
use super::ending::CrawlError;
use super::policy::Policy;
use super::verdict::{self, LookUp, Reading, Ruling};

/// What one look-up comes to.
#[derive(Debug)]
pub struct Trial {
    /// The pages that were brought; `None` where the look-up failed before its end.
    pub capture: Option<Capture>,
    /// What a crawl would make of it.
    pub finding: Finding,
}

/// What a crawl would make of a look-up, were it the last attempt.
#[derive(Debug)]
pub enum Finding {
    /// A document.
    Stored(Box<Document>),
    /// The portal says that there is no such document.
    Absent,
    /// No document, for this reason.
    Failed(Cause),
    /// The crawl could not go on by itself.
    Ended(CrawlError),
}

impl Trial {
    /// Looks a document up, and begins anew where the portal loses the session, as often as the profile allows;
    /// `on_loss` hears of it.
    pub async fn look_up(
        profile: &Arc<Profile>,
        fetcher: &mut dyn Fetcher,
        id: &DocumentId,
        on_loss: &(dyn Fn() + Sync),
    ) -> Self {
        let policy = Policy::of(profile);
        let target = Target::of(profile, id);
        match attempt::bring(fetcher, &target, policy.lost_sessions_max, on_loss).await {
            Ok(capture) => {
                let reading = attempt::read_apart(profile, &capture).await;
                Self::of_reading(&policy, capture, reading)
            }
            Err(error) => Self { capture: None, finding: judged(id, &policy, Err(error)) },
        }
    }

    /// Reads pages that are there already.
    #[must_use]
    pub fn of_capture(profile: &Profile, capture: Capture) -> Self {
        let reading = attempt::read(profile, &capture);
        Self::of_reading(&Policy::of(profile), capture, reading)
    }

    fn of_reading(policy: &Policy, capture: Capture, reading: Reading) -> Self {
        let page = PageRef { digest: capture.digest(), archive: None };
        let look_up = LookUp { capture: capture.clone(), page, reading };
        let finding = judged(&capture.id, policy, Ok(look_up));
        Self { capture: Some(capture), finding }
    }
}

fn judged(id: &DocumentId, policy: &Policy, look_up: Result<LookUp, FetchError>) -> Finding {
    match verdict::judge(id, u32::MAX, policy, look_up) {
        Ruling::Commit(Outcome::Stored(document)) => Finding::Stored(document),
        Ruling::Commit(Outcome::Absent { .. }) => Finding::Absent,
        Ruling::Commit(
            Outcome::Dead { cause } | Outcome::Retry { cause, .. } | Outcome::Postponed { cause, .. },
        ) => Finding::Failed(cause),
        Ruling::Commit(Outcome::Release) => {
            Finding::Failed(Cause::Failed { detail: "the look-up was given back".to_owned() })
        }
        Ruling::PortalDown { detail, .. } => Finding::Ended(CrawlError::Unavailable { detail }),
        Ruling::Rest(until) => {
            let detail = format!("all requests of this day are used up until {until}");
            Finding::Ended(CrawlError::Unavailable { detail })
        }
        Ruling::End(_, error) => Finding::Ended(error),
    }
}
