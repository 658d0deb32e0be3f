//! A portal that changes its layout in mid-crawl: the kind is paused, nothing is lost, and a person is told what and where.

use anafora::demo::{Portal, Redesign, RegistryKind, SEED_ID, Switch, Template, TruthState};
use serde_json::Value as Json;

use crate::anafora::{Said, World, portal};
use crate::patience::impatient_profile;
use crate::truth::assert_truth;

/// Enough payments for a layout to be usual before it changes.
const DOCUMENTS: usize = 90;

async fn crawl(world: &World, portal: &Portal, more: &[&str]) -> Said {
    let (base, profile) = (portal.base().to_string(), impatient_profile(world));
    let crawl =
        ["crawl", "--profile", &profile, "--base", &base, "--sessions", "2", "--data", "store", SEED_ID];
    world.run(&[&crawl, more].concat()).await
}

async fn status(world: &World) -> Json {
    serde_json::from_str(&world.good(&["status", "--data", "store", "--format", "json"]).await).unwrap()
}

fn payments_of(portal: &Portal) -> Vec<String> {
    let truth = portal.corpus().truth().into_iter();
    truth
        .filter(|document| document.kind == "payment" && document.state == TruthState::Stored)
        .map(|document| document.id)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redesign_in_mid_crawl_pauses_its_kind_and_goes_on_to_the_truth_once_undone() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let kinds = vec![RegistryKind::Payment];
    portal.switch(Switch::Redesign(Redesign { template: Template::Second, after: 6, kinds }));
    let said = crawl(&world, &portal, &[]).await;
    assert_eq!(said.code, 9, "{}", said.errors);
    let told: Vec<&str> = said.errors.lines().filter(|line| line.contains("payment")).collect();
    assert!(said.errors.contains("paused"), "{}", said.errors);
    assert!(said.errors.contains("label:ΑΔΑΜ"), "the selector that stopped matching: {}", said.errors);
    let since = |line: &&str| payments_of(&portal).iter().any(|id| line.contains(id));
    assert!(told.iter().any(since), "since which document: {}", said.errors);

    // Nothing is lost, and nothing else had to wait.
    let counts = status(&world).await;
    assert!(counts["paused"].as_u64().unwrap() > 0, "{counts}");
    assert_eq!((&counts["dead"], &counts["queued"]), (&0.into(), &0.into()), "{counts}");

    // As long as nobody says so, no payment is asked for.
    let redesigned = portal.stats().redesigned;
    let again = crawl(&world, &portal, &[]).await;
    assert_eq!(again.code, 9, "{}", again.errors);
    assert_eq!(portal.stats().redesigned, redesigned);

    portal.switch(Switch::Redesign(Redesign::default()));
    let said = crawl(&world, &portal, &["--resume-paused"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    world.quiet().await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_not_required_and_goes_away_is_a_warning() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let kinds = vec![RegistryKind::Payment];
    portal.switch(Switch::Redesign(Redesign { template: Template::WithoutTaxNumber, after: 15, kinds }));
    let said = crawl(&world, &portal, &[]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    let named = |line: &str| line.contains("organisation_tax_number") && line.contains("payment");
    assert!(said.errors.lines().any(named), "{}", said.errors);
    assert!(portal.stats().redesigned >= 5, "{:?}", portal.stats());
    let counts = status(&world).await;
    assert_eq!((&counts["stored"], &counts["paused"]), (&DOCUMENTS.into(), &0.into()), "{counts}");
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_choice_that_does_not_match_any_more_is_reported_with_the_one_that_does() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let capture = "capture = \"detail\"";
    let when = "when = [\"label:ΑΦΜ Φορέα\", \"css:table.related-acts\"]";
    let profile = include_str!("../../selectors/demo.toml").replace(capture, &format!("{when}\n{capture}"));
    std::fs::write(world.path("choosing.toml"), profile).unwrap();
    let kinds = vec![RegistryKind::Payment];
    portal.switch(Switch::Redesign(Redesign { template: Template::WithoutTaxNumber, after: 15, kinds }));
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", "choosing.toml", "--base", &base, "--data", "store", SEED_ID];
    let said = world.run(&crawl).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    let report = world.good(&["report", "--data", "store"]).await;
    let told = |line: &str| {
        line.starts_with(
            "warning: form, step 9 (capture): `label:ΑΦΜ Φορέα` has not matched for the kind payment since ",
        ) && line.ends_with("; `css:table.related-acts` does")
    };
    assert_eq!(report.lines().filter(|line| told(line)).count(), 1, "{report}");
    let report = world.good(&["report", "--data", "store", "--format", "json"]).await;
    let report: Json = serde_json::from_str(&report).unwrap();
    let kinds = report["coverage"].as_array().unwrap();
    let faded = kinds.iter().flat_map(|kind| kind["choices"].as_array().unwrap());
    let faded: Vec<_> = faded.filter(|choice| choice["faded"] == true).collect();
    assert_eq!(faded.len(), 1, "{report}");
    assert_eq!(faded[0]["instead"], "css:table.related-acts");
    portal.stop().await;
}
