//! Stories about controls as pages make them: which takes a text, which is clicked, which gets a key, and how.

use anafora::fetch::FetchError;
use anafora::profile::{ClickManner, Step};

use crate::stage::{Ends, Story, any, capture, click, dismiss, fill, open, press, select, wait_for};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = filled();
    stories.extend(usable());
    stories.extend(clicked());
    stories.extend(replaced());
    stories.push(named());
    stories
}

fn filled() -> Vec<Story> {
    vec![
        Story {
            name: "a framework that keeps the value of its control sees what is set",
            pages: &[(
                "/kept-value",
                "<input id=n><p id=log></p><script>
                const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
                let kept = '';
                Object.defineProperty(n, 'value', {
                  get: () => own.get.call(n), set: text => { kept = text; own.set.call(n, text); } });
                n.oninput = () => { if (n.value !== kept) log.textContent = 'seen ' + n.value; };</script>",
            )],
            steps: vec![open("/kept-value"), fill("css:#n"), capture()],
            ends: Ends::Captured("seen AB-0001"),
        },
        Story {
            name: "an element that can be edited is a control",
            pages: &[(
                "/editable",
                "<div id=n contenteditable>old</div><p id=log></p><script>
                n.oninput = () => log.textContent = 'got ' + n.textContent</script>",
            )],
            steps: vec![open("/editable"), fill("css:#n"), capture()],
            ends: Ends::Captured("got AB-0001"),
        },
        Story {
            name: "a form hears of it when a control of its is left",
            pages: &[(
                "/left-control",
                "<form id=f><input id=n></form><p id=log></p><script>
                f.addEventListener('focusout', event => log.textContent = 'left with ' + event.target.value)</script>",
            )],
            steps: vec![open("/left-control"), fill("css:#n"), capture()],
            ends: Ends::Captured("left with AB-0001"),
        },
        Story {
            name: "what takes no text is a changed layout",
            pages: &[("/no-control", "<p id=n>Number</p>")],
            steps: vec![open("/no-control"), fill("css:#n")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (fill): `css:#n` is a `p`, which takes no text"),
            ),
        },
        Story {
            name: "an option is chosen by its value",
            pages: &[(
                "/by-value",
                "<select id=s><option>Choose</option><option value=y24>The year 2024</option></select><p id=log></p>
                <script>s.onchange = () => log.textContent = 'chosen ' + s.value</script>",
            )],
            steps: vec![open("/by-value"), select("css:#s", "y24"), capture()],
            ends: Ends::Captured("chosen y24"),
        },
    ]
}

fn usable() -> Vec<Story> {
    vec![
        Story {
            name: "a control that says that it is disabled is waited for",
            pages: &[(
                "/aria",
                "<a id=b aria-disabled=true onclick='log.textContent = this.getAttribute(\"aria-disabled\")'>Go</a>
                <p id=log></p><script>setTimeout(() => b.setAttribute('aria-disabled', 'false'), 1000)</script>",
            )],
            steps: vec![open("/aria"), click("css:#b"), capture()],
            ends: Ends::Captured("<p id=\"log\">false</p>"),
        },
        Story {
            name: "an entry of a menu that opens under the pointer is clicked all the same",
            pages: &[(
                "/menu",
                "<ul style='display: none'><li onclick='log.textContent = \"chosen\"'>Entry</ul><p id=log></p>",
            )],
            steps: vec![open("/menu"), click("css:li"), capture()],
            ends: Ends::Captured("<p id=\"log\">chosen</p>"),
        },
        Story {
            name: "a control that is to be seen is clicked before one that is not",
            pages: &[(
                "/seen-first",
                "<button hidden onclick='log.textContent = \"hidden\"'>Go</button>
                <button onclick='log.textContent = \"seen\"'>Go</button><p id=log></p>",
            )],
            steps: vec![open("/seen-first"), click("css:button"), capture()],
            ends: Ends::Captured("<p id=\"log\">seen</p>"),
        },
        Story {
            name: "nothing is dismissed that is hidden, and nothing is waited for",
            pages: &[(
                "/dismissed-later",
                "<button id=hidden hidden onclick='log.textContent = \"dismissed\"'>Fine</button><p id=log>log</p><script>
                // A step that waited would find this.
                setTimeout(() => log.insertAdjacentHTML('afterend', '<button id=late>Fine'), 3000)</script>",
            )],
            steps: vec![open("/dismissed-later"), dismiss("css:#hidden"), dismiss("css:#late"), capture()],
            ends: Ends::CapturedSo(|capture| {
                let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
                let matched: Vec<_> = capture.trace.iter().map(|trace| trace.matched.as_deref()).collect();
                let is_right = page.contains("<p id=\"log\">log</p>") && matched == [None; 4];
                if is_right { Ok(()) } else { Err(format!("{matched:?} {page}")) }
            }),
        },
    ]
}

fn clicked() -> Vec<Story> {
    vec![
        Story {
            name: "a click by a script works under an overlay",
            pages: &[(
                "/overlaid",
                "<button onclick='log.textContent = \"clicked\"'>Go</button><p id=log></p>
                <div style='position: fixed; inset: 0'></div>",
            )],
            steps: vec![open("/overlaid"), click("css:button"), capture()],
            ends: Ends::Captured("<p id=\"log\">clicked</p>"),
        },
        Story {
            name: "a form that answers in a new window answers in the one that is watched",
            pages: &[
                (
                    "/form-target",
                    "<form target=_blank action=/form-target/found><button>Search</button></form>",
                ),
                ("/form-target/found", "<h1>Found</h1>"),
            ],
            steps: vec![open("/form-target"), click("text:Search"), wait_for("text:Found"), capture()],
            ends: Ends::Captured("<h1>Found</h1>"),
        },
        Story {
            name: "a key goes to the control that is named, not to the one with the focus",
            pages: &[
                (
                    "/two-forms",
                    "<form action=/two-forms/one><input id=one name=q></form>
                    <form action=/two-forms/two><input id=two name=q></form>",
                ),
                ("/two-forms/one", "<h1>Asked</h1><p>The first form"),
                ("/two-forms/two", "<h1>Asked</h1><p>The second form"),
            ],
            steps: vec![
                open("/two-forms"),
                fill("css:#one"),
                press("Enter", Some("css:#two")),
                wait_for("text:Asked"),
                capture(),
            ],
            ends: Ends::Captured("The second form"),
        },
    ]
}

/// A button that is another one by the time a driver comes to it, until `$until`.
macro_rules! replaced {
    ($until:literal) => {
        concat!(
            "<div id=place></div><p id=log></p><script>let clicks = 0;
            const again = new MessageChannel();
            again.port1.onmessage = () => {
              place.innerHTML = '<button onclick=\"log.textContent = `clicked ${++clicks}`\">Go</button>';
              if (",
            $until,
            ") again.port2.postMessage(0);
            };
            again.port2.postMessage(0)</script>"
        )
    };
}

fn replaced() -> Vec<Story> {
    let click_with_pointer =
        |once| Step::Click { on: any(&["css:#place button"]), manner: ClickManner::Pointer, once };
    vec![
        Story {
            name: "a click that may be repeated is, until its control stays",
            pages: &[("/replaced-button", replaced!("performance.now() < 2000"))],
            steps: vec![
                open("/replaced-button"),
                click_with_pointer(false),
                wait_for("text:clicked"),
                capture(),
            ],
            ends: Ends::Captured("clicked 1"),
        },
        Story {
            name: "a click that is made once is not tried again where nobody can tell whether it was made",
            pages: &[("/replaced-for-ever", replaced!("true"))],
            steps: vec![open("/replaced-for-ever"), click_with_pointer(true)],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 2 (click)"),
            ),
        },
    ]
}

fn named() -> Story {
    Story {
        name: "a label is whole words of its own, with or without a colon, of whatever stands beside it",
        pages: &[(
            "/label-values",
            "<table><tr><td>Number of lots</td><td>CD-0002</td></tr><tr><td>Number :</td><td>AB-0001</td></tr></table>
            <dl><dt>Entry</dt><dt>or record</dt><dd>AB-0001</dd></dl>
            <p>Typed <input id=typed value=AB-0001></p>
            <select id=selected><option>CD-0002</option><option selected>AB-0001</option></select>
            <h1></h1><h2>AB-0001</h2>",
        )],
        steps: vec![
            open("/label-values"),
            crate::stage::expect("label:Number"),
            crate::stage::expect("label:Entry"),
            crate::stage::expect("css:#typed"),
            crate::stage::expect("css:#selected"),
            Step::Expect(any(&["css:h1", "css:h2"])),
            capture(),
        ],
        ends: Ends::CapturedSo(|capture| match capture.trace[5].matched.as_deref() {
            Some("css:h2") => Ok(()),
            other => Err(format!("{other:?}")),
        }),
    }
}
