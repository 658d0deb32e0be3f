//! What is found on the pages of a service, and when nothing is.

use super::*;

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
        (r#"{"items": [{"nr": "A-7"}, {"no": "A-8"}], "pages": 1}"#, "service: absent"),
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
async fn pages_are_numbered_from_where_the_profile_says() {
    let answers: Answers = &[
        ("/acts?page=1", 200, JSON, r#"{"items": [{"no": "A-8"}], "pages": 2}"#),
        ("/acts?page=2", 200, JSON, r#"{"items": [{"no": "A-7"}], "pages": 2}"#),
    ];
    let paged = service("id = \"/no\"\npages = \"/pages\"\npages_from = 1");
    check(&paged, answers, r#"service: service={"no": "A-7"}"#).await;
    let two_only = service("id = \"/no\"\npages = \"/pages\"\npages_from = 1\npages_max = 1");
    check(&two_only, answers, "not on the first 1 pages of results").await;
}

#[tokio::test]
async fn a_page_that_cannot_be_is_no_proof_that_a_document_is_absent() {
    let paged = service("id = \"/no\"\npages = \"/pages\"");
    let cases: &[(&str, &str, &str)] = &[
        (
            r#"{"items": [{"no": "A-8"}], "pages": 2, "time": 1}"#,
            r#"{"items": [{"no": "A-8"}], "pages": 2, "time": 2}"#,
            "layout changed: page 1 of the service repeats the one before it (the first is asked for as 0: `pages_from`)",
        ),
        (
            r#"{"items": [{"no": "A-8"}], "pages": 2}"#,
            r#"{"items": [], "pages": 2}"#,
            "layout changed: page 1 of the 2 that the service has is empty (the first is asked for as 0: `pages_from`)",
        ),
        (
            r#"{"items": [], "pages": 2}"#,
            r#"{"items": [{"no": "A-8"}], "pages": 2}"#,
            "layout changed: page 0 of the 2 that the service has is empty (the first is asked for as 0: `pages_from`)",
        ),
        (
            r#"{"items": [{"no": "A-8"}], "pages": 2}"#,
            r#"{"items": [{"no": "A-9"}], "pages": 2}"#,
            "service: absent",
        ),
    ];
    for (first, second, expected) in cases {
        let answers =
            Box::leak(Box::new([("/acts?page=0", 200, JSON, *first), ("/acts?page=1", 200, JSON, *second)]));
        check(&paged, answers, expected).await;
    }
}

#[tokio::test]
async fn a_value_in_a_good_answer_may_say_that_there_is_no_document() {
    let told =
        service(r#"absent_where = { "/error/code" = "7", "/error" = "not found", "/items" = "null" }"#);
    let cases: &[(&str, &str)] = &[
        (r#"{"error": "not found"}"#, "service: absent"),
        (r#"{"error": {"code": 7}}"#, "service: absent"),
        (r#"{"items": null}"#, "service: absent"),
        (r#"{"error": "not found today"}"#, "layout changed: the service's answer has no `/items`"),
        (r#"{"items": [5], "error": null}"#, "service: service=5"),
    ];
    for (answer, expected) in cases {
        let answers = Box::leak(Box::new([("/acts?page=0", 200, JSON, *answer)]));
        check(&told, answers, expected).await;
    }
}
