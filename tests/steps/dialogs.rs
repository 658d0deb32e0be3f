//! Stories about dialogs inside a page: what is looked for inside one alone, and what around it.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::FetchError;

use crate::stage::{Ends, Story, capture, click, dialog, fill, open, wait, wait_for, wait_in_vain};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = inside();
    stories.extend(around());
    stories
}

fn inside() -> Vec<Story> {
    vec![
        Story {
            name: "a dialog is waited for and used alone",
            pages: &[(
                "/dialog",
                "<label>Number <input id=other></label><button onclick='setTimeout(() => d.hidden = false, 300)'>Search</button><p id=log></p>
                <div id=d class=dialog hidden><label>Number <input id=n></label>
                <button onclick=\"log.textContent = 'got ' + n.value + other.value + '.'\">Search</button></div>",
            )],
            steps: vec![
                open("/dialog"),
                click("text:Search"),
                dialog("css:.dialog"),
                fill("label:Number"),
                click("text:Search"),
                dialog("none"),
                wait_for("text:got"),
                capture(),
            ],
            ends: Ends::Captured("got AB-0001."),
        },
        Story {
            name: "a capture in a dialog reads the dialog",
            pages: &[("/read", "<p>Around</p><div id=d><p>Inside</p></div>")],
            steps: vec![open("/read"), dialog("css:#d"), capture()],
            ends: Ends::CapturedSo(|capture| {
                let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
                if page == "<div id=\"d\"><p>Inside</p></div>" { Ok(()) } else { Err(page) }
            }),
        },
        Story {
            name: "what a dialog showed before an act is no answer, seen by a path from its top",
            pages: &[(
                "/dialog-stale",
                "<div id=d><p>No results</p><button onclick='setTimeout(() => { d.firstChild.textContent = \"One hit\" }, 400)'>Go</button></div>",
            )],
            steps: vec![
                open("/dialog-stale"),
                dialog("css:#d"),
                click("text:Go"),
                wait(&[(Absent, "xpath:./p[text()='No results']"), (GoOn, "xpath:./p[text()='One hit']")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
    ]
}

fn around() -> Vec<Story> {
    vec![
        Story {
            name: "a marker outside the dialog is seen",
            pages: &[(
                "/dialog-marker",
                "<p id=s></p><div id=d><button onclick='s.textContent = \"Your session has expired\"'>Go</button></div>",
            )],
            steps: vec![open("/dialog-marker"), dialog("css:#d"), click("text:Go"), wait_for("css:h1")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 4 (wait)"),
            ),
        },
        Story {
            name: "a dialog that does not open is said, and hidden ones do not count",
            pages: &[("/dialog-none", "<div id=d hidden>Hidden</div>")],
            steps: vec![open("/dialog-none"), dialog("css:#d")],
            ends: Ends::FailedOn(
                "Hidden",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (dialog): none of `css:#d` within 6s"),
            ),
        },
        Story {
            name: "in a dialog the page around it is not looked at",
            pages: &[("/dialog-only", "<p>Around</p><div id=d>Inside</div>")],
            steps: vec![
                open("/dialog-only"),
                dialog("css:#d"),
                wait_for("text:Inside"),
                wait_in_vain("text:Around"),
            ],
            ends: Ends::FailedOn("Around", |error| matches!(error, FetchError::LayoutChanged { .. })),
        },
    ]
}
