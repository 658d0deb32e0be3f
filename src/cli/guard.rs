//! The hidden `anafora __guard`: a child that outlives a crawl's death just long enough to end its browsers.

use super::Exit;
use super::exit::Failure;

/// Reads what the crawl started from standard input, and ends it when the pipe ends.
pub(super) fn run() -> Result<Exit, Failure> {
    crate::fetch::run_guard(std::io::stdin().lock())?;
    Ok(Exit::Closed)
}
