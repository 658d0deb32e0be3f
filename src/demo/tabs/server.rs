//! Answers requests: one page, partial answers to what happens on it, and the start page to whatever has expired.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::super::cookie;
use super::super::corpus::Corpus;
use super::super::dice::Fault;
use super::super::html::{escape, join};
use super::super::mishap::Mishaps;
use super::event::{self, Event, Fields, Updates, value_in};
use super::pages::{self, HOME, SCRIPT, STYLE};
use super::view::{Sessions, Stage, View};

/// Everything that the handlers share.
pub(super) struct Registry {
    pub(super) corpus: Corpus,
    pub(super) mishaps: Mishaps,
    pub(super) sessions: Mutex<Sessions>,
}

pub(super) fn router(registry: Arc<Registry>) -> Router {
    Router::new()
        .route(HOME, get(open).post(happened))
        .route(STYLE, get(style))
        .route(SCRIPT, get(script))
        .fallback(elsewhere)
        .with_state(registry)
}

async fn style(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    registry.resource(&headers, "text/css", include_str!("style.css")).await
}

async fn script(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    registry.resource(&headers, "text/javascript", include_str!("page.js")).await
}

async fn elsewhere(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    match registry.mishaps.arrive(&headers).await {
        Ok(()) => (StatusCode::NOT_FOUND, Html(pages::not_found())).into_response(),
        Err(unavailable) => unavailable,
    }
}

/// The start page, or the page that a link leads to.
async fn open(
    State(registry): State<Arc<Registry>>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    registry.mishaps.counters.work_arrives();
    if let Err(unavailable) = registry.mishaps.arrive(&headers).await {
        return unavailable;
    }
    let stage = match value_in(&query, "referenceNumber") {
        "" => Stage::Start,
        id => Stage::Linked(id.to_owned()),
    };
    let known = cookie::token_in(&headers);
    let token = known.clone().unwrap_or_else(cookie::new_token);
    let view = registry.sessions().begin(&token, stage);
    let page = pages::home(&view);
    let mut response = Html(page).into_response();
    if known.is_none() {
        cookie::set(&mut response, &token, "/upgkimdis");
    }
    response
}

/// Something happened on a page: a control says so, under the name it was last rendered with.
async fn happened(
    State(registry): State<Arc<Registry>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let Some((token, view, event)) = registry.event(&headers, &fields) else {
        return match registry.mishaps.arrive(&headers).await {
            Ok(()) => registry.expired(),
            Err(unavailable) => unavailable,
        };
    };
    if !matches!(event, Event::Suggest(_)) {
        registry.mishaps.counters.work_arrives();
    }
    if let Err(unavailable) = registry.mishaps.arrive(&headers).await {
        return unavailable;
    }
    if let Some(id) = event.named(&view) {
        if let Err(mishap) = registry.mishaps.befall(id).await {
            return mishap;
        }
        if registry.mishaps.switches.expire.strikes()
            || registry.mishaps.switches.dice.strikes(Fault::Expiry, id)
        {
            registry.sessions().of(&token).forget(view.number);
            return registry.expired();
        }
    }
    registry.count(&event);
    registry.happen(&token, view.number, event)
}

impl Registry {
    /// A file that every page needs; visitors keep it.
    async fn resource(&self, headers: &HeaderMap, media_type: &str, text: &'static str) -> Response {
        self.mishaps.greet(headers).await;
        let media_type = format!("{media_type}; charset=utf-8");
        ([(header::CONTENT_TYPE, media_type.as_str()), (header::CACHE_CONTROL, "max-age=3600")], text)
            .into_response()
    }

    /// What a post means to the view it comes from; `None` where either is gone.
    fn event(&self, headers: &HeaderMap, fields: &Fields) -> Option<(String, View, Event)> {
        let token = cookie::token_in(headers)?;
        let number = value_in(fields, "javax.faces.ViewState").parse().ok()?;
        let mut sessions = self.sessions();
        let session = sessions.of(&token);
        let view = session.view(number)?.clone();
        let event = Event::read(&view, session.page, fields)?;
        drop(sessions);
        Some((token, view, event))
    }

    /// Lets it happen to the view as it is by now: answers may overtake each other.
    fn happen(&self, token: &str, number: u32, event: Event) -> Response {
        let mut sessions = self.sessions();
        let session = sessions.of(token);
        let Some(mut view) = session.view(number).cloned() else {
            drop(sessions);
            return self.expired();
        };
        let updates = event.happen(&self.corpus, session, &mut view);
        session.put(view);
        partial(&changes(&updates))
    }

    /// What expired begins anew, without a word.
    fn expired(&self) -> Response {
        self.mishaps.counters.count(|stats| stats.expired += 1);
        partial(&format!("<redirect url=\"{HOME}\"></redirect>"))
    }

    fn count(&self, event: &Event) {
        self.mishaps.counters.count(|stats| match event {
            Event::Search(Ok(_)) => stats.searches += 1,
            Event::Link(id) if event::linked(&self.corpus, id).is_none() => {}
            Event::Row(id) | Event::Link(id) => {
                stats.details += 1;
                *stats.details_by_id.entry(id.clone()).or_default() += 1;
            }
            _ => {}
        });
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn changes(updates: &Updates) -> String {
    // Markup inside markup: escaped as text, it arrives as it was.
    let updates = updates.iter().map(|(id, html)| format!("<update id=\"{id}\">{}</update>", escape(html)));
    format!("<changes>{}</changes>", join(updates))
}

fn partial(inside: &str) -> Response {
    let body =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<partial-response>{inside}</partial-response>");
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}
