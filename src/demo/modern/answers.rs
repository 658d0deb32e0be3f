//! Answers requests to the modern demo portal: empty pages, one script, and a small service for that script alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::collection::Collection;
use super::record::Record;
use super::register::Register;
use super::visits::{Refused, Uses, Visits};
use crate::demo::cookie;
use crate::demo::dice::Fault;
use crate::demo::mishap::{Mishaps, user_agent_in};

/// Where the script puts its token.
const TOKEN_HEADER: &str = "x-nordmark-token";

const PAGE: &str = include_str!("page.html");
const MISSING: &str = include_str!("missing.html");
const SCRIPT: &str = include_str!("app.js");
const STYLE: &str = include_str!("style.css");
const ROBOTS_TXT: &str = "User-agent: *\nDisallow: /api/\n";
const ATTACHMENT: &str = "%PDF-1.4\n% An attachment of the demo portal: there is nothing in it.\n%%EOF\n";

/// Everything that the handlers share.
pub(super) struct Desk {
    pub(super) collection: Collection,
    pub(super) mishaps: Mishaps,
    pub(super) visits: Mutex<Visits>,
}

type Shared = State<Arc<Desk>>;
type Parameters = Query<BTreeMap<String, String>>;

pub(super) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(search_page))
        .route("/results", get(results_page))
        .route("/record", get(record_page))
        .route("/text", get(text_page))
        .route("/app.js", get(script))
        .route("/style.css", get(style))
        .route("/robots.txt", get(robots_txt))
        .route("/api/token", post(token))
        .route("/api/search", get(search))
        .route("/api/record", get(record))
        .route("/api/text", get(text))
        .route("/attachment", get(attachment))
        .fallback(missing)
        .with_state(desk)
}

async fn search_page(State(desk): Shared, headers: HeaderMap) -> Response {
    desk.mishaps.counters.work_arrives();
    desk.mishaps.greet(&headers).await;
    let known = cookie::token_in(&headers).filter(|cookie| desk.visits().knows(cookie));
    let cookie = known.unwrap_or_else(cookie::new_token);
    let mark = desk.visits().serve_page(&cookie);
    let mut response = page("search", &mark);
    cookie::set(&mut response, &cookie, "/");
    response
}

async fn results_page(State(desk): Shared, headers: HeaderMap) -> Response {
    desk.later_page("results", &headers).await
}

async fn record_page(State(desk): Shared, headers: HeaderMap) -> Response {
    desk.later_page("record", &headers).await
}

async fn text_page(State(desk): Shared, headers: HeaderMap) -> Response {
    desk.later_page("text", &headers).await
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn robots_txt(State(desk): Shared, headers: HeaderMap) -> Response {
    desk.mishaps.counters.count(|stats| stats.robots += 1);
    desk.mishaps.counters.user_agent(user_agent_in(&headers));
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], ROBOTS_TXT).into_response()
}

/// What is not there is said in words alone: the status is that of a page like any other.
async fn missing(State(desk): Shared, headers: HeaderMap) -> Response {
    desk.mishaps.greet(&headers).await;
    Html(MISSING).into_response()
}

async fn token(State(desk): Shared, Query(asked): Parameters, headers: HeaderMap) -> Response {
    desk.mishaps.greet(&headers).await;
    let cookie = cookie::token_in(&headers).unwrap_or_default();
    let token = desk.visits().token(&cookie, value_in(&asked, "page"), Instant::now());
    token.map_or_else(|refused| desk.refuse(refused), IntoResponse::into_response)
}

async fn search(State(desk): Shared, Query(asked): Parameters, headers: HeaderMap) -> Response {
    desk.mishaps.counters.work_arrives();
    desk.mishaps.greet(&headers).await;
    let query = value_in(&asked, "reference");
    let answer = match desk.admit(&headers) {
        Ok(cookie) => desk.meet(&cookie, query).await.and_then(|()| desk.rows(&cookie, &asked)),
        Err(refused) => Err(refused),
    };
    desk.answer(answer)
}

async fn record(State(desk): Shared, Query(asked): Parameters, headers: HeaderMap) -> Response {
    desk.mishaps.counters.work_arrives();
    desk.mishaps.greet(&headers).await;
    let answer = match desk.admit(&headers) {
        Ok(cookie) => desk.open_record(&cookie, value_in(&asked, "key")).await,
        Err(refused) => Err(refused),
    };
    desk.answer(answer)
}

async fn text(State(desk): Shared, Query(asked): Parameters, headers: HeaderMap) -> Response {
    desk.mishaps.greet(&headers).await;
    let opened = desk.admit(&headers).and_then(|cookie| {
        let id = desk.visits().open(&cookie, value_in(&asked, "key"))?;
        Ok(desk.collection.get(&id).map(|record| json!({ "title": record.title, "paragraphs": record.text })))
    });
    desk.answer(opened.and_then(|shown| shown.ok_or(Refusal::NoRecord)))
}

async fn attachment(State(desk): Shared, Query(asked): Parameters, headers: HeaderMap) -> Response {
    desk.mishaps.greet(&headers).await;
    let cookie = cookie::token_in(&headers).unwrap_or_default();
    if desk.visits().open(&cookie, value_in(&asked, "key")).is_err() {
        return Html(MISSING).into_response();
    }
    let heads = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"attachment.pdf\""),
    ];
    (heads, ATTACHMENT).into_response()
}

/// Why the script gets no answer.
enum Refusal {
    Visit(Refused),
    NoRecord,
    Mishap(Box<Response>),
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::Visit(refused)
    }
}

impl Desk {
    /// A page that belongs to a session that has begun: it does not begin another.
    async fn later_page(&self, name: &str, headers: &HeaderMap) -> Response {
        self.mishaps.greet(headers).await;
        let cookie = cookie::token_in(headers).filter(|cookie| self.visits().knows(cookie));
        let mark = cookie.map(|cookie| self.visits().serve_page(&cookie)).unwrap_or_default();
        page(name, &mark)
    }

    /// The session of a request that may be answered.
    fn admit(&self, headers: &HeaderMap) -> Result<String, Refusal> {
        let cookie = cookie::token_in(headers).ok_or(Refused::SessionEnded)?;
        let token = headers.get(TOKEN_HEADER).and_then(|token| token.to_str().ok()).unwrap_or_default();
        self.visits().pass(&cookie, token, Instant::now())?;
        Ok(cookie)
    }

    /// What the dice have for a request that names a record.
    async fn meet(&self, cookie: &str, id: &str) -> Result<(), Refusal> {
        if self.mishaps.switches.dice.strikes(Fault::Expiry, id) {
            self.visits().end(cookie);
            return Err(Refused::SessionEnded.into());
        }
        self.mishaps.befall(id).await.map_err(|response| Refusal::Mishap(Box::new(response)))
    }

    fn rows(&self, cookie: &str, asked: &BTreeMap<String, String>) -> Result<Value, Refusal> {
        let register = Register::searched(value_in(asked, "register"));
        let found = register.map(|register| self.collection.search(register, value_in(asked, "reference")));
        self.mishaps.counters.count(|stats| stats.searches += 1);
        let mut visits = self.visits();
        let row = |record: &Record| {
            Ok(json!({
                "reference": record.id,
                "title": record.title,
                "authority": record.authority,
                "published": record.published_shown(),
                "key": visits.key(cookie, &record.id, Uses::Once)?,
            }))
        };
        found.unwrap_or_default().into_iter().map(row).collect()
    }

    async fn open_record(&self, cookie: &str, key: &str) -> Result<Value, Refusal> {
        let id = self.visits().open(cookie, key)?;
        self.meet(cookie, &id).await?;
        let is_wrong = self.mishaps.switches.dice.strikes(Fault::WrongPage, &id);
        let another = is_wrong.then(|| self.collection.another(&id)).flatten();
        self.mishaps.counters.count(|stats| {
            stats.details += 1;
            stats.wrong_pages += u64::from(another.is_some());
            *stats.details_by_id.entry(id.clone()).or_default() += 1;
        });
        let shown = another.or_else(|| self.collection.get(&id)).ok_or(Refusal::NoRecord)?;
        let mut visits = self.visits();
        let text_key = visits.key(cookie, &shown.id, Uses::Many)?;
        let attachment_key = visits.key(cookie, &shown.id, Uses::Many)?;
        Ok(shown.shown(&text_key, &attachment_key))
    }

    fn answer(&self, answer: Result<Value, Refusal>) -> Response {
        match answer {
            Ok(shown) => ([(header::CONTENT_TYPE, "application/json")], shown.to_string()).into_response(),
            Err(Refusal::Visit(refused)) => self.refuse(refused),
            Err(Refusal::NoRecord) => StatusCode::NOT_FOUND.into_response(),
            Err(Refusal::Mishap(response)) => *response,
        }
    }

    fn refuse(&self, refused: Refused) -> Response {
        match refused {
            Refused::SessionEnded => {
                self.mishaps.counters.count(|stats| stats.expired += 1);
                StatusCode::UNAUTHORIZED.into_response()
            }
            Refused::TokenExpired => StatusCode::FORBIDDEN.into_response(),
            Refused::KeyUsed => StatusCode::GONE.into_response(),
        }
    }

    fn visits(&self) -> MutexGuard<'_, Visits> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn page(name: &str, mark: &str) -> Response {
    Html(PAGE.replace("{page}", name).replace("{mark}", mark)).into_response()
}

fn value_in<'a>(asked: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    asked.get(name).map_or("", |text| text.trim())
}
