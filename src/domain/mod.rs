//! Plain data that every other module speaks in: no I/O, no async, no time of day.

mod capture;
mod counts;
mod document;
mod id;
mod lease;
mod outcome;
mod reference;
mod time;

pub use capture::{ArchiveRef, Capture, Digest, PageRef, Part, Trace, Verdict};
pub use counts::{Counts, State};
pub use document::{Document, Field, Value, Warning};
pub use id::DocumentId;
pub use lease::{Lease, WorkerId};
pub use outcome::{Cause, Outcome};
pub use reference::{Bound, Bounds, Edge, Intent, Reference};
pub use time::Timestamp;
