//! What a look-up leaves behind for people who look for the reason of its failure.

use crate::domain::{Part, Trace};

/// What can still be seen of a look-up. Whatever could not be had is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witness {
    /// The page as it was when the look-up failed, or else the last one that was read.
    pub page: Option<Part>,
    /// The parts that the steps captured, in their order, whatever came after.
    pub parts: Vec<Part>,
    /// A picture of the page in PNG; none of a browser that was ended.
    pub screenshot: Option<Vec<u8>>,
    /// Whether a window was open that no step entered.
    pub has_other_windows: bool,
    /// The step that failed, as in `step 3 (wait)`; none where the failure came after all steps.
    pub step: Option<String>,
    /// What each step did, the one that failed included.
    pub trace: Vec<Trace>,
    /// The last lines that driver and browser wrote.
    pub driver_log: Option<String>,
}
