//! How a portal is asked without a browser: the requests, redirections, turns and deadlines.

use axum::body::Bytes;
use futures::stream;

use super::*;
use crate::clock::ManualClock;
use crate::fetch::Quota;

#[tokio::test]
async fn a_service_is_asked_with_what_the_profile_writes() {
    let answers: Answers = &[
        ("/acts?page=0", 200, JSON, r#"{"items": {"no": "A-7"}, "pages": 1}"#),
        ("/file/7", 200, JSON, "%PDF"),
    ];
    let keys = r#"
        method = "POST"
        id = "/no"
        pages = "/pages"
        body = { no = "{id}", deep = [{ at = "{number}/{page}", page = "{page}", n = "{number}" }, 7, true] }
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
    assert_eq!(first.body, r#"{"no":"A-7","deep":[{"at":"7/0","page":0,"n":"7"},7,true]}"#);
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
async fn what_a_variable_writes_ends_nothing_of_an_address() {
    let by_service = service("").replace("/{folder}?page=0", "/acts?reg={register}&n={number}");
    let by_link = link("").replace("/act/{number}", "/act?reg={register}&n={number}");
    let head = HEAD.replace(r#"folder = ""#, r#"register = "A & B #1 50%+é", folder = ""#);
    for (routes, expected) in [
        (by_service, &["/acts?reg=A%20%26%20B%20%231%2050%25%2B%C3%A9&n=7"][..]),
        (by_link, &["/act?reg=A%20%26%20B%20%231%2050%25%2B%C3%A9&n=7"]),
    ] {
        let (base, asked) = portal(&[]).await;
        let mut fetcher = fetcher_of(&head, &routes, &base);
        fetched(&mut fetcher).await.ok();
        assert_eq!(addresses(&asked)[1..], *expected);
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
    for (location, times) in [("/acts?page=0", 6), ("", 1)] {
        let answers = Box::leak(Box::new([("/acts?page=0", 302, location, "")]));
        let (base, asked) = portal(answers).await;
        fetched(&mut fetcher(&service(""), &base)).await.unwrap_err();
        assert_eq!(addresses(&asked).len(), 1 + times, "to `{location}`");
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

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_a_fault_of_the_profile() {
    let routes = service("headers = { X-Key = \"{odd}\" }");
    let (base, _) = portal(&[]).await;
    let error = fetched(&mut fetcher(&routes, &base)).await.unwrap_err();
    assert!(
        matches!(&error, FetchError::Environment { hint, .. } if hint == "change `headers` in the profile")
    );
    assert_eq!(error.to_string(), "`a\nb` cannot be sent in the header `x-key`");
}

#[tokio::test]
async fn each_request_takes_a_turn_and_the_pace_hears_how_it_went() {
    let rules = crate::profile::Pace {
        delay: Duration::from_millis(1),
        delay_max: Duration::from_millis(64),
        ..crate::profile::Pace::default()
    };
    let pace = Arc::new(Pace::of(&rules));
    let (base, _) = portal(&[("/acts?page=0", 500, JSON, ""), ("/act/7", 200, HTML, "<p>")]).await;
    fetched(&mut paced(&service(""), &base, &pace, Arc::new(SystemClock))).await.unwrap_err();
    let failed = pace.delay();
    assert!(failed > rules.delay, "{failed:?}");
    for _ in 0..50 {
        fetched(&mut paced(&link(""), &base, &pace, Arc::new(SystemClock))).await.unwrap();
    }
    assert!(pace.delay() < failed, "{:?}", pace.delay());

    let clock = Arc::new(ManualClock::default());
    let quota = Quota::in_memory(2, Arc::clone(&clock) as _);
    let pace = Arc::new(Pace::new(Duration::ZERO).with_quota(quota));
    let paged = service("id = \"/no\"\npages = \"/pages\"");
    let (base, asked) =
        portal(&[("/acts?page=0", 200, JSON, r#"{"items": {"no": "A-8"}, "pages": 2}"#)]).await;
    let outcome = fetched(&mut paced(&paged, &base, &pace, clock)).await;
    assert!(matches!(outcome, Err(FetchError::QuotaUsedUp { .. })), "{outcome:?}");
    assert_eq!(addresses(&asked), ["/robots.txt", "/acts?page=0"]);
}

/// A clock on which no two looks show the same.
#[derive(Debug, Default)]
struct Ticking(ManualClock);

impl Clock for Ticking {
    fn now(&self) -> crate::domain::Timestamp {
        self.0.advance(Duration::from_secs(1));
        self.0.now()
    }
}

#[tokio::test]
async fn a_document_was_captured_when_its_first_answer_came() {
    let paged = service("id = \"/no\"\npages = \"/pages\"");
    let answers: [Answers; 2] = [
        &[("/acts?page=0", 200, JSON, r#"{"items": {"no": "A-7"}, "pages": 2}"#)],
        &[
            ("/acts?page=0", 200, JSON, r#"{"items": {"no": "A-8"}, "pages": 2}"#),
            ("/acts?page=1", 200, JSON, r#"{"items": {"no": "A-7"}, "pages": 2}"#),
        ],
    ];
    let mut captured_at = Vec::new();
    for answers in answers {
        let (base, _) = portal(answers).await;
        let pace = Arc::new(Pace::new(Duration::ZERO));
        let capture = fetched(&mut paced(&paged, &base, &pace, Arc::new(Ticking::default()))).await.unwrap();
        captured_at.push(capture.captured_at);
    }
    assert_eq!(captured_at[0], captured_at[1]);
}

#[tokio::test]
async fn an_answer_that_does_not_say_how_long_it_is_is_read_up_to_its_cap() {
    let answer = || async {
        let piece = || Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1500]));
        ([("content-type", HTML)], Body::from_stream(stream::iter([piece(), piece()])))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let router = axum::Router::new().route("/act/7", axum::routing::get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let outcome = fetched(&mut fetcher(&link(""), &base)).await;
    assert_eq!(told(&base, &outcome), "the page has 3000 bytes, 2000 at most");
}

#[tokio::test]
async fn time_that_a_look_up_waits_for_its_turn_is_not_its_own() {
    let paged = service("id = \"/no\"\npages = \"/pages\"");
    let (base, _) = portal(&[
        ("/acts?page=0", 200, JSON, r#"{"items": {"no": "A-8"}, "pages": 2}"#),
        ("/acts?page=1", 200, JSON, r#"{"items": {"no": "A-7"}, "pages": 2}"#),
    ])
    .await;
    let pace = Arc::new(Pace::new(Duration::from_millis(1500)));
    let mut fetcher = paced(&paged, &base, &pace, Arc::new(SystemClock));
    Arc::get_mut(&mut fetcher.profile).unwrap().pace.lookup_deadline = Duration::from_secs(2);
    // Three turns: robots.txt and two pages.
    fetched(&mut fetcher).await.unwrap();
}
