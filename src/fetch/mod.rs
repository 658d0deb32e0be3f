//! Brings pages: from a portal, through a browser or by HTTP, or from an archive.

mod account;
mod address;
mod agent;
mod attachment;
mod attendance;
mod binaries;
mod browser;
mod capabilities;
mod contexts;
mod driver;
mod guard;
mod household;
mod http;
mod instead;
mod ledger;
mod link;
mod lookup;
mod pace;
mod page;
mod parts;
mod processes;
mod prompts;
mod remote;
mod replay;
mod rest;
mod retry_after;
mod robots;
mod routes;
mod rows;
mod scrolled;
mod service;
mod session;
mod steps;
mod still;
mod suggestions;
mod taken;
mod trouble;
mod visit;
mod witness;

pub use account::{StepAccount, StepEnd, StepListener};
pub use agent::{Agent, ContactError};
pub use attendance::Attendance;
pub use binaries::{Binaries, BrowserKind, Chosen, Found, Window, inspect};
pub use browser::BrowserFetcher;
pub use driver::Driver;
pub use guard::{GuardCommand, run_guard};
pub use household::{Household, RunDir};
pub use http::Http;
pub use pace::{Pace, Quota, QuotaError};
pub use remote::RemoteSessions;
pub use replay::ReplayFetcher;
pub use rest::Rests;
pub use robots::Robots;
pub use routes::RouteFetcher;
pub use session::SessionSource;
pub use witness::Witness;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::{Capture, DocumentId, Timestamp, Verdict};
use crate::profile::Profile;

/// What to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The document.
    pub id: DocumentId,
    /// The values for a route's templates: `id`, the named groups of the ID's pattern, the kind's own variables.
    pub variables: BTreeMap<String, String>,
}

impl Target {
    /// The target for an ID of this profile.
    #[must_use]
    pub fn of(profile: &Profile, id: &DocumentId) -> Self {
        let mut variables = profile.schemes.groups(id);
        if let Some(kind) = profile.kinds.get(id.kind()) {
            variables.extend(kind.variables.clone());
        }
        variables.insert("id".to_owned(), id.to_string());
        Self { id: id.clone(), variables }
    }
}

/// One look-up at a time: `&mut self` says so.
#[async_trait]
pub trait Fetcher: Send {
    /// Looks one document up. Brings a capture also where the portal says that it does not exist.
    async fn fetch(&mut self, target: &Target) -> Result<Capture, FetchError>;

    /// What can still be seen of the last look-up: asked after a failure, before the next look-up. Nothing, where nothing
    /// is looked at.
    async fn witness(&mut self) -> Witness {
        Witness::default()
    }

    /// Has somebody told of every step of the look-ups that follow, each as it ends. Nobody is, where there are no steps.
    fn tell_steps_to(&mut self, _listener: StepListener) {}

    /// Ends whatever was started, browsers included.
    async fn close(self: Box<Self>) -> Result<(), FetchError>;
}

/// What a portal that blocks asks for. Only a person can answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// A marker of the profile says so: a captcha or a ban.
    Captcha,
    /// A login.
    Login,
    /// The portal refuses the request itself, by its status.
    Refusal,
}

/// Why a look-up brought no capture that counts.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The portal forgot the search; nothing is wrong with the ID.
    #[error("the portal lost the session at step {step}")]
    SessionLost {
        /// The step that saw it.
        step: String,
    },
    /// The portal is down, refuses connections or says that it is under maintenance.
    #[error("the portal is unavailable: {detail}")]
    Unavailable {
        /// What was seen.
        detail: String,
        /// How long the portal asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// A captcha, a ban or a login.
    #[error("the portal is blocking: {detail}")]
    Blocked {
        /// What the portal asks for.
        barrier: Barrier,
        /// What was seen.
        detail: String,
    },
    /// The portal's robots.txt excludes an address that the look-up needs.
    #[error("robots.txt keeps programs away from {address}: line {line} of {robots} says `{rule}`")]
    Disallowed {
        /// The address.
        address: String,
        /// Where the rule was read.
        robots: String,
        /// The rule's line; the first is 1.
        line: usize,
        /// The line itself.
        rule: String,
    },
    /// Something else stands where the portal's robots.txt should be, and the profile does not go on then.
    #[error("{robots} is not a robots.txt: {detail}")]
    RobotsUnreadable {
        /// Where it was looked for.
        robots: String,
        /// What stands there.
        detail: String,
    },
    /// The portal was asked as often as it may be on one day.
    #[error("all {requests} requests of this day are used up until {until}")]
    QuotaUsedUp {
        /// How many there were.
        requests: u32,
        /// When the next day begins.
        until: Timestamp,
    },
    /// What every page of the kind has is not there.
    #[error("layout changed: {what}")]
    LayoutChanged {
        /// The step and the selector that found nothing, and for how long it was waited for.
        what: String,
    },
    /// The page shows another ID than the one asked for.
    #[error("wrong page: it shows `{found}`")]
    WrongPage {
        /// What it shows.
        found: String,
    },
    /// Several rows carry exactly the ID asked for, and the profile does not say which to take.
    #[error("{rows} rows carry exactly this ID")]
    Ambiguous {
        /// How many.
        rows: u64,
    },
    /// A service answered with several documents, and the profile does not say which part of one is its ID.
    #[error(
        "the service answered with {documents} documents, and the profile has no `id` to tell them apart"
    )]
    TooManyDocuments {
        /// How many.
        documents: u64,
    },
    /// The list of results has more pages than the profile allows to read.
    #[error("not on the first {pages} pages of results")]
    TooManyResultPages {
        /// How many were read.
        pages: u64,
    },
    /// The page is larger than the profile allows.
    #[error("the page has {bytes} bytes, {bytes_max} at most")]
    PageTooLarge {
        /// Measured in the page.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// A deadline passed; the browser was ended.
    #[error("{what} took longer than {after:?}")]
    DeadlineMissed {
        /// The step or look-up.
        what: String,
        /// The deadline.
        after: Duration,
    },
    /// The browser or its driver ended or stopped making sense.
    #[error("the browser died: {detail}")]
    BrowserDied {
        /// The last thing it said.
        detail: String,
    },
    /// No browser or driver could be started: the machine is not ready.
    #[error("{detail}")]
    Environment {
        /// What is missing or what it said.
        detail: String,
        /// What to do about it.
        hint: String,
    },
    /// The archive holds no page of this ID.
    #[error("not in the recording")]
    NotRecorded,
    /// The archive could not be read.
    #[error(transparent)]
    Archive(#[from] crate::archive::ArchiveError),
}

impl FetchError {
    /// A portal that does not say for how long.
    fn unavailable(detail: String) -> Self {
        Self::Unavailable { detail, retry_after: None }
    }

    /// What a sign on a page with this verdict means for the look-up; nothing, where it speaks of the document alone.
    fn of_sign(verdict: Verdict, matched: &str, step: impl FnOnce() -> String) -> Option<Self> {
        match verdict {
            Verdict::GoOn | Verdict::Absent => None,
            Verdict::SessionLost => Some(Self::SessionLost { step: step() }),
            Verdict::Unavailable => Some(Self::unavailable(format!("the page shows `{matched}`"))),
            Verdict::Blocked => {
                let detail = format!("the page shows `{matched}`");
                Some(Self::Blocked { barrier: Barrier::Captcha, detail })
            }
            Verdict::Login => {
                let detail = format!("a login is asked for: `{matched}`");
                Some(Self::Blocked { barrier: Barrier::Login, detail })
            }
        }
    }
}
