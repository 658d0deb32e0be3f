//! Stories about words behind shadow roots: `text:` and `label:` find them as a person does, and what is read holds them.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::FetchError;
use anafora::profile::{RowsStep, Step};

use crate::stage::{
    Ends, Story, any, capture, click, dismiss, expect, fill, open, rows, wait, wait_for, wait_in_vain,
};

/// Registers `x-box`, which shows the text of its attribute `h` in a root of the mode in its attribute `m`.
macro_rules! boxes {
    ($page:literal) => {
        concat!(
            "<!DOCTYPE html>",
            $page,
            "<script>customElements.define('x-box', class extends HTMLElement {
                connectedCallback() {
                    this.root = this.attachShadow({ mode: this.getAttribute('m') });
                    this.root.innerHTML = this.getAttribute('h');
                }
            })</script>"
        )
    };
}

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = seen();
    stories.extend(forms());
    stories.extend(unseen());
    stories.extend(in_time());
    stories.extend(rows_that_are_hosts());
    stories
}

fn seen() -> Vec<Story> {
    vec![
        Story {
            name: "words behind an open root are found",
            pages: &[(
                "/words-open",
                "<div id=host></div><script>host.attachShadow({ mode: 'open' }).innerHTML = '<p>Nothing was found</p>'</script>",
            )],
            steps: vec![open("/words-open"), wait(&[(Absent, "text:Nothing was found"), (GoOn, "css:#list")])],
            ends: Ends::Absent("Nothing was found"),
        },
        Story {
            name: "words behind a closed root inside a closed root are found",
            pages: &[(
                "/words-closed",
                boxes!("<x-box m=closed h='<x-box m=closed h=\"<p>Nothing was found</p>\"></x-box>'></x-box>"),
            )],
            steps: vec![
                open("/words-closed"),
                wait(&[(GoOn, "css:#list"), (Absent, "text:Nothing was found")]),
            ],
            ends: Ends::Absent("Nothing was found"),
        },
        Story {
            name: "a marker is watched behind roots",
            pages: &[(
                "/words-marker",
                boxes!("<x-box m=closed h='<em>Your session has expired</em>'></x-box><p>Welcome</p>"),
            )],
            steps: vec![open("/words-marker"), wait_for("css:#never")],
            ends: Ends::Failed(|error| matches!(error, FetchError::SessionLost { .. })),
        },
        Story {
            name: "words of a slot's own are found",
            pages: &[("/words-slot", boxes!("<x-box m=open h='<slot>Nothing was found</slot>'></x-box>"))],
            steps: vec![open("/words-slot"), wait(&[(Absent, "text:Nothing was found"), (GoOn, "css:#list")])],
            ends: Ends::Absent("Nothing was found"),
        },
        Story {
            name: "the page's own words come before those behind a root",
            pages: &[(
                "/words-first",
                boxes!(
                    "<p id=log></p><x-box m=open h='<button onclick=\"log.textContent = 1\">Go</button>'></x-box>
                    <button onclick='log.textContent = \"the page\"'>Go</button>"
                ),
            )],
            steps: vec![
                open("/words-first"),
                click("text:Go"),
                wait_for("css:#log:not(:empty)"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">the page</p>"),
        },
    ]
}

fn forms() -> Vec<Story> {
    const FORM: &str = boxes!(
        "<x-box m=closed h='<label for=n>Number</label><input id=n><button>Search</button><p id=log></p>'></x-box>
        <script>customElements.whenDefined('x-box').then(() => {
            const root = document.querySelector('x-box').root;
            root.querySelector('button').onclick = () => setTimeout(() =>
                root.querySelector('#log').textContent = 'found ' + root.querySelector('#n').value, 100);
        })</script>"
    );
    vec![
        Story {
            name: "labels and words behind a closed root lead through a form",
            pages: &[("/words-form", FORM)],
            steps: vec![
                open("/words-form"),
                fill("label:Number"),
                click("text:Search"),
                wait_for("text:found AB-0001"),
                expect("css:x-box >>> #log"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">found AB-0001</p>"),
        },
        Story {
            name: "a label beside an element whose root holds the control is its label",
            pages: &[("/words-beside", boxes!("<div>Number</div><x-box m=open h='<input id=n>'></x-box>"))],
            steps: vec![open("/words-beside"), fill("label:Number"), expect("css:x-box >>> #n"), capture()],
            ends: Ends::Captured("x-box"),
        },
    ]
}

fn unseen() -> Vec<Story> {
    let in_vain = |name, pages, path| Story {
        name,
        pages,
        steps: vec![open(path), wait_in_vain("text:Nothing was found")],
        ends: Ends::Failed(|error| matches!(error, FetchError::LayoutChanged { .. })),
    };
    vec![
        in_vain(
            "words that are hidden behind a root are not found",
            &[(
                "/words-hidden",
                boxes!(
                    "<x-box m=open h='<p hidden>Nothing was found</p>'></x-box>
                    <x-box m=open hidden h='<p>Nothing was found</p>'></x-box>"
                ),
            )],
            "/words-hidden",
        ),
        in_vain(
            "words in an element whose root has no place for them are not found",
            &[("/words-out", boxes!("<x-box m=open h='<p>Three entries</p>'>Nothing was found</x-box>"))],
            "/words-out",
        ),
    ]
}

fn in_time() -> Vec<Story> {
    const STALE: &str = boxes!(
        "<x-box m=closed h='<p>No results</p><button>Search</button>'></x-box>
        <script>customElements.whenDefined('x-box').then(() => {
            const root = document.querySelector('x-box').root;
            root.querySelector('button').onclick = () => setTimeout(() => {
                root.querySelector('p').remove();
                root.append('One hit');
            }, 400);
        })</script>"
    );
    const SPINNER: &str = boxes!(
        "<p id=log></p><x-box m=closed h='<b>Wait</b>'></x-box><script>setTimeout(() => {
            log.textContent = 'ready'; document.querySelector('x-box').root.querySelector('b').remove() }, 700)</script>"
    );
    vec![
        Story {
            name: "words that stood behind a closed root before do not answer",
            pages: &[("/words-stale", STALE)],
            steps: vec![
                open("/words-stale"),
                click("text:Search"),
                wait(&[(Absent, "text:No results"), (GoOn, "text:One hit")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "the same words said again in a root itself are new",
            pages: &[(
                "/words-again",
                "<button onclick='root.textContent = \"\"; setTimeout(() => root.textContent = \"No results\", 5)'>Search</button>
                <div id=host></div><script>const root = host.attachShadow({ mode: 'open' });
                root.textContent = 'No results'</script>",
            )],
            steps: vec![
                open("/words-again"),
                click("text:Search"),
                wait(&[(Absent, "text:No results"), (GoOn, "css:#list")]),
            ],
            ends: Ends::Absent("No results"),
        },
        Story {
            name: "what stands behind a closed root is not gone because nobody entered it yet",
            pages: &[("/words-gone", SPINNER)],
            steps: vec![
                open("/words-gone"),
                Step::Gone { any: any(&["css:x-box >>> b"]), deadline: None },
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">ready</p>"),
        },
        Story {
            name: "what is to be clicked away behind a closed root is not passed over",
            pages: &[(
                "/words-banner",
                boxes!(
                    "<p id=log></p><x-box m=closed h='<button onclick=\"log.textContent = `away`\">Accept</button>'></x-box>"
                ),
            )],
            steps: vec![open("/words-banner"), dismiss("css:x-box >>> button"), capture()],
            ends: Ends::Captured("<p id=\"log\">away</p>"),
        },
    ]
}

fn rows_that_are_hosts() -> Vec<Story> {
    const LIST: &str = boxes!(
        "<div id=list><x-box m=open h='<i class=id>AB-0002</i><button onclick=\"go(2)\">Open</button>'></x-box>
        <x-box m=closed h='<i class=id>AB-0001</i><button onclick=\"go(1)\">Open</button>'></x-box></div>
        <p id=log></p><script>function go(number) { log.textContent = 'opened ' + number }</script>"
    );
    let steps = |id: Option<&str>, opens: &str| {
        let list = RowsStep {
            rows: any(&["css:x-box"]),
            id: id.map(|id| any(&[id])),
            open: Some(any(&[opens])),
            ..rows()
        };
        vec![open("/row-hosts"), Step::Rows(list), wait_for("text:opened"), capture()]
    };
    vec![
        Story {
            name: "rows that are hosts are read and opened in their own roots",
            pages: &[("/row-hosts", LIST)],
            steps: steps(Some("css::scope >>> .id"), "css::scope >>> button"),
            ends: Ends::Captured("<p id=\"log\">opened 1</p>"),
        },
        Story {
            name: "what a row says is said by its root",
            pages: &[("/row-hosts", LIST)],
            steps: steps(None, "text:Open"),
            ends: Ends::Captured("<p id=\"log\">opened 1</p>"),
        },
        Story {
            name: "a row can be what is preferred itself",
            pages: &[(
                "/row-current",
                "<table id=list><tr class='r old'><td class=id>AB-0001<td><a href=#old>x</a>
                <tr class='r current'><td class=id>AB-0001<td><a href=#current>x</a></table>",
            )],
            steps: vec![
                open("/row-current"),
                Step::Rows(RowsStep { prefer: Some(any(&["css:.current"])), ..rows() }),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let url = &capture.parts[0].url;
                if url.ends_with("#current") { Ok(()) } else { Err(url.clone()) }
            }),
        },
    ]
}
