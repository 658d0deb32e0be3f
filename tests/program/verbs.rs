//! The verbs that read: what they print, for people and for programs.

use std::fs;

use anafora::demo::SEED_ID;
use serde_json::Value as Json;

use crate::anafora::{World, portal};

#[tokio::test]
async fn ids_are_found_in_a_text_with_what_was_repaired_and_refused() {
    let world = World::new();
    fs::write(world.path("text"), "Πληρωμή 14ΡΑΥ000123456 και\n22REQ011124, ΑΔΑ ΒΛ9Ω46907Τ-0ΝΚ.\n").unwrap();
    let lines = world.good(&["ids", "--profile", "demo", "--format", "jsonl", "text"]).await;
    let found: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), 3, "{lines}");
    assert_eq!((&found[0]["id"], &found[0]["kind"]), (&"14PAY000123456".into(), &"payment".into()));
    assert_eq!((&found[0]["line"], &found[0]["column"]), (&1.into(), &9.into()));
    assert_eq!(found[0]["repaired"], serde_json::json!(["look_alike"]));
    assert!(found[1]["refused"].as_str().unwrap().contains("6 digits"), "{lines}");
    assert_eq!((&found[2]["id"], &found[2]["line"]), (&"ΒΛ9Ω46907Τ-0ΝΚ".into(), &2.into()));
    let text = world.good(&["ids", "--profile", "demo", "text"]).await;
    assert!(text.starts_with("1:9\tpayment\t14PAY000123456\trepaired "), "{text}");
}

#[tokio::test]
async fn a_quiet_check_of_a_good_profile_says_nothing_and_of_a_bad_one_what_is_wrong() {
    let world = World::new();
    assert!(world.good(&["profile", "check", "demo"]).await.starts_with("demo: ok, "));
    assert_eq!(world.good(&["profile", "check", "-q", "demo"]).await, "");
    fs::write(world.path("bad.toml"), "name = 3\n").unwrap();
    let said = world.run(&["profile", "check", "-q", "./bad.toml"]).await;
    assert!(said.code == 4 && said.errors.contains("bad.toml"), "{}", said.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn bounds_hold_and_are_recorded_and_lifted() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--data", "store"];
    world.good(&[&crawl[..], &["--depth", "1", SEED_ID]].concat()).await;
    let counts = |text: String| serde_json::from_str::<Json>(&text).unwrap();
    let shallow = counts(world.good(&["status", "--data", "store", "--format", "json"]).await);
    assert!(shallow["bounded"].as_u64() > Some(0), "{shallow}");
    let lines = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert!(
        lines
            .lines()
            .any(|line| line.contains("\"state\":\"bounded\"") && line.contains("\"bound\":\"depth\""))
    );
    world.good(&[&crawl[..], &["--no-bounds"]].concat()).await;
    crate::truth::assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    portal.stop().await;

    let graph = world.good(&["graph", SEED_ID, "--data", "store"]).await;
    assert!(
        graph.starts_with("flowchart LR\n") && graph.contains(SEED_ID) && graph.contains("-->|\"contract\"|"),
        "{graph}"
    );
    let dot = world.good(&["graph", SEED_ID, "--data", "store", "--format", "dot", "--hops", "1"]).await;
    assert!(dot.contains(&format!("\"{SEED_ID}\" -> ")), "{dot}");
}

#[tokio::test]
async fn the_committed_schema_is_the_generated_one() {
    let world = World::new();
    let committed =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/selectors/profile.schema.json")).unwrap();
    assert_eq!(
        world.good(&["profile", "schema"]).await,
        committed,
        "`anafora profile schema` writes the new one"
    );
}

#[tokio::test]
async fn every_built_in_profile_is_listed_and_passes_its_check() {
    let world = World::new();
    let list = world.good(&["profile", "list"]).await;
    for name in ["demo", "khmdhs"] {
        assert!(list.contains(name), "{list}");
        world.good(&["profile", "check", name]).await;
    }
    assert!(world.good(&["completions", "bash"]).await.contains("_anafora"));
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_go_over_variables_and_those_over_a_settings_file() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    fs::write(world.path("anafora.toml"), "profile = \"demo\"\ndata = \"store\"\nsessions = 2\n").unwrap();
    let crawl = |arguments: &'static [&'static str]| {
        let mut command = world.command(&[&["crawl", "--base", &base][..], arguments, &[SEED_ID]].concat());
        command.env("ANAFORA_DEPTH", "0");
        command
    };
    let bounded = async || {
        let status: Json = serde_json::from_str(&world.good(&["status", "--format", "json"]).await).unwrap();
        (status["stored"].as_u64().unwrap(), status["bounded"].as_u64().unwrap())
    };
    assert!(crawl(&[]).status().await.unwrap().success());
    assert_eq!(bounded().await, (1, 3), "the variable bounds the depth, the file names profile and store");
    assert!(crawl(&["--depth", "1"]).status().await.unwrap().success());
    assert!(bounded().await.0 > 1, "the flag goes over the variable");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_come_from_standard_input_and_a_limit_holds() {
    use tokio::io::AsyncWriteExt as _;
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo", "--base", &base, "--from", "-", "--limit", "2", "--format", "jsonl"];
    let mut child = world.command(&crawl).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(format!("# from a list\n\n{SEED_ID}\n14ΡΑΥ000100003\n").as_bytes()).await.unwrap();
    drop(input);
    let output = child.wait_with_output().await.unwrap();
    let lines: Vec<Json> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |state: &str| lines.iter().filter(|line| line["state"] == state).count();
    assert_eq!(of("stored"), 2, "{lines:?}");
    assert!(
        of("bounded") > 0 && lines.iter().all(|line| line["state"] == "stored" || line["bound"] == "limit")
    );
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_itself_and_names_the_next_commands() {
    let world = World::new();
    let said = world.run(&["demo", "--sessions", "2", "--documents", "30", "--data", "demo"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(said.output.starts_with("stored 30, absent 5, dead 0, references "), "{}", said.output);
    for verb in ["graph", "export jsonl", "replay"] {
        assert!(said.errors.contains(&format!("anafora {verb} ")), "{}", said.errors);
    }
    let graph = world.good(&["graph", SEED_ID, "--data", "demo", "--hops", "1"]).await;
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&graph), "README.md shows another trail than\n{graph}");
    world.quiet().await;
}
