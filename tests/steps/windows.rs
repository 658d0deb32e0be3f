//! Stories about windows that a portal opens: gone to, read, closed, never mixed up with what was there before.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::{BrowserKind, FetchError};
use anafora::profile::WindowStep::{Close, New};
use anafora::profile::{ClickManner, Step};

use crate::stage::{
    Ends, Stage, Story, any, capture, capture_as, click, dialog, expect, frame, open, until, wait, wait_for,
    window,
};

fn click_with_pointer(selector: &str) -> Step {
    Step::Click { on: any(&[selector]), manner: ClickManner::Pointer, once: false }
}

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = opening();
    stories.extend(what_was_there_before());
    stories.extend(arriving());
    stories.extend(several());
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
                    "<button onclick=\"window.open('/behind/detail')\">Go</button><script>
                    function expire() { setTimeout(() => document.body.append('Your session has expired'), 300) }</script>",
                ),
                ("/behind/detail", "<p>Empty so far</p><button onclick='opener.expire()'>Ask</button>"),
            ],
            steps: vec![open("/behind"), click("text:Go"), window(New), click("text:Ask"), wait_for("css:h1")],
            ends: Ends::FailedOn("Your session has expired", |error| {
                matches!(error, FetchError::SessionLost { step } if step == "step 5 (wait)")
            }),
        },
    ]
}

fn arriving() -> Vec<Story> {
    vec![
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
            name: "a new window is read once it has a page",
            pages: &[(
                "/empty-at-first",
                "<button onclick=\"const w = window.open(''); setTimeout(() => { w.document.write('<p>Written'); w.document.close() }, 1500)\">Go</button>",
            )],
            steps: vec![open("/empty-at-first"), click("text:Go"), window(New), capture()],
            ends: Ends::Captured("<p>Written"),
        },
        Story {
            name: "a new window has neither the frame nor the dialog from which it was opened",
            pages: &[
                ("/from-inside", "<iframe src=/from-inside/frame></iframe>"),
                (
                    "/from-inside/frame",
                    "<div id=d><a href=/from-inside/detail target=_blank>Detail</a></div>",
                ),
                ("/from-inside/detail", "<p>Detail</p>"),
            ],
            steps: vec![
                open("/from-inside"),
                frame("css:iframe"),
                dialog("css:#d"),
                click("text:Detail"),
                window(New),
                capture(),
                window(Close),
                capture_as("first", None),
            ],
            ends: Ends::CapturedSo(|capture| {
                let page = |index: usize| String::from_utf8_lossy(&capture.parts[index].bytes).into_owned();
                let is_right = page(0).contains("<p>Detail</p>") && page(1).contains("<iframe");
                if is_right { Ok(()) } else { Err(format!("{} {}", page(0), page(1))) }
            }),
        },
    ]
}

fn several() -> Vec<Story> {
    vec![
        Story {
            name: "of two windows the one that the last act opened is gone to",
            pages: &[
                (
                    "/in-turn",
                    "<button id=pop onclick=\"window.open('/in-turn/first')\">Pop</button>
                    <button id=go onclick=\"window.open('/in-turn/second')\">Go</button>",
                ),
                ("/in-turn/first", "<h1>Detail</h1><p>Nobody asked</p>"),
                ("/in-turn/second", "<h1>Detail</h1><p>Asked for</p>"),
            ],
            steps: vec![
                open("/in-turn"),
                click("css:#pop"),
                click("css:#go"),
                window(New),
                wait_for("text:Detail"),
                capture(),
            ],
            ends: Ends::Captured("Asked for"),
        },
        Story {
            name: "a window that is closed is closed at once",
            pages: &[
                (
                    "/closing",
                    "<button id=go onclick=\"w = window.open('/closing/detail')\">Go</button>
                    <button id=ask onclick='log.textContent = w.closed'>Ask</button><p id=log></p><script>let w</script>",
                ),
                ("/closing/detail", "<p>Detail</p>"),
            ],
            steps: vec![
                open("/closing"),
                click("css:#go"),
                window(New),
                window(Close),
                click("css:#ask"),
                wait_for("css:#log:not(:empty)"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">true</p>"),
        },
        Story {
            name: "a window that opens beside the new one is closed",
            pages: &[
                ("/pair", "<button onclick=\"window.open('/pair/of'); window.open('/pair/of')\">Go</button>"),
                (
                    "/pair/of",
                    "<p id=log></p><button>Ask</button><script>const channel = new BroadcastChannel('pair');
                    channel.onmessage = ({ data }) => {
                      if (data === 'anybody?') channel.postMessage('here'); else log.textContent = 'still there'; };
                    document.querySelector('button').onclick = () => {
                      channel.postMessage('anybody?'); setTimeout(() => log.textContent ||= 'alone', 1000) }</script>",
                ),
            ],
            steps: vec![
                open("/pair"),
                click("text:Go"),
                window(New),
                click("text:Ask"),
                wait_for("css:#log:not(:empty)"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">alone</p>"),
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
            name: "a marker that comes in the place of a window is seen",
            pages: &[(
                "/shut-but",
                "<button onclick='setTimeout(() => document.body.append(\"Your session has expired\"), 300)'>Go</button>",
            )],
            steps: vec![open("/shut-but"), click("text:Go"), window(New)],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 3 (window)"),
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

#[tokio::test]
async fn a_look_up_leaves_no_window_open_but_the_first() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let story = Story {
            name: "waiting",
            pages: &[
                ("/leaves", "<a href=/leaves/waiting target=_blank>Detail</a>"),
                (
                    "/leaves/waiting",
                    "<p>Waiting</p><script>fetch('/hang'); fetch('/visit').then(() => document.body.append('asked'))</script>",
                ),
            ],
            steps: vec![
                open("/leaves"),
                click("text:Detail"),
                window(New),
                wait_for("text:asked"),
                capture(),
            ],
            ends: Ends::Captured("Waiting"),
        };
        let mut stage = Stage::open(kind, &[story], |_| ()).await;
        stage.play("waiting").await.unwrap();
        // Who asks for an answer that never comes gives up with its window, and the browser still runs.
        until("the window is closed", || stage.portal.given_up() == 1).await;
        stage.close().await;
    }
}
