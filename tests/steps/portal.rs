//! The portal on loopback against which look-ups are tested: the pages of the stories, and answers that no page can give.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use tokio::sync::watch;

use crate::rough;
use crate::stage::Story;

/// A captcha that answers itself after a while, as a person would.
const CAPTCHA: &str = "<p>Are you a robot?<script>setTimeout(() => {
    document.cookie = 'answered=yes; path=/';
    document.querySelector('p').textContent = 'Thank you';
}, 1500)</script>";

/// A portal on loopback.
#[derive(Clone)]
pub(crate) struct Portal {
    address: std::net::SocketAddr,
    served: Arc<Served>,
}

struct Served {
    pages: BTreeMap<&'static str, &'static str>,
    /// An address at which nobody answers.
    closed: String,
    /// An address at which [`rough`] answers.
    rough: String,
    visits: AtomicU32,
    images: AtomicU32,
    /// How many gave up waiting for an answer that never comes.
    given_up: AtomicU32,
    /// How many answers were given, of whatever sort.
    answers: watch::Sender<u32>,
}

impl Portal {
    pub(crate) async fn open(stories: &[Story]) -> Self {
        let mut pages = BTreeMap::new();
        for (path, page) in stories.iter().flat_map(|story| story.pages.iter().copied()) {
            let other = pages.insert(path, page);
            assert!(other.is_none_or(|other| other == page), "two stories have a page `{path}`");
        }
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let served = Arc::new(Served {
            pages,
            closed: format!("http://{closed}/"),
            rough: format!("http://{}", rough::serve().await),
            visits: AtomicU32::new(0),
            images: AtomicU32::new(0),
            given_up: AtomicU32::new(0),
            answers: watch::Sender::new(0),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&served));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, served }
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many times it was asked for anything.
    pub(crate) fn answers(&self) -> u32 {
        *self.served.answers.borrow()
    }

    /// Waits until it was asked so many times.
    pub(crate) async fn has_answered(&self, answers: u32) {
        let mut watched = self.served.answers.subscribe();
        watched.wait_for(|now| *now >= answers).await.unwrap();
    }

    /// An address at which nobody answers.
    pub(crate) fn closed(&self) -> &str {
        &self.served.closed
    }

    /// An address at which [`rough`] answers.
    pub(crate) fn rough(&self) -> &str {
        &self.served.rough
    }

    /// How many browser sessions it saw.
    pub(crate) fn visits(&self) -> u32 {
        self.served.visits.load(Ordering::SeqCst)
    }

    /// How many gave up waiting for `/hang`, as by closing their window.
    pub(crate) fn given_up(&self) -> u32 {
        self.served.given_up.load(Ordering::SeqCst)
    }

    /// How many images were asked for.
    pub(crate) fn images(&self) -> u32 {
        self.served.images.load(Ordering::SeqCst)
    }
}

/// An answer that never comes. It is dropped where nobody waits for it any more.
struct Never(Arc<Served>);

impl Drop for Never {
    fn drop(&mut self) {
        self.0.given_up.fetch_add(1, Ordering::SeqCst);
    }
}

async fn answer(State(served): State<Arc<Served>>, uri: Uri, headers: HeaderMap) -> Response {
    served.answers.send_modify(|answers| *answers += 1);
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match uri.path() {
        "/hang" => {
            let _never = Never(served);
            std::future::pending().await
        }
        "/503" => (StatusCode::SERVICE_UNAVAILABLE, Html("<p>Out of order")).into_response(),
        "/429" => (StatusCode::TOO_MANY_REQUESTS, Html("<p>Slow down")).into_response(),
        "/401" => (StatusCode::UNAUTHORIZED, Html("<p>Who is it?")).into_response(),
        "/403" => (StatusCode::FORBIDDEN, Html("<p>Go away")).into_response(),
        "/to-closed" => Redirect::to(&served.closed).into_response(),
        // Answered by what a person does on the page: nothing else sets the cookie.
        "/captcha" if said(header::COOKIE).contains("answered=yes") => {
            Html("<p id=visit>let in").into_response()
        }
        "/captcha" => Html(CAPTCHA).into_response(),
        "/retry-after" => {
            let asked = [(header::RETRY_AFTER, "1234")];
            (StatusCode::SERVICE_UNAVAILABLE, asked, Html("<p>Out of order")).into_response()
        }
        "/agent" => Html(format!("<p id=agent>{}", said(header::USER_AGENT))).into_response(),
        "/image.png" => {
            served.images.fetch_add(1, Ordering::SeqCst);
            StatusCode::NOT_FOUND.into_response()
        }
        "/visit" => {
            let known = said(header::COOKIE).strip_prefix("visit=").map(str::to_owned);
            let visit = known.unwrap_or_else(|| served.visits.fetch_add(1, Ordering::SeqCst).to_string());
            let cookie = [(header::SET_COOKIE, format!("visit={visit}; Path=/"))];
            (cookie, Html(format!("<p id=visit>visit {visit}.</p>"))).into_response()
        }
        path => match served.pages.get(path) {
            Some(page) => Html(*page).into_response(),
            None => (StatusCode::NOT_FOUND, Html("<p>There is no such page")).into_response(),
        },
    }
}
