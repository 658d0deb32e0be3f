//! Shadow roots as captures write them: visible in their host's place, and entered by ` >>> ` alone.

use super::*;
use crate::domain::Field;
use crate::profile::ReferenceMode;

const PAGE: &str = "<x-doc><template shadowrootmode=closed><style>p { color: red }</style>
    <h1>Τίτλος</h1><p class=own>έξω</p><table><tr><td>Ποσό</td><td>5</td></tr></table>
    <x-lines><template shadowrootmode=open>
        <p class=own>μέσα</p><ul><li>14SYMV000000001</li><li>14SYMV000000002</li></ul>
    </template></x-lines></template><p class=light>φως</p></x-doc><p class=own>σελίδα</p><template><p class=own>κρυφό</p></template>";

#[test]
fn a_selector_sees_its_own_tree_and_a_path_the_one_it_enters() {
    let check = |selector: &str, expected: Option<&str>| {
        let fields = extract(&with_fields(vec![field("it", css(selector))]), &capture(PAGE)).unwrap().fields;
        let expected: Vec<_> = expected
            .map(|text| Field { name: "it".into(), value: Value::Text(text.into()) })
            .into_iter()
            .collect();
        assert_eq!(fields, expected, "{selector}");
    };
    check(".own", Some("σελίδα"));
    check("x-doc >>> .own", Some("έξω"));
    check("x-doc >>> x-lines >>> .own", Some("μέσα"));
    check("x-lines >>> .own", None);
    check("x-doc .own", None);
    check("x-doc .light", Some("φως"));
    check("x-doc >>> .light", None);
    check("x-doc >>> h1 + .own", Some("έξω"));
    check("x-none >>> .own", None);
}

#[test]
fn labels_and_running_text_are_read_in_roots() {
    assert_eq!(text_at(label("Ποσό"), PAGE).as_deref(), Some("5"));
    assert_eq!(
        text_at(css("x-doc"), PAGE).as_deref(),
        Some("Τίτλος έξω Ποσό 5 μέσα 14SYMV000000001 14SYMV000000002 φως")
    );
}

#[test]
fn a_row_that_is_a_host_is_read_in_its_own_root() {
    let mut profile = with_fields(Vec::new());
    let page =
        "<b>14PAY000123456</b><x-line class=now><template shadowrootmode=open><i>α</i></template></x-line>
        <x-line><template shadowrootmode=closed><i>β</i></template></x-line><i>γ</i>";
    for kind in profile.kinds.values_mut() {
        kind.own_id = OwnId::Page(vec![css("b")]);
    }
    let mut now = field("now", css(":scope.now >>> i"));
    now.required = false;
    profile.groups = vec![group("x-line", vec![field("it", css(":scope >>> i")), now])];
    let value = |name: &str, text: &str| Field { name: name.into(), value: Value::Text(text.into()) };
    let expected = vec![vec![value("it", "α"), value("now", "α")], vec![value("it", "β")]];
    let fields = extract(&profile, &capture(page)).unwrap().fields;
    let [Field { value: Value::Rows(rows), .. }] = fields.as_slice() else { panic!("{fields:?}") };
    assert_eq!(*rows, expected);
}

#[test]
fn an_own_id_rows_and_references_are_found_by_a_path() {
    let mut profile = with_fields(Vec::new());
    let page = "<x-doc><template shadowrootmode=closed><b>14PAY000123456</b>
        <div class=line><i>α</i></div><div class=line><i>β</i></div>
        <ul><li>14SYMV000000001</li></ul></template></x-doc>";
    for kind in profile.kinds.values_mut() {
        kind.own_id = OwnId::Page(vec![css("x-doc >>> b")]);
    }
    profile.groups = vec![group("x-doc >>> .line", vec![field("it", css("i"))])];
    profile.references = vec![ReferenceRule {
        relation: "contract".into(),
        places: vec![css("x-doc")],
        mode: ReferenceMode::Each(Some("x-doc >>> li".into())),
        schemes: Vec::new(),
        kinds: KindFilter::Every,
        part: None,
        intent: Intent::Follow,
    }];
    profile.references.push(ReferenceRule {
        relation: "each".into(),
        places: vec![css("x-doc >>> ul")],
        mode: ReferenceMode::Each(Some("li".into())),
        ..profile.references[0].clone()
    });
    let extraction = extract(&profile, &capture(page)).unwrap();
    assert_eq!(extraction.own_id.as_str(), "14PAY000123456");
    assert_eq!(extraction.fields.len(), 1, "{:?}", extraction.fields);
    let relations: Vec<_> =
        extraction.references.iter().map(|reference| reference.relation.as_str()).collect();
    assert_eq!(relations, ["each"], "a path begins below its place");
}
