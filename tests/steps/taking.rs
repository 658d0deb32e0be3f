//! Stories about what is taken out of a page for the steps after.

use anafora::fetch::FetchError;
use anafora::profile::{Step, TakeRule, Template};

use crate::stage::{Ends, Story, any, capture, open};

/// Takes by a pattern, out of an attribute or of what a person reads.
pub(crate) fn rule(attribute: Option<&str>, pattern: &str) -> TakeRule {
    TakeRule { attribute: attribute.map(str::to_owned), pattern: regex::Regex::new(pattern).unwrap() }
}

fn take(selector: &str, attribute: Option<&str>, pattern: &str) -> Step {
    Step::Take { from: any(&[selector]), rule: rule(attribute, pattern) }
}

pub(crate) fn stories() -> Vec<Story> {
    vec![
        Story {
            name: "an argument in an attribute opens the page it stands for",
            pages: &[
                (
                    "/taking",
                    "<a id=a href=#>Detail</a><script>setTimeout(() => a.setAttribute('onclick', 'wait()'), 100);
                    setTimeout(() => a.setAttribute('onclick', 'show(17, \"A & B\")'), 300)</script>",
                ),
                ("/taking/17", "<h1>Seventeen</h1>"),
            ],
            steps: vec![
                open("/taking"),
                take("css:a", Some("onclick"), r#"show\((?<number>[0-9]+), "(?<name>[^"]*)"(?<more>,)?\)"#),
                open("/taking/{number}?name={name}&more={more}"),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let (url, matched) = (&capture.parts[0].url, capture.trace[1].matched.as_deref());
                let is_right = url.ends_with("/taking/17?name=A%20%26%20B&more=") && matched == Some("css:a");
                if is_right { Ok(()) } else { Err(format!("{url} {matched:?}")) }
            }),
        },
        Story {
            name: "what is read fills a control",
            pages: &[(
                "/reading",
                "<p>Entry no. <b>4711</b></p><input id=n><p id=log></p>
                <script>n.oninput = () => log.textContent = 'got ' + n.value</script>",
            )],
            steps: vec![
                open("/reading"),
                take("css:p", None, "no[.] (?<entry>[0-9]+)"),
                Step::Fill {
                    control: any(&["css:#n"]),
                    with: Template("{id}/{entry}".into()),
                    keys: anafora::profile::FormKeys::Script,
                },
                capture(),
            ],
            ends: Ends::Captured("got AB-0001/4711"),
        },
        Story {
            name: "an address that leads away from the portal is not opened",
            pages: &[("/luring", "<a href=//evil.invalid/x>Detail</a>")],
            steps: vec![open("/luring"), take("css:a", Some("href"), "(?<address>.*)"), open("{address}")],
            ends: Ends::FailedOn(
                "Detail",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (open): `//evil.invalid/x` leads away from the portal"),
            ),
        },
        Story {
            name: "a text that does not fit is a changed layout that shows both",
            pages: &[("/unfitting", "<a onclick='open(1)'>Detail</a>")],
            steps: vec![open("/unfitting"), take("css:a", Some("onclick"), "show(?<n>.)")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (take): `show(?<n>.)` does not fit `open(1)`"),
            ),
        },
        Story {
            name: "an attribute that is not there is a changed layout that names the place",
            pages: &[("/unattributed", "<a>Detail show(1)</a>")],
            steps: vec![open("/unattributed"), take("css:a", Some("onclick"), "show(?<n>.)")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (take): none of `css:a` within 6s"),
            ),
        },
    ]
}
