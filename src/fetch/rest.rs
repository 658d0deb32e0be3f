//! Lets a route rest that asked for it or failed again and again, while another one does its work.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A route that failed so often in a row rests.
const FAILURES_MAX: u32 = 3;
/// So long, where the portal asks for no other time.
const REST: Duration = Duration::from_secs(60);
/// Longer than this no route rests, whatever the portal asks for.
const REST_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Which routes rest. One is shared by all sessions on a portal.
#[derive(Debug, Default)]
pub struct Rests {
    routes: Mutex<BTreeMap<String, Rest>>,
}

#[derive(Debug, Default)]
struct Rest {
    failures: u32,
    until: Option<Instant>,
}

impl Rests {
    /// Whether a route is left alone now.
    pub(super) fn rests(&self, route: &str) -> bool {
        self.routes().get(route).and_then(|rest| rest.until).is_some_and(|until| Instant::now() < until)
    }

    /// A route was unavailable; how long it rests now, where it does.
    pub(super) fn failed(&self, route: &str, retry_after: Option<Duration>) -> Option<Duration> {
        let mut routes = self.routes();
        let rest = routes.entry(route.to_owned()).or_default();
        rest.failures += 1;
        let pause = retry_after.or_else(|| (rest.failures >= FAILURES_MAX).then_some(REST))?.min(REST_MAX);
        rest.until = Some(Instant::now() + pause);
        Some(pause)
    }

    /// A route answered, whatever it said.
    pub(super) fn answered(&self, route: &str) {
        self.routes().remove(route);
    }

    fn routes(&self) -> MutexGuard<'_, BTreeMap<String, Rest>> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_route_rests_after_three_failures_in_a_row_and_is_tried_again_after_a_minute() {
        let rests = Rests::default();
        assert_eq!((rests.failed("service", None), rests.failed("service", None)), (None, None));
        rests.answered("service");
        assert_eq!((rests.failed("service", None), rests.failed("service", None)), (None, None));
        assert!(!rests.rests("service"));
        assert_eq!(rests.failed("service", None), Some(REST));
        assert!(rests.rests("service") && !rests.rests("form"));
        tokio::time::advance(REST).await;
        assert!(!rests.rests("service"));
        assert_eq!(rests.failed("service", None), Some(REST), "once more is enough then");
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_portal_asks_for_is_kept_from_the_first_time_on() {
        let rests = Rests::default();
        rests.failed("service", Some(Duration::from_secs(7)));
        assert!(rests.rests("service"));
        tokio::time::advance(Duration::from_secs(7)).await;
        assert!(!rests.rests("service"));
        assert_eq!(rests.failed("service", Some(Duration::MAX)), Some(REST_MAX));
    }
}
