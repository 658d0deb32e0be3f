//! Recordings as Chrome writes them, and what becomes of them: step by step, and whatever is wrong with them.

mod anything;
mod corners;

use serde_json::{Value as Json, json};

use super::{DraftError, RecordedLookUp};
use crate::profile::Profile;

pub(in crate::draft) const ID: &str = "T-2024-00045";

/// The recording of these steps, made on a page that was opened before them.
fn recording(steps: &[Json]) -> String {
    let mut all = vec![
        json!({ "type": "setViewport", "width": 1280, "height": 720, "deviceScaleFactor": 1, "isMobile": false }),
        json!({ "type": "navigate", "url": "https://portal.example/search?lang=en",
                "assertedEvents": [{ "type": "navigation", "url": "https://portal.example/search", "title": "Search" }] }),
    ];
    all.extend_from_slice(steps);
    json!({ "title": "Recording 1", "steps": all }).to_string()
}

pub(in crate::draft) fn typed() -> Json {
    json!({ "type": "change", "value": ID, "target": "main",
            "selectors": [["aria/Number"], ["#q"], ["xpath///*[@id=\"q\"]"], ["pierce/#q"], [format!("text/{ID}")]] })
}

pub(in crate::draft) fn click(selectors: &Json) -> Json {
    json!({ "type": "click", "target": "main", "selectors": selectors, "offsetX": 4.5, "offsetY": 3 })
}

/// A click that brought a page of this title.
pub(in crate::draft) fn click_to(title: &str, selectors: &Json) -> Json {
    let mut click = click(selectors);
    click["assertedEvents"] =
        json!([{ "type": "navigation", "url": "https://portal.example/x", "title": title }]);
    click
}

pub(in crate::draft) fn search() -> Json {
    click_to("Results", &json!([["aria/Search"], ["#go"], ["text/Search"]]))
}

pub(in crate::draft) fn open_row() -> Json {
    click_to("Tender", &json!([["#hits tr:nth-of-type(2) > td > a"], ["text/Details"]]))
}

pub(in crate::draft) fn read(steps: &[Json]) -> RecordedLookUp {
    RecordedLookUp::read(&recording(steps), Some(ID)).unwrap()
}

/// The steps that are written, each on one line, without comments; the profile loads.
pub(in crate::draft) fn flow(look_up: &RecordedLookUp) -> Vec<String> {
    let text = look_up.profile("test", "anafora profile try test.toml");
    Profile::from_text("test.toml", &text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let steps = text.split("[field]").next().unwrap().split("[[route.step]]\n").skip(1);
    let lines = |step: &str| {
        let lines = step.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("; ")
    };
    steps.map(lines).collect()
}

/// What steps after the ID was typed become; what comes before and after them in every flow is left out.
pub(in crate::draft) fn check(steps: &[Json], expected: &[&str]) -> RecordedLookUp {
    let look_up = read(&[&[typed()], steps].concat());
    let flow = flow(&look_up);
    let begins = flow.iter().position(|step| step.starts_with("fill = ")).unwrap();
    assert_eq!(flow[begins + 1..], *expected, "{steps:#?}");
    look_up
}

pub(in crate::draft) const FOUND: &str = r#"wait = { go_on = "css:#hits tr" }"#;
const ROWS: &str = r#"rows = "css:#hits tr"; open = ["css:td > a", "text:Details"]"#;
pub(in crate::draft) const SEARCH: &str =
    r#"click = ["css:#go", 'css:input[value="Search"]', 'css:[aria-label="Search"]', "text:Search"]"#;
pub(in crate::draft) const TENDER: &str = r#"wait = { go_on = "title:Tender" }"#;
pub(in crate::draft) const BODY: &str = r#"expect = "css:body""#;
pub(in crate::draft) const END: &str = r#"capture = "detail""#;

#[test]
fn a_look_up_has_the_waits_that_a_person_makes_without_a_thought() {
    let look_up = read(&[typed(), search(), open_row()]);
    let fill = [
        r#"open = "/search?lang=en""#,
        r#"wait = { go_on = ["css:#q", "label:Number"] }"#,
        r#"fill = ["css:#q", "label:Number"]; with = "{id}""#,
    ];
    assert_eq!(flow(&look_up), [&fill[..], &[SEARCH, FOUND, ROWS, TENDER, BODY, END]].concat());
    assert_eq!(look_up.notes().dropped_lines().len(), 1);
    assert!(look_up.notes().unmapped.is_empty() && look_up.notes().open.is_empty(), "{:?}", look_up.notes());
}

#[test]
fn the_id_clicked_on_the_documents_page_tells_where_it_stands() {
    let heading = click(&json!([[format!("aria/{ID}")], ["h1 > span.number"], [format!("text/{ID}")]]));
    let own = [r#"wait = { go_on = "css:h1 > span.number" }"#, r#"expect = "css:h1 > span.number""#, END];
    let look_up = check(&[search(), open_row(), heading], &[&[SEARCH, FOUND, ROWS][..], &own].concat());
    let text = look_up.profile("test", "");
    assert!(text.contains("\nown_id = \"css:h1 > span.number\"\n"), "{text}");
}

#[test]
fn the_id_clicked_in_a_row_tells_where_in_it_it_stands() {
    let cell = click(&json!([["#hits tr:nth-of-type(2) > td.number"], [format!("text/{ID}")]]));
    let rows = r#"rows = "css:#hits tr"; id = "css:td.number"; open = ["css:td > a", "text:Details"]"#;
    check(&[search(), cell, open_row()], &[SEARCH, FOUND, rows, TENDER, BODY, END]);
    let link = click_to("Tender", &json!([["#hits tr:nth-of-type(2) a.number"], [format!("text/{ID}")]]));
    let rows = r#"rows = "css:#hits tr"; id = "css:a.number"; open = "css:a.number""#;
    check(&[search(), link], &[SEARCH, FOUND, rows, TENDER, BODY, END]);
}

#[test]
fn keys_are_pressed_once_and_where_the_text_was_typed() {
    let key = |kind: &str, key: &str| json!({ "type": kind, "target": "main", "key": key });
    let press = r#"press = "Enter"; on = ["css:#q", "label:Number"]"#;
    let steps = [
        key("keyDown", "Tab"),
        key("keyUp", "Tab"),
        key("keyDown", "Enter"),
        key("keyUp", "Enter"),
        open_row(),
    ];
    check(&steps, &[press, FOUND, ROWS, TENDER, BODY, END]);
    let look_up = check(
        &[
            key("keyDown", "Escape"),
            key("keyDown", "MediaPlay"),
            key("keyDown", "ShiftLeft"),
            search(),
            open_row(),
        ],
        &[r#"press = "Escape"; on = ["css:#q", "label:Number"]"#, SEARCH, FOUND, ROWS, TENDER, BODY, END],
    );
    assert_eq!(look_up.notes().unmapped.len(), 1);
}

#[test]
fn controls_are_filled_once_and_chosen_by_their_tag() {
    let change =
        |selectors: Json, value: &str| json!({ "type": "change", "selectors": selectors, "value": value });
    let steps = [
        click(&json!([["#year"]])),
        change(json!([["#year"], ["text/20"]]), "20"),
        change(json!([["#year"], ["text/2024"]]), "2024"),
        change(json!([["form > select.kind"]]), "tender"),
        click(&json!([["#open-only"]])),
        change(json!([["#open-only"]]), "on"),
        change(json!([["#note"]]), "{x}"),
        search(),
        open_row(),
    ];
    let expected = [
        r#"fill = "css:#year"; with = "2024""#,
        r#"select = "css:form > select.kind"; option = "tender""#,
        r#"click = "css:#open-only""#,
        SEARCH,
        FOUND,
        ROWS,
        TENDER,
        BODY,
        END,
    ];
    assert_eq!(check(&steps, &expected).notes().unmapped[0].number, 10);
}

#[test]
fn a_suggestion_is_chosen_by_the_id() {
    let suggestion = |text: &str| {
        click(&json!([
            [format!("aria/{text}")],
            ["ul.suggestions > li:nth-of-type(1)"],
            [format!("text/{text}")]
        ]))
    };
    let look_up = read(&[typed(), suggestion(ID), search(), open_row()]);
    let steps = flow(&look_up);
    assert_eq!(steps[2], r#"fill = ["css:#q", "label:Number"]; with = "{id}"; keys = "typed""#);
    assert_eq!(steps[3], r#"choose = "css:ul.suggestions > li"; equals = "{id}""#);
    assert_eq!(
        flow(&read(&[typed(), suggestion(&format!("{ID} A bridge")), search(), open_row()]))[3],
        r#"choose = "css:ul.suggestions > li"; contains = "{id}""#
    );
}

#[test]
fn a_suggestion_for_another_text_is_chosen_by_what_was_recorded_of_it() {
    let typed_port = json!({ "type": "change", "value": "port", "selectors": [["#authority"]] });
    let entry = |selectors: &Json| [typed_port.clone(), click(selectors), search(), open_row()];
    let fill = r#"fill = "css:#authority"; with = "port"; keys = "typed""#;
    for (selectors, expected, notes) in [
        (
            json!([["aria/Port of X"], ["ul > li.suggestion"], ["text/Port of"]]),
            r#"choose = "css:ul > li.suggestion"; equals = "Port of X""#,
            0,
        ),
        (
            json!([["ul.found > li:nth-of-type(2)"], ["text/Port of"]]),
            r#"choose = "css:ul.found > li"; contains = "Port of""#,
            0,
        ),
        (json!([["form li:nth-of-type(2)"]]), r#"click = "css:form li:nth-of-type(2)""#, 1),
    ] {
        let look_up = check(&entry(&selectors), &[fill, expected, SEARCH, FOUND, ROWS, TENDER, BODY, END]);
        assert_eq!(look_up.notes().open.len(), notes, "{:?}", look_up.notes());
    }
}

#[test]
fn a_list_that_came_without_a_new_page_may_have_been_covered() {
    let search = click(&json!([["aria/Search"], ["#go"], ["text/Search"]]));
    let look_up = check(&[search, open_row()], &[SEARCH, FOUND, ROWS, TENDER, BODY, END]);
    let notes = &look_up.notes().open;
    assert!(notes.len() == 1 && notes[0].said.contains("add `gone` before `rows`"), "{notes:?}");
}

#[test]
fn a_row_that_opens_a_window_is_opened_by_the_click_on_its_id() {
    let cell = click(&json!([["#hits tr:nth-of-type(2) > td.number"], [format!("text/{ID}")]]));
    let mut tab = click(&json!([["#more"]]));
    tab["target"] = "https://portal.example/detail".into();
    check(
        &[search(), cell, tab],
        &[
            SEARCH,
            FOUND,
            r#"rows = "css:#hits tr"; id = "css:td.number"; open = "css:td.number""#,
            r#"window = "new""#,
            r#"click = "css:#more""#,
            r#"wait = { go_on = "css:h1" }"#,
            BODY,
            END,
        ],
    );
}

#[test]
fn braces_that_were_recorded_are_no_variables() {
    for (address, opened) in [
        ("https://}/", "https://%7D/"),
        ("https://{id}.example/a", "https://%7Bid%7D.example/a"),
        ("https://portal.example/{id}?a={", "/%7Bid%7D?a=%7B"),
        ("https://other.example/{x}", "https://other.example/%7Bx%7D"),
    ] {
        let steps = flow(&read(&[json!({ "type": "navigate", "url": address }), typed()]));
        assert!(steps.contains(&format!("open = \"{opened}\"")), "{address}: {steps:?}");
    }
    for text in ["{id}", "{", "a}b", "{x}", &format!("{{id}} {ID}"), &format!("}}{ID}")] {
        let change = |css: &str| json!({ "type": "change", "value": text, "selectors": [[css]] });
        let look_up = check(
            &[change("#note"), change("select.kind"), search(), open_row()],
            &[SEARCH, FOUND, ROWS, TENDER, BODY, END],
        );
        assert_eq!(look_up.notes().unmapped.len(), 2, "{text}");
    }
}

#[test]
fn waits_and_banners_are_said_as_what_they_are() {
    let wait =
        |css: &str, count: u32| json!({ "type": "waitForElement", "selectors": [[css]], "count": count });
    let steps = [search(), wait("div.spinner", 0), open_row(), wait("#lines", 2)];
    check(
        &steps,
        &[SEARCH, r#"gone = "css:div.spinner""#, ROWS, r#"wait = { go_on = "css:#lines" }"#, BODY, END],
    );
    let banner = click(&json!([["aria/Accept all cookies"], ["#banner button:nth-of-type(1)"]]));
    let steps = flow(&read(&[banner, typed(), search(), open_row()]));
    assert!(
        steps[1].starts_with("dismiss = \"css:#banner button:nth-of-type(1)\"")
            || steps[1].starts_with("dismiss = ["),
        "{steps:?}"
    );
    assert_eq!(steps[2], r#"wait = { go_on = ["css:#q", "label:Number"] }"#);
}

#[test]
fn windows_and_frames_are_entered_and_left() {
    let within = |mut step: Json, target: &str, frame: Json| {
        step["target"] = target.into();
        step["frame"] = frame;
        step
    };
    let details = || click(&json!([["#more"]]));
    let look_up = check(
        &[
            search(),
            within(open_row(), "main", json!([0])),
            within(details(), "https://portal.example/detail", json!([])),
            within(details(), "https://portal.example/detail", json!([1, 0])),
            within(details(), "main", json!([])),
        ],
        &[
            SEARCH,
            r#"frame = "css:iframe, frame""#,
            FOUND,
            ROWS,
            r#"window = "new""#,
            r#"wait = { go_on = "css:#more" }"#,
            r#"click = "css:#more""#,
            r#"frame = "xpath:(//iframe | //frame)[2]""#,
            r#"frame = "css:iframe, frame""#,
            r#"click = "css:#more""#,
            r#"window = "close""#,
            r#"click = "css:#more""#,
            r#"wait = { go_on = "css:h1" }"#,
            BODY,
            END,
        ],
    );
    assert_eq!(look_up.notes().open.len(), 4, "{:?}", look_up.notes());
}

#[test]
fn what_cannot_be_mapped_is_named_with_its_number() {
    let steps = [
        json!({ "type": "waitForExpression", "expression": "true" }),
        json!({ "type": "customStep", "name": "x", "parameters": {} }),
        json!({ "type": "teleport" }),
        json!({ "type": "click" }),
        json!({ "type": "click", "selectors": [["#a"]], "button": "secondary" }),
        json!({ "type": "change", "selectors": [["#a"]], "value": 7 }),
        json!({ "type": "click", "selectors": [["#a"]], "frame": "x" }),
        json!({ "type": "navigate", "url": "ftp://portal.example/" }),
        json!(7),
        json!({ "type": "hover", "selectors": [["#a"]] }),
        json!({ "type": "scroll", "x": 0, "y": 7 }),
        json!({ "type": "scroll", "selectors": [["#a"]], "x": 0, "y": 7 }),
        json!({ "type": "waitForElement", "selectors": [["#a"]], "operator": "<=", "count": 2 }),
        json!({ "type": "waitForElement", "selectors": [[".cls"]] }),
        json!({ "type": "waitForElement", "selectors": ["#a"], "operator": ">=", "count": 0 }),
        json!({ "type": "emulateNetworkConditions", "download": 1 }),
        json!({ "type": "navigate", "url": "chrome://new-tab-page/" }),
        json!({ "type": "close", "target": "main" }),
        json!({ "type": "doubleClick", "selectors": [["#go"]], "offsetX": 1, "offsetY": 1 }),
    ];
    let look_up = check(&steps, &["click = \"css:#go\"", r#"wait = { go_on = "css:h1" }"#, BODY, END]);
    let numbers: Vec<_> = look_up.notes().unmapped.iter().map(|note| note.number).collect();
    assert_eq!(numbers, [4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 17]);
    assert_eq!(look_up.notes().dropped_lines().len(), 8, "{:?}", look_up.notes().dropped_lines());
    let text = look_up.profile("test", "");
    assert!(text.contains("#   step 4 (waitForExpression): a program's expression"), "{text}");
}

#[test]
fn a_link_to_the_document_holds_the_id_as_a_variable() {
    let steps =
        flow(&read(&[json!({ "type": "navigate", "url": format!("https://portal.example/?ref={ID}") })]));
    assert_eq!(steps[1], r#"open = "/?ref={id}""#);
}

#[test]
fn what_is_no_recording_is_refused() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for (text, reason) in [
        ("", "it is no JSON"),
        (&deep, "it is no JSON"),
        ("{\"steps\": 1e999}", "it is no JSON"),
        ("[]", "it has no `steps`"),
        ("{\"steps\": {}}", "its `steps` are no list"),
        ("{\"steps\": []}", "it has no steps"),
        (&recording(&[]), "is typed nowhere in it"),
        (&json!({ "steps": [typed()] }).to_string(), "it opens no page"),
        (&json!({ "steps": vec![typed(); 501] }).to_string(), "it has 501 steps"),
    ] {
        match RecordedLookUp::read(text, Some(ID)) {
            Err(DraftError::Recording { reason: found }) => assert!(found.contains(reason), "{found}"),
            other => panic!("{reason}: {other:?}"),
        }
    }
}
