//! Stories about the pages of a list: the first, the next and the last, and what is taken out of a row.

use anafora::fetch::FetchError;
use anafora::profile::{RowsStep, Step};

use crate::stage::{Ends, Story, any, capture, click, open, rows, wait_for};
use crate::taking::rule;

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = pages();
    stories.extend(first_pages());
    stories.extend(last_pages());
    stories.extend(taken());
    stories
}

fn pages() -> Vec<Story> {
    const IN_PLACE: &str =
        "<table id=list><tr><td class=id>AB-0004<td><a href=/other>x</a></table><button id=next onclick='
          page++; this.disabled = page > 2; const row = list.rows[0];
          setTimeout(() => row.cells[0].textContent = \"AB-000\" + (5 - page), 200);
        '>Next</button><script>let page = 1</script>";
    let turning = |pages_max| Step::Rows(RowsStep { next: Some((any(&["css:#next"]), pages_max)), ..rows() });
    vec![
        Story {
            name: "the row is found on the second page of results",
            pages: &[
                (
                    "/paged",
                    "<table id=list><tr><td class=id>CD-0001<td><a href=/other>x</a></table><a id=next href=/paged/2>Next</a>",
                ),
                (
                    "/paged/2",
                    "<table id=list><tr><td class=id>AB-0001<td><a href=/paged/detail>x</a></table><ul><li class=disabled><a id=next href=#>Next</a></ul>",
                ),
                ("/paged/detail", "<h1>From page two</h1>"),
            ],
            steps: vec![open("/paged"), turning(5), wait_for("text:From page two"), capture()],
            ends: Ends::Captured("From page two"),
        },
        Story {
            name: "absent means read to the last page",
            pages: &[("/turning", IN_PLACE)],
            steps: vec![open("/turning"), turning(5)],
            ends: Ends::Absent("AB-0002"),
        },
        Story {
            name: "a next control that is switched off by its class leads nowhere",
            pages: &[(
                "/off",
                "<table id=list><tr><td class=id>AB-0002</table><ul><li class=ui-state-disabled><a id=next href=#>Next</a></ul>",
            )],
            steps: vec![open("/off"), turning(5)],
            ends: Ends::Absent("AB-0002"),
        },
        Story {
            name: "the page limit is not absent",
            pages: &[("/limited", IN_PLACE)],
            steps: vec![open("/limited"), turning(2)],
            ends: Ends::Failed(|error| matches!(error, FetchError::TooManyResultPages { pages: 2 })),
        },
        Story {
            name: "every page of results has the deadline of the step",
            pages: &[(
                "/slow-pages",
                "<table id=list><tr><td class=id>AB-0004</table><button id=next onclick='
                  page++; this.disabled = page > 3; const row = list.rows[0];
                  setTimeout(() => row.cells[0].textContent = \"CD-000\" + page, 2500);
                '>Next</button><script>let page = 1</script>",
            )],
            steps: vec![open("/slow-pages"), turning(5)],
            ends: Ends::Absent("CD-0004"),
        },
        Story {
            name: "a lost session shows itself on the next page, too",
            pages: &[(
                "/lost",
                "<table id=list><tr><td class=id>AB-0002</table><button id=next onclick='document.body.innerHTML = \"<p id=expired>Start again\"'>Next</button>",
            )],
            steps: vec![open("/lost"), turning(5), click("css:#never")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::SessionLost { step } if step == "step 2 (rows)"),
            ),
        },
    ]
}

/// A list of three pages that opens on the third, as after an earlier search. `settle` says how a page comes.
macro_rules! remembered {
    ($settle:literal) => {
        concat!(
            "<table id=list><tr><td class=id>AB-0004<td><a href=/other>x</a></table>
            <button id=first>First</button><button id=next disabled>Next</button><script>let page = 3;
            const ids = ['', 'AB-0001', 'AB-0002', 'AB-0004'];
            const show = () => {
              list.rows[0].cells[0].textContent = ids[page];
              list.rows[0].querySelector('a').href = page === 1 ? '/first/detail' : '/other';
              next.disabled = page === 3; first.disabled = page === 1;
            };
            next.onclick = () => { page++; setTimeout(show, 300) };
            first.onclick = () => { page = 1; ",
            $settle,
            " }</script>"
        )
    };
}

fn first_pages() -> Vec<Story> {
    let from_the_first = || RowsStep {
        first: Some(any(&["css:#none", "css:#first"])),
        next: Some((any(&["css:#next"]), 5)),
        ..rows()
    };
    let opens = |name, pages: &'static [(&'static str, &'static str)]| Story {
        name,
        pages,
        steps: vec![
            open(pages[0].0),
            Step::Rows(from_the_first()),
            wait_for("text:From page one"),
            capture(),
        ],
        ends: Ends::Captured("From page one"),
    };
    vec![
        opens(
            "a list that stands on the page of an earlier search is read from its first page",
            &[("/first", remembered!("setTimeout(show, 400)")), ("/first/detail", "<h1>From page one</h1>")],
        ),
        opens(
            "a first page is waited for though its control is switched off at once",
            &[("/first-off", remembered!("first.disabled = true; setTimeout(show, 600)"))],
        ),
        opens(
            "a page behind the last one, which has no rows, is left for the first",
            &[(
                "/first-behind",
                "<table id=list></table><button id=first>First</button><script>first.onclick = () => setTimeout(() => {
                  list.innerHTML = '<tr><td class=id>AB-0001<td><a href=/first/detail>x</a>'; first.disabled = true;
                }, 300)</script>",
            )],
        ),
        opens(
            "a list that stands on its first page is read as it is",
            &[(
                "/first-already",
                "<table id=list><tr><td class=id>AB-0001<td><a href=/first/detail>x</a></table>
                <button id=first disabled onclick='list.remove()'>First</button>",
            )],
        ),
        opens(
            "a control that leads to the same page again brings a page all the same",
            &[(
                "/first-link",
                "<table id=list><tr><td class=id>AB-0001<td><a href=/first/detail>x</a></table>
                <a id=first href=/first-link>First</a>",
            )],
        ),
        opens(
            "so does one that makes the same list anew, with nothing further back",
            &[(
                "/first-anew",
                "<table id=list><tr><td class=id>AB-0001<td><a href=/first/detail>x</a></table>
                <button id=first onclick='const row = list.rows[0].cloneNode(true);
                  this.disabled = true; list.rows[0].replaceWith(row)'>First</button>",
            )],
        ),
        Story {
            name: "a first page that does not come is a changed layout",
            pages: &[("/first-never", remembered!(""))],
            steps: vec![open("/first-never"), Step::Rows(from_the_first())],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (rows): the first page of results did not come"),
            ),
        },
    ]
}

fn last_pages() -> Vec<Story> {
    vec![Story {
        name: "a sign of the last page ends a list whose next control stays usable",
        pages: &[(
            "/last",
            "<table id=list><tr><td class=id>AB-0004</table><b id=end hidden>End</b>
            <button onclick='list.rows[0].cells[0].textContent = \"AB-0003\"; end.hidden = false' id=next>Next</button>",
        )],
        steps: vec![
            open("/last"),
            Step::Rows(RowsStep {
                next: Some((any(&["css:#next"]), 5)),
                last: Some(any(&["css:#end"])),
                ..rows()
            }),
        ],
        ends: Ends::Absent("<td class=\"id\">AB-0003</td>"),
    }]
}

fn taken() -> Vec<Story> {
    const LIST: &str = "<table id=list><tr><td class=id>AB-0002<td><a href=# onclick='show(1)'>x</a>
        <tr><td class=id>AB-0001<td><a href=# onclick='show(2)'>x</a></table>";
    let taking = |pattern| {
        let from = any(&["css:.none", "css:a"]);
        let take = Some((from, rule(Some("onclick"), pattern)));
        Step::Rows(RowsStep { open: None, take, ..rows() })
    };
    vec![
        Story {
            name: "what stands in the chosen row is taken, and the row is not opened",
            pages: &[("/row-taken", LIST), ("/row-taken/2", "<h1>Two</h1>")],
            steps: vec![
                open("/row-taken"),
                taking("show[(](?<number>[0-9])"),
                open("/row-taken/{number}"),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let found = (
                    capture.parts[0].url.ends_with("/row-taken/2"),
                    capture.trace[1].matched.as_deref(),
                    capture.row_id.as_deref(),
                );
                if found == (true, Some("css:a"), Some("AB-0001")) {
                    Ok(())
                } else {
                    Err(format!("{found:?}"))
                }
            }),
        },
        Story {
            name: "the first of the places in a row that says something is taken",
            pages: &[(
                "/row-silent",
                "<table id=list><tr><td class=id>AB-0001<td><i></i><a onclick='show(2)'>x</a></table>",
            )],
            steps: vec![
                open("/row-silent"),
                Step::Rows(RowsStep {
                    open: None,
                    take: Some((any(&["css:i", "css:a"]), rule(Some("onclick"), "show[(](?<number>[0-9])"))),
                    ..rows()
                }),
                open("/row-taken/{number}"),
                capture(),
            ],
            ends: Ends::Captured("Two"),
        },
        Story {
            name: "a row in which it does not stand is a changed layout",
            pages: &[("/row-untaken", "<table id=list><tr><td class=id>AB-0001<td><a>x</a></table>")],
            steps: vec![open("/row-untaken"), taking("show(?<number>.)")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what.starts_with("step 2 (rows): none of `css:.none`, `css:a`")),
            ),
        },
        Story {
            name: "a row that says something else is a changed layout that shows it",
            pages: &[("/row-unfitting", LIST)],
            steps: vec![open("/row-unfitting"), taking("open(?<number>.)")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (rows): `open(?<number>.)` does not fit `show(2)`"),
            ),
        },
    ]
}
