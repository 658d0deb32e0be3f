//! Plain data that every other module speaks in: no I/O, no async, no time of day.

mod capture;
mod counts;
mod coverage;
mod document;
mod history;
mod id;
mod lease;
mod outcome;
mod reference;
mod run;
mod time;

pub use capture::{ArchiveRef, Capture, Digest, PageRef, Part, PassedOver, Trace, Verdict};
pub use counts::{Counts, State};
pub use coverage::{Choice, ChoiceCoverage, Coverage, FieldCoverage, Pause, Recent};
pub use document::{Document, Field, Value, Warning};
pub use history::{Attempted, Ended, Happened, Happening};
pub use id::DocumentId;
pub use lease::{Lease, Remarks, WorkerId};
pub use outcome::{Cause, Outcome};
pub use reference::{Bound, Bounds, Edge, Intent, Reference};
pub use run::{Run, RunEnd};
pub use time::Timestamp;
