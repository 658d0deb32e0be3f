//! How a checked profile wants its portal treated: how gently, how patiently, and when its pages are taken for changed.

use std::time::Duration;

/// How gently a portal is treated, and how patiently.
#[derive(Clone, Debug)]
pub struct Pace {
    /// The least time between two steps that make the portal work, over all sessions.
    pub delay: Duration,
    /// The longest to which slow answers and failures of the portal lengthen it.
    pub delay_max: Duration,
    /// How many such steps there may be on one day (UTC); as many as come where `None`.
    pub requests_per_day: Option<u32>,
    /// Whether the portal's robots.txt counts.
    pub robots: RobotsRule,
    /// What happens where something else stands in its place.
    pub robots_unreadable: RobotsUnreadable,
    /// How long a browser session may take to begin.
    pub start_deadline: Duration,
    /// How long one step may take.
    pub step_deadline: Duration,
    /// How long one look-up may take.
    pub lookup_deadline: Duration,
    /// How often an ID is tried before it is a dead letter.
    pub attempts: u32,
    /// How often a lost session is begun anew inside one attempt.
    pub lost_sessions_max: u32,
    /// Look-ups after which a browser session is replaced.
    pub session_lookups_max: u32,
    /// The largest page that is read, in bytes.
    pub page_bytes_max: u64,
    /// How long the portal may be unavailable before a crawl stops.
    pub unavailable_max: Duration,
}

/// When the layout of a kind is taken for changed: `missing` of the last `of` documents lack what every page must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drift {
    /// In so many documents something is missing; at least 1.
    pub missing: usize,
    /// So many of the last documents are looked at; at least `missing`, [`crate::domain::Coverage::RECENT_MAX`] at most.
    pub of: usize,
}

impl Default for Drift {
    fn default() -> Self {
        Self { missing: 3, of: 10 }
    }
}

/// What holds where a profile does not say.
impl Default for Pace {
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(1),
            delay_max: Duration::from_secs(30),
            requests_per_day: None,
            robots: RobotsRule::default(),
            robots_unreadable: RobotsUnreadable::default(),
            start_deadline: Duration::from_secs(60),
            step_deadline: Duration::from_secs(20),
            lookup_deadline: Duration::from_secs(90),
            attempts: 4,
            lost_sessions_max: 3,
            session_lookups_max: 200,
            page_bytes_max: 16 << 20,
            unavailable_max: Duration::from_secs(120),
        }
    }
}

/// Whether a portal's robots.txt counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RobotsRule {
    /// What it excludes is not asked for.
    #[default]
    Honour,
    /// It is not even asked for, as with the portal's own permission: every crawl says so.
    Ignore,
}

/// What happens where something else stands in the place of a robots.txt, as a login page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RobotsUnreadable {
    /// The crawl stops: wishes that nobody could read are not none.
    #[default]
    Stop,
    /// The crawl goes on as if there were none, and says so.
    GoOn,
}
