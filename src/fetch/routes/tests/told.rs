//! What is told of each request, and of routes that yielded.

use super::*;

#[tokio::test]
async fn each_request_is_told_with_what_came_of_it_and_so_is_a_route_that_yields() {
    let keys = "id = \"/no\"\npages = \"/pages\"\n[[route.service.attachment]]\nname = \"file\"\naddress = \"/file\"\nmedia_type = \"application/pdf\"\nmagic = \"%PDF\"";
    let routes =
        service(keys).replace("name = \"service\"", "name = \"service\"\nabsent_means = \"confirm\"");
    let routes = routes + &link("absent = \"css:i\"");
    let cases: [(Answers, &[&str]); 3] = [
        (
            &[
                ("/acts?page=0", 200, JSON, r#"{"items": [{"no": "A-8"}], "pages": 2}"#),
                ("/acts?page=1", 200, JSON, r#"{"items": [{"no": "A-7"}, {"no": "A-9"}], "pages": 2}"#),
                ("/file", 200, HTML, "<p>none"),
            ],
            &[
                "1 service status 200 /acts?page=0: not among 1 Done",
                "2 service status 200 /acts?page=1: the document, among 2 Done",
                "3 attachment file status 200 /file: left out: layout changed: /file: it does not begin with `%PDF` Done",
            ],
        ),
        (
            &[("/acts?page=0", 429, JSON, ""), ("/act/7", 200, HTML, "<p>Act")],
            &[
                "1 service status 429 /acts?page=0 Failed(\"the portal is unavailable: /acts?page=0: the portal answered with status 429\")",
                "0 route - - PassedOver(\"unavailable: /acts?page=0: the portal answered with status 429\")",
                "1 link status 200 /act/7: 6 bytes Done",
            ],
        ),
        (
            &[("/act/7", 200, HTML, "<i>")],
            &[
                "1 service status 404 /acts?page=0 Absent",
                "0 route - - PassedOver(\"absent\")",
                "1 link status 200 /act/7 Absent",
            ],
        ),
    ];
    for (answers, expected) in cases {
        let (base, _) = portal(answers).await;
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (log, address) = (Arc::clone(&lines), base.to_string());
        let mut fetcher = fetcher(&routes, &base);
        fetcher.tell_steps_to(Arc::new(move |account: &StepAccount| {
            let StepAccount { number, verb, matched, answer, end, .. } = account;
            let [matched, answer] = [matched, answer].map(|text| text.as_deref().unwrap_or("-"));
            let line = format!("{number} {verb} {matched} {answer} {end:?}");
            log.lock().unwrap().push(line.replace(&address, "/"));
        }));
        fetched(&mut fetcher).await.unwrap();
        assert_eq!(*lines.lock().unwrap(), expected);
    }
}

#[tokio::test]
async fn what_a_later_route_brings_says_which_one_failed_before_it() {
    let routes = service("") + &link("");
    let (base, _) = portal(&[("/acts?page=0", 503, JSON, ""), ("/act/7", 200, HTML, "<p>No: A-7")]).await;
    let capture = fetched(&mut fetcher(&routes, &base)).await.unwrap();
    let why = format!("unavailable: {base}acts?page=0: the portal answered with status 503");
    assert_eq!(capture.passed_over, [PassedOver { route: "service".into(), why }]);
    let confirmed = routes.replace("[route.service]", "absent_means = \"confirm\"\n[route.service]");
    let (base, _) = portal(&[("/act/7", 200, HTML, "<p>No: A-7")]).await;
    let capture = fetched(&mut fetcher(&confirmed, &base)).await.unwrap();
    assert_eq!((capture.route.as_str(), capture.passed_over), ("link", Vec::new()));
}
