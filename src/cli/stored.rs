//! Opens a store for the verbs that only read it.

use std::path::Path;
use std::sync::Arc;

use crate::clock::SystemClock;
use crate::frontier::SledFrontier;
use crate::profile::Profile;
use crate::store::{StoreDirectory, StoreError};

use super::exit::{Exit, Failure};

/// A store that nobody else has open meanwhile.
pub(super) struct Stored {
    pub(super) directory: StoreDirectory,
    pub(super) frontier: Arc<SledFrontier>,
}

impl Stored {
    /// Opens the store in this directory; it must be one already.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let directory = StoreDirectory::open(path)?;
        let frontier = Arc::new(SledFrontier::open(&directory.frontier(), Arc::new(SystemClock))?);
        Ok(Self { directory, frontier })
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
    Ok(Some(Profile::from_text(&name, &text)?))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { exit: Exit::Store, text: super::exit::chain(&error), hint: Some(error.hint()) }
    }
}
