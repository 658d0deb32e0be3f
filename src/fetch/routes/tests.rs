//! What routes without a browser make of what a portal answers, each case in a line.

use std::sync::Mutex;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse as _;
use url::Url;

use super::*;
use crate::clock::SystemClock;
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
    pattern = '(?<type>A)-(?<number>[0-9]+)'
    kind = "{type}"
    [kinds]
    A = { name = "act", folder = "acts" }
    [[marker]]
    verdict = "unavailable"
    any = "text:Back at noon"
    [[marker]]
    verdict = "blocked"
    any = "css:form.captcha"
"#;

/// A route by a service, with these further keys.
fn service(keys: &str) -> String {
    let service = "[[route]]\nname = \"service\"\n[route.service]\naddress = \"/{folder}?page={page}\"\n";
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

/// A portal that answers so and 404 to all else; what it was asked.
async fn portal(answers: Answers) -> (Url, Arc<Mutex<Vec<Asked>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let answer = async move |request: Request| {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        let address = head.uri.to_string();
        log.lock().unwrap().push(Asked {
            method: head.method.to_string(),
            address: address.clone(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        let found = answers.iter().find(|(known, ..)| *known == address);
        let (_, status, media_type, text) = found.copied().unwrap_or(("", 404, "text/plain", "?"));
        let mut response = Response::new(Body::from(text));
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
    let text = format!("base = \"{base}\"\n{HEAD}\n{routes}");
    let profile =
        Arc::new(Profile::from_text("acts.toml", &text).unwrap_or_else(|error| panic!("{error:?}")));
    let pace = Arc::new(Pace::new(Duration::ZERO));
    let robots = Robots::new(base, &profile.pace, &Agent::default(), Arc::clone(&pace)).unwrap();
    let http =
        Http::new(base, &Agent::default(), pace, Some(Arc::new(robots)), Arc::new(SystemClock)).unwrap();
    RouteFetcher::new(profile, None, Some(Arc::new(http)), Arc::new(Rests::default()))
}

async fn fetched(fetcher: &mut RouteFetcher) -> Result<Capture, FetchError> {
    let id = DocumentId::from_canonical("A-7", "act", "act");
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
async fn a_service_answers_and_this_is_what_it_means() {
    let alone = service("");
    let cases: &[(Answers, &str)] = &[
        (
            &[("/acts?page=0", 200, JSON, r#"{"items": [ {"no": "A-7"} ]}"#)],
            r#"service: service={"no": "A-7"}"#,
        ),
        (&[("/acts?page=0", 200, JSON, r#"{"items": {"no": "A-8"}}"#)], r#"service: service={"no": "A-8"}"#),
        (&[("/acts?page=0", 200, JSON, r#"{"items": []}"#)], "service: absent"),
        (&[("/acts?page=0", 200, JSON, r#"{"items": null}"#)], "service: absent"),
        (&[("/acts?page=0", 404, JSON, "")], "service: absent"),
        (&[("/acts?page=0", 200, JSON, r#"{"items": [1, 2]}"#)], "2 rows carry exactly this ID"),
        (&[("/acts?page=0", 200, JSON, "{}")], "layout changed: the service's answer has no `/items`"),
        (
            &[("/acts?page=0", 200, JSON, r#"{"items": ["#)],
            "layout changed: the service's answer cannot be read: it is no JSON: EOF while parsing a list at line 1 column 11",
        ),
        (
            &[("/acts?page=0", 200, HTML, r#"{"items": []}"#)],
            "layout changed: the service calls its answer `text/html; charset=utf-8`, not JSON",
        ),
        (
            &[("/acts?page=0", 200, HTML, "<h1>Back at noon</h1>")],
            "the portal is unavailable: the page shows `text:Back at noon`",
        ),
        (
            &[("/acts?page=0", 200, HTML, "<form class=captcha>")],
            "the portal is blocking: the page shows `css:form.captcha`",
        ),
        (
            &[("/acts?page=0", 410, JSON, "{}")],
            "layout changed: /acts?page=0: the portal answered with status 410",
        ),
        (
            &[("/acts?page=0", 403, JSON, "{}")],
            "the portal is blocking: /acts?page=0: the portal answered with status 403",
        ),
        (
            &[("/acts?page=0", 429, JSON, "{}")],
            "unavailable for 7s: /acts?page=0: the portal answered with status 429",
        ),
        (
            &[("/acts?page=0", 500, JSON, "{}")],
            "the portal is unavailable: /acts?page=0: the portal answered with status 500",
        ),
        (
            &[("/acts?page=0", 302, "/moved", ""), ("/moved", 200, JSON, r#"{"items": [7]}"#)],
            "service: service=7",
        ),
        (
            &[("/acts?page=0", 302, "http://portal.invalid/", "")],
            "layout changed: /acts?page=0 leads to `http://portal.invalid/`, which is not followed",
        ),
        (
            &[("/acts?page=0", 302, "/acts?page=0", "")],
            "layout changed: /acts?page=0 leads to `/acts?page=0`, which is not followed",
        ),
        (
            &[
                ("/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /moved\n"),
                ("/acts?page=0", 302, "/moved", ""),
                ("/moved", 200, JSON, r#"{"items": [7]}"#),
            ],
            "robots.txt keeps programs away from /moved: line 2 of /robots.txt says `Disallow: /moved`",
        ),
    ];
    for (answers, expected) in cases {
        check(&alone, answers, expected).await;
    }
}

#[tokio::test]
async fn what_robots_txt_excludes_is_not_asked_for_where_a_redirection_leads_there() {
    for routes in [service(""), link("")] {
        let (base, asked) = portal(&[
            ("/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /secret\n"),
            ("/acts?page=0", 302, "/on", ""),
            ("/act/7", 302, "/on", ""),
            ("/on", 307, "/secret", ""),
            ("/secret", 200, HTML, "<p>Act"),
        ])
        .await;
        let outcome = fetched(&mut fetcher(&routes, &base)).await;
        assert!(
            told(&base, &outcome).starts_with("robots.txt keeps programs away from /secret"),
            "{outcome:?}"
        );
        let asked = addresses(&asked);
        assert_eq!((asked.len(), asked[2].as_str()), (3, "/on"), "{asked:?}");
    }
}

#[tokio::test]
async fn a_redirection_is_followed_as_browsers_do() {
    let answered = r#"{"items": 7}"#;
    let post = service("method = \"POST\"\nbody = { no = \"{id}\" }\nheaders = { X-Key = \"k\" }");
    let cases: [(u16, &str, &str); 5] = [
        (301, "GET", ""),
        (302, "GET", ""),
        (303, "GET", ""),
        (307, "POST", r#"{"no":"A-7"}"#),
        (308, "POST", r#"{"no":"A-7"}"#),
    ];
    for (status, method, body) in cases {
        let answers = [
            ("/acts?page=0", status, "/μετά?x=1", ""),
            ("/%CE%BC%CE%B5%CF%84%CE%AC?x=1", 200, JSON, answered),
        ];
        let (base, asked) = portal(Box::leak(Box::new(answers))).await;
        let outcome = fetched(&mut fetcher(&post, &base)).await;
        assert_eq!(told(&base, &outcome), "service: service=7", "{status}");
        let capture = outcome.unwrap();
        assert!(capture.parts[0].url.ends_with("?x=1"), "where it was found is told: {capture:?}");
        let last = asked.lock().unwrap().pop().unwrap();
        assert_eq!((last.method.as_str(), last.body.as_str()), (method, body), "{status}");
        let content_type = if method == "POST" { JSON } else { "" };
        assert_eq!((last.header("content-type"), last.header("x-key")), (content_type, "k"), "{status}");
    }
    let long: Answers = &[
        ("/acts?page=0", 302, "/1", ""),
        ("/1", 302, "/2", ""),
        ("/2", 302, "/3", ""),
        ("/3", 302, "/4", ""),
        ("/4", 302, "/5", ""),
        ("/5", 200, JSON, r#"{"items": 7}"#),
    ];
    check(&service(""), long, "service: service=7").await;
    let nowhere: Answers = &[("/acts?page=0", 304, "/1", ""), ("/1", 200, JSON, r#"{"items": 7}"#)];
    check(&service(""), nowhere, "layout changed: /acts?page=0 leads to `/1`, which is not followed").await;
}

#[tokio::test]
async fn a_service_is_asked_with_what_the_profile_writes() {
    let answers: Answers = &[("/acts?page=0", 200, JSON, r#"{"items": 7}"#), ("/file/7", 200, JSON, "%PDF")];
    let keys = r#"
        method = "POST"
        body = { no = "{id}", deep = [{ at = "{number}/{page}" }, 7, true] }
        headers = { X-Key = "{folder} {page}", Accept = "application/hal+json" }
        [[route.service.attachment]]
        name = "file"
        address = "/file/{number}"
        media_type = "application/pdf"
        magic = "%PDF"
    "#;
    let (base, asked) = portal(answers).await;
    let capture = fetched(&mut fetcher(&service(keys), &base)).await.unwrap();
    assert_eq!(capture.parts[1].media_type, "application/pdf", "what the profile calls it");
    let asked = asked.lock().unwrap().clone();
    let [_, first, file] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(first.method, "POST");
    assert_eq!(first.body, r#"{"no":"A-7","deep":[{"at":"7/0"},7,true]}"#);
    assert_eq!((first.header("content-type"), first.header("x-key")), (JSON, "acts 0"));
    assert_eq!(first.header("accept"), "application/hal+json");
    assert!(first.header("user-agent").starts_with("anafora/"), "{first:?}");
    assert_eq!(
        (file.method.as_str(), file.header("accept"), file.body.as_str()),
        ("GET", "application/pdf", "")
    );

    let (base, asked) = portal(answers).await;
    fetched(&mut fetcher(&service(""), &base)).await.unwrap();
    let asked = asked.lock().unwrap()[1].clone();
    assert_eq!((asked.method.as_str(), asked.body.as_str()), ("GET", ""));
    assert_eq!((asked.header("accept"), asked.header("content-type")), (JSON, ""));
}

#[tokio::test]
async fn the_document_with_exactly_the_id_is_taken_from_whichever_page_it_is_on() {
    let paged = service("id = \"/no\"\npages = \"/pages\"\npages_max = 2");
    check(
        &paged,
        &[
            ("/acts?page=0", 200, JSON, r#"{"items": [{"no": "A-70"}, {"no": "A-8"}], "pages": 3}"#),
            ("/acts?page=1", 200, JSON, r#"{"items": [{"no": "a-7", "x": 1.0}], "pages": 3}"#),
        ],
        r#"service: service={"no": "a-7", "x": 1.0}"#,
    )
    .await;
    check(
        &paged,
        &[
            ("/acts?page=0", 200, JSON, r#"{"items": [{"no": "A-70"}], "pages": 3}"#),
            ("/acts?page=1", 200, JSON, r#"{"items": [{"no": "A-8"}], "pages": 3}"#),
            ("/acts?page=2", 200, JSON, r#"{"items": [{"no": "A-7"}], "pages": 3}"#),
        ],
        "not on the first 2 pages of results",
    )
    .await;
    let cases: &[(&str, &str)] = &[
        (r#"{"items": [{"no": "A-8"}], "pages": 1}"#, "service: absent"),
        (r#"{"items": [], "pages": 0}"#, "service: absent"),
        (r#"{"items": [{"no": "A-7"}, {"no": "A-7"}], "pages": 1}"#, "2 rows carry exactly this ID"),
        (r#"{"items": [{"nr": "A-7"}]}"#, "layout changed: no document of the service's answer has `/no`"),
        (r#"{"items": []}"#, "layout changed: the service's answer has no number of pages at `/pages`"),
    ];
    for (answer, expected) in cases {
        let answers = Box::leak(Box::new([("/acts?page=0", 200, JSON, *answer)]));
        check(&paged, answers, expected).await;
    }
}

#[tokio::test]
async fn a_file_is_what_begins_like_one() {
    let attachment = |keys: &str| {
        let keys = format!("address = \"/file/{{number}}\"\nmedia_type = \"application/pdf\"\n{keys}");
        service(&format!("[[route.service.attachment]]\nname = \"file\"\n{keys}"))
    };
    let optional = attachment("magic = \"%PDF\"");
    let required = attachment("magic = \"%PDF\"\nrequired = true");
    let small = attachment("bytes_max = 5");
    macro_rules! with {
        ($status:expr, $media_type:expr, $text:expr) => {
            &[("/acts?page=0", 200, JSON, r#"{"items": 7}"#), ("/file/7", $status, $media_type, $text)]
        };
    }
    let pdf = "service: service=7 file=%PDF-1.4";
    let none = "service: service=7";
    check(&optional, with!(200, "application/octet-stream", "%PDF-1.4"), pdf).await;
    check(&optional, with!(404, JSON, "{}"), none).await;
    check(&optional, with!(200, HTML, "<p>none"), none).await;
    check(&small, with!(200, "application/pdf", "%PDF-1"), none).await;
    check(&small, with!(200, "application/pdf", "%PDF-"), "service: service=7 file=%PDF-").await;
    let throttled = "the portal is unavailable: /file/7: JSON instead of the file";
    check(&optional, with!(200, JSON, "{}"), throttled).await;
    let often = "unavailable for 7s: /file/7: the portal answered with status 429";
    check(&optional, with!(429, JSON, "{}"), often).await;
    let missing = "layout changed: /file/7: the portal answered with status 404";
    check(&required, with!(404, JSON, "{}"), missing).await;
    let other = "layout changed: /file/7: it does not begin with `%PDF`";
    check(&required, with!(200, HTML, "<p>none"), other).await;
}

#[tokio::test]
async fn a_page_by_http_is_judged_by_its_status_and_by_what_it_shows() {
    let page = link("absent = [\"text:No such act\", \"title:404\"]\npart = \"act\"");
    let cases: &[(Answers, &str)] = &[
        (&[("/act/7", 200, HTML, "<p>Act")], "link: act=<p>Act"),
        (&[("/act/7", 200, HTML, "<p>No such  <b>act</b>")], "link: absent"),
        (&[("/act/7", 404, HTML, "<title>404</title>")], "link: absent"),
        (&[("/act/7", 404, HTML, "<p>Moved")], "layout changed: /act/7: the portal answered with status 404"),
        (
            &[("/act/7", 200, HTML, "<p>Back at noon. No such act")],
            "the portal is unavailable: the page shows `text:Back at noon`",
        ),
        (
            &[("/act/7", 503, HTML, "<p>No such act")],
            "unavailable for 7s: /act/7: the portal answered with status 503",
        ),
        (
            &[("/act/7", 200, "text/html; charset=windows-1253", "<p>Act")],
            "layout changed: /act/7 is written in `windows-1253`, and only UTF-8 is read without a browser",
        ),
        (
            &[("/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /act/\n")],
            "robots.txt keeps programs away from /act/7: line 2 of /robots.txt says `Disallow: /act/`",
        ),
    ];
    for (answers, expected) in cases {
        check(&page, answers, expected).await;
    }
    let large: &str = Box::leak("x".repeat(2001).into_boxed_str());
    let answers = Box::leak(Box::new([("/act/7", 200, HTML, large)]));
    check(&page, answers, "the page has 2001 bytes, 2000 at most").await;
}

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
    check(&believed, both, "the portal is blocking: /act/7: the portal answered with status 403").await;
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
    let resting = "route: service: it rests";
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
async fn a_portal_that_is_silent_is_unavailable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let text = format!("base = \"{base}\"\n{HEAD}\n{}", service(""))
        .replace("[pace]", "[pace]\nrobots = \"ignore\"\nstep_deadline = \"50ms\"");
    let profile = Arc::new(Profile::from_text("acts.toml", &text).unwrap());
    let http =
        Http::new(&base, &Agent::default(), Arc::new(Pace::new(Duration::ZERO)), None, Arc::new(SystemClock));
    let http = Some(Arc::new(http.unwrap()));
    let mut fetcher = RouteFetcher::new(profile, None, http, Arc::new(Rests::default()));
    let outcome = fetched(&mut fetcher).await;
    assert_eq!(told(&base, &outcome), "the portal is unavailable: /acts?page=0: no answer within 50ms");
    drop(listener);
    let outcome = fetched(&mut fetcher).await;
    assert!(matches!(outcome, Err(FetchError::Unavailable { .. })), "{outcome:?}");
}
