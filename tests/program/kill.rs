//! A crawl in real browsers that is killed again and again ends with the truth, and nothing of it outlives it.

use std::process::Stdio;

use anafora::demo::SEED_ID;

use crate::anafora::{World, portal, times, until};
use crate::dice::Dice;
use crate::truth::assert_truth;

/// Requests that the portal gets between a start and a kill: at least and at most. A look-up makes five or so.
const REQUESTS: (u64, u64) = (16, 48);

/// How often the demo profile tries an ID.
const ATTEMPTS: u64 = 4;

/// Counts the store anew, and holds each document against its page and each reference against its source.
const VERIFY: [&str; 3] = ["verify", "--data", "store"];

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_in_browsers_killed_at_random_moments_ends_with_the_truth() {
    let kills = times(6, 40);
    let documents = usize::try_from(10 * kills).unwrap();
    let (world, portal) = (World::new(), portal(documents).await);
    let base = portal.base().to_string();
    let crawl =
        ["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--data", "store", SEED_ID];
    for seed in 0..kills {
        let until_requests = REQUESTS.0 + Dice(seed).below(REQUESTS.1 - REQUESTS.0);
        let before = portal.stats().requests;
        let mut child = world.command(&crawl).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("the portal was asked", || {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "kill {seed}: the crawl had come to its end by itself: {ended:?}");
            portal.stats().requests >= before + until_requests
        })
        .await;
        child.kill().await.unwrap();
        world.good(&VERIFY).await;
    }
    world.good(&crawl).await;
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "store"]).await);
    let most = portal.stats().details_by_id.into_iter().max_by_key(|(_, visits)| *visits).unwrap();
    assert!(most.1 <= ATTEMPTS + kills, "{} was visited {} times", most.0, most.1);
    world.good(&VERIFY).await;
    world.quiet().await;
    portal.stop().await;
}
