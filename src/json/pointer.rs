//! Pointers into JSON (RFC 6901), with `*` for every element of a list.

use std::fmt;

use super::{Sort, Value};

/// Where something stands in JSON, as in `/approvedRequests/*/code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    written: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The member of this name, or in a list the element with this number.
    Member(String),
    /// Every element of a list; what is no list is taken as a list of one.
    Every,
}

/// Why a text is no pointer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// It does not begin where every pointer does.
    #[error("it does not begin with `/`")]
    Begin,
    /// `~` stands alone.
    #[error("`~` is written `~0`, and `/` inside a name `~1`")]
    Escape,
}

impl Pointer {
    /// Reads a pointer.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(written: &str) -> Result<Self, PointerError> {
        let Some(rest) = written.strip_prefix('/') else { return Err(PointerError::Begin) };
        let steps = rest.split('/').map(step).collect::<Result<_, _>>()?;
        Ok(Self { written: written.to_owned(), steps })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Everything it leads to, in the order of the text.
    #[must_use]
    pub fn find<'j>(&self, from: Value<'j>) -> Vec<Value<'j>> {
        let mut found = vec![from];
        for step in &self.steps {
            found = match step {
                Step::Member(name) => found.into_iter().filter_map(|value| member(value, name)).collect(),
                Step::Every => found.into_iter().flat_map(Value::elements).collect(),
            };
        }
        found
    }

    /// The first value it leads to.
    #[must_use]
    pub fn first<'j>(&self, from: Value<'j>) -> Option<Value<'j>> {
        self.find(from).into_iter().next()
    }
}

fn step(written: &str) -> Result<Step, PointerError> {
    if written == "*" {
        return Ok(Step::Every);
    }
    let is_escaped =
        |(at, _): (usize, &str)| written.get(at + 1..).is_some_and(|rest| rest.starts_with(['0', '1']));
    if !written.match_indices('~').all(is_escaped) {
        return Err(PointerError::Escape);
    }
    Ok(Step::Member(written.replace("~1", "/").replace("~0", "~")))
}

fn member<'j>(value: Value<'j>, name: &str) -> Option<Value<'j>> {
    if value.sort() != Sort::List {
        return value.member(name);
    }
    let is_number = name == "0" || (!name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit()));
    let number = name.parse().ok().filter(|_| is_number)?;
    value.elements().nth(number)
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Json;
    use super::*;

    const ANSWER: &str = r#"{
        "content": [{"code": "A"}, {"code": "B"}, {"other": 1}],
        "single": {"code": "C"}, "none": null, "empty": [],
        "a/b": {"m~n": 7, "": 8, "*": 9}
    }"#;

    #[test]
    fn a_pointer_leads_to_these_values() {
        let json = Json::parse(ANSWER).unwrap();
        for (pointer, expected) in [
            ("/content/1/code", &["\"B\""][..]),
            ("/content/*/code", &["\"A\"", "\"B\""]),
            ("/content/-/code", &[]),
            ("/content/01/code", &[]),
            ("/content/9", &[]),
            ("/content/code", &[]),
            ("/single/*/code", &["\"C\""]),
            ("/single/code", &["\"C\""]),
            ("/none", &["null"]),
            ("/none/*", &[]),
            ("/none/x", &[]),
            ("/empty/*", &[]),
            ("/a~1b/m~0n", &["7"]),
            ("/a~1b/", &["8"]),
            ("/absent/*", &[]),
        ] {
            let found = Pointer::parse(pointer).unwrap().find(json.root().unwrap());
            assert_eq!(found.iter().map(Value::written).collect::<Vec<_>>(), expected, "{pointer}");
        }
    }

    #[test]
    fn what_is_no_pointer_is_refused() {
        assert_eq!(Pointer::parse("code"), Err(PointerError::Begin));
        assert_eq!(Pointer::parse(""), Err(PointerError::Begin));
        assert_eq!(Pointer::parse("/a~b"), Err(PointerError::Escape));
        assert_eq!(Pointer::parse("/a~"), Err(PointerError::Escape));
        assert_eq!(Pointer::parse("/a/*").unwrap().to_string(), "/a/*");
    }
}
