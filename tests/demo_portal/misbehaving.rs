//! Every way in which the demo portal misbehaves on demand, as a visitor meets it.

use std::time::Duration;

use anafora::demo::{
    Portal, PortalSettings, Rate, Redesign, RegistryKind, SEED_ID, STRIKES_MAX, Switch, Template,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::visitor::{Answer, Visitor};
use crate::{CONTRACTS, PAYMENTS, portal};

const CONTRACT_ID: &str = "14SYMV000100002";

fn always() -> Rate {
    Rate::of(1.0).unwrap()
}

fn own_label(detail: &Answer) -> String {
    detail.texts("main table tr:first-child td.label").remove(0)
}

async fn search_seed(visitor: &mut Visitor) -> Answer {
    let form = visitor.visit(PAYMENTS).await;
    visitor.press_search(&form, SEED_ID).await
}

#[tokio::test]
async fn a_rate_of_503_strikes_a_document_so_often_and_no_form() {
    let portal = portal().await;
    portal.switch(Switch::UnavailableRate(always()));
    portal.switch(Switch::RetryAfter(Duration::from_secs(7)));
    let mut visitor = Visitor::of(&portal);
    for _ in 0..STRIKES_MAX {
        let answer = search_seed(&mut visitor).await;
        assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (503, "7"));
    }
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    assert_eq!(portal.stats().unavailable, u64::from(STRIKES_MAX));
    portal.stop().await;
}

#[tokio::test]
async fn a_503_says_nothing_about_when_to_come_back_unless_it_is_told_to() {
    let portal = portal().await;
    portal.switch(Switch::UnavailableEvery(1));
    let answer = Visitor::of(&portal).get(PAYMENTS).await;
    assert_eq!((answer.status, answer.headers.get("retry-after")), (503, None));
    portal.stop().await;
}

#[tokio::test]
async fn a_rate_of_wrong_pages_strikes_a_document_so_often() {
    let portal = portal().await;
    portal.switch(Switch::WrongPageRate(always()));
    let mut visitor = Visitor::of(&portal);
    for _ in 0..STRIKES_MAX {
        assert_ne!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    }
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    assert_eq!(portal.stats().wrong_pages, u64::from(STRIKES_MAX));
    portal.stop().await;
}

#[tokio::test]
async fn a_rate_of_expiry_leads_to_the_beginning_so_often() {
    let portal = portal().await;
    portal.switch(Switch::ExpiryRate(always()));
    let mut visitor = Visitor::of(&portal);
    for _ in 0..STRIKES_MAX {
        let form = visitor.visit(PAYMENTS).await;
        assert!(visitor.search(&form, SEED_ID).await.is_search_form());
    }
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    assert_eq!(portal.stats().expired, u64::from(STRIKES_MAX));
    portal.stop().await;
}

#[tokio::test]
async fn a_request_that_hangs_ends_when_the_portal_stops_and_not_before() {
    let portal = portal().await;
    portal.switch(Switch::HangRate(always()));
    let mut visitor = Visitor::of(&portal);
    let form = visitor.visit(PAYMENTS).await;
    let hanging = tokio::spawn(async move { visitor.press_search(&form, SEED_ID).await.status });
    hangs(&portal, 1).await;
    // Others are served meanwhile, and so is this one once it was struck often enough.
    let mut patient = Visitor::of(&portal);
    assert!(patient.visit(PAYMENTS).await.is_search_form());
    assert!(!hanging.is_finished());
    portal.stop().await;
    assert_eq!(hanging.await.unwrap(), 503);
}

#[tokio::test]
async fn a_visitor_who_goes_away_from_a_hanging_request_finds_the_portal_well() {
    let portal = portal().await;
    portal.switch(Switch::HangRate(always()));
    let mut visitor = Visitor::of(&portal);
    for number in 1..=u64::from(STRIKES_MAX) {
        let form = visitor.visit(PAYMENTS).await;
        let stream = visitor.begin_search(&form, SEED_ID).await;
        hangs(&portal, number).await;
        drop(stream);
    }
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    portal.stop().await;
}

/// Waits until so many requests hang.
async fn hangs(portal: &Portal, count: u64) {
    while portal.stats().hangs < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_answer_takes_its_latency_and_its_jitter() {
    let settings = PortalSettings { latency: Duration::from_millis(40), ..PortalSettings::default() };
    let portal = Portal::start(settings).await.unwrap();
    let mut visitor = Visitor::of(&portal);
    let began = std::time::Instant::now();
    visitor.get(PAYMENTS).await;
    assert!(began.elapsed() >= Duration::from_millis(40));
    portal.switch(Switch::Latency(Duration::from_millis(80)));
    portal.switch(Switch::Jitter(Duration::from_millis(20)));
    let began = std::time::Instant::now();
    visitor.get(PAYMENTS).await;
    assert!(began.elapsed() >= Duration::from_millis(80));
    portal.stop().await;
}

#[tokio::test]
async fn a_captcha_or_a_login_stands_in_the_way_of_everything_until_it_is_answered() {
    for (switch, form, answer) in [
        (Switch::Captcha { after: 3 }, "form.captcha", "answer"),
        (Switch::Login { after: 3 }, "form.login", "user"),
    ] {
        let portal = portal().await;
        portal.switch(switch);
        let mut visitor = Visitor::of(&portal);
        let is_asked = |page: &Answer| !page.attributes(form, "action").is_empty();
        let results = search_results_or_question(&mut visitor).await;
        assert!(is_asked(&results), "two requests for the form pass, and the search");
        let asked = visitor.visit(PAYMENTS).await;
        assert!(is_asked(&asked) && asked.status == 200, "{form}");
        let stats = portal.stats();
        assert_eq!(stats.captchas + stats.logins, 2, "{form}");
        let action = asked.attributes(form, "action").remove(0);
        let answered = visitor.request("POST", &action, &format!("{answer}=x")).await;
        assert_eq!(answered.status, 302);
        assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID, "{form}");
        portal.stop().await;
    }
}

async fn search_results_or_question(visitor: &mut Visitor) -> Answer {
    let form = visitor.visit(PAYMENTS).await;
    visitor.search(&form, SEED_ID).await
}

#[tokio::test]
async fn one_document_is_forbidden_and_no_other() {
    let portal = portal().await;
    portal.switch(Switch::Forbid(Some(SEED_ID.to_owned())));
    let mut visitor = Visitor::of(&portal);
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.status, 403);
    assert_eq!(visitor.look_up(CONTRACTS, CONTRACT_ID).await.own_id(), CONTRACT_ID);
    assert_eq!(portal.stats().forbidden, 1);
    portal.switch(Switch::Forbid(None));
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    portal.stop().await;
}

#[tokio::test]
async fn a_redesign_begins_in_the_middle_with_the_kinds_that_were_chosen() {
    let portal = portal().await;
    let kinds = vec![RegistryKind::Payment];
    portal.switch(Switch::Redesign(Redesign { template: Template::Second, after: 1, kinds }));
    let mut visitor = Visitor::of(&portal);
    for (page, id, label, class) in [
        (PAYMENTS, SEED_ID, "ΑΔΑΜ:", "detail"),
        (CONTRACTS, CONTRACT_ID, "ΑΔΑΜ:", "detail"),
        (PAYMENTS, SEED_ID, "Μοναδικός Κωδικός:", "particulars"),
        (CONTRACTS, CONTRACT_ID, "ΑΔΑΜ:", "detail"),
    ] {
        let detail = visitor.look_up(page, id).await;
        assert_eq!(own_label(&detail), label);
        assert_eq!(detail.attributes("main table", "class"), [class]);
        let has_title = detail.texts("td.label").contains(&"Τίτλος:".to_owned());
        assert_eq!(has_title, class == "detail", "a required field moves as well");
    }
    assert_eq!(portal.stats().redesigned, 1);
    portal.switch(Switch::Redesign(Redesign::default()));
    assert_eq!(visitor.look_up(PAYMENTS, SEED_ID).await.own_id(), SEED_ID);
    portal.stop().await;
}

#[tokio::test]
async fn a_small_redesign_takes_away_one_field_that_is_not_required() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let mut labels = Vec::new();
    for template in [Template::First, Template::WithoutTaxNumber] {
        portal.switch(Switch::Redesign(Redesign { template, ..Redesign::default() }));
        labels.push(visitor.look_up(PAYMENTS, SEED_ID).await.texts("table.detail td.label"));
    }
    labels[0].retain(|label| label != "ΑΦΜ Φορέα:");
    assert_eq!(labels[0], labels[1]);
    portal.stop().await;
}

#[tokio::test]
async fn the_same_seed_brings_the_same_faults() {
    let fate = async |seed| {
        let portal = Portal::start(PortalSettings { seed, ..PortalSettings::default() }).await.unwrap();
        portal.switch(Switch::WrongPageRate(Rate::of(0.3).unwrap()));
        let mut visitor = Visitor::of(&portal);
        let mut fate = Vec::new();
        for (page, id) in [(PAYMENTS, SEED_ID), (CONTRACTS, CONTRACT_ID)].repeat(8) {
            fate.push(visitor.look_up(page, id).await.own_id() == id);
        }
        portal.stop().await;
        fate
    };
    assert_eq!(fate(5).await, fate(5).await);
    assert_ne!(fate(5).await, fate(6).await);
}

/// What a visitor does who does not wait for the answer.
impl Visitor {
    /// Submits the search, following no redirect.
    async fn press_search(&mut self, form: &Answer, query: &str) -> Answer {
        let (action, body) = search_of(form, query);
        self.request("POST", &action, &body).await
    }

    /// Sends the search and leaves the connection open.
    async fn begin_search(&mut self, form: &Answer, query: &str) -> TcpStream {
        let (action, body) = search_of(form, query);
        let mut stream = TcpStream::connect(self.portal).await.unwrap();
        stream.write_all(self.written("POST", &action, &body).as_bytes()).await.unwrap();
        let mut nothing = [0; 1];
        let answered = tokio::time::timeout(Duration::from_millis(1), stream.read(&mut nothing)).await;
        assert!(answered.is_err(), "it was answered");
        stream
    }
}

fn search_of(form: &Answer, query: &str) -> (String, String) {
    let action = form.attributes("form", "action").remove(0);
    let input = form.attributes("td.label + td input", "name").remove(0);
    let button = form.attributes("input[value='Αναζήτηση']", "name").remove(0);
    let fields = [(input.as_str(), query), (button.as_str(), "Αναζήτηση")];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    (action, body)
}
