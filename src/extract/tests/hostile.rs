//! Pages that nobody meant well: whatever the bytes, extraction ends, and gives the same twice.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// Every form of rule at once.
fn every_rule() -> Profile {
    let places = || vec![label("Φορέας"), css("td > *"), Place::Column("Φορέας".into())];
    let types = [
        ValueType::Text,
        ValueType::Integer(GREEK),
        amount(),
        ValueType::Date(vec![crate::profile::DateFormat::numeric("d.m.yyyy")]),
        ValueType::Id(Vec::new()),
        ValueType::Present,
    ];
    let fields: Vec<_> = types
        .into_iter()
        .map(|value| FieldRule { value, places: places(), ..field("it", css("p")) })
        .collect();
    Profile {
        groups: vec![group("tr", fields.clone())],
        fields,
        references: vec![
            reference("mentioned", Vec::new(), ReferenceMode::Scan),
            reference("named", places(), ReferenceMode::Each(None)),
            reference("listed", places(), ReferenceMode::Each(Some("*".into()))),
        ],
        ..profile()
    }
}

fn ends_the_same_twice(bytes: &[u8]) {
    // Made once: compiling the schemes takes far longer than reading a page.
    static PROFILE: LazyLock<Profile> = LazyLock::new(every_rule);
    let part = Part { bytes: Arc::from(bytes), ..part("detail", "") };
    let capture = capture_of(vec![part]);
    assert_eq!(extract(&PROFILE, &capture), extract(&PROFILE, &capture));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        ends_the_same_twice(&bytes);
    }

    #[test]
    fn any_soup_of_tags_is_read_without_a_panic(pieces in proptest::collection::vec(piece(), 0..60)) {
        ends_the_same_twice(pieces.concat().as_bytes());
    }
}

fn piece() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "table", "thead", "tbody", "tr", "td", "th", "dl", "dt", "dd", "label", "input", "select", "option",
        "textarea", "pre", "p", "br", "b", "span", "title", "frameset", "svg", "template", "script", "li",
    ]);
    let attributes = prop::sample::select(vec![
        "",
        " id=f",
        " for=f",
        " hidden",
        " style=display:none",
        " colspan=99999999999",
        " colspan=0",
        " type=hidden value=14SYMV000123456",
        " value=14SYMV000123456",
        " selected",
        " multiple",
    ]);
    let texts = prop::sample::select(vec![
        "Φορέας",
        "Φορέας:",
        "Φορέας: Δήμος",
        ":",
        "\n",
        "\u{1f}",
        "\u{a0}",
        "1.234,56 €",
        "12.3.2014",
        "14SYMV000123456",
        "ΒΛ9Ω4\n6907Τ-0ΝΚ",
        "Α. Β; γ! ",
        "&#31;",
        "&nbsp;",
        "<!--",
        "]]>",
    ]);
    prop_oneof![
        3 => (names.clone(), attributes).prop_map(|(name, attribute)| format!("<{name}{attribute}>")),
        1 => names.prop_map(|name| format!("</{name}>")),
        3 => texts.prop_map(str::to_owned),
    ]
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let profile = with_fields(vec![field("it", label("Φορέας")), field("deep", css("i"))]);
    let profile = Profile { references: every_rule().references, ..profile };
    // Spans and not blocks: the HTML parser itself looks through all open elements at each block.
    let deep = "<span>".repeat(100_000);
    let extraction =
        extract(&profile, &capture(&format!("{deep}Φορέας: Δήμος <i>14SYMV000123456</i>"))).unwrap();
    let values: Vec<_> = extraction.fields.into_iter().map(|field| field.value).collect();
    assert_eq!(values, [Value::Text("Δήμος".into()), Value::Text("14SYMV000123456".into())]);
    assert_eq!(extraction.references.len(), 1, "{:?}", extraction.references);
}
