//! What must be true of a store after whatever happened to it.

use std::collections::BTreeSet;
use std::path::Path;

use anafora::archive::{Recording as _, WarcPages, WarcRecording};
use anafora::audit::Audit;
use anafora::domain::State;
use anafora::frontier::{Documents, Entries, Entry, Frontier as _};

use super::trail::{Fault, Ground, Trail, manifest, number, profile};

/// Opens what is left, which counts everything anew, holds it against itself as `anafora verify` does, and all of it
/// against what was acknowledged, lines with an ID and a state, and against the trail, which only a test knows.
pub(crate) async fn inspect(store: &Path, trail: &Trail, acknowledged: &[String]) -> Result<(), Fault> {
    let ground = Ground::open(store).await?;
    let faults = inspect_opened(&ground, store, trail, acknowledged).await;
    ground.close().await?;
    let faults = faults?;
    match faults.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(format!("{} faults, the first: {first}", faults.len()).into()),
    }
}

async fn inspect_opened(
    ground: &Ground,
    store: &Path,
    trail: &Trail,
    acknowledged: &[String],
) -> Result<Vec<String>, Fault> {
    let frontier = ground.frontier.as_ref();
    frontier.verify().await?;
    let pages = WarcPages::of(&store.join("archive"));
    let audit = Audit::of(frontier, frontier.counts().await?, &manifest(&profile()), &pages).await?;
    let mut faults: Vec<String> =
        audit.faults.iter().map(|fault| format!("{}: {}", fault.about, fault.what)).collect();
    for line in acknowledged {
        let (id, state) = line.split_once(' ').ok_or("half a line was acknowledged")?;
        let is_kept = match frontier.entry(id).await? {
            None => false,
            // Whatever was only put off may be done by now.
            Some(entry) if state == "delayed" => entry.attempts > 0,
            Some(entry) => entry.state.to_string() == state,
        };
        if !is_kept {
            faults.push(format!("{line} was lost"));
        }
    }
    let archive = WarcRecording::open(&store.join("archive"))?;
    let mut seen = BTreeSet::new();
    let mut walk = Entries::of(frontier);
    loop {
        let entries = walk.next().await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            if !seen.insert(entry.id.to_string()) {
                faults.push(format!("{} is there twice", entry.id));
            }
            faults.extend(page_fault(&archive, trail, &entry));
            if entry.state == State::Stored {
                reference_faults(frontier, &entry, &mut faults).await?;
            }
        }
    }
    Ok(faults)
}

/// What is wrong with the page of an entry: it is what the portal shows, and can be found in both ways.
fn page_fault(archive: &WarcRecording, trail: &Trail, entry: &Entry) -> Option<String> {
    let id = &entry.id;
    if !matches!(entry.state, State::Stored | State::Absent) {
        return None;
    }
    let shown = trail.capture(number(id.as_str()))?;
    let Some(page) = &entry.page else { return Some(format!("{id} has no page")) };
    let Some(place) = &page.archive else { return Some(format!("the page of {id} was not kept")) };
    match archive.read_at(place) {
        Err(error) => return Some(format!("the page of {id} cannot be read: {error}")),
        Ok(capture) if capture.digest() != page.digest => return Some(format!("{id} has another page")),
        Ok(capture) if capture != shown => return Some(format!("{id} has another capture")),
        Ok(_) => {}
    }
    match archive.find(id.as_str()) {
        Ok(Some(capture)) if capture == shown => None,
        other => Some(format!("the commit of {id} is not noted in the archive: {:?}", other.map(drop))),
    }
}

/// Holds the references of a document against what they lead to, in both directions.
async fn reference_faults(
    documents: &dyn Documents,
    entry: &Entry,
    faults: &mut Vec<String>,
) -> Result<(), Fault> {
    let id = &entry.id;
    let Some(document) = documents.document(id.as_str()).await? else {
        // The audit has told it.
        return Ok(());
    };
    for reference in &document.references {
        let target = reference.target.as_str();
        if documents.entry(target).await?.is_none() {
            faults.push(format!("{id} names {target}, which is not known"));
        }
    }
    for (source, reference) in documents.named_by(id.as_str()).await? {
        let names_it = documents.document(source.as_str()).await?;
        if !names_it.is_some_and(|document| document.references.contains(&reference)) {
            faults.push(format!("{id} is named by {source}, which does not know of it"));
        }
    }
    Ok(())
}
