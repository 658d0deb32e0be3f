//! What holds for every text: repairs and nothing else lead to the same ID, and nothing panics.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::tests::schemes;
use super::*;

/// Letters that look alike, written down here again so that the tests do not share the table they test.
const TWINS: &[&str] = &[
    "AΑА", "BΒВ", "CС", "EΕЕ", "HΗН", "IΙІ", "KΚК", "MΜМ", "NΝ", "OΟО", "PΡР", "TΤТ", "XΧХ", "YΥУ", "ZΖ",
    "SЅ", "JЈ", "ΓГ", "ΠП", "ΦФ",
];

/// A canonical ID, and after how many of its characters blanks are forgiven.
fn canonical() -> impl Strategy<Value = (String, Vec<usize>)> {
    prop_oneof![
        "[0-9]{2}(REQ|PROC|AWRD|SYMV|PAY|DIAB)[0-9]{9}".prop_map(|id| {
            let number = id.len() - 9;
            (id, vec![2, number])
        }),
        ("[0-9Α-ΡΣ-Ω]{4,10}", "[Α-ΡΣ-Ω]", "[0-9Α-ΡΣ-Ω]{3}").prop_map(|(head, letter, tail)| {
            let dash = head.chars().count() + 1;
            (format!("{head}{letter}-{tail}"), vec![dash, dash + 1])
        }),
        "T-[0-9]{4}-[0-9]{5}".prop_map(|id| (id, vec![1, 2, 6, 7])),
        "[А-Я]{2}№[0-9]{4}".prop_map(|id| (id, vec![2, 3])),
    ]
}

/// One thing that people do to an ID.
#[derive(Clone, Debug)]
enum Misspelling {
    LookAlike(Index, Index),
    Lower(Index),
    Blank(Index, &'static str),
    Invisible(Index, char),
    Dash(char),
    Asterisk,
}

fn misspelling() -> impl Strategy<Value = Misspelling> {
    prop_oneof![
        any::<(Index, Index)>().prop_map(|(place, twin)| Misspelling::LookAlike(place, twin)),
        any::<Index>().prop_map(Misspelling::Lower),
        (any::<Index>(), select(vec![" ", "\u{a0}", "\n", "\r\n", " \n ", "\t  "]))
            .prop_map(|(place, blank)| Misspelling::Blank(place, blank)),
        (any::<Index>(), select(vec!['\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}']))
            .prop_map(|(place, letter)| Misspelling::Invisible(place, letter)),
        select(vec!['\u{2010}', '\u{2011}', '\u{2012}', '–', '—', '\u{2212}']).prop_map(Misspelling::Dash),
        Just(Misspelling::Asterisk),
    ]
}

/// The ID as people write it: every character with what stands after it.
fn misspelt(id: &str, joints: &[usize], misspellings: &[Misspelling]) -> String {
    let mut letters: Vec<String> = id.chars().map(String::from).collect();
    let mut after = vec![String::new(); letters.len()];
    let mut blanks = vec![""; letters.len()];
    let mut end = "";
    for misspelling in misspellings {
        match misspelling {
            Misspelling::LookAlike(place, twin) => {
                let letter = place.get_mut(&mut letters);
                if let Some(twins) = TWINS.iter().find(|twins| twins.contains(letter.as_str())) {
                    *letter = twin.get(&twins.chars().collect::<Vec<_>>()).to_string();
                }
            }
            Misspelling::Lower(place) => {
                let letter = place.get_mut(&mut letters);
                *letter = letter.to_lowercase();
            }
            Misspelling::Blank(place, blank) => blanks[place.get(joints) - 1] = blank,
            Misspelling::Invisible(place, letter) => {
                let place = place.index(after.len() - 1);
                after[place].push(*letter);
            }
            Misspelling::Dash(dash) => {
                for letter in letters.iter_mut().filter(|letter| *letter == "-") {
                    *letter = dash.to_string();
                }
            }
            Misspelling::Asterisk => end = "*",
        }
    }
    let written: String = letters
        .iter()
        .zip(after)
        .zip(blanks)
        .map(|((letter, after), blank)| [letter, &after, blank].concat())
        .collect();
    written + end
}

/// The pieces that texts with IDs are made of, the nasty ones above all.
fn text() -> impl Strategy<Value = String> {
    let pieces = vec![
        "14",
        "PAY",
        "ΡΑΥ",
        "pay",
        "REQ",
        "000123456",
        "0",
        "7",
        "ΒΛ9Ω4",
        "6907Τ",
        "-",
        "–",
        "0ΝΚ",
        "ΑΒΓ",
        "της",
        "ή",
        " ",
        "\n",
        "\r\n",
        "\u{a0}",
        "\u{200b}",
        "\u{ad}",
        "*",
        "T",
        "2023",
        "00017",
        "/",
        "D",
        "АБ",
        "№",
        "1234",
        ".",
        "ς",
        "ß",
        "İ",
        "\u{301}",
        "😀",
        "²",
    ];
    prop_oneof![
        prop::collection::vec(select(pieces), 0..40).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn a_canonical_id_is_read_as_itself((id, _) in canonical()) {
        let parsed = schemes().parse(&id, &[]).unwrap();
        prop_assert_eq!(parsed.id.as_str(), id);
        prop_assert!(parsed.repairs.is_empty());
    }

    #[test]
    fn misspellings_lead_back_to_the_same_id(
        (id, joints) in canonical(),
        misspellings in prop::collection::vec(misspelling(), 0..8),
    ) {
        let written = misspelt(&id, &joints, &misspellings);
        let parsed = schemes().parse(&written, &[]);
        let found = parsed.as_ref().map(|parsed| parsed.id.as_str());
        prop_assert_eq!(found, Ok(id.as_str()), "{:?}", written);
        prop_assert_eq!(parsed.is_ok_and(|parsed| parsed.repairs.is_empty()), written == id);
    }

    #[test]
    fn another_letter_or_digit_is_another_id_or_none(
        (id, joints) in canonical(),
        misspellings in prop::collection::vec(misspelling(), 0..3),
        place in any::<Index>(),
        other in "[0-9A-ZΑ-ΡΣ-Ωa-zА-Я/.]",
        edit in 0..3,
    ) {
        let mut letters: Vec<char> = id.chars().collect();
        let place = place.index(letters.len());
        let other = other.chars().next().unwrap();
        let same = |one: char, two: char| {
            let upper = |letter: char| letter.to_uppercase().to_string();
            upper(one) == upper(two) || TWINS.iter().any(|twins| twins.contains(&upper(one)) && twins.contains(&upper(two)))
        };
        match edit {
            0 if same(letters[place], other) => return Ok(()),
            0 => letters[place] = other,
            1 => letters.insert(place, other),
            _ => drop(letters.remove(place)),
        }
        let edited: String = letters.into_iter().collect();
        let written = if edit == 0 { misspelt(&edited, &joints, &misspellings) } else { edited };
        if let Ok(parsed) = schemes().parse(&written, &[]) {
            prop_assert_ne!(parsed.id.as_str(), id, "{:?}", written);
        }
    }

    #[test]
    fn what_is_accepted_is_canonical(text in text()) {
        if let Ok(parsed) = schemes().parse(&text, &[]) {
            let again = schemes().parse(parsed.id.as_str(), &[]).unwrap();
            prop_assert_eq!(&again.id, &parsed.id);
            prop_assert!(again.repairs.is_empty());
        }
    }

    #[test]
    fn mentions_stand_where_they_say(text in text()) {
        let mut end = 0;
        for mention in schemes().scan(&text, &[]) {
            prop_assert!(mention.offset >= end, "mentions overlap in {:?}", text);
            end = mention.offset + mention.written.len();
            prop_assert_eq!(text.get(mention.offset..end), Some(mention.written.as_str()));
            match mention.found {
                Ok(parsed) => {
                    let scheme = [parsed.id.scheme().to_owned()];
                    prop_assert_eq!(schemes().parse(&mention.written, &scheme), Ok(parsed));
                }
                Err(refusal) => {
                    let malformed = matches!(refusal, Refusal::Malformed { .. });
                    prop_assert!(malformed);
                }
            }
        }
    }

    #[test]
    fn an_id_is_found_between_words((id, _) in canonical(), before in select(vec!["", "η ", "(", "«", "ΑΔΑ: "])) {
        prop_assume!(id.contains(|letter: char| letter.is_ascii_digit()));
        let text = format!("{before}{id}, και");
        let found: Vec<_> = schemes().scan(&text, &[]).into_iter().map(|mention| (mention.offset, mention.written)).collect();
        prop_assert_eq!(found, vec![(before.len(), id)]);
    }
}
