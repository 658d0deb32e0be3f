//! Watches for changes of layout: asks for the coverage of a kind after outcomes that may show one, and pauses the kind.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::domain::{Cause, Outcome, Warning};

use super::drift;
use super::ending::CrawlError;
use super::event::Event;
use super::shared::Shared;

/// What was told already in this run, so that it is told once.
#[derive(Debug, Default)]
pub(super) struct Watch(Mutex<BTreeSet<(String, Option<String>)>>);

impl Watch {
    /// Whether this is told for the first time: a kind, or a field of it.
    fn is_new(&self, kind: &str, field: Option<&str>) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert((kind.to_owned(), field.map(str::to_owned)))
    }
}

/// Whether an outcome may show that a layout has changed. Most do not, and cost nothing more.
pub(super) fn speaks_of_layout(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Stored(document) => {
            document.warnings.iter().any(|warning| matches!(warning, Warning::FieldMissing { .. }))
        }
        Outcome::Retry { cause, .. } | Outcome::Dead { cause } => {
            matches!(cause, Cause::LayoutChanged { .. })
        }
        Outcome::Postponed { .. } | Outcome::Absent { .. } | Outcome::Release => false,
    }
}

/// Pauses the kind where too many of its last documents lack what every page must have, and tells of fields that faded.
pub(super) async fn look(shared: &Shared, kind: &str) -> Result<(), CrawlError> {
    let coverage = shared.frontier.coverage(kind).await?;
    for faded in drift::faded(&coverage) {
        if shared.watch.is_new(kind, Some(&faded.field)) {
            let (kind, field) = (kind.to_owned(), faded.field);
            shared.emit(&Event::FieldFaded { kind, field, since: faded.since });
        }
    }
    let alarm = shared.policy.drift.and_then(|drift| drift::alarm(&coverage, drift, shared.clock.now()));
    // Several workers may see it at once: who pauses the kind knows how many IDs that put aside.
    if let Some(pause) = alarm.filter(|_| shared.watch.is_new(kind, None)) {
        let ids = shared.frontier.pause(&pause).await?;
        shared.emit(&Event::KindPaused { pause, ids });
    }
    Ok(())
}
