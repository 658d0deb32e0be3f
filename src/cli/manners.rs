//! How a crawl behaves towards its portal: under which name, at which pace, how often a day, and what robots.txt asks.

use std::sync::Arc;

use clap::Args;

use crate::config::Settings;
use crate::fetch::{Agent, BrowserFetcher, Http, Pace, Quota, QuotaError, Robots};
use crate::profile::{Profile, RobotsRule, Route};
use crate::store::StoreDirectory;

use super::assemble::clock;
use super::exit::{Exit, Failure, chain};

/// What a user adds to the profile's own manners.
#[derive(Debug, Default, Args)]
pub(super) struct MannerFlags {
    /// Tell the portal whom to write to: an e-mail address, or an address of the web
    #[arg(long, env = "ANAFORA_CONTACT", value_name = "ADDRESS")]
    pub(super) contact: Option<String>,
    /// Make the portal work at most so often a day (UTC); the profile's number otherwise
    #[arg(long, env = "ANAFORA_REQUESTS_PER_DAY", value_name = "N")]
    pub(super) requests_per_day: Option<u32>,
}

/// What all sessions of a crawl share.
pub(super) struct Manners {
    agent: Agent,
    pace: Arc<Pace>,
    robots: Option<Arc<Robots>>,
}

impl Manners {
    /// The manners of one crawl. A store keeps the count of the day.
    pub(super) fn of(
        profile: &Profile,
        settings: &Settings,
        store: Option<&StoreDirectory>,
    ) -> Result<Self, Failure> {
        let agent = agent(settings)?;
        let mut pace = Pace::of(&profile.pace);
        if let Some(requests_max) = profile.pace.requests_per_day {
            pace = pace.with_quota(match store {
                Some(store) => Quota::in_file(requests_max, store.quota(), clock())?,
                None => Quota::in_memory(requests_max, clock()),
            });
        }
        let pace = Arc::new(pace);
        let robots = match profile.pace.robots {
            RobotsRule::Honour => {
                let robots = Robots::new(&profile.base, &profile.pace, &agent, Arc::clone(&pace))?;
                Some(Arc::new(robots))
            }
            RobotsRule::Ignore => {
                tracing::warn!("the profile `{}` ignores the portal's robots.txt", profile.name);
                None
            }
        };
        Ok(Self { agent, pace, robots })
    }

    /// The way to the portal without a browser.
    pub(super) fn http(&self, profile: &Profile) -> Result<Http, Failure> {
        let (pace, robots) = (Arc::clone(&self.pace), self.robots.clone());
        Ok(Http::new(&profile.base, &self.agent, pace, robots, clock())?)
    }

    /// A fetcher that has them.
    pub(super) fn teach(&self, fetcher: impl FnOnce(Arc<Pace>) -> BrowserFetcher) -> BrowserFetcher {
        let fetcher = fetcher(Arc::clone(&self.pace)).with_agent(self.agent.clone());
        match &self.robots {
            Some(robots) => fetcher.with_robots(Arc::clone(robots)),
            None => fetcher,
        }
    }
}

/// Under which name the portal is visited.
fn agent(settings: &Settings) -> Result<Agent, Failure> {
    let Some(contact) = settings.contact.as_deref().filter(|contact| !contact.is_empty()) else {
        return Ok(Agent::default());
    };
    Agent::with_contact(contact).map_err(|error| {
        let hint = "--contact takes one as in `someone@office.example` or `https://office.example/robot`";
        Failure::new(Exit::Usage, error, hint)
    })
}

/// The number of requests a day, where one look-up can be made with it.
pub(super) fn requests_per_day(profile: &Profile, requests: u32) -> Result<u32, Failure> {
    let needed = profile.routes.iter().map(Route::requests_min).max().unwrap_or(1);
    if requests >= needed {
        return Ok(requests);
    }
    let text =
        format!("{requests} requests a day are too few for one look-up of the profile `{}`", profile.name);
    Err(Failure::new(Exit::Usage, text, format!("--requests-per-day takes {needed} or more for it")))
}

impl From<QuotaError> for Failure {
    fn from(error: QuotaError) -> Self {
        let hint = format!("without `{}` counting begins anew with this day", error.path.display());
        Self::new(Exit::Store, chain(&error), hint)
    }
}
