//! Steps of recordings that are not what they look like, each with what becomes of it.

use super::*;

/// What is said of the guesses in a recording.
fn open_notes(look_up: &RecordedLookUp) -> Vec<&str> {
    look_up.notes().open.iter().map(|note| note.said.as_str()).collect()
}

fn dropped(look_up: &RecordedLookUp) -> String {
    look_up.notes().dropped_lines().join("\n")
}

fn within(mut step: Json, target: &str, frame: Json) -> Json {
    step["target"] = target.into();
    step["frame"] = frame;
    step
}

#[test]
fn a_mark_at_the_beginning_of_a_recording_is_none_of_it() {
    let text = format!("\u{feff}{}", recording(&[typed(), search(), open_row()]));
    assert!(RecordedLookUp::read(&text, Some(ID)).is_ok());
}

#[test]
fn an_element_that_is_waited_for_until_nobody_sees_it_is_one_that_goes() {
    let unseen = json!({ "type": "waitForElement", "selectors": [["div.spinner"]], "visible": false });
    let steps = [search(), unseen, open_row()];
    check(&steps, &[SEARCH, r#"gone = "css:div.spinner""#, ROWS, TENDER, BODY, END]);
}

#[test]
fn frames_in_frames_without_end_are_not_mapped() {
    let deep = within(click(&json!([["#a"]])), "main", json!(vec![0; 17]));
    let look_up = check(&[search(), deep, open_row()], &[SEARCH, FOUND, ROWS, TENDER, BODY, END]);
    assert_eq!(look_up.notes().unmapped.len(), 1);
}

#[test]
fn a_step_outside_the_frame_of_the_one_before_it_leaves_the_frame() {
    let inside = within(open_row(), "main", json!([0]));
    check(
        &[search(), inside, click(&json!([["#more"]]))],
        &[
            SEARCH,
            r#"frame = "css:iframe, frame""#,
            FOUND,
            ROWS,
            r#"frame = "top""#,
            r#"wait = { go_on = "css:#more" }"#,
            r#"click = "css:#more""#,
            r#"wait = { go_on = "css:h1" }"#,
            BODY,
            END,
        ],
    );
}

#[test]
fn the_id_clicked_before_something_in_another_frame_opened_its_row() {
    let cell = click(&json!([["#hits tr:nth-of-type(2) > td.number"], [format!("text/{ID}")]]));
    let inside = within(click(&json!([["#more"]])), "main", json!([0]));
    let rows = r#"rows = "css:#hits tr"; id = "css:td.number"; open = "css:td.number""#;
    let look_up = read(&[typed(), search(), cell, inside]);
    assert!(flow(&look_up).contains(&rows.to_owned()), "{:?}", flow(&look_up));
}

#[test]
fn keys_have_the_names_that_a_profile_has_for_them() {
    let key = |key: &str| json!({ "type": "keyDown", "target": "main", "key": key });
    for (pressed, named) in [("NumpadEnter", "Enter"), ("\r", "Enter"), (" ", "Space"), ("Enter", "Enter")] {
        let press = format!(r#"press = "{named}"; on = ["css:#q", "label:Number"]"#);
        let steps = flow(&read(&[typed(), key(pressed), open_row()]));
        assert!(steps.contains(&press), "{pressed:?}: {steps:?}");
    }
}

#[test]
fn a_window_that_is_closed_is_closed_once_and_only_where_it_is_the_last() {
    let close = |target: &str| json!({ "type": "close", "target": target });
    let tab = within(click(&json!([["#more"]])), "tab", json!([]));
    let closes = |steps: &[Json]| {
        let steps = flow(&read(&[&[typed(), search(), open_row()], steps].concat()));
        steps.iter().filter(|step| *step == r#"window = "close""#).count()
    };
    assert_eq!(closes(&[tab.clone(), close("tab"), click(&json!([["#a"]]))]), 1);
    assert_eq!(closes(&[tab.clone(), close("tab")]), 0, "a look-up ends in the first window by itself");
    assert_eq!(closes(&[tab.clone(), close("main"), within(click(&json!([["#a"]])), "tab", json!([]))]), 0);
}

#[test]
fn a_page_that_is_open_is_not_opened_again() {
    let again = json!({ "type": "navigate", "url": "https://portal.example/search?lang=en" });
    let look_up = read(&[again, typed(), search(), open_row()]);
    assert_eq!(flow(&look_up).iter().filter(|step| step.starts_with("open = ")).count(), 1);
    assert!(dropped(&look_up).contains("the page is open already"), "{}", dropped(&look_up));
}

#[test]
fn what_an_address_cannot_say_alike_each_time_is_told() {
    let visit = json!({ "type": "navigate", "url": "https://portal.example/a;jsessionid=1F/b" });
    let look_up = read(&[visit, typed(), search(), open_row()]);
    assert_eq!(open_notes(&look_up), ["left out of the address, as it names one visit: jsessionid"]);
    let steps = [json!({ "type": "navigate", "url": "https://portal.example/a?n=D%2F77%2F2024" })];
    let look_up = RecordedLookUp::read(&recording(&steps), Some("D/77/2024")).unwrap();
    let [note] = open_notes(&look_up).try_into().unwrap();
    assert!(note.starts_with("IDs stand in the address as they are"), "{note}");
}

#[test]
fn the_beginning_of_an_id_is_typed_as_the_whole_of_it() {
    let beginning = json!({ "type": "change", "value": "T-2024", "selectors": [["#q"]] });
    let look_up = read(&[beginning, search(), open_row()]);
    assert!(flow(&look_up).contains(&r#"fill = "css:#q"; with = "{id}""#.to_owned()));
    assert_eq!(open_notes(&look_up), ["the beginning of the ID was typed: the whole of it is"]);
}

#[test]
fn a_page_without_a_title_needs_time_as_well_and_a_banner_on_it_none() {
    let opened = json!({ "type": "navigate", "url": "https://portal.example/search" });
    let banner = click(&json!([["aria/Accept all cookies"], ["#banner button"]]));
    let text = json!({ "steps": [opened, banner, typed(), search(), open_row()] }).to_string();
    let steps = flow(&RecordedLookUp::read(&text, Some(ID)).unwrap());
    assert!(steps[1].starts_with("dismiss = "), "{steps:?}");
    assert_eq!(steps[2], r#"wait = { go_on = ["css:#q", "label:Number"] }"#);
}

#[test]
fn the_title_of_one_document_tells_no_other() {
    let row =
        click_to(&format!("Tender {ID}"), &json!([["#hits tr:nth-of-type(2) > td > a"], ["text/Details"]]));
    check(&[search(), row], &[SEARCH, FOUND, ROWS, r#"wait = { go_on = "css:h1" }"#, BODY, END]);
}

#[test]
fn a_control_of_a_generated_name_is_looked_for_in_its_form() {
    let control = json!({ "type": "change", "value": ID, "selectors": [[r"#searchForm\:j_id247"]] });
    let steps = flow(&read(&[control, search(), open_row()]));
    let fill = r#"fill = ['css:#searchForm input[type="text"]', "css:#searchForm input:not([type])"]; with = "{id}""#;
    assert!(steps.contains(&fill.to_owned()), "{steps:?}");
}

#[test]
fn a_click_on_what_is_named_by_the_id_alone_is_not_mapped() {
    let named = click(&json!([[format!("#act-{ID}")]]));
    let look_up = check(&[search(), named, open_row()], &[SEARCH, FOUND, ROWS, TENDER, BODY, END]);
    assert_eq!(look_up.notes().unmapped.len(), 1, "{:?}", look_up.notes());
}

#[test]
fn the_own_id_is_told_by_the_last_click_alone_and_only_where_it_leads_nowhere() {
    let heading = || click(&json!([[format!("aria/{ID}")], ["h1 > span.number"], [format!("text/{ID}")]]));
    let told = |steps: &[Json]| {
        let look_up = read(&[&[typed(), search()], steps].concat());
        look_up.profile("test", "").contains("own_id = \"css:h1 > span.number\"")
    };
    assert!(told(&[open_row(), heading()]));
    assert!(!told(&[open_row(), heading(), click(&json!([["#more"]]))]), "it opened something");
    let mut link = heading();
    link["assertedEvents"] =
        json!([{ "type": "navigation", "url": "https://portal.example/y", "title": "Y" }]);
    assert!(!told(&[open_row(), link]), "a link is followed");
    let look_up = read(&[typed(), heading()]);
    assert!(!look_up.profile("test", "").contains("own_id = \"css:h1"), "nothing was searched");
}

#[test]
fn a_list_in_a_shadow_root_is_entered_to_its_rows() {
    let link = click_to("Tender", &json!([["my-app", "#hits tr:nth-of-type(2) > td > a"], ["text/Details"]]));
    check(
        &[search(), link],
        &[
            SEARCH,
            r#"wait = { go_on = "css:my-app >>> #hits tr" }"#,
            r#"rows = "css:my-app >>> #hits tr"; open = ["css:td > a", "text:Details"]"#,
            TENDER,
            BODY,
            END,
        ],
    );
}

#[test]
fn a_table_that_lays_out_a_form_is_no_list() {
    let cell = click(&json!([["#layout tr:nth-of-type(2) > td > button"]]));
    let steps = flow(&read(&[cell, typed(), search(), open_row()]));
    assert!(
        steps.contains(&r#"click = "css:#layout tr:nth-of-type(2) > td > button""#.to_owned()),
        "{steps:?}"
    );
    assert_eq!(steps.iter().filter(|step| step.starts_with("rows = ")).count(), 1);
}

#[test]
fn a_suggestion_is_one_where_it_fits_what_was_typed() {
    let entry =
        |text: &str| click(&json!([["ul.suggestions > li:nth-of-type(1)"], [format!("text/{text}")]]));
    let chosen = |steps: &[Json]| {
        flow(&read(&[steps, &[search(), open_row()]].concat()))
            .iter()
            .any(|step| step.starts_with("choose = "))
    };
    assert!(chosen(&[typed(), entry(ID)]));
    assert!(!chosen(&[typed(), entry("Another")]), "it was typed for the ID");
    let port = json!({ "type": "change", "value": "port", "selectors": [["#authority"]] });
    assert!(chosen(&[typed(), port.clone(), entry("Port of X")]));
    assert!(!chosen(&[typed(), port, entry("Port {x}")]), "braces cannot be told from a variable");
}
