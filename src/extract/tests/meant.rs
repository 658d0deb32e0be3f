//! What is said of a rule that finds nothing: what the page has instead.

use super::*;
use crate::extract::survey;

const PAGE: &str = "<nm-app><template shadowrootmode=open><nm-head><template shadowrootmode=closed>
    <section id=top><h1>Road</h1><b class=state>open</b></section></template></nm-head></template></nm-app>
    <nm-side><template shadowrootmode=open><h1>Side</h1><i>i</i></template></nm-side>
    <table><tr><th>Contracting authority</th><td>Borough</td></tr><tr><th>Authority number</th><td>12</td></tr></table>
    <p>Published: 14 Mar 2024<br>Value: £1,234.50<br>Old value: 1 234.50 €</p><p><b>Notes:</b></p>
    <table class=lots><thead><tr><th>CPV</th><th>Amount</th></tr></thead><tbody><tr><td>45</td><td>1,5</td></tr></tbody></table>";

fn hint_of(rule: FieldRule) -> Option<String> {
    survey(&with_fields(vec![rule]), &capture(PAGE)).fields.remove(0).hint
}

#[test]
fn what_stands_in_a_shadow_root_is_said_to_and_how_to_enter_it() {
    for (selector, expected) in [
        (
            "nm-head h1",
            Some("`h1` stands inside the shadow root of `nm-head`: write `nm-app >>> nm-head >>> h1`"),
        ),
        ("nm-side h1", Some("`h1` stands inside the shadow root of `nm-side`: write `nm-side >>> h1`")),
        (
            "#top > h1",
            Some("it stands inside the shadow root of `nm-head`: write `nm-app >>> nm-head >>> #top > h1`"),
        ),
        (
            "nm-head >>> b.state",
            Some("it stands inside the shadow root of `nm-head`: write `nm-app >>> nm-head >>> b.state`"),
        ),
        ("i", Some("it stands inside the shadow root of `nm-side`: write `nm-side >>> i`")),
        ("nm-side >>> i", None),
        ("table.none", None),
    ] {
        assert_eq!(hint_of(field("it", css(selector))).as_deref(), expected, "{selector}");
    }
}

#[test]
fn the_nearest_labels_are_named_all_of_them_only_where_one_must_be_there() {
    let required = |place| FieldRule { required: true, ..field("it", place) };
    let nearest = |labels: &str| Some(format!("the nearest labels of the page are {labels}"));
    let three = nearest("`Contracting authority`, `Authority number`, `Notes`");
    assert_eq!(hint_of(required(label("Awarding authority"))), three);
    assert_eq!(hint_of(field("it", label("Contracting Authority:"))), nearest("`Contracting authority`"));
    assert_eq!(hint_of(field("it", label("Deadline for tenders"))), None);
    let fields =
        vec![field("it", label("Contracting authorities")), field("other", label("Contracting authority"))];
    let of_another = survey(&with_fields(fields), &capture(PAGE)).fields.remove(0).hint;
    assert_eq!(of_another, None, "an optional field is hardly meant by the label of another one");
    let empty = "`Notes` is there, and no value that belongs to it: name the value by `css`";
    assert_eq!(hint_of(required(label("Notes"))).as_deref(), Some(empty));
}

#[test]
fn the_marks_are_said_with_which_a_number_can_be_read() {
    let amount = |text: &str| {
        hint_of(FieldRule {
            value: ValueType::Amount { format: GREEK, currency: CurrencyRule::default() },
            ..field("it", label(text))
        })
    };
    assert_eq!(amount("Value").as_deref(), Some("say `decimal = \".\"`, `thousands = \",\"`"));
    assert_eq!(amount("Old value").as_deref(), Some("say `decimal = \".\"`, `thousands = \" \"`"));
    assert_eq!(amount("Published"), None, "no number at all");
}

#[test]
fn rows_and_columns_that_are_not_there_are_answered_with_those_that_are() {
    let column = |heading: &str| field("value", Place::Column(heading.into()));
    let hints = |rows: &str, field| {
        let profile = Profile { groups: vec![group(rows, vec![field])], ..profile() };
        survey(&profile, &capture(PAGE)).groups.remove(0).hints
    };
    assert_eq!(hints("table.lots tbody tr", column("Amount")), Vec::<String>::new());
    assert_eq!(
        hints("table.lots tbody tr", column("Value")),
        ["value: the columns of the table are `CPV`, `Amount`"]
    );
    let inside = "it stands inside the shadow root of `nm-head`: write `css:nm-app >>> nm-head >>> section`";
    assert_eq!(hints("section", column("Amount")), [inside]);
}

#[test]
fn an_own_id_that_is_not_there_gets_a_hint_too() {
    let mut profile = profile();
    for kind in profile.kinds.values_mut() {
        kind.own_id = OwnId::Page(vec![label("Authority no")]);
    }
    let hint = survey(&profile, &capture(PAGE)).own_id_hint.unwrap();
    assert!(hint.starts_with("the nearest labels of the page are `Authority number`"), "{hint}");
}
