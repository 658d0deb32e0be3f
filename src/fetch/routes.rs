//! Tries the routes to a document in their order: one that is unavailable or blocked yields to the next.
//!
//! What an earlier route said stands in the trace of what a later one brought. The last route's word counts, whatever it
//! is. A route that is given up leaves its browser as the next look-up may find it.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::time::Instant;

use super::browser::BrowserFetcher;
use super::http::Http;
use super::rest::Rests;
use super::visit::Visit;
use super::{FetchError, Fetcher, StepAccount, StepListener, Target, Witness, link, service};
use crate::domain::{Capture, PassedOver, Trace, Verdict};
use crate::profile::{Absence, Profile, Route, Way};

/// Looks documents up by whichever route of a profile brings them.
pub struct RouteFetcher {
    profile: Arc<Profile>,
    browser: Option<BrowserFetcher>,
    http: Option<Arc<Http>>,
    rests: Arc<Rests>,
    /// What the routes before the last one came to.
    earlier: Vec<Trace>,
    /// Those of them that failed.
    passed_over: Vec<PassedOver>,
    listener: Option<StepListener>,
    /// What the last route saw.
    seen: Seen,
}

/// Why the next route is asked.
enum Yielded {
    /// This one says that there is no such document.
    Absent,
    /// This one was not to be had.
    Failed(String),
}

enum Seen {
    /// The browser knows.
    ByBrowser,
    /// This.
    Without(Box<Witness>),
}

impl RouteFetcher {
    /// A fetcher that goes the ways it has. All fetchers on one portal share what rests.
    #[must_use]
    pub fn new(
        profile: Arc<Profile>,
        browser: Option<BrowserFetcher>,
        http: Option<Arc<Http>>,
        rests: Arc<Rests>,
    ) -> Self {
        let seen = Seen::Without(Box::default());
        let (earlier, passed_over) = (Vec::new(), Vec::new());
        Self { profile, browser, http, rests, earlier, passed_over, listener: None, seen }
    }

    async fn go(&mut self, route: &Route, target: &Target) -> Result<Capture, FetchError> {
        match (&route.way, &mut self.browser, &self.http) {
            (Way::Browser(_), Some(browser), _) => {
                self.seen = Seen::ByBrowser;
                browser.go(route, target).await
            }
            (Way::Page(rules), _, Some(http)) => {
                let mut visit =
                    Visit::new(http, &self.profile, route, target).heard_by(self.listener.clone());
                let outcome = link::look_up(&mut visit, rules).await;
                visit.end(&outcome);
                self.seen = Seen::Without(Box::new(visit.into_witness()));
                outcome
            }
            (Way::Service(rules), _, Some(http)) => {
                let mut visit =
                    Visit::new(http, &self.profile, route, target).heard_by(self.listener.clone());
                let outcome = service::look_up(&mut visit, rules).await;
                visit.end(&outcome);
                self.seen = Seen::Without(Box::new(visit.into_witness()));
                outcome
            }
            (Way::Browser(_), None, _) => Err(FetchError::Environment {
                detail: format!("the route `{}` needs a browser, and there is none", route.name),
                hint: "`anafora doctor` says what is installed and what is missing".into(),
            }),
            (Way::Page(_) | Way::Service(_), _, None) => Err(no_route(&self.profile, target)),
        }
    }

    /// Notes what a route came to that is not the last one.
    fn pass_on(&mut self, route: &Route, yielded: Yielded, began: Instant) {
        let elapsed = began.elapsed();
        let what = match yielded {
            Yielded::Absent => "absent".to_owned(),
            Yielded::Failed(why) => {
                self.passed_over.push(PassedOver { route: route.name.clone(), why: why.clone() });
                why
            }
        };
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let matched = Some(format!("{}: {what}", route.name));
        self.earlier.push(Trace { step: "route".into(), matched, elapsed_ms });
        if let Some(tell) = &self.listener {
            tell(&StepAccount::of_passed_over(route, what, elapsed));
        }
    }

    /// Whether the next route is asked after this outcome; what is noted of this one then.
    fn yields(&self, route: &Route, outcome: &Result<Capture, FetchError>) -> Option<Yielded> {
        match outcome {
            Ok(capture) if capture.marker == Some(Verdict::Absent) => {
                self.rests.answered(&route.name);
                (route.absence == Absence::Confirm).then_some(Yielded::Absent)
            }
            Err(FetchError::Unavailable { detail, retry_after }) => {
                if let Some(pause) = self.rests.failed(&route.name, *retry_after) {
                    tracing::warn!("the route `{}` rests for {pause:?}: {detail}", route.name);
                }
                Some(Yielded::Failed(format!("unavailable: {detail}")))
            }
            Err(FetchError::Blocked { detail, .. }) => Some(Yielded::Failed(format!("blocked: {detail}"))),
            Ok(_) | Err(_) => {
                self.rests.answered(&route.name);
                None
            }
        }
    }
}

#[async_trait]
impl Fetcher for RouteFetcher {
    async fn fetch(&mut self, target: &Target) -> Result<Capture, FetchError> {
        let profile = Arc::clone(&self.profile);
        self.earlier.clear();
        self.passed_over.clear();
        self.seen = Seen::Without(Box::default());
        let mut routes = profile.routes(target.id.kind()).peekable();
        while let Some(route) = routes.next() {
            let began = Instant::now();
            let is_last = routes.peek().is_none();
            if !is_last && self.rests.rests(&route.name) {
                let why = "it rests, as it was unavailable before".to_owned();
                self.pass_on(route, Yielded::Failed(why), began);
                continue;
            }
            let outcome = self.go(route, target).await;
            if !is_last && let Some(what) = self.yields(route, &outcome) {
                self.pass_on(route, what, began);
                continue;
            }
            return outcome.map(|mut capture| {
                capture.trace.splice(0..0, self.earlier.iter().cloned());
                capture.passed_over = std::mem::take(&mut self.passed_over);
                capture
            });
        }
        Err(no_route(&profile, target))
    }

    fn tell_steps_to(&mut self, listener: StepListener) {
        if let Some(browser) = &mut self.browser {
            browser.tell_steps_to(Arc::clone(&listener));
        }
        self.listener = Some(listener);
    }

    async fn witness(&mut self) -> Witness {
        let mut witness = match (&mut self.browser, &self.seen) {
            (Some(browser), Seen::ByBrowser) => browser.witness().await,
            (_, Seen::Without(witness)) => Witness::clone(witness),
            (None, Seen::ByBrowser) => Witness::default(),
        };
        witness.trace.splice(0..0, self.earlier.iter().cloned());
        witness
    }

    async fn close(self: Box<Self>) -> Result<(), FetchError> {
        match self.browser {
            Some(browser) => Box::new(browser).close().await,
            None => Ok(()),
        }
    }
}

/// The profile knows the kind, but no way to it.
pub(super) fn no_route(profile: &Profile, target: &Target) -> FetchError {
    FetchError::Environment {
        detail: format!("profile `{}` has no route to `{}`", profile.name, target.id.kind()),
        hint: "add the kind to a route of the profile".into(),
    }
}

#[cfg(test)]
mod tests;
