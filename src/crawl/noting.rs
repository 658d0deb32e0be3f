//! Tells the archive once more which of its captures count, after a run that may have died before it could.
//!
//! The frontier's commit is durable when it returns; the archive's note of it reaches the disk with the next capture. So
//! a crash can lose the notes of some captures, and a replay would miss their documents. They are one a worker at the
//! most, but not the last ones: while one worker is between its commit and its note, others may keep many captures.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::archive::Archive;
use crate::domain::{ArchiveRef, State};
use crate::frontier::{Documents, Entries, Entry};

use super::ending::CrawlError;

/// The captures that the commits of a frontier point to.
pub struct Committed {
    /// Where the last of them ends, by file.
    ends: BTreeMap<String, u64>,
    recent: Recent,
}

impl Committed {
    /// Goes through every commit. `workers_max` is the largest number of workers that any run may have had.
    ///
    /// # Errors
    /// Where the frontier cannot be read.
    pub async fn of(documents: &dyn Documents, workers_max: usize) -> Result<Self, CrawlError> {
        let (mut ends, mut recent) = (BTreeMap::new(), Recent { workers_max, ..Recent::default() });
        let mut walk = Entries::of(documents);
        loop {
            let entries = walk.next().await?;
            if entries.is_empty() {
                return Ok(Self { ends, recent });
            }
            for (entry, kept) in entries.iter().filter_map(kept) {
                let end = ends.entry(kept.file.clone()).or_default();
                *end = kept.offset.saturating_add(kept.length).max(*end);
                recent.add((kept.file.clone(), kept.offset), entry.id.to_string());
            }
        }
    }

    /// Where the last capture of each file of the archive ends: so many bytes of it must be there.
    #[must_use]
    pub const fn ends(&self) -> &BTreeMap<String, u64> {
        &self.ends
    }

    /// Notes every capture of the archive's newest file again, and the last ones before it. A note that is there already
    /// is harmless, and an archive that knows of it writes none.
    ///
    /// # Errors
    /// Where the frontier cannot be read or the archive not be written.
    pub async fn note_again(
        self,
        documents: &dyn Documents,
        archive: &dyn Archive,
    ) -> Result<(), CrawlError> {
        for id in self.recent.ids() {
            if let Some(Entry { id, state, page: Some(page), .. }) = documents.entry(&id).await? {
                archive.committed(&id, &page, state).await?;
            }
        }
        Ok(())
    }
}

/// Where a capture's pages begin: file and offset, which grow with time.
type Place = (String, u64);

/// The captures whose notes may be missing.
#[derive(Default)]
struct Recent {
    workers_max: usize,
    file: String,
    /// Those in the newest file.
    newest: Vec<(Place, String)>,
    /// The last ones of the files before.
    earlier: BinaryHeap<Reverse<(Place, String)>>,
}

impl Recent {
    fn add(&mut self, place: Place, id: String) {
        if place.0 > self.file {
            self.file.clone_from(&place.0);
            for before in std::mem::take(&mut self.newest) {
                self.add_earlier(before);
            }
        }
        if place.0 == self.file {
            self.newest.push((place, id));
        } else {
            self.add_earlier((place, id));
        }
    }

    fn add_earlier(&mut self, capture: (Place, String)) {
        self.earlier.push(Reverse(capture));
        if self.earlier.len() > self.workers_max {
            self.earlier.pop();
        }
    }

    /// Every ID, in the order in which their pages were kept.
    fn ids(self) -> impl Iterator<Item = String> {
        let mut captures = self.newest;
        captures.extend(self.earlier.into_iter().map(|Reverse(capture)| capture));
        captures.sort();
        captures.into_iter().map(|(_, id)| id)
    }
}

fn kept(entry: &Entry) -> Option<(&Entry, &ArchiveRef)> {
    let kept = entry.page.as_ref()?.archive.as_ref()?;
    matches!(entry.state, State::Stored | State::Absent).then_some((entry, kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_file_is_noted_whole_and_of_the_others_the_last_captures() {
        let mut recent = Recent { workers_max: 2, ..Recent::default() };
        for (file, offset) in [("b", 9), ("a", 7), ("b", 1), ("c", 3), ("b", 5), ("c", 2), ("c", 1), ("a", 8)]
        {
            recent.add((file.to_owned(), offset), format!("{file}{offset}"));
        }
        assert_eq!(recent.ids().collect::<Vec<_>>(), ["b5", "b9", "c1", "c2", "c3"]);
    }
}
