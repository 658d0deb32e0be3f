//! Stories about what a wait comes to, and about what was there before every sort of act.

use anafora::domain::Verdict::{self, Absent, Blocked, GoOn, Login, SessionLost, Unavailable};
use anafora::fetch::{Barrier, BrowserKind, FetchError};
use anafora::profile::{ClickManner, Marker, Step};

use crate::stage::{
    Ends, Stage, Story, any, capture, click, fill, open, press, wait, wait_for, wait_in_vain,
};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = verdicts();
    stories.extend(which_counts());
    stories.extend(after_each_act());
    stories.extend(what_changes());
    stories
}

/// A page that shows what the wait takes for this.
fn shows(name: &'static str, verdict: Verdict, ends: Ends) -> Story {
    const PAGES: &[(&str, &str)] = &[("/shows", "<p id=sign>A sign</p>")];
    Story {
        name,
        pages: PAGES,
        steps: vec![open("/shows"), wait(&[(GoOn, "css:#list"), (verdict, "css:#sign")])],
        ends,
    }
}

fn verdicts() -> Vec<Story> {
    vec![
        shows(
            "a wait may tell a lost session",
            SessionLost,
            Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 2 (wait)"),
            ),
        ),
        shows(
            "a wait may tell that the portal is down",
            Unavailable,
            Ends::Failed(
                |error| matches!(error, FetchError::Unavailable { detail, .. } if detail == "the page shows `css:#sign`"),
            ),
        ),
        shows(
            "a wait may tell a captcha",
            Blocked,
            Ends::Failed(|error| matches!(error, FetchError::Blocked { barrier: Barrier::Captcha, .. })),
        ),
        shows(
            "a wait may tell a login",
            Login,
            Ends::Failed(|error| matches!(error, FetchError::Blocked { barrier: Barrier::Login, .. })),
        ),
    ]
}

fn which_counts() -> Vec<Story> {
    const BOTH: &[(&str, &str)] = &[("/both-there", "<p id=none>No results</p><p id=hit>Hit</p>")];
    vec![
        Story {
            name: "of two outcomes that are there the first counts",
            pages: BOTH,
            steps: vec![
                open("/both-there"),
                wait(&[(GoOn, "css:#hit"), (Absent, "css:#none")]),
                wait(&[(Absent, "css:#none"), (GoOn, "css:#hit")]),
            ],
            ends: Ends::CapturedSo(|capture| {
                let matched: Vec<_> = capture.trace.iter().map(|trace| trace.matched.as_deref()).collect();
                if matched == [None, Some("css:#hit"), Some("css:#none")] {
                    Ok(())
                } else {
                    Err(format!("{matched:?}"))
                }
            }),
        },
        Story {
            name: "an outcome has alternatives, and the trace names the one that was there",
            pages: BOTH,
            steps: vec![
                open("/both-there"),
                Step::Wait { outcomes: vec![(GoOn, any(&["css:#list", "css:#hit"]))], deadline: None },
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| match capture.trace[1].matched.as_deref() {
                Some("css:#hit") => Ok(()),
                other => Err(format!("{other:?}")),
            }),
        },
        Story {
            name: "words that nobody sees neither make a text nor break one",
            pages: &[(
                "/unseen-words",
                "<p>Found <span hidden>as good as </span>nothing<script>'Found nothing'</script></p><p hidden>Of one</p>",
            )],
            steps: vec![open("/unseen-words"), wait_for("text:Found nothing"), wait_in_vain("text:Of one")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (wait): none of `text:Of one` within 1s"),
            ),
        },
    ]
}

/// A page that shows "No results" until a while after `$listener` was called.
macro_rules! answering {
    ($control:literal, $listener:literal) => {
        concat!(
            $control,
            "<p id=none>No results</p><div id=list></div><script>
            const search = () => setTimeout(() => { none.remove(); list.innerHTML = '<i>One hit</i>' }, 1000);
            ",
            $listener,
            "</script>"
        )
    };
}

fn after_each_act() -> Vec<Story> {
    let answered = |name, pages: &'static [(&'static str, &'static str)], acts: Vec<Step>| Story {
        name,
        pages,
        steps: [
            vec![open(pages[0].0)],
            acts,
            vec![wait(&[(Absent, "text:No results"), (GoOn, "css:#list i")]), capture()],
        ]
        .into_iter()
        .flatten()
        .collect(),
        ends: Ends::Captured("One hit"),
    };
    let pointer = Step::Click { on: any(&["css:#go"]), manner: ClickManner::Pointer, once: false };
    vec![
        answered(
            "what was there before a real click does not answer",
            &[("/before-pointer", answering!("<button id=go>Go</button>", "go.onclick = search"))],
            vec![pointer],
        ),
        answered(
            "what was there before a key in a control does not answer",
            &[("/before-key", answering!("<input id=n>", "n.onkeydown = search"))],
            vec![press("Enter", Some("css:#n"))],
        ),
        answered(
            "what was there before a key where the focus is does not answer",
            &[("/before-bare-key", answering!("<input id=n>", "n.onkeydown = search"))],
            vec![fill("css:#n"), press("Enter", None)],
        ),
    ]
}

fn what_changes() -> Vec<Story> {
    vec![
        Story {
            name: "a control with another value is new",
            pages: &[(
                "/new-value",
                "<input id=n value=old><button onclick='setTimeout(() => n.value = \"new\", 400)'>Go</button>",
            )],
            steps: vec![open("/new-value"), click("text:Go"), wait_for("css:#n"), capture()],
            ends: Ends::Captured("<input"),
        },
        Story {
            name: "a title that changes is new",
            pages: &[(
                "/new-title",
                "<title>Search</title><button onclick='setTimeout(() => document.title = \"Search: hits\", 400)'>Go</button>",
            )],
            steps: vec![open("/new-title"), click("text:Go"), wait_for("title:Search"), capture()],
            ends: Ends::Captured("<title>Search: hits</title>"),
        },
        Story {
            name: "a title that stays is not new, whatever changes below it",
            pages: &[(
                "/old-title",
                "<title>Search</title><p id=log>None</p><button onclick='log.textContent = \"One hit\"'>Go</button>",
            )],
            steps: vec![open("/old-title"), click("text:Go"), wait_in_vain("title:Search")],
            ends: Ends::FailedOn("One hit", |error| matches!(error, FetchError::LayoutChanged { .. })),
        },
        Story {
            name: "what went away and came back is new",
            pages: &[(
                "/back-again",
                "<p id=none>No results</p><button onclick='none.hidden = true; setTimeout(() => none.hidden = false, 400)'>Go</button>",
            )],
            steps: vec![
                open("/back-again"),
                click("text:Go"),
                wait(&[(Absent, "css:#none"), (GoOn, "css:#list")]),
            ],
            ends: Ends::Absent("No results"),
        },
        Story {
            name: "a place that says something else at first is read until it says the ID",
            pages: &[(
                "/own-late",
                "<h1>CD-0002</h1><script>setTimeout(() => document.querySelector('h1').textContent = 'AB-0001', 2000)</script>",
            )],
            steps: vec![open("/own-late"), crate::stage::expect("css:h1"), capture()],
            ends: Ends::Captured("<h1>AB-0001</h1>"),
        },
    ]
}

#[tokio::test]
async fn a_marker_of_absence_ends_the_look_up_whatever_is_waited_for() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let story = Story {
            name: "none",
            pages: &[(
                "/marked-none",
                "<button onclick='setTimeout(() => list.innerHTML = \"<p class=none>No such entry</p>\", 300)'>Search</button><p id=list></p>",
            )],
            steps: vec![open("/marked-none"), click("text:Search"), wait_for("css:h1")],
            ends: Ends::Absent("No such entry"),
        };
        let mut stage = Stage::open(kind, std::slice::from_ref(&story), |profile| {
            profile.markers.push(Marker { verdict: Absent, any: any(&["css:.none"]) });
        })
        .await;
        let outcome = stage.play("none").await;
        story.ends.check(&outcome, &stage.witness().await).unwrap();
        stage.close().await;
    }
}
