//! Asks each server for its robots.txt, and keeps look-ups away from what that excludes.
//!
//! It is asked by plain HTTP under the tool's own name, once before the first look-up and again a day later. A server that
//! has none (4xx) excludes nothing; one that cannot answer (5xx, silence) is a portal that is down, never one without
//! wishes. What cannot be known beforehand, as where a click leads, is held against the rules when the page is read.

mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::redirect::Policy;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use super::FetchError;
use super::agent::{Agent, PRODUCT_TOKEN};
use super::http::{self, innermost};
use super::pace::Pace;
use crate::profile::{Pace as PaceRules, RobotsUnreadable};
use rules::{BYTES_MAX, Rules};

/// No robots.txt is relied on for longer without another look at it, if its server answers.
const FRESH_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// A server that did not answer when another look was due is asked again so much later.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(60 * 60);
/// Redirections that are followed, as the standard asks; behind more there is no robots.txt.
const REDIRECTIONS_MAX: usize = 5;

/// What the servers of a portal ask of programs. One is shared by all sessions on a portal.
#[derive(Debug)]
pub struct Robots {
    client: reqwest::Client,
    pace: Arc<Pace>,
    unreadable: RobotsUnreadable,
    /// By origin. The lock is held while a server is asked, so that all sessions wait for one answer.
    known: Mutex<BTreeMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    rules: Rules,
    fresh_until: Instant,
}

impl Robots {
    /// Rules that are asked for when they are first needed, in turns of the pace.
    ///
    /// # Errors
    /// `Environment` where this machine cannot speak HTTP at all.
    pub fn new(base: &Url, rules: &PaceRules, agent: &Agent, pace: Arc<Pace>) -> Result<Self, FetchError> {
        let client = http::client(base, agent)
            .redirect(Policy::limited(REDIRECTIONS_MAX))
            .timeout(rules.step_deadline);
        let client = client.build().map_err(|error| FetchError::Environment {
            detail: format!("robots.txt cannot be asked for: {}", innermost(&error)),
            hint: "are root certificates installed? Debian: apt install ca-certificates".into(),
        })?;
        Ok(Self { client, pace, unreadable: rules.robots_unreadable, known: Mutex::default() })
    }

    /// Whether an address may be asked for. What is no address of the web asks nobody.
    ///
    /// # Errors
    /// `Disallowed` where a rule excludes it, `RobotsUnreadable` where nobody can tell and the profile does not go on
    /// then, `Unavailable` where the server does not say, `QuotaUsedUp` where it may not even be asked today.
    pub(super) async fn permit(&self, address: &Url) -> Result<(), FetchError> {
        if !matches!(address.scheme(), "http" | "https") {
            return Ok(());
        }
        let Ok(robots) = address.join("/robots.txt") else { return Ok(()) };
        let origin = address.origin().ascii_serialization();
        let mut known = self.known.lock().await;
        let is_fresh = known.get(&origin).is_some_and(|known| Instant::now() < known.fresh_until);
        if !is_fresh {
            self.look_again(&mut known, &origin, &robots).await?;
        }
        let excluding = known.get(&origin).and_then(|known| known.rules.against(&path_and_query(address)));
        match excluding {
            None => Ok(()),
            Some(rule) => Err(FetchError::Disallowed {
                address: address.to_string(),
                robots: robots.to_string(),
                line: rule.line,
                rule: rule.text.clone(),
            }),
        }
    }

    async fn look_again(
        &self,
        known: &mut BTreeMap<String, Known>,
        origin: &str,
        robots: &Url,
    ) -> Result<(), FetchError> {
        match (self.ask(robots).await, known.get_mut(origin)) {
            (Ok(rules), _) => {
                known.insert(origin.to_owned(), Known { rules, fresh_until: Instant::now() + FRESH_FOR });
            }
            // The old rules are the best that is known.
            (Err(FetchError::Unavailable { .. }), Some(old)) => {
                old.fresh_until = Instant::now() + ASKED_AGAIN_AFTER;
            }
            (Err(error), _) => return Err(error),
        }
        Ok(())
    }

    async fn ask(&self, robots: &Url) -> Result<Rules, FetchError> {
        self.pace.turn().await?;
        let unavailable = |detail: String| {
            let detail = format!("{robots}: {detail}");
            FetchError::Unavailable { detail, retry_after: None }
        };
        let answer = match self.client.get(robots.clone()).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_redirect() => return Ok(Rules::default()),
            Err(error) => return Err(unavailable(innermost(&error))),
        };
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(unavailable(format!("the portal answered with status {}", status.as_u16())));
        }
        if !status.is_success() {
            return Ok(Rules::default());
        }
        let text = read(answer).await.map_err(|error| unavailable(innermost(&error)))?;
        match Rules::read(&text, PRODUCT_TOKEN) {
            Ok(rules) => {
                self.slow_down(robots, &rules);
                Ok(rules)
            }
            Err(detail) if self.unreadable == RobotsUnreadable::GoOn => {
                tracing::warn!("{robots} is not a robots.txt: {detail}; the profile goes on without one");
                Ok(Rules::default())
            }
            Err(detail) => Err(FetchError::RobotsUnreadable { robots: robots.to_string(), detail }),
        }
    }

    fn slow_down(&self, robots: &Url, rules: &Rules) {
        if let Some(delay) = rules.crawl_delay
            && self.pace.at_least(delay)
        {
            tracing::warn!("{robots} asks for {delay:?} between two requests, more than was set: so it is");
        }
    }
}

/// As much of an answer as is read of any robots.txt, and a little more, to know that there is more.
async fn read(mut answer: reqwest::Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut text = Vec::new();
    while text.len() <= BYTES_MAX
        && let Some(bytes) = answer.chunk().await?
    {
        text.extend_from_slice(&bytes);
    }
    Ok(text)
}

fn path_and_query(address: &Url) -> String {
    match address.query() {
        Some(query) => format!("{}?{query}", address.path()),
        None => address.path().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::Router;
    use axum::http::{HeaderMap, StatusCode, header};
    use axum::response::{IntoResponse as _, Redirect, Response};
    use axum::routing::get;

    use super::super::pace::Quota;
    use super::*;
    use crate::clock::SystemClock;

    /// A server whose robots.txt is this answer, and how often it was asked for it.
    async fn server(answer: fn(&HeaderMap) -> Response) -> (Url, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let robots = move |headers: HeaderMap| {
            count.fetch_add(1, Ordering::SeqCst);
            std::future::ready(answer(&headers))
        };
        let login = get(|| std::future::ready("<html>Log in".into_response()));
        let router = Router::new().route("/robots.txt", get(robots)).route("/login", login);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        (base, asked)
    }

    fn robots(base: &Url, unreadable: RobotsUnreadable) -> Robots {
        let rules = PaceRules { robots_unreadable: unreadable, ..PaceRules::default() };
        let pace = Arc::new(Pace::new(Duration::ZERO));
        Robots::new(base, &rules, &Agent::default(), pace).unwrap()
    }

    async fn said(answer: fn(&HeaderMap) -> Response, unreadable: RobotsUnreadable, path: &str) -> String {
        let (base, _) = server(answer).await;
        match robots(&base, unreadable).permit(&base.join(path).unwrap()).await {
            Ok(()) => "permitted".into(),
            Err(error) => error.to_string().replace(base.as_str(), "/"),
        }
    }

    #[tokio::test]
    async fn each_answer_means_what_the_standard_says() {
        use RobotsUnreadable::{GoOn, Stop};
        let rules = |_: &HeaderMap| "User-agent: anafora\nDisallow: /a?b=\n".into_response();
        assert_eq!(said(rules, Stop, "/a").await, "permitted");
        assert_eq!(
            said(rules, Stop, "/a?b=1#c").await,
            "robots.txt keeps programs away from /a?b=1#c: line 2 of /robots.txt says `Disallow: /a?b=`"
        );
        for status in [404, 401, 403, 410] {
            let answer: fn(&HeaderMap) -> Response = match status {
                404 => |_| StatusCode::NOT_FOUND.into_response(),
                401 => |_| StatusCode::UNAUTHORIZED.into_response(),
                403 => |_| StatusCode::FORBIDDEN.into_response(),
                _ => |_| StatusCode::GONE.into_response(),
            };
            assert_eq!(said(answer, Stop, "/a").await, "permitted", "{status}");
        }
        let down = |_: &HeaderMap| StatusCode::BAD_GATEWAY.into_response();
        assert_eq!(
            said(down, GoOn, "/a").await,
            "the portal is unavailable: /robots.txt: the portal answered with status 502"
        );
        let too_often = |_: &HeaderMap| StatusCode::TOO_MANY_REQUESTS.into_response();
        assert!(said(too_often, GoOn, "/a").await.ends_with("status 429"));
        let login = |_: &HeaderMap| Redirect::to("/login").into_response();
        assert_eq!(said(login, GoOn, "/a").await, "permitted");
        assert_eq!(
            said(login, Stop, "/a").await,
            "/robots.txt is not a robots.txt: it begins with `<html>Log in`"
        );
        let circle = |_: &HeaderMap| Redirect::to("/robots.txt").into_response();
        assert_eq!(said(circle, Stop, "/a").await, "permitted", "there is none behind it");
        let named = |headers: &HeaderMap| {
            let name = headers.get(header::USER_AGENT).unwrap().to_str().unwrap();
            format!("User-agent: *\nDisallow: /{name}").into_response()
        };
        let own = format!("/anafora/{}", env!("CARGO_PKG_VERSION"));
        assert!(said(named, Stop, &own).await.starts_with("robots.txt keeps programs away"));
    }

    #[tokio::test]
    async fn a_server_that_does_not_answer_is_down() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        drop(listener);
        let error = robots(&base, RobotsUnreadable::Stop).permit(&base).await.unwrap_err();
        assert!(matches!(&error, FetchError::Unavailable { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_server_is_asked_once_a_day_and_other_addresses_never() {
        let (base, asked) = server(|_| "User-agent: *\nDisallow: /a\n".into_response()).await;
        let robots = robots(&base, RobotsUnreadable::Stop);
        robots.permit(&"about:blank".parse().unwrap()).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 0);
        for _ in 0..3 {
            robots.permit(&base).await.unwrap();
            assert!(robots.permit(&base.join("a").unwrap()).await.is_err());
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        for known in robots.known.lock().await.values_mut() {
            known.fresh_until = Instant::now();
        }
        robots.permit(&base).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn to_ask_takes_a_turn_and_the_delay_that_is_asked_for_is_kept() {
        let (base, _) = server(|_| "User-agent: *\nCrawl-delay: 7\n".into_response()).await;
        let quota = Quota::in_memory(1, Arc::new(SystemClock));
        let pace = Arc::new(Pace::new(Duration::ZERO).with_quota(quota));
        let robots = Robots::new(&base, &PaceRules::default(), &Agent::default(), Arc::clone(&pace)).unwrap();
        robots.permit(&base).await.unwrap();
        assert_eq!(pace.delay(), Duration::from_secs(7));
        let another = base.join("http://127.0.0.1:1/").unwrap();
        tokio::time::pause();
        assert!(matches!(robots.permit(&another).await, Err(FetchError::QuotaUsedUp { .. })));
    }

    #[tokio::test]
    async fn rules_that_are_old_hold_until_the_server_answers_again() {
        static IS_DOWN: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
        let (base, asked) = server(|_| {
            if IS_DOWN.load(Ordering::SeqCst) {
                return StatusCode::BAD_GATEWAY.into_response();
            }
            "User-agent: *\nDisallow: /a\n".into_response()
        })
        .await;
        let robots = robots(&base, RobotsUnreadable::Stop);
        robots.permit(&base).await.unwrap();
        IS_DOWN.store(true, Ordering::SeqCst);
        for known in robots.known.lock().await.values_mut() {
            known.fresh_until = Instant::now();
        }
        assert!(matches!(
            robots.permit(&base.join("a").unwrap()).await,
            Err(FetchError::Disallowed { line: 2, .. })
        ));
        robots.permit(&base).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2, "not again before some time has passed");
    }
}
