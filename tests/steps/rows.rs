//! Stories about lists of results.

use anafora::fetch::FetchError;
use anafora::profile::{RowsStep, Step};

use crate::stage::{Ends, Story, any, capture, dialog, open, rows, wait_for};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = choices();
    stories.extend(peculiar_rows());
    stories.push(whole_row());
    stories.extend(which_rows());
    stories.extend(opened_rows());
    stories.push(wrong_place());
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
                |error| matches!(error, FetchError::LayoutChanged { what, .. } if what == "step 2 (rows): 1 of 2 rows without an ID at `css:.id`"),
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

fn wrong_place() -> Story {
    Story {
        name: "a wrong place for the ID is named, with what stands there",
        pages: &[(
            "/noids",
            "<table id=list><tr><td class=id>Road<td>AB-0001<tr><td class=id>Bridge</table>",
        )],
        steps: vec![open("/noids"), Step::Rows(rows())],
        ends: Ends::Failed(
            |error| matches!(error, FetchError::LayoutChanged { what, .. } if what == "step 2 (rows): none of 2 rows shows an ID at `css:.id`: one has `Road` there"),
        ),
    }
}

fn whole_row() -> Story {
    Story {
        name: "a row without a place for its ID is known by the first ID in it",
        pages: &[
            (
                "/whole",
                "<table id=list><tr><td>The 2nd<td>AB-0001, not AB-0002<td><a href=/whole/detail>x</a></table>",
            ),
            ("/whole/detail", "<h1>Detail of AB-0001</h1>"),
        ],
        steps: vec![
            open("/whole"),
            Step::Rows(RowsStep { id: None, ..rows() }),
            wait_for("text:Detail of"),
            capture(),
        ],
        ends: Ends::CapturedSo(|capture| match capture.row_id.as_deref() {
            Some("AB-0001") => Ok(()),
            other => Err(format!("{other:?}")),
        }),
    }
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

fn which_rows() -> Vec<Story> {
    let opens = |name, pages: &'static [(&'static str, &'static str)], before: Vec<Step>, step: RowsStep| {
        let then = vec![Step::Rows(step), dialog("none"), wait_for("text:The right one"), capture()];
        let steps = [vec![open(pages[0].0)], before, then].into_iter().flatten().collect();
        Story { name, pages, steps, ends: Ends::Captured("The right one") }
    };
    vec![
        opens(
            "rows that nobody sees are none",
            &[
                (
                    "/hidden-row",
                    "<table id=list><tr hidden><td class=id>AB-0001<td><a href=/other>x</a>
                    <tr><td class=id>AB-0001<td><a href=/right>x</a></table>",
                ),
                ("/right", "<h1>The right one</h1>"),
            ],
            Vec::new(),
            rows(),
        ),
        opens(
            "in a dialog its rows alone are read",
            &[(
                "/dialog-rows",
                "<p class=row><b class=id>AB-0001</b><a href=/other>x</a></p>
                <div id=d><p class=row><b class=id>AB-0001</b><a href=/right>x</a></p></div>",
            )],
            vec![dialog("css:#d")],
            RowsStep { rows: any(&["css:.row"]), ..rows() },
        ),
        opens(
            "rows have alternatives, of which the first with a row counts",
            &[("/other-rows", "<table id=list><tr><td class=id>AB-0001<td><a href=/right>x</a></table>")],
            Vec::new(),
            RowsStep { rows: any(&["css:#none tr", "css:#list tr"]), ..rows() },
        ),
        opens(
            "what nobody sees prefers no row",
            &[(
                "/hidden-preference",
                "<table id=list><tr><td class=id>AB-0001<td><b hidden>valid</b><a href=/other>x</a>
                <tr><td class=id>AB-0001<td><b>valid</b><a href=/right>x</a></table>",
            )],
            Vec::new(),
            RowsStep { prefer: Some(any(&["css:b"])), ..rows() },
        ),
    ]
}

fn opened_rows() -> Vec<Story> {
    vec![Story {
        name: "what was there before a row was opened is not what it brought",
        pages: &[(
            "/row-in-place",
            "<h1>Search</h1><table id=list><tr><td class=id>AB-0001<td><a href=# onclick='
              setTimeout(() => document.querySelector(\"h1\").textContent = \"Detail\", 600); return false'>x</a></table>",
        )],
        steps: vec![open("/row-in-place"), Step::Rows(rows()), wait_for("css:h1"), capture()],
        ends: Ends::Captured("<h1>Detail</h1>"),
    }]
}
