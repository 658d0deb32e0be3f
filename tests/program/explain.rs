//! `anafora explain` tells the whole story of an ID, and of one that was never seen what was perhaps meant.

use anafora::demo::SEED_ID;
use serde_json::Value as Json;

use crate::anafora::{Said, World};
use crate::recorded::stored;

async fn explain(world: &World, id: &str) -> Said {
    world.run(&["explain", id, "--data", "store"]).await
}

async fn story(world: &World, id: &str) -> Json {
    let said = world.good(&["explain", id, "--data", "store", "--format", "json"]).await;
    serde_json::from_str(&said).unwrap()
}

fn events(story: &Json) -> Vec<&str> {
    story["history"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_id_is_explained_from_who_named_it_to_what_comes_next() {
    let world = World::new();
    stored(&world, "store").await;

    let seed = story(&world, SEED_ID).await;
    assert_eq!(events(&seed), ["seeded", "attempted"], "{seed:#}");
    assert_eq!((&seed["state"], &seed["history"][1]["ended"]), (&"stored".into(), &"stored".into()));
    assert_eq!(seed["way"], serde_json::json!([SEED_ID]));

    // Named by the remarks of the seed, in Greek letters that look Latin, and read as if it were written right.
    let mentioned = explain(&world, "14ΡΑΥ000100003").await;
    assert_eq!(mentioned.code, 0, "{}", mentioned.errors);
    assert!(mentioned.errors.contains("look-alike letters"), "{}", mentioned.errors);
    for words in [
        "14PAY000100003 (payment) is stored, at depth 1, attempts 1",
        &format!("the shortest way to it: {SEED_ID} -> 14PAY000100003"),
        &format!("named by {SEED_ID}, as mentioned: Προηγήθηκε η εντολή 14ΡΑΥ000100003, που ακυρώθηκε."),
        "brought by the route `form`\n",
        "attempt 1, begun ",
        "also named by:\n  14SYMV000100002, as payment: ",
        "next: nothing; it is stored",
    ] {
        assert!(mentioned.output.contains(words), "lacks `{words}`:\n{}", mentioned.output);
    }

    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    let of = |words: &str| -> String {
        let line = exported.lines().find(|line| line.contains(words)).unwrap();
        serde_json::from_str::<Json>(line).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let absent = explain(&world, &of("\"state\":\"absent\"")).await.output;
    assert!(absent.contains("next: nothing; the portal says that there is no such document"), "{absent}");
    let bounded = explain(&world, &of("\"state\":\"bounded\"")).await.output;
    assert!(bounded.contains("kept out: no route") && bounded.contains("has no route to a"), "{bounded}");
}

#[tokio::test]
async fn an_id_that_was_never_seen_is_said_to_be_so_and_near_ones_are_named() {
    let world = World::new();
    stored(&world, "store").await;
    let said = explain(&world, "14PAY000100030").await;
    assert_eq!((said.code, said.output.as_str()), (3, ""), "{}", said.errors);
    assert!(said.errors.contains("14PAY000100030 was never seen"), "{}", said.errors);
    assert!(said.errors.contains("written nearly so: 14PAY000100003"), "{}", said.errors);
    let misspelt = explain(&world, "14PYA000100003").await;
    assert_eq!(misspelt.code, 3, "{}", misspelt.errors);
    assert!(misspelt.errors.contains("is not an ID"), "{}", misspelt.errors);
    assert!(misspelt.errors.contains("written nearly so: 14PAY000100003"), "{}", misspelt.errors);
}
