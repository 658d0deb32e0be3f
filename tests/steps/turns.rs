//! What makes the portal work waits for its turn, and that time is nobody's fault.

use std::time::Duration;

use anafora::fetch::{BrowserKind, FetchError};
use anafora::profile::{RowsStep, Step, Template, TextMatch};

use crate::stage::{Ends, Stage, Story, any, capture, click, fill, open, press, rows, wait_for};

/// Suggests at a click, and lists three pages of results, of which the third is shown first.
const PAGE: &str = "<input id=n><button id=go>Go</button><ul id=suggested></ul>
    <table id=list><tr><td class=id>CD-0003<td><a href=/acts/other>x</a></table>
    <button id=first>First</button><button id=next disabled>Next</button><script>let page = 3;
    const ids = ['', 'CD-0001', 'AB-0001', 'CD-0003'];
    const show = to => {
      page = to; next.disabled = page === 3; first.disabled = page === 1;
      list.innerHTML = `<tr><td class=id>${ids[page]}<td><a href=/acts/${page}>x</a>`;
    };
    go.onclick = () => suggested.innerHTML = '<li>AB-0001';
    first.onclick = () => show(1); next.onclick = () => show(page + 1);</script>";

/// A look-up with every sort of act, and with steps between them that are none.
fn acts() -> Story {
    Story {
        name: "acts",
        pages: &[("/acts", PAGE), ("/acts/2", "<h1>Detail</h1>")],
        steps: vec![
            open("/acts"),
            fill("css:#n"),
            click("css:#go"),
            Step::Choose {
                among: any(&["css:#suggested li"]),
                text: TextMatch::Equals(Template("{id}".into())),
            },
            press("Home", Some("css:#n")),
            Step::Rows(RowsStep {
                first: Some(any(&["css:#first"])),
                next: Some((any(&["css:#next"]), 5)),
                ..rows()
            }),
            wait_for("text:Detail"),
            Step::Back,
            wait_for("css:#list"),
            capture(),
        ],
        ends: Ends::Captured("suggested"),
    }
}

/// Opening, clicking, choosing, pressing, going to the first page, to the next and into the row, going back.
const TURNS: u32 = 8;

#[tokio::test]
async fn every_act_takes_one_turn_and_nothing_else_takes_any() {
    for kind in [BrowserKind::Chromium, BrowserKind::Firefox] {
        let adjust = |profile: &mut anafora::profile::Profile| profile.pace.requests_per_day = Some(TURNS);
        let mut stage = Stage::open(kind, &[acts()], adjust).await;
        let outcome = stage.play("acts").await;
        acts().ends.check(&outcome, &stage.witness().await).unwrap();
        let outcome = stage.play("acts").await;
        assert!(matches!(outcome, Err(FetchError::QuotaUsedUp { .. })), "{kind:?}: {outcome:?}");
        let step = stage.witness().await.step;
        assert_eq!(step.as_deref(), Some("step 1 (open)"), "{kind:?}: not one turn was left");
        stage.close().await;
    }
}

#[tokio::test]
async fn the_wait_for_a_turn_counts_against_no_deadline() {
    const DEADLINE: Duration = Duration::from_secs(5);
    let story = Story {
        name: "slow",
        // Its button comes after the wait for the turn, and not in what a deadline without that wait would leave.
        pages: &[(
            "/slow-turns",
            "<script>setTimeout(() => document.body.innerHTML = '<button onclick=\"this.id = `clicked`\">Go', 9000)</script>",
        )],
        steps: vec![open("/slow-turns"), click("text:Go"), wait_for("css:#clicked"), capture()],
        ends: Ends::Captured("clicked"),
    };
    let adjust = |profile: &mut anafora::profile::Profile| {
        profile.pace.delay = DEADLINE + Duration::from_secs(2);
        (profile.pace.step_deadline, profile.pace.lookup_deadline) = (DEADLINE, DEADLINE);
    };
    let mut stage = Stage::open(BrowserKind::Chromium, &[story], adjust).await;
    let outcome = stage.play("slow").await;
    assert!(outcome.is_ok(), "{outcome:?}");
    stage.close().await;
}
