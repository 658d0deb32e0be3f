//! Stories about steps that run only where something is on the page.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::FetchError;
use anafora::profile::WindowStep::New;
use anafora::profile::{Step, Template, TextMatch};

use crate::stage::{
    Ends, Story, any, capture, click, dialog, dismiss, expect, fill, frame, open, press, rows, select, wait,
    wait_for, wait_in_vain, window,
};

fn when(selectors: &[&str], then: Step) -> Step {
    Step::When { any: any(selectors), then: Box::new(then) }
}

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = conditions();
    stories.extend(what_is_skipped());
    stories.extend(what_holds());
    stories.extend(every_sort());
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

fn what_holds() -> Vec<Story> {
    let suggestion =
        Step::Choose { among: any(&["css:#suggested li"]), text: TextMatch::Equals(Template("{id}".into())) };
    vec![
        Story {
            name: "a condition leaves a step its own deadline",
            pages: &[("/own-time", "<p>Page</p>")],
            steps: vec![open("/own-time"), when(&["css:p"], wait_in_vain("css:#never"))],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (wait): none of `css:#never` within 1s"),
            ),
        },
        Story {
            name: "a wait that hangs on a condition counts only what came after the act",
            pages: &[(
                "/stale-condition",
                "<p id=status>No results</p><button onclick='setTimeout(() => list.innerHTML = \"<i>One hit</i>\", 600)'>Search</button><div id=list></div>",
            )],
            steps: vec![
                open("/stale-condition"),
                click("text:Search"),
                when(&["css:#status"], wait(&[(Absent, "text:No results"), (GoOn, "css:#list i")])),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "so does a choice",
            pages: &[(
                "/stale-choice",
                "<input id=n><p id=log></p><ul id=suggested><li>AB-0001</ul><script>
                suggested.onclick = () => log.textContent = 'chosen from ' + suggested.className;
                n.oninput = () => setTimeout(() => {
                  suggested.className = 'this search'; suggested.innerHTML = '<li>AB-0001' }, 600)</script>",
            )],
            steps: vec![
                open("/stale-choice"),
                fill("css:#n"),
                when(&["css:#suggested"], suggestion),
                capture(),
            ],
            ends: Ends::Captured("chosen from this search"),
        },
        Story {
            name: "a click may open a window to which a step goes under a condition",
            pages: &[
                ("/window-if", "<a target=_blank href=/window-if/detail>Detail</a>"),
                // Where it is followed in its own window, there is none to go to.
                ("/window-if/detail", "<a>In a window</a>"),
            ],
            steps: vec![
                open("/window-if"),
                click("text:Detail"),
                when(&["css:a"], window(New)),
                wait_for("text:In a window"),
                capture(),
            ],
            ends: Ends::Captured("In a window"),
        },
        Story {
            name: "in a dialog a condition is looked for inside it",
            pages: &[("/condition-inside", "<p id=out>Around</p><div id=d><b id=log>log</b></div>")],
            steps: vec![
                open("/condition-inside"),
                dialog("css:#d"),
                when(&["css:#out"], wait_in_vain("css:#never")),
                when(&["css:#log"], capture()),
                dialog("none"),
            ],
            ends: Ends::Captured("<div id=\"d\"><b id=\"log\">log</b></div>"),
        },
    ]
}

/// Steps of every sort but those that answer a prompt, for the page `/sorts`.
fn every_sort() -> Vec<Story> {
    const PAGES: &[(&str, &str)] = &[
        (
            "/sorts",
            "<input id=n><select id=s><option>one<option>two</select><p id=out></p><ul id=suggested></ul>
            <iframe src=/sorts/inside></iframe><div id=d><b>Dialog</b></div>
            <table id=list><tr><td class=id>AB-0001<td><a href=#opened>x</a></table>
            <button id=go data-n=17 onclick='suggested.innerHTML = \"<li>AB-0001\"; out.textContent += \" AB-0001\"'>Go</button>",
        ),
        ("/sorts/inside", "<b>Inside</b>"),
    ];
    let steps = || {
        vec![
            open("/sorts"),
            dismiss("css:#go"),
            fill("css:#n"),
            select("css:#s", "two"),
            click("css:#go"),
            wait_for("css:#out"),
            Step::Choose {
                among: any(&["css:#suggested li"]),
                text: TextMatch::Contains(Template("0001".into())),
            },
            press("Home", Some("css:#n")),
            expect("css:#out"),
            Step::Gone { any: any(&["css:.covers"]), deadline: None },
            Step::Take {
                from: any(&["css:#go"]),
                rule: crate::taking::rule(Some("data-n"), "(?<number>[0-9]+)"),
            },
            frame("css:iframe"),
            frame("top"),
            dialog("css:#d"),
            dialog("none"),
            Step::Rows(rows()),
            Step::Back,
            capture(),
        ]
    };
    let under = |condition: &[&str]| -> Vec<Step> {
        let steps = steps().into_iter().map(|step| when(condition, step));
        std::iter::once(open("/sorts")).chain(steps).collect()
    };
    vec![
        Story {
            name: "a step of whatever sort is made where its condition is met",
            pages: PAGES,
            steps: under(&["css:#missing", "css:b"]),
            ends: Ends::CapturedSo(|capture| {
                let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
                let are_made = capture.trace.iter().skip(1).all(|trace| trace.matched.is_some());
                let is_right = are_made && page.contains("<p id=\"out\"> AB-0001 AB-0001</p>");
                if is_right { Ok(()) } else { Err(format!("{:?} {page}", capture.trace)) }
            }),
        },
        Story {
            name: "a step of whatever sort is passed over where it is not",
            pages: PAGES,
            steps: under(&["css:#missing"]),
            ends: Ends::CapturedSo(|capture| {
                let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
                let is_made = capture.trace.iter().any(|trace| trace.matched.is_some());
                let is_right = !is_made && page.contains("<p id=\"out\"></p>");
                if is_right { Ok(()) } else { Err(format!("{:?} {page}", capture.trace)) }
            }),
        },
    ]
}
