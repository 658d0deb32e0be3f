//! Holds a store against itself: no document without its page, no reference without its source, counts as recounted,
//! every seed known.
//!
//! The frontier's own recount stands before it. What is left of a record at the end of the archive's last file is no
//! fault: a crash tore it off before any commit pointed to it, and the next crawl cuts it off.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::archive::{ArchiveError, Manifest, Survey, WarcPages};
use crate::domain::{Counts, PageRef, State, Verdict};
use crate::frontier::{Documents, Entries, Entry, FrontierError};

/// How many faults are kept one by one; the rest is counted.
pub const FAULTS_KEPT_MAX: usize = 100;

/// What was checked, and what was found wrong.
#[derive(Debug, Default)]
pub struct Audit {
    /// What the entries were found to be, counted one by one.
    pub counts: Counts,
    /// Pages that were read and are what was committed.
    pub pages: u64,
    /// How many bytes those pages have, inflated.
    pub page_bytes: u64,
    /// Sources of references that were looked up.
    pub sources: u64,
    /// Seeds that were looked up.
    pub seeds: u64,
    /// What the archive holds.
    pub archive: Survey,
    /// What is wrong, as far as it is kept one by one.
    pub faults: Vec<Fault>,
    /// How many faults there are.
    pub faults_count: u64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The ID, or the part of the store, that it is about.
    pub about: String,
    /// What is wrong with it.
    pub what: String,
    /// What to do about it.
    pub remedy: Remedy,
}

/// Why a store could not be held against itself to the end.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The frontier could not be read.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
    /// The archive could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The thread that read pages panicked.
    #[error("reading the pages failed: {detail}")]
    Reader {
        /// What it said.
        detail: String,
    },
}

/// What puts a fault right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A store that is made of the pages has it right.
    Rebuild,
    /// The next crawl puts it right.
    Crawl,
}

/// The commands for it, as they are typed.
#[derive(Clone, Debug)]
pub struct Commands {
    /// Makes a store of the pages.
    pub rebuild: String,
    /// Crawls into the store.
    pub crawl: String,
}

impl Audit {
    /// Holds everything that a frontier says against its archive, its counts and its manifest.
    ///
    /// Reads every document and every page once, one batch of IDs after the other.
    ///
    /// # Errors
    /// Where the store cannot be read at all. What is merely wrong is a fault.
    pub async fn of(
        documents: &dyn Documents,
        counts: Counts,
        manifest: &Manifest,
        pages: &WarcPages,
    ) -> Result<Self, AuditError> {
        let mut audit = Self::default();
        let mut walk = Entries::of(documents);
        loop {
            let entries = walk.next().await?;
            if entries.is_empty() {
                break;
            }
            let mut committed = Vec::new();
            for entry in &entries {
                audit.hold_entry(documents, entry).await?;
                committed.extend(audit.committed_page(entry));
            }
            audit.hold_pages(pages, committed).await?;
        }
        audit.hold_counts(counts);
        audit.hold_seeds(documents, manifest).await?;
        let surveyed = pages.clone();
        audit.archive = off_the_runtime(move || surveyed.survey()).await??;
        let damages: Vec<String> = audit.archive.damages.iter().map(ToString::to_string).collect();
        for damage in damages {
            audit.fault("archive", damage, Remedy::Rebuild);
        }
        Ok(audit)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.faults_count == 0
    }

    async fn hold_entry(&mut self, documents: &dyn Documents, entry: &Entry) -> Result<(), AuditError> {
        let id = entry.id.as_str();
        *self.counts.of_mut(entry.state) += 1;
        match documents.document(id).await {
            Ok(Some(document)) => {
                self.counts.references += document.references.len() as u64;
                if entry.state != State::Stored {
                    self.fault(id, format!("it is {} and has a document", entry.state), Remedy::Rebuild);
                } else if document.id != entry.id || Some(&document.page) != entry.page.as_ref() {
                    self.fault(
                        id,
                        "its document was read from another page than the entry says",
                        Remedy::Rebuild,
                    );
                }
            }
            Ok(None) if entry.state == State::Stored => {
                self.fault(id, "it is stored and has no document", Remedy::Rebuild);
            }
            Ok(None) => {}
            Err(FrontierError::Damaged { detail }) => self.fault(id, detail, Remedy::Rebuild),
            Err(error) => return Err(error.into()),
        }
        let named_by = documents.named_by(id).await?;
        let sources: BTreeSet<&str> = named_by.iter().map(|(source, _)| source.as_str()).collect();
        for source in sources {
            self.sources += 1;
            let state = documents.entry(source).await?.map(|entry| entry.state);
            if state != Some(State::Stored) {
                let what = format!("{source} names it and is no stored document");
                self.fault(id, what, Remedy::Rebuild);
            }
        }
        Ok(())
    }

    /// The page that an entry must have, with what it must say.
    fn committed_page(&mut self, entry: &Entry) -> Option<(String, PageRef, State)> {
        if !matches!(entry.state, State::Stored | State::Absent) {
            return None;
        }
        let id = entry.id.as_str();
        match &entry.page {
            None => self.fault(id, format!("it is {} and has no page", entry.state), Remedy::Rebuild),
            Some(PageRef { archive: None, .. }) => {
                self.fault(id, "its page was never kept in the archive", Remedy::Rebuild);
            }
            Some(page) => return Some((id.to_owned(), page.clone(), entry.state)),
        }
        None
    }

    async fn hold_pages(
        &mut self,
        pages: &WarcPages,
        committed: Vec<(String, PageRef, State)>,
    ) -> Result<(), AuditError> {
        let pages = pages.clone();
        let read = off_the_runtime(move || {
            let read = committed.into_iter().map(|(id, page, state)| {
                let said = said_by(&pages, &id, &page, state);
                (id, said)
            });
            read.collect::<Vec<_>>()
        });
        for (id, said) in read.await? {
            match said {
                Ok(bytes) => {
                    self.pages += 1;
                    self.page_bytes += bytes;
                }
                Err(what) => self.fault(&id, what, Remedy::Rebuild),
            }
        }
        Ok(())
    }

    fn hold_counts(&mut self, kept: Counts) {
        if kept != self.counts {
            let what = format!("they say {}, and there are {}", in_words(kept), in_words(self.counts));
            self.fault("counts", what, Remedy::Rebuild);
        }
    }

    async fn hold_seeds(&mut self, documents: &dyn Documents, manifest: &Manifest) -> Result<(), AuditError> {
        for seed in &manifest.seeds {
            self.seeds += 1;
            if documents.entry(seed).await?.is_none() {
                self.fault(seed, "the manifest names it as a seed, and it is not known", Remedy::Crawl);
            }
        }
        Ok(())
    }

    fn hint(&self, remedy: Remedy, commands: &Commands) -> String {
        match remedy {
            Remedy::Rebuild if self.archive.files == 0 => {
                "no page is left to rebuild it from: bring its `archive` back from a copy of the store"
                    .to_owned()
            }
            Remedy::Rebuild => {
                let rebuild = &commands.rebuild;
                format!("{rebuild} rebuilds it from its pages; what has no page is put in line again")
            }
            Remedy::Crawl => format!("{} puts it in line", commands.crawl),
        }
    }

    fn fault(&mut self, about: &str, what: impl Into<String>, remedy: Remedy) {
        self.faults_count += 1;
        if self.faults.len() < FAULTS_KEPT_MAX {
            self.faults.push(Fault { about: about.to_owned(), what: what.into(), remedy });
        }
    }

    /// What was checked, a line each, then what is wrong, and what to do about it.
    #[must_use]
    pub fn text(&self, commands: &Commands) -> String {
        let Counts { stored, absent, references, .. } = self.counts;
        let Survey { files, captures, torn_bytes, .. } = &self.archive;
        let mut lines = vec![
            format!("IDs: {}, of them stored {stored}, absent {absent}", self.counts.known()),
            format!("references: {references}; their sources looked up: {}", self.sources),
            format!(
                "pages read: {}, {} bytes; captures in the archive: {captures}",
                self.pages, self.page_bytes
            ),
            format!("WARC files: {files}; seeds: {}", self.seeds),
        ];
        if *torn_bytes > 0 {
            lines.push(format!(
                "{torn_bytes} bytes of a record that a crash tore off; the next crawl cuts them off"
            ));
        }
        match self.faults_count {
            0 => lines.push("nothing is wrong".to_owned()),
            count => lines.push(format!("faults: {count}")),
        }
        lines.extend(self.faults.iter().map(|Fault { about, what, .. }| format!("  {about}: {what}")));
        let left_out = self.faults_count - self.faults.len() as u64;
        if left_out > 0 {
            lines.push(format!("  and {left_out} more"));
        }
        for remedy in [Remedy::Rebuild, Remedy::Crawl] {
            if self.faults.iter().any(|fault| fault.remedy == remedy) {
                lines.push(format!("hint: {}", self.hint(remedy, commands)));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }

    /// The same as one JSON object.
    #[must_use]
    pub fn json(&self, commands: &Commands) -> Json {
        let faults = self.faults.iter().map(|Fault { about, what, remedy }| {
            json!({ "about": about, "what": what, "hint": self.hint(*remedy, commands) })
        });
        json!({
            "v": 1,
            "good": self.is_good(),
            "counts": self.counts,
            "sources": self.sources,
            "pages": self.pages,
            "page_bytes": self.page_bytes,
            "seeds": self.seeds,
            "archive": {
                "files": self.archive.files,
                "bytes": self.archive.bytes,
                "captures": self.archive.captures,
                "torn_bytes": self.archive.torn_bytes,
            },
            "faults_count": self.faults_count,
            "faults": faults.collect::<Vec<_>>(),
        })
    }
}

/// Reads the page of a commit; its size, or what is wrong with it.
fn said_by(pages: &WarcPages, id: &str, page: &PageRef, state: State) -> Result<u64, String> {
    let in_words = |error: ArchiveError| match error {
        ArchiveError::Io { action, file, source } => {
            format!("its page cannot be read: {action} `{file}`: {source}")
        }
        error => format!("its page cannot be read: {error}"),
    };
    let capture = pages.read(id, page).map_err(in_words)?.ok_or("its page was never kept in the archive")?;
    if (capture.marker == Some(Verdict::Absent)) != (state == State::Absent) {
        return Err(format!("it is {state}, and its page says otherwise"));
    }
    Ok(capture.parts.iter().map(|part| part.bytes.len() as u64).sum())
}

fn in_words(counts: Counts) -> String {
    let Counts { queued, leased, delayed, stored, absent, dead, paused, bounded, references } = counts;
    format!(
        "queued {queued}, leased {leased}, delayed {delayed}, stored {stored}, absent {absent}, dead {dead}, \
         paused {paused}, bounded {bounded}, references {references}"
    )
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AuditError> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.map_err(|error| AuditError::Reader { detail: error.to_string() })
}
