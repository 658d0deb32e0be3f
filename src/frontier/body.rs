//! What is long in a document, deflated: it is most of what a store holds, and JSON says the same again and again.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::FrontierError;
use super::record::{self, damaged};
use crate::domain::{Document, Field, Warning};

/// What is long in a document, but for its references.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) fields: Vec<Field>,
    pub(super) warnings: Vec<Warning>,
}

/// A body as it is kept.
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    /// How long its JSON is.
    pub(super) json_bytes: usize,
}

impl Body {
    /// The body of a document.
    pub(super) fn of(document: &Document) -> Self {
        Self { fields: document.fields.clone(), warnings: document.warnings.clone() }
    }

    /// The body as it is kept.
    pub(super) fn pack(&self) -> Result<Packed, FrontierError> {
        let json = record::json(self)?;
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::fast());
        let written = deflated.write_all(&json).and_then(|()| deflated.finish());
        let fault = |error| FrontierError::Store { detail: format!("a body cannot be packed: {error}") };
        Ok(Packed { bytes: written.map_err(fault)?, json_bytes: json.len() })
    }

    /// The body from what is kept and how long its JSON was; the first stores kept the JSON itself, and no length.
    pub(super) fn unpack(kept: &[u8], json_bytes: Option<u32>) -> Result<Self, FrontierError> {
        let Some(promised) = json_bytes else { return record::parse(kept) };
        let mut json = Vec::new();
        let read = DeflateDecoder::new(kept).take(u64::from(promised) + 1).read_to_end(&mut json);
        read.map_err(|error| damaged(format!("a body cannot be unpacked: {error}")))?;
        if json.len() as u64 != u64::from(promised) {
            return Err(damaged("a body has not its length"));
        }
        record::parse(&json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Value;

    fn body() -> Body {
        let field = |number: usize| Field {
            name: "line".into(),
            value: Value::Text(format!("line {number} of a contract: Προμήθεια")),
        };
        Body { fields: (0..200).map(field).collect(), warnings: Vec::new() }
    }

    fn packed() -> Packed {
        body().pack().unwrap()
    }

    #[test]
    fn a_body_comes_back_and_takes_a_fraction_of_its_length() {
        let Packed { bytes, json_bytes } = packed();
        assert_eq!(Body::unpack(&bytes, u32::try_from(json_bytes).ok()).unwrap(), body());
        assert!(bytes.len() * 5 < json_bytes, "{} of {json_bytes} bytes", bytes.len());
    }

    #[test]
    fn a_body_of_the_first_stores_is_read_as_it_stands() {
        let json = record::json(&body()).unwrap();
        assert_eq!(Body::unpack(&json, None).unwrap(), body());
    }

    #[test]
    fn a_body_of_another_length_than_was_promised_is_damaged() {
        let Packed { bytes, json_bytes } = packed();
        let promised = u32::try_from(json_bytes).unwrap();
        for (kept, promised) in [
            (bytes.as_slice(), promised - 1),
            (bytes.as_slice(), promised + 1),
            (&bytes[..bytes.len() / 2], promised),
            (&[0xff; 40], promised),
            (&[], promised),
        ] {
            let unpacked = Body::unpack(kept, Some(promised));
            assert!(matches!(unpacked, Err(FrontierError::Damaged { .. })), "{unpacked:?}");
        }
    }
}
