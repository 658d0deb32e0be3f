//! Shows what a crawl found: one file per format, all of them read from [`crate::frontier::Documents`].

mod difference;
mod expected;
mod explain;
mod graph;
mod jsonl;
mod line;
mod report;
mod status;

pub use difference::{Difference, differences};
pub use expected::{expected_absence, expected_document};
pub use explain::{Explanation, near};
pub use graph::{GraphFormat, Trail};
pub use jsonl::{field_value, jsonl};
pub use line::one_line;
pub use report::{Nowhere, Report, Whereto};
pub use status::{status_json, status_text};

use crate::frontier::FrontierError;

#[cfg(test)]
mod tests;

/// Why something could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store could not be read.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
    /// The output could not be written.
    #[error("writing the output failed")]
    Write(#[from] std::io::Error),
    /// The ID was never seen.
    #[error("{id} is not in the store")]
    Unknown {
        /// The ID.
        id: String,
    },
}
