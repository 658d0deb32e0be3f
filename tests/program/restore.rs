//! A store that cannot be opened comes back: from its pages alone, or from a dump.

use std::fs;
use std::sync::Arc;

use anafora::archive::{Archive as _, Recording as _, WarcArchive, WarcRecording};
use anafora::clock::SystemClock;
use anafora::demo::SEED_ID;
use anafora::domain::{ArchiveRef, PageRef, State};
use anafora::frontier::{Documents as _, SledFrontier};
use anafora::profile::Profile;

use crate::anafora::{World, portal};
use crate::recorded::{archived, copy, stored, truth};
use crate::truth::{DOCUMENTS, assert_truth};

#[tokio::test(flavor = "multi_thread")]
async fn a_crawled_store_whose_frontier_is_damaged_comes_back_from_its_pages() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    world.good(&["crawl", "--profile", "demo", "--base", &base, "--data", "store", SEED_ID]).await;
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    let database = world.path("store/frontier/db");
    let mut bytes = fs::read(&database).unwrap();
    for place in (200..bytes.len()).step_by(97) {
        bytes[place] ^= 0x20;
    }
    fs::write(&database, bytes).unwrap();
    let said = world.run(&["status", "--data", "store"]).await;
    assert_eq!(said.code, 6, "{}", said.errors);
    let way_out = "anafora restore --from-archive store --data store.restored";
    assert!(said.errors.contains(way_out), "{}", said.errors);

    // The words of the hint are the command.
    world.good(&way_out.split(' ').skip(1).collect::<Vec<_>>()).await;
    let restored = ["--data", "store.restored"];
    world.good(&[&["verify"][..], &restored].concat()).await;
    assert_eq!(world.good(&[&["export", "jsonl"][..], &restored].concat()).await, exported);
    // It goes on where the other one was: there is nothing left to do, and the portal is not asked for anything.
    let asked = portal.stats().details;
    world.good(&[&["crawl"][..], &restored].concat()).await;
    assert_eq!(portal.stats().details, asked);
    assert_eq!(world.good(&[&["export", "jsonl"][..], &restored].concat()).await, exported);

    // Of an archive that lost its second half the rest waits in line, and is looked up anew.
    let file = world.path("store/archive/anafora-00001.warc.gz");
    let length = fs::metadata(&file).unwrap().len();
    fs::File::options().write(true).open(&file).unwrap().set_len(length / 2).unwrap();
    let said = world.good(&["restore", "--from-archive", "store", "--data", "half"]).await;
    assert!(!said.ends_with(" 0 in line again\n"), "{said}");
    let half = world.good(&["export", "jsonl", "--data", "half"]).await;
    assert!(half.contains("\"state\":\"queued\"") && !half.contains("\"state\":\"dead\""), "{half}");
    world.good(&["verify", "--data", "half"]).await;
    world.good(&["crawl", "--sessions", "2", "--data", "half"]).await;
    assert_truth(&portal, &world.good(&["export", "jsonl", "--data", "half"]).await);
    world.good(&["verify", "--data", "half"]).await;
    portal.stop().await;
}

#[tokio::test]
async fn a_store_without_any_frontier_comes_back_from_its_pages() {
    let world = World::new();
    archived(&world, "store").await;
    let said = world.run(&["export", "jsonl", "--data", "store"]).await;
    assert!(said.code == 6 && said.errors.contains("restore --from-archive store"), "{}", said.errors);
    let said = world.good(&["restore", "--from-archive", "store", "--data", "new"]).await;
    assert!(said.starts_with("restored ") && said.ends_with(" 0 in line again\n"), "{said}");
    assert_eq!(world.good(&["export", "jsonl", "--data", "new"]).await, truth(&world).await);
    world.good(&["verify", "--data", "new"]).await;
    assert!(!world.path("new.partial").exists());
}

#[tokio::test]
async fn a_rebuilt_store_has_every_page_however_many_are_read_otherwise() {
    let world = World::new();
    archived(&world, "store").await;
    let manifest = world.path("store/manifest.json");
    let seeds = fs::read_to_string(&manifest).unwrap();
    let more = seeds.replace(&format!("\"{SEED_ID}\""), &format!("\"{SEED_ID}\", \"14PAY000100003\""));
    assert_ne!(seeds, more);
    fs::write(&manifest, more).unwrap();
    let right = Profile::builtin("demo").unwrap().text;
    let wrong = right.replace("own_id = \"label:ΑΔΑΜ\"", "own_id = \"label:Κωδικός\"");
    fs::write(world.path("wrong.toml"), format!("{wrong}\n[drift]\nmissing = 1\n")).unwrap();
    let restore = ["restore", "--from-archive", "store", "--data", "new", "--profile", "wrong.toml"];
    let said = world.run(&restore).await;
    assert_eq!(said.code, 8, "{}", said.errors);
    assert!(said.errors.contains("2 pages are read otherwise than before"), "{}", said.errors);
}

#[tokio::test]
async fn a_restore_overwrites_nothing_and_leaves_nothing_where_it_fails() {
    let world = World::new();
    archived(&world, "store").await;
    let refused = |said: crate::anafora::Said, words: &str| {
        assert!(said.code != 0 && said.errors.contains(words), "{}", said.errors);
        assert!(said.errors.contains("hint: "), "{}", said.errors);
    };
    refused(world.run(&["restore", "--from-archive", "store", "--data", "store"]).await, "is there already");
    let restore = ["restore", "--from-archive", "store", "--data", "new"];
    refused(
        world.run(&[&restore[..], &["--profile", "khmdhs"]].concat()).await,
        "belongs to the profile `demo`",
    );
    fs::remove_file(world.path("store/manifest.json")).unwrap();
    refused(world.run(&restore).await, "has no manifest");
    refused(world.run(&["restore", "--from-archive", "nowhere", "--data", "new"]).await, "is not a store");
    assert!(!world.path("new").exists() && !world.path("new.partial").exists());
}

/// Flips a byte in the middle of an ID's page.
async fn damage_page(world: &World, id: &str) {
    let frontier = SledFrontier::open(&world.path("store/frontier"), Arc::new(SystemClock)).unwrap();
    let place = frontier.entry(id).await.unwrap().unwrap().page.unwrap().archive.unwrap();
    frontier.close().await.unwrap();
    let file = world.path("store/archive").join(place.file);
    let mut bytes = fs::read(&file).unwrap();
    bytes[usize::try_from(place.offset + place.length / 2).unwrap()] ^= 0x10;
    fs::write(&file, bytes).unwrap();
}

#[tokio::test]
async fn of_a_damaged_archive_everything_comes_back_but_what_is_damaged() {
    let world = World::new();
    stored(&world, "store").await;
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    let without = |lines: &str, id: &str| -> Vec<String> {
        let start = format!("{{\"v\":1,\"id\":\"{id}\"");
        lines.lines().filter(|line| !line.starts_with(&start)).map(str::to_owned).collect()
    };
    let leaf = "ΒΛ9Ω46907Τ-0ΝΚ";
    damage_page(&world, leaf).await;
    let said = world.run(&["restore", "--from-archive", "store", "--data", "new"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(said.output.ends_with("; 1 in line again\n"), "{}", said.output);
    assert!(said.errors.contains("the archive is damaged"), "{}", said.errors);
    world.good(&["verify", "--data", "new"]).await;
    let restored = world.good(&["export", "jsonl", "--data", "new"]).await;
    assert_eq!(without(&restored, leaf), without(&exported, leaf));
    assert!(restored.lines().count() == exported.lines().count() && restored.contains("\"queued\""));

    // What is reached over a damaged page alone is not invented another way to: it is said, and the crawl finds it again.
    damage_page(&world, "14SYMV000100002").await;
    let said = world.run(&["restore", "--from-archive", "store", "--data", "newer"]).await;
    assert!(said.errors.contains("no way from the seeds leads to "), "{}", said.errors);
    world.good(&["verify", "--data", "newer"]).await;
}

#[tokio::test]
async fn no_crawl_goes_on_over_pages_that_are_gone_and_the_others_come_back() {
    let world = World::new();
    stored(&world, "whole").await;
    let file = "archive/anafora-00001.warc.gz";
    for (name, words) in [("short", " bytes, and there are commits to the first "), ("gone", "it is gone")] {
        copy(&world.path("whole"), &world.path(name));
        let pages = world.path(name).join(file);
        let length = fs::metadata(&pages).unwrap().len();
        if name == "gone" {
            fs::remove_file(&pages).unwrap();
        } else {
            fs::File::options().write(true).open(&pages).unwrap().set_len(length / 2).unwrap();
        }
        let said = world.run(&["crawl", "--data", name]).await;
        assert_eq!(said.code, 6, "{}", said.errors);
        assert!(said.errors.contains(words) && said.errors.contains("hint: "), "{}", said.errors);
        assert_eq!(
            fs::metadata(&pages).map_or(0, |kept| kept.len()),
            if name == "gone" { 0 } else { length / 2 }
        );
    }
    let said = world.good(&["restore", "--from-archive", "short", "--data", "rescued"]).await;
    assert!(!said.ends_with(" 0 in line again\n"), "{said}");
    world.good(&["verify", "--data", "rescued"]).await;
}

#[tokio::test]
async fn a_commit_that_leads_nowhere_costs_its_own_page_alone() {
    let world = World::new();
    archived(&world, "store").await;
    let directory = world.path("store/archive");
    let recording = WarcRecording::open(&directory).unwrap();
    let leaf = recording.find("ΒΛ9Ω46907Τ-0ΝΚ").unwrap().unwrap();
    let elsewhere = ArchiveRef { file: "anafora-00001.warc.gz".into(), offset: 7, length: 70 };
    let page = PageRef { digest: leaf.digest(), archive: Some(elsewhere) };
    let archive = WarcArchive::open(&directory, recording.manifest().clone(), Arc::new(SystemClock)).unwrap();
    archive.committed(&leaf.id, &page, State::Stored).await.unwrap();
    drop(archive);
    let said = world.run(&["restore", "--from-archive", "store", "--data", "new"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(said.output.ends_with("; 1 in line again\n"), "{}", said.output);
    world.good(&["verify", "--data", "new"]).await;
}

#[tokio::test]
async fn a_dump_makes_the_same_store_again() {
    let world = World::new();
    stored(&world, "store").await;
    let dump = world.good(&["dump", "--data", "store"]).await;
    world.good(&["dump", "--data", "store", "--output", "dump.jsonl"]).await;
    assert_eq!(fs::read_to_string(world.path("dump.jsonl")).unwrap(), dump);
    let said = world.run(&["restore", "dump.jsonl", "--data", "new", "--archive", "store"]).await;
    assert_eq!((said.code, said.output.starts_with("restored ")), (0, true), "{}", said.errors);
    world.good(&["verify", "--data", "new"]).await;
    assert_eq!(world.good(&["dump", "--data", "new"]).await, dump);
    let exported = world.good(&["export", "jsonl", "--data", "store"]).await;
    assert_eq!(world.good(&["export", "jsonl", "--data", "new"]).await, exported);
    assert_eq!(world.good(&["replay", "new"]).await, exported);

    let said = world.run(&["restore", "dump.jsonl", "--data", "pageless"]).await;
    assert!(said.code == 0 && said.errors.contains("a dump holds no pages"), "{}", said.errors);
    assert_eq!(world.good(&["export", "jsonl", "--data", "pageless"]).await, exported);
    let said = world.run(&["verify", "--data", "pageless"]).await;
    assert!(said.code == 6 && said.output.contains(SEED_ID), "{}", said.output);
}

#[tokio::test]
async fn of_a_dump_with_a_fault_nothing_is_restored_and_the_line_is_named() {
    let world = World::new();
    stored(&world, "store").await;
    let dump = world.good(&["dump", "--data", "store"]).await;
    let lines: Vec<&str> = dump.lines().collect();
    // The last line is the checksum.
    let last = lines.len() - 1;
    let check = async |lines: &[&str], words: &str| {
        fs::write(world.path("dump.jsonl"), lines.join("\n") + "\n").unwrap();
        let said = world.run(&["restore", "dump.jsonl", "--data", "new"]).await;
        assert_eq!(said.code, 6, "{words}: {}{}", said.output, said.errors);
        assert!(
            said.errors.contains(words) && said.errors.contains("hint: nothing was restored"),
            "{}",
            said.errors
        );
        assert!(!world.path("new").exists() && !world.path("new.partial").exists());
    };
    check(&[], "line 1: ").await;
    check(&lines[1..], "line 1: it is not the header of a dump").await;
    check(&lines[..last - 1], &format!("line {}: the dump is cut off", last - 1)).await;
    let place = lines.iter().position(|line| line.contains("\"line\":\"document\"")).unwrap();
    let without = [&lines[..place], &lines[place + 1..]].concat();
    check(&without, &format!("line {}: ", last - 1)).await;
    let twice = [&lines[..=place], &lines[place..]].concat();
    check(&twice, &format!("line {}: ", place + 2)).await;
    let cut = &lines[place][..100];
    let half = [&lines[..place], &[cut], &lines[place + 1..]].concat();
    check(&half, &format!("line {}: ", place + 1)).await;
    let changed = lines[place].replace("2014-", "2015-");
    assert_ne!(changed, lines[place]);
    let changed = [&lines[..place], &[&changed], &lines[place + 1..]].concat();
    check(&changed, &format!("line {}: the lines of the dump are not those", last + 1)).await;
    check(&lines[..last], &format!("line {}: it is missing", last + 1)).await;
}
