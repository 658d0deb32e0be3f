//! A layout that changed pauses its kind and says so; a mended profile goes on to the end.

use std::fs;

use anafora::demo::SEED_ID;
use anafora::profile::Profile;
use serde_json::Value as Json;

use crate::anafora::{World, portal};
use crate::truth::DOCUMENTS;

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_whose_layout_changed_is_paused_until_the_profile_is_mended() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let right = Profile::builtin("demo").unwrap().text;
    let wrong = right.replace("own_id = \"label:ΑΔΑΜ\"", "own_id = \"label:Κωδικός\"");
    assert_ne!(right, wrong);
    fs::write(world.path("wrong.toml"), format!("{wrong}\n[drift]\nmissing = 2\n")).unwrap();
    let crawl =
        ["crawl", "--profile", "wrong.toml", "--base", &base, "--data", "store", SEED_ID, "14PAY000100003"];
    let said = world.run(&crawl).await;
    assert_eq!(said.code, 9, "{}\n{}", said.output, said.errors);
    assert!(
        said.errors.contains("the layout of the kind `payment` has changed since 14PAY00010000"),
        "{}",
        said.errors
    );
    assert!(said.output.contains("paused: payment, 2 waiting"), "{}", said.output);
    assert!(said.output.contains("the graph is not closed: 2 paused"), "{}", said.output);

    let told = world.run(&["report", "--data", "store", "--format", "json"]).await;
    assert_eq!(told.code, 9, "{}", told.errors);
    let report: Json = serde_json::from_str(&told.output).unwrap();
    assert_eq!((&report["v"], &report["closed"]), (&Json::from(1), &Json::from(false)));
    assert_eq!(
        (&report["paused"][0]["kind"], &report["paused"][0]["ids"]),
        (&Json::from("payment"), &Json::from(2))
    );
    assert_eq!(report["last_run"]["end"]["ending"], Json::from("drained"));

    // Nobody has looked yet: nothing is asked of the portal.
    let before = portal.stats().details;
    assert_eq!(world.run(&["crawl", "--data", "store"]).await.code, 9);
    assert_eq!(portal.stats().details, before);
    // Asked for by name, it is looked up again, and paused again.
    let said = world.run(&["-v", "crawl", "--data", "store", "--resume-paused=payment"]).await;
    assert_eq!(said.code, 9, "{}", said.errors);
    assert!(said.errors.contains("looked up again: the kind payment, 2 IDs"), "{}", said.errors);
    assert!(portal.stats().details > before, "{}\n{}", said.output, said.errors);

    fs::write(world.path("right.toml"), right).unwrap();
    let said = world.run(&["crawl", "--profile", "right.toml", "--data", "store", "--sessions", "2"]).await;
    assert_eq!(said.code, 0, "{}\n{}", said.output, said.errors);
    assert!(said.errors.contains("(the profile has changed)"), "{}", said.errors);
    assert!(said.output.contains("\nrun 4 (drained): stored 0 → "), "{}", said.output);
    let report = world.good(&["report", "--data", "store"]).await;
    assert!(report.contains("the graph is closed"), "{report}");
    // Like a crawl with the right profile that never was paused.
    let undisturbed =
        world.good(&["crawl", "--profile", "right.toml", "--base", &base, SEED_ID, "14PAY000100003"]).await;
    let found = report.lines().next().unwrap();
    assert!(undisturbed.starts_with(&format!("{found} in ")), "{found}\n{undisturbed}");
    portal.stop().await;
}
