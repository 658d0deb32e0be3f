//! One WARC 1.1 record, written as a gzip member of its own and read back from it.
//!
//! A record also says how many bytes of its file were known to be on disk when it was written. Damage in front of that
//! mark is a damaged archive; damage behind every mark can only be what a crash tore off.

use std::fmt::Write as _;
use std::io::{self, BufRead, Read as _, Write as _};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use uuid::Uuid;

use crate::domain::{Digest, Timestamp};

/// The largest record that is read: a stop against members that inflate without end.
const RECORD_BYTES_MAX: u64 = 1 << 30;

/// How many bytes of the file were on disk for certain when the record was written.
const DURABLE_BYTES: &str = "Anafora-Durable-Bytes";

/// The types of record that an archive of ours holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordType {
    /// What the file is; its first record.
    Warcinfo,
    /// A page, or what is known of a capture.
    Resource,
    /// What happened later to a capture.
    Metadata,
}

impl RecordType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Warcinfo => "warcinfo",
            Self::Resource => "resource",
            Self::Metadata => "metadata",
        }
    }
}

/// A record to be written.
pub(super) struct Draft<'a> {
    pub(super) record_type: RecordType,
    pub(super) record_id: Uuid,
    /// Written to the second.
    pub(super) date: Timestamp,
    /// An ASCII URI; a `warcinfo` has the file's name instead.
    pub(super) target: &'a str,
    /// The file's first record; `None` for that record itself.
    pub(super) warcinfo: Option<Uuid>,
    /// The page of the same capture that viewers open first.
    pub(super) concurrent_to: Option<Uuid>,
    pub(super) media_type: &'a str,
    pub(super) durable_bytes: u64,
    pub(super) block: &'a [u8],
}

impl Draft<'_> {
    /// The record as a whole gzip member.
    pub(super) fn member(&self) -> io::Result<Vec<u8>> {
        let header = self.header().map_err(io::Error::other)?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(header.as_bytes())?;
        encoder.write_all(self.block)?;
        encoder.write_all(b"\r\n\r\n")?;
        encoder.finish()
    }

    fn header(&self) -> Result<String, std::fmt::Error> {
        let digest = Digest::of(self.block);
        let mut text = format!("WARC/1.1\r\nWARC-Type: {}\r\n", self.record_type.as_str());
        write!(text, "WARC-Record-ID: <{}>\r\n", self.record_id.urn())?;
        write!(text, "WARC-Date: {}\r\n", to_the_second(self.date))?;
        let target_field =
            if self.record_type == RecordType::Warcinfo { "WARC-Filename" } else { "WARC-Target-URI" };
        write!(text, "{target_field}: {}\r\n", self.target)?;
        if let Some(warcinfo) = self.warcinfo {
            write!(text, "WARC-Warcinfo-ID: <{}>\r\n", warcinfo.urn())?;
        }
        if let Some(page) = self.concurrent_to {
            write!(text, "WARC-Concurrent-To: <{}>\r\n", page.urn())?;
        }
        write!(text, "WARC-Block-Digest: {digest}\r\n")?;
        if self.record_type == RecordType::Resource {
            write!(text, "WARC-Payload-Digest: {digest}\r\n")?;
        }
        write!(text, "{DURABLE_BYTES}: {}\r\n", self.durable_bytes)?;
        write!(text, "Content-Type: {}\r\n", self.media_type)?;
        write!(text, "Content-Length: {}\r\n\r\n", self.block.len())?;
        Ok(text)
    }
}

/// A moment as WARC dates are written here: viewers tell captures apart by the second.
fn to_the_second(moment: Timestamp) -> String {
    Timestamp::from_millis(moment.as_millis() / 1000 * 1000).to_string().replace(".000Z", "Z")
}

/// A record that was read.
#[derive(Debug)]
pub(super) struct Record {
    fields: Vec<(String, String)>,
    block: Vec<u8>,
}

impl Record {
    /// Reads one gzip member that holds exactly one record; `None` where the input has ended.
    ///
    /// An error for which [`is_damage`] holds speaks of the bytes; any other one of the machine.
    pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Self>> {
        if input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut content = Vec::new();
        GzDecoder::new(input).take(RECORD_BYTES_MAX + 1).read_to_end(&mut content)?;
        if content.len() as u64 > RECORD_BYTES_MAX {
            return Err(malformed("a record is larger than any that is written"));
        }
        Self::parse(content).map(Some)
    }

    fn parse(mut content: Vec<u8>) -> io::Result<Self> {
        let header_end = content
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .ok_or_else(|| malformed("a record has no end of header"))?;
        let header = content.get(..header_end).unwrap_or_default();
        let header = std::str::from_utf8(header).map_err(|_| malformed("a header is not UTF-8"))?;
        let mut lines = header.split("\r\n");
        if lines.next() != Some("WARC/1.1") {
            return Err(malformed("a record does not begin with `WARC/1.1`"));
        }
        let fields = lines
            .map(|line| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned())))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| malformed("a header line has no colon"))?;
        content.drain(..header_end + 4);
        if !content.ends_with(b"\r\n\r\n") {
            return Err(malformed("a record does not end in two empty lines"));
        }
        content.truncate(content.len() - 4);
        let record = Self { fields, block: content };
        if record.number("Content-Length") != Some(record.block.len() as u64) {
            return Err(malformed("a record is not as long as it says"));
        }
        Ok(record)
    }

    /// The value of a header field; an empty text where it is missing.
    pub(super) fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.field(name).parse().ok()
    }

    /// The record's name, without its angle brackets.
    pub(super) fn record_id(&self) -> &str {
        self.field("WARC-Record-ID").trim_start_matches('<').trim_end_matches('>')
    }

    /// How many bytes of its file were on disk for certain when it was written.
    pub(super) fn durable_bytes(&self) -> u64 {
        self.number(DURABLE_BYTES).unwrap_or(0)
    }

    pub(super) fn block(&self) -> &[u8] {
        &self.block
    }

    /// Whether the block is the one that was written.
    pub(super) fn is_intact(&self) -> bool {
        self.field("WARC-Block-Digest") == Digest::of(&self.block).to_string()
    }
}

fn malformed(detail: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail)
}

/// Whether an error speaks of the bytes that were read, not of the machine that read them.
pub(super) fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(block: &[u8]) -> Vec<u8> {
        let draft = Draft {
            record_type: RecordType::Resource,
            record_id: Uuid::from_u128(1),
            date: Timestamp::from_millis(1_795_371_120_999),
            target: "https://demo.invalid/payment/A-1",
            warcinfo: Some(Uuid::from_u128(2)),
            concurrent_to: Some(Uuid::from_u128(3)),
            media_type: "text/html",
            durable_bytes: 42,
            block,
        };
        draft.member().unwrap()
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        for block in [&b""[..], b"page", b"\r\n\r\n", b"a\r\n\r\nb\r\n\r\n", &[0, 159, 255]] {
            let record = Record::read(&mut member(block).as_slice()).unwrap().unwrap();
            assert_eq!(record.block(), block);
            assert_eq!(record.field("warc-date"), "2026-11-22T18:12:00Z");
            assert_eq!(record.record_id(), "urn:uuid:00000000-0000-0000-0000-000000000001");
            assert_eq!(record.durable_bytes(), 42);
            assert!(record.is_intact());
        }
    }

    #[test]
    fn reading_stops_at_the_end_of_a_member() {
        let both = [member(b"one"), member(b"two")].concat();
        let mut input = both.as_slice();
        let mut read = || Record::read(&mut input).unwrap().map(|record| record.block().to_vec());
        assert_eq!([read(), read(), read()], [Some(b"one".to_vec()), Some(b"two".to_vec()), None]);
    }

    #[test]
    fn what_is_no_record_is_damage() {
        let check = |content: &str| {
            let error = Record::parse(content.into()).unwrap_err();
            assert!(is_damage(&error), "{content:?}: {error}");
        };
        check("");
        check("WARC/1.1\r\nContent-Length: 4\r\n");
        check("WARC/1.0\r\nContent-Length: 4\r\n\r\npage\r\n\r\n");
        check("WARC/1.1\r\nContent-Length\r\n\r\npage\r\n\r\n");
        check("WARC/1.1\r\nContent-Length: 3\r\n\r\npage\r\n\r\n");
        check("WARC/1.1\r\nContent-Type: a/b\r\n\r\npage\r\n\r\n");
        check("WARC/1.1\r\nContent-Length: 4\r\n\r\npage----");
    }

    #[test]
    fn a_member_cut_anywhere_is_damage() {
        let whole = member(b"page");
        for length in 1..whole.len() {
            let error = Record::read(&mut &whole[..length]).unwrap_err();
            assert!(is_damage(&error), "cut at {length}: {error}");
        }
    }
}
