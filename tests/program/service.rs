//! Routes without a browser: a service that answers in JSON, its files, a link by http, and what comes after them.

use std::fs;
use std::time::Duration;

use anafora::archive::open_recording;
use anafora::demo::{Portal, SEED_ID, Switch};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use serde_json::Value as Json;

use crate::anafora::{Said, World, demo_profile, portal};
use crate::truth::{DOCUMENTS, assert_equals, assert_truth};

const SERVICE: &str = include_str!("../../selectors/khmdhs-opendata.toml");
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo");

/// The arguments of a crawl by the service, from the seed.
fn crawl<'a>(profile: &'a str, base: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let begin = ["crawl", "--profile", profile, "--base", base, "--delay", "0ms", "--format", "jsonl"];
    [&begin, more, &[SEED_ID]].concat()
}

/// Crawls where no browser can be found: a look for one would end the crawl.
async fn without_browser(world: &World, arguments: &[&str]) -> Said {
    let empty = world.path("empty");
    fs::create_dir_all(&empty).unwrap();
    let mut command = world.command(arguments);
    let output = command.env("PATH", &empty).output().await.unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The service's profile with one thing changed, in a file of its own.
fn changed(world: &World, from: &str, to: &str) -> String {
    assert_eq!(SERVICE.matches(from).count(), 1, "{from}");
    let file = world.path("changed.toml");
    fs::write(&file, SERVICE.replace(from, to)).unwrap();
    file.to_string_lossy().into_owned()
}

/// The demo portal by its service, and where that does not know by its forms.
fn with_form(world: &World) -> String {
    changed(world, "absent_means = \"believe\"", "absent_means = \"confirm\"");
    let includes = "include = [\"changed.toml\"]\nown_id = [\"pointer:/referenceNumber\", \"label:ΑΔΑΜ\"]";
    let demo = demo_profile().replace("include = [\"shared/kimdis.toml\"]", includes);
    let file = world.path("demo.toml");
    fs::write(&file, demo).unwrap();
    file.to_string_lossy().into_owned()
}

fn find<'a>(lines: &'a [Json], id: &str) -> &'a Json {
    lines.iter().find(|line| line["id"] == id).unwrap()
}

fn lines(text: &str) -> Vec<Json> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn routes(text: &str) -> Vec<String> {
    let mut routes: Vec<String> =
        lines(text).iter().filter_map(|line| Some(line["route"].as_str()?.to_owned())).collect();
    routes.sort();
    routes.dedup();
    routes
}

fn service_alone(portal: &Portal) {
    let stats = portal.stats();
    assert_eq!((stats.searches, stats.details), (0, 0), "{stats:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_by_the_service_equals_its_truth_without_a_browser() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let said = without_browser(&world, &crawl("khmdhs-opendata", &base, &["--sessions", "2"])).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_equals(&portal.corpus().service_truth(), &said.output);
    assert_eq!(routes(&said.output), ["service"]);
    service_alone(&portal);
    assert_eq!(portal.stats().attachments, portal.stats().service_answers);
    assert!(world.left_over().is_empty());
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_kept_with_their_document_and_a_replay_gives_the_same_bytes() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let more = ["--data", "store", "--record", "fixtures", "--depth", "1"];
    let said = without_browser(&world, &crawl("khmdhs-opendata", &base, &more)).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    portal.stop().await;
    let folder = world.path("fixtures").join(SEED_ID);
    let file = fs::read(folder.join("file.pdf")).unwrap();
    assert!(file.starts_with(b"%PDF-1.4\n") && file.windows(14).any(|bytes| bytes == SEED_ID.as_bytes()));
    let answer = fs::read_to_string(folder.join("service.json")).unwrap();
    assert!(
        answer.starts_with(&format!("{{\"referenceNumber\":\"{SEED_ID}\"")),
        "the document alone: {answer}"
    );
    for recording in ["fixtures", "store"] {
        assert_eq!(world.good(&["replay", recording]).await, exported, "{recording}");
    }
    world.good(&["verify", "--data", "store"]).await;
    // The file is part of what the page's digest is of: another file is another page.
    let page = |lines: &str| find(&self::lines(lines), SEED_ID)["page"].clone();
    fs::write(folder.join("file.pdf"), [&file[..], b"\n"].concat()).unwrap();
    let replayed = world.run(&["replay", "fixtures"]).await;
    assert!(replayed.code != 0 || page(&replayed.output) != page(&exported), "{}", replayed.output);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_without_its_file_is_kept_with_a_warning_or_not_at_all() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let magic = "magic = \"%PDF\"";
    let profile = changed(&world, magic, "magic = \"GIF8\"");
    let arguments = crawl(&profile, &base, &["--limit", "1", "--data", "store"]);
    assert_eq!(without_browser(&world, &arguments).await.code, 0);
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    let seed = find(&lines(&exported), SEED_ID).clone();
    assert_eq!(seed["state"], "stored");
    assert!(seed["warnings"].to_string().contains("the file `file` was not to be had"), "{seed}");
    let explained = world.good(&["explain", SEED_ID, "--data", "store"]).await;
    assert!(explained.contains("brought by the route `service`\n"), "{explained}");

    changed(&world, magic, "magic = \"GIF8\"\nrequired = true");
    let said = without_browser(&world, &crawl(&profile, &base, &["--limit", "1"])).await;
    let seed = find(&lines(&said.output), SEED_ID).clone();
    let cause = seed["cause"].as_str().unwrap();
    assert!(cause.ends_with("it does not begin with `GIF8`"), "{seed}");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_stands_for_one_optional_file_for_good_stops_no_crawl() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    portal.switch(Switch::AttachmentThrottledEvery(1));
    let said = without_browser(&world, &crawl("khmdhs-opendata", &base, &["--limit", "2"])).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    let seed = find(&lines(&said.output), SEED_ID).clone();
    assert_eq!(seed["state"], "stored", "{seed}");
    assert!(seed["warnings"].to_string().contains("the file `file` was not to be had"), "{seed}");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tried_look_up_by_a_service_is_told_request_by_request() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let attempt = ["profile", "try", "khmdhs-opendata", SEED_ID, "--base", &base, "--delay", "0ms"];
    let said = without_browser(&world, &attempt).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    for told in [
        " ms  status 200  /khmdhs-opendata/payment?page=0: the document, among 1\n",
        " ms  status 200  /khmdhs-opendata/payment/attachment/14PAY000100001: ",
        "    1. cpv ",
    ] {
        assert!(said.output.contains(told), "{told}\n{}", said.output);
    }
    let json = without_browser(&world, &[&attempt[..], &["--format", "json"]].concat()).await;
    let account: Json = serde_json::from_str(&json.output).unwrap();
    assert_eq!(account["steps"].as_array().unwrap().len(), 2, "{account}");
    assert!(account["groups"][0]["first"][0]["cpv"].is_string(), "{account}");

    portal.switch(Switch::ServiceUnavailableEvery(1));
    let profile = with_form(&world);
    let attempt = ["profile", "try", &profile, SEED_ID, "--base", &base, "--delay", "0ms"];
    let said = world.run(&attempt).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    for told in ["  FAILED\n     the route `service` yields to the next one: unavailable: ", "  9  capture"] {
        assert!(said.output.contains(told), "{told}\n{}", said.output);
    }
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extra_member_finds_nothing() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let body = "body = { referenceNumber = \"{id}\"";
    let profile = changed(&world, body, &format!("{body}, title = \"\""));
    let said = without_browser(&world, &crawl(&profile, &base, &[])).await;
    assert_eq!(lines(&said.output)[0]["state"], "absent", "{}", said.output);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_another_document_is_never_kept() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    portal.switch(Switch::ServiceWrongAnswerEvery(1));
    let arguments = crawl("khmdhs-opendata", &base, &["--limit", "1"]);
    let said = without_browser(&world, &arguments).await;
    let seed = &lines(&said.output)[0];
    assert_eq!(seed["state"], "dead", "{}", said.output);
    assert!(seed["cause"].as_str().unwrap().starts_with("wrong page: it shows `1"), "{seed}");

    portal.switch(Switch::ServiceWrongAnswerEvery(3));
    let said = without_browser(&world, &crawl("khmdhs-opendata", &base, &[])).await;
    assert_equals(&portal.corpus().service_truth(), &said.output);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_asked_too_often_is_waited_for() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    portal.switch(Switch::RetryAfter(Duration::from_secs(1)));
    portal.switch(Switch::ServiceThrottledEvery(9));
    portal.switch(Switch::AttachmentThrottledEvery(11));
    let said = without_browser(&world, &crawl("khmdhs-opendata", &base, &[])).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_equals(&portal.corpus().service_truth(), &said.output);
    let stats = portal.stats();
    assert!(stats.throttled > 2, "{stats:?}");
    let stored = lines(&said.output).iter().filter(|line| line["state"] == "stored").count() as u64;
    assert_eq!(stats.attachments, stored, "each document has its file: {stats:?}");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_service_is_down_the_form_does_its_work() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    portal.switch(Switch::ServiceUnavailableEvery(1));
    let profile = with_form(&world);
    let said = world.run(&crawl(&profile, &base, &["--sessions", "2", "--data", "store"])).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert_truth(&portal, &exported);
    assert_eq!(routes(&exported), ["form"]);
    let stored =
        lines(&exported).into_iter().filter(|line| line["state"] == "stored" && line["kind"] != "decision");
    for line in stored {
        assert!(line["warnings"].to_string().contains("not by the route `service`: "), "{line}");
    }
    assert!(said.errors.contains("the route `service` rests for 60s"), "{}", said.errors);
    let asked = portal.stats().unavailable;
    assert!((3..10).contains(&asked), "the service was asked {asked} times before it was left alone");
    portal.stop().await;
    world.quiet().await;
    assert_eq!(world.good(&["replay", "store"]).await, exported);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_does_not_have_today_the_form_confirms_or_brings() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    portal.switch(Switch::ServiceNoDataEvery(2));
    let profile = with_form(&world);
    let said = world.run(&crawl(&profile, &base, &["--sessions", "2", "--data", "store"])).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_truth(&portal, &said.output);
    assert_eq!(routes(&said.output), ["form", "service"]);
    portal.stop().await;
    // What the service said before the form was asked stands in the trace of what the form brought.
    let lines = lines(&said.output);
    let by_form = |line: &&Json| line["route"] == "form" && line["kind"] != "decision";
    let id = lines.iter().find(by_form).unwrap()["id"].as_str().unwrap();
    let recording = open_recording(&world.path("store")).unwrap();
    let trace = recording.find(id).unwrap().unwrap().trace;
    let said: Vec<_> = trace.iter().filter_map(|trace| trace.matched.as_deref()).collect();
    assert_eq!((trace[0].step.as_str(), said[0]), ("route", "service: absent"), "{trace:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_every_route_is_down_the_portal_is() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    portal.switch(Switch::UnavailableEvery(1));
    let profile = with_form(&world);
    let text = fs::read_to_string(&profile).unwrap();
    fs::write(&profile, text.replace("step_deadline", "unavailable_max = \"1s\"\nstep_deadline")).unwrap();
    let said = world.run(&crawl(&profile, &base, &[])).await;
    assert_eq!(said.code, 7, "{}", said.errors);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_robots_txt_excludes_is_not_asked() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    portal.switch(Switch::RobotsTxt(anafora::demo::RobotsTxt::DisallowAll));
    let said = without_browser(&world, &crawl("khmdhs-opendata", &base, &[])).await;
    assert_eq!(said.code, 10, "{}", said.errors);
    assert_eq!((portal.stats().requests, portal.stats().robots), (0, 1));
    portal.stop().await;
}

/// One document of the recorded portal, as a page of its own; `moved` is how often it was moved meanwhile.
async fn page_of(Path((moved, id)): Path<(u32, String)>, headers: HeaderMap) -> Response {
    assert!(headers["user-agent"].to_str().unwrap().starts_with("anafora/"), "{headers:?}");
    if moved == 0 && id.ends_with('1') {
        return Redirect::to(&format!("/acts/1/{id}")).into_response();
    }
    let page = |name: &str| fs::read_to_string(format!("{FIXTURES}/{id}/{name}.html"));
    match (page("detail"), page("absent")) {
        (Ok(page), _) => Html(page).into_response(),
        (_, Ok(page)) => (StatusCode::NOT_FOUND, Html(page)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The recorded portal with an address for each document; the addresses of those that moved may be closed to programs.
async fn linked(robots: &'static str) -> String {
    let pages = Router::new().route("/acts/{moved}/{id}", get(page_of));
    let pages = pages.route("/robots.txt", get(move || std::future::ready(robots)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, pages).await });
    base
}

/// The demo portal's profile with a link by http in the place of its form.
fn by_link(world: &World) -> String {
    let profile = demo_profile();
    let (before, flow) = profile.split_once("[[route]]").unwrap();
    let (_, fields) = flow.rsplit_once("[[route.step]]\ncapture = \"detail\"\n").unwrap();
    let link = "[[route]]\nname = \"link\"\nlink = \"/acts/0/{id}\"\nby = \"http\"\n\
                kinds = [\"request\", \"notice\", \"award\", \"contract\", \"payment\", \"decision\"]\n\
                absent = \"text:Κριτήριο:\"\n";
    let file = world.path("linked.toml");
    fs::write(&file, format!("{before}{link}{fields}")).unwrap();
    file.to_string_lossy().into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_by_links_without_a_browser_finds_what_the_forms_found() {
    let world = World::new();
    let (profile, base) = (by_link(&world), linked("User-agent: *\nDisallow: /nothing\n").await);
    let said =
        without_browser(&world, &crawl(&profile, &base, &["--sessions", "2", "--data", "store"])).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert_eq!(routes(&exported), ["link"]);
    let found = |text: &str| -> Vec<Json> {
        let mut lines = lines(text);
        for line in &mut lines {
            // When, by which way and under which address is another matter.
            let line = line.as_object_mut().unwrap();
            for key in ["captured_at", "page", "route"] {
                line.remove(key);
            }
        }
        lines
    };
    assert_eq!(found(&exported), found(&world.good(&["replay", FIXTURES]).await));
    assert!(lines(&exported).iter().any(|line| line["state"] == "absent"), "{exported}");
    assert_eq!(world.good(&["replay", "store"]).await, exported);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_to_where_no_program_may_go_is_not_followed() {
    let world = World::new();
    let (profile, base) = (by_link(&world), linked("User-agent: *\nDisallow: /acts/1/\n").await);
    let said = without_browser(&world, &crawl(&profile, &base, &[])).await;
    assert_eq!(said.code, 10, "{}", said.errors);
    let address = format!("{base}acts/1/{SEED_ID}");
    assert!(
        said.errors.contains(&format!("robots.txt keeps programs away from {address}")),
        "{}",
        said.errors
    );
}
