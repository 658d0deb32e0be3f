//! Answers requests: redirect after post, flows that expire without a word, and whatever the switches ask for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::corpus::Corpus;
use super::flow::{FlowKey, Sessions, View};
use super::kind::RegistryKind;
use super::pages::{self, GeneratedNames, Pages};
use super::stats::Counters;
use super::switches::Switches;

/// The session cookie.
const COOKIE: &str = "JSESSIONID";

/// Everything that the handlers share.
pub(super) struct Registry {
    pub(super) corpus: Corpus,
    pub(super) names: GeneratedNames,
    pub(super) latency: Duration,
    pub(super) switches: Switches,
    pub(super) counters: Counters,
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
        .fallback(elsewhere)
        .with_state(registry)
}

async fn home(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    match registry.arrive(&headers).await {
        Ok(()) => redirect(&pages::address_of(RegistryKind::Payment)),
        Err(unavailable) => unavailable,
    }
}

async fn robots_txt(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    registry.counters.count(|stats| stats.robots += 1);
    registry.counters.user_agent(user_agent_in(&headers));
    registry.switches.robots_txt().answer()
}

async fn elsewhere(State(registry): State<Arc<Registry>>, headers: HeaderMap) -> Response {
    match registry.arrive(&headers).await {
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
        registry.counters.work_arrives();
    }
    if let Err(unavailable) = registry.arrive(&headers).await {
        return unavailable;
    }
    let Some(searched) = RegistryKind::searched_on(&page) else { return not_found() };
    let token = token_in(&headers);
    let Some(key) = query.get("execution") else { return registry.begin(token, searched) };
    let Some(step) = registry.step(token, searched, key) else { return registry.expired(searched) };
    if query.contains_key("fragments") { step.later_part().await } else { step.show() }
}

async fn submit(
    State(registry): State<Arc<Registry>>,
    Path(page): Path<String>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    registry.counters.work_arrives();
    if let Err(unavailable) = registry.arrive(&headers).await {
        return unavailable;
    }
    let Some(searched) = RegistryKind::searched_on(&page) else { return not_found() };
    let key = query.get("execution").map_or("", String::as_str);
    let Some(step) = registry.step(token_in(&headers), searched, key) else {
        return registry.expired(searched);
    };
    if step.is_cut_off() { registry.expired(searched) } else { step.submit(&form) }
}

impl Registry {
    /// What happens to every request first: it is counted, takes its time, and may meet a portal that is down.
    async fn arrive(&self, headers: &HeaderMap) -> Result<(), Response> {
        self.counters.count(|stats| stats.requests += 1);
        self.counters.user_agent(user_agent_in(headers));
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        if !self.switches.unavailable.strikes() {
            return Ok(());
        }
        self.counters.count(|stats| stats.unavailable += 1);
        Err((StatusCode::SERVICE_UNAVAILABLE, Html(pages::unavailable())).into_response())
    }

    /// A request without a key begins a flow; one without a cookie gets a session as well.
    fn begin(&self, token: Option<String>, searched: RegistryKind) -> Response {
        let is_new = token.is_none();
        let token = token.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string().to_uppercase());
        let key = self.sessions().begin(&token, searched);
        let mut response = redirect_to(searched, key);
        if is_new && let Ok(cookie) = format!("{COOKIE}={token}; Path=/kimds2; HttpOnly").parse() {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        response
    }

    /// A key that means nothing leads to the beginning of the flow, without a word.
    fn expired(&self, searched: RegistryKind) -> Response {
        self.counters.count(|stats| stats.expired += 1);
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
    /// Whether the switch for expiry strikes; the execution is gone then.
    fn is_cut_off(&self) -> bool {
        let strikes = self.registry.switches.expire.strikes();
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
            View::Detail { id } => match corpus.get(id) {
                Some(document) => pages.detail(document),
                None => pages::not_found(),
            },
        };
        Html(page).into_response()
    }

    /// What the script on a document's page fetches.
    async fn later_part(self) -> Response {
        if self.is_cut_off() {
            return self.registry.expired(self.searched);
        }
        let delay = self.registry.switches.detail_delay();
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        match &self.view {
            View::Detail { id } => match self.registry.corpus.get(id) {
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
            View::Results { rows, .. } => {
                let is_opened = |(row, _): &(usize, &String)| form.contains_key(&names.row_link(*row));
                rows.iter().enumerate().find(is_opened).map(|(_, id)| self.open_row(id))
            }
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
        let value = |name: &str| form.get(name).map_or("", |text| text.trim());
        let query = value(&self.registry.names.id_input()).to_owned();
        let organisation = value(&self.registry.names.organisation_input());
        let corpus = &self.registry.corpus;
        let is_of_organisation = |id: &String| {
            corpus.get(id).is_some_and(|document| document.shown("Φορέας").contains(organisation))
        };
        let rows = corpus.search(&query).into_iter().filter(is_of_organisation).collect();
        self.registry.counters.count(|stats| stats.searches += 1);
        View::Results { query, rows }
    }

    fn open_row(&self, id: &str) -> View {
        let is_wrong = self.registry.switches.wrong_page.strikes();
        self.registry.counters.count(|stats| {
            stats.details += 1;
            stats.wrong_pages += u64::from(is_wrong);
            *stats.details_by_id.entry(id.to_owned()).or_default() += 1;
        });
        let another = is_wrong.then(|| self.registry.corpus.another(id)).flatten();
        View::Detail { id: another.map_or(id, |document| &document.id).to_owned() }
    }
}

fn user_agent_in(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default()
}

fn token_in(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| token.to_owned())
}

fn redirect_to(searched: RegistryKind, key: FlowKey) -> Response {
    redirect(&format!("{}?execution={key}", pages::address_of(searched)))
}

/// A plain 302, as servers of that age send it after a post too.
fn redirect(address: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, address.to_owned())]).into_response()
}
