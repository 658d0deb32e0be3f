//! Stories about steps that run only where something is on the page.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::profile::Step;

use crate::stage::{Ends, Story, any, capture, click, fill, open, wait, wait_for};

fn when(selectors: &[&str], then: Step) -> Step {
    Step::When { any: any(selectors), then: Box::new(then) }
}

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = conditions();
    stories.extend(what_is_skipped());
    stories
}

fn conditions() -> Vec<Story> {
    vec![
        Story {
            name: "a step runs where its sign is to be seen, and is skipped without a wait where not",
            pages: &[(
                "/terms",
                "<p id=terms>Terms</p><p hidden id=news>News</p><p id=log>log</p><script>let clicks = 0;
                onclick = event => log.textContent += ' ' + event.target.id;
                // A step that waited would find this.
                setTimeout(() => log.insertAdjacentHTML('afterend', '<b id=late>'), 3000)</script>",
            )],
            steps: vec![
                open("/terms"),
                when(&["css:#none", "text:Terms"], click("css:#terms")),
                when(&["css:#news", "css:#late"], click("css:#never")),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
                let trace: Vec<_> = capture
                    .trace
                    .iter()
                    .map(|trace| (trace.step.as_str(), trace.matched.as_deref()))
                    .collect();
                let expected =
                    [("open", None), ("click", Some("css:#terms")), ("click", None), ("capture", None)];
                if page.contains("log terms</p>") && trace == expected {
                    Ok(())
                } else {
                    Err(format!("{trace:?} {page}"))
                }
            }),
        },
        Story {
            name: "a step without a selector of its own is traced with what let it run",
            pages: &[("/noted", "<p id=noted>Note</p>")],
            steps: vec![
                open("/noted"),
                when(&["css:#missing", "css:#noted"], capture()),
                when(
                    &["css:#missing"],
                    Step::Capture(anafora::profile::CaptureStep { part: "never".into(), of: None }),
                ),
            ],
            ends: Ends::CapturedSo(|capture| {
                let parts: Vec<_> = capture.parts.iter().map(|part| part.name.as_str()).collect();
                let matched = capture.trace[1].matched.as_deref();
                if (parts.as_slice(), matched) == (&["detail"], Some("css:#noted")) {
                    Ok(())
                } else {
                    Err(format!("{parts:?} {matched:?}"))
                }
            }),
        },
    ]
}

fn what_is_skipped() -> Vec<Story> {
    vec![
        Story {
            name: "the only page is kept where every capture was skipped",
            pages: &[("/uncaptured", "<p>Page</p>")],
            steps: vec![open("/uncaptured"), when(&["css:#missing"], capture())],
            ends: Ends::Captured("Page"),
        },
        Story {
            name: "a click that is skipped leaves what counts as new to the click before",
            pages: &[(
                "/skipped",
                "<p id=status>No results</p><button onclick='setTimeout(() => list.innerHTML = \"<i>One hit</i>\", 400)'>Search</button><div id=list></div>",
            )],
            steps: vec![
                open("/skipped"),
                click("text:Search"),
                when(&["css:#cookies"], click("css:#cookies")),
                wait(&[(Absent, "text:No results"), (GoOn, "css:#list i")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "a wait may hang on a condition",
            pages: &[(
                "/second-step",
                "<input id=n><b id=more>More</b><script>setTimeout(() => document.body.append('Late'), 300)</script>",
            )],
            steps: vec![
                open("/second-step"),
                fill("css:#n"),
                when(&["css:#more"], wait_for("text:Late")),
                capture(),
            ],
            ends: Ends::Captured("Late"),
        },
    ]
}
