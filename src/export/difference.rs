//! Where two documents differ, field by field.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// One place in which a document is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, as in `fields.lines[2].cpv` or `references[contract of A-1].evidence`; the first of a list is 1.
    pub at: String,
    /// What was expected; `None` where nothing was.
    pub expected: Option<Json>,
    /// What is there; `None` where nothing is.
    pub found: Option<Json>,
}

/// Every place in which what was found is not what was expected, in the order of what was expected.
#[must_use]
pub fn differences(expected: &Json, found: &Json) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare("", Some(expected), Some(found), &mut differences);
    differences
}

fn compare(at: &str, expected: Option<&Json>, found: Option<&Json>, into: &mut Vec<Difference>) {
    match (expected, found) {
        (expected, found) if expected == found => {}
        (Some(Json::Object(expected)), Some(Json::Object(found))) => members(at, expected, found, into),
        (Some(Json::Array(expected)), Some(Json::Array(found))) => {
            let (expected_named, found_named) = (named(expected), named(found));
            match (expected_named, found_named) {
                (Some(expected), Some(found)) => named_elements(at, &expected, &found, into),
                _ => elements(at, expected, found, into),
            }
        }
        (expected, found) => {
            into.push(Difference { at: at.to_owned(), expected: expected.cloned(), found: found.cloned() });
        }
    }
}

fn members(at: &str, expected: &Map<String, Json>, found: &Map<String, Json>, into: &mut Vec<Difference>) {
    let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    for (name, value) in expected {
        compare(&path(name), Some(value), found.get(name), into);
    }
    for (name, value) in found.iter().filter(|(name, _)| !expected.contains_key(*name)) {
        compare(&path(name), None, Some(value), into);
    }
}

/// Elements that are known by their place. What is the same at both ends is passed over, so that one new row is not many.
fn elements(at: &str, expected: &[Json], found: &[Json], into: &mut Vec<Difference>) {
    let before = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
    let (expected, found) =
        (expected.get(before..).unwrap_or_default(), found.get(before..).unwrap_or_default());
    let backwards = expected.iter().rev().zip(found.iter().rev());
    let behind = backwards.take_while(|(one, other)| one == other).count();
    let end = |list: &[Json]| list.len().saturating_sub(behind);
    for index in 0..end(expected).max(end(found)) {
        let one = expected.get(index).filter(|_| index < end(expected));
        let other = found.get(index).filter(|_| index < end(found));
        compare(&format!("{at}[{}]", before + index + 1), one, other, into);
    }
}

/// References by relation and target, those that say the same apart by number; `None` for a list of anything else.
fn named(list: &[Json]) -> Option<Vec<(String, &Json)>> {
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    let named = list.iter().map(|element| {
        let text = |key| element.get(key).and_then(Json::as_str);
        let name = format!("{} of {}", text("relation")?, text("id")?);
        let number = count.entry(name.clone()).or_default();
        *number += 1;
        Some((if *number > 1 { format!("{name}, {number}") } else { name }, element))
    });
    named.collect()
}

fn named_elements(
    at: &str,
    expected: &[(String, &Json)],
    found: &[(String, &Json)],
    into: &mut Vec<Difference>,
) {
    let of = |list: &[(String, &Json)], name: &str| -> Option<Json> {
        list.iter().find(|(known, _)| known == name).map(|(_, element)| (*element).clone())
    };
    for (name, element) in expected {
        compare(&format!("{at}[{name}]"), Some(element), of(found, name).as_ref(), into);
    }
    for (name, element) in found.iter().filter(|(name, _)| of(expected, name).is_none()) {
        compare(&format!("{at}[{name}]"), None, Some(element), into);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(expected: &Json, found: &Json) -> Vec<String> {
        let shown = |value: Option<Json>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        differences(expected, found)
            .into_iter()
            .map(|Difference { at, expected, found }| {
                format!("{at}: {} -> {}", shown(expected), shown(found))
            })
            .collect()
    }

    #[test]
    fn a_difference_is_named_by_its_field() {
        let expected =
            json!({ "fields": { "title": "a", "paid": { "amount": "1", "currency": "EUR" }, "gone": 1 } });
        let found =
            json!({ "fields": { "title": "b", "paid": { "amount": "2", "currency": "EUR" }, "new": true } });
        assert_eq!(
            told(&expected, &found),
            [
                r#"fields.title: "a" -> "b""#,
                r#"fields.paid.amount: "1" -> "2""#,
                "fields.gone: 1 -> none",
                "fields.new: none -> true",
            ]
        );
        assert_eq!(told(&found, &found), Vec::<String>::new());
    }

    #[test]
    fn one_new_row_is_one_difference_wherever_it_stands() {
        let rows = |names: &[&str]| json!(names.iter().map(|name| json!({ "n": name })).collect::<Vec<_>>());
        for (expected, found, differs) in [
            (vec!["a", "b"], vec!["x", "a", "b"], vec![r#"[1]: none -> {"n":"x"}"#]),
            (vec!["a", "b", "c"], vec!["a", "c"], vec![r#"[2]: {"n":"b"} -> none"#]),
            (vec!["a", "b"], vec!["a", "x"], vec![r#"[2].n: "b" -> "x""#]),
            (vec!["a", "a"], vec!["a"], vec![r#"[2]: {"n":"a"} -> none"#]),
        ] {
            assert_eq!(told(&rows(&expected), &rows(&found)), differs);
        }
    }

    #[test]
    fn a_reference_is_known_by_what_it_names() {
        let named = |id: &str, says: &str| json!({ "id": id, "relation": "award", "evidence": says });
        let expected = json!([named("A", "1"), named("B", "2"), named("B", "3")]);
        let found = json!([named("B", "2"), named("B", "4"), named("C", "5")]);
        let [lost, changed, new] = told(&expected, &found).try_into().unwrap();
        assert!(lost.starts_with("[award of A]: {") && lost.ends_with(" -> none"), "{lost}");
        assert_eq!(changed, r#"[award of B, 2].evidence: "3" -> "4""#);
        assert!(new.starts_with("[award of C]: none -> {"), "{new}");
    }
}
