//! What a `waitForElement` of a recording waits for, as far as a profile can say it.
//!
//! As Chrome's own player takes it: the wait ends where the number of elements is as `operator` and `count` say and all of
//! them have what `attributes` and `properties` say; `visible: false` turns the whole round. Whether an element is rendered
//! is not asked, so that a person who waits for an overlay to vanish says so by its absence, or by `hidden`.

use serde_json::Value as Json;

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Awaited {
    pub(super) until: Until,
    /// What the elements must have beside their selectors.
    pub(super) having: Vec<(String, String)>,
    /// What was asked beyond that, and is not asked any more.
    pub(super) but: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    There,
    Gone,
}

/// Why a wait has no step of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsaid {
    /// It waits for nothing.
    Idle(&'static str),
    /// A profile cannot say it.
    Foreign(&'static str),
}

const COUNTED: &str = "a profile cannot count: it waits for the first of them";
const ONE: &str = "exactly one is waited for, and a profile cannot count: it goes on with the first";
const NOT_ONE: &str = "any number but one ends it in Chrome: it waits until there is none";
const PROPERTIES: &str = "its `properties` are not asked: write a selector that only the awaited state has";
const LEFT: Unsaid = Unsaid::Foreign("until fewer are left: a profile waits until there is none, by `gone`");

impl Awaited {
    /// Reads what a step waits for.
    pub(super) fn of(step: &Json) -> Result<Self, Unsaid> {
        let given = |key: &str| step.get(key).filter(|value| !value.is_null());
        let count = match given("count") {
            None => 1,
            Some(count) => count.as_u64().ok_or(Unsaid::Foreign("its `count` is no number of elements"))?,
        };
        let operator = match given("operator") {
            // The format's description says `==`, Chrome's player does `>=`; nobody waits for any number.
            None if count == 0 => "==",
            None => ">=",
            Some(operator) => operator.as_str().unwrap_or_default(),
        };
        let is_visible = match given("visible") {
            None => true,
            Some(visible) => {
                visible.as_bool().ok_or(Unsaid::Foreign("its `visible` is neither `true` nor `false`"))?
            }
        };
        let asked = Asked::of(given("attributes"), given("properties"))?;
        if is_visible { as_written(operator, count, asked) } else { turned_round(operator, count, asked) }
    }

    const fn plain(until: Until) -> Self {
        Self { until, having: Vec::new(), but: None }
    }
}

fn as_written(operator: &str, count: u64, asked: Asked) -> Result<Awaited, Unsaid> {
    match (operator, count) {
        (">=", 0) => Err(Unsaid::Idle("any number of elements ends it")),
        (">=", 1) => Ok(asked.of_those(Until::There, None)),
        ("==", 1) => Ok(asked.of_those(Until::There, Some(ONE))),
        ("==" | "<=", 0) => Ok(Awaited::plain(Until::Gone)),
        (">=" | "==", _) => Ok(asked.of_those(Until::There, Some(COUNTED))),
        ("<=", _) => Err(LEFT),
        _ => Err(UNKNOWN),
    }
}

fn turned_round(operator: &str, count: u64, asked: Asked) -> Result<Awaited, Unsaid> {
    match (operator, count) {
        // None, or any: what elements have does not count.
        ("==" | "<=", 0) => Ok(Awaited::plain(Until::There)),
        (">=" | "==" | "<=", _) if asked.has_properties => Err(Unsaid::Foreign(
            "until its `properties` are others: write `gone` with a selector that tells them",
        )),
        (">=", 0) => Err(Unsaid::Foreign("it never ends: no number of elements is below nought")),
        (">=", 1) => Ok(asked.of_those(Until::Gone, None)),
        ("==", 1) => Ok(asked.of_those(Until::Gone, Some(NOT_ONE))),
        (">=", _) => Err(LEFT),
        ("<=", _) if asked.having.is_empty() && !asked.is_hidden => {
            Ok(asked.of_those(Until::There, Some(COUNTED)))
        }
        ("==" | "<=", _) => Err(Unsaid::Foreign("until there are more or fewer: a profile cannot count")),
        _ => Err(UNKNOWN),
    }
}

const UNKNOWN: Unsaid = Unsaid::Foreign("its `operator` is none of `>=`, `==` and `<=`");

/// What is asked of the elements themselves.
struct Asked {
    having: Vec<(String, String)>,
    /// Whether they must be hidden.
    is_hidden: bool,
    has_properties: bool,
}

impl Asked {
    fn of(attributes: Option<&Json>, properties: Option<&Json>) -> Result<Self, Unsaid> {
        let mut asked = Self { having: Vec::new(), is_hidden: false, has_properties: false };
        for (name, value) in entries(attributes, "its `attributes` are none")? {
            let value = value.as_str().ok_or(Unsaid::Foreign("its `attributes` are no texts"))?;
            if hides(name, value) {
                asked.is_hidden = true;
            } else {
                asked.having.push((name.clone(), value.to_owned()));
            }
        }
        for (name, value) in entries(properties, "its `properties` are none")? {
            match (name.as_str(), value) {
                ("hidden", Json::Bool(true)) => asked.is_hidden = true,
                _ => asked.has_properties = true,
            }
        }
        Ok(asked)
    }

    /// A wait for those that have it. A profile sees only what is rendered: what must be hidden must be gone.
    fn of_those(self, until: Until, but: Option<&'static str>) -> Awaited {
        let until = if self.is_hidden { until.turned() } else { until };
        Awaited { until, having: self.having, but: if self.has_properties { Some(PROPERTIES) } else { but } }
    }
}

impl Until {
    pub(super) const fn turned(self) -> Self {
        match self {
            Self::There => Self::Gone,
            Self::Gone => Self::There,
        }
    }
}

fn entries<'j>(
    given: Option<&'j Json>,
    fault: &'static str,
) -> Result<impl Iterator<Item = (&'j String, &'j Json)>, Unsaid> {
    let entries = match given {
        None => None,
        Some(given) => Some(given.as_object().ok_or(Unsaid::Foreign(fault))?),
    };
    Ok(entries.into_iter().flatten())
}

/// Whether an attribute keeps an element from being rendered.
fn hides(name: &str, value: &str) -> bool {
    let value: String = value.to_lowercase().split_whitespace().collect();
    name.eq_ignore_ascii_case("hidden")
        || (name.eq_ignore_ascii_case("style")
            && ["display:none", "visibility:hidden"].iter().any(|style| value.contains(style)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn there(but: Option<&'static str>) -> Awaited {
        Awaited { but, ..Awaited::plain(Until::There) }
    }

    fn gone(but: Option<&'static str>) -> Awaited {
        Awaited { but, ..Awaited::plain(Until::Gone) }
    }

    #[test]
    fn every_operator_means_what_it_means_in_chrome() {
        let cannot_count = Err(Unsaid::Foreign("until there are more or fewer: a profile cannot count"));
        for (step, expected) in [
            (json!({}), Ok(there(None))),
            (json!({ "operator": null, "count": null, "visible": null }), Ok(there(None))),
            (json!({ "operator": ">=", "count": 1, "visible": true }), Ok(there(None))),
            (json!({ "operator": ">=", "count": 3 }), Ok(there(Some(COUNTED)))),
            (json!({ "operator": "==", "count": 3 }), Ok(there(Some(COUNTED)))),
            (json!({ "operator": "==" }), Ok(there(Some(ONE)))),
            (json!({ "operator": "==", "count": 0 }), Ok(gone(None))),
            (json!({ "operator": "<=", "count": 0 }), Ok(gone(None))),
            (json!({ "operator": "<=", "count": 2 }), Err(LEFT)),
            (json!({ "operator": ">=", "count": 0 }), Err(Unsaid::Idle("any number of elements ends it"))),
            (json!({ "count": 0 }), Ok(gone(None))),
            (json!({ "visible": false }), Ok(gone(None))),
            (json!({ "visible": false, "operator": ">=", "count": 2 }), Err(LEFT)),
            (json!({ "visible": false, "operator": "==" }), Ok(gone(Some(NOT_ONE)))),
            // Not none is some.
            (json!({ "visible": false, "operator": "==", "count": 0 }), Ok(there(None))),
            (json!({ "visible": false, "operator": "<=", "count": 0 }), Ok(there(None))),
            (json!({ "visible": false, "operator": "<=", "count": 2 }), Ok(there(Some(COUNTED)))),
            (json!({ "visible": false, "operator": "==", "count": 2 }), cannot_count),
        ] {
            assert_eq!(Awaited::of(&step), expected, "{step}");
        }
    }

    #[test]
    fn what_is_hidden_is_gone() {
        for attributes in [
            json!({ "hidden": "" }),
            json!({ "style": "Display: none;" }),
            json!({ "style": "top: 0; visibility:hidden" }),
        ] {
            assert_eq!(Awaited::of(&json!({ "attributes": attributes })), Ok(gone(None)), "{attributes}");
            let turned = json!({ "attributes": attributes, "visible": false });
            assert_eq!(Awaited::of(&turned), Ok(there(None)), "{attributes}");
        }
        assert_eq!(Awaited::of(&json!({ "properties": { "hidden": true } })), Ok(gone(None)));
    }

    #[test]
    fn what_elements_must_have_is_kept_as_far_as_a_selector_can_say_it() {
        let busy = json!({ "aria-busy": "true" });
        let having = vec![("aria-busy".to_owned(), "true".to_owned())];
        for (step, until, but) in [
            (json!({ "attributes": busy }), Until::There, None),
            (json!({ "attributes": busy, "visible": false }), Until::Gone, None),
            (
                json!({ "attributes": busy, "properties": { "textContent": "a" } }),
                Until::There,
                Some(PROPERTIES),
            ),
        ] {
            let expected = Awaited { until, having: having.clone(), but };
            assert_eq!(Awaited::of(&step), Ok(expected), "{step}");
        }
        // Of none, everything is true.
        let none = json!({ "attributes": busy, "properties": { "a": 1 }, "operator": "==", "count": 0 });
        assert_eq!(Awaited::of(&none), Ok(gone(None)));
    }

    #[test]
    fn what_cannot_be_said_is_named() {
        for (step, reason) in [
            (json!({ "operator": ">" }), "`operator`"),
            (json!({ "operator": 1, "visible": false }), "`operator`"),
            (json!({ "count": -1 }), "`count`"),
            (json!({ "count": "1" }), "`count`"),
            (json!({ "visible": "no" }), "`visible`"),
            (json!({ "attributes": ["hidden"] }), "`attributes`"),
            (json!({ "attributes": { "hidden": true } }), "`attributes`"),
            (json!({ "properties": 7 }), "`properties`"),
            (json!({ "properties": { "a": 1 }, "visible": false }), "`properties`"),
            (json!({ "attributes": { "a": "b" }, "visible": false, "operator": "<=" }), "cannot count"),
            (json!({ "visible": false, "operator": ">=", "count": 0 }), "never ends"),
        ] {
            match Awaited::of(&step) {
                Err(Unsaid::Foreign(found)) => assert!(found.contains(reason), "{step}: {found}"),
                other => panic!("{step}: {other:?}"),
            }
        }
    }
}
