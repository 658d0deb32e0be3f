//! Answers requests: redirect after post, flows that expire without a word, and whatever the switches ask for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use super::checkpoint::Checkpoint;
use super::cookie;
use super::corpus::Corpus;
use super::dice::Fault;
use super::flow::{FlowKey, Sessions, View};
use super::kind::RegistryKind;
use super::mishap::{Mishaps, user_agent_in};
use super::pages::{self, GeneratedNames, Pages};
use super::service;
use super::template::Template;

/// Everything that the handlers share.
pub(super) struct Registry {
    pub(super) corpus: Corpus,
    pub(super) names: GeneratedNames,
    pub(super) mishaps: Mishaps,
    pub(super) sessions: Mutex<Sessions>,
}

type Fields = BTreeMap<String, String>;

/// One request to a flow: who asks, for which search page, with which key.
struct Step<'a> {
    registry: &'a Registry,
    token: String,
    searched: RegistryKind,
    key: FlowKey,
    view: View,
}

pub(super) fn router(registry: Arc<Registry>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/robots.txt", get(robots_txt))
        .route(&format!("{}/{{page}}", pages::DIRECTORY), get(open).post(submit))
        .route(pages::CAPTCHA, post(captcha_answered))
        .route(pages::LOGIN, post(logged_in))
        .merge(service::router())
        .fallback(elsewhere)
        .with_state(registry)
}

async fn home(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    match registry.mishaps.arrive(&headers).await {
        Ok(()) => redirect(&pages::address_of(RegistryKind::Payment)),
        Err(unavailable) => unavailable,
    }
}

async fn robots_txt(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    registry.mishaps.counters.count(|stats| stats.robots += 1);
    registry.mishaps.counters.user_agent(user_agent_in(&headers));
    registry.mishaps.switches.robots_txt().answer()
}

async fn captcha_answered(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    registry.answered(Checkpoint::Captcha, &headers).await
}

async fn logged_in(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    registry.answered(Checkpoint::Login, &headers).await
}

async fn elsewhere(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    match registry.mishaps.arrive(&headers).await {
        Ok(()) => not_found(),
        Err(unavailable) => unavailable,
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Html(pages::not_found())).into_response()
}

async fn open(
    State(registry): State<Arc<Registry>>,
    Path(page): Path<String>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    if !query.contains_key("execution") {
        registry.mishaps.counters.work_arrives();
    }
    if let Err(unavailable) = registry.mishaps.arrive(&headers).await {
        return unavailable;
    }
    let Some(searched) = RegistryKind::searched_on(&page) else { return not_found() };
    let token = cookie::token_in(&headers);
    let Some(key) = query.get("execution") else { return registry.begin(token, searched) };
    let Some(step) = registry.step(token, searched, key) else { return registry.expired(searched) };
    if let Some(id) = step.named()
        && let Err(mishap) = registry.mishaps.befall(id).await
    {
        return mishap;
    }
    if query.contains_key("fragments") { step.later_part().await } else { step.show() }
}

async fn submit(
    State(registry): State<Arc<Registry>>,
    Path(page): Path<String>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    registry.mishaps.counters.work_arrives();
    if let Err(unavailable) = registry.mishaps.arrive(&headers).await {
        return unavailable;
    }
    let Some(searched) = RegistryKind::searched_on(&page) else { return not_found() };
    let key = query.get("execution").map_or("", String::as_str);
    let Some(step) = registry.step(cookie::token_in(&headers), searched, key) else {
        return registry.expired(searched);
    };
    let named = step.named_by(&form);
    if let Some(id) = &named
        && let Err(mishap) = registry.mishaps.befall(id).await
    {
        return mishap;
    }
    if step.is_cut_off(named.as_deref()) { registry.expired(searched) } else { step.submit(&form) }
}

impl Registry {
    /// Any answer will do: what matters is that somebody gave one.
    async fn answered(&self, checkpoint: Checkpoint, headers: &HeaderMap) -> Response {
        self.mishaps.greet(headers).await;
        self.mishaps.switches.answered(checkpoint);
        redirect(&pages::address_of(RegistryKind::Payment))
    }

    /// A request without a key begins a flow; one without a cookie gets a session as well.
    fn begin(&self, token: Option<String>, searched: RegistryKind) -> Response {
        let is_new = token.is_none();
        let token = token.unwrap_or_else(cookie::new_token);
        let key = self.sessions().begin(&token, searched);
        let mut response = redirect_to(searched, key);
        if is_new {
            cookie::set(&mut response, &token, "/kimds2");
        }
        response
    }

    /// A key that means nothing leads to the beginning of the flow, without a word.
    fn expired(&self, searched: RegistryKind) -> Response {
        self.mishaps.counters.count(|stats| stats.expired += 1);
        redirect(&pages::address_of(searched))
    }

    fn step(&self, token: Option<String>, searched: RegistryKind, key: &str) -> Option<Step<'_>> {
        let (token, key) = (token?, FlowKey::parse(key)?);
        let view = self.sessions().view(&token, searched, key)?;
        Some(Step { registry: self, token, searched, key, view })
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Step<'_> {
    /// The document that the snapshot is about.
    fn named(&self) -> Option<&str> {
        match &self.view {
            View::SearchForm => None,
            View::Results { query, .. } => Some(query),
            View::Detail { asked, .. } => Some(asked),
        }
    }

    /// The document that a post asks for: by its ID, or by its row.
    fn named_by(&self, form: &Fields) -> Option<String> {
        match &self.view {
            View::SearchForm => form
                .contains_key(&self.registry.names.search_button())
                .then(|| value_in(form, &self.registry.names.id_input()).to_owned()),
            View::Results { rows, .. } => self.opened(rows, form).map(ToOwned::to_owned),
            View::Detail { .. } => None,
        }
    }

    /// Whether the flow expires now, by the rhythm or by the dice; the execution is gone then.
    fn is_cut_off(&self, named: Option<&str>) -> bool {
        let switches = &self.registry.mishaps.switches;
        let strikes =
            switches.expire.strikes() || named.is_some_and(|id| switches.dice.strikes(Fault::Expiry, id));
        if strikes {
            self.registry.sessions().forget(&self.token, self.key);
        }
        strikes
    }

    fn show(self) -> Response {
        let corpus = &self.registry.corpus;
        let pages = Pages { names: self.registry.names, searched: self.searched, key: self.key };
        let page = match &self.view {
            View::SearchForm => pages.search_form(),
            View::Results { query, rows } => pages.results(corpus, query, rows),
            View::Detail { id, .. } if self.registry.mishaps.switches.forbids(id) => {
                self.registry.mishaps.counters.count(|stats| stats.forbidden += 1);
                return (StatusCode::FORBIDDEN, Html(pages::forbidden())).into_response();
            }
            View::Detail { id, template, .. } => match corpus.get(id) {
                Some(document) => pages.detail(document, *template),
                None => pages::not_found(),
            },
        };
        Html(page).into_response()
    }

    /// What the script on a document's page fetches.
    async fn later_part(self) -> Response {
        if self.is_cut_off(self.named()) {
            return self.registry.expired(self.searched);
        }
        let delay = self.registry.mishaps.switches.detail_delay();
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        match &self.view {
            View::Detail { id, .. } => match self.registry.corpus.get(id) {
                Some(document) => Html(pages::later_part(document)).into_response(),
                None => not_found(),
            },
            View::SearchForm | View::Results { .. } => not_found(),
        }
    }

    fn submit(self, form: &Fields) -> Response {
        let names = self.registry.names;
        let next = match &self.view {
            _ if form.contains_key(&names.new_search_button()) => Some(View::SearchForm),
            View::SearchForm => form.contains_key(&names.search_button()).then(|| self.search(form)),
            View::Results { rows, .. } => self.opened(rows, form).map(|id| self.open_row(id)),
            View::Detail { .. } => None,
        };
        // A post that presses nothing shows the same snapshot again.
        let key = next.map_or(Some(self.key), |view| {
            self.registry.sessions().advance(&self.token, self.searched, self.key, view)
        });
        match key {
            Some(key) => redirect_to(self.searched, key),
            None => self.registry.expired(self.searched),
        }
    }

    fn search(&self, form: &Fields) -> View {
        let query = value_in(form, &self.registry.names.id_input()).to_owned();
        let organisation = value_in(form, &self.registry.names.organisation_input());
        let corpus = &self.registry.corpus;
        let is_of_organisation = |id: &String| {
            corpus.get(id).is_some_and(|document| document.shown("Φορέας").contains(organisation))
        };
        let rows = corpus.search(&query).into_iter().filter(is_of_organisation).collect();
        self.registry.mishaps.counters.count(|stats| stats.searches += 1);
        View::Results { query, rows }
    }

    /// The document whose row is opened.
    fn opened<'a>(&self, rows: &'a [String], form: &Fields) -> Option<&'a str> {
        let names = self.registry.names;
        let is_opened = |(row, _): &(usize, &String)| form.contains_key(&names.row_link(*row));
        rows.iter().enumerate().find(is_opened).map(|(_, id)| id.as_str())
    }

    fn open_row(&self, asked: &str) -> View {
        let Registry { corpus, mishaps: Mishaps { switches, counters, .. }, .. } = self.registry;
        let is_wrong = switches.wrong_page.strikes() || switches.dice.strikes(Fault::WrongPage, asked);
        let another = is_wrong.then(|| corpus.another(asked)).flatten();
        let template = switches.template(RegistryKind::of(asked));
        counters.count(|stats| {
            stats.details += 1;
            stats.wrong_pages += u64::from(another.is_some());
            stats.redesigned += u64::from(template != Template::First);
            *stats.details_by_id.entry(asked.to_owned()).or_default() += 1;
        });
        let id = another.map_or(asked, |document| &document.id).to_owned();
        View::Detail { asked: asked.to_owned(), id, template }
    }
}

fn value_in<'a>(form: &'a Fields, name: &str) -> &'a str {
    form.get(name).map_or("", |text| text.trim())
}

fn redirect_to(searched: RegistryKind, key: FlowKey) -> Response {
    redirect(&format!("{}?execution={key}", pages::address_of(searched)))
}

/// A plain 302, as servers of that age send it after a post too.
fn redirect(address: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, address.to_owned())]).into_response()
}
