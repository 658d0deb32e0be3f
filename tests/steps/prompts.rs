//! Stories about prompts: answered by steps, accepted everywhere else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anafora::fetch::{BrowserKind, FetchError, Fetcher as _, StepAccount};
use anafora::profile::{ClickManner, PromptAnswer, Step};

use crate::stage::{Ends, Stage, Story, any, capture, click, open, wait_for};

fn answer(with: PromptAnswer, says: Option<&str>) -> Step {
    Step::Answer { with, says: says.map(str::to_owned), if_asked_within: None }
}

fn dismiss_if_asked() -> Step {
    let if_asked_within = Some(Duration::from_secs(1));
    Step::Answer { with: PromptAnswer::Dismiss, says: None, if_asked_within }
}

/// A page whose button asks, and counts how often it was clicked.
const CONFIRM: &str = "<button onclick=\"clicks++; const said = confirm('Really\\n  search?');
    log.textContent = 'click ' + clicks + ' said ' + said\">Go</button><p id=log></p><script>let clicks = 0</script>";

fn answered() -> Vec<Story> {
    use PromptAnswer::{Accept, Dismiss};
    vec![
        Story {
            name: "a prompt is dismissed by a step, and the click is not repeated",
            pages: &[("/dismissed", CONFIRM)],
            steps: vec![
                open("/dismissed"),
                click("text:Go"),
                answer(Dismiss, None),
                wait_for("text:said"),
                capture(),
            ],
            ends: Ends::Captured("click 1 said false"),
        },
        Story {
            name: "a prompt after a real click is accepted by a step that knows its words",
            pages: &[("/accepted", CONFIRM)],
            steps: vec![
                open("/accepted"),
                Step::Click { on: any(&["text:Go"]), manner: ClickManner::Pointer, once: true },
                answer(Accept, Some("Really search?")),
                wait_for("text:said"),
                capture(),
            ],
            ends: Ends::Captured("click 1 said true"),
        },
        Story {
            name: "a prompt need not say more than its step knows",
            pages: &[("/in-part", CONFIRM)],
            steps: vec![
                open("/in-part"),
                click("text:Go"),
                answer(Accept, Some("search")),
                wait_for("text:said"),
                capture(),
            ],
            ends: Ends::Captured("click 1 said true"),
        },
        Story {
            name: "a prompt that comes late is waited for",
            pages: &[(
                "/late-prompt",
                "<button onclick=\"setTimeout(() => log.textContent = 'said ' + confirm('Really?'), 700)\">Go</button><p id=log></p>",
            )],
            steps: vec![
                open("/late-prompt"),
                click("text:Go"),
                answer(Dismiss, None),
                wait_for("text:said"),
                capture(),
            ],
            ends: Ends::Captured("said false"),
        },
    ]
}

fn asked_at_times() -> Vec<Story> {
    use PromptAnswer::Accept;
    vec![
        Story {
            name: "a prompt that comes while a page loads is answered, and one that follows",
            pages: &[(
                "/asked-at-once",
                "<script>const first = confirm('First?')</script><p id=log></p><script>
                log.textContent = 'first ' + first + ', then ' + confirm('Second?')</script>",
            )],
            steps: vec![
                open("/asked-at-once"),
                answer(PromptAnswer::Dismiss, Some("First?")),
                answer(Accept, Some("Second?")),
                wait_for("text:then"),
                capture(),
            ],
            ends: Ends::Captured("first false, then true"),
        },
        Story {
            name: "a prompt that may come is dismissed",
            pages: &[("/maybe-asked", CONFIRM)],
            steps: vec![
                open("/maybe-asked"),
                click("text:Go"),
                dismiss_if_asked(),
                wait_for("text:said"),
                capture(),
            ],
            ends: Ends::Captured("click 1 said false"),
        },
        Story {
            name: "a prompt that may come and does not is passed over",
            pages: &[(
                "/never-asked",
                "<button onclick=\"log.textContent = 'unasked'\">Go</button><p id=log></p>",
            )],
            steps: vec![
                open("/never-asked"),
                click("text:Go"),
                dismiss_if_asked(),
                wait_for("text:unasked"),
                capture(),
            ],
            ends: Ends::Captured("unasked"),
        },
    ]
}

fn unanswered() -> Vec<Story> {
    use PromptAnswer::Accept;
    vec![
        Story {
            name: "a prompt that says something else is a changed layout",
            pages: &[("/other-words", CONFIRM)],
            steps: vec![open("/other-words"), click("text:Go"), answer(Accept, Some("Delete"))],
            ends: Ends::FailedOn(
                "click 1 said false",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (answer): the prompt says `Really\n  search?`, not `Delete`"),
            ),
        },
        Story {
            name: "a marker that comes in the place of a prompt is seen",
            pages: &[(
                "/no-prompt-but",
                "<button onclick='setTimeout(() => document.body.append(\"Your session has expired\"), 300)'>Go</button>",
            )],
            steps: vec![open("/no-prompt-but"), click("text:Go"), answer(Accept, None)],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 3 (answer)"),
            ),
        },
        Story {
            name: "a prompt that does not come is said",
            pages: &[("/no-prompt", "<button>Go</button>")],
            steps: vec![open("/no-prompt"), click("text:Go"), answer(Accept, None)],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (answer): no prompt within 6s"),
            ),
        },
        Story {
            name: "a prompt that no step answers is accepted, and the click is not repeated",
            pages: &[("/unanswered", CONFIRM)],
            steps: vec![open("/unanswered"), click("text:Go"), wait_for("text:said"), capture()],
            ends: Ends::Captured("click 1 said true"),
        },
        Story {
            name: "prompts while a page loads, and while it is waited on, are accepted",
            pages: &[(
                "/prompts",
                "<script>alert('Welcome')</script><p id=log></p><script>
                setTimeout(() => { alert('Still there?'); log.textContent = 'still there' }, 500)</script>",
            )],
            steps: vec![open("/prompts"), wait_for("text:still there"), capture()],
            ends: Ends::Captured("still there"),
        },
    ]
}

#[tokio::test]
async fn prompts_are_answered_by_steps_and_accepted_everywhere_else() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let stories: Vec<Story> =
            answered().into_iter().chain(asked_at_times()).chain(unanswered()).collect();
        let mut stage = Stage::open(kind, &stories, |_| ()).await;
        let mut wrong = Vec::new();
        for story in &stories {
            let outcome = stage.play(story.name).await;
            let witness = stage.witness().await;
            if let Err(reason) = story.ends.check(&outcome, &witness) {
                wrong.push(format!("{}: {reason}", story.name));
            }
        }
        stage.close().await;
        assert!(wrong.is_empty(), "{kind:?}:\n{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn whoever_listens_is_told_of_prompts_that_no_step_answers() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let story = Story {
            name: "told",
            pages: &[("/told", CONFIRM)],
            steps: vec![open("/told"), click("text:Go"), wait_for("text:said"), capture()],
            ends: Ends::Captured("click 1 said true"),
        };
        let mut stage = Stage::open(kind, &[story], |_| ()).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&told);
        let listener = move |account: &StepAccount| taken.lock().unwrap().extend(account.accepted.clone());
        stage.fetcher.tell_steps_to(Arc::new(listener));
        let outcome = stage.play("told").await;
        assert!(outcome.is_ok(), "{kind:?}: {outcome:?}");
        assert_eq!(*told.lock().unwrap(), ["Really\n  search?"], "{kind:?}");
        stage.close().await;
    }
}
