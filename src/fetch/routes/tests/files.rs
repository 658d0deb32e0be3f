//! The files that belong to a document, each answer in a line.

use super::*;

#[tokio::test]
async fn a_file_is_what_begins_like_one() {
    let attachment = |keys: &str| {
        let keys = format!("address = \"/file/{{number}}\"\nmedia_type = \"application/pdf\"\n{keys}");
        service(&format!("[[route.service.attachment]]\nname = \"file\"\n{keys}"))
    };
    let optional = attachment("magic = \"%PDF\"");
    let required = attachment("magic = \"%PDF\"\nrequired = true");
    let small = attachment("bytes_max = 5");
    let unmarked = attachment("required = true");
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
    check(&optional, with!(200, JSON, "{}"), none).await;
    check(&optional, with!(500, JSON, "{}"), none).await;
    let throttled = "the portal is unavailable: /file/7: JSON instead of the file";
    check(&required, with!(200, JSON, "{}"), throttled).await;
    let failed = "the portal is unavailable: /file/7: the portal answered with status 500";
    check(&required, with!(500, JSON, "{}"), failed).await;
    let often = "unavailable for 7s: /file/7: the portal answered with status 429";
    check(&optional, with!(429, JSON, "{}"), often).await;
    let missing = "layout changed: /file/7: the portal answered with status 404";
    check(&required, with!(404, JSON, "{}"), missing).await;
    let other = "layout changed: /file/7: it does not begin with `%PDF`";
    check(&required, with!(200, HTML, "<p>none"), other).await;
    for media_type in ["application/pdf", "Application/PDF; x=y", "application/octet-stream"] {
        let answers = Box::leak(Box::new([
            ("/acts?page=0", 200, JSON, r#"{"items": 7}"#),
            ("/file/7", 200, media_type, "%PDF-1.4"),
        ]));
        check(&unmarked, answers, pdf).await;
    }
    let other = "layout changed: /file/7 is called `text/html; charset=utf-8`, not `application/pdf`";
    check(&unmarked, with!(200, HTML, "<p>none"), other).await;
    check(&unmarked, with!(200, JSON, "{}"), throttled).await;
    check(
        &unmarked.replace("application/pdf", "application/json"),
        with!(200, JSON, "{}"),
        "service: service=7 file={}",
    )
    .await;
}

#[tokio::test]
async fn an_optional_file_is_asked_for_again_before_the_document_does_without_and_never_stops_a_crawl() {
    let keys = "address = \"/file\"\nmedia_type = \"application/pdf\"\nmagic = \"%PDF\"";
    let routes = service(&format!("[[route.service.attachment]]\nname = \"file\"\n{keys}")) + &link("");
    let cases: [(Answers, usize, &str); 2] = [
        (
            &[
                ("/file", 200, JSON, "{}"),
                ("/file", 500, JSON, "{}"),
                ("/file", 200, "application/pdf", "%PDF"),
            ],
            3,
            "service: service=7 file=%PDF",
        ),
        (&[("/file", 200, JSON, "{}")], 3, "service: service=7"),
    ];
    for (answers, times, expected) in cases {
        let answers = [&[("/acts?page=0", 200, JSON, r#"{"items": 7}"#)], answers].concat().leak();
        let (base, asked) = portal(answers).await;
        let text = format!("base = \"{base}\"\n{HEAD}\n{routes}")
            .replace("delay =", "delay_max = \"20ms\"\ndelay =");
        let rules = Profile::from_text("acts.toml", &text).unwrap().pace;
        let pace = Arc::new(Pace::of(&rules));
        let mut fetcher = of_profile(&text, &base, &pace, Arc::new(SystemClock));
        assert_eq!(told(&base, &fetched(&mut fetcher).await), expected);
        assert_eq!(addresses(&asked).iter().filter(|address| *address == "/file").count(), times);
        assert!(pace.delay() >= Duration::from_millis(10), "who is answered so asks more slowly");
    }
}
