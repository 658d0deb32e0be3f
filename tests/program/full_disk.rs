//! A disk that is full, read-only, or soon to be full ends a crawl with a line that says so; with space it goes on.

use anafora::demo::SEED_ID;
use tokio::process::Command;

use crate::anafora::{Said, World, portal};
use crate::damage::assert_told;
use crate::recorded::{assert_whole, stored};
use crate::shim::library;
use crate::truth::{DOCUMENTS, assert_truth};

/// The command with a disk that misbehaves where the store is; the browsers' own files are spared.
fn on_a_bad_disk(world: &World, arguments: &[&str], faults: &[(&str, &str)]) -> Command {
    let mut command = world.command(arguments);
    command
        .env("LD_PRELOAD", library())
        .env("DISK_WATCH", world.path("store"))
        .env("DISK_SPARE", world.path("store/run"))
        .envs(faults.iter().copied());
    command
}

async fn ended(mut command: Command) -> Said {
    let output = command.output().await.unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_whose_disk_is_full_says_so_and_goes_on_once_there_is_space() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let (base, store) = (portal.base().to_string(), world.path("store").display().to_string());
    let crawl = ["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--data", &store, SEED_ID];
    for room in ["0", "3000", "60000", "250000"] {
        let said = ended(on_a_bad_disk(&world, &crawl, &[("DISK_ROOM_BYTES", room)])).await;
        assert_eq!(said.code, 6, "{room}: {}", said.errors);
        assert_told(&said, room);
        assert!(said.errors.contains("No space left on device"), "{room}: {}", said.errors);
        assert_whole(&world.path("store")).await;
    }
    world.good(&crawl).await;
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", &store]).await);
    world.quiet().await;
    portal.stop().await;
}

#[tokio::test]
async fn a_store_that_may_not_be_written_is_named_and_left_alone() {
    let world = World::new();
    stored(&world, "store").await;
    let store = world.path("store").display().to_string();
    let before = world.good(&["export", "jsonl", "--data", &store]).await;
    for (refusal, words) in [("EACCES", "Permission denied"), ("EROFS", "Read-only file system")] {
        for file in ["", "/lock", "/frontier/db", "/revision", ".unfinished", ".toml.new", ".warc.gz"] {
            let faults = [("DISK_REFUSES", refusal), ("DISK_REFUSES_AT", file)];
            let said = ended(on_a_bad_disk(&world, &["crawl", "--data", &store], &faults)).await;
            assert_eq!(said.code, 6, "{file}: {}", said.errors);
            assert_told(&said, file);
            assert!(said.errors.contains(words), "{file}: {}", said.errors);
            assert_whole(&world.path("store")).await;
        }
    }
    assert_eq!(world.good(&["export", "jsonl", "--data", &store]).await, before);
    // What can be read alone can be rescued all the same.
    let new = world.path("new").display().to_string();
    let restore = ["restore", "--from-archive", &store, "--data", &new];
    let said = ended(on_a_bad_disk(&world, &restore, &[("DISK_REFUSES", "EROFS")])).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_eq!(world.good(&["export", "jsonl", "--data", &new]).await, before);
}

#[tokio::test]
async fn a_crawl_leaves_the_floor_of_the_disk_alone() {
    let world = World::new();
    stored(&world, "store").await;
    let crawl = ["crawl", "--data", "store", "--disk-floor"];
    let said = world.run(&[&crawl[..], &["9000000000GiB"]].concat()).await;
    assert_eq!(said.code, 6, "{}", said.errors);
    assert_told(&said, "floor");
    assert!(said.errors.contains(" left, and 9000000000 GiB are to stay free"), "{}", said.errors);
    let said = world.run(&[&crawl[..], &["a lot"]].concat()).await;
    assert_eq!((said.code, said.errors.contains("`a lot` is not a size")), (2, true), "{}", said.errors);
    world.good(&[&crawl[..], &["0"]].concat()).await;
}
