//! `anafora graph ID`: the trail around one document.

use std::path::Path;

use crate::export::Trail;

use super::Exit;
use super::arguments::Graph;
use super::exit::Failure;
use super::output::{print, tell};
use super::seeds;
use super::stored::Stored;

/// Prints the trail; says on standard error where it had to leave documents out.
pub(super) async fn run(verb: Graph, config: Option<&Path>) -> Result<Exit, Failure> {
    let stored = Stored::open(verb.data, config)?;
    let center = seeds::parse_stored(&stored.profile()?, &verb.id)?;
    let trail = Trail::around(stored.frontier.as_ref(), center.as_str(), verb.hops, verb.most).await?;
    stored.close().await?;
    print(&trail.write(verb.format))?;
    if trail.left_out() > 0 {
        tell(&format!(
            "{} more documents within {} references are left out; --most shows more",
            trail.left_out(),
            verb.hops
        ));
    }
    Ok(Exit::Closed)
}
