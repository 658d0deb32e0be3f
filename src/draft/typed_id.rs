//! The ID that was looked up in a recording: found among what was typed, and found again in addresses and texts.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::DraftError;
use super::example::ExampleId;
use super::recording::{Action, Recording};

/// The beginning of an ID that is typed for suggestions has at least so many characters.
const BEGINNING_CHARACTERS_MIN: usize = 3;

/// The ID that was given, or the only text typed that looks like one.
pub(super) fn find(recording: &Recording, given: Option<&str>) -> Result<ExampleId, DraftError> {
    if let Some(given) = given {
        let id = ExampleId::read(given)?;
        let is_there = recording.steps.iter().any(|step| match &step.action {
            Action::Change { value, .. } => template(value, id.text()).is_some(),
            Action::Navigate { address } => in_address(address, id.text()).is_some(),
            _ => false,
        });
        if !is_there {
            let reason = format!("the ID `{}` is typed nowhere in it, and no address holds it", id.text());
            return Err(DraftError::Recording { reason });
        }
        return Ok(id);
    }
    let mut candidates: Vec<String> = Vec::new();
    for step in &recording.steps {
        if let Action::Change { value, .. } = &step.action
            && looks_like_id(value.trim())
            && !candidates.iter().any(|known| known == value.trim())
        {
            candidates.push(value.trim().to_owned());
        }
    }
    let longest = candidates.clone();
    candidates.retain(|text| !longest.iter().any(|other| other != text && other.starts_with(text)));
    match candidates.as_slice() {
        [only] => ExampleId::read(only),
        _ => Err(DraftError::UnclearId { candidates }),
    }
}

fn looks_like_id(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let numbers: Vec<_> = text.split(['.', '/', '-']).collect();
    let is_date = numbers.len() == 3
        && letters == 0
        && numbers.iter().all(|number| (1..=4).contains(&number.len()))
        && digits + 2 == text.chars().count();
    let blanks = text.chars().filter(|letter| letter.is_whitespace()).count();
    let is_long_enough = if letters == 0 { digits >= 4 } else { digits >= 1 };
    is_long_enough && !is_date && blanks <= 2 && !text.contains('@') && ExampleId::read(text).is_ok()
}

/// A typed text with the ID as a variable; `None` where it holds neither the ID nor the beginning of it.
pub(super) fn template(value: &str, id: &str) -> Option<String> {
    let value = value.trim();
    let is_beginning = value.chars().count() >= BEGINNING_CHARACTERS_MIN
        && id.to_lowercase().starts_with(&value.to_lowercase());
    if is_beginning {
        return Some("{id}".to_owned());
    }
    value.contains(id).then(|| value.replace(id, "{id}"))
}

/// An address with the ID as a variable; `None` where it does not hold it.
pub(super) fn in_address(address: &str, id: &str) -> Option<String> {
    let strict = utf8_percent_encode(id, NON_ALPHANUMERIC).to_string();
    let usual = strict.replace("%2D", "-").replace("%2E", ".").replace("%5F", "_").replace("%7E", "~");
    let with_slash = usual.replace("%2F", "/");
    let with_plus = usual.replace("%20", "+");
    let written = [id, &usual, &with_slash, &with_plus, &strict].into_iter();
    let mut found = written.filter(|written| address.contains(written));
    found.next().map(|written| address.replace(written, "{id}"))
}

/// Whether a text is the ID, and whether it holds it.
pub(super) fn is_id(text: &str, id: &str) -> bool {
    text.trim().to_lowercase() == id.to_lowercase()
}

/// Whether a text holds the ID.
pub(super) fn holds_id(text: &str, id: &str) -> bool {
    text.to_lowercase().contains(&id.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &[&str], given: Option<&str>) -> Result<String, DraftError> {
        let step =
            |value: &&str| serde_json::json!({ "type": "change", "selectors": ["#q"], "value": value });
        let json = serde_json::json!({ "steps": typed.iter().map(step).collect::<Vec<_>>() });
        find(&Recording::read(&json.to_string()).unwrap(), given).map(|id| id.text().to_owned())
    }

    #[test]
    fn the_only_text_that_looks_like_an_id_is_taken_for_it() {
        for typed in [
            &["T-2024-00045"][..],
            &["bridge", "T-2024-00045", "01/02/2024"],
            &["T-2024", "T-2024-00045"],
            &["plan 7 of the year", "T-2024-00045"],
            &["12", "me2@portal.example", " T-2024-00045 "],
        ] {
            assert_eq!(found(typed, None), Ok("T-2024-00045".to_owned()), "{typed:?}");
        }
        for (typed, candidates) in [(&["A-1", "B-2"][..], 2), (&["bridge"], 0)] {
            match found(typed, None) {
                Err(DraftError::UnclearId { candidates: found }) => assert_eq!(found.len(), candidates),
                other => panic!("{typed:?}: {other:?}"),
            }
        }
        assert_eq!(found(&["A-1", "B-2"], Some("B-2")), Ok("B-2".to_owned()));
        assert!(found(&["A-1"], Some("C-3")).is_err());
    }

    #[test]
    fn the_id_is_found_again_however_it_is_written() {
        for (value, expected) in [
            ("T-2024-00045", Some("{id}")),
            ("t-2024-00045", Some("{id}")),
            ("T-20", Some("{id}")),
            ("no. T-2024-00045*", Some("no. {id}*")),
            ("T-", None),
            ("bridge", None),
        ] {
            assert_eq!(template(value, "T-2024-00045").as_deref(), expected, "{value}");
        }
        for (address, id, expected) in [
            ("/a?b=D%2F77%2F2024&c", "D/77/2024", Some("/a?b={id}&c")),
            ("/a/D/77/2024", "D/77/2024", Some("/a/{id}")),
            ("/a?b=1+2", "1 2", Some("/a?b={id}")),
            ("/a/D%207/2", "D 7/2", Some("/a/{id}")),
            ("/%CE%91-1", "Α-1", Some("/{id}")),
            ("/a", "A-1", None),
        ] {
            assert_eq!(in_address(address, id).as_deref(), expected, "{address}");
        }
    }
}
