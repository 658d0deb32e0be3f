//! The texts that name people, wherever a rule that is marked so finds them.

use super::*;
use crate::extract::{PersonalText, personal_texts};
use crate::profile::DateFormat;

fn personal(name: &str, place: Place) -> FieldRule {
    FieldRule { personal: true, ..field(name, place) }
}

/// The texts found, as `field: text`.
fn found(fields: Vec<FieldRule>, groups: Vec<GroupRule>, parts: Vec<Part>) -> Vec<String> {
    let profile = Profile { fields, groups, ..profile() };
    let texts = personal_texts(&profile, &capture_of(parts));
    texts.into_iter().map(|PersonalText { field, text, .. }| format!("{field}: {text}")).collect()
}

#[test]
fn every_text_of_every_place_is_found_once_and_that_of_other_fields_is_not() {
    let rule = FieldRule { places: vec![css("b"), label("Όνομα")], ..personal("person", css("x")) };
    let page = "<b>Άννα</b><b>Βίκυ\n Γ.</b><p>Όνομα: Δήμος</p><p>Όνομα: Άννα</p><i>Εύα</i>";
    let plain = field("title", css("i"));
    assert_eq!(
        found(vec![plain, rule], Vec::new(), vec![part("detail", page)]),
        ["person: Άννα", "person: Βίκυ Γ.", "person: Δήμος"]
    );
}

#[test]
fn a_text_is_what_the_pattern_takes_out_of_it() {
    let pattern = Some(regex::Regex::new("^ΑΦΜ (?<value>[0-9]+)").unwrap());
    let rule = FieldRule { pattern, ..personal("vat", css("p")) };
    let page = vec![part("detail", "<p>ΑΦΜ 090000045 Αθήνα<p>Αθήνα")];
    assert_eq!(found(vec![rule], Vec::new(), page), ["vat: 090000045"]);
}

#[test]
fn parts_and_kinds_are_those_of_the_rule() {
    let parts = || vec![part("detail", "<b>Άννα</b>"), part("more", "<b>Βίκυ</b>")];
    let awards = || KindFilter::Only(BTreeSet::from(["award".to_owned()]));
    let in_part = FieldRule { part: Some("more".into()), ..personal("person", css("b")) };
    assert_eq!(found(vec![in_part.clone()], Vec::new(), parts()), ["person: Βίκυ"]);
    assert_eq!(found(vec![FieldRule { kinds: awards(), ..in_part }], Vec::new(), parts()), [""; 0]);
    let members = || GroupRule { name: "members".into(), ..group("b", vec![personal("name", css("b"))]) };
    let rows = || vec![part("detail", "<p><b>Άννα</b>"), part("more", "<p><b>Βίκυ</b>")];
    let members = || GroupRule { rows: vec![css("p")], ..members() };
    assert_eq!(found(Vec::new(), vec![members()], rows()), ["members.name: Άννα", "members.name: Βίκυ"]);
    let in_part = GroupRule { part: Some("detail".into()), ..members() };
    assert_eq!(found(Vec::new(), vec![in_part], rows()), ["members.name: Άννα"]);
    assert_eq!(found(Vec::new(), vec![GroupRule { kinds: awards(), ..members() }], rows()), [""; 0]);
}

#[test]
fn a_day_is_told_from_other_texts() {
    let born = FieldRule {
        value: ValueType::Date(vec![DateFormat::numeric("d.m.yyyy")]),
        ..personal("born", css("i"))
    };
    let profile = with_fields(vec![born, personal("name", css("b"))]);
    let texts = personal_texts(&profile, &capture("<i>1.2.1980</i><b>Άννα</b>"));
    assert_eq!(texts.iter().map(|text| text.is_date).collect::<Vec<_>>(), [true, false]);
}
