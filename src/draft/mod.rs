//! Writes first profiles: from an address and an example ID, or from a recording of a look-up in a browser.
//!
//! Pure: text in, text and notes out. What is written always loads; what it cannot know is a guess that a comment
//! marks, and what could not be carried over is listed by name. It never guesses that a document is absent.

mod address;
mod awaited;
mod css;
mod example;
mod flow;
mod generated;
mod lookup;
mod notation;
mod notes;
mod portal;
mod recording;
mod row;
mod starting;
mod step;
mod target;
#[cfg(test)]
mod tests;
mod typed_id;

pub use address::SearchAddress;
pub use example::ExampleId;
pub use lookup::RecordedLookUp;
pub use notes::{Note, Notes};
pub use starting::starting_profile;

/// The name of the file in which a profile of this name stands.
#[must_use]
pub fn file_name(profile: &str) -> String {
    format!("{}.toml", address::slug(profile))
}

/// Why no profile can be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// What was given is no address of a search page.
    #[error("`{text}` is no address of the web: {reason}")]
    Address {
        /// What was given.
        text: String,
        /// Why it is none.
        reason: String,
    },
    /// What was given cannot be an ID.
    #[error("`{text}` cannot be an ID: {reason}")]
    Example {
        /// What was given.
        text: String,
        /// Why it cannot.
        reason: &'static str,
    },
    /// What was given is no recording of a look-up.
    #[error("the recording cannot be read: {reason}")]
    Recording {
        /// Why it cannot.
        reason: String,
    },
    /// None of the texts typed looks like an ID, or several do.
    #[error("{}", unclear(candidates))]
    UnclearId {
        /// Those that do.
        candidates: Vec<String>,
    },
}

fn unclear(candidates: &[String]) -> String {
    match candidates {
        [] => "nothing that was typed in the recording looks like an ID".to_owned(),
        several => {
            format!("several texts typed in the recording look like an ID: `{}`", several.join("`, `"))
        }
    }
}
