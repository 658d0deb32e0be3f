//! What a page that is asked for without a browser means.

use super::*;

#[tokio::test]
async fn a_page_by_http_is_judged_by_its_status_and_by_what_it_shows() {
    let page = link("absent = [\"text:No such act\", \"title:404\"]\npart = \"act\"");
    let cases: &[(Answers, &str)] = &[
        (&[("/act/7", 200, HTML, "<p>Act")], "link: act=<p>Act"),
        (&[("/act/7", 200, "text/html", "<p>Act")], "link: act=<p>Act"),
        (&[("/act/7", 200, "text/html; Charset=\"UTF-8\"", "<p>Act")], "link: act=<p>Act"),
        (&[("/act/7", 200, HTML, "<p>Never was")], "link: absent"),
        (&[("/act/7", 410, HTML, "<p>No such act")], "link: absent"),
        (
            &[("/act/7", 200, HTML, "<form class=captcha>No such act")],
            "blocked by Captcha: the page shows `css:form.captcha`",
        ),
        (&[("/act/7", 200, HTML, "<p>Session over")], "the portal lost the session at step link"),
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
            &[("/act/7", 200, "text/html", "<meta charset='windows-1252'><p>Caf\u{e9}")],
            "layout changed: /act/7 is written in `windows-1252`, and only UTF-8 is read without a browser",
        ),
        (
            &[("/act/7", 200, HTML, "<meta charset='windows-1252'><p>Act")],
            "link: act=<meta charset='windows-1252'><p>Act",
        ),
        (
            &[("/act/7", 200, "text/html", "\u{feff}<meta charset='windows-1252'><p>Act")],
            "link: act=\u{feff}<meta charset='windows-1252'><p>Act",
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
async fn the_page_that_says_absent_is_kept_as_such() {
    let (base, _) = portal(&[("/act/7", 404, HTML, "<p>None")]).await;
    let capture = fetched(&mut fetcher(&link("absent = \"text:None\""), &base)).await.unwrap();
    let [part] = capture.parts.as_slice() else { panic!("{capture:?}") };
    assert_eq!((&*part.name, &*part.media_type, &*part.bytes), ("absent", HTML, &b"<p>None"[..]));
    assert_eq!((capture.route.as_str(), capture.marker), ("link", Some(Verdict::Absent)));
}
