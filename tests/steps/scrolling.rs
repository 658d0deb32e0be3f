//! Stories about lists of which only the rows in view exist.

use anafora::fetch::FetchError;
use anafora::profile::{RowsStep, Step};

use crate::stage::{Ends, Story, any, capture, open, rows, wait_for};
use crate::taking::rule;

/// A list that renders the rows in view and one more on either side, a moment after it was scrolled. `ids` says what is in it.
macro_rules! list {
    ($ids:literal, $more:literal) => {
        concat!(
            "<div id=box style='height: 100px; overflow: auto'><div id=all style='position: relative'></div></div>
            <script>
            let ids = ",
            $ids,
            ";
            function draw() {
              all.style.height = ids.length * 30 + 'px';
              const from = Math.max(0, Math.floor(box.scrollTop / 30) - 1), to = from + 6;
              all.innerHTML = ids.slice(from, to).map((id, at) => `<div class=row style='position: absolute; height: 30px; top:
                ${(from + at) * 30}px'><span class=id>${id}</span><a href=/virtual/detail?${from + at}>x</a></div>`).join('');
            }
            box.onscroll = () => setTimeout(draw, 60);
            draw();",
            $more,
            "</script>"
        )
    };
}

const MANY: &str = list!("Array.from({length: 60}, (_, at) => 'CD-' + (1000 + at)).with(40, 'AB-0001')", "");
const NONE: &str = list!("Array.from({length: 40}, (_, at) => 'CD-' + (1000 + at))", "");
/// The rows in view of the whole page, and two more on either side.
const WHOLE_PAGE: &str = "<!DOCTYPE html><div id=all style='position: relative'></div><script>
    const ids = Array.from({length: 150}, (_, at) => 'CD-' + (1000 + at)).with(130, 'AB-0001');
    function draw() {
      all.style.height = ids.length * 30 + 'px';
      const from = Math.max(0, Math.floor(scrollY / 30) - 2), to = from + Math.ceil(innerHeight / 30) + 4;
      all.innerHTML = ids.slice(from, to).map((id, at) => `<div class=row style='position: absolute; height: 30px; top:
        ${(from + at) * 30}px'><span class=id>${id}</span><a href=/virtual/detail?${from + at}>x</a></div>`).join('');
    }
    onscroll = () => setTimeout(draw, 60);
    draw();</script>";
/// Two rows say the same, and a sign without words marks the second.
const MARKED: &str = list!(
    "Array.from({length: 20}, (_, at) => 'CD-' + (1000 + at)).with(11, 'AB-0001').with(12, 'AB-0001<i>&nbsp;</i>')",
    ""
);
const TWICE: &str = list!(
    "Array.from({length: 40}, (_, at) => 'CD-' + (1000 + at)).with(3, 'AB-0001').with(30, 'ab-0001')",
    ""
);
/// As many again are there some time after the end was reached.
const GROWING: &str = list!(
    "Array.from({length: 20}, (_, at) => 'CD-' + (1000 + at))",
    "let grown = false; box.addEventListener('scroll', () => {
       if (grown || box.scrollTop + box.clientHeight < box.scrollHeight - 1) return;
       grown = true;
       setTimeout(() => { ids = [...ids, ...ids.map(id => id.replace('CD', 'EF')), 'AB-0001']; draw(); }, 500);
     })"
);
const ENDING: &str = list!(
    "Array.from({length: 8}, (_, at) => 'CD-' + (1000 + at))",
    "setTimeout(() => { ids.push('AB-0001'); draw(); box.insertAdjacentHTML('afterend', '<i id=end>End') }, 2500)"
);
/// Whoever is at its end finds as many new rows again.
const ENDLESS: &str = "<div id=box style='height: 100px; overflow: auto'></div><script>let last = 1000;
    const more = () => { for (let left = 4000; left > 0; left--) {
      const row = box.appendChild(document.createElement('div'));
      row.className = 'row'; row.innerHTML = `<span class=id>CD-${last % 9000}</span> ${++last}`;
    } };
    box.onscroll = () => { box.replaceChildren(); box.style.paddingTop = last + 'px'; more(); };
    more();</script>";
const REMEMBERED: &str = list!(
    "Array.from({length: 40}, (_, at) => 'CD-' + (1000 + at)).with(0, 'AB-0001')",
    "box.scrollTop = 600; draw();"
);
/// The second page comes some time after it was asked for, and the list stays where it was scrolled to meanwhile.
const PAGED: &str = list!(
    "Array.from({length: 30}, (_, at) => 'CD-' + (1000 + at))",
    "document.body.insertAdjacentHTML('beforeend', '<button id=next>Next');
     next.onclick = () => { next.disabled = true;
       setTimeout(() => { ids = ids.map(id => id.replace('CD', 'EF')).with(25, 'AB-0001'); draw() }, 800) }"
);

fn scrolling() -> RowsStep {
    RowsStep { rows: any(&["css:.row"]), scroll: Some(any(&["css:#gone", "css:#box"])), ..rows() }
}

/// Opens a page, and the row of the list on it.
fn opens(name: &'static str, pages: &'static [(&'static str, &'static str)], step: RowsStep) -> Story {
    let steps = vec![open(pages[0].0), Step::Rows(step), wait_for("text:Detail of"), capture()];
    Story { name, pages, steps, ends: Ends::Captured("Detail of") }
}

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = found();
    stories.extend(not_found());
    stories
}

fn found() -> Vec<Story> {
    let at = |ends| move |story: Story| Story { ends, ..story };
    vec![
        at(Ends::CapturedSo(|capture| {
            let (url, trace) = (&capture.parts[0].url, &capture.trace[1]);
            let is_right = url.ends_with("?40") && trace.matched.as_deref() == Some("css:a");
            if is_right { Ok(()) } else { Err(format!("{url} {trace:?}")) }
        }))(opens(
            "a row that exists only when it is scrolled to is found and opened",
            &[("/virtual", MANY), ("/virtual/detail", "Detail of it")],
            scrolling(),
        )),
        opens("a list that grows at its end is read on", &[("/growing", GROWING)], scrolling()),
        opens(
            "a list whose end can be told is read until it is there",
            &[("/ending", ENDING)],
            RowsStep { last: Some(any(&["css:#end"])), ..scrolling() },
        ),
        opens(
            "a list that stands somewhere is read from its beginning",
            &[("/remembered", REMEMBERED)],
            scrolling(),
        ),
        opens(
            "a list may be scrolled on each of several pages",
            &[("/both", PAGED)],
            RowsStep { next: Some((any(&["css:#next"]), 5)), ..scrolling() },
        ),
        opens(
            "a page that scrolls as a whole is scrolled to its end",
            &[("/whole-page", WHOLE_PAGE)],
            RowsStep { scroll: Some(any(&["css:body"])), ..scrolling() },
        ),
        Story {
            ends: Ends::CapturedSo(|capture| {
                let url = &capture.parts[0].url;
                if url.ends_with("?12") { Ok(()) } else { Err(url.clone()) }
            }),
            ..opens(
                "of two rows that say the same the preferred one is scrolled to and opened",
                &[("/marked", MARKED)],
                RowsStep { prefer: Some(any(&["css:i"])), ..scrolling() },
            )
        },
        Story {
            name: "what is taken out of a row needs no row to come back to",
            pages: &[("/virtual-taken", MANY)],
            steps: vec![
                open("/virtual-taken"),
                Step::Rows(RowsStep {
                    open: None,
                    take: Some((any(&["css:a"]), rule(Some("href"), "[?](?<number>[0-9]+)"))),
                    ..scrolling()
                }),
                open("/virtual/detail?taken={number}"),
                capture(),
            ],
            ends: Ends::CapturedSo(|capture| {
                let url = &capture.parts[0].url;
                if url.ends_with("?taken=40") { Ok(()) } else { Err(url.clone()) }
            }),
        },
    ]
}

fn not_found() -> Vec<Story> {
    let ends = |name, pages: &'static [(&'static str, &'static str)], step, ends| Story {
        name,
        pages,
        steps: vec![open(pages[0].0), Step::Rows(step)],
        ends,
    };
    vec![
        ends(
            "absent means scrolled to the end",
            &[("/virtual-none", NONE)],
            scrolling(),
            Ends::Absent("CD-1039"),
        ),
        ends(
            "a list that would have to be scrolled says nothing of rows that do not exist yet",
            &[("/virtual-unscrolled", NONE)],
            RowsStep { scroll: None, ..scrolling() },
            Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what.ends_with("none of 6 rows, and the list is longer: `scroll` reads it to its end")),
            ),
        ),
        ends(
            "a long list whose rows are all there needs no scrolling",
            &[(
                "/unvirtual",
                "<div style='height: 60px; overflow: auto'><div class=row><span class=id>CD-1000</span></div><div class=row>
                <span class=id>CD-1001</span></div><div class=row><span class=id>CD-1002</span></div><div class=row>
                <span class=id>CD-1003</span></div><div class=row><span class=id>CD-1004</span></div></div>",
            )],
            RowsStep { scroll: None, ..scrolling() },
            Ends::Absent("CD-1004"),
        ),
        ends(
            "two rows with the ID are ambiguous though they were never in view together",
            &[("/virtual-twice", TWICE)],
            scrolling(),
            Ends::Failed(|error| matches!(error, FetchError::Ambiguous { rows: 2 })),
        ),
        ends(
            "an end that does not show is not absent",
            &[("/virtual-endless", NONE)],
            RowsStep { last: Some(any(&["css:#end"])), ..scrolling() },
            Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what.ends_with("none of `css:.row`, `css:#gone`, `css:#box`, `css:#end` within 6s")),
            ),
        ),
        ends(
            "a list without an end is not absent",
            &[("/endless", ENDLESS)],
            scrolling(),
            Ends::Failed(|error| matches!(error, FetchError::TooManyResultPages { .. })),
        ),
        ends(
            "a container that is not there is a changed layout",
            &[("/uncontained", "<div class=row><span class=id>CD-0001</span></div>")],
            scrolling(),
            Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what.contains("css:#box")),
            ),
        ),
    ]
}
