//! What a failed look-up leaves behind: the page, a picture, the step, the driver's log, as far as they can be had.

use anafora::domain::Part;
use anafora::fetch::{BrowserKind, FetchError};
use anafora::profile::Step;

use crate::stage::{Ends, Stage, Story, any, capture, click, open, wait_for, wait_in_vain};
use crate::taking::rule;

const KINDS: [BrowserKind; 2] = [BrowserKind::Chromium, BrowserKind::Firefox];

fn text(page: Option<&Part>) -> String {
    page.map(|part| String::from_utf8_lossy(&part.bytes).into_owned()).unwrap_or_default()
}

fn stories() -> [Story; 3] {
    let failed = || Ends::Failed(|_| true);
    [
        Story {
            name: "changed",
            pages: &[("/changed", "<h1>A new face</h1>")],
            steps: vec![open("/changed"), wait_in_vain("css:table.results")],
            ends: failed(),
        },
        Story {
            name: "stuck",
            pages: &[("/stuck", "<p>Before</p><button onclick='for (;;) {}'>Go</button>")],
            steps: vec![open("/stuck"), capture(), click("text:Go"), wait_for("css:#list")],
            ends: failed(),
        },
        Story {
            name: "whole",
            pages: &[("/whole", "<p>All of it</p>")],
            steps: vec![open("/whole"), capture()],
            ends: Ends::Captured("All of it"),
        },
    ]
}

#[tokio::test]
async fn a_changed_layout_leaves_the_page_a_picture_the_step_and_the_drivers_log() {
    for kind in KINDS {
        let mut stage = Stage::open(kind, &stories(), |_| ()).await;
        let outcome = stage.play("changed").await;
        assert!(matches!(outcome, Err(FetchError::LayoutChanged { .. })), "{kind:?}: {outcome:?}");
        let witness = stage.witness().await;
        assert!(text(witness.page.as_ref()).contains("A new face"), "{kind:?}: {witness:?}");
        let picture = witness.screenshot.unwrap_or_default();
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "{kind:?}: {} bytes", picture.len());
        assert_eq!(witness.step.as_deref(), Some("step 2 (wait)"), "{kind:?}");
        let steps: Vec<&str> = witness.trace.iter().map(|trace| trace.step.as_str()).collect();
        assert_eq!(steps, ["open", "wait"], "{kind:?}");
        assert!(witness.driver_log.is_some_and(|log| !log.is_empty()), "{kind:?}");
        stage.play("whole").await.unwrap();
        stage.close().await;
    }
}

#[tokio::test]
async fn a_session_that_was_killed_leaves_the_last_page_the_step_and_the_log_but_no_picture() {
    for kind in KINDS {
        let mut stage = Stage::open(kind, &stories(), |_| ()).await;
        let outcome = stage.play("stuck").await;
        assert!(matches!(outcome, Err(FetchError::DeadlineMissed { .. })), "{kind:?}: {outcome:?}");
        let witness = stage.witness().await;
        assert_eq!(witness.screenshot, None, "{kind:?}");
        assert!(text(witness.page.as_ref()).contains("Before"), "{kind:?}: {witness:?}");
        assert_eq!(witness.parts.len(), 1, "{kind:?}: {witness:?}");
        assert_eq!(witness.page.map(|part| part.name).as_deref(), Some("detail"), "{kind:?}");
        assert!(witness.step.is_some_and(|step| step.starts_with("step ")), "{kind:?}");
        assert!(witness.driver_log.is_some_and(|log| !log.is_empty()), "{kind:?}");
        stage.close().await;
    }
}

#[tokio::test]
async fn a_page_that_only_its_reader_finds_wrong_is_still_seen_and_the_next_look_up_forgets_it() {
    for kind in KINDS {
        let mut stage = Stage::open(kind, &stories(), |_| ()).await;
        stage.play("whole").await.unwrap();
        let witness = stage.witness().await;
        assert!(text(witness.page.as_ref()).contains("All of it"), "{kind:?}: {witness:?}");
        assert!(witness.screenshot.is_some(), "{kind:?}");
        assert_eq!(witness.step, None, "{kind:?}");
        stage.play("changed").await.unwrap_err();
        assert!(text(stage.witness().await.page.as_ref()).contains("A new face"), "{kind:?}");
        stage.close().await;
    }
}

#[tokio::test]
async fn a_look_up_whose_time_is_up_leaves_the_page_on_which_it_waited() {
    for kind in KINDS {
        let slow = [Story {
            name: "slow",
            pages: &[("/slow", "<p>Please wait")],
            steps: vec![open("/slow"), wait_for("css:#never")],
            ends: Ends::Failed(|_| true),
        }];
        let adjust = |profile: &mut anafora::profile::Profile| {
            profile.pace.lookup_deadline = std::time::Duration::from_secs(4);
        };
        let mut stage = Stage::open(kind, &slow, adjust).await;
        let outcome = stage.play("slow").await;
        assert!(matches!(outcome, Err(FetchError::DeadlineMissed { .. })), "{kind:?}: {outcome:?}");
        assert!(text(stage.witness().await.page.as_ref()).contains("Please wait"), "{kind:?}");
        stage.close().await;
    }
}

#[tokio::test]
async fn of_a_page_that_robots_txt_excludes_neither_text_nor_picture_is_left() {
    for kind in KINDS {
        let excluded = [Story {
            name: "excluded",
            pages: &[
                ("/robots.txt", "User-agent: *\nDisallow: /inner"),
                ("/outer", "<p>Outside</p><a href=/inner>Go</a>"),
                ("/inner", "<p>Inside</p>"),
            ],
            steps: vec![open("/outer"), capture(), click("text:Go"), wait_in_vain("css:#never")],
            ends: Ends::Failed(|_| true),
        }];
        let mut stage = Stage::open(kind, &excluded, |_| ()).await.obey_robots();
        let outcome = stage.play("excluded").await;
        assert!(matches!(outcome, Err(FetchError::LayoutChanged { .. })), "{kind:?}: {outcome:?}");
        let witness = stage.witness().await;
        assert!(text(witness.page.as_ref()).contains("Outside"), "{kind:?}: {witness:?}");
        assert_eq!(witness.screenshot, None, "{kind:?}");
        assert_eq!(witness.step.as_deref(), Some("step 4 (wait)"), "{kind:?}");
        stage.close().await;
    }
}

#[tokio::test]
async fn a_page_that_robots_txt_excludes_is_neither_opened_by_what_was_taken_nor_captured() {
    for kind in KINDS {
        let taking = Step::Take { from: any(&["css:a"]), rule: rule(Some("href"), "/(?<place>.*)") };
        let stories = [
            Story {
                name: "captured",
                pages: &[
                    ("/robots.txt", "User-agent: *\nDisallow: /inner"),
                    ("/outer", "<p>Outside</p><a href=/inner>Go</a>"),
                    ("/inner", "<p>Inside</p>"),
                ],
                steps: vec![open("/outer"), click("text:Go"), wait_for("text:Inside"), capture()],
                ends: Ends::Failed(|_| true),
            },
            Story {
                name: "taken",
                pages: &[("/taking-outer", "<a href=/inner>Go</a>")],
                steps: vec![open("/taking-outer"), taking, open("/{place}"), capture()],
                ends: Ends::Failed(|_| true),
            },
        ];
        let mut stage = Stage::open(kind, &stories, |_| ()).await.obey_robots();
        for (story, step) in [("captured", "step 4 (capture)"), ("taken", "step 3 (open)")] {
            let outcome = stage.play(story).await;
            assert!(matches!(outcome, Err(FetchError::Disallowed { .. })), "{kind:?}, {story}: {outcome:?}");
            assert_eq!(stage.witness().await.step.as_deref(), Some(step), "{kind:?}, {story}");
        }
        stage.close().await;
    }
}
