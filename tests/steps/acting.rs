//! Stories about the steps that act on a page: open, dismiss, click, fill, select, press.

use anafora::domain::Verdict;
use anafora::fetch::FetchError;
use anafora::profile::{ClickManner, FormKeys, Step, Template};

use crate::stage::{Ends, Story, any, capture, click, dismiss, fill, open, press, select, wait, wait_for};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = fills();
    stories.extend(unlike_controls());
    stories.extend(typing());
    stories.extend(late_controls());
    stories.extend(clicks());
    stories.extend(windows());
    stories.extend(keys());
    stories
}

fn fills() -> Vec<Story> {
    vec![
        Story {
            name: "a filled control fires what typing would",
            pages: &[(
                "/fill",
                "<label for=n>Number:</label><input id=n><p id=log></p><script>
                for (const name of ['focus', 'input', 'change', 'blur'])
                  n.addEventListener(name, () => log.textContent += ' ' + name + ' ' + n.value);
                </script>",
            )],
            steps: vec![open("/fill"), fill("label:Number"), capture()],
            ends: Ends::Captured("focus  input AB-0001 change AB-0001 blur AB-0001"),
        },
        Story {
            name: "a label leads to its control however the page ties them",
            pages: &[(
                "/labels",
                "<label>Wrapped: <input></label>
                <input aria-label=Described><input placeholder=Hinted>
                <table><tr><td><b>Beside</b>:</td><td><input type=hidden><input></td></tr></table>
                <dl><dt>Listed</dt><dd><textarea></textarea></dd></dl>
                <div><span>Next to</span> <input></div>
                <p id=log></p><script>
                addEventListener('change', () => log.textContent =
                  [...document.querySelectorAll('input:not([type=hidden]), textarea')].map(c => c.value).join());
                </script>",
            )],
            steps: vec![
                open("/labels"),
                fill("label:Wrapped"),
                fill("label:Described"),
                fill("label:Hinted"),
                fill("label:Beside"),
                fill("label:Listed"),
                fill("label:Next to"),
                capture(),
            ],
            ends: Ends::Captured("AB-0001,AB-0001,AB-0001,AB-0001,AB-0001,AB-0001"),
        },
    ]
}

fn unlike_controls() -> Vec<Story> {
    const BOTH: &str = "<table><tr><td>Number</td><td><select><option>contains<option>equals</select><input id=n></td></tr></table>
        <p id=log></p><script>addEventListener('change', () =>
            log.textContent = document.querySelector('select').value + ' ' + n.value)</script>";
    vec![
        Story {
            name: "a label of two controls leads to the one that can do what is asked",
            pages: &[("/both-controls", BOTH)],
            steps: vec![open("/both-controls"), fill("label:Number"), select("label:Number", "equals"), capture()],
            ends: Ends::Captured("equals AB-0001"),
        },
        Story {
            name: "a control that takes no text is said",
            pages: &[("/no-text", "<label>Number <select><option>contains</select></label>")],
            steps: vec![open("/no-text"), fill("label:Number")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (fill): `label:Number` is a `select`, which takes no text"),
            ),
        },
        Story {
            name: "the mark of what must be filled in is no word of a label",
            pages: &[(
                "/marks",
                "<label for=a>Number <sup>*</sup></label><input id=a>
                <table><tr><td><b>Office</b> <sup>*</sup></td><td><input id=b></td></tr></table><p id=log></p><script>
                addEventListener('change', () => log.textContent = a.value + ' and ' + b.value)</script>",
            )],
            steps: vec![open("/marks"), fill("label:Number"), fill("label:Office"), capture()],
            ends: Ends::Captured("AB-0001 and AB-0001"),
        },
    ]
}

fn typing() -> Vec<Story> {
    let typed = |control: &str| {
        let (control, with) = (any(&[control]), Template("{id}".into()));
        Step::Fill { control, with, keys: FormKeys::Typed }
    };
    vec![
        Story {
            name: "keys reach a control behind a closed root, and replace what it said",
            pages: &[(
                "/typed-closed",
                "<div id=host></div><p id=log></p><script>
                const root = host.attachShadow({ mode: 'closed' });
                root.innerHTML = '<input value=before>';
                let keys = 0;
                root.firstChild.onkeyup = () => keys++;
                root.firstChild.oninput = () => setTimeout(() => log.textContent = (keys > 6 ? 'typed ' : 'set ') + root.firstChild.value);
                </script>",
            )],
            steps: vec![
                open("/typed-closed"),
                typed("css:#host >>> input"),
                wait_for("text:AB-0001"),
                capture(),
            ],
            ends: Ends::Captured("typed AB-0001"),
        },
        Story {
            name: "a control that refuses keys is named",
            pages: &[("/typed-refused", "<input id=n readonly value=before>")],
            steps: vec![open("/typed-refused"), typed("css:#n")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what.starts_with("step 2 (fill): `css:#n`: ")),
            ),
        },
    ]
}

fn late_controls() -> Vec<Story> {
    vec![
        Story {
            name: "a control that comes late is filled when it has come",
            pages: &[(
                "/late",
                "<div id=place></div><p id=log></p><script>
                setTimeout(() => { place.innerHTML = '<input id=n disabled>'; }, 100);
                setTimeout(() => { n.disabled = false; n.onchange = () => log.textContent = 'got ' + n.value; }, 200);
                </script>",
            )],
            steps: vec![open("/late"), fill("css:#n"), capture()],
            ends: Ends::Captured("got AB-0001"),
        },
        Story {
            name: "a typed text arrives by real keys and replaces what was there",
            pages: &[(
                "/typed",
                "<input id=n value=old><p id=log></p><script>
                let keys = 0; n.onkeydown = event => { if (event.isTrusted && event.key.length === 1) keys++; };
                n.oninput = () => log.textContent = keys + ' keys for ' + n.value;</script>",
            )],
            steps: vec![
                open("/typed"),
                Step::Fill {
                    control: any(&["css:#n"]),
                    with: Template("{id}".into()),
                    keys: FormKeys::Typed,
                },
                capture(),
            ],
            ends: Ends::Captured("7 keys for AB-0001"),
        },
        Story {
            name: "an option is chosen by its label as soon as it is there",
            pages: &[(
                "/select",
                "<label>Year <select id=s><option>Choose</option></select></label><p id=log></p><script>
                setTimeout(() => s.add(new Option('The year 2024', 'y24')), 100);
                s.onchange = () => log.textContent = 'chosen ' + s.value;</script>",
            )],
            steps: vec![open("/select"), select("label:Year", "The year  2024"), capture()],
            ends: Ends::Captured("chosen y24"),
        },
    ]
}

fn clicks() -> Vec<Story> {
    vec![
        Story {
            name: "what is in the way is dismissed, and what is not there is not missed",
            pages: &[(
                "/dismiss",
                "<div id=cookies>We use cookies <button onclick='cookies.remove()'>Fine</button></div>",
            )],
            steps: vec![open("/dismiss"), dismiss("css:#other"), dismiss("text:Fine"), capture()],
            ends: Ends::CapturedSo(|capture| {
                let page = String::from_utf8_lossy(&capture.parts[0].bytes).into_owned();
                let matched: Vec<_> = capture.trace.iter().map(|trace| trace.matched.as_deref()).collect();
                let expected = [None, None, Some("text:Fine"), None];
                if page.contains("cookies") || matched != expected {
                    Err(format!("{matched:?} {page}"))
                } else {
                    Ok(())
                }
            }),
        },
        Story {
            name: "the first alternative that is there is clicked, and the trace names it",
            pages: &[
                (
                    "/alternatives",
                    "<form action=/found><button disabled>Search</button><input type=submit value=Search></form>",
                ),
                ("/found", "<h1>Found</h1>"),
            ],
            steps: vec![
                open("/alternatives"),
                Step::Click {
                    on: any(&["css:#gone", "text:Search"]),
                    manner: ClickManner::Script,
                    once: true,
                },
                wait_for("text:Found"),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let matched = capture.trace[1].matched.as_deref();
                if matched == Some("text:Search") { Ok(()) } else { Err(format!("{matched:?}")) }
            }),
        },
        Story {
            name: "a pointer click is a real one, and waits until nothing lies over the control",
            pages: &[(
                "/pointer",
                "<button id=b onclick='log.textContent = event.isTrusted'>Go</button><p id=log></p>
                <div id=cover style='position: fixed; inset: 0'></div>
                <script>setTimeout(() => cover.remove(), 1000)</script>",
            )],
            steps: vec![
                open("/pointer"),
                Step::Click { on: any(&["css:#b"]), manner: ClickManner::Pointer, once: false },
                wait_for("text:true"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">true</p>"),
        },
    ]
}

fn windows() -> Vec<Story> {
    vec![
        Story {
            name: "a dialog that a click opens is accepted, and the click is not repeated",
            pages: &[(
                "/alert",
                "<button onclick=\"clicks++; alert('sure?'); log.textContent = 'clicked ' + clicks\">Go</button>
                <p id=log></p><script>let clicks = 0</script>",
            )],
            steps: vec![open("/alert"), click("text:Go"), wait_for("css:#log:not(:empty)"), capture()],
            ends: Ends::Captured("clicked 1"),
        },
        Story {
            name: "a link to a new window opens in the one that is watched",
            pages: &[("/blank", "<a target=_blank href=/blank/detail>Detail</a>"), ("/blank/detail", "<h1>Here</h1>")],
            steps: vec![open("/blank"), click("text:Detail"), wait_for("text:Here"), capture()],
            ends: Ends::Captured("Here"),
        },
        Story {
            name: "a second window is left behind",
            pages: &[
                ("/popup", "<button id=b onclick=\"window.open('/popup/second')\">Pop</button>"),
                (
                    "/popup/second",
                    "<script>const channel = new BroadcastChannel('windows');
                    channel.onmessage = () => channel.postMessage('here');</script>",
                ),
                (
                    "/popup/check",
                    "<p id=log></p><script>const channel = new BroadcastChannel('windows');
                    channel.onmessage = () => log.textContent = 'still there'; channel.postMessage('anybody?');
                    setTimeout(() => log.textContent ||= 'gone', 500);</script>",
                ),
            ],
            steps: vec![
                open("/popup"),
                Step::Click { on: any(&["css:#b"]), manner: ClickManner::Pointer, once: false },
                open("/popup/check"),
                wait_for("css:#log:not(:empty)"),
                capture(),
            ],
            ends: Ends::Captured("gone</p>"),
        },
    ]
}

fn keys() -> Vec<Story> {
    const FORM: &str =
        "<form action=/pressed><input name=q id=q><input name=r id=r><button>Go</button></form>";
    const PRESSED: &str = "<h1>Asked</h1>";
    vec![
        Story {
            name: "a key pressed in a control submits its form",
            pages: &[("/press", FORM), ("/pressed", PRESSED)],
            steps: vec![
                open("/press"),
                fill("css:#q"),
                press("Enter", Some("css:#q")),
                wait(&[(Verdict::GoOn, "text:Asked")]),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let url = &capture.parts[0].url;
                if url.ends_with("/pressed?q=AB-0001&r=") { Ok(()) } else { Err(url.clone()) }
            }),
        },
        Story {
            name: "a key without a control goes to the one that was filled last",
            pages: &[("/press-last", FORM)],
            steps: vec![
                open("/press-last"),
                fill("css:#r"),
                press("Enter", None),
                wait_for("text:Asked"),
                capture(),
            ],
            ends: Ends::Captured("Asked"),
        },
    ]
}
