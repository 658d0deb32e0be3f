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

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::domain::{Part, Timestamp, Verdict};
    use crate::fetch::Barrier;

    const RULES: &str = "language = 1\nname = \"x\"\nbase = \"http://x.example\"\nown_id = \"css:h1\"\n\
        [pace]\nattempts = 4\nlost_sessions_max = 2\n[ids.act]\npattern = 'A-(?<number>[0-9]+)'\nkind = \"act\"\n\
        [kinds]\nact = { name = \"act\" }\n[field]\ntitle = { css = \"b\", required = true }\n";

    /// Brings these, one after the other.
    struct Scripted(VecDeque<Result<Capture, FetchError>>);

    #[async_trait]
    impl Fetcher for Scripted {
        async fn fetch(&mut self, _target: &Target) -> Result<Capture, FetchError> {
            self.0.pop_front().unwrap()
        }

        async fn close(self: Box<Self>) -> Result<(), FetchError> {
            Ok(())
        }
    }

    fn id() -> DocumentId {
        DocumentId::from_canonical("A-7", "act", "act")
    }

    fn capture(html: &str, marker: Option<Verdict>) -> Capture {
        let part = Part {
            name: "detail".into(),
            url: "http://x.example/7".into(),
            media_type: "text/html".into(),
            bytes: html.as_bytes().into(),
        };
        Capture {
            id: id(),
            route: "form".into(),
            captured_at: Timestamp::default(),
            parts: vec![part],
            marker,
            row_id: None,
            trace: Vec::new(),
            passed_over: Vec::new(),
        }
    }

    fn lost() -> Result<Capture, FetchError> {
        Err(FetchError::SessionLost { step: "2 (wait)".into() })
    }

    /// What these come to, whether pages were brought, and how often the session was lost meanwhile.
    async fn tried(brought: impl IntoIterator<Item = Result<Capture, FetchError>>) -> (String, bool, u32) {
        let profile = Arc::new(Profile::from_text("x.toml", RULES).unwrap());
        let losses = AtomicU32::new(0);
        let on_loss = || {
            losses.fetch_add(1, Ordering::SeqCst);
        };
        let mut fetcher = Scripted(brought.into_iter().collect());
        let trial = Trial::look_up(&profile, &mut fetcher, &id(), &on_loss).await;
        assert!(fetcher.0.is_empty(), "everything was asked for");
        let finding = match trial.finding {
            Finding::Stored(document) => format!("stored {}", document.fields.len()),
            Finding::Absent => "absent".to_owned(),
            Finding::Failed(cause) => cause.to_string(),
            Finding::Ended(error) => format!("ended: {error}"),
        };
        (finding, trial.capture.is_some(), losses.into_inner())
    }

    #[tokio::test]
    async fn a_look_up_comes_to_what_a_crawl_would_make_of_its_last_attempt() {
        let check = async |brought, finding: &str, is_brought| {
            let tried = tried([brought]).await;
            assert_eq!((tried.0.as_str(), tried.1), (finding, is_brought));
        };
        let page = |html: &str| Ok(capture(html, None));
        check(page("<h1>A-7</h1><b>x</b>"), "stored 1", true).await;
        check(Ok(capture("<p>none", Some(Verdict::Absent))), "absent", true).await;
        check(page("<h1>A-8</h1><b>x</b>"), "wrong page: it shows `A-8`", true).await;
        check(page("<h1>A-7</h1>"), "layout changed: `title` is not on the page (tried css:b)", true).await;
        let died = Err(FetchError::BrowserDied { detail: "gone".into() });
        check(died, "browser died: gone", false).await;
        let down = Err(FetchError::Unavailable { detail: "503".into(), retry_after: None });
        check(down, "ended: the portal is unavailable: 503", false).await;
        let until = Timestamp::default();
        let (finding, ..) = tried([Err(FetchError::QuotaUsedUp { requests: 7, until })]).await;
        assert!(finding.contains("all requests of this day are used up until 1970-01-01"), "{finding}");
        let detail = "a form".to_owned();
        let (finding, ..) = tried([Err(FetchError::Blocked { barrier: Barrier::Captcha, detail })]).await;
        assert!(finding.starts_with("ended: ") && finding.contains("a form"), "{finding}");
    }

    #[tokio::test]
    async fn a_lost_session_begins_anew_as_often_as_the_profile_allows() {
        let page = || Ok(capture("<h1>A-7</h1><b>x</b>", None));
        assert_eq!(tried([lost(), lost(), page()]).await, ("stored 1".to_owned(), true, 2));
        let (finding, is_brought, losses) = tried([lost(), lost(), lost()]).await;
        assert_eq!((finding, is_brought, losses), (Cause::SessionLost.to_string(), false, 2));
    }

    #[test]
    fn pages_that_are_there_are_judged_alike() {
        let profile = Profile::from_text("x.toml", RULES).unwrap();
        let of = |html, marker| Trial::of_capture(&profile, capture(html, marker));
        let stored = of("<h1>A-7</h1><b>x</b>", None);
        assert!(matches!(stored.finding, Finding::Stored(_)) && stored.capture.is_some());
        assert!(matches!(of("", Some(Verdict::Absent)).finding, Finding::Absent));
        assert!(matches!(of("<h1>A-8</h1><b>x</b>", None).finding, Finding::Failed(Cause::WrongPage { .. })));
    }
}
