//! A look-up's pages as they were: bytes and provenance, never a live handle.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use super::{DocumentId, Timestamp};

/// What one look-up brought: the pages read, or the page that said there is no such document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The document that was asked for.
    pub id: DocumentId,
    /// The name of the profile's route that brought it.
    pub route: String,
    /// When the first part was read.
    pub captured_at: Timestamp,
    /// The pages in the order in which they were read; at least one.
    pub parts: Vec<Part>,
    /// What a marker on the page said; `None` where the flow ran to its end.
    pub marker: Option<Verdict>,
    /// The ID that stood in the result row that was opened, as written there.
    pub row_id: Option<String>,
    /// The routes before this one that failed, so that this one was taken.
    pub passed_over: Vec<PassedOver>,
    /// What each step did.
    pub trace: Vec<Trace>,
}

impl Capture {
    /// The digest of all parts: names, media types and bytes, in order.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = Sha256::new();
        for part in &self.parts {
            for piece in [part.name.as_bytes(), part.media_type.as_bytes(), &part.bytes] {
                hasher.update((piece.len() as u64).to_be_bytes());
                hasher.update(piece);
            }
        }
        Digest(hasher.finalize().into())
    }

    /// The part of this name.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }
}

/// One page, frame, tab or answer of a service, under the name that the profile gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name that the profile's capture step gives, as in `detail`.
    pub name: String,
    /// The address the browser showed while it was read.
    pub url: String,
    /// The media type, as in `text/html`.
    pub media_type: String,
    /// The bytes as they were read, untouched.
    pub bytes: Arc<[u8]>,
}

/// A route that was not to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Its name.
    pub route: String,
    /// Why, as in `unavailable: status 503`.
    pub why: String,
}

/// What one step of a look-up did, for people who look for the reason of a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The step, as in `wait` or `click`.
    pub step: String,
    /// The alternative that matched, as written in the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<String>,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// What a marker on a page means. The set is closed: profiles choose from it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// What the step waited for is there.
    GoOn,
    /// The portal says that there is no such document.
    Absent,
    /// The portal forgot the search: a new flow is needed.
    SessionLost,
    /// The portal is down or under maintenance.
    Unavailable,
    /// The portal refuses to serve: a captcha or a ban. A person must look.
    Blocked,
    /// The portal asks for a login. A person must look.
    Login,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::GoOn => "go_on",
            Self::Absent => "absent",
            Self::SessionLost => "session_lost",
            Self::Unavailable => "unavailable",
            Self::Blocked => "blocked",
            Self::Login => "login",
        })
    }
}

/// A SHA-256 digest. Shown and serialised as `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The raw 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix("sha256:")
            .and_then(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| {
                format!("`{text}` is not a digest: `sha256:` and 64 hexadecimal digits were expected")
            })
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Which pages a document was read from, and where the archive keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRef {
    /// The digest of the capture.
    pub digest: Digest,
    /// Where its bytes are; `None` where the crawl keeps none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveRef>,
}

/// A place in an archive, relative to it: never a path of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveRef {
    /// The file's name inside the archive.
    pub file: String,
    /// The first byte of the capture's first record.
    pub offset: u64,
    /// How many bytes the capture's records take.
    pub length: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(parts: &[(&str, &str)]) -> Capture {
        let part = |(name, bytes): &(&str, &str)| Part {
            name: (*name).into(),
            url: "http://portal.invalid/".into(),
            media_type: "text/html".into(),
            bytes: bytes.as_bytes().into(),
        };
        Capture {
            id: DocumentId::from_canonical("A-1", "s", "k"),
            route: "form".into(),
            captured_at: Timestamp::default(),
            parts: parts.iter().map(part).collect(),
            marker: None,
            row_id: None,
            passed_over: Vec::new(),
            trace: Vec::new(),
        }
    }

    #[test]
    fn a_digest_tells_where_one_part_ends_and_the_next_begins() {
        assert_ne!(capture(&[("a", "bc")]).digest(), capture(&[("ab", "c")]).digest());
        assert_ne!(capture(&[("a", "b"), ("c", "d")]).digest(), capture(&[("a", "bcd")]).digest());
    }

    #[test]
    fn a_digest_reads_back_as_it_was_written() {
        let digest = Digest::of(b"page");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        assert!("sha256:00".parse::<Digest>().is_err());
    }
}
