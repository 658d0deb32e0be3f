//! The only place that decides what becomes of an ID: from what a look-up brought to the outcome that is committed.
//!
//! The guard against wrong pages stands here, so that a replay is guarded like a crawl: a page whose own ID is not the
//! one asked for is never stored.

use std::time::Duration;

use crate::domain::{Capture, Cause, Document, DocumentId, Lease, Outcome, PageRef, Timestamp, Verdict};
use crate::extract::{ExtractError, Extraction};
use crate::fetch::{Barrier, FetchError};

use super::ending::CrawlError;
use super::policy::Policy;

/// A look-up that ended with a page that is kept.
#[derive(Debug)]
pub(super) struct LookUp {
    pub(super) capture: Capture,
    pub(super) page: PageRef,
    pub(super) reading: Reading,
}

/// What the kept page says.
#[derive(Debug)]
pub(super) enum Reading {
    /// That there is no such document.
    Absent,
    /// This, or that it cannot be read.
    Extracted(Result<Extraction, ExtractError>),
    /// Something that the reader of pages panicked over: our fault, and no sign of a changed layout.
    Panicked(String),
}

/// What is to be done.
#[derive(Debug)]
pub(super) enum Ruling {
    /// Commit this outcome and go on.
    Commit(Outcome),
    /// The portal is down: the weather decides.
    PortalDown {
        /// What was seen.
        detail: String,
        /// How long the portal asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The portal may not be asked before this moment: give the lease back and wait.
    Rest(Timestamp),
    /// Commit this outcome and end the crawl with this error: it cannot go on by itself.
    End(Outcome, CrawlError),
}

/// Decides what becomes of an ID after one attempt.
pub(super) fn judge(
    id: &DocumentId,
    attempt: u32,
    policy: &Policy,
    look_up: Result<LookUp, FetchError>,
) -> Ruling {
    let tried_again = |cause| Ruling::Commit(again(attempt, policy, cause));
    match look_up {
        Ok(LookUp { page, reading: Reading::Absent, .. }) => {
            Ruling::Commit(Outcome::Absent { evidence: page })
        }
        Ok(LookUp { capture, page, reading: Reading::Extracted(Ok(extraction)) }) => {
            if extraction.own_id == *id {
                Ruling::Commit(Outcome::Stored(Box::new(document(capture, page, extraction))))
            } else {
                tried_again(Cause::WrongPage { found: extraction.own_id.to_string() })
            }
        }
        Ok(LookUp { reading: Reading::Extracted(Err(error)), .. }) => tried_again(cause_of_reading(error)),
        // The same page would be read in the same way, and its picture tells more than another attempt.
        Ok(LookUp { reading: Reading::Panicked(detail), .. }) => Ruling::Commit(Outcome::Dead {
            cause: Cause::Failed { detail: format!("the page could not be read: {detail}") },
        }),
        Err(error) => judge_failure(id, attempt, policy, error),
    }
}

fn judge_failure(id: &DocumentId, attempt: u32, policy: &Policy, error: FetchError) -> Ruling {
    let tried_again = |cause| Ruling::Commit(again(attempt, policy, cause));
    let final_cause = |cause| Ruling::Commit(Outcome::Dead { cause });
    match error {
        FetchError::Unavailable { detail, retry_after } => Ruling::PortalDown { detail, retry_after },
        FetchError::Blocked { barrier, detail } => {
            let outcome = blocked(attempt, policy, barrier, Cause::Blocked { detail: detail.clone() });
            Ruling::End(outcome, CrawlError::Blocked { id: id.clone(), barrier, detail })
        }
        FetchError::QuotaUsedUp { until, .. } => Ruling::Rest(until),
        FetchError::Environment { .. }
        | FetchError::Archive(_)
        | FetchError::Disallowed { .. }
        | FetchError::RobotsUnreadable { .. } => Ruling::End(Outcome::Release, CrawlError::Fetch(error)),
        FetchError::SessionLost { .. } => tried_again(Cause::SessionLost),
        FetchError::LayoutChanged { what } => tried_again(Cause::LayoutChanged { what }),
        FetchError::WrongPage { found } => tried_again(Cause::WrongPage { found }),
        FetchError::DeadlineMissed { what, after } => {
            tried_again(Cause::DeadlineMissed { what: format!("{what} took longer than {after:?}") })
        }
        FetchError::BrowserDied { detail } => tried_again(Cause::BrowserDied { detail }),
        FetchError::Ambiguous { rows } => final_cause(Cause::Ambiguous { rows }),
        FetchError::TooManyDocuments { documents } => final_cause(Cause::TooManyDocuments { documents }),
        FetchError::TooManyResultPages { pages } => final_cause(Cause::TooManyResultPages { pages }),
        FetchError::PageTooLarge { bytes, bytes_max } => {
            final_cause(Cause::PageTooLarge { bytes, bytes_max })
        }
        FetchError::NotRecorded => final_cause(Cause::NotRecorded),
    }
}

/// Another attempt, or the dead letters after the last one.
fn again(attempt: u32, policy: &Policy, cause: Cause) -> Outcome {
    if attempt >= policy.attempts_max {
        Outcome::Dead { cause }
    } else {
        Outcome::Retry { after: policy.backoff(attempt), cause }
    }
}

/// What becomes of an ID at which the portal blocked. It goes behind the others, so that no run stops where the last one did;
/// and where the portal refuses the request by its status, which may be meant for this document alone, its attempts count:
/// a document that nobody may read must not stop every run for ever.
fn blocked(attempt: u32, policy: &Policy, barrier: Barrier, cause: Cause) -> Outcome {
    let after = policy.blocked_for;
    match barrier {
        Barrier::Captcha | Barrier::Login => Outcome::Postponed { after, cause },
        Barrier::Refusal if attempt >= policy.attempts_max => Outcome::Dead { cause },
        Barrier::Refusal => Outcome::Retry { after, cause },
    }
}

/// What becomes of an ID at which the portal was unavailable: it is postponed, and only after that its attempts count.
pub(super) fn unavailable(lease: &Lease, policy: &Policy, cause: Cause) -> Outcome {
    if lease.postponed < policy.postponed_max {
        Outcome::Postponed { after: policy.backoff(lease.postponed + 1), cause }
    } else {
        again(lease.attempt.get(), policy, cause)
    }
}

/// Why the page that was seen should be kept for a person to look at; `None` where there is nothing to look at.
pub(super) fn cause_to_show(outcome: &Outcome) -> Option<&Cause> {
    match outcome {
        Outcome::Dead { cause } if *cause != Cause::NotRecorded => Some(cause),
        Outcome::Retry { cause, .. } | Outcome::Postponed { cause, .. } => match cause {
            Cause::LayoutChanged { .. } | Cause::WrongPage { .. } | Cause::Blocked { .. } => Some(cause),
            _ => None,
        },
        _ => None,
    }
}

/// What a page says before any field is read: that there is nothing, or that it wants reading.
pub(super) fn says_absent(capture: &Capture) -> bool {
    capture.marker == Some(Verdict::Absent)
}

fn cause_of_reading(error: ExtractError) -> Cause {
    match error {
        ExtractError::LayoutChanged { what } => Cause::LayoutChanged { what },
        ExtractError::OwnIdUnreadable { text, .. } => Cause::WrongPage { found: text },
    }
}

fn document(capture: Capture, page: PageRef, extraction: Extraction) -> Document {
    Document {
        id: capture.id,
        route: capture.route,
        captured_at: capture.captured_at,
        page,
        fields: extraction.fields,
        references: extraction.references,
        warnings: extraction.warnings,
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::crawl::policy::policy_of_tests;
    use crate::domain::{Digest, Remarks};
    fn id(text: &str) -> DocumentId {
        DocumentId::from_canonical(text, "adam", "payment")
    }

    fn look_up(reading: Reading) -> LookUp {
        let capture = Capture {
            id: id("14PAY000000001"),
            route: "form".into(),
            captured_at: Timestamp::default(),
            parts: Vec::new(),
            marker: None,
            row_id: None,
            passed_over: Vec::new(),
            trace: Vec::new(),
        };
        LookUp { capture, page: PageRef { digest: Digest::of(b""), archive: None }, reading }
    }

    fn shows(own_id: &str) -> LookUp {
        look_up(Reading::Extracted(Ok(Extraction {
            own_id: id(own_id),
            fields: Vec::new(),
            references: Vec::new(),
            warnings: Vec::new(),
        })))
    }

    fn told(outcome: Outcome) -> String {
        match outcome {
            Outcome::Stored(_) => "stored".into(),
            Outcome::Absent { .. } => "absent".into(),
            Outcome::Retry { cause, .. } => format!("retry: {cause}"),
            Outcome::Postponed { after, cause } => format!("postponed by {after:?}: {cause}"),
            Outcome::Dead { cause } => format!("dead: {cause}"),
            Outcome::Release => "release".into(),
        }
    }

    fn judged(attempt: u32, look_up: Result<LookUp, FetchError>) -> String {
        match judge(&id("14PAY000000001"), attempt, &policy_of_tests(), look_up) {
            Ruling::Commit(outcome) => told(outcome),
            Ruling::PortalDown { detail, retry_after } => format!("down: {detail}, {retry_after:?}"),
            Ruling::End(outcome, error) => format!("{}; the end: {error}", told(outcome)),
            Ruling::Rest(until) => format!("rest until {until}"),
        }
    }

    #[test]
    fn a_page_is_stored_under_its_own_id_alone() {
        assert_eq!(judged(1, Ok(shows("14PAY000000001"))), "stored");
        assert_eq!(judged(1, Ok(shows("14PAY000000002"))), "retry: wrong page: it shows `14PAY000000002`");
        assert_eq!(judged(2, Ok(shows("14PAY000000002"))), "dead: wrong page: it shows `14PAY000000002`");
    }

    #[test]
    fn only_a_marker_makes_a_document_absent() {
        assert_eq!(judged(1, Ok(look_up(Reading::Absent))), "absent");
        let missing = ExtractError::LayoutChanged { what: "`title` is missing".into() };
        let unread = look_up(Reading::Extracted(Err(missing)));
        assert_eq!(judged(1, Ok(unread)), "retry: layout changed: `title` is missing");
    }

    #[test]
    fn where_the_portal_was_unavailable_an_attempt_counts_only_after_the_postponed_ones() {
        let after = |postponed, attempt| {
            let lease = Lease {
                id: id("14PAY000000001"),
                depth: 0,
                attempt: NonZeroU32::new(attempt).unwrap(),
                postponed,
                leased_at: Timestamp::default(),
                expires_at: Timestamp::default(),
                token: 0,
                remarks: Remarks::default(),
            };
            let cause = Cause::Unavailable { detail: "503".into() };
            told(unavailable(&lease, &policy_of_tests(), cause))
        };
        assert_eq!(after(0, 2), "postponed by 1s: portal unavailable: 503");
        assert_eq!(after(1, 1), "retry: portal unavailable: 503");
        assert_eq!(after(1, 2), "dead: portal unavailable: 503");
    }

    #[test]
    fn a_panic_of_ours_is_no_changed_layout() {
        let panicked = look_up(Reading::Panicked("an index out of bounds".into()));
        assert_eq!(judged(1, Ok(panicked)), "dead: the page could not be read: an index out of bounds");
    }

    #[test]
    fn what_died_and_what_looks_wrong_is_shown_to_a_person() {
        let is_shown = |outcome| cause_to_show(&outcome).is_some();
        let retry = |cause| Outcome::Retry { after: Duration::ZERO, cause };
        let wrong = || Cause::WrongPage { found: "B".into() };
        for cause in [Cause::SessionLost, Cause::Ambiguous { rows: 2 }, wrong()] {
            assert!(is_shown(Outcome::Dead { cause }));
        }
        assert!(is_shown(retry(wrong())));
        assert!(is_shown(retry(Cause::LayoutChanged { what: "h1".into() })));
        assert!(!is_shown(retry(Cause::SessionLost)));
        assert!(!is_shown(Outcome::Dead { cause: Cause::NotRecorded }));
        assert!(!is_shown(Outcome::Release));
    }

    #[test]
    fn every_failure_has_its_rule() {
        let detail = || "503".to_owned();
        for (error, expected) in [
            (FetchError::SessionLost { step: "wait".into() }, "retry: session lost too often"),
            (
                FetchError::Unavailable { detail: detail(), retry_after: Some(Duration::from_secs(9)) },
                "down: 503, Some(9s)",
            ),
            (
                FetchError::Blocked { barrier: Barrier::Captcha, detail: "captcha".into() },
                "postponed by 10s: blocked: captcha; the end: the portal is blocking, at 14PAY000000001: captcha",
            ),
            (
                FetchError::Blocked { barrier: Barrier::Refusal, detail: "status 403".into() },
                "retry: blocked: status 403; the end: the portal is blocking, at 14PAY000000001: status 403",
            ),
            (FetchError::WrongPage { found: "B".into() }, "retry: wrong page: it shows `B`"),
            (FetchError::LayoutChanged { what: "css:h1".into() }, "retry: layout changed: css:h1"),
            (
                FetchError::DeadlineMissed { what: "`wait`".into(), after: Duration::from_secs(30) },
                "retry: deadline missed: `wait` took longer than 30s",
            ),
            (FetchError::TooManyResultPages { pages: 9 }, "dead: not found on the first 9 result pages"),
            (
                FetchError::Disallowed {
                    address: "/a".into(),
                    robots: "/robots.txt".into(),
                    line: 2,
                    rule: "Disallow: /".into(),
                },
                "release; the end: robots.txt keeps programs away from /a: line 2 of /robots.txt says `Disallow: /`",
            ),
            (FetchError::Ambiguous { rows: 2 }, "dead: ambiguous: 2 rows carry exactly this ID"),
            (
                FetchError::TooManyDocuments { documents: 2 },
                "dead: ambiguous: the service answered with 2 documents, and the profile has no `id` to tell them apart",
            ),
            (FetchError::PageTooLarge { bytes: 9, bytes_max: 8 }, "dead: page too large: 9 bytes, 8 at most"),
            (FetchError::NotRecorded, "dead: not in the recording"),
            (FetchError::BrowserDied { detail: "gone".into() }, "retry: browser died: gone"),
            (
                FetchError::QuotaUsedUp { requests: 9, until: Timestamp::default() },
                "rest until 1970-01-01T00:00:00.000Z",
            ),
            (
                FetchError::RobotsUnreadable {
                    robots: "/robots.txt".into(),
                    detail: "it is a picture".into(),
                },
                "release; the end: /robots.txt is not a robots.txt: it is a picture",
            ),
            (
                FetchError::Environment { detail: "no driver".into(), hint: String::new() },
                "release; the end: no driver",
            ),
        ] {
            assert_eq!(judged(1, Err(error)), expected);
        }
    }
}
