//! What the archive notes of a commit, so that every outcome can be derived from the archive alone.

use serde::{Deserialize, Serialize};

use crate::domain::{PageRef, State};

/// The record that says that a commit points to a capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Commitment {
    pub(super) id: String,
    pub(super) state: State,
    #[serde(flatten)]
    pub(super) page: PageRef,
}

/// The beginning of the URIs of those records.
pub(super) const COMMITTED: &str = "urn:anafora:committed:";
