//! The engine: lease, fetch, archive, extract, commit, until nothing is queued, leased or delayed.
//!
//! It knows traits only. Which frontier, fetcher and archive it runs on makes the difference between a one-shot crawl, a
//! durable one and a replay.

mod engine;
mod event;
mod noting;
mod policy;
mod stop;
mod verdict;
mod weather;
mod worker;

pub use engine::{CrawlError, Ending, Engine, Summary};
pub use event::{Event, Observer};
pub use noting::note_again;
pub use policy::Policy;
pub use stop::Stop;
