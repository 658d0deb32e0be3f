//! Stories about frames: entered and left, of this origin and of another, replaced under us, watched from inside.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::FetchError;
use anafora::profile::Step;

use crate::stage::{
    Ends, Story, capture, capture_as, click, expect, fill, frame, open, rows, wait, wait_for, wait_in_vain,
};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = entering();
    stories.extend(replaced_and_left());
    stories.extend(what_was_there_before());
    stories.extend(watching());
    stories.extend(missing());
    stories
}

fn entering() -> Vec<Story> {
    vec![
        Story {
            name: "a form in a frame inside a frame is used, and the whole page again",
            pages: &[
                ("/frames", "<iframe class=outer src=/frames/outer></iframe><p id=top>Top</p>"),
                ("/frames/outer", "<iframe id=inner src=/frames/inner></iframe>"),
                (
                    "/frames/inner",
                    "<input id=n><button onclick=\"top.document.getElementById('top').textContent = 'got ' + n.value\">Go</button>",
                ),
            ],
            steps: vec![
                open("/frames"),
                frame("css:.outer"),
                frame("css:#inner"),
                fill("css:#n"),
                click("text:Go"),
                capture_as("form", None),
                frame("top"),
                expect("css:#top"),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let urls: Vec<_> = capture.parts.iter().map(|part| part.url.rsplit('/').next()).collect();
                let page = String::from_utf8_lossy(&capture.parts[1].bytes);
                let is_right = urls == [Some("inner"), Some("frames")] && page.contains("got AB-0001");
                if is_right { Ok(()) } else { Err(format!("{urls:?}: {page}")) }
            }),
        },
        Story {
            name: "a frame of another origin is entered",
            pages: &[
                (
                    "/foreign",
                    "<script>document.write(`<iframe id=f src='http://localhost:${location.port}/foreign/inside'></iframe>`)</script>",
                ),
                (
                    "/foreign/inside",
                    "<table id=list><tr><td class=id>AB-0001</td><td><a href=/foreign/detail>Open</a></td></tr></table>",
                ),
                ("/foreign/detail", "<h1>AB-0001</h1><p>in another origin</p>"),
            ],
            steps: vec![
                open("/foreign"),
                frame("css:#f"),
                Step::Rows(rows()),
                wait_for("text:in another origin"),
                expect("css:h1"),
                capture(),
            ],
            ends: Ends::Captured("in another origin"),
        },
    ]
}

fn replaced_and_left() -> Vec<Story> {
    vec![
        Story {
            name: "a frame that a script replaces is entered again",
            pages: &[
                (
                    "/replaced",
                    "<div id=place><iframe src=/replaced/first></iframe></div><script>
                    function replace() { setTimeout(() => { place.innerHTML = '<iframe src=/replaced/second></iframe>' }, 500) }
                    </script>",
                ),
                ("/replaced/first", "<button onclick='top.replace()'>Go</button>"),
                ("/replaced/second", "<p>The second</p>"),
            ],
            steps: vec![
                open("/replaced"),
                frame("css:#place iframe"),
                click("text:Go"),
                wait_for("text:The second"),
                capture(),
            ],
            ends: Ends::Captured("The second"),
        },
        Story {
            name: "a frame is captured as a part of its name without being entered",
            pages: &[("/part", "<p>Around</p><iframe id=f src=/part/inside></iframe>"), ("/part/inside", "<p>Inside</p>")],
            steps: vec![open("/part"), capture_as("lines", Some("css:#f")), capture()],
            ends: Ends::CapturedSo(|capture| {
                let page = |index: usize| String::from_utf8_lossy(&capture.parts[index].bytes).into_owned();
                let is_right = capture.parts[0].url.ends_with("/part/inside")
                    && capture.parts[0].name == "lines"
                    && page(0).contains("Inside")
                    && page(1).contains("Around");
                if is_right { Ok(()) } else { Err(format!("{:?}", capture.parts)) }
            }),
        },
        Story {
            name: "an address that is opened leaves the frame",
            pages: &[("/left", "<iframe src=/left/inside></iframe>"), ("/left/inside", "<p>x</p>"), ("/left/next", "<p>Next</p>")],
            steps: vec![open("/left"), frame("css:iframe"), open("/left/next"), wait_for("text:Next"), capture()],
            ends: Ends::Captured("Next"),
        },
    ]
}

fn what_was_there_before() -> Vec<Story> {
    const INSIDE: &str = "<p id=status>No results</p><script>
        onmessage = () => setTimeout(() => document.getElementById('status').innerHTML = '<b>One hit</b>', 600)</script>";
    vec![
        Story {
            name: "what a frame showed before a click beside it is no answer",
            pages: &[
                ("/beside", "<button onclick=\"f.contentWindow.postMessage(1, '*')\">Go</button><iframe id=f src=/beside/inside></iframe>"),
                ("/beside/inside", INSIDE),
            ],
            steps: vec![
                open("/beside"),
                wait_for("css:#f >>> #status"),
                click("text:Go"),
                frame("css:#f"),
                wait(&[(Absent, "text:No results"), (GoOn, "text:One hit")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "what a frame of another origin showed before a click beside it is no answer",
            pages: &[
                (
                    "/abroad",
                    "<button onclick=\"f.contentWindow.postMessage(1, '*')\">Go</button><iframe id=f></iframe>
                    <script>f.src = `http://localhost:${location.port}/abroad/inside`</script>",
                ),
                ("/abroad/inside", INSIDE),
            ],
            steps: vec![
                open("/abroad"),
                frame("css:#f"),
                wait_for("css:#status"),
                frame("top"),
                click("text:Go"),
                frame("css:#f"),
                wait(&[(Absent, "text:No results"), (GoOn, "text:One hit")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "what the page around showed before a click in a frame is no answer",
            pages: &[
                (
                    "/around",
                    "<p id=status>No results</p><iframe id=f></iframe><script>
                    f.src = `http://localhost:${location.port}/around/inside`;
                    onmessage = () => setTimeout(() => document.getElementById('status').textContent = 'One hit', 600)</script>",
                ),
                ("/around/inside", "<button onclick=\"parent.postMessage(1, '*')\">Go</button>"),
            ],
            steps: vec![
                open("/around"),
                frame("css:#f"),
                click("text:Go"),
                frame("top"),
                wait(&[(Absent, "text:No results"), (GoOn, "text:One hit")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
    ]
}

fn watching() -> Vec<Story> {
    vec![
        Story {
            name: "a marker around a frame of another origin is seen from inside",
            pages: &[
                (
                    "/watched",
                    "<p id=place></p><iframe id=f></iframe><script>f.src = `http://localhost:${location.port}/watched/inside`;
                    onmessage = () => setTimeout(() => document.getElementById('place').textContent = 'Your session has expired', 300)</script>",
                ),
                ("/watched/inside", "<button onclick=\"parent.postMessage(1, '*')\">Go</button>"),
            ],
            steps: vec![open("/watched"), frame("css:#f"), click("text:Go"), wait_for("css:h1")],
            ends: Ends::FailedOn("Your session has expired", |error| {
                matches!(error, FetchError::SessionLost { step } if step == "step 4 (wait)")
            }),
        },
        Story {
            name: "a marker around a frame comes before what the wait finds inside",
            pages: &[
                (
                    "/first-marker",
                    "<p id=place></p><iframe id=f></iframe><script>f.src = `http://localhost:${location.port}/first-marker/inside`;
                    onmessage = () => { document.getElementById('place').textContent = 'Your session has expired';
                        setTimeout(() => f.contentWindow.postMessage(1, '*'), 300) }</script>",
                ),
                (
                    "/first-marker/inside",
                    "<button onclick=\"parent.postMessage(1, '*')\">Go</button><p id=hit></p><script>
                    onmessage = () => hit.textContent = 'One hit'</script>",
                ),
            ],
            steps: vec![open("/first-marker"), frame("css:#f"), click("text:Go"), wait_for("text:One hit")],
            ends: Ends::Failed(|error| matches!(error, FetchError::SessionLost { .. })),
        },
        Story {
            name: "a marker around a frame counts that came while the wait looked inside",
            pages: &[
                (
                    "/late-marker",
                    "<p id=place></p><iframe id=f></iframe><script>f.src = `http://localhost:${location.port}/late-marker/inside`;
                    onmessage = () => setTimeout(() => { document.getElementById('place').textContent = 'Your session has expired';
                        setTimeout(() => f.contentWindow.postMessage(1, '*'), 200) }, 1000)</script>",
                ),
                (
                    "/late-marker/inside",
                    "<button onclick=\"parent.postMessage(1, '*')\">Go</button><p id=hit></p><script>
                    onmessage = () => hit.textContent = 'One hit'</script>",
                ),
            ],
            steps: vec![open("/late-marker"), frame("css:#f"), click("text:Go"), wait_for("text:One hit")],
            ends: Ends::Failed(|error| matches!(error, FetchError::SessionLost { .. })),
        },
        Story {
            name: "a status of 503 in a frame is unavailable",
            pages: &[("/broken", "<iframe src=/503></iframe>")],
            steps: vec![open("/broken"), frame("css:iframe"), wait_for("css:table")],
            ends: Ends::FailedOn("Out of order", |error| matches!(error, FetchError::Unavailable { .. })),
        },
    ]
}

fn missing() -> Vec<Story> {
    vec![
        Story {
            name: "a frame that is not there is said",
            pages: &[("/frameless", "<p>Nothing framed</p>")],
            steps: vec![open("/frameless"), frame("css:#results")],
            ends: Ends::FailedOn(
                "Nothing framed",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (frame): none of `css:#results` within 6s: there is no frame"),
            ),
        },
        Story {
            name: "a frame that is not there is answered with those that are",
            pages: &[
                (
                    "/other-frames",
                    "<iframe id=hits src=/other-frames/a></iframe><iframe name=menu src=/other-frames/a></iframe><iframe src=/other-frames/a></iframe>",
                ),
                ("/other-frames/a", "<p>a"),
            ],
            steps: vec![open("/other-frames"), frame("css:#results")],
            ends: Ends::Failed(|error| {
                matches!(error, FetchError::LayoutChanged { what } if what.ends_with(
                    "within 6s: the frames there are `iframe#hits`, `iframe[name=\"menu\"]`, `iframe[src=\"/other-frames/a\"]`"
                ))
            }),
        },
        Story {
            name: "what is no frame is not entered",
            pages: &[("/no-frame", "<p id=f>No frame</p>")],
            steps: vec![open("/no-frame"), frame("css:#f")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (frame): `css:#f` is no frame"),
            ),
        },
        Story {
            name: "inside a frame the page around is not looked at",
            pages: &[
                ("/inside-only", "<p>Around</p><iframe src=/inside-only/inside></iframe>"),
                ("/inside-only/inside", "<p id=in>x</p>"),
            ],
            steps: vec![
                open("/inside-only"),
                frame("css:iframe"),
                wait_for("css:#in"),
                wait_in_vain("text:Around"),
            ],
            ends: Ends::FailedOn(
                "<p id=\"in\">x</p>",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 4 (wait): none of `text:Around` within 1s"),
            ),
        },
    ]
}
