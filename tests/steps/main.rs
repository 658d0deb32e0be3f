//! Look-ups in real browsers, held against a portal on loopback that does what portals do to crawlers.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "all of this is a test"
)]

mod acting;
mod choosing;
mod conditions;
mod controls;
mod dialogs;
mod evidence;
mod failing;
mod frames;
mod hanging;
mod outcomes;
mod outside;
mod paging;
mod panicking;
mod person;
mod portal;
mod prompts;
mod returning;
mod rough;
mod rows;
mod running;
mod scrolling;
mod shadow;
mod stage;
mod starting;
mod taking;
mod turns;
mod vanishing;
mod waiting;
mod windows;
mod words;

use std::time::{Duration, Instant};

use anafora::domain::Capture;
use anafora::fetch::{BrowserKind, FetchError, run_guard};

use stage::{Ends, ID, STEP_DEADLINE, Stage, Story, capture, open, wait_for};

#[test]
#[ignore = "the guard of the other tests"]
fn as_guard() {
    run_guard(std::io::stdin().lock()).unwrap();
}

#[tokio::test]
async fn every_story_ends_as_it_must_in_chromium() {
    play_all(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn every_story_ends_as_it_must_in_firefox() {
    play_all(BrowserKind::Firefox).await;
}

/// Plays every story in one browser session after the other, and names all that end otherwise.
async fn play_all(kind: BrowserKind) {
    let mut stories = acting::stories();
    stories.extend(controls::stories());
    stories.extend(waiting::stories());
    stories.extend(outcomes::stories());
    stories.extend(rows::stories());
    stories.extend(failing::stories());
    stories.extend(shadow::stories());
    stories.extend(windows::stories());
    stories.extend(frames::stories());
    stories.extend(dialogs::stories());
    stories.extend(choosing::stories());
    stories.extend(vanishing::stories());
    stories.extend(returning::stories());
    stories.extend(taking::stories());
    stories.extend(conditions::stories());
    stories.extend(paging::stories());
    stories.extend(scrolling::stories());
    stories.extend(words::stories());
    let chosen = std::env::var("STORY").ok();
    let mut stage = Stage::open(kind, &stories, |_| ()).await;
    let mut wrong = Vec::new();
    for story in &stories {
        if chosen.as_ref().is_some_and(|chosen| !story.name.contains(chosen.as_str())) {
            continue;
        }
        let began = Instant::now();
        let outcome = stage.play(story.name).await;
        let witness = stage.witness().await;
        if let Err(reason) = story.ends.check(&outcome, &witness) {
            wrong.push(format!("{}, after {:?}: {reason}", story.name, began.elapsed()));
        }
    }
    stage.close().await;
    assert!(wrong.is_empty(), "{kind:?}:\n{}", wrong.join("\n"));
}

/// A look-up that shows which browser session it is in.
fn visit(name: &'static str) -> Story {
    Story {
        name,
        pages: &[],
        steps: vec![open("/visit"), wait_for("css:#visit"), capture()],
        ends: Ends::Captured("visit"),
    }
}

fn page(outcome: &Result<Capture, FetchError>) -> String {
    let capture = outcome.as_ref().unwrap();
    String::from_utf8_lossy(&capture.parts[0].bytes).into_owned()
}

#[tokio::test]
async fn a_session_is_kept_between_look_ups_and_replaced_when_it_is_worn() {
    let stories = [visit("visit")];
    let adjust = |profile: &mut anafora::profile::Profile| profile.pace.session_lookups_max = 2;
    let mut stage = Stage::open(BrowserKind::Chromium, &stories, adjust).await;
    for expected in ["visit 0.", "visit 0.", "visit 1.", "visit 1.", "visit 2."] {
        let outcome = stage.play("visit").await;
        assert!(page(&outcome).contains(expected), "{expected}: {outcome:?}");
    }
    stage.close().await;
}

#[tokio::test]
async fn a_lost_session_costs_the_cookies_so_that_the_next_try_begins_anew() {
    let lost = Story {
        name: "lost",
        pages: &[("/expired", "<p id=expired>")],
        steps: vec![open("/expired")],
        ends: Ends::Failed(|error| matches!(error, FetchError::SessionLost { .. })),
    };
    let mut stage = Stage::open(BrowserKind::Chromium, &[visit("visit"), lost], |_| ()).await;
    assert!(page(&stage.play("visit").await).contains("visit 0."));
    assert!(matches!(stage.play("lost").await, Err(FetchError::SessionLost { .. })));
    assert!(page(&stage.play("visit").await).contains("visit 1."));
    stage.close().await;
}

#[tokio::test]
async fn a_look_up_that_is_dropped_leaves_a_fetcher_that_goes_on() {
    let hang = Story { name: "hang", steps: vec![open("/hang")], ..visit("hang") };
    let mut stage = Stage::open(BrowserKind::Chromium, &[visit("visit"), hang], |_| ()).await;
    stage.play("visit").await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(300), stage.play("hang")).await;
    assert!(dropped.is_err());
    stage.play("visit").await.unwrap();
    stage.close().await;
}

#[tokio::test]
async fn a_look_up_as_a_whole_has_a_deadline() {
    // What is waited for comes within the deadline of its step, and too late for the look-up.
    let slow = Story {
        pages: &[(
            "/slow",
            "<p><script>setTimeout(() => document.body.innerHTML = '<p id=late>', 5000)</script>",
        )],
        steps: vec![open("/slow"), wait_for("css:#late")],
        ..visit("slow")
    };
    let adjust = |profile: &mut anafora::profile::Profile| {
        profile.pace.lookup_deadline = Duration::from_secs(2);
    };
    let mut stage = Stage::open(BrowserKind::Chromium, &[slow], adjust).await;
    match stage.play("slow").await {
        Err(FetchError::DeadlineMissed { what, after }) => {
            assert_eq!((what.as_str(), after), ("the look-up", Duration::from_secs(2)));
        }
        other => panic!("{other:?}"),
    }
    stage.close().await;
}

#[tokio::test]
async fn a_portal_that_hangs_costs_one_deadline_and_the_browser_only() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let hang = Story { name: "hang", steps: vec![open("/hang")], ..visit("hang") };
        let mut stage = Stage::open(kind, &[visit("visit"), hang], |_| ()).await;
        stage.play("visit").await.unwrap();
        let began = Instant::now();
        let outcome = stage.play("hang").await;
        assert!(matches!(&outcome, Err(FetchError::DeadlineMissed { .. })), "{kind:?}: {outcome:?}");
        assert!(began.elapsed() < STEP_DEADLINE * 2, "{kind:?}: {:?}", began.elapsed());
        assert!(page(&stage.play("visit").await).contains("visit 1."), "{kind:?}: a new session");
        stage.close().await;
    }
}

#[tokio::test]
async fn a_browser_says_who_asks_and_loads_no_images() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let story = Story {
            name: "agent",
            pages: &[("/image", "<img src=/image.png><p>Text")],
            steps: vec![open("/image"), open("/agent"), capture()],
            ends: Ends::Captured(ID),
        };
        let mut stage = Stage::open(kind, &[story], |_| ()).await;
        let agent = page(&stage.play("agent").await);
        assert!(agent.contains("Mozilla/5.0") && agent.contains(" anafora/"), "{kind:?}: {agent}");
        assert!(!agent.contains("Headless"), "{kind:?}: {agent}");
        assert_eq!(stage.portal.images(), 0, "{kind:?}");
        stage.close().await;
    }
}

#[tokio::test]
async fn images_are_loaded_where_the_profile_says_so() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let story = Story {
            name: "images",
            pages: &[("/with-image", "<img src=/image.png><p>Text")],
            steps: vec![open("/with-image"), capture()],
            ends: Ends::Captured("Text"),
        };
        let adjust = |profile: &mut anafora::profile::Profile| profile.browser.load_images = true;
        let mut stage = Stage::open(kind, &[story], adjust).await;
        stage.play("images").await.unwrap();
        stage::until("the image is asked for", || stage.portal.images() == 1).await;
        stage.close().await;
    }
}
