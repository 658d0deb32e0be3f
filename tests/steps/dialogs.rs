//! Stories about dialogs inside a page: what is looked for inside one alone, and what around it.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::FetchError;

use crate::stage::{Ends, Story, capture, click, dialog, fill, frame, open, wait, wait_for, wait_in_vain};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = inside();
    stories.extend(around());
    stories.extend(left());
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
            name: "of two dialogs the one that is to be seen is used",
            pages: &[(
                "/two-dialogs",
                "<div class=dialog hidden><p>Closed</p></div><div class=dialog><p>Open</p></div>",
            )],
            steps: vec![open("/two-dialogs"), dialog("css:.dialog"), wait_for("text:Open"), capture()],
            ends: Ends::Captured("<div class=\"dialog\"><p>Open</p></div>"),
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

fn left() -> Vec<Story> {
    vec![
        Story {
            name: "an address that is opened leaves the dialog",
            pages: &[("/dialog-left", "<div id=d>Inside</div>"), ("/dialog-left/next", "<p>Next</p>")],
            steps: vec![open("/dialog-left"), dialog("css:#d"), open("/dialog-left/next"), capture()],
            ends: Ends::Captured("<p>Next</p>"),
        },
        Story {
            name: "a frame that is entered leaves the dialog beside it, and so does the way out of all frames",
            pages: &[
                (
                    "/dialog-beside",
                    "<p>Around</p><div id=d>Inside</div><iframe src=/dialog-beside/frame></iframe>",
                ),
                ("/dialog-beside/frame", "<div id=d>Framed</div><p>Below</p>"),
            ],
            steps: vec![
                open("/dialog-beside"),
                dialog("css:#d"),
                frame("css:iframe"),
                wait_for("text:Below"),
                dialog("css:#d"),
                frame("top"),
                wait_for("text:Around"),
                capture(),
            ],
            ends: Ends::Captured("<p>Around</p>"),
        },
    ]
}
