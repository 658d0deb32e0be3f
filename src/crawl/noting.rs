//! Tells the archive once more which of its captures count, after a run that may have died before it could.
//!
//! The frontier's commit is durable when it returns; the archive's note of it reaches the disk with the next capture. So
//! a crash can lose the notes of the last captures, one a worker at the most, and a replay would miss their documents.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::archive::Archive;
use crate::domain::State;
use crate::frontier::{Documents, Entries, Entry};

use super::ending::CrawlError;

/// Notes the last captures of the archive again. A note that is there already is harmless.
///
/// `workers_max` is the largest number of workers that any run may have had.
///
/// # Errors
/// Where the frontier cannot be read or the archive not be written.
pub async fn note_again(
    documents: &dyn Documents,
    archive: &dyn Archive,
    workers_max: usize,
) -> Result<(), CrawlError> {
    let mut last = BinaryHeap::new();
    let mut walk = Entries::of(documents);
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            break;
        }
        for (place, id) in entries.iter().filter_map(place) {
            last.push(Reverse((place, id)));
            if last.len() > workers_max {
                last.pop();
            }
        }
    }
    for Reverse((_, id)) in last {
        if let Some(Entry { id, state, page: Some(page), .. }) = documents.entry(&id).await? {
            archive.committed(&id, &page, state).await?;
        }
    }
    Ok(())
}

/// Where an entry's pages begin: file and offset, which grow with time.
fn place(entry: &Entry) -> Option<((String, u64), String)> {
    let kept = entry.page.as_ref()?.archive.as_ref()?;
    matches!(entry.state, State::Stored | State::Absent)
        .then(|| ((kept.file.clone(), kept.offset), entry.id.to_string()))
}
