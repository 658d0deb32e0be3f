//! What a service's answer means, and which of the documents in it is taken.

use super::*;

/// What a service answers, and what that means.
const ANSWERED: &[(Answers, &str)] = &[
    (&[("/acts?page=0", 200, JSON, r#"{"items": [ {"no": "A-7"} ]}"#)], r#"service: service={"no": "A-7"}"#),
    (&[("/acts?page=0", 200, JSON, r#"{"items": {"no": "A-8"}}"#)], r#"service: service={"no": "A-8"}"#),
    (&[("/acts?page=0", 200, JSON, r#"{"items": []}"#)], "service: absent"),
    (
        &[("/acts?page=0", 200, JSON, r#"{"items": null}"#)],
        "layout changed: the service's answer has `null` at `/items`",
    ),
    (&[("/acts?page=0", 404, JSON, "")], "service: absent"),
    (&[("/acts?page=0", 200, "Application/HAL+json", r#"{"items": 7}"#)], "service: service=7"),
    (&[("/acts?page=0", 200, JSON, "\u{feff}{\"items\": 7}")], "service: service=7"),
    (
        &[("/acts?page=0", 200, JSON, r#"{"items": [1, 2]}"#)],
        "the service answered with 2 documents, and the profile has no `id` to tell them apart",
    ),
    (
        &[("/acts?page=0", 200, "application/json; charset=windows-1252", "{\"items\": \"Caf\u{e9}\"}")],
        "layout changed: the service's answer is not in UTF-8",
    ),
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
        "blocked by Captcha: the page shows `css:form.captcha`",
    ),
    (
        &[("/acts?page=0", 200, HTML, "<form class=login>")],
        "blocked by Login: a login is asked for: `css:form.login`",
    ),
    (&[("/acts?page=0", 200, HTML, "<p>Session over")], "the portal lost the session at step service"),
    (
        &[("/acts?page=0", 401, JSON, "{}")],
        "blocked by Refusal: /acts?page=0: the portal answered with status 401",
    ),
    (
        &[("/acts?page=0", 408, JSON, "{}")],
        "the portal is unavailable: /acts?page=0: the portal answered with status 408",
    ),
    (
        &[("/acts?page=0", 410, JSON, "{}")],
        "layout changed: /acts?page=0: the portal answered with status 410",
    ),
    (
        &[("/acts?page=0", 403, JSON, "{}")],
        "blocked by Refusal: /acts?page=0: the portal answered with status 403",
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

#[tokio::test]
async fn a_service_answers_and_this_is_what_it_means() {
    let alone = service("");
    for (answers, expected) in ANSWERED {
        check(&alone, answers, expected).await;
    }
}

#[tokio::test]
async fn the_whole_answer_is_the_document_where_no_items_are_named() {
    let whole = service("").replace("items = \"/items\"\n", "");
    check(&whole, &[("/acts?page=0", 200, JSON, "[1, 2]")], "service: service=[1, 2]").await;
    let with_id = whole.clone() + "id = \"/no\"\n";
    check(&with_id, &[("/acts?page=0", 200, JSON, r#"{"no": "A-8"}"#)], "service: absent").await;
}

#[tokio::test]
async fn what_was_brought_says_where_it_is_from_and_which_id_it_had_there() {
    let keys = "id = \"/no\"\n[[route.service.attachment]]\nname = \"file\"\naddress = \"/file\"\n\
                media_type = \"application/pdf\"\nmagic = \"%PDF\"";
    let answers: Answers = &[("/acts?page=0", 200, JSON, r#"{"items": {"no": "a-7"}, "pages": 1}"#)];
    let (base, _) = portal(answers).await;
    let capture = fetched(&mut fetcher(&service(keys), &base)).await.unwrap();
    assert_eq!((capture.route.as_str(), capture.row_id.as_deref()), ("service", Some("a-7")));
    let parts: Vec<_> = capture.parts.iter().map(|part| (&*part.name, &*part.media_type)).collect();
    assert_eq!(parts, [("service", JSON)]);
    assert_eq!(capture.parts[0].url, base.join("/acts?page=0").unwrap().as_str());
    let left_out = capture.trace.last().unwrap();
    assert_eq!(left_out.step, "attachment file");
    assert!(left_out.matched.as_deref().unwrap().starts_with("left out: layout changed"), "{left_out:?}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    let large = format!("[{}1]", "1,".repeat(1000));
    let answers = Box::leak(Box::new([("/acts?page=0", 200, JSON, &*large.leak())]));
    check(&service(""), answers, "the page has 2003 bytes, 2000 at most").await;
}
