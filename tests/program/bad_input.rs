//! Bad input is one line that names the thing, a hint, and an exit code of its own.

use std::fs;

use anafora::demo::SEED_ID;

use crate::anafora::{World, portal};

async fn check(world: &World, arguments: &[&str], code: i32, words: &str) {
    let said = world.run(arguments).await;
    assert_eq!(said.code, code, "{arguments:?}: {}", said.errors);
    assert!(said.errors.contains(words), "{arguments:?} says:\n{}", said.errors);
    assert!(!said.errors.contains("panicked"), "{arguments:?}: {}", said.errors);
    let lines: Vec<&str> = said.errors.lines().collect();
    assert!(
        lines.iter().any(|line| line.starts_with("hint: ")),
        "{arguments:?} gives no hint:\n{}",
        said.errors
    );
}

#[tokio::test]
async fn ids_that_are_none_are_named() {
    let world = World::new();
    let crawl = |id: &'static str| ["crawl", "--profile", "demo", id];
    check(&world, &crawl("22REQ011124"), 3, "`22REQ011124` is not an ID: ").await;
    check(&world, &crawl("https://portal.example/1"), 3, "is not an ID: it is of no known scheme").await;
    check(&world, &crawl("ΧΩΡΙΣ ΑΔΑ"), 3, "is not an ID: it stands for `none`").await;
}

#[tokio::test]
async fn profiles_and_settings_that_make_no_sense_are_named() {
    let world = World::new();
    check(&world, &["crawl", SEED_ID], 2, "no profile was named").await;
    check(&world, &["crawl", "--profile", "demo"], 2, "there are no IDs to begin with").await;
    check(&world, &["crawl", "--profile", "nowhere", SEED_ID], 4, "nowhere").await;
    let kinds = ["crawl", "--profile", "demo", "--kinds", "paiment", SEED_ID];
    check(&world, &kinds, 2, "`paiment` is no kind of the profile `demo`").await;
    check(
        &world,
        &["crawl", "--profile", "demo", "--delay", "soon", SEED_ID],
        2,
        "`soon` is not a span of time",
    )
    .await;
    check(&world, &["crawl", "--profile", "demo", "--sessions", "0", SEED_ID], 2, "0 sessions").await;
    fs::write(world.path("anafora.toml"), "sesions = 2\n").unwrap();
    check(&world, &["crawl", "--profile", "demo", SEED_ID], 2, "unknown field `sesions`").await;
}

#[tokio::test]
async fn stores_that_cannot_be_used_are_named_and_left_alone() {
    let world = World::new();
    check(&world, &["status", "--data", "nowhere"], 6, "nowhere").await;
    let newer = world.path("newer");
    fs::create_dir_all(&newer).unwrap();
    fs::write(newer.join("FORMAT"), "anafora store 2\n").unwrap();
    check(&world, &["status", "--data", "newer"], 6, "2").await;
    assert_eq!(fs::read_to_string(newer.join("FORMAT")).unwrap(), "anafora store 2\n");
    assert_eq!(
        fs::read_dir(&newer).unwrap().count(),
        1,
        "nothing was written into a store of another format"
    );
    let other = world.path("other");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("thesis.txt"), "years of work").unwrap();
    check(&world, &["crawl", "--profile", "demo", "--data", "other", SEED_ID], 6, "other").await;
    assert_eq!(
        fs::read_dir(&other).unwrap().count(),
        1,
        "nothing was written into somebody else's directory"
    );
    check(&world, &["replay", "nowhere"], 6, "nowhere").await;
}

#[tokio::test]
async fn a_portal_that_refuses_connections_is_named() {
    let world = World::new();
    // A port that was free a moment ago and on which nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let profile = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/selectors/demo.toml")).unwrap();
    let impatient = profile.replace("[pace]", "[pace]\nunavailable_max = \"1s\"");
    fs::write(world.path("impatient.toml"), impatient).unwrap();
    let base = format!("http://127.0.0.1:{port}");
    let crawl = ["crawl", "--profile", "impatient.toml", "--base", &base, "--data", "store", SEED_ID];
    check(&world, &crawl, 7, "the portal is unavailable: ").await;
    let status = world.good(&["status", "--data", "store"]).await;
    assert!(status.contains("queued") || status.contains("delayed"), "the ID is kept: {status}");
    world.quiet().await;
}

#[tokio::test]
async fn a_driver_that_cannot_start_is_named() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let with = |driver: &'static str| {
        ["crawl", "--profile", "demo", "--base", &base, "--driver-program", driver, SEED_ID]
            .map(str::to_owned)
    };
    for driver in ["/nowhere/chromedriver", "/bin/false"] {
        let arguments = with(driver);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        check(&world, &arguments, 5, driver).await;
    }
    world.quiet().await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_never_harms_a_store_or_another_recording() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--depth", "0", SEED_ID];
    world.good(&[&crawl[..], &["--data", "store", "--record", "fixtures"]].concat()).await;
    let manifests = || {
        ["store", "fixtures"].map(|name| fs::read_to_string(world.path(name).join("manifest.json")).unwrap())
    };
    let before = manifests();
    let onto_store = [&crawl[..], &["--record", "store"]].concat();
    check(&world, &onto_store, 6, "`store` is the store of a crawl").await;
    let other_bounds = [&crawl[..], &["--limit", "1", "--record", "fixtures"]].concat();
    check(&world, &other_bounds, 6, "`fixtures` was recorded with other bounds").await;
    assert_eq!(manifests(), before);
    fs::remove_dir_all(world.path("store/frontier")).unwrap();
    for verb in [&["status", "--data", "store"][..], &["crawl", "--data", "store"]] {
        check(&world, verb, 6, "is gone, though there was a crawl").await;
    }
    portal.stop().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_named() {
    let world = World::new();
    for base in
        ["portal", "ftp://portal.example", "https://portal.example/search", "https://portal.example/?q=1"]
    {
        check(
            &world,
            &["crawl", "--profile", "demo", "--base", base, SEED_ID],
            2,
            &format!("`{base}` is not "),
        )
        .await;
    }
}
