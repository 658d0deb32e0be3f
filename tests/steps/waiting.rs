//! Stories about waits: what counts, in which order, and what was there before.

use anafora::domain::Verdict::{Absent, GoOn};
use anafora::fetch::FetchError;

use crate::stage::{Ends, Story, capture, click, expect, fill, open, wait, wait_for, wait_in_vain};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = what_was_there_before();
    stories.extend(what_counts());
    stories.extend(navigations());
    stories.extend(markers());
    stories.extend(expectations());
    stories
}

fn what_was_there_before() -> Vec<Story> {
    vec![
        Story {
            name: "the last search's words do not answer this one",
            pages: &[(
                "/stale",
                "<p id=status>No results</p><div id=list></div><button onclick='
                  setTimeout(() => { document.getElementById(\"status\").remove(); list.innerHTML = \"<i>One hit</i>\" }, 400)
                '>Search</button>",
            )],
            steps: vec![
                open("/stale"),
                click("text:Search"),
                wait(&[(Absent, "text:No results"), (GoOn, "css:#list i")]),
                capture(),
            ],
            ends: Ends::Captured("One hit"),
        },
        Story {
            name: "a text that changes in place is new",
            pages: &[(
                "/changed",
                "<p id=status>No results</p><button onclick='
                  setTimeout(() => document.getElementById(\"status\").firstChild.data = \"No results for you\", 200)
                '>Search</button>",
            )],
            steps: vec![
                open("/changed"),
                click("text:Search"),
                wait(&[(Absent, "css:#status"), (GoOn, "css:#list")]),
                capture(),
            ],
            ends: Ends::Absent("No results for you"),
        },
        Story {
            name: "the same words said again are new",
            pages: &[(
                "/again",
                "<p id=status>No results</p><button onclick='
                  const s = document.getElementById(\"status\"); s.textContent = \"\";
                  setTimeout(() => s.textContent = \"No results\", 200)
                '>Search</button>",
            )],
            steps: vec![
                open("/again"),
                click("text:Search"),
                wait(&[(Absent, "text:No results"), (GoOn, "css:#list")]),
                capture(),
            ],
            ends: Ends::Absent("No results"),
        },
    ]
}

fn what_counts() -> Vec<Story> {
    vec![
        Story {
            name: "what only stays is not new, and the deadline says so with the page",
            pages: &[("/stays", "<p>No results</p><button>Search</button>")],
            steps: vec![open("/stays"), click("text:Search"), wait_in_vain("text:No results")],
            ends: Ends::FailedOn(
                "No results",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (wait): none of `text:No results` within 1s"),
            ),
        },
        Story {
            name: "what is hidden does not count until it is shown",
            pages: &[(
                "/hidden",
                "<p id=none style='display: none'>Nothing</p><p id=hit hidden>Hit</p><button onclick='
                  setTimeout(() => hit.hidden = false, 200)
                '>Search</button>",
            )],
            steps: vec![
                open("/hidden"),
                click("text:Search"),
                wait(&[(Absent, "css:#none"), (GoOn, "css:#hit")]),
                capture(),
            ],
            ends: Ends::Captured("Hit"),
        },
        Story {
            name: "a title can be waited for, and an xpath",
            pages: &[(
                "/title",
                "<title>Search</title><button onclick='setTimeout(() => document.title = \"Hit  list\", 100)'>Go</button><p>x<b>y</b></p>",
            )],
            steps: vec![
                open("/title"),
                wait_for("xpath://p/b[text()='y']"),
                click("text:Go"),
                wait_for("title:Hit list"),
                capture(),
            ],
            ends: Ends::Captured("Hit  list"),
        },
    ]
}

fn navigations() -> Vec<Story> {
    vec![
        Story {
            name: "a wait goes on in the next document",
            pages: &[
                (
                    "/leave",
                    "<p>No results</p><button onclick='setTimeout(() => location = \"/arrive\", 300)'>Search</button>",
                ),
                ("/arrive", "<p>No results</p>"),
            ],
            steps: vec![
                open("/leave"),
                click("text:Search"),
                wait(&[(GoOn, "css:#list"), (Absent, "text:No results")]),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let url = &capture.parts[0].url;
                if capture.marker == Some(Absent) && url.ends_with("/arrive") {
                    Ok(())
                } else {
                    Err(url.clone())
                }
            }),
        },
        Story {
            name: "a page that moves on by itself is followed",
            pages: &[
                ("/moves", "<script>setTimeout(() => location = '/moves/2', 100)</script>"),
                ("/moves/2", "<meta http-equiv=refresh content='0; url=/moves/3'>"),
                (
                    "/moves/3",
                    "<input id=n><p id=log></p><script>n.onchange = () => log.textContent = n.value</script>",
                ),
            ],
            steps: vec![open("/moves"), fill("css:#n"), capture()],
            ends: Ends::Captured("<p id=\"log\">AB-0001</p>"),
        },
        Story {
            name: "another fragment of the same page is another page",
            pages: &[(
                "/fragment",
                "<p id=done></p><button onclick='done.textContent = \"done\"'>Go</button>",
            )],
            steps: vec![open("/fragment#one"), click("text:Go"), open("/fragment#two"), capture()],
            ends: Ends::Captured("<p id=\"done\"></p>"),
        },
    ]
}

fn markers() -> Vec<Story> {
    vec![
        Story {
            name: "a marker of the profile comes before the wait's own outcomes",
            pages: &[("/expired", "<div id=list>Hits</div><p>Your   session\n has <b>expired</b></p>")],
            steps: vec![open("/expired"), wait(&[(GoOn, "css:#list")])],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 1 (open)"),
            ),
        },
        Story {
            name: "a marker inside a frame counts",
            pages: &[
                (
                    "/framed",
                    "<button onclick='setTimeout(() => f.src = \"/frame\", 100)'>Go</button><iframe id=f></iframe>",
                ),
                ("/frame", "<p id=expired>Begin again</p>"),
            ],
            steps: vec![open("/framed"), click("text:Go"), wait_for("css:#list")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 3 (wait)"),
            ),
        },
        Story {
            name: "maintenance is told by the title",
            pages: &[("/maintenance", "<title>Maintenance until noon</title>")],
            steps: vec![open("/maintenance"), wait_for("css:#list")],
            ends: Ends::FailedOn("Maintenance until noon", |error| {
                matches!(error, FetchError::Unavailable { .. })
            }),
        },
        Story {
            name: "a captcha stops the look-up with the page that asks",
            pages: &[(
                "/captcha",
                "<button onclick='document.body.append(\"Are you a robot?\")'>Go</button>",
            )],
            steps: vec![open("/captcha"), click("text:Go"), wait_for("css:#list")],
            ends: Ends::FailedOn("Are you a robot?", |error| matches!(error, FetchError::Blocked { .. })),
        },
        Story {
            name: "a login stops the look-up",
            pages: &[("/login", "<label>Password: <input type=password></label>")],
            steps: vec![open("/login"), wait_for("css:#list")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::Blocked { detail, .. } if detail.contains("login")),
            ),
        },
    ]
}

fn expectations() -> Vec<Story> {
    vec![
        Story {
            name: "the page's own ID is waited for and compared as an ID",
            pages: &[(
                "/own",
                "<h1></h1><script>const h = document.querySelector('h1');
                setTimeout(() => h.textContent = 'CD-0002', 100); setTimeout(() => h.textContent = ' ab - 0001 ', 300);</script>",
            )],
            steps: vec![open("/own"), expect("css:h1"), capture()],
            ends: Ends::Captured("ab - 0001"),
        },
        Story {
            name: "a page with another ID is the wrong page, whatever else it mentions",
            pages: &[("/other", "<h1>CD-0002</h1><p>refers to AB-0001</p>")],
            steps: vec![open("/other"), expect("css:h1"), capture()],
            ends: Ends::FailedOn(
                "refers to AB-0001",
                |error| matches!(error, FetchError::WrongPage { found } if found == "CD-0002"),
            ),
        },
    ]
}
