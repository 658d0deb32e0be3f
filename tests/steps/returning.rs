//! Stories about the way back in the browser's history.

use anafora::fetch::FetchError;
use anafora::profile::Step;

use crate::stage::{Ends, Story, capture, click, dialog, frame, open, wait_for, wait_in_vain};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = ways_back();
    stories.extend(from_inside());
    stories
}

fn ways_back() -> Vec<Story> {
    const LIST: &str = "<h1>Hits</h1><a href=/hits/detail>Detail</a><p>A list";
    const IN_PLACE: &str = "<h1>Hits</h1><p id=log>list</p><button onclick='
          history.pushState({}, \"\", \"?detail\"); log.textContent = \"detail\"'>Detail</button>
        <script>onpopstate = () => setTimeout(() => log.textContent = 'list again', 400)</script>";
    vec![
        Story {
            name: "the page before is found again, whatever was remembered of it",
            pages: &[("/hits", LIST), ("/hits/detail", "<h1>Of one</h1>")],
            steps: vec![
                open("/hits"),
                click("text:Detail"),
                wait_for("css:h1"),
                Step::Back,
                wait_for("css:h1"),
                wait_for("text:A list"),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let url = &capture.parts[0].url;
                if url.ends_with("/hits") { Ok(()) } else { Err(url.clone()) }
            }),
        },
        Story {
            name: "a page that leads back by script is waited for",
            pages: &[("/single", IN_PLACE)],
            steps: vec![
                open("/single"),
                click("text:Detail"),
                wait_for("css:#log"),
                Step::Back,
                wait_for("css:#log"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">list again"),
        },
        Story {
            name: "what stays on the page is not what going back brought",
            pages: &[("/single-still", IN_PLACE)],
            steps: vec![open("/single-still"), click("text:Detail"), Step::Back, wait_in_vain("css:h1")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 4 (wait): none of `css:h1` within 1s"),
            ),
        },
        Story {
            name: "a marker on the page before counts",
            pages: &[
                (
                    "/expiring",
                    "<a href=/expiring/detail>Detail</a><p id=state></p><script>
                    onpagehide = () => sessionStorage.left = 1;
                    onpageshow = () => { if (sessionStorage.left) state.id = 'expired'; state.textContent = 'x' };
                    </script>",
                ),
                ("/expiring/detail", "<h1>Detail</h1>"),
            ],
            steps: vec![open("/expiring"), click("text:Detail"), wait_for("css:h1"), Step::Back],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 4 (back)"),
            ),
        },
    ]
}

fn from_inside() -> Vec<Story> {
    vec![
        Story {
            name: "the way back leads out of a frame and of a dialog in it",
            pages: &[
                ("/framed-hits", "<h1>Hits</h1><a href=/framed-hits/detail>Detail</a>"),
                ("/framed-hits/detail", "<iframe src=/framed-hits/inside></iframe>"),
                ("/framed-hits/inside", "<div id=d>Inside</div>"),
            ],
            steps: vec![
                open("/framed-hits"),
                click("text:Detail"),
                frame("css:iframe"),
                dialog("css:#d"),
                Step::Back,
                wait_for("css:h1"),
                capture(),
            ],
            ends: Ends::Captured("<h1>Hits</h1>"),
        },
        Story {
            name: "the way back leads out of a dialog",
            pages: &[
                ("/dialog-hits", "<h1>Hits</h1><a href=/dialog-hits/detail>Detail</a>"),
                ("/dialog-hits/detail", "<div id=d>Inside</div>"),
            ],
            steps: vec![
                open("/dialog-hits"),
                click("text:Detail"),
                dialog("css:#d"),
                Step::Back,
                wait_for("css:h1"),
                capture(),
            ],
            ends: Ends::Captured("<h1>Hits</h1>"),
        },
    ]
}
