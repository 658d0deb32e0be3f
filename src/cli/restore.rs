//! `anafora restore`: a store made anew, from a dump or from the archive of a store that cannot be opened.

mod from_archive;
mod from_dump;

use std::path::PathBuf;

use clap::Args;

use crate::archive::ArchiveError;

use super::Exit;
use super::exit::Failure;
use super::voice::Voice;

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// What `anafora dump` wrote; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "from_archive", conflicts_with = "from_archive")]
    dump: Option<PathBuf>,
    /// The directory of the new store; it is empty or does not exist yet
    #[arg(short, long, value_name = "DIR")]
    data: PathBuf,
    /// Copy the pages of this store as well; the dump holds none
    #[arg(long, value_name = "STORE", conflicts_with = "from_archive")]
    archive: Option<PathBuf>,
    /// Rebuild this store from its pages, profile and manifest alone; its frontier is not opened
    #[arg(long, value_name = "STORE")]
    from_archive: Option<PathBuf>,
    /// Read the pages with another profile than the store's
    #[arg(short, long, value_name = "NAME|FILE", requires = "from_archive")]
    profile: Option<String>,
}

/// Makes the new store beside its place, and moves it there once it is whole.
pub(super) async fn run(verb: Restore, voice: Voice) -> Result<Exit, Failure> {
    let Restore { dump, data, archive, from_archive, profile } = verb;
    match (from_archive, dump) {
        (Some(old), _) => from_archive::run(&old, &data, profile.as_deref(), voice).await,
        (None, Some(dump)) => from_dump::run(&dump, &data, archive.as_deref(), voice).await,
        (None, None) => Err(Failure::new(Exit::Usage, "no dump was named", "name a file, or `-`")),
    }
}

/// Runs what blocks on files away from the threads that must not wait.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, Failure> {
    let ended = tokio::task::spawn_blocking(work).await;
    Ok(ended.map_err(|error| Failure { exit: Exit::Unexpected, text: error.to_string(), hint: None })??)
}
