//! What the demo portal has served: it can be asked at any time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many arrivals are kept; later ones are only counted among the requests.
const ARRIVALS_MAX: usize = 20_000;
/// So many user agents are told apart; requests of further ones count for none.
const USER_AGENTS_MAX: usize = 100;

/// What a portal has served since its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    /// Requests of any sort but those for robots.txt.
    pub requests: u64,
    /// Requests for robots.txt.
    pub robots: u64,
    /// Searches that were answered with rows or with none.
    pub searches: u64,
    /// Rows that were opened.
    pub details: u64,
    /// Opened rows that brought another document's page.
    pub wrong_pages: u64,
    /// Steps that found their flow expired or foreign.
    pub expired: u64,
    /// Requests answered with 503.
    pub unavailable: u64,
    /// Requests that were taken and not answered.
    pub hangs: u64,
    /// Requests answered with a captcha.
    pub captchas: u64,
    /// Requests answered with a login page.
    pub logins: u64,
    /// Requests answered with 403.
    pub forbidden: u64,
    /// Documents that the open data service gave.
    pub service_answers: u64,
    /// Files that the open data service gave.
    pub attachments: u64,
    /// Requests of the open data service that came too often: answered with 429, or with JSON in the place of a file.
    pub throttled: u64,
    /// Opened rows that brought a page in another template than the first.
    pub redesigned: u64,
    /// How often the row of each ID was opened.
    pub details_by_id: BTreeMap<String, u64>,
    /// When each request that makes the portal work arrived, since its start, oldest first: a flow begun, a form or row
    /// submitted. What follows by itself, a redirect to a snapshot or a part that arrives by script, is none; a redirect
    /// from an expired flow begins another and is one.
    pub arrivals: Vec<Duration>,
    /// How many requests each user agent made, those for robots.txt included; an empty text stands for none.
    pub user_agents: BTreeMap<String, u64>,
}

/// Counts what is served.
#[derive(Debug)]
pub(super) struct Counters {
    started: Instant,
    stats: Mutex<Stats>,
}

impl Counters {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), stats: Mutex::default() }
    }

    pub(super) fn count(&self, change: impl FnOnce(&mut Stats)) {
        change(&mut self.stats.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Notes that work arrives now.
    pub(super) fn work_arrives(&self) {
        self.count(|stats| {
            if stats.arrivals.len() < ARRIVALS_MAX {
                // Read under the lock, so that the arrivals are in order.
                stats.arrivals.push(self.started.elapsed());
            }
        });
    }

    pub(super) fn user_agent(&self, name: &str) {
        self.count(|stats| {
            if stats.user_agents.contains_key(name) || stats.user_agents.len() < USER_AGENTS_MAX {
                *stats.user_agents.entry(name.to_owned()).or_default() += 1;
            }
        });
    }

    pub(super) fn stats(&self) -> Stats {
        self.stats.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_in_order_and_no_more_than_can_be_kept() {
        let counters = Counters::new();
        for _ in 0..ARRIVALS_MAX + 10 {
            counters.work_arrives();
        }
        let arrivals = counters.stats().arrivals;
        assert_eq!(arrivals.len(), ARRIVALS_MAX);
        assert!(arrivals.is_sorted());
    }

    #[test]
    fn so_many_user_agents_are_told_apart_and_no_more() {
        let counters = Counters::new();
        for number in 0..USER_AGENTS_MAX + 10 {
            counters.user_agent(&number.to_string());
        }
        counters.user_agent("0");
        let seen = counters.stats().user_agents;
        assert_eq!((seen.len(), seen["0"]), (USER_AGENTS_MAX, 2));
    }
}
