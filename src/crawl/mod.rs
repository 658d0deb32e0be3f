//! The engine: lease, fetch, archive, extract, commit, until nothing is queued, leased or delayed.
//!
//! It knows traits only. Which frontier, fetcher and archive it runs on makes the difference between a one-shot crawl, a
//! durable one and a replay.

mod attempt;
mod choices;
mod drift;
mod ending;
mod engine;
mod event;
mod noting;
mod policy;
mod shared;
mod showing;
mod stop;
mod trial;
mod verdict;
mod watch;
mod weather;
mod worker;

pub use ending::{CrawlError, Ending, Summary};
pub use engine::Engine;
pub use event::{Event, Observer};
pub use noting::Committed;
pub use policy::Policy;
pub use stop::Stop;
pub use trial::{Finding, Trial};
