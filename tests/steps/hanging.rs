//! Pages and portals on which a browser hangs, crashes or gets something else than a page: each look-up ends with the
//! right error, nothing of a browser that was given up stays, and the next look-up of the same fetcher succeeds.

use std::time::Duration;

use anafora::fetch::{BrowserKind, FetchError};
use anafora::profile::{ClickManner, Step};

use crate::running::below;
use crate::stage::{Ends, Stage, Story, any, capture, click, open, wait_for};
use crate::{page, visit};

/// Long enough for look-ups that succeed, on a busy machine as well; several stories wait until it passes.
const STEP_DEADLINE: Duration = Duration::from_secs(8);

#[tokio::test]
async fn nothing_that_hangs_keeps_the_next_look_up_from_succeeding_in_chromium() {
    play_each(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn nothing_that_hangs_keeps_the_next_look_up_from_succeeding_in_firefox() {
    play_each(BrowserKind::Firefox).await;
}

async fn play_each(kind: BrowserKind) {
    let mut stories = vec![visit("visit")];
    stories.extend(portals());
    stories.extend(scripts());
    stories.extend(dialogs());
    if kind == BrowserKind::Chromium {
        stories.extend(of_chromium());
    }
    let chosen = std::env::var("STORY").ok();
    let adjust = |profile: &mut anafora::profile::Profile| profile.pace.step_deadline = STEP_DEADLINE;
    let mut stage = Stage::open(kind, &stories, adjust).await;
    let mut wrong = Vec::new();
    for story in &stories {
        if chosen.as_ref().is_some_and(|chosen| !story.name.contains(chosen.as_str())) {
            continue;
        }
        let first = stage.play("visit").await;
        assert!(first.is_ok(), "before {}: {first:?}; {wrong:#?}", story.name);
        let before = below(stage.run_directory());
        let outcome = stage.play(story.name).await;
        let witness = stage.witness().await;
        if let Err(reason) = story.ends.check(&outcome, &witness) {
            wrong.push(format!("{}: {reason}", story.name));
        }
        let is_given_up =
            matches!(outcome, Err(FetchError::DeadlineMissed { .. } | FetchError::BrowserDied { .. }));
        let left = before.iter().filter(|process| process.is_alive()).count();
        if is_given_up && left > 0 {
            wrong.push(format!("{}: {left} processes are left", story.name));
        }
        let next = stage.play("visit").await;
        if !next.as_ref().is_ok_and(|_| page(&next).contains("visit ")) {
            wrong.push(format!("{}: then {next:?}", story.name));
        }
    }
    let run_directory = stage.run_directory().to_owned();
    stage.close().await;
    assert!(below(&run_directory).is_empty());
    assert!(wrong.is_empty(), "{kind:?}:\n{}", wrong.join("\n"));
}

const LATE: Ends = Ends::Failed(|error| matches!(error, FetchError::DeadlineMissed { .. }));
const DOWN: Ends = Ends::Failed(|error| matches!(error, FetchError::Unavailable { .. }));
const DIED: Ends = Ends::Failed(|error| matches!(error, FetchError::BrowserDied { .. }));
/// Chromium says at once that nothing came; Firefox waits for a page until its time is up.
const NO_PAGE: Ends = Ends::Failed(|error| match error {
    FetchError::LayoutChanged { what, .. } => what.contains("brought no page"),
    error => matches!(error, FetchError::DeadlineMissed { .. }),
});

fn opened(name: &'static str, address: &'static str, ends: Ends) -> Story {
    Story { name, pages: &[], steps: vec![open(address), capture()], ends }
}

fn portals() -> Vec<Story> {
    vec![
        opened("a page whose end never comes", "{rough}/unfinished", LATE),
        opened("a portal that says nothing", "{rough}/silent", LATE),
        opened("a page without an end", "{rough}/endless", LATE),
        opened("a portal that sends round in circles", "{rough}/around", DOWN),
        opened(
            "a vast page",
            "{rough}/vast",
            Ends::Failed(|error| {
                matches!(error, FetchError::PageTooLarge { .. } | FetchError::DeadlineMissed { .. })
            }),
        ),
        opened("a file instead of a page", "{rough}/file", NO_PAGE),
        opened("no page at all", "{rough}/nothing", NO_PAGE),
        Story {
            name: "a click that the portal never answers",
            pages: &[("/to-hang", "<a href=/hang>On</a>")],
            steps: vec![open("/to-hang"), click("text:On"), wait_for("css:#never")],
            ends: LATE,
        },
        Story {
            name: "a form that the portal never answers",
            pages: &[("/post", "<form method=post action=/hang><button>Search</button></form>")],
            steps: vec![open("/post"), click("text:Search"), wait_for("css:#never")],
            ends: LATE,
        },
        opened(
            "a password that is asked for",
            "{rough}/password",
            // Firefox shows the question, not the page behind it.
            Ends::Failed(|error| match error {
                FetchError::LayoutChanged { what, .. } => what.contains("brought no page"),
                error => matches!(error, FetchError::Blocked { .. }),
            }),
        ),
    ]
}

fn scripts() -> Vec<Story> {
    vec![
        Story {
            name: "a script that never ends",
            pages: &[("/spins", "<p>Spins<script>for (;;) {}</script>")],
            steps: vec![open("/spins"), capture()],
            ends: LATE,
        },
        Story {
            name: "a script that never ends once the page is there",
            pages: &[("/spins-later", "<p>Spins<script>setTimeout(() => { for (;;) {} }, 100)</script>")],
            steps: vec![open("/spins-later"), wait_for("css:#never")],
            ends: LATE,
        },
        Story {
            name: "a click that never returns",
            pages: &[("/spins-on-click", "<button onclick='for (;;) {}'>Go</button>")],
            steps: vec![open("/spins-on-click"), click("text:Go"), wait_for("css:#never")],
            ends: LATE,
        },
        Story {
            name: "a page that begins anew for ever",
            pages: &[("/anew", "<p>Anew<script>setTimeout(() => location.reload(), 30)</script>")],
            steps: vec![open("/anew"), wait_for("css:#never")],
            ends: Ends::Failed(|error| {
                matches!(error, FetchError::LayoutChanged { .. } | FetchError::DeadlineMissed { .. })
            }),
        },
        Story {
            name: "an own ID that changes all the time",
            pages: &[(
                "/ticks",
                "<p id=own>0</p><script>setInterval(() => own.textContent = performance.now(), 5)</script>",
            )],
            steps: vec![open("/ticks"), crate::stage::expect("css:#own")],
            ends: Ends::Failed(|error| matches!(error, FetchError::WrongPage { .. })),
        },
    ]
}

fn dialogs() -> Vec<Story> {
    vec![
        Story {
            name: "dialogs while the page loads",
            pages: &[("/asks", "<script>alert(1); confirm(2); prompt(3)</script><p>Said")],
            steps: vec![open("/asks"), capture()],
            ends: Ends::Captured("Said"),
        },
        Story {
            name: "dialogs on a click",
            pages: &[(
                "/asks-on-click",
                "<button onclick='alert(1); if (confirm(2)) { prompt(3); done.id = \"list\" }'>Go</button><p id=done>",
            )],
            steps: vec![open("/asks-on-click"), click("text:Go"), wait_for("css:#list"), capture()],
            ends: Ends::Captured("list"),
        },
        Story {
            name: "dialogs while something is waited for",
            pages: &[(
                "/asks-later",
                "<p id=done><script>setTimeout(() => { alert(1); confirm(2); prompt(3); done.id = 'list' }, 300)</script>",
            )],
            steps: vec![open("/asks-later"), wait_for("css:#list"), capture()],
            ends: Ends::Captured("list"),
        },
        Story {
            name: "a page that does not want to be left",
            pages: &[
                (
                    "/stay",
                    "<button>Touch</button><script>addEventListener('beforeunload', event => {
                     event.preventDefault(); event.returnValue = 'stay' })</script>",
                ),
                ("/left", "<p>Left"),
            ],
            steps: vec![
                open("/stay"),
                Step::Click { on: any(&["text:Touch"]), manner: ClickManner::Pointer, once: false },
                open("/left"),
                capture(),
            ],
            ends: Ends::Captured("Left"),
        },
        Story {
            name: "dialogs without an end",
            pages: &[(
                "/asks-for-ever",
                "<p>Asks<script>setTimeout(() => { for (;;) alert(1) }, 50)</script>",
            )],
            steps: vec![open("/asks-for-ever"), wait_for("css:#never")],
            ends: Ends::Failed(|error| {
                matches!(error, FetchError::LayoutChanged { .. } | FetchError::DeadlineMissed { .. })
            }),
        },
    ]
}

/// What only Chromium can be held to. Firefox does not let drivers go to the page that crashes a tab; and what came before a
/// connection broke off it shows, now and then, as though that were the whole page.
fn of_chromium() -> Vec<Story> {
    vec![
        opened("a tab that crashes", "chrome://crash", DIED),
        opened(
            "a file that is told from a page",
            "{rough}/file",
            Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what.contains("brought no page")),
            ),
        ),
        opened(
            "a connection that breaks off in the page",
            "{rough}/reset",
            Ends::Failed(|error| {
                matches!(error, FetchError::Unavailable { .. } | FetchError::DeadlineMissed { .. })
            }),
        ),
    ]
}
