//! What is known of a capture beside its bytes, in the JSON form that fixtures and WARC files share.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::{Capture, Digest, DocumentId, Part, PassedOver, Timestamp, Trace, Verdict};

/// A capture without the bytes of its parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Description {
    /// The version of the form; 1.
    pub(super) v: u32,
    pub(super) id: String,
    scheme: String,
    kind: String,
    route: String,
    captured_at: Timestamp,
    marker: Option<Verdict>,
    row_id: Option<String>,
    /// The digest of the whole capture.
    pub(super) digest: Digest,
    pub(super) parts: Vec<PartDescription>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    passed_over: Vec<PassedOver>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trace: Vec<Trace>,
    /// The digest of the profile that brought the capture; stands in the manifest where all captures share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile_digest: Option<Digest>,
}

/// A part without its bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PartDescription {
    pub(super) name: String,
    url: String,
    media_type: String,
    #[serde(flatten)]
    pub(super) place: Place,
    digest: Digest,
}

/// Where the bytes of a part are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// In a file beside the description.
    File(String),
    /// In the block of the record of this name.
    Record(String),
}

impl Description {
    /// Describes a capture whose parts are stored at these places, in order.
    pub(super) fn of(capture: &Capture, places: impl IntoIterator<Item = Place>) -> Self {
        let describe = |(part, place): (&Part, Place)| PartDescription {
            name: part.name.clone(),
            url: part.url.clone(),
            media_type: part.media_type.clone(),
            place,
            digest: Digest::of(&part.bytes),
        };
        Self {
            v: 1,
            id: capture.id.as_str().to_owned(),
            scheme: capture.id.scheme().to_owned(),
            kind: capture.id.kind().to_owned(),
            route: capture.route.clone(),
            captured_at: capture.captured_at,
            marker: capture.marker,
            row_id: capture.row_id.clone(),
            digest: capture.digest(),
            parts: capture.parts.iter().zip(places).map(describe).collect(),
            passed_over: capture.passed_over.clone(),
            trace: capture.trace.clone(),
            profile_digest: None,
        }
    }

    /// Leaves out what differs from one recording of the same page to the next.
    pub(super) fn without_trace(self) -> Self {
        Self { trace: Vec::new(), ..self }
    }

    /// Names the profile that brought the capture.
    pub(super) fn by_profile(self, digest: Digest) -> Self {
        Self { profile_digest: Some(digest), ..self }
    }

    /// Puts a capture together again from the bytes of its parts, in order; says what does not agree.
    pub(super) fn assemble(self, bytes: Vec<Arc<[u8]>>) -> Result<Capture, String> {
        if bytes.len() != self.parts.len() {
            return Err(format!("{} of {} parts are there", bytes.len(), self.parts.len()));
        }
        let mut parts = Vec::with_capacity(bytes.len());
        for (part, bytes) in self.parts.into_iter().zip(bytes) {
            let found = Digest::of(&bytes);
            if found != part.digest {
                let PartDescription { name, digest, .. } = part;
                return Err(format!("part `{name}` has the digest {found}, {digest} is noted"));
            }
            parts.push(Part { name: part.name, url: part.url, media_type: part.media_type, bytes });
        }
        let capture = Capture {
            id: DocumentId::from_canonical(self.id, self.scheme, self.kind),
            route: self.route,
            captured_at: self.captured_at,
            parts,
            marker: self.marker,
            row_id: self.row_id,
            passed_over: self.passed_over,
            trace: self.trace,
        };
        let found = capture.digest();
        if found == self.digest {
            Ok(capture)
        } else {
            Err(format!("the capture has the digest {found}, {} is noted", self.digest))
        }
    }
}
