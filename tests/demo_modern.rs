//! Holds the modern demo portal to the manners of the portals it imitates, over plain HTTP without a browser.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what is missing here has failed the test")]

use anafora::demo::{
    DemoPortal, MODERN_SEED_ID as SEED_ID, ModernPortal, PortalSettings, Rate, Switch, TruthState,
};
use reqwest::{Client, Method, Response};
use serde_json::Value;
use url::Url;

/// Keeps the cookie of a session and the token of the page last asked for.
struct Visitor {
    base: Url,
    client: Client,
    cookie: String,
    token: String,
}

impl Visitor {
    fn of(portal: &ModernPortal) -> Self {
        Self { base: portal.base(), client: Client::new(), cookie: String::new(), token: String::new() }
    }

    async fn request(&mut self, method: Method, address: &str) -> Response {
        let request = self.client.request(method, self.base.join(address).unwrap());
        let request = request.header("cookie", &self.cookie).header("x-nordmark-token", &self.token);
        let response = request.send().await.unwrap();
        if let Some(cookie) = response.headers().get("set-cookie") {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        response
    }

    async fn get(&mut self, address: &str) -> Response {
        self.request(Method::GET, address).await
    }

    /// Opens the search page and asks for a token, as its script does.
    async fn begin(&mut self) {
        let page = self.get("/").await.text().await.unwrap();
        let mark = page.split("data-mark=\"").nth(1).unwrap().split('"').next().unwrap();
        let answer = self.request(Method::POST, &format!("/api/token?page={mark}")).await;
        assert_eq!(answer.status(), 200);
        self.token = answer.text().await.unwrap();
    }

    async fn search(&mut self, register: &str, reference: &str) -> Vec<Value> {
        let answer = self.get(&format!("/api/search?register={register}&reference={reference}")).await;
        assert_eq!(answer.status(), 200, "{reference}");
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// The address of the row with exactly this ID.
    async fn row(&mut self, register: &str, id: &str) -> Option<String> {
        let rows = self.search(register, id).await;
        let row = rows.into_iter().find(|row| row["reference"] == id)?;
        Some(format!("/api/record?key={}", row["key"].as_str().unwrap()))
    }
}

async fn portal() -> Box<ModernPortal> {
    let settings = PortalSettings { documents: 20, ..PortalSettings::default() };
    Box::new(ModernPortal::start(settings).await.unwrap())
}

const REGISTERS: [(&str, &str); 3] =
    [("tender", "Tenders"), ("decision", "Decisions"), ("contract", "Contracts")];

#[tokio::test]
async fn a_page_is_empty_when_it_arrives_and_answers_are_for_its_script_alone() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let address = format!("/api/search?register=Tenders&reference={SEED_ID}");
    assert_eq!(visitor.get(&address).await.status(), 401, "nobody has a session without a page");
    let page = visitor.get("/").await.text().await.unwrap();
    assert!(page.contains("<body></body>"), "{page}");
    assert_eq!(visitor.get(&address).await.status(), 403, "nor an answer without a token");
    visitor.begin().await;
    assert!(visitor.search("Tenders", SEED_ID).await.len() > 200);
    portal.stop().await;
}

#[tokio::test]
async fn a_record_opens_once_and_in_its_own_session() {
    let portal = portal().await;
    let (mut visitor, mut stranger) = (Visitor::of(&portal), Visitor::of(&portal));
    visitor.begin().await;
    stranger.begin().await;
    let address = visitor.row("Tenders", SEED_ID).await.unwrap();
    assert_eq!(stranger.get(&address).await.status(), 410);
    let shown: Value = serde_json::from_str(&visitor.get(&address).await.text().await.unwrap()).unwrap();
    assert_eq!(shown["reference"], SEED_ID);
    assert_eq!(visitor.get(&address).await.status(), 410);
    let text = format!("/api/text?key={}", shown["text_key"].as_str().unwrap());
    assert_eq!(stranger.get(&text).await.status(), 410);
    assert!(visitor.get(&text).await.text().await.unwrap().contains("T-2024-0004"));
    let file = format!("/attachment?key={}", shown["attachment_key"].as_str().unwrap());
    assert!(visitor.get(&file).await.text().await.unwrap().starts_with("%PDF"));
    assert!(stranger.get(&file).await.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    portal.stop().await;
}

#[tokio::test]
async fn a_session_ends_after_so_many_answers_and_the_first_page_begins_another() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    visitor.begin().await;
    let first = visitor.cookie.clone();
    let mut answers = 0;
    while visitor.get("/api/search?register=Decisions&reference=D/7/2024").await.status() == 200 {
        answers += 1;
    }
    assert_eq!(answers, 60);
    assert_eq!(visitor.get("/results").await.status(), 200);
    assert_eq!(visitor.cookie, first, "a later page begins no session");
    assert_eq!(visitor.get("/api/text?key=x").await.status(), 401);
    visitor.begin().await;
    assert_ne!(visitor.cookie, first);
    assert!(visitor.row("Decisions", "D/7/2024").await.is_some());
    portal.stop().await;
}

#[tokio::test]
async fn every_record_of_the_truth_can_be_looked_up_and_no_other() {
    let portal = portal().await;
    let mut visitor = Visitor::of(&portal);
    let mut looked_up = 0;
    for document in portal.truth() {
        let register = REGISTERS.into_iter().find(|(kind, _)| *kind == document.kind);
        let Some((_, register)) = register else {
            assert_eq!(document.state, TruthState::Bounded, "{}", document.id);
            continue;
        };
        visitor.begin().await;
        let status = match visitor.row(register, &document.id).await {
            Some(address) => visitor.get(&address).await.status().as_u16(),
            None => 404,
        };
        let expected = if document.state == TruthState::Stored { 200 } else { 404 };
        assert_eq!(status, expected, "{}", document.id);
        // A session of its own for each: they end early here.
        visitor.cookie.clear();
        looked_up += 1;
    }
    assert_eq!(
        (looked_up, portal.stats().details),
        (24, 21),
        "20 stored, four absent, of which one has a row"
    );
    portal.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_said_with_the_status_of_a_page_like_any_other() {
    let portal = portal().await;
    let answer = Visitor::of(&portal).get("/records/T-2024-00045").await;
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.unwrap().contains("Page not found"));
    portal.stop().await;
}

#[tokio::test]
async fn faults_that_go_by_rates_strike_what_names_a_record() {
    let always = Rate::of(1.0).unwrap();
    for (switch, status) in [(Switch::ExpiryRate(always), 401), (Switch::UnavailableRate(always), 503)] {
        let portal = portal().await;
        portal.switch(switch.clone()).unwrap();
        let mut visitor = Visitor::of(&portal);
        visitor.begin().await;
        let address = format!("/api/search?register=Tenders&reference={SEED_ID}");
        assert_eq!(visitor.get(&address).await.status(), status, "{switch:?}");
        portal.stop().await;
    }
    let portal = portal().await;
    portal.switch(Switch::WrongPageRate(always)).unwrap();
    let mut visitor = Visitor::of(&portal);
    visitor.begin().await;
    let address = visitor.row("Tenders", SEED_ID).await.unwrap();
    let shown = visitor.get(&address).await.text().await.unwrap();
    assert!(shown.contains("\"reference\":\"T-2024-00046\""), "{shown}");
    assert_eq!(portal.stats().wrong_pages, 1);
    let unknown = portal.switch(Switch::Forbid(None)).unwrap_err();
    assert_eq!(unknown.to_string(), "the portal `demo-modern` does not misbehave in this way: Forbid(None)");
    portal.stop().await;
}
