//! How one tried look-up ended: the words, the exit code and the hint that a crawl would have for it.

use crate::crawl::Finding;
use crate::domain::{Cause, Document};

use super::super::dead::CauseName;
use super::super::exit::{Exit, Failure};

/// What there is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The portal, and nothing that was kept of it.
    Portal,
    /// The portal, and the files of `--keep`.
    Files,
    /// Saved pages.
    SavedPages,
}

/// How it ended.
pub(super) enum Ended {
    /// With a document.
    Stored(Box<Document>),
    /// The portal says that there is no such document.
    Absent,
    /// Without one, for this reason.
    Failed(Cause),
    /// With something that would end a whole crawl.
    Stopped(Failure),
}

impl Ended {
    /// What a finding comes to; a machine that is not ready to look anything up is a failure of the command.
    pub(super) fn of(finding: Finding) -> Result<Self, Failure> {
        Ok(match finding {
            Finding::Stored(document) => Self::Stored(document),
            Finding::Absent => Self::Absent,
            Finding::Failed(cause) => Self::Failed(cause),
            Finding::Ended(error) => match Failure::from(error) {
                failure if failure.exit == Exit::Environment => return Err(failure),
                failure => Self::Stopped(failure),
            },
        })
    }

    /// The word for it in outputs for programs.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stored(_) => "stored".to_owned(),
            Self::Absent => "absent".to_owned(),
            Self::Failed(cause) => CauseName::of(cause).text(),
            Self::Stopped(failure) => match failure.exit {
                Exit::Blocked => "blocked".to_owned(),
                Exit::Unavailable => "unavailable".to_owned(),
                _ => "failed".to_owned(),
            },
        }
    }

    /// What is said of it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Stored(_) => "stored".to_owned(),
            Self::Absent => "absent: the portal says that there is no such document".to_owned(),
            Self::Failed(cause) => cause.to_string(),
            Self::Stopped(failure) => failure.text.clone(),
        }
    }

    /// The exit code of a crawl with this one document.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Stored(_) | Self::Absent => Exit::Closed,
            Self::Failed(Cause::LayoutChanged { .. }) => Exit::LayoutChanged,
            Self::Failed(_) => Exit::DeadLetters,
            Self::Stopped(failure) => failure.exit,
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self, seen: Seen) -> Option<&str> {
        match self {
            Self::Stored(_) | Self::Absent => None,
            Self::Stopped(failure) => failure.hint.as_deref(),
            Self::Failed(cause) => Some(match cause {
                Cause::LayoutChanged { .. } => match seen {
                    Seen::Portal => {
                        "--keep DIR keeps the page with a picture of it, --headed shows the browser, and --from PAGE.html \
                         reads a kept page again without the portal"
                    }
                    Seen::Files => {
                        "hold what was tried against the page and the picture that were kept; --headed shows the browser"
                    }
                    Seen::SavedPages => {
                        "hold what was tried against the saved page, mend the rule, and run the same command again"
                    }
                },
                Cause::WrongPage { .. } if seen == Seen::SavedPages => {
                    "ask for the ID that the saved page shows, or mend `own_id` of the kind"
                }
                Cause::WrongPage { .. } => {
                    "the wrong row was opened, or `own_id` of the kind reads another ID of the page"
                }
                Cause::DeadlineMissed { .. } => {
                    "`step_deadline` and `lookup_deadline` under [pace], or `deadline` of a wait, give the portal more time"
                }
                Cause::SessionLost => {
                    "where the session was not lost, a marker or a wait says `session_lost` of a page that is none"
                }
                Cause::Ambiguous { .. } => {
                    "`prefer` of the `rows` step says which of such rows is taken; of the documents of a service only one may \
                     have this ID where `id` points"
                }
                Cause::TooManyDocuments { .. } => {
                    "`id` under [route.service] points to the ID inside a document: the one with exactly this ID is taken then"
                }
                Cause::TooManyResultPages { .. } => {
                    "`pages_max` of the `rows` step, or under [route.service], lets more pages be read"
                }
                Cause::PageTooLarge { .. } => "`page_bytes_max` under [pace] lets larger pages in",
                Cause::BrowserDied { .. } => {
                    "try once more; `anafora doctor` says whether browser and driver fit"
                }
                _ if seen == Seen::Portal => "--keep DIR keeps what was seen of it",
                _ => return None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::CrawlError;
    use crate::domain::DocumentId;
    use crate::fetch::{Barrier, FetchError};

    #[test]
    fn a_tried_look_up_has_the_exit_code_of_a_crawl_with_it_alone() {
        let id = DocumentId::from_canonical("A-1", "s", "k");
        let detail = || "503".to_owned();
        let blocked = CrawlError::Blocked { id, barrier: Barrier::Login, detail: detail() };
        for (finding, name, code) in [
            (Finding::Absent, "absent", Exit::Closed),
            (
                Finding::Failed(Cause::LayoutChanged { what: "x".into() }),
                "layout_changed",
                Exit::LayoutChanged,
            ),
            (Finding::Failed(Cause::WrongPage { found: "B".into() }), "wrong_page", Exit::DeadLetters),
            (Finding::Ended(blocked), "blocked", Exit::Blocked),
            (Finding::Ended(CrawlError::Unavailable { detail: detail() }), "unavailable", Exit::Unavailable),
        ] {
            let ended = Ended::of(finding).map_err(|failure| failure.text).unwrap();
            assert_eq!((ended.name().as_str(), ended.exit()), (name, code));
            assert_eq!(ended.hint(Seen::Portal).is_some(), code != Exit::Closed, "{name}");
        }
        let missing = FetchError::Environment { detail: "no driver".into(), hint: "install it".into() };
        let failure = Ended::of(Finding::Ended(CrawlError::Fetch(missing))).err().unwrap();
        assert_eq!((failure.exit, failure.text.as_str()), (Exit::Environment, "no driver"));
    }
}
