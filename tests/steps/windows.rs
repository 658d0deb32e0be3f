//! Stories about windows that a portal opens: gone to, read, closed, never mixed up with what was there before.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::{BrowserKind, FetchError};
use anafora::profile::WindowStep::{Close, New};
use anafora::profile::{ClickManner, Step};

use crate::stage::{
    Ends, Stage, Story, any, capture, capture_as, click, expect, open, wait, wait_for, window,
};

fn click_with_pointer(selector: &str) -> Step {
    Step::Click { on: any(&[selector]), manner: ClickManner::Pointer, once: false }
}

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = opening();
    stories.extend(what_was_there_before());
    stories.extend(failing());
    stories
}

fn opening() -> Vec<Story> {
    vec![
        Story {
            name: "a link to a new window is followed into it and back",
            pages: &[
                ("/list", "<a target=_blank href=/list/detail>Detail</a><p>The list</p>"),
                ("/list/detail", "<h1>AB-0001</h1>"),
            ],
            steps: vec![
                open("/list"),
                click("text:Detail"),
                window(New),
                expect("css:h1"),
                capture(),
                window(Close),
                capture_as("list", None),
            ],
            ends: Ends::CapturedSo(|capture| {
                let seen: Vec<_> = capture
                    .parts
                    .iter()
                    .map(|part| {
                        part.url
                            .rsplit_once(':')
                            .map(|(_, rest)| rest.split_once('/').map(|(_, path)| path.to_owned()))
                    })
                    .collect();
                let seen: Vec<_> = seen.into_iter().flatten().flatten().collect();
                if seen == ["list/detail", "list"] { Ok(()) } else { Err(format!("{seen:?}")) }
            }),
        },
        Story {
            name: "a window that a script opens late, by a click of ours, is no pop-up to be blocked",
            pages: &[
                (
                    "/script",
                    "<button onclick=\"fetch('/script/detail').then(() => setTimeout(() => window.open('/script/detail'), 300))\">Go</button>",
                ),
                ("/script/detail", "<h1>Detail</h1>"),
            ],
            steps: vec![open("/script"), click("text:Go"), window(New), wait_for("text:Detail"), capture()],
            ends: Ends::Captured("<h1>Detail</h1>"),
        },
        Story {
            name: "a window that opens with the page is gone to",
            pages: &[
                ("/opens-itself", "<p>First</p><script>open('/opens-itself/second')</script>"),
                ("/opens-itself/second", "<p>Second</p>"),
            ],
            steps: vec![
                open("/opens-itself"),
                window(New),
                wait_for("text:Second"),
                window(Close),
                capture(),
            ],
            ends: Ends::Captured("<p>First</p>"),
        },
        Story {
            name: "a window that is written by its opener is read, and one opened from it",
            pages: &[
                (
                    "/written",
                    "<button onclick=\"const w = window.open(''); setTimeout(() => w.document.write('<a href=/written/deep target=_blank>Deep</a>') || w.document.close(), 300)\">Go</button>",
                ),
                ("/written/deep", "<p>Deep down</p>"),
            ],
            steps: vec![
                open("/written"),
                click_with_pointer("css:button"),
                window(New),
                click("text:Deep"),
                window(New),
                wait_for("text:Deep down"),
                capture(),
                window(Close),
                capture_as("written", None),
                window(Close),
                capture_as("first", None),
            ],
            ends: Ends::Captured("<button onclick"),
        },
    ]
}

fn what_was_there_before() -> Vec<Story> {
    vec![
        Story {
            name: "what the first window showed before an act in the second is not its answer",
            pages: &[
                (
                    "/opener",
                    "<p id=status>No results</p><a href=/opener/search target=_blank rel=opener>Search</a>
                    <script>const answer = () => setTimeout(() => { document.getElementById('status').textContent = 'One hit' }, 400)</script>",
                ),
                (
                    "/opener/search",
                    "<button onclick='opener.eval(\"answer()\")'>Go</button>",
                ),
            ],
            steps: vec![
                open("/opener"),
                click("text:Search"),
                window(New),
                click("text:Go"),
                window(Close),
                wait(&[(Absent, "text:No results"), (GoOn, "text:One hit")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "a marker in the window before is seen",
            pages: &[
                (
                    "/behind",
                    "<button onclick=\"window.open('/behind/detail'); setTimeout(() => document.body.append('Your session has expired'), 300)\">Go</button>",
                ),
                ("/behind/detail", "<p>Empty so far</p>"),
            ],
            steps: vec![open("/behind"), click("text:Go"), window(New), wait_for("css:h1")],
            ends: Ends::FailedOn("Your session has expired", |error| {
                matches!(error, FetchError::SessionLost { step } if step == "step 4 (wait)")
            }),
        },
    ]
}

fn failing() -> Vec<Story> {
    vec![
        Story {
            name: "the window in which a look-up began is no new one",
            pages: &[("/no-other", "<p>The only one</p>")],
            steps: vec![open("/no-other"), window(New)],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (window): no new window within 6s"),
            ),
        },
        Story {
            name: "a window that does not open is said",
            pages: &[("/shut", "<button>Go</button>")],
            steps: vec![open("/shut"), click("text:Go"), window(New)],
            ends: Ends::FailedOn(
                "<button>Go</button>",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (window): no new window within 6s"),
            ),
        },
        Story {
            name: "a window that the portal closes under us is said",
            pages: &[
                (
                    "/gone",
                    "<button onclick=\"const w = window.open('/gone/detail'); setTimeout(() => w.close(), 1500)\">Go</button>",
                ),
                ("/gone/detail", "<p>Soon gone</p>"),
            ],
            steps: vec![open("/gone"), click("text:Go"), window(New), wait_for("css:h1")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 4 (wait): the window was closed by the portal"),
            ),
        },
    ]
}

#[tokio::test]
async fn a_failure_in_a_second_window_leaves_its_picture_and_one_window() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let stories = [
            Story {
                name: "fails",
                pages: &[
                    ("/one", "<button onclick=\"window.open('/two'); window.open('/two')\">Go</button>"),
                    (
                        "/two",
                        "<p>Second</p><script>const channel = new BroadcastChannel('windows');
                        channel.onmessage = () => channel.postMessage('here');</script>",
                    ),
                ],
                steps: vec![open("/one"), click("text:Go"), window(New), wait_for("css:h1")],
                ends: Ends::Failed(|_| true),
            },
            Story {
                name: "alone",
                pages: &[(
                    "/check",
                    "<p id=log></p><script>const channel = new BroadcastChannel('windows');
                    channel.onmessage = () => log.textContent = 'still there'; channel.postMessage('anybody?');
                    setTimeout(() => log.textContent ||= 'gone', 500);</script>",
                )],
                steps: vec![open("/check"), wait_for("css:#log:not(:empty)"), capture()],
                ends: Ends::Captured("gone</p>"),
            },
        ];
        let mut stage = Stage::open(kind, &stories, |_| ()).await;
        let outcome = stage.play("fails").await;
        let witness = stage.witness().await;
        assert!(matches!(outcome, Err(FetchError::LayoutChanged { .. })), "{kind:?}: {outcome:?}");
        let page = witness.page.map(|part| String::from_utf8_lossy(&part.bytes).into_owned());
        assert!(page.as_ref().is_some_and(|page| page.contains("Second")), "{kind:?}: {page:?}");
        assert!(witness.screenshot.is_some(), "{kind:?}");
        let outcome = stage.play("alone").await;
        stories[1].ends.check(&outcome, &stage.witness().await).unwrap();
        stage.close().await;
    }
}
