//! Values and references by pointer, out of a service's answer.

use super::*;
use crate::domain::{Field, Warning};
use crate::json::Pointer;
use crate::profile::DateFormat;

const ANSWER: &str = r#"{
    "referenceNumber": "14ΡΑΥ000123456",
    "title": "Α\u03b2\u03b3 \"δ\"  ε", "none": null, "empty": "",
    "cost": 1518518.50, "whole": 12500.0, "large": 1.5E6, "shown": "1.234,50", "half": 0.5,
    "signed": "2014-03-12", "flag": true, "unset": false, "list": [],
    "lines": [{"cpv": {"key": "45233120-6"}, "quantity": 2}, {"cpv": {"key": "18424300-0"}}],
    "contractRefNo": "14SYMV000100002",
    "paymentRefNo": ["14PAY000100003", "-", null, "14PAY000123456", "14PAY1"],
    "approvedRequests": [{"code": "14REQ000100008"}],
    "comments": "Το 14AWRD000900001 ακυρώθηκε. Βλ. 14AWRD\n000900002 και 14REQ000100008."
}"#;

fn pointer(written: &str) -> Place {
    Place::Pointer(Pointer::parse(written).unwrap())
}

fn answer(text: &str) -> Capture {
    let part = Part { media_type: "application/json".into(), ..part("service", text) };
    capture_of(vec![part])
}

/// The one field of the answer, looked for at this pointer.
fn value_at(written: &str, value: ValueType) -> Option<Value> {
    let rule = FieldRule { value, ..field("it", pointer(written)) };
    let extraction = extract(&with_fields(vec![rule]), &answer(ANSWER)).unwrap();
    extraction.fields.into_iter().next().map(|field| field.value)
}

fn text(written: &str) -> Value {
    Value::Text(written.into())
}

#[test]
fn a_value_is_what_the_pointer_leads_to() {
    for (written, expected) in [
        ("/title", Some(text("Αβγ \"δ\" ε"))),
        ("/cost", Some(text("1518518.50"))),
        ("/flag", Some(text("true"))),
        ("/lines/*/cpv/key", Some(text("45233120-6"))),
        ("/lines/1/cpv/key", Some(text("18424300-0"))),
        ("/contractRefNo/*", Some(text("14SYMV000100002"))),
        ("/none", None),
        ("/empty", None),
        ("/list/*", None),
        ("/absent", None),
    ] {
        assert_eq!(value_at(written, ValueType::Text), expected, "{written}");
    }
}

#[test]
fn numbers_keep_their_digits_and_are_read_as_json_writes_them() {
    let check = |written: &str, expected: &str| {
        let euro = CurrencyRule { code: Some("EUR".into()), ..CurrencyRule::default() };
        let value = ValueType::Amount { format: GREEK, currency: euro };
        let Some(Value::Amount { amount, currency }) = value_at(written, value) else { panic!("{written}") };
        assert_eq!((amount.to_string().as_str(), currency.as_str()), (expected, "EUR"), "{written}");
    };
    check("/cost", "1518518.50");
    check("/half", "0.5");
    check("/large", "1500000");
    // A text is written as the portal's pages write it.
    check("/shown", "1234.50");
    let whole = || ValueType::Integer(GREEK);
    assert_eq!(value_at("/whole", whole()), Some(Value::Integer(12_500)));
    assert_eq!(value_at("/half", whole()), None);
}

#[test]
fn the_currency_of_a_number_is_what_another_pointer_says_or_none() {
    let parse = |currency: CurrencyRule, text: &str| {
        let value = ValueType::Amount { format: GREEK, currency };
        let rule = FieldRule { value, ..field("it", pointer("/net")) };
        let extraction = extract(&with_fields(vec![rule]), &answer(text)).unwrap();
        let field = extraction.fields.first().map(|field| serde_json::to_string(&field.value).unwrap());
        field.unwrap_or_else(|| extraction.warnings[0].to_string())
    };
    let beside = || CurrencyRule { places: vec![pointer("/currency")], ..CurrencyRule::default() };
    let dollars = r#"{"net": 99.5, "currency": "USD"}"#;
    assert_eq!(parse(beside(), dollars), r#"{"amount":{"amount":"99.5","currency":"USD"}}"#);
    assert_eq!(
        parse(CurrencyRule::default(), dollars),
        "`it` cannot be read: no currency stands with it; where the portal never writes one, say \
         `currency = \"…\"` (`99.5`)"
    );
    assert_eq!(
        parse(beside(), r#"{"net": 99.5, "currency": null}"#),
        "`it` cannot be read: no currency stands with it, and none where the profile looks for it (`99.5`)"
    );
    let named = CurrencyRule { words: [("pounds".into(), "GBP".into())].into(), ..beside() };
    assert_eq!(
        parse(named, r#"{"net": "1,50", "currency": "pounds"}"#),
        r#"{"amount":{"amount":"1.50","currency":"GBP"}}"#
    );
}

#[test]
fn of_several_elements_the_first_is_taken_with_a_warning() {
    let rules = vec![field("parties", pointer("/parties/*/name"))];
    let parties = r#"{"parties": [{"name": "Ann"}, {"name": null}, {"name": "Bob"}, {"name": "Ann"}]}"#;
    let extraction = extract(&with_fields(rules), &answer(parties)).unwrap();
    assert_eq!(extraction.fields, [Field { name: "parties".into(), value: text("Ann") }]);
    assert_eq!(extraction.warnings, [Warning::SeveralValues { field: "parties".into(), values: 2 }]);
}

#[test]
fn dates_ids_and_marks_are_read() {
    let formats = vec![DateFormat::numeric("dd/mm/yyyy"), DateFormat::numeric("yyyy-mm-dd")];
    let day = jiff::civil::date(2014, 3, 12);
    assert_eq!(value_at("/signed", ValueType::Date(formats)), Some(Value::Date(day)));
    let id = DocumentId::from_canonical("14SYMV000100002", "adam", "contract");
    assert_eq!(value_at("/contractRefNo", ValueType::Id(Vec::new())), Some(Value::Id(id)));
    for (written, expected) in [
        ("/flag", true),
        ("/unset", false),
        ("/none", false),
        ("/empty", false),
        ("/list", false),
        ("/cost", true),
        ("/x", false),
    ] {
        assert_eq!(value_at(written, ValueType::Present), Some(Value::Present(expected)), "{written}");
    }
}

#[test]
fn a_group_reads_each_of_its_values_from_there_on() {
    let fields = vec![field("cpv", pointer("/cpv/key")), field("quantity", pointer("/quantity"))];
    let mut lines = group("tr", fields);
    lines.rows.push(pointer("/lines/*"));
    let extraction = extract(&Profile { groups: vec![lines], ..profile() }, &answer(ANSWER)).unwrap();
    let of = |name: &str, written: &str| Field { name: name.into(), value: Value::Text(written.into()) };
    let rows = vec![vec![of("cpv", "45233120-6"), of("quantity", "2")], vec![of("cpv", "18424300-0")]];
    assert_eq!(extraction.fields, [Field { name: "lines".into(), value: Value::Rows(rows) }]);
    assert_eq!(extraction.warnings, [Warning::FieldMissing { field: "lines.quantity".into() }]);
}

#[test]
fn the_own_id_stands_at_a_pointer() {
    let mut profile = profile();
    let own_id = OwnId::Page(vec![label("No"), pointer("/referenceNumber")]);
    profile.kinds.get_mut("payment").unwrap().own_id = own_id;
    assert_eq!(extract(&profile, &answer(ANSWER)).unwrap().own_id.as_str(), OWN_ID);
    let missing = extract(&profile, &answer("{}")).unwrap_err().to_string();
    assert_eq!(
        missing,
        "layout changed: the page's own ID is not there (tried label:No, pointer:/referenceNumber)"
    );
}

#[test]
fn references_stand_in_texts_lists_and_running_text_each_with_its_evidence() {
    let each = |relation, place| reference(relation, vec![pointer(place)], ReferenceMode::Each(None));
    let references = vec![
        each("contract", "/contractRefNo/*"),
        each("payment", "/paymentRefNo/*"),
        each("request", "/approvedRequests/*/code"),
        reference("mentioned", vec![pointer("/comments")], ReferenceMode::Scan),
    ];
    let extraction = extract(&Profile { references, ..profile() }, &answer(ANSWER)).unwrap();
    let found: Vec<_> = extraction
        .references
        .iter()
        .map(|found| (found.target.as_str(), found.relation.as_str(), found.evidence.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("14AWRD000900001", "mentioned", "Το 14AWRD000900001 ακυρώθηκε."),
            ("14AWRD000900002", "mentioned", "Βλ. 14AWRD 000900002 και 14REQ000100008."),
            ("14PAY000100003", "payment", "/paymentRefNo/*: 14PAY000100003"),
            // A new line in a text ends one.
            ("14REQ000100008", "mentioned", "000900002 και 14REQ000100008."),
            ("14REQ000100008", "request", "/approvedRequests/*/code: 14REQ000100008"),
            ("14SYMV000100002", "contract", "/contractRefNo/*: 14SYMV000100002"),
        ]
    );
    assert!(matches!(&extraction.warnings[..], [Warning::IdRefused { text, .. }] if text == "14PAY1"));
}

#[test]
fn nothing_is_read_across_two_values() {
    let scan = vec![reference("mentioned", Vec::new(), ReferenceMode::Scan)];
    let profile = Profile { references: scan, ..profile() };
    let extraction = extract(&profile, &answer(r#"["14PAY", "000100003", "14PAY000100004"]"#)).unwrap();
    let targets: Vec<_> = extraction.references.iter().map(|found| found.target.as_str()).collect();
    assert_eq!(targets, ["14PAY000100004"]);
}

#[test]
fn pages_have_no_values_and_answers_no_labels() {
    let rules = vec![field("it", label("title")), field("that", Place::Css("title".into()))];
    assert!(extract(&with_fields(rules), &answer(ANSWER)).unwrap().fields.is_empty());
    let rules = vec![field("it", pointer("/title"))];
    assert!(extract(&with_fields(rules), &capture(ANSWER)).unwrap().fields.is_empty());
}

#[test]
fn whatever_calls_itself_json_is_read_as_such_with_a_mark_at_its_beginning_too() {
    for (media_type, text) in [
        ("application/json; charset=utf-8", "{\"a\": \"x\"}"),
        ("application/ld+JSON", "{\"a\": \"x\"}"),
        ("application/json", "\u{feff}{\"a\": \"x\"}"),
    ] {
        let part = Part { media_type: media_type.into(), ..part("service", text) };
        let rule = with_fields(vec![field("it", pointer("/a"))]);
        assert_eq!(extract(&rule, &capture_of(vec![part])).unwrap().fields.len(), 1, "{media_type}");
    }
}

#[test]
fn what_is_no_json_has_no_values_but_is_a_text() {
    let scan = vec![reference("mentioned", Vec::new(), ReferenceMode::Scan)];
    let profile = Profile { references: scan, ..with_fields(vec![field("it", pointer("/a"))]) };
    let extraction = extract(&profile, &answer("{\"a\": 14PAY000100004")).unwrap();
    assert_eq!((extraction.fields.len(), extraction.references.len()), (0, 1));
}

#[test]
fn a_file_is_no_page() {
    let file = Part {
        media_type: "application/pdf".into(),
        ..part("file", "<p>14PAY000100003</p> <b class=no>14PAY000100004</b>")
    };
    let scan = vec![reference("mentioned", Vec::new(), ReferenceMode::Scan)];
    let profile = Profile { references: scan, ..with_fields(vec![field("it", css("b.no"))]) };
    let extraction = extract(&profile, &capture_of(vec![file])).unwrap();
    assert_eq!((extraction.fields.len(), extraction.references.len()), (0, 0));
}

#[test]
fn a_hostile_answer_is_read_in_bounded_time_or_not_at_all() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let fields = || with_fields(vec![field("it", pointer("/0/0/0")), field("that", pointer("/*/*"))]);
    assert!(extract(&fields(), &answer(&deep)).unwrap().fields.is_empty());
    assert!(extract(&fields(), &answer("{\"a\": ")).unwrap().fields.is_empty());
}
