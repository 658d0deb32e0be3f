//! A person at the browser answers what the portal asks of people, and the look-up goes on in the same session.

use std::time::Duration;

use anafora::fetch::{Barrier, BrowserKind, FetchError, Witness};

use crate::stage::{Ends, Stage, Story, capture, open, wait_for};

fn blocked() -> Story {
    Story {
        name: "blocked",
        pages: &[],
        steps: vec![open("/captcha"), wait_for("css:#visit"), capture()],
        ends: Ends::Captured("let in"),
    }
}

fn is_captcha(error: &FetchError) -> bool {
    matches!(error, FetchError::Blocked { barrier: Barrier::Captcha, .. })
}

#[tokio::test]
async fn a_block_that_a_person_answers_costs_nothing_but_time() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let stories = [blocked()];
        let stage = Stage::open(kind, &stories, |_| ()).await;
        let (mut stage, told) = stage.attend(Duration::from_secs(60));
        let outcome = stage.play("blocked").await;
        stories[0].ends.check(&outcome, &Witness::default()).unwrap();
        let told = told.lock().unwrap().join("\n");
        assert!(
            told.starts_with("the portal asks for a person: the page shows `text:Are you a robot?`"),
            "{told}"
        );
        assert!(told.ends_with("begins anew in the same session"), "{told}");
        stage.close().await;
    }
}

#[tokio::test]
async fn a_block_that_nobody_answers_stays_one() {
    let never = Story {
        pages: &[("/never", "<p>Are you a robot?")],
        steps: vec![open("/never"), wait_for("css:#visit")],
        ..blocked()
    };
    let stage = Stage::open(BrowserKind::Chromium, &[never], |_| ()).await;
    let (mut stage, told) = stage.attend(Duration::from_secs(2));
    let outcome = stage.play("blocked").await;
    assert!(outcome.as_ref().is_err_and(is_captcha), "{outcome:?}");
    assert_eq!(told.lock().unwrap().last().map(String::as_str), Some("nobody answered"));
    stage.close().await;
}

#[tokio::test]
async fn a_refusal_is_answered_by_no_page_that_refuses_again() {
    let refused = Story { steps: vec![open("/403")], ..blocked() };
    let stage = Stage::open(BrowserKind::Chromium, &[refused], |_| ()).await;
    let (mut stage, told) = stage.attend(Duration::from_secs(2));
    let outcome = stage.play("blocked").await;
    assert!(matches!(outcome, Err(FetchError::Blocked { barrier: Barrier::Refusal, .. })), "{outcome:?}");
    assert_eq!(told.lock().unwrap().last().map(String::as_str), Some("nobody answered"));
    stage.close().await;
}

#[tokio::test]
async fn a_portal_that_asks_a_person_again_and_again_is_believed_in_the_end() {
    let again = Story {
        pages: &[(
            "/again",
            "<p>Are you a robot?<script>setTimeout(() => document.querySelector('p').remove(), 1500)</script>",
        )],
        steps: vec![open("/again"), wait_for("css:#visit")],
        ..blocked()
    };
    let stage = Stage::open(BrowserKind::Chromium, &[again], |_| ()).await;
    let (mut stage, told) = stage.attend(Duration::from_secs(60));
    let outcome = tokio::time::timeout(Duration::from_secs(120), stage.play("blocked")).await;
    assert!(outcome.as_ref().is_ok_and(|outcome| outcome.as_ref().is_err_and(is_captcha)), "{outcome:?}");
    let answered = told.lock().unwrap().iter().filter(|line| line.starts_with("answered")).count();
    assert_eq!(answered, 3);
    stage.close().await;
}

#[tokio::test]
async fn without_a_person_a_block_ends_the_look_up_at_once() {
    let mut stage = Stage::open(BrowserKind::Chromium, &[blocked()], |_| ()).await;
    let outcome = stage.play("blocked").await;
    assert!(outcome.as_ref().is_err_and(is_captcha), "{outcome:?}");
    stage.close().await;
}
