//! Tells names that a program made up for one page from names that a person gave to a thing.

/// What frameworks put before a running number.
const COUNTED: [&str; 24] = [
    "j_id",
    "j_idt",
    "jid",
    "ext-gen",
    "ext-comp-",
    "gwt-uid-",
    "yui_",
    "ember",
    "mat-input-",
    "mat-select-",
    "mat-option-",
    "mat-mdc-",
    "cdk-",
    "radix-",
    "headlessui-",
    "react-select-",
    "ui-id-",
    "__bvid__",
    "__next",
    "mui-",
    "isc_",
    "dijit_",
    "vaadin-",
    "ctrl_",
];
/// How CSS-in-JS libraries begin their classes.
const STYLED: [&str; 5] = ["css-", "sc-", "jss", "emotion-", "makestyles-"];
/// A word of letters and digits in no order is a hash from this length on.
const HASH_CHARACTERS_MIN: usize = 6;
/// A number of so many digits was counted by a program.
const COUNT_DIGITS_MIN: usize = 4;

/// Whether an id, a name or a class is likely to be another one on the next visit, or in the next row.
pub(super) fn is_generated(name: &str) -> bool {
    let name = name.to_lowercase();
    is_framework_id(&name) || row_number(&name) || name.split([':', '-', '_', '.']).any(is_made_up)
}

/// Whether an id holds the number of a row, as component frameworks write it: `form:list:0:link`.
pub(super) fn row_number(name: &str) -> bool {
    row_in_id(name).is_some()
}

/// The beginning that the ids of one row have in common, up to its number.
pub(super) fn row_in_id(name: &str) -> Option<&str> {
    let ends = name.match_indices(':').map(|(at, _)| at);
    ends.filter_map(|end| name.get(..end))
        .find(|begins| begins.rsplit_once(':').is_some_and(|(_, number)| is_number(number)))
}

fn is_framework_id(name: &str) -> bool {
    let counted = |part: &str| {
        let known = COUNTED.iter().filter_map(|prefix| part.strip_prefix(prefix));
        known.into_iter().any(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
    };
    let is_react_id = |open: char, close: char| {
        let inside =
            name.strip_prefix(open).and_then(|rest| rest.find(close).and_then(|end| rest.get(..end)));
        let inside = inside.and_then(|inside| inside.strip_prefix('r'));
        inside
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|letter| letter.is_ascii_alphanumeric()))
    };
    let is_styled = STYLED.iter().any(|prefix| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.chars().any(|letter| letter.is_ascii_digit()))
    });
    counted(name)
        || name.split(':').any(counted)
        || is_styled
        || is_react_id(':', ':')
        || is_react_id('«', '»')
        || (name.contains(":r") && name.ends_with(':'))
}

/// Whether one word of a name is a hash or a long running number.
fn is_made_up(word: &str) -> bool {
    if is_number(word) {
        return word.len() >= COUNT_DIGITS_MIN;
    }
    if word.len() < HASH_CHARACTERS_MIN || !word.bytes().all(|letter| letter.is_ascii_alphanumeric()) {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = word.len() >= 8 && word.bytes().all(|letter| letter.is_ascii_hexdigit());
    let pairs = word.as_bytes().windows(2);
    let changes =
        pairs.filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())).count();
    digits > 0 && ((is_hex && digits > 1) || changes > 2)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_programs_make_up_are_known() {
        for name in [
            "pageForm:j_id247",
            "j_idt702",
            "form:j_idt12:0:link",
            "form:list:3:open",
            ":r1:",
            ":r1a:",
            "«r3»",
            "headlessui-input-:r5:",
            "mat-input-0",
            "ext-gen1034",
            "gwt-uid-12",
            "ember381",
            "css-1q2w3e4",
            "sc-bdVaJa1",
            "550e8400-e29b-41d4-a716-446655440000",
            "a3f9c2d1",
            "input-82736",
            "__BVID__1136",
            "ui-id-4",
            "yui_3_18",
            "radix-7",
            "abcd1234",
            "k1m2p3",
            ":r1:-label",
        ] {
            assert!(is_generated(name), "{name}");
        }
    }

    #[test]
    fn names_that_people_give_are_kept() {
        for name in [
            "search",
            "pageForm",
            "searchForm:referenceNumber",
            "q",
            "user_name",
            "line-2",
            "btn-primary",
            "col-md-6",
            "ui-dataview-row",
            "ctl00_main",
            "rich-table",
            "h2",
            "year2024",
            "results",
            "form:list",
            "tab1",
            "data-table",
            "covid19",
            "deadbeef",
            "cafe",
        ] {
            assert!(!is_generated(name), "{name}");
        }
    }
}
