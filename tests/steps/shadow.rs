//! Stories about shadow roots: entered by ` >>> `, open or closed, late or never, and written into what is captured.

use anafora::domain::Capture;
use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::FetchError;

use crate::stage::{
    Ends, Story, capture, capture_as, click, expect, fill, open, wait, wait_for, wait_in_vain,
};

/// Registers `x-app`, which holds `inner` in a root of this mode and does `then` with the root.
macro_rules! app {
    ($mode:literal, $inner:literal, $then:literal) => {
        concat!(
            "<!DOCTYPE html><x-app></x-app><script>customElements.define('x-app', class extends HTMLElement {
                connectedCallback() {
                    const root = this.attachShadow({ mode: '",
            $mode,
            "' }); root.innerHTML = `",
            $inner,
            "`; ",
            $then,
            "
                }
            })</script>"
        )
    };
}

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = entering();
    stories.extend(what_was_there_before());
    stories.extend(missing());
    stories.extend(captures());
    stories
}

fn entering() -> Vec<Story> {
    vec![
        Story {
            name: "a form in a closed root is filled and sent",
            pages: &[(
                "/closed-form",
                app!(
                    "closed",
                    "<label for=n>Number</label><input id=n><button>Search</button><p id=log></p>",
                    "root.querySelector('button').onclick = () => setTimeout(() => {
                        root.querySelector('#log').textContent = 'found ' + root.querySelector('#n').value }, 100)"
                ),
            )],
            steps: vec![
                open("/closed-form"),
                fill("css:x-app >>> label:Number"),
                click("css:x-app >>> text:Search"),
                wait_for("css:x-app >>> #log:not(:empty)"),
                expect("css:x-app >>> #log"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">found AB-0001</p>"),
        },
        Story {
            name: "a root inside a root is entered, and one in a frame",
            pages: &[
                (
                    "/nested",
                    "<iframe id=f src=/nested/inside></iframe><p id=out></p>",
                ),
                (
                    "/nested/inside",
                    "<div id=host></div><script>
                    const outer = host.attachShadow({ mode: 'open' }); outer.innerHTML = '<div class=deep></div>';
                    const inner = outer.firstChild.attachShadow({ mode: 'open' });
                    inner.innerHTML = '<button>Go</button>';
                    inner.firstChild.onclick = () => parent.document.getElementById('out').textContent = 'deep down';
                    </script>",
                ),
            ],
            steps: vec![
                open("/nested"),
                click("css:#f >>> #host >>> .deep >>> button"),
                wait_for("text:deep down"),
                capture(),
            ],
            ends: Ends::Captured("deep down"),
        },
        Story {
            name: "an element that comes to life late is waited for",
            pages: &[(
                "/late-root",
                "<x-late></x-late><script>setTimeout(() => customElements.define('x-late', class extends HTMLElement {
                    constructor() { super(); this.attachShadow({ mode: 'closed' }).innerHTML = '<b>alive</b>'; }
                }), 700)</script>",
            )],
            steps: vec![open("/late-root"), wait_for("css:x-late >>> text:alive"), capture()],
            ends: Ends::Captured("<b>alive</b>"),
        },
        Story {
            name: "words that stand in a root itself are found",
            pages: &[(
                "/bare",
                "<div id=host></div><script>host.attachShadow({ mode: 'open' }).textContent = 'No results'</script>",
            )],
            steps: vec![open("/bare"), wait(&[(Absent, "css:#host >>> text:No results"), (GoOn, "css:#list")])],
            ends: Ends::Absent("No results"),
        },
    ]
}

fn what_was_there_before() -> Vec<Story> {
    const STALE: &str = app!(
        "closed",
        "<p class=none>No results</p><button>Search</button>",
        "root.querySelector('button').onclick = () => setTimeout(() => {
            root.querySelector('.none').remove(); root.append(document.createElement('em')); root.lastChild.textContent = 'One hit';
        }, 400)"
    );
    vec![
        Story {
            name: "what a closed root held before does not answer",
            pages: &[("/closed-stale", STALE)],
            steps: vec![
                open("/closed-stale"),
                click("css:x-app >>> button"),
                wait(&[(Absent, "css:x-app >>> .none"), (GoOn, "css:x-app >>> em")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "a closed root that only the wait enters is known before the click",
            pages: &[(
                "/closed-beside",
                "<button onclick='setTimeout(() => hit.hidden = false, 400)'>Search</button><p id=hit hidden>Hit</p>
                <div id=host></div><script>host.attachShadow({ mode: 'closed' }).innerHTML = '<p>No results</p>'</script>",
            )],
            steps: vec![
                open("/closed-beside"),
                click("text:Search"),
                wait(&[(Absent, "css:#host >>> p"), (GoOn, "css:#hit")]),
                capture(),
            ],
            ends: Ends::Captured("Hit"),
        },
        Story {
            name: "the same words said again in a root are new",
            pages: &[(
                "/root-again",
                "<button onclick='const s = root.firstChild; s.textContent = \"\";
                    setTimeout(() => s.textContent = \"No results\", 5)'>Search</button>
                <div id=host></div><script>const root = host.attachShadow({ mode: 'open' });
                root.innerHTML = '<p>No results</p>'</script>",
            )],
            steps: vec![
                open("/root-again"),
                click("text:Search"),
                wait(&[(Absent, "css:#host >>> text:No results"), (GoOn, "css:#list")]),
            ],
            ends: Ends::Absent("No results"),
        },
    ]
}

fn missing() -> Vec<Story> {
    vec![
        Story {
            name: "an element without a root is said with the whole path",
            pages: &[("/rootless", "<x-none></x-none>")],
            steps: vec![open("/rootless"), wait_in_vain("css:x-none >>> p")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (wait): none of `css:x-none >>> p` within 1s"),
            ),
        },
        Story {
            name: "a selector without a path does not look into roots",
            pages: &[(
                "/opaque",
                "<div id=host></div><script>host.attachShadow({ mode: 'open' }).innerHTML = '<p>Inside</p>'</script>",
            )],
            steps: vec![open("/opaque"), wait_in_vain("css:p")],
            ends: Ends::Failed(|error| matches!(error, FetchError::LayoutChanged { .. })),
        },
    ]
}

fn captures() -> Vec<Story> {
    fn holds(capture: &Capture, texts: &[&str]) -> Result<(), String> {
        let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
        if texts.iter().all(|text| page.contains(text)) { Ok(()) } else { Err(page) }
    }
    vec![
        Story {
            name: "a page is captured with all its roots, nobody having entered them",
            pages: &[(
                "/whole-roots",
                "<!DOCTYPE html><html lang=en><title>Roots</title><x-closed>light</x-closed><div id=open></div><script>
                customElements.define('x-closed', class extends HTMLElement {
                    constructor() { super(); this.attachShadow({ mode: 'closed' }).innerHTML = '<i>shut</i><x-inner></x-inner>'; }
                });
                customElements.define('x-inner', class extends HTMLElement {
                    constructor() { super(); this.attachShadow({ mode: 'closed' }).innerHTML = '<u>shut twice</u>'; }
                });
                document.getElementById('open').attachShadow({ mode: 'open' }).innerHTML = '<b>wide</b>';
                </script>",
            )],
            steps: vec![open("/whole-roots"), wait_for("title:Roots"), capture()],
            ends: Ends::CapturedSo(|capture| {
                holds(
                    capture,
                    &[
                        "<!DOCTYPE html><html lang=\"en\"><head><title>Roots</title></head>",
                        "<x-closed><template shadowrootmode=\"closed\"><i>shut</i><x-inner><template shadowrootmode=\"closed\"><u>shut twice</u></template></x-inner></template>light</x-closed>",
                        "<template shadowrootmode=\"open\"><b>wide</b></template>",
                        "</body></html>",
                    ],
                )
            }),
        },
        Story {
            name: "one element is captured alone, in a root and with its own",
            pages: &[(
                "/alone",
                "<p>Around</p><div id=host></div><script>
                const root = host.attachShadow({ mode: 'closed' });
                root.innerHTML = '<p>Beside</p><article class=\"doc\"><h1>Title</h1></article>';
                const inner = root.lastChild.attachShadow({ mode: 'open' }); inner.innerHTML = '<slot></slot><b>own</b>';
                </script>",
            )],
            steps: vec![open("/alone"), capture_as("detail", Some("css:#host >>> article"))],
            ends: Ends::CapturedSo(|capture| {
                let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
                let expected = "<article class=\"doc\"><template shadowrootmode=\"open\"><slot></slot><b>own</b></template><h1>Title</h1></article>";
                if page == expected && capture.parts[0].url.ends_with("/alone") { Ok(()) } else { Err(page) }
            }),
        },
        Story {
            name: "an element to be captured that is not there is said",
            pages: &[("/unalone", "<p>Around</p>")],
            steps: vec![open("/unalone"), capture_as("detail", Some("css:article"))],
            ends: Ends::FailedOn(
                "Around",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (capture): none of `css:article` within 6s"),
            ),
        },
        Story {
            name: "a part with roots that is too large is measured and not read",
            pages: &[(
                "/large-roots",
                "<div id=host></div><script>host.attachShadow({ mode: 'open' }).textContent = 'x'.repeat(200000)</script>",
            )],
            steps: vec![open("/large-roots"), capture()],
            ends: Ends::Failed(|error| {
                matches!(error, FetchError::PageTooLarge { bytes, .. } if *bytes > 200_000)
            }),
        },
    ]
}
