//! What a recording held that its profile does not, and what a person must still decide: by step and by name.

use std::collections::BTreeMap;
use std::fmt;

/// One step of a recording and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The step's number in the recording, from 1.
    pub number: usize,
    /// Its type, as in `waitForExpression`.
    pub kind: String,
    /// What became of it, and why.
    pub said: String,
}

/// Everything that is to be said of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// What cannot be mapped: by hand, where it matters.
    pub unmapped: Vec<Note>,
    /// What is guessed, or left to a person.
    pub open: Vec<Note>,
    /// What was left out as it decides nothing.
    pub dropped: Vec<Note>,
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "step {} ({}): {}", self.number, self.kind, self.said)
    }
}

impl Notes {
    /// What was left out: a line a reason, with all its steps.
    #[must_use]
    pub fn dropped_lines(&self) -> Vec<String> {
        let mut steps: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for note in &self.dropped {
            steps.entry((&note.kind, &note.said)).or_default().push(note.number.to_string());
        }
        let line = |((kind, said), numbers): ((&str, &str), Vec<String>)| {
            let word = if numbers.len() == 1 { "step" } else { "steps" };
            format!("{word} {} ({kind}): {said}", numbers.join(", "))
        };
        steps.into_iter().map(line).collect()
    }
}
