//! Whatever a recording holds, the import neither panics nor writes a profile that does not load.

use proptest::prelude::*;

use super::*;

/// Texts that mean something to some part of the import.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(ID.to_owned()),
        Just(format!("text/{ID}")),
        Just(format!("aria/{ID}[role=\"option\"]")),
        Just("https://portal.example/a?b={c}".to_owned()),
        Just("#form\\:0\\:j_id7 > tr:nth-of-type(3) a".to_owned()),
        Just("div.list > a:not([hidden]), b".to_owned()),
        Just("xpath///*[@id=\"a\"]/tr[1]/td".to_owned()),
        Just("pierce/a.b".to_owned()),
        Just("Enter".to_owned()),
        Just("main".to_owned()),
        "[a-z#.>\\[\\]='\"{}\\\\: *()0-9/@é\u{1}\u{202e}\n-]{0,16}",
        "(css|aria|text|xpath|pierce)/\\PC{0,12}",
    ]
}

fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        words().prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Json::from))
}

fn steps() -> impl Strategy<Value = Vec<Json>> {
    let kinds = prop::sample::select(vec![
        "navigate",
        "click",
        "doubleClick",
        "change",
        "keyDown",
        "keyUp",
        "waitForElement",
        "close",
        "hover",
        "scroll",
        "customStep",
    ]);
    let selectors = prop::collection::vec(prop::collection::vec(words(), 0..3), 0..4);
    let step = (
        kinds,
        selectors,
        words(),
        words(),
        prop::collection::vec(0_u64..4, 0..3),
        any::<bool>(),
        anything(),
    );
    let step = step.prop_map(|(kind, selectors, value, target, frame, leads, odd)| {
        let mut step = json!({ "type": kind, "selectors": selectors, "value": value, "url": value, "key": value,
                               "target": target, "frame": frame, "y": 7 });
        for key in ["operator", "count", "visible", "attributes", "properties"] {
            if value.len() % 3 == 0 {
                step[key] = odd.clone();
            }
        }
        if leads {
            step["assertedEvents"] = json!([{ "type": "navigation", "title": value }]);
        }
        if let (Json::String(key), Json::Object(step)) = (&odd, &mut step) {
            step.remove(key);
        } else if odd.is_array() {
            step["selectors"] = odd.clone();
        } else if odd.is_number() {
            step["frame"] = json!([odd]);
        }
        step
    });
    prop::collection::vec(step, 0..8)
}

proptest! {
    #[test]
    fn whatever_was_recorded_becomes_a_profile_that_loads(steps in steps(), id in "\\PC{1,12}") {
        let look_up = read(&[&[typed()], steps.as_slice()].concat());
        flow(&look_up);
        // Another ID changes what is a variable, and what must not stand in selectors.
        drop(RecordedLookUp::read(&recording(&steps), Some(&id)));
        drop(RecordedLookUp::read(&recording(&steps), None).map(|look_up| flow(&look_up)));
    }

    #[test]
    fn no_json_makes_the_import_panic(json in anything()) {
        drop(RecordedLookUp::read(&json.to_string(), None));
        drop(RecordedLookUp::read(&json!({ "title": json, "steps": json }).to_string(), Some(ID)));
        drop(RecordedLookUp::read(&json!({ "steps": [json] }).to_string(), Some(ID)));
    }
}
