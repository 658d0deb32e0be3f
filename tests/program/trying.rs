//! `anafora profile try`: one look-up with an account of each step, and saved pages read again without a browser.

use std::fs;
use std::path::Path;

use anafora::demo::{DemoPortal as _, MODERN_SEED_ID, ModernPortal, PortalSettings, SEED_ID};
use serde_json::Value as Json;

use crate::anafora::{Said, World, demo_profile, portal};

/// A document that the demo portal says it does not have.
const ABSENT_ID: &str = "14AWRD000900001";

/// The recorded page of the first document.
fn page() -> String {
    format!("{}/fixtures/demo/{SEED_ID}/detail.html", env!("CARGO_MANIFEST_DIR"))
}

/// The demo portal's profile with one thing changed, as a file of the world.
fn changed(world: &World, from: &str, to: &str) -> String {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/shared/kimdis.toml");
    fs::create_dir_all(world.path("shared")).unwrap();
    fs::copy(shared, world.path("shared/kimdis.toml")).unwrap();
    let profile = demo_profile();
    assert!(profile.contains(from), "{from}");
    fs::write(world.path("mine.toml"), profile.replace(from, to)).unwrap();
    "./mine.toml".to_owned()
}

fn assert_told(said: &Said, words: &[&str]) {
    for words in words {
        assert!(said.output.contains(words), "lacks `{words}`:\n{}\n{}", said.output, said.errors);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_is_told_step_by_step_and_what_was_kept_of_it_reads_the_same_without_a_browser() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let said = world.run(&["profile", "try", "demo", SEED_ID, "--base", &base, "--keep", "kept"]).await;
    assert_eq!(said.code, 0, "{}", said.errors);
    assert_told(
        &said,
        &[
            "  1  open  ",
            "  /kimds2/unprotected/searchPayments.htm\n",
            "  label:ΑΔΑΜ (1 of 2)  `14PAY000100001`\n",
            "  the row of `14PAY000100001`\n",
            "  9  capture  ",
            "outcome: stored\n",
            "ΔΕΙΓΜΑ ΤΕΧΝΙΚΗ & ΣΙΑ Ο.Ε.  (label:Δικαιούχος (2 of 2))",
            "1518518.50 EUR",
            "1 row: cpv in 1, description in 1",
            "mentioned: 14PAY000100003 (payment), written `14ΡΑΥ000100003`: Προηγήθηκε η εντολή",
        ],
    );
    let stats = portal.stats();
    portal.stop().await;
    world.quiet().await;

    let read = ["profile", "try", "demo", SEED_ID, "--from", "kept/detail.html"];
    let offline = world.run(&read).await;
    assert_eq!((offline.code, offline.errors.as_str()), (0, ""));
    let outcome = said.output.find("outcome:").unwrap();
    assert_eq!(offline.output, said.output[outcome..]);
    assert_eq!(stats.details, 1, "nothing but the one document was opened");

    let account: Json = serde_json::from_slice(&fs::read(world.path("kept/account.json")).unwrap()).unwrap();
    assert_eq!((&account["outcome"], account["steps"].as_array().unwrap().len()), (&"stored".into(), 9));
    assert_eq!(account["fields"]["contractor"]["alternative"], serde_json::json!({ "nth": 2, "of": 2 }));
    assert!(world.path("kept/screenshot.png").is_file(), "{}", said.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absent_document_ends_well_and_a_selector_that_matches_nothing_is_named_with_its_step() {
    let (world, portal) = (World::new(), portal(30).await);
    let base = portal.base().to_string();
    let absent = world.run(&["profile", "try", "demo", ABSENT_ID, "--base", &base]).await;
    assert_eq!(absent.code, 0, "{}", absent.errors);
    assert_told(&absent, &["text:Δεν βρέθηκαν αποτελέσματα  says that there is no such document"]);
    assert_told(&absent, &["outcome: absent: the portal says that there is no such document\n"]);

    let wrong = changed(&world, "go_on = \"css:table.related-acts\"", "go_on = \"css:table.nowhere\"");
    let conditional = "click = \"css:#cookies\"\nwhen = \"css:#cookies\"\n\n[[route.step]]\nfill = ";
    let short = fs::read_to_string(world.path("mine.toml")).unwrap().replace("\"10s\"", "\"2s\"");
    let short = short.replacen("fill = ", conditional, 1);
    fs::write(world.path("mine.toml"), short).unwrap();
    let attempt = ["profile", "try", &wrong, SEED_ID, "--base", &base, "--keep", "kept"];
    let said = world.run(&attempt).await;
    assert_eq!(said.code, 9, "{}", said.errors);
    assert_told(
        &said,
        &[
            "  3  click ",
            " ms  passed over\n",
            "  8  wait ",
            "FAILED\n",
            "outcome: layout changed: step 8 (wait): none of `css:table.nowhere`",
        ],
    );
    assert!(said.errors.contains("hint: hold what was tried against the page"), "{}", said.errors);
    let kept = fs::read_to_string(world.path("kept/evidence.html")).unwrap();
    assert!(kept.contains(SEED_ID), "the page that lacks it is kept");

    let json: Json =
        serde_json::from_str(&world.run(&[&attempt[..], &["--format", "json"]].concat()).await.output)
            .unwrap();
    assert_eq!((&json["outcome"], &json["steps"][7]["ended"]), (&"layout_changed".into(), &"failed".into()));
    portal.stop().await;
}

#[tokio::test]
async fn every_rule_that_fails_on_a_saved_page_is_named_at_once() {
    let world = World::new();
    changed(&world, "own_id = \"label:ΑΔΑ\"", "own_id = \"label:ΑΔΑ\"");
    let shared = world.path("shared/kimdis.toml");
    let rules = fs::read_to_string(&shared).unwrap();
    let rules = rules
        .replace("title = { label = [\"Τίτλος\", \"Θέμα\"]", "title = { label = [\"Titel\", \"Thema\"]")
        .replace(
            "organisation = { label = \"Φορέας\"",
            "organisation = { label = \"Τίτλος\", type = \"integer\"",
        )
        .replace("rows = \"css:table.lines tbody tr\"", "rows = \"css:table.lines tbody tr.none\"");
    fs::write(&shared, rules).unwrap();
    let said = world.run(&["profile", "try", "./mine.toml", SEED_ID, "--from", &page()]).await;
    assert_eq!(said.code, 9, "{}\n{}", said.output, said.errors);
    assert_told(
        &said,
        &[
            "outcome: layout changed: `title` is not on the page (tried label:Titel, label:Thema)",
            "own ID:  14PAY000100001\n",
            "  title                    REQUIRED, not on the page (tried label:Titel, label:Thema)\n",
            "  organisation             REQUIRED, cannot be read: ",
            "  published                2014-03-14  (label:Αναρτήθηκε)\n",
            "  lines                    REQUIRED, no row (tried css:table.lines tbody tr.none)\n",
        ],
    );
    assert!(said.errors.contains("run the same command again"), "{}", said.errors);
}

#[tokio::test]
async fn a_saved_page_is_the_part_that_it_is_said_to_be() {
    let world = World::new();
    let read =
        async |from: &[&str]| world.run(&[&["profile", "try", "demo", SEED_ID][..], from].concat()).await;
    let page = page();
    for from in [
        vec!["--from", &page],
        vec!["--from", &format!("detail={page}")],
        vec!["--from", &page, "--part", "detail"],
    ] {
        let said = read(&from).await;
        assert_eq!((said.code, said.errors.as_str()), (0, ""), "{from:?}\n{}", said.output);
    }
    for from in [vec!["--from", &format!("details={page}")], vec!["--from", &page, "--part", "details"]] {
        let said = read(&from).await;
        assert_eq!(said.code, 2, "{from:?}\n{}", said.output);
        let told = "no route of the profile `demo` captures a part `details`\nhint: did you mean `detail`?";
        assert!(said.errors.contains(told), "{}", said.errors);
    }
    let twice = read(&["--from", &page, "--from", &page]).await;
    assert_eq!(twice.code, 2);
    assert!(twice.errors.contains("two saved pages are the part `detail`"), "{}", twice.errors);
    let gone = read(&["--from", "gone.html"]).await;
    assert!(gone.code == 2 && gone.errors.contains("`gone.html` cannot be read"), "{}", gone.errors);
    let wrong = world.run(&["profile", "try", "demo", "14PAY000100003", "--from", &page]).await;
    assert_eq!(wrong.code, 8, "{}", wrong.errors);
    assert_told(&wrong, &["outcome: wrong page: it shows `14PAY000100001`\n"]);
}

#[tokio::test]
async fn a_part_that_was_not_given_is_named_with_its_rules_and_a_kept_page_is_the_part_of_its_name() {
    let world = World::new();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo-modern/T-2024-00045");
    let page = |part: &str| kept.join(format!("{part}.html")).display().to_string();
    let (detail, text) = (page("detail"), page("text"));
    let read = async |from: &[&str]| {
        let said = world.run(&[&["profile", "try", "demo-modern", "T-2024-00045"][..], from].concat()).await;
        (said.code, said.errors)
    };
    let told = (0, "part `text` was not given: 1 rule not tried\n".to_owned());
    assert_eq!(read(&["--from", &detail]).await, told);
    assert_eq!(read(&["--from", &format!("detail={detail}")]).await, told);
    assert_eq!(read(&["--from", &detail, "--quiet"]).await, (0, String::new()));
    assert_eq!(read(&["--from", &text, "--from", &detail]).await, (0, String::new()));
}

#[tokio::test]
async fn an_id_that_no_scheme_reads_leads_to_the_scheme_that_should() {
    let world = World::new();
    for (id, hint) in [
        ("QQ/12", "hint: add an `[ids.…]` whose `pattern` matches it\n"),
        (
            "14PAY00010000",
            "hint: where the ID is right, mend `pattern` under [ids.adam]; anafora never guesses\n",
        ),
        ("-", "hint: check it against the document it was taken from; anafora never guesses\n"),
    ] {
        let said = world.run(&["profile", "try", "demo", "--from", &page(), "--", id]).await;
        assert_eq!(said.code, 3, "{id}: {}", said.errors);
        assert!(said.errors.ends_with(hint), "{id}: {}", said.errors);
    }
}

#[tokio::test]
async fn a_rule_that_finds_nothing_is_told_what_the_page_has_instead() {
    let world = World::new();
    let modern = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/demo-modern.toml"));
    let mut mine = modern.unwrap();
    for (from, to) in [
        ("title = { css = \"nm-head >>> h1\"", "title = { css = \"nm-head h1\""),
        ("label = \"Contracting authority\"", "label = \"Contracting Authority:\""),
        ("column = \"Quantity\"", "column = \"Number\""),
        ("rows = \"css:nm-files >>> .files li\"", "rows = \"css:nm-files .files li\""),
        (
            "type = \"amount\", decimal = \".\", thousands = \",\"",
            "type = \"amount\", decimal = \",\", thousands = \".\"",
        ),
    ] {
        assert!(mine.contains(from), "{from}");
        mine = mine.replacen(from, to, 1);
    }
    fs::write(world.path("mine.toml"), mine).unwrap();
    let detail = format!("{}/fixtures/demo-modern/T-2024-00045/detail.html", env!("CARGO_MANIFEST_DIR"));
    let attempt = ["profile", "try", "./mine.toml", "T-2024-00045", "--from", &detail];
    let said = world.run(&attempt).await;
    assert_eq!(said.code, 9, "{}", said.errors);
    assert_told(
        &said,
        &[
            "    hint: `h1` stands inside the shadow root of `nm-head`: write `nm-head >>> h1`\n",
            "    hint: the nearest labels of the page are `Contracting authority`, ",
            "    hint: quantity: the columns of the table are `CPV code`, `Description`, `Quantity`, `Value`\n",
            "    hint: `.files li` stands inside the shadow root of `nm-files`: write `css:nm-files >>> .files li`\n",
            "    hint: say `decimal = \".\"`, `thousands = \",\"`\n",
        ],
    );
    let json: Json =
        serde_json::from_str(&world.run(&[&attempt[..], &["--format", "json"]].concat()).await.output)
            .unwrap();
    let hint = json["missing"][0]["hint"].as_str().unwrap();
    assert!(hint.ends_with("write `nm-head >>> h1`"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_looked_outside_is_told_of_the_roots_the_frames_and_the_window_beside_it() {
    let settings = PortalSettings { documents: 30, ..PortalSettings::default() };
    let (world, portal) = (World::new(), Box::new(ModernPortal::start(settings).await.unwrap()));
    let base = portal.base().to_string();
    let modern = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/demo-modern.toml"));
    let modern = modern.unwrap().replace("step_deadline = \"15s\"", "step_deadline = \"3s\"");
    for (from, to, hints) in [
        (
            "fill = \"css:nm-search >>> label:Reference number\"",
            "fill = \"css:input[name=reference], input[type=text]\"",
            &["hint: the step did not look in the shadow roots of `", "`nm-search`", " >>> …` enters one)"][..],
        ),
        (
            "frame = \"css:iframe#results\"",
            "gone = \"css:#loading\"",
            &["the frames `iframe#results` (a step `frame` enters one)"],
        ),
        (
            "window = \"new\"",
            "gone = \"css:#loading\"",
            &["a window that no step entered (a step `window = \"new\"` goes there)"],
        ),
    ] {
        assert!(modern.contains(from), "{from}");
        fs::write(world.path("mine.toml"), modern.replacen(from, to, 1)).unwrap();
        let said = world.run(&["profile", "try", "./mine.toml", MODERN_SEED_ID, "--base", &base]).await;
        assert_eq!(said.code, 9, "{}\n{}", said.output, said.errors);
        for hint in hints {
            assert!(said.errors.contains(hint), "lacks `{hint}`:\n{}\n{}", said.output, said.errors);
        }
    }
    portal.stop().await;
}
