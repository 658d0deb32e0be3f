//! Asks a portal without a browser: in turns of the pace, as robots.txt permits, under caps and deadlines.
//!
//! Redirections are followed on the same server alone, and to what robots.txt permits there. A server that cannot be
//! reached, or is silent for too long, is unavailable; nothing is asked a second time here.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use tokio::time::{Instant, timeout};
use url::Url;

use super::agent::Agent;
use super::pace::Pace;
use super::robots::Robots;
use super::session::is_here;
use super::{Barrier, FetchError, retry_after};
use crate::clock::Clock;
use crate::domain::Timestamp;

/// Redirections that are followed on one server.
const REDIRECTIONS_MAX: usize = 5;

/// The way to a portal without a browser. One is shared by all sessions on a portal.
pub struct Http {
    client: reqwest::Client,
    pace: Arc<Pace>,
    robots: Option<Arc<Robots>>,
    clock: Arc<dyn Clock>,
}

/// One request.
pub(super) struct Request {
    pub(super) method: reqwest::Method,
    pub(super) address: Url,
    pub(super) headers: Vec<(String, String)>,
    /// The media type that is wished for.
    pub(super) accept: String,
    /// What is sent, as JSON.
    pub(super) body: Option<serde_json::Value>,
    /// The largest answer that is read.
    pub(super) bytes_max: u64,
    /// How long the answer may take, to its last byte.
    pub(super) deadline: Duration,
}

/// A request as it is sent, and sent again to where an answer leads.
struct Sent {
    method: reqwest::Method,
    address: Url,
    headers: HeaderMap,
    body: Option<String>,
}

/// What a portal answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) url: Url,
    pub(super) media_type: String,
    pub(super) retry_after: Option<Duration>,
    pub(super) bytes: Vec<u8>,
}

impl Http {
    /// A client under this name, in turns of this pace.
    ///
    /// # Errors
    /// `Environment` where this machine cannot speak HTTP at all.
    pub fn new(
        base: &Url,
        agent: &Agent,
        pace: Arc<Pace>,
        robots: Option<Arc<Robots>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FetchError> {
        let client = client(base, agent).redirect(Policy::none()).build();
        let client = client.map_err(|error| FetchError::Environment {
            detail: format!("the portal cannot be asked by http: {}", innermost(&error)),
            hint: "are root certificates installed? Debian: apt install ca-certificates".into(),
        })?;
        Ok(Self { client, pace, robots, clock })
    }

    /// The time of day.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits for the turn of a request; returns how long that and the look at robots.txt took, which is our own wish.
    pub(super) async fn turn(&self, address: &Url) -> Result<Duration, FetchError> {
        let began = Instant::now();
        self.permit(address).await?;
        self.pace.turn().await?;
        Ok(began.elapsed())
    }

    /// Whether robots.txt lets an address be asked for.
    async fn permit(&self, address: &Url) -> Result<(), FetchError> {
        match &self.robots {
            Some(robots) => robots.permit(address).await,
            None => Ok(()),
        }
    }

    /// Asks once, when its turn has come.
    pub(super) async fn ask(&self, request: Request) -> Result<Answer, FetchError> {
        let began = Instant::now();
        let (address, deadline) = (request.address.clone(), request.deadline);
        let answer = match timeout(deadline, self.send(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(FetchError::unavailable(format!("{address}: no answer within {deadline:?}"))),
        };
        match &answer {
            Ok(answer) if !is_unavailable(answer.status) => self.pace.answered(began.elapsed()),
            Ok(_) | Err(FetchError::Unavailable { .. }) => self.pace.failed(),
            Err(_) => {}
        }
        answer
    }

    /// An answer that was good by its status was none: those who ask are to be slower.
    pub(super) fn slow_down(&self) {
        self.pace.failed();
    }

    async fn send(&self, request: Request) -> Result<Answer, FetchError> {
        let bytes_max = request.bytes_max;
        let mut sent = Sent::of(request)?;
        let mut followed = 0;
        let answer = loop {
            let answer = self.send_once(&sent).await?;
            if !answer.status().is_redirection() {
                break answer;
            }
            let Some(target) = on_same_server(&answer).filter(|_| followed < REDIRECTIONS_MAX) else {
                let location = header_of(&answer, header::LOCATION);
                let what = format!("{} leads to `{location}`, which is not followed", answer.url());
                return Err(FetchError::LayoutChanged { what });
            };
            self.permit(&target).await?;
            sent = sent.led_to(target, answer.status());
            followed += 1;
        };
        self.read(answer, bytes_max).await
    }

    async fn send_once(&self, sent: &Sent) -> Result<reqwest::Response, FetchError> {
        let mut asked = self.client.request(sent.method.clone(), sent.address.clone());
        if let Some(body) = &sent.body {
            asked = asked.body(body.clone());
        }
        let answer = asked.headers(sent.headers.clone()).send().await;
        answer.map_err(|error| failed(&sent.address, &error))
    }

    async fn read(&self, mut answer: reqwest::Response, bytes_max: u64) -> Result<Answer, FetchError> {
        let status = answer.status().as_u16();
        let url = answer.url().clone();
        let media_type = header_of(&answer, header::CONTENT_TYPE);
        let retry_after = retry_after::read(&header_of(&answer, header::RETRY_AFTER), self.clock.now());
        let too_large = |bytes: u64| FetchError::PageTooLarge { bytes, bytes_max };
        if let Some(bytes) = answer.content_length().filter(|bytes| *bytes > bytes_max) {
            return Err(too_large(bytes));
        }
        let mut bytes = Vec::new();
        while let Some(more) = answer.chunk().await.map_err(|error| failed(&url, &error))? {
            bytes.extend_from_slice(&more);
            if bytes.len() as u64 > bytes_max {
                return Err(too_large(bytes.len() as u64));
            }
        }
        Ok(Answer { status, url, media_type, retry_after, bytes })
    }
}

impl Sent {
    fn of(request: Request) -> Result<Self, FetchError> {
        let Request { method, address, headers, accept, body, .. } = request;
        let mut headers = valid(headers)?;
        // A profile that says what it accepts knows better.
        headers
            .entry(header::ACCEPT)
            .or_insert(HeaderValue::from_str(&accept).unwrap_or(HeaderValue::from_static("*/*")));
        if body.is_some() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(Self { method, address, headers, body: body.map(|body| body.to_string()) })
    }

    /// The request that a redirection asks for, as browsers read it: the same one where it says so, else a GET.
    fn led_to(mut self, address: Url, status: StatusCode) -> Self {
        if !matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
            self.method = reqwest::Method::GET;
            self.body = None;
            self.headers.remove(header::CONTENT_TYPE);
        }
        Self { address, ..self }
    }
}

impl Answer {
    /// The answer, where its status does not speak against it.
    pub(super) fn accepted(self) -> Result<Self, FetchError> {
        let detail = || format!("{}: the portal answered with status {}", self.url, self.status);
        match self.status {
            200..=299 => Ok(self),
            401 | 403 => Err(FetchError::Blocked { barrier: Barrier::Refusal, detail: detail() }),
            status if is_unavailable(status) => {
                Err(FetchError::Unavailable { detail: detail(), retry_after: self.retry_after })
            }
            _ => Err(FetchError::LayoutChanged { what: detail() }),
        }
    }

    /// The media type without its parameters.
    pub(super) fn essence(&self) -> String {
        self.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Whether it says that it is JSON.
    pub(super) fn is_json(&self) -> bool {
        let essence = self.essence();
        essence == "application/json" || essence.ends_with("+json")
    }
}

/// What every client of ours has: its name, and no proxy in front of this machine, as browsers do it.
pub(super) fn client(base: &Url, agent: &Agent) -> reqwest::ClientBuilder {
    let client = reqwest::Client::builder().user_agent(agent.product());
    if is_here(base) { client.no_proxy() } else { client }
}

/// What is at the bottom of an error: the layers above it repeat the address.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

fn is_unavailable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// Where a redirection leads, if that is the same server; any other one is an answer of its own.
fn on_same_server(answer: &reqwest::Response) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = header_of(answer, header::LOCATION);
    // Nothing would lead to where the answer came from.
    let target = Some(location).filter(|location| !location.is_empty())?;
    let target = answer.url().join(&target).ok()?;
    (target.origin() == answer.url().origin()).then_some(target)
}

/// A header's text; empty where there is none that can be read.
fn header_of(answer: &reqwest::Response, name: HeaderName) -> String {
    let text = answer.headers().get(name).and_then(|text| std::str::from_utf8(text.as_bytes()).ok());
    text.unwrap_or_default().to_owned()
}

fn failed(address: &Url, error: &reqwest::Error) -> FetchError {
    FetchError::unavailable(format!("{address}: {}", innermost(error)))
}

fn valid(headers: Vec<(String, String)>) -> Result<HeaderMap, FetchError> {
    let mut map = HeaderMap::new();
    for (name, text) in headers {
        let header = HeaderName::try_from(&name).ok().zip(HeaderValue::from_bytes(text.as_bytes()).ok());
        let Some((name, text)) = header else {
            return Err(FetchError::Environment {
                detail: format!("`{text}` cannot be sent in the header `{name}`"),
                hint: "change `headers` in the profile".into(),
            });
        };
        map.insert(name, text);
    }
    Ok(map)
}
