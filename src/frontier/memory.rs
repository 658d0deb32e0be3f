//! A frontier that is gone when its process is: ordered maps behind a lock.
//!
//! It keeps the same bytes as the durable one. Encoding costs microseconds a document, and a crawl without a disk then
//! gives the same result, limits included.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::FrontierError;
use super::desk::Desk;
use super::recount::recount;
use super::table::{Changes, Scan, Table, Tables};
use crate::clock::Clock;
use crate::domain::Timestamp;

/// Keeps everything in memory.
pub struct MemoryFrontier {
    tables: Mutex<MemoryTables>,
    clock: Arc<dyn Clock>,
}

impl MemoryFrontier {
    /// An empty frontier.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { tables: Mutex::default(), clock }
    }

    /// Reads everything and compares it with the counts.
    ///
    /// # Errors
    /// `Damaged` where they differ.
    pub async fn verify(&self) -> Result<(), FrontierError> {
        self.run(|tables, _| recount(tables)).await
    }
}

impl Desk for MemoryFrontier {
    type Tables = MemoryTables;

    async fn run<V: Send + 'static>(
        &self,
        work: impl FnOnce(&mut MemoryTables, Timestamp) -> Result<V, FrontierError> + Send + 'static,
    ) -> Result<V, FrontierError> {
        // A caller that panicked has changed nothing: changes are made in one step, at the end.
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut tables, self.clock.now())
    }
}

/// The tables as maps.
#[derive(Debug, Default)]
pub(super) struct MemoryTables(BTreeMap<Table, BTreeMap<Vec<u8>, Vec<u8>>>);

impl Tables for MemoryTables {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, FrontierError> {
        Ok(self.0.get(&table).and_then(|pairs| pairs.get(key)).cloned())
    }

    fn scan(&self, table: Table, from: &[u8]) -> Scan<'_> {
        let from = from.to_vec();
        let pairs = self.0.get(&table).into_iter().flat_map(move |pairs| pairs.range(from.clone()..));
        Box::new(pairs.map(|(key, value)| Ok((key.clone(), value.clone()))))
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), FrontierError> {
        for ((table, key), value) in changes {
            let pairs = self.0.entry(*table).or_default();
            match value {
                Some(value) => pairs.insert(key.clone(), value.clone()),
                None => pairs.remove(key),
            };
        }
        Ok(())
    }
}
