//! What people write, and what each spelling is read as.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::*;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn adam() -> SchemeRule {
    SchemeRule {
        name: "adam".to_owned(),
        pattern: "(?<year>[0-9]{2})(?<type>REQ|PROC|AWRD|SYMV|PAY|DIAB)(?<number>[0-9]{9})".to_owned(),
        kind: "{type}".to_owned(),
        kinds: BTreeMap::from([("PAY".to_owned(), "payment".to_owned())]),
        examples: strings(&["14PAY000123456", "14ΡΑΥ000123456", "25AWRD 017394688"]),
        placeholders: strings(&["0", "-"]),
        year: Some(YearRule { group: "year".to_owned(), min: 13, max: 26 }),
        counter: Some(CounterRule {
            group: "number".to_owned(),
            at: 19_790_000,
            year: 26.7,
            per_year: 2_100_000,
            from: 8_000_000,
        }),
        ..SchemeRule::default()
    }
}

fn ada() -> SchemeRule {
    SchemeRule {
        name: "ada".to_owned(),
        pattern: "(?<head>[0-9Α-Ω]{5,11})-(?<tail>[0-9Α-Ω]{3})".to_owned(),
        letters: Alphabet::Greek,
        must: strings(&["[Α-Ω].*-"]),
        kind: "decision".to_owned(),
        placeholders: strings(&["Δ/Α", "ΧΩΡΙΣ ΑΔΑ"]),
        ..SchemeRule::default()
    }
}

fn others() -> Vec<SchemeRule> {
    vec![
        bare("tender", "T-(?<year>[0-9]{4})-(?<number>[0-9]{5})", Alphabet::Latin),
        bare("decree", "D/(?<number>[0-9]{1,4})/(?<year>[0-9]{4})", Alphabet::Latin),
        bare("order", "(?<series>[А-Я]{2})№(?<number>[0-9]{4})", Alphabet::Cyrillic),
    ]
}

/// The schemes of the tests, made once: the patterns take a while.
pub(super) fn schemes() -> &'static Schemes {
    static SCHEMES: LazyLock<Schemes> =
        LazyLock::new(|| Schemes::new([adam(), ada()].into_iter().chain(others()).collect()).unwrap());
    &SCHEMES
}

/// A parse as one line: the ID with its kind and what was repaired, or why there is none.
fn shown(found: &Result<Parsed, Refusal>) -> String {
    match found {
        Ok(parsed) => {
            let repairs: Vec<String> = parsed.repairs.iter().map(|repair| format!("{repair:?}")).collect();
            let doubt = parsed.doubt.as_ref().map(|doubt| {
                format!(" ? {} > {}", doubt.reason, doubt.suggestion.as_deref().unwrap_or("nothing"))
            });
            format!("{} {} [{}]{}", parsed.id, parsed.id.kind(), repairs.join(" "), doubt.unwrap_or_default())
        }
        Err(refusal) => format!("! {refusal}"),
    }
}

#[test]
fn every_spelling_of_an_id_is_one_document() {
    let cases = [
        ("14PAY000123456", "14PAY000123456 payment []"),
        ("14ΡΑΥ000123456", "14PAY000123456 payment [LookAlike]"),
        ("14pay000123456", "14PAY000123456 payment [Case]"),
        ("14ραy000123456", "14PAY000123456 payment [LookAlike Case]"),
        ("14РАУ000123456", "14PAY000123456 payment [LookAlike]"),
        (" 14PAY000123456\n", "14PAY000123456 payment []"),
        ("14PAY000123456*", "14PAY000123456 payment [Asterisk]"),
        ("14PAY000123456 **", "14PAY000123456 payment [Asterisk]"),
        ("14\u{200b}PAY000\u{ad}123456", "14PAY000123456 payment [ZeroWidth]"),
        ("25ΑWRD\u{a0}017394688", "25AWRD017394688 awrd [LookAlike Blank]"),
        ("25 AWRD\n017394688", "25AWRD017394688 awrd [Blank]"),
        ("23DIAB013229327", "23DIAB013229327 diab []"),
        ("ΒΛ9Ω46907Τ-0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ decision []"),
        ("BΛ9Ω46907T-0NK", "ΒΛ9Ω46907Τ-0ΝΚ decision [LookAlike]"),
        ("ΒΛ9Ω46907Τ–0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ decision [Dash]"),
        ("ΒΛ9Ω46907Τ\u{2011}0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ decision [Dash]"),
        ("ΒΛ9Ω46907Τ - 0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ decision [Blank]"),
        ("ΒΛ9Ω46907Τ-\r\n0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ decision [Blank]"),
        ("ΒΛ9Ω4\n6907Τ-0ΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ decision [Blank]"),
        ("ΒΛ9Ω46907Τ-0\nΝΚ", "ΒΛ9Ω46907Τ-0ΝΚ decision [Blank]"),
        ("βλ9ω46907τ-0νκ", "ΒΛ9Ω46907Τ-0ΝΚ decision [Case]"),
        ("t—2023—00017", "T-2023-00017 tender [Dash Case]"),
        ("Τ - 2023 - 00017", "T-2023-00017 tender [LookAlike Blank]"),
        ("d/17/2023", "D/17/2023 decree [Case]"),
        ("AБ№1234", "АБ№1234 order [LookAlike]"),
        ("аб № 1234", "АБ№1234 order [Blank Case]"),
    ];
    for (written, expected) in cases {
        assert_eq!(shown(&schemes().parse(written, &[])), expected, "{written:?}");
    }
}

#[test]
fn what_is_no_id_is_refused_with_the_reason() {
    let unknown = "! it is of no known scheme (adam, ada, tender, decree, order)";
    let cases = [
        ("22REQ011124", "! number has 6 digits, not 9"),
        ("22REQ011124 500", "! more than an ID: `22REQ011124` and something beside it"),
        ("23SYMV0113019407", "! number has 10 digits, not 9"),
        ("22REQ011097003202", "! number has 12 digits, not 9"),
        ("122REQ011097003", "! year has 3 digits, not 2"),
        ("2REQ011097003", "! year has 1 digit, not 2"),
        ("14PAY000123456Χ", "! more than an ID: `14PAY000123456` and something beside it"),
        ("14PAY000 123456", "! more than an ID: `14PAY000` and something beside it"),
        ("ΒΛ9-0ΝΚ", "! head has 3 characters, not 5 to 11"),
        ("ΒΛ9Ω46907Τ-0ΝΚΑ", "! tail has 4 characters, not 3"),
        ("ΒΛ9Ω46907Τ-0 ΝΚ", "! tail has 1 character, not 3"),
        ("46907-012", "! nothing in `46907-012` matches `[Α-Ω].*-`"),
        ("ΒΛΩΓΔ\n46907Τ-0ΝΚ", "! divided: `ΒΛΩΓΔ46907Τ-0ΝΚ` or `46907Τ-0ΝΚ`"),
        ("ΒΛΩΓ\n907Τ-0ΝΚ", "! divided: `ΒΛΩΓ907Τ-0ΝΚ` or no ID"),
        ("T-2023-000017", "! number has 6 digits, not 5"),
        ("D/12345/2023", "! number has 5 digits, not 1 to 4"),
        ("АБ№123", "! number has 3 digits, not 4"),
        ("АБВ№1234", "! series has 3 letters, not 2"),
        ("0", "! it stands for `none`"),
        ("–", "! it stands for `none`"),
        ("δ/α", "! it stands for `none`"),
        (" Χωρίς  ΑΔΑ ", "! it stands for `none`"),
        ("", "! it stands for `none`"),
        ("12/03/2014", unknown),
        ("σύμβαση-πλαίσιο", unknown),
        ("14-REQ-000123456", unknown),
    ];
    for (written, expected) in cases {
        assert_eq!(shown(&schemes().parse(written, &[])), expected, "{written:?}");
    }
}

#[test]
fn an_implausible_year_is_kept_as_written() {
    let cases = [
        ("32REQ013229327", "32REQ013229327 req [] ? year 32 is not from 13 to 26 > 23REQ013229327"),
        ("32ΡΑΥ000000001", "32PAY000000001 payment [LookAlike] ? year 32 is not from 13 to 26 > nothing"),
        (
            "17REQ013229327",
            "17REQ013229327 req [] ? number 013229327 is of about year 23, not 17 > 23REQ013229327",
        ),
        ("23REQ013229327", "23REQ013229327 req []"),
    ];
    for (written, expected) in cases {
        assert_eq!(shown(&schemes().parse(written, &[])), expected, "{written:?}");
    }
}

#[test]
fn only_the_chosen_schemes_are_tried() {
    let only_ada = strings(&["ada"]);
    assert_eq!(shown(&schemes().parse("14PAY000123456", &only_ada)), "! it is of no known scheme (ada)");
    assert!(schemes().scan("14PAY000123456", &only_ada).is_empty());
}

#[test]
fn an_id_gives_its_groups_back() {
    let parsed = schemes().parse("14ΡΑΥ000123456", &[]).unwrap();
    let expected = [("number", "000123456"), ("type", "PAY"), ("year", "14")];
    let expected = expected.map(|(group, value)| (group.to_owned(), value.to_owned()));
    assert_eq!(schemes().groups(&parsed.id), BTreeMap::from(expected));
}

/// Every mention of a text on a line of its own: as written, and what it was read as.
fn scanned(text: &str) -> Vec<String> {
    let mentions = schemes().scan(text, &[]);
    for mention in &mentions {
        assert_eq!(&text[mention.offset..mention.offset + mention.written.len()], mention.written);
    }
    mentions.iter().map(|mention| format!("{} = {}", mention.written, shown(&mention.found))).collect()
}

#[test]
fn ids_are_found_in_running_text() {
    let cases: &[(&str, &[&str])] = &[
        (
            "Με την 14ΡΑΥ000123456 και την (25AWRD 017394688), βλ. ΑΔΑ: ΒΛ9Ω46907Τ-0ΝΚ.",
            &[
                "14ΡΑΥ000123456 = 14PAY000123456 payment [LookAlike]",
                "25AWRD 017394688 = 25AWRD017394688 awrd [Blank]",
                "ΒΛ9Ω46907Τ-0ΝΚ = ΒΛ9Ω46907Τ-0ΝΚ decision []",
            ],
        ),
        ("η 14pay000123456* αυτή", &["14pay000123456* = 14PAY000123456 payment [Asterisk Case]"]),
        ("ΑΔΑΜ14REQ000123456και", &["14REQ000123456 = 14REQ000123456 req []"]),
        ("22REQ011097003202 ΕΥΡΩ", &["22REQ011097003202 = ! number has 12 digits, not 9"]),
        ("22REQ011124 500 τεμ.", &["22REQ011124 = ! number has 6 digits, not 9"]),
        ("122REQ011097003", &["122REQ011097003 = ! year has 3 digits, not 2"]),
        ("ΑΔΑ-ΒΛ9Ω46907Τ-0ΝΚ", &["ΒΛ9Ω46907Τ-0ΝΚ = ΒΛ9Ω46907Τ-0ΝΚ decision []"]),
        ("ΑΒΓ - ΒΛ9Ω46907Τ-0ΝΚ", &["ΒΛ9Ω46907Τ-0ΝΚ = ΒΛ9Ω46907Τ-0ΝΚ decision []"]),
        ("VΒΛ9Ω46907Τ-0ΝΚ", &["ΒΛ9Ω46907Τ-0ΝΚ = ! a letter stands right before it"]),
        ("ΒΛ9Ω46907Τ-0ΝΚή", &["ΒΛ9Ω46907Τ-0ΝΚ = ! a letter stands right after it"]),
        ("15T-2023-00017a", &["T-2023-00017 = T-2023-00017 tender []"]),
        ("AT-2023-00017", &["T-2023-00017 = ! a letter stands right before it"]),
        ("23SYMV011301940 - ΑΔΑ", &["23SYMV011301940 = 23SYMV011301940 symv []"]),
        (
            "Т–2023–00017, D/1/2020 и АБ№ 1234.",
            &[
                "Т–2023–00017 = T-2023-00017 tender [LookAlike Dash]",
                "D/1/2020 = D/1/2020 decree []",
                "АБ№ 1234 = АБ№1234 order [Blank]",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(scanned(text), *expected, "{text:?}");
    }
}

#[test]
fn words_dates_and_telephone_numbers_are_no_ids() {
    for text in [
        "ΔΙΑΚΗΡΥΞΗ - ΤΗΣ",
        "κοινωνικο-οικ",
        "POTATO-MAN",
        "ΠΡΟΓΡΑΜΜΑ–ΤΗΣ",
        "στις 12-03-2014, τηλ. 21045-678",
        "2014-2020",
        "το\nκοινωνικο-οικονομικό",
        "COVID-19",
        "- Δ/Α",
        "",
        "\u{feff}*-*",
    ] {
        assert!(scanned(text).is_empty(), "{text:?}: {:?}", scanned(text));
    }
}

#[test]
fn a_wrapped_id_is_joined_where_nothing_is_guessed() {
    let whole = "ΒΛ9Ω46907Τ-0ΝΚ decision";
    let cases: &[(&str, &[String])] = &[
        ("η ΒΛ9Ω4\n6907Τ-0ΝΚ ως", &[format!("ΒΛ9Ω4\n6907Τ-0ΝΚ = {whole} [Blank]")]),
        ("η ΒΛ9Ω46907Τ-0\n  ΝΚ ως", &[format!("ΒΛ9Ω46907Τ-0\n  ΝΚ = {whole} [Blank]")]),
        ("ΑΠΟΦΑΣΗ\nΒΛ9Ω46907Τ-0ΝΚ", &[format!("ΒΛ9Ω46907Τ-0ΝΚ = {whole} []")]),
        ("ΒΛ9Ω46907Τ-0ΝΚ\nΚΑΙ", &[format!("ΒΛ9Ω46907Τ-0ΝΚ = {whole} []")]),
        (
            "ΒΛ9Ω46907Τ-0ΝΚ\nΒΛ9Ω46907Τ-0ΝΚ",
            &[format!("ΒΛ9Ω46907Τ-0ΝΚ = {whole} []"), format!("ΒΛ9Ω46907Τ-0ΝΚ = {whole} []")],
        ),
        ("της\n46907Τ-0ΝΚ", &["46907Τ-0ΝΚ = 46907Τ-0ΝΚ decision []".to_owned()]),
        ("ΤΗΣ\n46907Τ-0ΝΚ", &["ΤΗΣ\n46907Τ-0ΝΚ = ! divided: `ΤΗΣ46907Τ-0ΝΚ` or `46907Τ-0ΝΚ`".to_owned()]),
        ("ΒΛ9Ω4 6907Τ-0ΝΚ", &["ΒΛ9Ω4 6907Τ-0ΝΚ = ! divided: `ΒΛ9Ω46907Τ-0ΝΚ` or `6907Τ-0ΝΚ`".to_owned()]),
        (
            "ΒΛ9Ω4-0ΝΚ\nΒΛ9Ω4-0ΝΚ",
            &["ΒΛ9Ω4-0ΝΚ = ΒΛ9Ω4-0ΝΚ decision []".to_owned(), "ΒΛ9Ω4-0ΝΚ = ΒΛ9Ω4-0ΝΚ decision []".to_owned()],
        ),
        ("ΑΔΑ 46907Τ-0ΝΚ", &["46907Τ-0ΝΚ = 46907Τ-0ΝΚ decision []".to_owned()]),
        ("Ν4412 ΒΛ9Ω46907Τ-0ΝΚ", &[format!("ΒΛ9Ω46907Τ-0ΝΚ = {whole} []")]),
        ("ΒΛ9Ω46907Τ-0ΝΚ\u{200b} 14", &[format!("ΒΛ9Ω46907Τ-0ΝΚ = {whole} []")]),
        ("ΒΛ9Ω46907Τ-0 ΝΚ", &["ΒΛ9Ω46907Τ-0 = ! tail has 1 character, not 3".to_owned()]),
        ("22REQ0110\n97003", &["22REQ0110 = ! number has 4 digits, not 9".to_owned()]),
    ];
    for (text, expected) in cases {
        assert_eq!(scanned(text), *expected, "{text:?}");
    }
}

/// The faults of rules, each as `scheme.key[index]: message`.
fn faults(rules: Vec<SchemeRule>) -> Vec<String> {
    let faults = Schemes::new(rules).expect_err("the rules are wrong");
    let place = |fault: &SchemeFault| fault.index.map_or_else(String::new, |index| format!("[{index}]"));
    assert!(faults.iter().all(|fault| !fault.hint.is_empty()));
    faults
        .iter()
        .map(|fault| format!("{}.{}{}: {}", fault.scheme, fault.key, place(fault), fault.message))
        .collect()
}

#[test]
fn everything_wrong_with_the_rules_is_said_at_once() {
    let broken = SchemeRule {
        kind: "{tpye}".to_owned(),
        must: strings(&["[A-Z]", "("]),
        year: Some(YearRule { group: "jahr".to_owned(), min: 26, max: 13 }),
        counter: adam().counter.map(|counter| CounterRule {
            group: "count".to_owned(),
            per_year: 0,
            ..counter
        }),
        ..adam()
    };
    let found = faults(vec![ada(), broken, ada()]);
    assert_eq!(
        found,
        [
            "adam.must[1]: does not compile: unclosed group at character 1",
            "adam.year: the pattern has no group `jahr`",
            "adam.year: the first year, 26, is after the last one, 13",
            "adam.counter: the pattern has no group `count`",
            "adam.counter: a counter that does not grow tells no year",
            "adam.kind: the pattern has no group `tpye`",
            "ada.name: two schemes are called `ada`",
        ]
    );
}

#[test]
fn an_example_that_is_not_accepted_is_a_fault() {
    let examples = strings(&["14PAY000123456", "14PAY00012345", "-", "Αθήνα"]);
    assert_eq!(
        faults(vec![SchemeRule { examples, ..adam() }]),
        [
            "adam.examples[1]: example `14PAY00012345` is not accepted: number has 8 digits, not 9",
            "adam.examples[2]: example `-` is not accepted: it is a placeholder",
            "adam.examples[3]: example `Αθήνα` is not accepted: it does not resemble the pattern",
        ]
    );
}

#[test]
fn a_pattern_that_cannot_be_used_is_a_fault() {
    let cases = [
        ("[0-9", "adam.pattern: does not compile: unclosed character class at character 1"),
        (
            "A(?=B)",
            "adam.pattern: does not compile: look-around, including look-ahead and look-behind, is not supported \
             at character 2",
        ),
        ("[0-9]*", "adam.pattern: the pattern matches an empty text, or nothing at all"),
        (r"\pX", "adam.pattern: does not compile: Unicode property not found at character 1"),
        ("(A{900}){900}", "adam.pattern: does not compile: it takes more than 10485760 bytes"),
    ];
    for (pattern, expected) in cases {
        let rule =
            SchemeRule { name: "adam".to_owned(), pattern: pattern.to_owned(), ..SchemeRule::default() };
        assert_eq!(faults(vec![rule]), [expected], "{pattern}");
    }
}

fn bare(name: &str, pattern: &str, letters: Alphabet) -> SchemeRule {
    SchemeRule {
        name: name.to_owned(),
        pattern: pattern.to_owned(),
        letters,
        kind: name.to_owned(),
        ..SchemeRule::default()
    }
}

#[test]
fn of_two_schemes_the_one_that_repairs_less_wins() {
    let latin = bare("latin", "[A-Z]{2}[0-9]{3}", Alphabet::Latin);
    let schemes = Schemes::new(vec![latin, bare("greek", "[Α-Ω]{2}[0-9]{3}", Alphabet::Greek)]).unwrap();
    assert_eq!(shown(&schemes.parse("ΑΒ123", &[])), "ΑΒ123 greek []");
    assert_eq!(shown(&schemes.parse("AB123", &[])), "AB123 latin []");
    let found: Vec<String> =
        schemes.scan("ΑΒ123, AB123", &[]).iter().map(|mention| shown(&mention.found)).collect();
    assert_eq!(found, ["ΑΒ123 greek []", "AB123 latin []"]);
}

#[test]
fn what_an_optional_end_hides_is_seen() {
    let schemes = Schemes::new(vec![bare("seat", "[A-C][0-9](?<side>[L-R])?", Alphabet::Latin)]).unwrap();
    let found =
        |text| schemes.scan(text, &[]).iter().map(|mention| shown(&mention.found)).collect::<Vec<_>>();
    assert_eq!(found("A1 B2R"), ["A1 seat []", "B2R seat []"]);
    assert_eq!(found("A12"), ["! a digit stands right after it"]);
}
