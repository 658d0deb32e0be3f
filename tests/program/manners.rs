//! A portal is asked at the pace that was promised, as often as was promised, under a name, and never against its wish.

use std::process::Stdio;
use std::time::Duration;

use anafora::demo::{Portal, RobotsTxt, SEED_ID, Switch};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncReadExt as _;

use crate::anafora::{Said, World, portal};
use crate::truth::{DOCUMENTS, assert_truth};

/// The demo profile in a file of its own, with further lines about the pace.
fn profile(world: &World, pace: &str) -> String {
    let text = include_str!("../../selectors/demo.toml");
    let shared = include_str!("../../selectors/shared/kimdis.toml");
    std::fs::create_dir_all(world.path("shared")).unwrap();
    std::fs::write(world.path("shared/kimdis.toml"), shared).unwrap();
    let path = world.path("demo.toml");
    std::fs::write(&path, text.replace("delay = \"0ms\"", pace)).unwrap();
    path.to_string_lossy().into_owned()
}

async fn crawl(world: &World, portal: &Portal, profile: &str, more: &[&str]) -> Said {
    let base = portal.base().to_string();
    let crawl = ["crawl", "--profile", profile, "--base", &base, "--format", "jsonl", SEED_ID];
    world.run(&[&crawl, more].concat()).await
}

/// Holds the arrivals of requests that make the portal work against a delay. A request may be late on its way through the
/// browser, and come close to the next one then; but however long that takes, no more can have arrived by any moment than
/// had their turn by then, and no more between two than were under way at the first, one a session, and had it since.
fn assert_pace(portal: &Portal, delay: Duration, sessions: usize) {
    let arrivals = portal.stats().arrivals;
    let turns = |number: usize| delay * u32::try_from(number).unwrap();
    for (later, arrival) in arrivals.iter().enumerate() {
        // The first turn is that of robots.txt. Arrivals are told since the portal's start, before that of the crawl.
        assert!(*arrival >= turns(later + 1), "request {later} of {sessions} sessions: {arrivals:?}");
        for (earlier, first) in arrivals.iter().enumerate().take(later) {
            let between = turns((later - earlier).saturating_sub(sessions));
            assert!(
                *arrival >= *first + between,
                "{earlier} to {later} of {sessions} sessions: {arrivals:?}"
            );
        }
    }
}

async fn keeps_the_delay(sessions: usize) {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let more = ["--sessions", &sessions.to_string(), "--delay", "500ms", "--limit", "12"];
    let said = crawl(&world, &portal, "demo", &more).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(portal.stats().arrivals.len() > 24, "more than two steps a look-up: {:?}", portal.stats());
    assert_pace(&portal, Duration::from_millis(500), sessions);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_together_keep_the_delay() {
    keeps_the_delay(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_sessions_together_keep_the_delay() {
    keeps_the_delay(8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_asks_for_more_time_gets_it() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::RobotsTxt(RobotsTxt::CrawlDelay(2)));
    let said = crawl(&world, &portal, "demo", &["--sessions", "2", "--limit", "2"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(said.errors.contains("asks for 2s between two requests"), "{}", said.errors);
    assert!(portal.stats().arrivals.len() > 4, "{:?}", portal.stats());
    assert_pace(&portal, Duration::from_secs(2), 2);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_robots_txt_excludes_is_not_asked_for_and_the_rule_is_named() {
    for (variant, rule) in [
        (RobotsTxt::DisallowAll, "line 2 of {base}robots.txt says `Disallow: /`"),
        (RobotsTxt::DisallowForm, "line 3 of {base}robots.txt says `Disallow: /kimds2/unprotected/search`"),
    ] {
        let (world, portal) = (World::new(), portal(DOCUMENTS).await);
        portal.switch(Switch::RobotsTxt(variant));
        let said = crawl(&world, &portal, "demo", &["--sessions", "2", "--data", "store"]).await;
        assert_eq!(said.code, 10, "{}", said.errors);
        let rule = rule.replace("{base}", portal.base().as_str());
        assert!(said.errors.contains(&rule) && said.errors.contains("\nhint: "), "{}", said.errors);
        let stats = portal.stats();
        assert_eq!((stats.requests, stats.robots), (0, 1), "{stats:?}");
        world.quiet().await;

        // The ID waits where it was: with the portal's consent the crawl goes on.
        portal.switch(Switch::RobotsTxt(RobotsTxt::Allow));
        let lines = world.good(&["crawl", "--data", "store", "--format", "jsonl"]).await;
        assert_truth(&portal, &lines);
        portal.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_ignores_robots_txt_says_so_and_does_not_ask_for_it() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::RobotsTxt(RobotsTxt::DisallowAll));
    let profile = profile(&world, "delay = \"0ms\"\nrobots = \"ignore\"");
    let said = crawl(&world, &portal, &profile, &["--limit", "1"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(said.errors.contains("ignores the portal's robots.txt"), "{}", said.errors);
    assert_eq!(portal.stats().robots, 0);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_page_in_place_of_robots_txt_is_reported_and_the_profile_decides() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::RobotsTxt(RobotsTxt::LoginPage));
    let said = crawl(&world, &portal, "demo", &["--limit", "1"]).await;
    assert_eq!(said.code, 10, "{}", said.errors);
    let told = format!("{}robots.txt is not a robots.txt: it begins with `<!DOCTYPE html>", portal.base());
    assert!(said.errors.contains(&told), "{}", said.errors);
    assert!(said.errors.contains("hint: open that address yourself"), "{}", said.errors);
    assert_eq!(portal.stats().requests, 0);

    let profile = profile(&world, "delay = \"0ms\"\nrobots_unreadable = \"go_on\"");
    let said = crawl(&world, &portal, &profile, &["--limit", "1"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert!(said.errors.contains(&told), "{}", said.errors);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_cannot_say_what_it_wishes_is_down_and_not_without_wishes() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    portal.switch(Switch::RobotsTxt(RobotsTxt::Error));
    let said = crawl(&world, &portal, "demo", &["--limit", "1"]).await;
    assert_eq!(said.code, 7, "{}", said.errors);
    assert!(said.errors.contains("robots.txt: the portal answered with status 500"), "{}", said.errors);
    assert_eq!(portal.stats().requests, 0);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_sees_who_asks_and_whom_to_write_to() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let said = crawl(&world, &portal, "demo", &["--limit", "1", "--contact", "us@office.example"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    let name = concat!("anafora/", env!("CARGO_PKG_VERSION"), " (+us@office.example)");
    let stats = portal.stats();
    assert!(stats.user_agents.keys().all(|agent| agent.ends_with(name)), "{:?}", stats.user_agents);
    assert_eq!(
        stats.user_agents.get(name),
        Some(&stats.robots),
        "robots.txt is asked for by the tool itself"
    );
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_nobody_can_write_to_is_refused() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let said = crawl(&world, &portal, "demo", &["--contact", "me"]).await;
    assert_eq!(said.code, 2, "{}", said.errors);
    assert!(said.errors.contains("`me` is neither an e-mail address"), "{}", said.errors);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_as_many_requests_as_were_promised_over_all_runs() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let base = portal.base().to_string();
    let first =
        ["crawl", "--profile", "demo", "--base", &base, "--sessions", "2", "--data", "store", SEED_ID];
    let promise = ["--requests-per-day", "30"];
    let until_used_up = async |arguments: &[&str]| {
        let mut child = world.command(arguments).stdout(Stdio::null()).spawn().unwrap();
        let (mut said, mut bytes) = (String::new(), [0; 1024]);
        while !said.contains("the requests of this day are used up") {
            let read = child.stderr.as_mut().unwrap().read(&mut bytes).await.unwrap();
            assert!(read > 0, "it ended: {said}");
            said.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        // While nothing is asked any more, one Ctrl-C is enough.
        let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
        kill_process(pid, Signal::INT).unwrap();
        assert_eq!(child.wait_with_output().await.unwrap().status.code(), Some(130));
    };
    until_used_up(&[&first[..], &promise].concat()).await;
    let day = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["day"].clone();
    let counted = || std::fs::read_to_string(world.path("store/quota.json")).unwrap();
    let (before, asked) = (counted(), portal.stats());
    let worked = u64::try_from(asked.arrivals.len()).unwrap() + asked.robots;
    assert!(
        (20..=30).contains(&worked),
        "turns of sessions that were cut off are lost, others are not: {asked:?}"
    );

    until_used_up(&["crawl", "--data", "store"]).await;
    let after = counted();
    // Midnight between the two runs would be a new day, with requests of its own.
    if day(&before) == day(&after) {
        assert_eq!(portal.stats().arrivals, asked.arrivals);
        assert_eq!((portal.stats().requests, portal.stats().robots), (asked.requests, asked.robots));
    }
    world.quiet().await;
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_is_too_short_for_one_look_up_is_refused() {
    let (world, portal) = (World::new(), portal(DOCUMENTS).await);
    let said = crawl(&world, &portal, "demo", &["--requests-per-day", "3"]).await;
    assert_eq!(said.code, 2, "{}", said.errors);
    assert!(said.errors.contains("--requests-per-day takes 4 or more"), "{}", said.errors);
    portal.stop().await;
}
