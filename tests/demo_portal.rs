//! Holds the demo portal to the manners of the portals it imitates, over plain HTTP without a browser.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is missing here has failed the test"
)]

#[path = "demo_portal/misbehaving.rs"]
mod misbehaving;
#[path = "demo_portal/tabs.rs"]
mod tabs;
#[path = "demo_portal/visitor.rs"]
mod visitor;

use std::collections::BTreeMap;

use anafora::demo::{Portal, PortalSettings, RobotsTxt, SEED_ID, Stats, Switch};

use visitor::{Visitor, row_ids};

const PAYMENTS: &str = "/kimds2/unprotected/searchPayments.htm";
const CONTRACTS: &str = "/kimds2/unprotected/searchContracts.htm";
const NO_RESULTS: &str = "Δεν βρέθηκαν αποτελέσματα";

async fn portal() -> Portal {
    Portal::start(PortalSettings::default()).await.unwrap()
}

#[tokio::test]
async fn a_request_without_a_key_is_sent_to_the_first_snapshot_with_a_cookie() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let answer = visitor.get(PAYMENTS).await;
    assert_eq!(answer.location(), format!("{PAYMENTS}?execution=e1s1"));
    assert!(visitor.cookie.as_ref().unwrap().starts_with("JSESSIONID="));
    assert_eq!(visitor.get(PAYMENTS).await.location(), format!("{PAYMENTS}?execution=e2s1"));
    assert!(visitor.get(&format!("{PAYMENTS}?execution=e1s1")).await.is_search_form());
    portal.stop().await;
}

#[tokio::test]
async fn a_search_brings_rows_of_one_cell_and_the_row_opens_by_a_post() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let form = visitor.visit(CONTRACTS).await;
    let results = visitor.search(&form, "14SYMV000100002").await;
    assert_eq!(visitor.address, format!("{CONTRACTS}?execution=e1s2"));
    assert!(!results.is_search_form());
    assert_eq!(
        row_ids(&results),
        ["14SYMV000100002", "14PAY000100002", "14SYMV000100001", "14SYMV000100004"],
        "a look-alike, a neighbour and a version that merely mentions it come along"
    );
    assert_eq!(results.texts("td.rich-table-cell").len(), results.texts("tr.rich-table-row").len());
    assert!(results.attributes("td.rich-table-cell a", "href").iter().all(|address| address == "#"));

    let detail = visitor.open_row(&results, 0).await;
    assert_eq!(visitor.address, format!("{CONTRACTS}?execution=e1s3"));
    assert_eq!(detail.own_id(), "14SYMV000100002");
    assert_eq!(portal.stats().details_by_id, BTreeMap::from([("14SYMV000100002".to_owned(), 1)]));
    portal.stop().await;
}

#[tokio::test]
async fn references_arrive_by_script_in_the_session_of_the_page() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let detail = visitor.look_up(PAYMENTS, SEED_ID).await;
    assert!(!detail.body.contains("14SYMV000100002"), "the contract is not on the page yet");
    let part = visitor.later_part().await;
    assert_eq!(part.texts("table.lines td").first().unwrap(), "45233120-6");
    assert!(part.texts("table.related-acts td").contains(&"14SYMV000100002".to_owned()));
    let mut stranger = Visitor::of(&portal);
    stranger.visit(PAYMENTS).await;
    stranger.address.clone_from(&visitor.address);
    assert!(stranger.later_part().await.is_search_form());
    portal.stop().await;
}

#[tokio::test]
async fn the_sixth_execution_loses_the_first_without_a_word() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let first = visitor.visit(PAYMENTS).await;
    for _ in 0..5 {
        visitor.visit(PAYMENTS).await;
    }
    let answer = visitor.search(&first, SEED_ID).await;
    assert_eq!(answer.status, 200);
    assert!(answer.is_search_form());
    assert_eq!(visitor.address, format!("{PAYMENTS}?execution=e7s1"));
    assert_eq!(portal.stats().expired, 1);
    portal.stop().await;
}

#[tokio::test]
async fn a_document_that_does_not_exist_brings_other_rows_or_none() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let form = visitor.visit("/kimds2/unprotected/searchAwards.htm").await;
    let none = visitor.search(&form, "14AWRD000900001").await;
    assert!(none.body.contains(NO_RESULTS) && row_ids(&none).is_empty());
    let form = visitor.visit(PAYMENTS).await;
    let others = visitor.search(&form, "14PAY000100017").await;
    assert!(!others.body.contains(NO_RESULTS) && !row_ids(&others).is_empty());
    assert!(!row_ids(&others).contains(&"14PAY000100017".to_owned()));
    portal.stop().await;
}

#[tokio::test]
async fn generated_names_differ_between_two_starts() {
    let (one, other) = (portal().await, portal().await);
    let mut names = Vec::new();
    for portal in [&one, &other] {
        let form = Visitor::of(portal).visit(PAYMENTS).await;
        names.push(form.attributes("td.label + td input", "name"));
    }
    assert!(names[0][0].starts_with("pageForm:j_id"));
    assert_ne!(names[0], names[1]);
    one.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn every_nth_opened_row_brings_another_documents_page_while_the_switch_is_on() {
    let portal = portal().await;
    portal.switch(Switch::WrongPageEvery(2));
    let mut visitor = Visitor::of(&portal);
    let mut own_ids = Vec::new();
    for _ in 0..4 {
        own_ids.push(visitor.look_up(PAYMENTS, SEED_ID).await.own_id() == SEED_ID);
    }
    assert_eq!(own_ids, [true, false, true, false]);
    portal.switch(Switch::WrongPageEvery(0));
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    let Stats { details, wrong_pages, details_by_id, .. } = portal.stats();
    assert_eq!((details, wrong_pages, details_by_id[SEED_ID]), (5, 2, 5));
    portal.stop().await;
}

#[tokio::test]
async fn every_nth_step_lands_on_the_beginning_while_the_switch_is_on() {
    let portal = portal().await;
    portal.switch(Switch::ExpireEvery(3));
    let mut visitor = Visitor::of(&portal);
    let detail = visitor.look_up(PAYMENTS, SEED_ID).await;
    assert_eq!(detail.own_id(), SEED_ID);
    assert!(visitor.later_part().await.is_search_form(), "the third step is the part that arrives by script");
    let form = visitor.visit(PAYMENTS).await;
    assert!(!visitor.search(&form, SEED_ID).await.is_search_form());
    portal.stop().await;
}

#[tokio::test]
async fn every_nth_request_is_refused_while_the_switch_is_on() {
    let portal = portal().await;
    portal.switch(Switch::UnavailableEvery(2));
    let mut visitor = Visitor::of(&portal);
    let statuses = [visitor.get(PAYMENTS).await.status, visitor.get(PAYMENTS).await.status];
    assert_eq!(statuses, [302, 503]);
    assert_eq!((portal.stats().requests, portal.stats().unavailable), (2, 1));
    portal.stop().await;
}

#[tokio::test]
async fn robots_are_told_what_the_switch_says() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let variants = [
        (RobotsTxt::None, 404, "<!DOCTYPE html>"),
        (RobotsTxt::Allow, 200, "User-agent: *\nDisallow:\n"),
        (RobotsTxt::DisallowAll, 200, "User-agent: *\nDisallow: /\n"),
        (RobotsTxt::DisallowForm, 200, "User-agent: *\nAllow: /\nDisallow: /kimds2/unprotected/search\n"),
        (RobotsTxt::CrawlDelay(3), 200, "User-agent: *\nCrawl-delay: 3\nDisallow:\n"),
        (RobotsTxt::LoginPage, 200, "<!DOCTYPE html>"),
        (RobotsTxt::Error, 500, "<!DOCTYPE html>"),
    ];
    for (variant, status, beginning) in variants {
        portal.switch(Switch::RobotsTxt(variant));
        let answer = visitor.get("/robots.txt").await;
        assert_eq!(answer.status, status, "{variant:?}");
        assert!(answer.body.starts_with(beginning), "{variant:?}: {}", answer.body);
        let is_page = beginning.starts_with('<');
        let expected = if is_page { "text/html; charset=utf-8" } else { "text/plain; charset=utf-8" };
        assert_eq!(answer.headers["content-type"], expected, "{variant:?}");
    }
    assert_eq!((portal.stats().robots, portal.stats().requests), (7, 0));
    portal.stop().await;
}

#[tokio::test]
async fn only_requests_that_make_the_portal_work_count_as_arrivals() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    visitor.get("/robots.txt").await;
    visitor.look_up(PAYMENTS, SEED_ID).await;
    visitor.later_part().await;
    let stats = portal.stats();
    assert_eq!(stats.arrivals.len(), 3, "the form opened, the search, the row");
    assert!(stats.arrivals.is_sorted());
    assert_eq!(stats.requests, 7, "three redirects to what is shown, and the part that arrives by script");
    assert_eq!(stats.user_agents, BTreeMap::from([("visitor/1".to_owned(), 8)]));
    portal.stop().await;
}

#[tokio::test]
async fn text_is_escaped() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let detail = visitor.look_up("/kimds2/unprotected/searchNotices.htm", "14PROC000100006").await;
    let title = "Διακήρυξη δημοπρασίας οδοποιίας & φωτισμού <φάση Α>";
    assert!(detail.texts("table.detail td").contains(&title.to_owned()));
    let form = visitor.visit(PAYMENTS).await;
    let results = visitor.search(&form, "<b>R&amp;D</b>").await;
    assert_eq!(results.texts("main p").first().unwrap(), "Κριτήριο: <b>R&amp;D</b>");
    portal.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let portal = portal().await;
    let settings = PortalSettings { port: portal.address().port(), ..PortalSettings::default() };
    let error = Portal::start(settings).await.err().unwrap();
    assert_eq!(error.to_string(), format!("the demo portal cannot listen on {}", portal.address()));
    portal.stop().await;
}

#[tokio::test]
async fn every_document_of_the_truth_that_exists_can_be_looked_up() {
    let portal = portal().await;
    let pages = BTreeMap::from([
        ("request", "searchRequests.htm"),
        ("notice", "searchNotices.htm"),
        ("award", "searchAwards.htm"),
        ("contract", "searchContracts.htm"),
        ("payment", "searchPayments.htm"),
        ("decision", "searchDecisions.htm"),
    ]);
    let truth = portal.corpus().truth();
    let mut visitor = Visitor::of(&portal);
    let stored = truth.iter().filter(|document| !document.fields.is_empty());
    for document in stored.clone() {
        let page = format!("/kimds2/unprotected/{}", pages[document.kind]);
        assert_eq!(visitor.look_up(&page, &document.id).await.own_id(), document.id);
    }
    assert_eq!(portal.stats().details_by_id.len(), stored.count());
    portal.stop().await;
}
