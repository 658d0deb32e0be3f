//! What stands in the tables: records, their keys and their bytes.
//!
//! A value is JSON with a CRC-32 in front, so that a damaged store is noticed and not believed. No value is larger than
//! a few KiB, since the storage engine keeps larger ones in files that it never syncs: long records are cut in chunks.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::body::Body;
use super::{Entry, FrontierError};
use crate::domain::{Counts, Document, DocumentId, PageRef, State, Timestamp};

/// How many bytes of a long record stand under one key, at most.
pub(super) const CHUNK_BYTES_MAX: usize = 4_000;

/// The key of the counts and sequences in the meta table.
pub(super) const TALLY: &[u8] = b"tally";

/// The key of the bounds in the meta table.
pub(super) const BOUNDS: &[u8] = b"bounds";

/// The beginning of the keys of paused kinds in the meta table.
pub(super) const PAUSES: &[u8] = b"pause/";

/// The key that stands in the meta table while a dump is read in and not yet whole.
pub(super) const RESTORING: &[u8] = b"restoring";

/// How long a text for people may be: the record that keeps it must stay small.
const TEXT_CHARS_MAX: usize = 500;

/// What the frontier knows of one ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    /// What readers see. Its cause stays while the ID is leased again: it tells a delayed ID from a queued one.
    pub(super) entry: Entry,
    /// The order in which IDs were first heard of.
    pub(super) seq: u64,
    /// When it may be leased, while it is queued, leased or delayed.
    #[serde(with = "millis")]
    pub(super) visible_at: Timestamp,
    /// Where a lease that is given back puts it.
    #[serde(with = "millis")]
    pub(super) place: Timestamp,
    /// The token of the lease that holds it.
    pub(super) token: Option<u64>,
    /// How often in a row our own process died while it was leased.
    pub(super) cut_offs: u32,
    /// How often it was postponed; rows of the first stores do not say.
    #[serde(default)]
    pub(super) postponed: u32,
    /// How many events its history was given; rows of the first stores do not say, and have none.
    #[serde(default)]
    pub(super) happenings: u32,
}

impl Row {
    /// The key in the schedule of an ID that is or will become visible.
    pub(super) fn schedule_key(&self) -> Option<Vec<u8>> {
        matches!(self.entry.state, State::Queued | State::Leased | State::Delayed).then(|| {
            let moment = self.visible_at.as_millis().to_be_bytes();
            [moment, self.seq.to_be_bytes()].concat()
        })
    }

    /// Where the ID stands while nobody has it and no bound holds it back.
    pub(super) const fn waiting(&self) -> State {
        if self.entry.cause.is_some() { State::Delayed } else { State::Queued }
    }

    /// Ends the lease as if it had never been: the attempt does not count and the ID has its old place in line.
    pub(super) const fn give_back(&mut self) {
        self.token = None;
        self.visible_at = self.place;
        self.entry.attempts = self.entry.attempts.saturating_sub(1);
        self.entry.state = self.waiting();
    }
}

/// The counts and the sequences: changed in the same step as the rows they count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    /// IDs by state, and references.
    pub(super) counts: Counts,
    /// The place in line of the next new ID.
    pub(super) next_seq: u64,
    /// The token of the next lease.
    pub(super) next_token: u64,
    /// How many changes were made so far.
    pub(super) revision: u64,
    /// Whether bounds were ever set.
    #[serde(default)]
    pub(super) has_bounds: bool,
    /// How many kinds are paused.
    #[serde(default)]
    pub(super) paused_kinds: u64,
    /// Of how many kinds it is kept what was found.
    #[serde(default)]
    pub(super) covered_kinds: u64,
    /// How many runs there were.
    #[serde(default)]
    pub(super) runs: u64,
}

impl Tally {
    /// How many IDs were let in: every known one but those that a bound holds back.
    pub(super) const fn taken(&self) -> u64 {
        self.counts.known().saturating_sub(self.counts.bounded)
    }
}

/// A document without its fields, warnings and references.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) id: DocumentId,
    pub(super) route: String,
    pub(super) captured_at: Timestamp,
    pub(super) page: PageRef,
    /// How many references it holds.
    pub(super) references: u32,
    /// In how many chunks its body stands.
    pub(super) body_chunks: u32,
    /// How long the JSON of its body is; headers of the first stores do not say, and their bodies are not packed.
    #[serde(default)]
    pub(super) body_json_bytes: Option<u32>,
}

impl Header {
    /// The document again; its references stand elsewhere.
    pub(super) fn with(self, body: Body) -> Document {
        Document {
            id: self.id,
            route: self.route,
            captured_at: self.captured_at,
            page: self.page,
            fields: body.fields,
            references: Vec::new(),
            warnings: body.warnings,
        }
    }
}

/// The JSON of a record.
pub(super) fn json<T: Serialize>(record: &T) -> Result<Vec<u8>, FrontierError> {
    serde_json::to_vec(record)
        .map_err(|error| FrontierError::Store { detail: format!("a record cannot be written: {error}") })
}

/// A value: a checksum and what it protects.
pub(super) fn seal(payload: &[u8]) -> Vec<u8> {
    let mut value = crc32fast::hash(payload).to_be_bytes().to_vec();
    value.extend_from_slice(payload);
    value
}

/// What stands in a value, if it is what was written.
pub(super) fn unseal(value: &[u8]) -> Result<&[u8], FrontierError> {
    match value.split_first_chunk::<4>() {
        Some((checksum, payload)) if crc32fast::hash(payload).to_be_bytes() == *checksum => Ok(payload),
        _ => Err(damaged("a value does not have its checksum")),
    }
}

/// A record, from its JSON.
pub(super) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, FrontierError> {
    serde_json::from_slice(json).map_err(|error| damaged(format!("a record cannot be read: {error}")))
}

/// A record, from its value.
pub(super) fn open<T: DeserializeOwned>(value: &[u8]) -> Result<T, FrontierError> {
    parse(unseal(value)?)
}

/// The error for a store that does not agree with itself.
pub(super) fn damaged(detail: impl Into<String>) -> FrontierError {
    FrontierError::Damaged { detail: detail.into() }
}

/// The beginning of every key that belongs to an ID. Its length comes first, so that no ID is the beginning of another.
pub(super) fn owner_key(id: &str) -> Vec<u8> {
    let length = u32::try_from(id.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), id.as_bytes()].concat()
}

/// The ID to which a key belongs that begins as [`owner_key`] says.
pub(super) fn owner(key: &[u8]) -> Result<&str, FrontierError> {
    let owner = key.split_first_chunk::<4>().and_then(|(length, rest)| {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        std::str::from_utf8(rest.get(..length)?).ok()
    });
    owner.ok_or_else(|| damaged("a key does not say to whom it belongs"))
}

/// The key of a chunk of a document's body.
pub(super) fn chunk_key(record: &[u8], chunk: u32) -> Vec<u8> {
    [record, &chunk.to_be_bytes()].concat()
}

/// The beginning of the keys of a document's reference.
pub(super) fn reference_key(source: &str, index: u32) -> Vec<u8> {
    chunk_key(&owner_key(source), index)
}

/// The key that leads from a target to a reference. Sorted by source within a target, and then by number.
pub(super) fn named_by_key(target: &str, source: &str, index: u32) -> Vec<u8> {
    [&owner_key(target), source.as_bytes(), &index.to_be_bytes()].concat()
}

/// The key of an event in the history of an ID.
pub(super) fn event_key(id: &str, number: u32) -> Vec<u8> {
    chunk_key(&owner_key(id), number)
}

/// The key of a paused kind in the meta table.
pub(super) fn pause_key(kind: &str) -> Vec<u8> {
    [PAUSES, kind.as_bytes()].concat()
}

/// The key of a run.
pub(super) fn run_key(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

/// A text for people, cut where it is too long.
pub(super) fn shortened(text: &str) -> String {
    cut(text, TEXT_CHARS_MAX)
}

/// The beginning of a text, and a sign that there was more.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    let mut cut: String = text.chars().take(chars_max).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// The number at the end of a key.
pub(super) fn last_number(key: &[u8]) -> Result<u32, FrontierError> {
    key.last_chunk::<4>()
        .map(|bytes| u32::from_be_bytes(*bytes))
        .ok_or_else(|| damaged("a key is too short for its number"))
}

/// Moments in keys and rows are plain numbers: those beyond the year 9999 have no spelling.
pub(super) mod millis {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::domain::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(in crate::frontier) fn serialize<S: Serializer>(
        moment: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(moment.as_millis())
    }

    pub(in crate::frontier) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        u64::deserialize(deserializer).map(Timestamp::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_a_flipped_bit_is_damaged() {
        let sealed = seal(&json(&Tally::default()).unwrap());
        assert_eq!(open::<Tally>(&sealed).unwrap(), Tally::default());
        for index in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[index] ^= 1;
            assert!(matches!(open::<Tally>(&flipped), Err(FrontierError::Damaged { .. })), "byte {index}");
        }
        assert!(matches!(unseal(b"abc"), Err(FrontierError::Damaged { .. })));
    }

    #[test]
    fn the_keys_of_one_id_are_never_those_of_another() {
        assert!(!owner_key("A\0B").starts_with(&owner_key("A")));
        assert!(!owner_key("AB").starts_with(&owner_key("A")));
        assert_eq!(owner(&event_key("A\0B", 7)).unwrap(), "A\0B");
        assert!(owner(&owner_key("AB")[..5]).is_err());
        assert!(named_by_key("T", "A", 19_999) < named_by_key("T", "AB", 0));
    }
}
