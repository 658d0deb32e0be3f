//! What every rule found, for the people who write the rules.

use super::*;
use crate::extract::{FoundField, Survey, survey};

const PAGE: &str = "<h1>14PAY000999999</h1><p class=second>δεύτερο</p><p class=sum>1.23,4</p>
    <b class=late></b><ul><li><b>α</b><li></ul><a>14SYMV000000001</a><a>14PAY000999999</a>";

fn surveyed(change: impl FnOnce(&mut Profile)) -> Survey {
    let mut profile = profile();
    change(&mut profile);
    survey(
        &profile,
        &capture_of(vec![part("detail", PAGE), part("more", "<p class=second>τρίτο</p><ul><li>")]),
    )
}

/// What one field found.
fn one(rule: FieldRule) -> FoundField {
    surveyed(|profile| profile.fields = vec![rule]).fields.remove(0).found
}

fn awards() -> KindFilter {
    KindFilter::Only(BTreeSet::from(["award".to_owned()]))
}

#[test]
fn a_field_tells_which_of_its_places_has_what() {
    let rule = |places: Vec<Place>| FieldRule { places, ..field("it", css("x")) };
    let found = |text: &str, place: &str, choice| FoundField::Value {
        value: Value::Text(text.into()),
        place: place.into(),
        choice,
    };
    let places = || vec![label("Πρώτο"), css(".second"), css("h1")];
    assert_eq!(one(rule(places())), found("δεύτερο", "css:.second", (2, 3)));
    let in_more = FieldRule { part: Some("more".into()), ..rule(places()) };
    assert_eq!(one(in_more), found("τρίτο", "css:.second", (2, 3)));
    assert_eq!(one(rule(vec![label("Πρώτο")])), FoundField::Missing);
    // As a crawl does, it ends at the first place that holds anything.
    let sum = FieldRule { value: amount(), ..rule(vec![css(".sum"), css("h1")]) };
    let reason = "a `.` does not stand between thousands".into();
    assert_eq!(one(sum), FoundField::Unreadable { text: "1.23,4".into(), reason });
    let mark = |places| FieldRule { value: ValueType::Present, ..rule(places) };
    let present = |is_there, place: &str, choice| FoundField::Value {
        value: Value::Present(is_there),
        place: place.into(),
        choice,
    };
    assert_eq!(one(mark(vec![css(".gone"), css(".late")])), present(true, "css:.late", (2, 2)));
    assert_eq!(one(mark(vec![css(".late"), css(".gone")])), present(true, "css:.late", (1, 2)));
    assert_eq!(one(mark(vec![css(".gone"), css(".lost")])), present(false, "css:.lost", (2, 2)));
}

#[test]
fn rules_of_other_kinds_are_left_out() {
    let survey = surveyed(|profile| {
        let other = FieldRule { kinds: awards(), required: true, ..field("other", css("x")) };
        profile.fields = vec![other.clone(), FieldRule { required: true, ..field("it", css("h1")) }];
        profile.groups = vec![
            GroupRule { kinds: awards(), ..group("li", Vec::new()) },
            group("li", vec![other, field("name", css("b"))]),
        ];
    });
    let fields: Vec<_> =
        survey.fields.iter().map(|field| (&*field.name, &*field.tried, field.required)).collect();
    assert_eq!(fields, [("it", "css:h1", true)]);
    let [lines] = survey.groups.as_slice() else { panic!("{:?}", survey.groups) };
    assert_eq!((lines.rows, &*lines.tried), (3, "css:li"));
    assert_eq!(lines.fields, [("name".to_owned(), 1)], "one row of three has it");
}

#[test]
fn a_group_is_looked_for_in_its_part() {
    let lines = GroupRule { part: Some("more".into()), required: true, ..group("li", Vec::new()) };
    let survey = surveyed(|profile| profile.groups = vec![lines]);
    assert_eq!((survey.groups[0].rows, survey.groups[0].required), (1, true));
}

#[test]
fn the_own_id_is_told_and_no_reference_to_it() {
    let with_own_id = |own_id: Place| {
        surveyed(|profile| {
            profile.kinds.get_mut("payment").unwrap().own_id = OwnId::Page(vec![own_id]);
            profile.references = vec![reference("named", vec![css("a")], ReferenceMode::Each(None))];
        })
    };
    let targets = |survey: &Survey| -> Vec<String> {
        survey.references.iter().map(|reference| reference.target.to_string()).collect()
    };
    let survey = with_own_id(css("h1"));
    assert_eq!(survey.own_id.as_ref().unwrap().as_str(), "14PAY000999999");
    assert_eq!(targets(&survey), ["14SYMV000000001"]);
    let survey = with_own_id(css("h2"));
    assert!(matches!(survey.own_id, Err(ExtractError::LayoutChanged { .. })), "{:?}", survey.own_id);
    assert_eq!(targets(&survey), ["14PAY000999999", "14SYMV000000001"]);
}
