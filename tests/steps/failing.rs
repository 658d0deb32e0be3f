//! Stories about portals and pages that fail.

use std::time::Duration;

use anafora::fetch::{Barrier, FetchError};

use crate::stage::{Ends, Story, capture, click, open, wait_for};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = statuses();
    stories.extend(pages());
    stories
}

fn statuses() -> Vec<Story> {
    vec![
        Story {
            name: "a status of 503 is unavailable",
            pages: &[("/to503", "<a href=/503>On</a>")],
            steps: vec![open("/to503"), click("text:On"), wait_for("text:Out of order")],
            ends: Ends::FailedOn(
                "Out of order",
                |error| matches!(error, FetchError::Unavailable { detail, .. } if detail.contains("503")),
            ),
        },
        Story {
            name: "a portal may say how long it is to be left alone",
            pages: &[],
            steps: vec![open("/retry-after")],
            ends: Ends::Failed(|error| {
                let asked = Some(Duration::from_secs(1234));
                matches!(error, FetchError::Unavailable { retry_after, .. } if *retry_after == asked)
            }),
        },
        Story {
            name: "a status of 429 is unavailable",
            pages: &[],
            steps: vec![open("/429")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::Unavailable { detail, .. } if detail.contains("429")),
            ),
        },
        Story {
            name: "a status of 401 is blocked",
            pages: &[],
            steps: vec![open("/401")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::Blocked { barrier: Barrier::Refusal, detail } if detail.contains("401")),
            ),
        },
        Story {
            name: "a status of 403 is blocked",
            pages: &[],
            steps: vec![open("/403")],
            ends: Ends::FailedOn(
                "Go away",
                |error| matches!(error, FetchError::Blocked { barrier: Barrier::Refusal, detail } if detail.contains("403")),
            ),
        },
        Story {
            name: "a portal that refuses connections is unavailable",
            pages: &[],
            steps: vec![open("{closed}")],
            ends: Ends::Failed(|error| matches!(error, FetchError::Unavailable { .. })),
        },
        Story {
            name: "a click that leads to a refused connection is unavailable",
            pages: &[("/refused", "<a href=/to-closed>On</a>")],
            steps: vec![open("/refused"), click("text:On"), wait_for("css:#list")],
            ends: Ends::Failed(|error| matches!(error, FetchError::Unavailable { .. })),
        },
        Story {
            name: "a portal without an address is unavailable",
            pages: &[],
            steps: vec![open("http://portal.invalid/")],
            ends: Ends::Failed(|error| matches!(error, FetchError::Unavailable { .. })),
        },
    ]
}

fn pages() -> Vec<Story> {
    vec![
        Story {
            name: "a page that is too large is measured, not read",
            pages: &[("/large", "<p><script>document.body.append('ä'.repeat(60000))</script>")],
            steps: vec![open("/large"), capture()],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::PageTooLarge { bytes, bytes_max: 100_000 } if *bytes > 120_000),
            ),
        },
        Story {
            name: "a selector that the browser refuses is named",
            pages: &[("/selector", "<p>")],
            steps: vec![open("/selector"), click("css:a:no-such-class")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what, .. } if what.contains("`css:a:no-such-class`")),
            ),
        },
        Story {
            name: "a script without an end costs a deadline",
            pages: &[("/loop", "<button onclick='for (;;) {}'>Go</button>")],
            steps: vec![open("/loop"), click("text:Go"), wait_for("css:#list")],
            ends: Ends::Failed(|error| matches!(error, FetchError::DeadlineMissed { .. })),
        },
        Story {
            name: "the look-up after that is none the worse",
            pages: &[("/after", "<p>Well")],
            steps: vec![open("/after"), capture()],
            ends: Ends::Captured("Well"),
        },
    ]
}
