//! What routes without a browser make of what a portal answers, each case in a line.

mod asking;
mod files;
mod link;
mod pages;
mod service;
mod told;

use std::sync::Mutex;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse as _;
use url::Url;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::domain::DocumentId;
use crate::fetch::{Agent, Pace, Robots};

const HEAD: &str = r#"
    language = 1
    name = "acts"
    own_id = ["pointer:/no", "label:No"]
    [pace]
    delay = "0ms"
    page_bytes_max = 2000
    [ids.act]
    pattern = '(?<type>A|B)-(?<number>[0-9]+)'
    kind = "{type}"
    [kinds]
    A = { name = "act", folder = "acts", odd = "a\nb" }
    B = { name = "bill", folder = "bills", odd = "a\nb" }
    [[marker]]
    verdict = "unavailable"
    any = "text:Back at noon"
    [[marker]]
    verdict = "blocked"
    any = "css:form.captcha"
    [[marker]]
    verdict = "login"
    any = "css:form.login"
    [[marker]]
    verdict = "session_lost"
    any = "text:Session over"
    [[marker]]
    verdict = "absent"
    any = "text:Never was"
"#;

/// A route by a service, with these further keys.
fn service(keys: &str) -> String {
    let page = if keys.contains("pages =") { "{page}" } else { "0" };
    let address = format!("address = \"/{{folder}}?page={page}\"");
    let service = format!("[[route]]\nname = \"service\"\n[route.service]\n{address}\n");
    format!("{service}items = \"/items\"\nabsent = [404]\n{keys}\n")
}

fn link(keys: &str) -> String {
    format!("[[route]]\nname = \"link\"\nlink = \"/act/{{number}}\"\nby = \"http\"\n{keys}\n")
}

/// What a portal answers: to an address with its query, a status, a media type (or an address to go to) and a text.
type Answers = &'static [(&'static str, u16, &'static str, &'static str)];

/// One request as a portal sees it.
#[derive(Clone, Debug)]
struct Asked {
    method: String,
    address: String,
    headers: HeaderMap,
    body: String,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |text| text.to_str().unwrap())
    }
}

/// A portal that answers so and 404 to all else, and what it was asked. Of several answers to an address each is given once,
/// in order, and the last one ever after.
async fn portal(answers: Answers) -> (Url, Arc<Mutex<Vec<Asked>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let answer = async move |request: Request| {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        let address = head.uri.to_string();
        let earlier = log.lock().unwrap().iter().filter(|asked: &&Asked| asked.address == address).count();
        log.lock().unwrap().push(Asked {
            method: head.method.to_string(),
            address: address.clone(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        let of_address: Vec<_> = answers.iter().filter(|(known, ..)| *known == address).collect();
        let found = of_address.get(earlier).or(of_address.last()).copied();
        let (_, status, media_type, text) = found.copied().unwrap_or(("", 404, "text/plain", "?"));
        let is_latin = media_type.ends_with("charset=windows-1252");
        let one_byte_each = || text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        let bytes = if is_latin { one_byte_each() } else { text.as_bytes().to_vec() };
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let name = if (300..400).contains(&status) { "location" } else { "content-type" };
        response.headers_mut().insert(name, media_type.parse().unwrap());
        if matches!(status, 429 | 503) {
            response.headers_mut().insert("retry-after", "7".parse().unwrap());
        }
        response.into_response()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });
    (base, asked)
}

fn fetcher(routes: &str, base: &Url) -> RouteFetcher {
    fetcher_of(HEAD, routes, base)
}

fn fetcher_of(head: &str, routes: &str, base: &Url) -> RouteFetcher {
    let text = format!("base = \"{base}\"\n{head}\n{routes}");
    of_profile(&text, base, &Arc::new(Pace::new(Duration::ZERO)), Arc::new(SystemClock))
}

fn paced(routes: &str, base: &Url, pace: &Arc<Pace>, clock: Arc<dyn Clock>) -> RouteFetcher {
    of_profile(&format!("base = \"{base}\"\n{HEAD}\n{routes}"), base, pace, clock)
}

fn of_profile(profile: &str, base: &Url, pace: &Arc<Pace>, clock: Arc<dyn Clock>) -> RouteFetcher {
    let profile =
        Arc::new(Profile::from_text("acts.toml", profile).unwrap_or_else(|error| panic!("{error:?}")));
    let robots = Robots::new(base, &profile.pace, &Agent::default(), Arc::clone(pace)).unwrap();
    let robots = Some(Arc::new(robots));
    let http = Http::new(base, &Agent::default(), Arc::clone(pace), robots, clock).unwrap();
    RouteFetcher::new(profile, None, Some(Arc::new(http)), Arc::new(Rests::default()))
}

async fn fetched(fetcher: &mut RouteFetcher) -> Result<Capture, FetchError> {
    fetched_id(fetcher, "A-7").await
}

async fn fetched_id(fetcher: &mut RouteFetcher, id: &str) -> Result<Capture, FetchError> {
    let kind = if id.starts_with('A') { "act" } else { "bill" };
    let id = DocumentId::from_canonical(id, "act", kind);
    let target = Target::of(&fetcher.profile.clone(), &id);
    fetcher.fetch(&target).await
}

fn told(base: &Url, outcome: &Result<Capture, FetchError>) -> String {
    let told = match outcome {
        Ok(capture) if capture.marker == Some(Verdict::Absent) => format!("{}: absent", capture.route),
        Ok(capture) => {
            let part = |part: &crate::domain::Part| {
                format!("{}={}", part.name, String::from_utf8_lossy(&part.bytes))
            };
            let parts: Vec<_> = capture.parts.iter().map(part).collect();
            format!("{}: {}", capture.route, parts.join(" "))
        }
        Err(FetchError::Unavailable { detail, retry_after: Some(after) }) => {
            format!("unavailable for {after:?}: {detail}")
        }
        Err(FetchError::Blocked { barrier, detail }) => format!("blocked by {barrier:?}: {detail}"),
        Err(error) => error.to_string(),
    };
    told.replace(base.as_str(), "/")
}

async fn check(routes: &str, answers: Answers, expected: &str) {
    let (base, _) = portal(answers).await;
    let mut fetcher = fetcher(routes, &base);
    let outcome = fetched(&mut fetcher).await;
    assert_eq!(told(&base, &outcome), expected, "{routes}\n{answers:?}");
}

/// What a portal was asked for, in order.
fn addresses(asked: &Mutex<Vec<Asked>>) -> Vec<String> {
    asked.lock().unwrap().iter().map(|asked| asked.address.clone()).collect()
}

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

#[tokio::test]
async fn routes_are_asked_in_order_and_the_last_word_counts() {
    let service = |means: &str| {
        service("").replace("[route.service]", &format!("absent_means = \"{means}\"\n[route.service]"))
    };
    let (believed, confirmed) =
        (service("believe") + &link(""), service("confirm") + &link("absent = \"css:i\""));
    let found: Answers = &[("/acts?page=0", 200, JSON, r#"{"items": 7}"#), ("/act/7", 200, HTML, "<p>Act")];
    check(&confirmed, found, "service: service=7").await;
    let missing: Answers = &[("/acts?page=0", 404, JSON, ""), ("/act/7", 200, HTML, "<p>Act")];
    check(&believed, missing, "service: absent").await;
    check(&confirmed, missing, "link: detail=<p>Act").await;
    check(&confirmed, &[("/act/7", 200, HTML, "<i>")], "link: absent").await;
    for status in [429, 503, 500, 403] {
        let answers =
            Box::leak(Box::new([("/acts?page=0", status, JSON, ""), ("/act/7", 200, HTML, "<p>Act")]));
        check(&believed, answers, "link: detail=<p>Act").await;
    }
    let both: Answers = &[("/acts?page=0", 500, JSON, ""), ("/act/7", 403, HTML, "")];
    check(&believed, both, "blocked by Refusal: /act/7: the portal answered with status 403").await;
    let unconfirmed: Answers = &[("/acts?page=0", 404, JSON, ""), ("/act/7", 500, HTML, "")];
    check(&confirmed, unconfirmed, "the portal is unavailable: /act/7: the portal answered with status 500")
        .await;
    let broken: Answers = &[("/acts?page=0", 200, JSON, "{}"), ("/act/7", 200, HTML, "<p>Act")];
    check(&confirmed, broken, "layout changed: the service's answer has no `/items`").await;
}

#[tokio::test]
async fn what_earlier_routes_said_is_in_the_trace_and_a_resting_one_is_not_asked() {
    let (base, asked) = portal(&[("/acts?page=0", 429, JSON, ""), ("/act/7", 200, HTML, "<p>Act")]).await;
    let mut fetcher = fetcher(&(service("") + &link("")), &base);
    let lines = |capture: Capture| -> Vec<String> {
        let line = |trace: Trace| format!("{}: {}", trace.step, trace.matched.unwrap_or_default());
        capture.trace.into_iter().map(|trace| line(trace).replace(base.as_str(), "/")).collect()
    };
    let unavailable = "route: service: unavailable: /acts?page=0: the portal answered with status 429";
    assert_eq!(lines(fetched(&mut fetcher).await.unwrap()), [unavailable, "link: status 200"]);
    assert_eq!(fetcher.passed_over, [], "the capture has them");
    let resting = "route: service: it rests, as it was unavailable before";
    assert_eq!(lines(fetched(&mut fetcher).await.unwrap()), [resting, "link: status 200"]);
    assert_eq!(addresses(&asked), ["/robots.txt", "/acts?page=0", "/act/7", "/act/7"]);
}

#[tokio::test]
async fn a_failure_shows_the_answer_and_everything_that_was_asked() {
    let (base, _) = portal(&[("/acts?page=0", 500, JSON, ""), ("/act/7", 200, HTML, "<p>Act")]).await;
    let mut fetcher = fetcher(&(service("") + &link("absent = \"text:Act\"")), &base);
    fetched(&mut fetcher).await.unwrap();
    let witness = fetcher.witness().await;
    assert_eq!(witness.page.unwrap().bytes.as_ref(), b"<p>Act");
    assert_eq!(witness.step.as_deref(), Some("link"));
    assert_eq!(witness.trace.len(), 2, "{:?}", witness.trace);
}

#[tokio::test]
async fn a_route_that_answers_has_not_failed_so_often_in_a_row() {
    let service = service("").replace("/{folder}?page=0", "/acts/{number}");
    let answers: Answers = &[
        ("/acts/7", 500, JSON, ""),
        ("/acts/8", 404, JSON, ""),
        ("/acts/9", 200, JSON, r#"{"items": 9}"#),
        ("/act/7", 200, HTML, "<p>Act"),
    ];
    for answered in ["A-8", "A-9"] {
        let (base, asked) = portal(answers).await;
        let mut fetcher = fetcher(&(service.clone() + &link("")), &base);
        for id in ["A-7", "A-7", answered, "A-7", "A-7", "A-7"] {
            fetched_id(&mut fetcher, id).await.unwrap();
        }
        let failed = addresses(&asked).iter().filter(|address| *address == "/acts/7").count();
        assert_eq!(failed, 5, "{answered}");
        fetched(&mut fetcher).await.unwrap();
        assert_eq!(addresses(&asked).last().unwrap(), "/act/7", "three failures in a row: it rests");
        assert_eq!(addresses(&asked).iter().filter(|address| *address == "/acts/7").count(), 5);
    }
}

#[tokio::test]
async fn a_route_without_another_one_behind_it_never_rests() {
    let (base, asked) = portal(&[("/acts?page=0", 429, JSON, "")]).await;
    let mut fetcher = fetcher(&service(""), &base);
    for _ in 0..2 {
        let outcome = fetched(&mut fetcher).await;
        assert!(told(&base, &outcome).starts_with("unavailable for 7s"), "{outcome:?}");
    }
    assert_eq!(addresses(&asked), ["/robots.txt", "/acts?page=0", "/acts?page=0"]);
}

#[tokio::test]
async fn a_kind_without_a_route_is_not_looked_for_and_shows_nothing_of_another_look_up() {
    let routes = service("").replace("name = \"service\"", "name = \"service\"\nkinds = [\"act\"]");
    let (base, asked) = portal(&[("/acts?page=0", 200, JSON, "{")]).await;
    let mut fetcher = fetcher(&routes, &base);
    fetched(&mut fetcher).await.unwrap_err();
    let witness = fetcher.witness().await;
    assert_eq!(witness.page.unwrap().bytes.as_ref(), b"{", "a service shows its answer as well");
    assert_eq!(witness.step.as_deref(), Some("service"));
    let error = fetched_id(&mut fetcher, "B-7").await.unwrap_err();
    assert!(error.to_string().starts_with("profile `acts` has no route to `bill`"), "{error}");
    let witness = fetcher.witness().await;
    assert!(witness.page.is_none() && witness.step.is_none() && witness.trace.is_empty(), "{witness:?}");
    assert_eq!(addresses(&asked).len(), 2);
}
