//! The WARC records of one capture: its description, and for each part what viewers show and the untouched bytes.
//!
//! The description comes first and names the records that hold the exact bytes. Reading needs those and nothing else.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::sync::Arc;

use uuid::Uuid;

use super::description::{Description, Place};
use super::viewer_copy::viewer_copy;
use super::warc_record::{Draft, Record, RecordType, is_damage};
use super::{ArchiveError, Manifest, address};
use crate::domain::{Capture, Digest, Part, Timestamp};

/// A capture that is about to be written.
pub(super) struct CaptureRecords<'a> {
    capture: &'a Capture,
    /// Where viewers find the capture.
    pub(super) address: String,
    description: Description,
    parts: Vec<PartRecords<'a>>,
}

/// A part with the names of its records: one and the same where viewers can be shown the exact bytes.
struct PartRecords<'a> {
    part: &'a Part,
    address: String,
    shown: Uuid,
    exact: Uuid,
}

/// What all records of a capture have in common.
#[derive(Clone, Copy)]
pub(super) struct Surroundings {
    pub(super) date: Timestamp,
    pub(super) warcinfo: Uuid,
    pub(super) durable_bytes: u64,
}

impl<'a> CaptureRecords<'a> {
    pub(super) fn of(capture: &'a Capture, manifest: &Manifest) -> Self {
        let address = address::of_capture(&manifest.profile, capture);
        let with_names = |(part, address): (&'a Part, String)| {
            let shown = Uuid::new_v4();
            let exact = if is_html(&part.media_type) { Uuid::new_v4() } else { shown };
            PartRecords { part, address, shown, exact }
        };
        let addresses = address::of_parts(&address, capture);
        let parts: Vec<_> = capture.parts.iter().zip(addresses).map(with_names).collect();
        let places = parts.iter().map(|part| Place::Record(part.exact.urn().to_string()));
        let description = Description::of(capture, places).by_profile(manifest.profile_digest);
        Self { capture, address, description, parts }
    }

    pub(super) fn digest(&self) -> Digest {
        self.description.digest
    }

    pub(super) fn captured_at(&self) -> Timestamp {
        self.capture.captured_at
    }

    /// Hands every record to `append`, one after the other: a large page and its copy are not held at once for long.
    pub(super) fn write(
        &self,
        surroundings: Surroundings,
        append: &mut dyn FnMut(&Draft<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let json = serde_json::to_vec(&self.description)?;
        let first = self.parts.first().map(|part| part.shown);
        let description = Draft {
            record_type: RecordType::Resource,
            record_id: Uuid::new_v4(),
            date: surroundings.date,
            target: &address::of_description(&self.address),
            warcinfo: Some(surroundings.warcinfo),
            concurrent_to: first,
            media_type: "application/json",
            durable_bytes: surroundings.durable_bytes,
            block: &json,
        };
        append(&description)?;
        for part in &self.parts {
            let shown = Draft {
                record_id: part.shown,
                target: &part.address,
                concurrent_to: first.filter(|first| *first != part.shown),
                ..description
            };
            part.write(&shown, append)?;
        }
        Ok(())
    }
}

impl PartRecords<'_> {
    fn write(
        &self,
        shown: &Draft<'_>,
        append: &mut dyn FnMut(&Draft<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let media_type = field_value(&self.part.media_type);
        let bytes = &self.part.bytes;
        if self.shown == self.exact {
            return append(&Draft { media_type: &media_type, block: bytes, ..*shown });
        }
        let copy = viewer_copy(bytes, &self.part.url);
        append(&Draft { media_type: "text/html; charset=utf-8", block: &copy, ..*shown })?;
        drop(copy);
        append(&Draft {
            record_id: self.exact,
            target: &address::of_raw_part(&self.address),
            concurrent_to: shown.concurrent_to.or(Some(self.shown)),
            media_type: &media_type,
            block: bytes,
            ..*shown
        })
    }
}

fn is_html(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("text/html") || essence.eq_ignore_ascii_case("application/xhtml+xml")
}

/// A media type that can stand in a header, whatever a portal said.
fn field_value(media_type: &str) -> String {
    let is_safe = |text: &&str| !text.is_empty() && text.chars().all(|letter| matches!(letter, ' '..='~'));
    Some(media_type.trim()).filter(is_safe).unwrap_or("application/octet-stream").to_owned()
}

/// Reads the capture whose records the input holds; what does not agree is an error for which [`is_damage`] holds.
pub(super) fn read_capture(input: &mut impl BufRead) -> io::Result<Capture> {
    let first = Record::read(input)?.ok_or_else(|| malformed("there are no records"))?;
    if !first.is_intact() || !first.field("WARC-Target-URI").starts_with("urn:pageinfo:") {
        return Err(malformed("the first record is not the description of a capture"));
    }
    let description: Description = serde_json::from_slice(first.block()).map_err(malformed)?;
    let mut blocks: HashMap<String, Option<Arc<[u8]>>> = HashMap::new();
    for part in &description.parts {
        if let Place::Record(name) = &part.place {
            blocks.insert(name.clone(), None);
        }
    }
    while let Some(record) = Record::read(input)? {
        if let Some(block) = blocks.get_mut(record.record_id()) {
            *block = Some(record.block().into());
        }
    }
    let block_of = |place: &Place| match place {
        Place::Record(name) => blocks.get(name).cloned().flatten(),
        Place::File(_) => None,
    };
    let bytes = description.parts.iter().filter_map(|part| block_of(&part.place)).collect();
    description.assemble(bytes).map_err(malformed)
}

fn malformed(detail: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail)
}

/// Whether reading a capture failed for what is in the file.
pub(super) fn as_archive_error(file: &std::path::Path, offset: u64, error: io::Error) -> ArchiveError {
    if is_damage(&error) {
        super::durable::damaged(file, format!("the capture at byte {offset}: {error}"))
    } else {
        super::durable::failed("reading", file)(error)
    }
}
