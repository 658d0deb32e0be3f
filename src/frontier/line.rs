//! One line of a dump: a JSON object that holds one whole thing of a frontier, in version 1 of its format.
//!
//! A dump has the bounds, the pauses, the runs and the coverage, then every ID with its history and every document with
//! its references, both in the order of the IDs' text, and at last a line that says how many there were. Leases are no part
//! of it: an ID that is leased stands as it would if its holder had died. The same frontier gives the same bytes.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Entry;
use super::record::millis;
use crate::domain::{Bounds, Coverage, Document, Happening, Pause, Run, Timestamp};

/// The version of the format of lines.
const VERSION: u32 = 1;

/// One thing that a frontier holds. The set is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// How far the crawl goes, where that was ever said.
    Bounds(Bounds),
    /// A kind that is paused.
    Pause(Pause),
    /// A run; they stand in order.
    Run(Run),
    /// What was found in the documents of a kind.
    Coverage(Coverage),
    /// What is known of an ID.
    Id(Box<IdLine>),
    /// A document with all its references.
    Document(Box<Document>),
    /// Nothing follows.
    End {
        /// How many lines stand before this one.
        lines: u64,
    },
}

/// An ID with its place in line and its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdLine {
    /// What readers see of it; its cause also where an earlier attempt has it.
    pub entry: Entry,
    /// Its number in the order in which IDs were first heard of.
    pub seq: u64,
    /// From when on it may be leased while it is queued or delayed, in milliseconds since 1970.
    #[serde(with = "millis")]
    pub visible_at: Timestamp,
    /// How often in a row our own process died while it was leased.
    pub cut_offs: u32,
    /// How often it was postponed.
    #[serde(default)]
    pub postponed: u32,
    /// How many events its history was given. Of a long one only the beginning and the end were kept.
    pub happenings: u32,
    /// The events that were kept, in order.
    pub history: Vec<Happening>,
}

/// A line with its version.
#[derive(Serialize, Deserialize)]
struct Versioned<L> {
    v: u32,
    #[serde(flatten)]
    line: L,
}

/// What every version has.
#[derive(Deserialize)]
struct Version {
    v: u32,
}

impl Line {
    /// The line as JSON, without a line end.
    ///
    /// # Errors
    /// Where a value has no JSON; that of a stored record always has.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Versioned { v: VERSION, line: self })
    }

    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let Version { v } = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if v != VERSION {
            return Err(format!("it has version {v}, this anafora reads {VERSION}"));
        }
        let versioned: Versioned<Self> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        // Records are read with patience for what later versions add; a dump must come back as it was, or not at all.
        let given: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let read = serde_json::to_value(&versioned).map_err(|error| error.to_string())?;
        match unread(&given, &read) {
            Some(key) => Err(format!("it says something under `{key}` that would be lost")),
            None => Ok(versioned.line),
        }
    }
}

/// A key of what was given that is not there in what was read of it.
fn unread<'a>(given: &'a Json, read: &Json) -> Option<&'a str> {
    match (given, read) {
        (Json::Object(given), Json::Object(read)) => {
            given.iter().find_map(|(key, value)| match read.get(key) {
                Some(read) => unread(value, read),
                None if value.is_null() => None,
                None => Some(key.as_str()),
            })
        }
        (Json::Array(given), Json::Array(read)) => {
            given.iter().zip(read).find_map(|(given, read)| unread(given, read))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_lost_is_refused_wherever_it_stands() {
        let run = |more: &str, inner: &str| {
            let digest = crate::domain::Digest::of(b"profile");
            let counts = serde_json::to_string(&crate::domain::Counts::default()).unwrap();
            let counts = counts.trim_end_matches('}');
            format!(
                r#"{{"v":1,"line":"run","number":1,"profile":"{digest}","began_at":"2026-11-22T18:12:00Z","counts_before":{counts}{inner}}}{more}}}"#
            )
        };
        assert!(matches!(Line::from_json(&run("", "")).unwrap(), Line::Run(_)));
        assert!(Line::from_json(&run(r#","end":null"#, "")).is_ok(), "it says nothing");
        for (more, inner) in [(r#","mood":"good""#, ""), ("", r#","mood":7"#)] {
            let refused = Line::from_json(&run(more, inner)).unwrap_err();
            assert_eq!(refused, "it says something under `mood` that would be lost");
        }
    }
}
