//! Stories about lists of results.

use anafora::fetch::FetchError;
use anafora::profile::{RowsStep, Step};

use crate::stage::{Ends, Story, any, capture, click, open, rows, wait_for};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = choices();
    stories.extend(peculiar_rows());
    stories.extend(pages());
    stories
}

fn choices() -> Vec<Story> {
    vec![
        Story {
            name: "the row with exactly the ID is opened",
            pages: &[
                (
                    "/one",
                    "<table id=list><tr><th>Number<tr><td class=id>AB-00011<td><a href=/other>x</a>
                    <tr><td class=id>CD-0001 AB-0001<td><a href=/other>x</a>
                    <tr><td class=id>AВ-0001*<td><a href=/one/detail>x</a></table>",
                ),
                ("/one/detail", "<h1>Detail of AB-0001</h1>"),
            ],
            steps: vec![open("/one"), Step::Rows(rows()), wait_for("text:Detail of"), capture()],
            ends: Ends::CapturedSo(|capture| {
                let url = &capture.parts[0].url;
                let found = (url.ends_with("/one/detail"), capture.row_id.as_deref());
                if found == (true, Some("AВ-0001*")) { Ok(()) } else { Err(format!("{url} {found:?}")) }
            }),
        },
        Story {
            name: "no row with the ID is absent",
            pages: &[(
                "/none",
                "<table id=list><tr><td class=id>AB-0002<td><a href=/other>AB-0001</a></table>",
            )],
            steps: vec![open("/none"), Step::Rows(rows())],
            ends: Ends::Absent("AB-0002"),
        },
        Story {
            name: "a row that shows no ID may be ours",
            pages: &[(
                "/noid",
                "<table id=list><tr><td class=id>AB-0002<tr><td>AB-0001<td><a href=/other>x</a></table>",
            )],
            steps: vec![open("/noid"), Step::Rows(rows())],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what, .. } if what == "step 2 (rows): of 2 rows some show no ID"),
            ),
        },
        Story {
            name: "a list without rows says nothing",
            pages: &[("/empty", "<table id=list><tbody></table>")],
            steps: vec![open("/empty"), Step::Rows(rows())],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what, .. } if what.starts_with("step 2 (rows): ")),
            ),
        },
        Story {
            name: "rows that are filled in late are waited for",
            pages: &[
                (
                    "/lateRows",
                    "<table id=list><tbody id=body></table><script>setTimeout(() => body.innerHTML =
                    '<tr><td class=id>AB-0001<td><a href=/lateRows/detail>x</a>', 300)</script>",
                ),
                ("/lateRows/detail", "<h1>Filled in late</h1>"),
            ],
            steps: vec![open("/lateRows"), Step::Rows(rows()), wait_for("text:Filled in late"), capture()],
            ends: Ends::Captured("Filled in late"),
        },
        Story {
            name: "two rows with the ID are ambiguous",
            pages: &[("/two", "<table id=list><tr><td class=id>AB-0001<tr><td class=id>ab-0001</table>")],
            steps: vec![open("/two"), Step::Rows(rows())],
            ends: Ends::Failed(|error| matches!(error, FetchError::Ambiguous { rows: 2 })),
        },
    ]
}

fn peculiar_rows() -> Vec<Story> {
    vec![
        Story {
            name: "of two rows the preferred one is opened",
            pages: &[
                (
                    "/prefer",
                    "<table id=list><tr><td class=id>AB-0001<td><a href=/other>x</a>
                    <tr><td class=id>AB-0001<td><b>valid</b><a href=/prefer/detail>x</a></table>",
                ),
                ("/prefer/detail", "<h1>The valid one</h1>"),
            ],
            steps: vec![
                open("/prefer"),
                Step::Rows(RowsStep { prefer: Some(any(&["css:b"])), ..rows() }),
                wait_for("text:The valid one"),
                capture(),
            ],
            ends: Ends::Captured("The valid one"),
        },
        Story {
            name: "a row may be one text and be clicked as a whole",
            pages: &[
                (
                    "/block",
                    "<ul id=blocks><li onclick='location = \"/other\"'>Number<br>CD-0001<br>for AB-0001</li>
                    <li onclick='location = \"/block/detail\"'>Number<br>AB-0001<br>for CD-0001</li></ul>",
                ),
                ("/block/detail", "<h1>The block's page</h1>"),
            ],
            steps: vec![
                open("/block"),
                Step::Rows(RowsStep { rows: any(&["css:#blocks li"]), id: None, open: None, ..rows() }),
                wait_for("text:The block's page"),
                capture(),
            ],
            ends: Ends::Captured("The block's page"),
        },
        Story {
            name: "a library that spoils how arrays are written does not disturb",
            pages: &[
                (
                    "/prototype",
                    "<script>Array.prototype.toJSON = () => 'spoilt'</script>
                    <table id=list><tr><td class=id>AB-0001<td><a href=/prototype/detail>x</a></table>",
                ),
                ("/prototype/detail", "<h1>Unspoilt</h1>"),
            ],
            steps: vec![open("/prototype"), Step::Rows(rows()), wait_for("text:Unspoilt"), capture()],
            ends: Ends::Captured("Unspoilt"),
        },
        Story {
            name: "a row that is replaced before it is opened is a lost session",
            pages: &[(
                "/moving",
                "<table id=list><tr><td class=id>AB-0001<td id=tick><td><a href=/other>x</a></table>
                <script>setInterval(() => tick.textContent = performance.now(), 1)</script>",
            )],
            steps: vec![open("/moving"), Step::Rows(rows())],
            ends: Ends::Failed(|error| matches!(error, FetchError::SessionLost { .. })),
        },
    ]
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
