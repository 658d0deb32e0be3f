//! Stories about what must go away before a look-up goes on.

use std::time::Duration;

use anafora::fetch::FetchError;
use anafora::profile::Step;

use crate::stage::{Ends, Story, any, capture, click, open};

fn gone(selector: &str) -> Step {
    Step::Gone { any: any(&[selector]), deadline: None }
}

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story {
            name: "an overlay that vanishes is waited out, though its element stays",
            pages: &[(
                "/blocked-ui",
                "<div class=block>Please wait</div><div class=block>Twice</div><p id=log>waiting</p><script>
                const [one, two] = document.querySelectorAll('.block');
                setTimeout(() => one.style.display = 'none', 100);
                setTimeout(() => { two.remove(); log.textContent = 'done'; }, 500)</script>",
            )],
            steps: vec![open("/blocked-ui"), gone("css:.block"), capture()],
            ends: Ends::Captured("<p id=\"log\">done"),
        },
        Story {
            name: "what was never there is gone",
            pages: &[("/unblocked", "<button>Go</button><p>Free</p>")],
            steps: vec![open("/unblocked"), click("text:Go"), gone("css:.block"), capture()],
            ends: Ends::Captured("Free"),
        },
        Story {
            name: "what stays is a changed layout that names it, after a time of the step's own",
            pages: &[("/stuck", "<div class=block>Please wait</div>")],
            steps: vec![
                open("/stuck"),
                Step::Gone {
                    any: any(&["css:.block", "text:Please"]),
                    deadline: Some(Duration::from_secs(1)),
                },
            ],
            ends: Ends::FailedOn(
                "Please wait",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (gone): `css:.block`, `text:Please` did not go away within 1s"),
            ),
        },
    ]
}
