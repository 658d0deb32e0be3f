//! JSON as it was written: every value keeps its place in the text, and pointers find it there.
//!
//! Numbers stay the digits that were sent. Whether a text is JSON at all is said by `serde_json`; it is cut into its values
//! here, in a loop, since a text can be nested deeper than any stack.

mod pointer;
mod scan;

use std::ops::Range;

pub use pointer::{Pointer, PointerError};

/// More values than this are no answer about one document, and would fill the memory.
pub const VALUES_MAX: usize = 1_000_000;

/// A parsed text.
#[derive(Debug)]
pub struct Json {
    text: String,
    /// In the order of the text: a value stands before what it holds.
    nodes: Vec<Node>,
}

/// Why a text cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It is none, or is cut off.
    #[error("it is no JSON: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It holds more than anybody reads.
    #[error("it holds more than {VALUES_MAX} values")]
    TooMany,
}

/// One value in the text.
#[derive(Debug)]
struct Node {
    sort: Sort,
    /// Where it stands, quotes and brackets included.
    span: Range<usize>,
    /// Where its name stands, quotes included, where it is the member of an object.
    name: Option<Range<usize>>,
    /// The first node that is not part of it.
    end: usize,
}

/// What sort of thing a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Members with names.
    Object,
    /// Elements in order.
    List,
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// `null`.
    Null,
}

/// One value of a parsed text.
#[derive(Clone, Copy, Debug)]
pub struct Value<'j> {
    json: &'j Json,
    index: usize,
}

impl Json {
    /// Parses a text.
    ///
    /// # Errors
    /// Where it is no JSON, or holds more than [`VALUES_MAX`] values.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        serde_json::from_str::<serde::de::IgnoredAny>(text)?;
        Ok(Self { text: text.to_owned(), nodes: scan::nodes(text)? })
    }

    /// The whole of it; `None` never, as no JSON is empty.
    #[must_use]
    pub fn root(&self) -> Option<Value<'_>> {
        self.value(0)
    }

    /// The value with this number, as [`Value::index`] gives it.
    #[must_use]
    pub fn value(&self, index: usize) -> Option<Value<'_>> {
        (index < self.nodes.len()).then_some(Value { json: self, index })
    }

    /// Every value in the order of the text, each before what it holds.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.nodes.len()).map(|index| Value { json: self, index })
    }
}

impl<'j> Value<'j> {
    /// Its number in the order of the text.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The first number behind it that is not of something it holds.
    #[must_use]
    pub fn end(&self) -> usize {
        self.node().map_or(self.index, |node| node.end)
    }

    /// What sort of thing it is.
    #[must_use]
    pub fn sort(&self) -> Sort {
        self.node().map_or(Sort::Null, |node| node.sort)
    }

    /// Its text as it was written, quotes and brackets included.
    #[must_use]
    pub fn written(&self) -> &'j str {
        self.node().and_then(|node| self.json.text.get(node.span.clone())).unwrap_or_default()
    }

    /// What it says: a text without quotes and escapes, a number's or flag's own digits and letters. `None` for what
    /// holds other values, and for `null`.
    #[must_use]
    pub fn said(&self) -> Option<String> {
        match self.sort() {
            Sort::Text => Some(decoded(self.written())),
            Sort::Number | Sort::Flag => Some(self.written().to_owned()),
            Sort::Object | Sort::List | Sort::Null => None,
        }
    }

    /// The member of this name; the last one, where several have it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Self> {
        if self.sort() != Sort::Object {
            return None;
        }
        self.inside().filter(|value| value.is_called(name)).last()
    }

    /// The elements of a list; what is no list is taken as a list of one, and `null` as an empty one.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let alone = (!matches!(self.sort(), Sort::List | Sort::Null)).then_some(self);
        let inside = (self.sort() == Sort::List).then(|| self.inside());
        inside.into_iter().flatten().chain(alone)
    }

    /// How many elements the list has; `None` where it is none.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        (self.sort() == Sort::List).then(|| self.inside().count())
    }

    /// What it holds directly.
    fn inside(self) -> impl Iterator<Item = Self> {
        let end = self.end();
        let first = Some(self.index + 1).filter(|first| *first < end);
        let next = move |value: &Self| Some(value.end()).filter(|next| *next < end);
        let json = self.json;
        std::iter::successors(first.map(|index| Value { json, index }), move |value| {
            next(value).map(|index| Value { json, index })
        })
    }

    fn is_called(&self, name: &str) -> bool {
        let written = self.node().and_then(|node| self.json.text.get(node.name.clone()?));
        written.is_some_and(|written| decoded(written) == name)
    }

    fn node(&self) -> Option<&'j Node> {
        self.json.nodes.get(self.index)
    }
}

/// A text without its quotes and escapes.
fn decoded(written: &str) -> String {
    serde_json::from_str(written).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_say_what_was_written() {
        let json = Json::parse(r#" {"a": 1518518.50, "b": [true, null, "\u0391\n\"]"], "c": {"d": 1e400}} "#)
            .unwrap();
        let root = json.root().unwrap();
        assert_eq!(root.member("a").unwrap().said().as_deref(), Some("1518518.50"));
        let b: Vec<_> = root.member("b").unwrap().elements().map(|value| value.said()).collect();
        assert_eq!(b, [Some("true".to_owned()), None, Some("Α\n\"]".to_owned())]);
        let c = root.member("c").unwrap();
        assert_eq!((c.written(), c.said()), (r#"{"d": 1e400}"#, None));
        assert_eq!(c.member("d").unwrap().written(), "1e400");
        assert!(root.member("d").is_none(), "it stands inside another");
        assert_eq!(root.member("a").unwrap().elements().count(), 1, "a value that is no list is one of one");
        assert_eq!(json.values().count(), 8);
    }

    #[test]
    fn of_members_with_the_same_name_the_last_counts() {
        let json = Json::parse(r#"{"a": 1, "\u0061": 2}"#).unwrap();
        assert_eq!(json.root().unwrap().member("a").unwrap().written(), "2");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "nul", "{\"a\" 1}", "[1] 2", "\"\\x\"", "{'a': 1}"] {
            assert!(matches!(Json::parse(text), Err(JsonError::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn depth_and_number_of_values_are_no_danger() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        let json = Json::parse(&deep).unwrap();
        assert_eq!(json.root().unwrap().end(), 200_000);
        let wide = format!("[{}1]", "1,".repeat(VALUES_MAX));
        assert!(matches!(Json::parse(&wide), Err(JsonError::TooMany)));
    }
}
