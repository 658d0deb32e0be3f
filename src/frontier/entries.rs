//! Every entry of a frontier in the order of the IDs, some at a time.

use super::{Documents, Entry, FrontierError};

/// How many entries are read at once.
const ENTRIES_AT_ONCE: usize = 256;

/// A walk over all entries. What is added behind it is met, what is added before it is not.
pub struct Entries<'documents> {
    documents: &'documents dyn Documents,
    after: Option<String>,
}

impl<'documents> Entries<'documents> {
    /// A walk that begins with the first entry.
    #[must_use]
    pub fn of(documents: &'documents dyn Documents) -> Self {
        Self { documents, after: None }
    }

    /// The next entries; none when all were met.
    ///
    /// # Errors
    /// Where the frontier cannot be read.
    pub async fn next(&mut self) -> Result<Vec<Entry>, FrontierError> {
        let entries = self.documents.entries(self.after.as_deref(), ENTRIES_AT_ONCE).await?;
        if let Some(last) = entries.last() {
            self.after = Some(last.id.to_string());
        }
        Ok(entries)
    }
}
