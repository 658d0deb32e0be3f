//! Typed fields, groups, required and optional ones, and the page's own ID.

use super::*;
use crate::domain::{Field, PassedOver, Warning};
use crate::profile::DateFormat;

/// What a field of one type holds beside the label `Τιμή`, as the export writes it; or the warning about it.
fn check(value: ValueType, text: &str, expected: &str) {
    let rule = FieldRule { value, ..field("it", label("Τιμή")) };
    let html = format!("<table><tr><td>Τιμή</td><td>{text}</td></tr></table>");
    let extraction = extract(&with_fields(vec![rule]), &capture(&html)).unwrap();
    let shown = match (extraction.fields.first(), extraction.warnings.first()) {
        (Some(field), _) => serde_json::to_string(&field.value).unwrap(),
        (None, Some(warning)) => warning.to_string(),
        (None, None) => "neither a field nor a warning".to_owned(),
    };
    assert_eq!(shown, expected, "{text}");
}

fn layout_changed(profile: &Profile, html: &str) -> String {
    extract(profile, &capture(html)).unwrap_err().to_string()
}

#[test]
fn each_type_reads_its_own_writing() {
    check(
        ValueType::Text,
        "α<br>β<p>γ</p>δ<b>ε</b><script>x</script><i hidden>y</i>",
        r#"{"text":"α β γ δε"}"#,
    );
    check(ValueType::Integer(GREEK), "1.234", r#"{"integer":1234}"#);
    check(amount(), "1.234.567,80 €", r#"{"amount":{"amount":"1234567.80","currency":"EUR"}}"#);
    let date = || ValueType::Date(vec![DateFormat::numeric("dd/mm/yyyy")]);
    check(date(), "12/03/2014 10:15", r#"{"date":"2014-03-12"}"#);
    let id = || ValueType::Id(Vec::new());
    check(id(), "14SYMV000123456", r#"{"id":{"text":"14SYMV000123456","scheme":"adam","kind":"contract"}}"#);
    check(id(), "-", "`it` is not on the page");
    check(id(), "", "`it` is not on the page");
    check(ValueType::Present, "", r#"{"present":true}"#);
    check(id(), "32REQ013229327", r#"{"id":{"text":"32REQ013229327","scheme":"adam","kind":"request"}}"#);
    check(
        ValueType::Id(vec!["ada".into()]),
        "ΒΛ9Ω46907Τ-0ΝΚ",
        r#"{"id":{"text":"ΒΛ9Ω46907Τ-0ΝΚ","scheme":"ada","kind":"decision"}}"#,
    );
    check(amount(), "12 CHF", r#"{"amount":{"amount":"12","currency":"CHF"}}"#);
    check(
        amount(),
        "12,00",
        "`it` cannot be read: no currency stands with it; where the portal never writes one, say `currency = \"…\"` \
         (`12,00`)",
    );
    check(amount(), "1.23,4", "`it` cannot be read: a `.` does not stand between thousands (`1.23,4`)");
    check(date(), "31/02/2014", "`it` cannot be read: there is no such day (dd/mm/yyyy) (`31/02/2014`)");
}

#[test]
fn a_mark_is_present_where_people_see_it() {
    let rule = FieldRule { value: ValueType::Present, ..field("void", css("span.void")) };
    for (html, expected) in [
        ("<span class=void></span>", true),
        ("<span>void</span>", false),
        ("<span class=void style='color:red; DISPLAY : none !important'>x</span>", false),
        ("<div hidden><span class=void>x</span></div>", false),
    ] {
        let extraction = extract(&with_fields(vec![rule.clone()]), &capture(html)).unwrap();
        let expected = Field { name: "void".into(), value: Value::Present(expected) };
        assert_eq!((extraction.fields, extraction.warnings), (vec![expected], vec![]), "{html}");
    }
}

#[test]
fn a_pattern_takes_its_group_and_a_text_without_it_is_none() {
    let pattern = Some(regex::Regex::new(r"^ΑΦΜ (?<value>[0-9]{9})\b").unwrap());
    let rule = FieldRule { pattern, ..field("vat", css("p")) };
    let read = |html| extract(&with_fields(vec![rule.clone()]), &capture(html)).unwrap().fields;
    assert_eq!(
        read("<p>ΑΦΜ\n 090000045 Δ.Ο.Υ."),
        [Field { name: "vat".into(), value: Value::Text("090000045".into()) }]
    );
    assert_eq!(read("<p>ΑΦΜ 09"), []);
    let mark = FieldRule { value: ValueType::Present, ..rule.clone() };
    for (page, expected) in [("<p>ΑΦΜ 090000045", true), ("<p>ΑΦΜ 09", false), ("<b>x", false)] {
        let fields = extract(&with_fields(vec![mark.clone()]), &capture(page)).unwrap().fields;
        assert_eq!(fields, [Field { name: "vat".into(), value: Value::Present(expected) }], "{page}");
    }
}

#[test]
fn places_are_tried_in_order_until_one_holds_something() {
    let places = vec![label("Φορέας"), css(".org"), css("h1")];
    let rule = FieldRule { places, ..field("org", css("x")) };
    let page = "<h1>τρίτο</h1><table><tr><td>Φορέας<td></table><p class=org hidden>κρυφό<p class=org>δεύτερο";
    let fields = extract(&with_fields(vec![rule]), &capture(page)).unwrap().fields;
    assert_eq!(fields, [Field { name: "org".into(), value: Value::Text("δεύτερο".into()) }]);
}

#[test]
fn a_part_is_read_alone_where_the_profile_names_one() {
    let rule = FieldRule { part: Some("lines".into()), ..field("it", css("p")) };
    let parts = vec![part("detail", "<p>α</p>"), part("lines", "<p>β</p>")];
    let fields = extract(&with_fields(vec![rule]), &capture_of(parts)).unwrap().fields;
    assert_eq!(fields, [Field { name: "it".into(), value: Value::Text("β".into()) }]);
}

#[test]
fn a_group_has_its_part_and_its_kinds() {
    let parts =
        || capture_of(vec![part("detail", "<ul><li><b>α</b></ul>"), part("lines", "<ul><li><b>β</b></ul>")]);
    let names = |lines: GroupRule| -> Vec<Value> {
        let profile = Profile { groups: vec![lines], ..profile() };
        let fields = extract(&profile, &parts()).unwrap().fields;
        let rows = fields.into_iter().flat_map(|field| match field.value {
            Value::Rows(rows) => rows,
            other => panic!("{other:?}"),
        });
        rows.flatten().map(|field| field.value).collect()
    };
    let lines = || group("li", vec![field("name", css("b"))]);
    let text = |text: &str| Value::Text(text.into());
    assert_eq!(names(lines()), [text("α"), text("β")]);
    assert_eq!(names(GroupRule { part: Some("lines".into()), ..lines() }), [text("β")]);
    let awards = KindFilter::Only(BTreeSet::from(["award".to_owned()]));
    assert_eq!(names(GroupRule { kinds: awards, required: true, ..lines() }), []);
}

#[test]
fn an_id_that_hardly_can_be_right_and_one_of_another_scheme_are_warnings() {
    let of = |schemes: &[&str], text: &str| {
        let value = ValueType::Id(schemes.iter().map(|&scheme| scheme.to_owned()).collect());
        let rule = FieldRule { value, ..field("it", css("p")) };
        extract(&with_fields(vec![rule]), &capture(&format!("<p>{text}"))).unwrap().warnings
    };
    let doubt = of(&[], "32REQ013229327");
    assert!(matches!(&doubt[..], [Warning::IdImplausible { id, .. }] if id == "32REQ013229327"), "{doubt:?}");
    let other = of(&["ada"], "14SYMV000123456");
    assert!(matches!(&other[..], [Warning::FieldUnreadable { field, .. }] if field == "it"), "{other:?}");
}

#[test]
fn a_hidden_control_has_its_value_where_a_selector_names_it() {
    assert_eq!(text_at(css("[name=id]"), "<input type=hidden name=id value=' 7 '>").as_deref(), Some("7"));
    assert_eq!(text_at(css("[name=id]"), "<input type=HIDDEN name=id value=7>").as_deref(), Some("7"));
    assert_eq!(text_at(css("p"), "<p>α<input type=hidden name=id value=7></p>").as_deref(), Some("α"));
}

#[test]
fn a_required_field_that_is_missing_or_unreadable_is_a_changed_layout() {
    let rule = FieldRule {
        places: vec![label("Ποσό"), css("#sum")],
        value: amount(),
        required: true,
        ..field("value", css("x"))
    };
    let profile = with_fields(vec![FieldRule { part: Some("detail".into()), ..rule.clone() }]);
    assert_eq!(
        layout_changed(&profile, "<p>τίποτε"),
        "layout changed: `value` is not in part `detail` (tried label:Ποσό, css:#sum)"
    );
    assert_eq!(
        layout_changed(&with_fields(vec![rule.clone()]), "<p id=sum>1.23,4 €"),
        "layout changed: `value` on the page cannot be read: a `.` does not stand between thousands \
         (`1.23,4 €`; tried label:Ποσό, css:#sum)"
    );
    let elsewhere = FieldRule { kinds: KindFilter::Only(BTreeSet::from(["award".to_owned()])), ..rule };
    assert!(
        extract(&with_fields(vec![elsewhere]), &capture("")).is_ok(),
        "a field of other kinds is not missed"
    );
}

const TABLE: &str = "<table><thead><tr><th colspan=2>Είδος</th><th>CPV:</th><th>Ποσό</th></tr></thead>
    <tbody><tr><td>1</td><td>Χαρτί</td><td>30197630-1</td><td>1.000,50 €</td></tr>
    <tr><td colspan=2>Μελάνι</td><td>30192113-6</td><td></td></tr></tbody></table>";

fn lines(required: bool) -> Profile {
    let column = |heading: &str| Place::Column(heading.into());
    let fields = vec![
        FieldRule { required: true, ..field("cpv", column("CPV:")) },
        FieldRule { value: amount(), required, ..field("sum", column("Ποσό")) },
    ];
    Profile { groups: vec![group("tbody tr", fields)], ..profile() }
}

#[test]
fn rows_repeat_and_columns_are_found_by_their_heading() {
    let extraction = extract(&lines(false), &capture(TABLE)).unwrap();
    let shown = serde_json::to_value(&extraction.fields).unwrap();
    assert_eq!(
        shown,
        serde_json::json!([{ "name": "lines", "value": { "rows": [
            [
                { "name": "cpv", "value": { "text": "30197630-1" } },
                { "name": "sum", "value": { "amount": { "amount": "1000.50", "currency": "EUR" } } },
            ],
            [{ "name": "cpv", "value": { "text": "30192113-6" } }],
        ] } }])
    );
    assert_eq!(extraction.warnings, [Warning::FieldMissing { field: "lines.sum".into() }]);
    assert_eq!(
        layout_changed(&lines(true), TABLE),
        "layout changed: `lines.sum` is not in row 2 (tried column:Ποσό)"
    );
}

#[test]
fn fields_of_a_row_are_looked_for_inside_it() {
    let fields = vec![field("name", css("b")), field("note", label("Σχόλιο"))];
    let profile = Profile { groups: vec![group("li", fields)], ..profile() };
    let page =
        "<b>έξω</b><ul><li><b>α</b><p>Σχόλιο: ένα</p><li><b>β</b><p>Σχόλιο: δύο</p><li></ul>Σχόλιο: τρία";
    let extraction = extract(&profile, &capture(page)).unwrap();
    let Some(Value::Rows(rows)) = extraction.fields.first().map(|field| &field.value) else {
        panic!("no rows")
    };
    let texts: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|field| &field.value).collect()).collect();
    let text = |text: &str| Value::Text(text.into());
    assert_eq!(texts, [vec![&text("α"), &text("ένα")], vec![&text("β"), &text("δύο")], vec![]]);
}

#[test]
fn the_currency_of_an_amount_may_stand_in_another_place_of_its_row() {
    let places = vec![Place::Column("Νόμισμα".into()), css("b")];
    let value =
        ValueType::Amount { format: GREEK, currency: CurrencyRule { places, ..CurrencyRule::default() } };
    let sum = FieldRule { value, ..field("sum", Place::Column("Ποσό".into())) };
    let profile = Profile { groups: vec![group("tbody tr", vec![sum])], ..profile() };
    let table = "<table><thead><tr><th>Ποσό<th>Νόμισμα<tbody><tr><td>1,50<td>USD<tr><td>2,50<td>€
        <tr><td>3,50<td> <b>GBP</b><tr><td>4,50 €<td>USD<tr><td>5,50<td></table>";
    let extraction = extract(&profile, &capture(table)).unwrap();
    let Value::Rows(rows) = &extraction.fields[0].value else { panic!("no rows") };
    let amount = |row: &Vec<Field>| match row.first().map(|field| &field.value) {
        Some(Value::Amount { amount, currency }) => format!("{amount} {currency}"),
        _ => "-".to_owned(),
    };
    let amounts: Vec<_> = rows.iter().map(amount).collect();
    assert_eq!(amounts, ["1.50 USD", "2.50 EUR", "3.50 GBP", "-", "-"]);
    let warnings: Vec<_> = extraction.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "`lines.sum` cannot be read: `€` stands with it, and its currency is said to be USD (`4,50 €`)",
            "`lines.sum` cannot be read: no currency stands with it, and none where the profile looks for it (`5,50`)",
        ]
    );
}

#[test]
fn of_several_values_the_first_is_taken_and_the_others_are_not_kept_quiet() {
    let several = |values| vec![Warning::SeveralValues { field: "it".into(), values }];
    for (place, html, expected) in [
        (label("Ποιος"), "<dl><dt>Ποιος<dd>Α<dd>Β<dd>Γ<dd>Β</dl>", several(3)),
        (label("Ποιος"), "<dl><dt>Ποιος<dd>Α<dd>Α<dd></dl>", vec![]),
        (label("Ποιος"), "<p>Ποιος: Α</p><p>Ποιος: Β</p>", several(2)),
        (css("p"), "<p>Α<p>Β", several(2)),
        (css("p"), "<p>Α<p> Α ", vec![]),
        (css("p, b"), "<p>Α</p><b>Β</b>", vec![]),
        (css("div"), "<div>Α<div>Β</div></div>", vec![]),
    ] {
        let extraction = extract(&with_fields(vec![field("it", place)]), &capture(html)).unwrap();
        assert_eq!((extraction.fields.len(), extraction.warnings), (1, expected), "{html}");
    }
    assert_eq!(
        several(2)[0].to_string(),
        "`it`: 2 values stand there, the first was taken; a group takes all"
    );
}

#[test]
fn a_group_without_rows_is_a_warning_or_a_changed_layout() {
    let optional = group("tbody tr", Vec::new());
    let required = GroupRule { required: true, ..optional.clone() };
    let extraction = extract(&Profile { groups: vec![optional], ..profile() }, &capture("")).unwrap();
    assert_eq!(extraction.fields, []);
    assert_eq!(extraction.warnings, [Warning::FieldMissing { field: "lines".into() }]);
    let profile = Profile { groups: vec![required], ..profile() };
    assert_eq!(layout_changed(&profile, ""), "layout changed: `lines` has no row (tried css:tbody tr)");
}

/// The own ID of a page that shows it beside the label `ΑΔΑΜ` or in `h1`.
fn own_id(html: &str) -> Result<String, ExtractError> {
    let own_id = OwnId::Page(vec![label("ΑΔΑΜ"), css("h1")]);
    let kind = Kind { name: "payment".into(), variables: BTreeMap::new(), own_id };
    let profile = Profile { kinds: BTreeMap::from([("payment".to_owned(), kind)]), ..profile() };
    extract(&profile, &capture(html)).map(|extraction| extraction.own_id.to_string())
}

#[test]
fn the_own_id_is_what_the_page_shows_whatever_was_asked_for() {
    let own_page = "<table><tr><td>ΑΔΑΜ<td>14ΡΑΥ000999999</table>";
    assert_eq!(own_id(own_page), Ok("14PAY000999999".into()));
    assert_eq!(own_id("<h1>14PAY000123456 *</h1>"), Ok(OWN_ID.into()));
    assert_eq!(own_id("<table><tr><td>ΑΔΑΜ<td></table><h1>14PAY000123456</h1>"), Ok(OWN_ID.into()));
    for without in ["<p>14PAY000123456", "<h1>Δ/Α</h1>", "<h1> </h1>"] {
        assert_eq!(
            own_id(without).unwrap_err().to_string(),
            "layout changed: the page's own ID is not there (tried label:ΑΔΑΜ, css:h1)"
        );
    }
    let unreadable = own_id("<h1>Αναζήτηση</h1>").unwrap_err();
    assert!(
        matches!(&unreadable, ExtractError::OwnIdUnreadable { text, .. } if text == "Αναζήτηση"),
        "{unreadable}"
    );
}

#[test]
fn the_own_id_may_be_that_of_the_row_which_was_opened() {
    let rows = |row_id: Option<&str>| Capture { row_id: row_id.map(Into::into), ..capture("") };
    let own_id = |row_id| extract(&profile(), &rows(row_id)).map(|extraction| extraction.own_id.to_string());
    assert_eq!(own_id(Some("14ΡΑΥ000123456")), Ok(OWN_ID.into()));
    assert_eq!(
        own_id(None).unwrap_err().to_string(),
        "layout changed: the page's own ID is not there (tried the row that was opened)"
    );
}

#[test]
fn what_came_by_a_later_route_says_so() {
    let passed_over = PassedOver { route: "service".into(), why: "unavailable: status 503".into() };
    let extraction = extract(&profile(), &Capture { passed_over: vec![passed_over], ..capture("") }).unwrap();
    let warnings: Vec<String> = extraction.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["not by the route `service`: unavailable: status 503"]);
}
