//! Personal texts in pages of every manner.

use super::*;
use crate::domain::{DocumentId, Timestamp, Value, Warning};

const RULES: &str = r#"
language = 1
name = "small"
base = "https://portal.example"
own_id = "label:No"

[ids.act]
pattern = 'ACT(?<number>[0-9]{6})'
kind = "act"

[kinds]
act = { name = "act" }

[[route]]
name = "form"
kinds = ["act"]

[[route.step]]
open = "/{number}"

[[route.step]]
capture = "detail"

[field]
title = { label = "Title", required = true }
person = { label = "Person", personal = true }
tax_number = { label = "Tax", personal = true }
born = { label = "Born", type = "date", personal = true }

[group.members]
rows = "css:ul.members li"
field.name = { css = "b", personal = true }

[[reference]]
relation = "mentioned"
label = "Remarks"
scan = true
"#;

fn profile() -> Profile {
    Profile::from_text("small.toml", RULES).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
}

fn part(name: &str, media_type: &str, bytes: &[u8]) -> Part {
    let url = "https://portal.example/1".to_owned();
    Part { name: name.to_owned(), url, media_type: media_type.to_owned(), bytes: bytes.into() }
}

fn capture(rows: &str) -> Capture {
    let html = format!(
        "<html><body><table><tr><td>No:</td><td>ACT000001</td></tr><tr><td>Title:</td><td>Road</td></tr>{rows}</table></body></html>"
    );
    Capture {
        id: DocumentId::from_canonical("ACT000001", "act", "act"),
        route: "form".into(),
        captured_at: Timestamp::default(),
        parts: vec![part("detail", "text/html", html.as_bytes())],
        marker: None,
        row_id: None,
        passed_over: Vec::new(),
        trace: Vec::new(),
    }
}

fn row(label: &str, value: &str) -> String {
    format!("<tr><td>{label}:</td><td>{value}</td></tr>")
}

fn source(disguised: &Disguised) -> String {
    String::from_utf8(disguised.capture.parts[0].bytes.to_vec()).unwrap()
}

fn refused(capture: &Capture) -> String {
    disguise(&profile(), capture).unwrap_err().to_string()
}

#[test]
fn a_name_is_replaced_in_whatever_way_a_page_writes_it() {
    let name = "ΝΙΚΟΣ ΔΟΚΙΜΗΣ";
    for written in [
        "ΝΙΚΟΣ ΔΟΚΙΜΗΣ",
        "Νίκος Δοκιμής",
        "νικος\n   δοκιμης",
        "ΝΙΚΟΣ&nbsp;ΔΟΚΙΜΗΣ",
        "ΝΙΚΟΣ<br>ΔΟΚΙΜΗΣ",
        "<i>ΝΙ</i>ΚΟΣ <b class='x'>ΔΟΚΙΜΗΣ</b>",
        "&#925;&#921;&#922;&#927;&#931; &#x394;&#x39F;&Kappa;&Iota;&Mu;&Eta;&Sigma;",
        "<input type=hidden value='ΝΙΚΟΣ ΔΟΚΙΜΗΣ'>",
        "<!-- ΝΙΚΟΣ ΔΟΚΙΜΗΣ -->",
        "ΝΙΚΟΣ <!-- x -->ΔΟΚΙΜΗΣ",
        "<a href='?n=%CE%9D%CE%99%CE%9A%CE%9F%CE%A3+%CE%94%CE%9F%CE%9A%CE%99%CE%9C%CE%97%CE%A3'>x</a>",
        "<script>let n = '\\u039d\\u0399\\u039a\\u039f\\u03a3 \\u0394\\u039f\\u039a\\u0399\\u039c\\u0397\\u03a3'</script>",
    ] {
        let original = capture(&(row("Person", name) + &row("Note", written)));
        let disguised = disguise(&profile(), &original).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(disguised.replaced, [("person".to_owned(), 2)], "{written}");
        let page = source(&disguised);
        assert!(!page.contains(written) && !page.contains(name), "{page}");
        assert_eq!(disguise(&profile(), &original).unwrap(), disguised, "the same each time");
        let tags = |page: &str| page.matches(['<', '>']).count();
        assert_eq!(tags(&page), tags(&String::from_utf8_lossy(&original.parts[0].bytes)), "{page}");
    }
}

#[test]
fn numbers_days_and_the_rows_of_groups_are_replaced_and_still_read() {
    let rows = row("Tax", "000000036")
        + &row("Born", "29/12/1980")
        + "<ul class=members><li><b>Ann Example</b></ul>";
    let disguised = disguise(&profile(), &capture(&rows)).unwrap();
    let fields: Vec<_> = disguised.replaced.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["tax_number", "born", "members.name"]);
    let found = extract(&profile(), &disguised.capture).unwrap();
    let value =
        |name: &str| found.fields.iter().find(|field| field.name == name).map(|field| field.value.clone());
    assert!(matches!(value("born"), Some(Value::Date(_))), "{found:?}");
    let Some(Value::Text(number)) = value("tax_number") else { panic!("{found:?}") };
    assert!(
        number.len() == 9 && number.bytes().zip(*b"000000036").all(|(one, other)| one != other),
        "{number}"
    );
    assert_eq!(value("title"), Some(Value::Text("Road".into())));
}

#[test]
fn a_short_text_is_replaced_as_a_word_alone_and_one_without_letters_is_left() {
    let disguised = disguise(&profile(), &capture(&row("Person", "Oad"))).unwrap();
    assert!(source(&disguised).contains("Road"), "{}", source(&disguised));
    assert_eq!(disguised.replaced, [("person".to_owned(), 1)]);
    let disguised = disguise(&profile(), &capture(&row("Person", "Roa"))).unwrap();
    assert!(source(&disguised).contains("Road"), "{}", source(&disguised));
    let dash = capture(&row("Person", "–"));
    let disguised = disguise(&profile(), &dash).unwrap();
    assert_eq!((disguised.capture, disguised.replaced), (dash, Vec::new()));
}

#[test]
fn another_text_is_tried_until_one_reads_like_the_real_one() {
    for year in 1950..1970 {
        let disguised = disguise(&profile(), &capture(&row("Born", &format!("31/12/{year}"))));
        assert!(disguised.is_ok(), "{year}: {disguised:?}");
    }
}

#[test]
fn addresses_and_other_parts_are_disguised_as_well_and_what_was_traced_is_left_out() {
    let mut original = capture(&row("Person", "Nikolaos Example"));
    original.parts[0].url = "https://portal.example/?n=Nikolaos%20Example".into();
    original.parts.push(part("service", "application/json; charset=utf-8", br#"{"n": "Nikolaos Example"}"#));
    original.parts.push(part("feed", "application/atom+xml", b"<n>Nikolaos Example</n>"));
    let matched = Some("text:Nikolaos Example".to_owned());
    original.trace.push(crate::domain::Trace { step: "wait".into(), matched, elapsed_ms: 1 });
    let disguised = disguise(&profile(), &original).unwrap();
    assert_eq!(
        (disguised.replaced.as_slice(), disguised.left_out.len()),
        (&[("person".to_owned(), 3)][..], 0)
    );
    let left = format!("{:?}", disguised.capture);
    assert!(!left.contains("Nikolaos") && disguised.capture.trace.is_empty(), "{left}");
}

#[test]
fn of_two_texts_the_longer_is_replaced_where_both_stand() {
    let rows = row("Person", "Ann Exam") + "<ul class=members><li><b>Ann Example</b></ul>";
    let page = source(&disguise(&profile(), &capture(&rows)).unwrap());
    assert!(!page.contains("ple<"), "{page}");
}

#[test]
fn a_text_is_not_found_where_blanks_divide_its_letters() {
    let page = source(
        &disguise(&profile(), &capture(&(row("Person", "Abcdef") + &row("Note", "Abc def")))).unwrap(),
    );
    assert!(page.contains("Abc def") && !page.contains("Abcdef"), "{page}");
}

#[test]
fn a_document_of_a_kind_without_names_is_left_as_it_is() {
    let rules = RULES
        .replace("[kinds]", "[ids.bill]\npattern = 'BILL(?<number>[0-9]{6})'\nkind = \"bill\"\n[kinds]\nbill = { name = \"bill\" }")
        .replace("personal = true", "personal = true, kinds = [\"bill\"]");
    let profile = Profile::from_text("small.toml", &rules).unwrap();
    let mut original = capture(&row("Person", "Ann Example"));
    original.parts.push(part("file", "application/pdf", b"%PDF"));
    assert_eq!(disguise(&profile, &original).unwrap().capture, original);
}

#[test]
fn what_cannot_be_disguised_without_changing_more_is_refused() {
    let in_its_id = refused(&capture(&row("Tax", "000001")));
    assert!(
        in_its_id.starts_with("with its personal texts replaced the page reads otherwise: "),
        "{in_its_id}"
    );
    let reference = refused(&capture(&(row("Tax", "000002") + &row("Remarks", "See ACT000002."))));
    assert!(reference.ends_with(": its references"), "{reference}");
    let unchanging = refused(&capture(&row("Born", "11/11/1111")));
    assert_eq!(unchanging, "the text of `born` is still in part `detail`");
    let mut latin = capture(&row("Person", "Ann Example"));
    latin.parts.push(part("old", "text/html", b"<p>Jos\xe9</p>"));
    assert_eq!(refused(&latin), "part `old` is not UTF-8");
}

#[test]
fn a_file_in_which_nothing_can_be_replaced_is_left_out() {
    let mut original = capture(&row("Person", "Ann Example"));
    original.parts.push(part("file", "application/pdf", b"%PDF Ann Example"));
    let disguised = disguise(&profile(), &original).unwrap();
    assert_eq!(disguised.left_out, ["file"]);
    assert_eq!(disguised.capture.parts.len(), 1);
}

#[test]
fn a_file_that_belongs_to_the_document_may_be_left_out() {
    let service = r#"
[[route]]
name = "service"
[route.service]
address = "/{number}"
[[route.service.attachment]]
name = "file"
address = "/file/{number}"
media_type = "application/pdf"
"#;
    let profile = Profile::from_text("small.toml", &format!("{RULES}{service}")).unwrap();
    let mut original = Capture { route: "service".into(), ..capture(&row("Person", "Ann Example")) };
    original.parts.push(part("file", "application/pdf", b"%PDF Ann Example"));
    let disguised = disguise(&profile, &original).unwrap();
    assert_eq!((disguised.left_out.as_slice(), disguised.capture.parts.len()), (&["file".to_owned()][..], 1));
    let warnings = extract(&profile, &disguised.capture).unwrap().warnings;
    assert!(warnings.contains(&Warning::FileMissing { part: "file".into() }), "{warnings:?}");
}

#[test]
fn a_profile_that_marks_nothing_leaves_everything_as_it_is() {
    let profile = Profile::from_text("small.toml", &RULES.replace(", personal = true", "")).unwrap();
    let mut original = capture(&row("Person", "Ann Example"));
    original.parts.push(part("file", "application/pdf", b"%PDF"));
    let disguised = disguise(&profile, &original).unwrap();
    assert_eq!((disguised.capture, disguised.replaced), (original, Vec::new()));
}

#[test]
fn a_sentence_that_is_cut_inside_a_name_is_no_reason_to_refuse() {
    let filler = "word ".repeat(27);
    let remarks = format!("See ACT000002 {filler}NIKOLAOS EXAMPLE {filler}");
    let original = capture(&(row("Person", "NIKOLAOS EXAMPLE") + &row("Remarks", &remarks)));
    let evidence = |capture: &Capture| extract(&profile(), capture).unwrap().references[0].evidence.clone();
    assert!(evidence(&original).contains(" NIK") && !evidence(&original).contains("NIKOLAOS EXAMPLE"));
    let disguised = disguise(&profile(), &original).unwrap();
    assert!(!evidence(&disguised.capture).contains(" NIK"), "{}", evidence(&disguised.capture));
}
