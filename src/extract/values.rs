//! A part that is JSON: its values, and where each of them stands in the text that is read.

use std::ops::Range;

use super::text::VisibleText;
use crate::json::{Json, Value};

/// The values of one part.
pub(super) struct Values {
    json: Json,
    /// Where each value stands in the text, by its number; what holds others stands where these do.
    ranges: Vec<Range<usize>>,
}

impl Values {
    /// Parses a part, and gives its text: what its values say, each apart from the next. `None` where it is no JSON.
    pub(super) fn parse(source: &str) -> Option<(Self, VisibleText)> {
        let json = Json::parse(source).ok()?;
        let (text, ranges) = VisibleText::apart(json.values().map(|value| value.said()));
        Some((Self { json, ranges }, text))
    }

    /// The whole answer.
    pub(super) fn root(&self) -> Option<Value<'_>> {
        self.json.root()
    }

    /// Where a value stands in the text.
    pub(super) fn range(&self, value: Value<'_>) -> Range<usize> {
        let start = self.ranges.get(value.index()).map_or(0, |range| range.start);
        let last = value.end().checked_sub(1).and_then(|last| self.ranges.get(last));
        start..last.map_or(start, |range| range.end)
    }
}
