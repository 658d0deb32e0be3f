//! Rebuilds a store from the pages that it kept: each is judged again as in a replay, and pointed to where it stands.
//!
//! Nothing but archive, profile and manifest of the old store is read, and nothing of it is changed. Captures that no commit
//! points to are skipped, as in a replay. The archive's note of a commit reaches the disk later
//! than the commit itself, so that a crash may cost the last note of each worker: those IDs wait in line again.

use std::path::Path;
use std::sync::Arc;

use crate::archive::{
    Archive, ArchiveError, Kept, Manifest, Recording, Salvage, WarcArchive, WarcPages, WarcRecording,
    copy_pages,
};
use crate::crawl::{Ending, Policy, Stop};
use crate::domain::{Cause, Counts, DocumentId, State};
use crate::fetch::{Fetcher, ReplayFetcher};
use crate::frontier::{Documents, Entries, Frontier, SledFrontier};
use crate::profile::Profile;
use crate::store::{StoreDirectory, UnfinishedStore};

use super::super::Exit;
use super::super::exit::Failure;
use super::super::output::{print, tell};
use super::super::progress::Progress;
use super::super::stored::remembered_profile;
use super::super::voice::Voice;
use super::super::work::Work;
use super::super::{assemble, command, plan};
use super::off_the_runtime;

/// Pages that were not reached and are named; the rest is counted.
const UNREACHED_SHOWN_MAX: usize = 5;

/// Makes a store of what `old` has in its archive.
pub(super) async fn run(
    old: &Path,
    new: &Path,
    profile: Option<&str>,
    voice: Voice,
) -> Result<Exit, Failure> {
    // Its lock keeps crawls out of the archive; its frontier is not looked at.
    let old = StoreDirectory::open_to_read(old)?;
    let mut manifest = manifest_of(&old)?;
    let profile = profile_of(&old, &manifest, profile)?;
    manifest.profile_digest = profile.digest;
    manifest.bounds.routed = profile.routed_kinds();

    let unfinished = UnfinishedStore::begin(new)?;
    manifest.write(unfinished.path())?;
    unfinished.remember_profile(&profile.text)?;
    let (from, to, of) = (old.archive(), unfinished.archive(), manifest.clone());
    let pages = off_the_runtime(move || Pages::bring(&from, &to, of)).await?;
    let frontier = Arc::new(SledFrontier::open(&unfinished.frontier(), assemble::clock())?);
    let rebuilt = rebuild(&frontier, pages, profile, &manifest, voice).await;
    let closed = frontier.close().await;
    let rebuilt = rebuilt?;
    closed?;
    unfinished.finish()?;
    rebuilt.show(old.path(), new, voice)
}

/// The pages of the old store, and how they come to be those of the new one.
struct Pages {
    recording: Arc<dyn Recording>,
    archive: Arc<dyn Archive>,
    /// Every ID that has a committed page.
    committed: Vec<String>,
    /// Bytes that cannot be read; `None` where the archive is whole.
    lost_bytes: Option<u64>,
}

impl Pages {
    /// Copies an archive that is whole, and points into the copy. Of one that is damaged, a copy would not open: what can
    /// be read is written anew while it is replayed.
    fn bring(from: &Path, to: &Path, manifest: Manifest) -> Result<Self, ArchiveError> {
        let owned = |ids: &mut dyn Iterator<Item = &str>| ids.map(str::to_owned).collect();
        let survey = WarcPages::of(from).survey()?;
        if survey.files == 0 {
            let directory = from.display().to_string();
            return Err(ArchiveError::NotARecording {
                directory,
                detail: "there are no WARC files in it".into(),
            });
        }
        if survey.damages.is_empty() && reads_every_page(from)? {
            copy_pages(from, to)?;
            let recording = Arc::new(WarcRecording::open(to)?);
            let committed = owned(&mut recording.committed_ids());
            let archive = Arc::new(Kept::new(Arc::clone(&recording)));
            return Ok(Self { recording, archive, committed, lost_bytes: None });
        }
        let recording = Salvage::of(from, manifest.clone())?;
        let committed = owned(&mut recording.committed_ids());
        let lost_bytes = Some(recording.lost_bytes());
        let archive = Arc::new(WarcArchive::open(to, manifest, assemble::clock())?);
        Ok(Self { recording: Arc::new(recording), archive, committed, lost_bytes })
    }
}

/// Whether every commit leads to its page. Files that are whole themselves may have taken the place of others.
fn reads_every_page(archive: &Path) -> Result<bool, ArchiveError> {
    let recording = match WarcRecording::open(archive) {
        Err(ArchiveError::Damaged { .. }) => return Ok(false),
        opened => opened?,
    };
    for id in recording.committed_ids() {
        match recording.find(id) {
            Err(ArchiveError::Damaged { .. }) => return Ok(false),
            found => drop(found?),
        }
    }
    Ok(true)
}

fn manifest_of(old: &StoreDirectory) -> Result<Manifest, Failure> {
    Manifest::read(old.path())?.ok_or_else(|| {
        let text = format!("`{}` has no manifest: what it began with is not known", old.path().display());
        let hint = "bring `manifest.json` back from a copy, or crawl into a new directory";
        Failure::new(Exit::Store, text, hint)
    })
}

/// The profile that was named, or the store's own, or the built-in one of that name.
fn profile_of(old: &StoreDirectory, manifest: &Manifest, named: Option<&str>) -> Result<Profile, Failure> {
    let profile = match (named, remembered_profile(old)) {
        (Some(name), _) => Profile::resolve(name)?,
        (None, Ok(Some(remembered))) => remembered,
        (None, Ok(None)) => Profile::resolve(&manifest.profile)?,
        (None, Err(failure)) => return Err(failure),
    };
    if profile.name != manifest.profile {
        let text =
            format!("this store belongs to the profile `{}`, not to `{}`", manifest.profile, profile.name);
        return Err(Failure::new(Exit::Store, text, "--profile takes another version of the same profile"));
    }
    Ok(profile)
}

/// What came of a rebuilt store.
struct Rebuilt {
    counts: Counts,
    /// Named by a document, and without a page: in line again.
    revived: u64,
    /// Pages that no way from the seeds leads to any more.
    unreached: Vec<String>,
    /// Bytes of the archive that could not be read.
    lost_bytes: Option<u64>,
}

/// Replays every committed page into an empty frontier.
async fn rebuild(
    frontier: &Arc<SledFrontier>,
    pages: Pages,
    profile: Profile,
    manifest: &Manifest,
    voice: Voice,
) -> Result<Rebuilt, Failure> {
    let progress = Arc::new(Progress::new(voice));
    let work = Work {
        frontier: Arc::clone(frontier) as Arc<dyn Frontier>,
        archive: pages.archive,
        evidence: None,
        policy: Policy::of_recording(&profile),
        bounds: manifest.bounds.clone(),
        seeds: plan::all_seeds(&profile, manifest),
        profile: Arc::new(profile),
        progress: Arc::clone(&progress),
        stop: Stop::default(),
    };
    let fetcher: Box<dyn Fetcher> = Box::new(ReplayFetcher::new(pages.recording));
    let (ended, listener) = work.run(vec![fetcher]).await?;
    progress.finish();
    match ended?.ending {
        Ending::Drained => {}
        Ending::Interrupted => {
            return Err(Failure::new(Exit::Interrupted, "interrupted: nothing was restored", "run it again"));
        }
        Ending::Failed(error) => return Err(error.into()),
    }
    listener.output_begins();
    let revived = revive_unrecorded(frontier.as_ref()).await?;
    let unreached = unreached(frontier.as_ref(), pages.committed).await?;
    frontier.end_run("restored from the archive").await?;
    let counts = frontier.counts().await?;
    Ok(Rebuilt { counts, revived, unreached, lost_bytes: pages.lost_bytes })
}

/// What has no page was not given up: it still waited when the archive ended.
async fn revive_unrecorded(frontier: &SledFrontier) -> Result<u64, Failure> {
    let mut revived = 0;
    let mut walk = Entries::of(frontier);
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            return Ok(revived);
        }
        let unrecorded = entries
            .into_iter()
            .filter(|entry| entry.state == State::Dead && matches!(entry.cause, Some(Cause::NotRecorded)));
        let unrecorded: Vec<DocumentId> = unrecorded.map(|entry| entry.id).collect();
        if !unrecorded.is_empty() {
            revived += frontier.revive(&unrecorded).await?;
        }
    }
}

async fn unreached(documents: &dyn Documents, committed: Vec<String>) -> Result<Vec<String>, Failure> {
    let mut unreached = Vec::new();
    for id in committed {
        if documents.entry(&id).await?.is_none() {
            unreached.push(id);
        }
    }
    unreached.sort_unstable();
    Ok(unreached)
}

impl Rebuilt {
    fn show(&self, old: &Path, new: &Path, voice: Voice) -> Result<Exit, Failure> {
        let Counts { stored, absent, dead, references, .. } = self.counts;
        print(&format!(
            "restored {stored} stored, {absent} absent, {references} references; {} in line again\n",
            self.revived
        ))?;
        let (verify, crawl) = (command::on_store("verify", new), command::on_store("crawl", new));
        if voice > Voice::Quiet {
            tell(&format!("attempts and histories begin anew; `{}` was not changed", old.display()));
            tell(&format!("next: {verify}, then {crawl} goes on"));
        }
        if let Some(bytes) = self.lost_bytes {
            tell(&format!(
                "the archive is damaged: {bytes} bytes or whole files of it cannot be read; what can be was written anew, \
                 and what lost its page is in line again"
            ));
        }
        if !self.unreached.is_empty() {
            let shown: Vec<&str> =
                self.unreached.iter().take(UNREACHED_SHOWN_MAX).map(String::as_str).collect();
            tell(&format!(
                "no way from the seeds leads to {} pages until what is in line is looked up; they are not in it: {}",
                self.unreached.len(),
                shown.join(", ")
            ));
        }
        if dead > 0 {
            tell(&format!("{dead} pages are read otherwise than before and are dead letters now"));
            return Ok(Exit::DeadLetters);
        }
        Ok(Exit::Closed)
    }
}
