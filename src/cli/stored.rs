//! Opens a store for the verbs that only read it.

use std::path::Path;
use std::sync::Arc;

use crate::archive::Manifest;
use crate::clock::SystemClock;
use crate::frontier::SledFrontier;
use crate::profile::Profile;
use crate::store::{StoreDirectory, StoreError};

use super::assemble::check_whole;
use super::command;
use super::exit::{Exit, Failure, unopened};
use super::flags::DataFlag;
use super::settings;

/// A store that nobody else has open meanwhile.
pub(super) struct Stored {
    pub(super) frontier: Arc<SledFrontier>,
    /// Dropped last: its lock keeps crawls out until the frontier is closed.
    pub(super) directory: StoreDirectory,
}

impl Stored {
    /// Opens the store that the flag or the settings name; it must be one already.
    pub(super) fn open(flag: DataFlag, config: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = flag
            .data
            .map_or_else(|| Ok(settings::load(config)?.data), |path| Ok::<_, Failure>(Some(path)))?
        else {
            return Err(Failure::new(
                Exit::Usage,
                "no store was named",
                "name a crawl's directory with --data",
            ));
        };
        let directory = StoreDirectory::open(&path)?;
        check_whole(&directory)?;
        let frontier = Arc::new(
            SledFrontier::open(&directory.frontier(), Arc::new(SystemClock))
                .map_err(|error| unopened(directory.path(), error))?,
        );
        Ok(Self { frontier, directory })
    }

    /// Closes the store: its directory is free when this returns.
    pub(super) async fn close(self) -> Result<(), Failure> {
        Ok(self.frontier.close().await?)
    }

    /// What the crawl of the store was asked to do.
    pub(super) fn manifest(&self) -> Result<Manifest, Failure> {
        Manifest::read(self.directory.path())?.ok_or_else(|| {
            let text = format!("`{}` has no manifest", self.directory.path().display());
            let again = command::on_store("crawl ID…", self.directory.path());
            let hint = format!(
                "name its IDs once more, with every --base, --delay, --requests-per-day, --depth, --limit and --kinds that \
                 it was begun with: {again}"
            );
            Failure::new(Exit::Store, text, hint)
        })
    }

    /// The profile that the store was last used with.
    pub(super) fn profile(&self) -> Result<Profile, Failure> {
        remembered_profile(&self.directory)?.ok_or_else(|| {
            let text = format!("`{}` remembers no profile", self.directory.path().display());
            Failure::new(Exit::Store, text, "crawl with --profile and this directory once")
        })
    }
}

/// The profile that a store was last used with; `None` before the first use.
pub(super) fn remembered_profile(store: &StoreDirectory) -> Result<Option<Profile>, Failure> {
    let Some(text) = store.profile_text()? else { return Ok(None) };
    let name = store.path().join("profile.toml").display().to_string();
    Profile::from_text(&name, &text).map(Some).map_err(|error| Failure {
        hint: Some(
            "this is the copy that the store keeps: name the profile that it was crawled with by --profile"
                .into(),
        ),
        ..error.into()
    })
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { exit: Exit::Store, text: super::exit::chain(&error), hint: Some(error.hint()) }
    }
}
