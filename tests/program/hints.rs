//! Commands in hints work as they are printed, also where the store's name is no plain word.

use std::fs;
use std::path::Path;

use crate::anafora::{Said, World};
use crate::recorded::stored;

const STORE: &str = "the portal's store";

/// The first command in backticks behind a beginning.
fn command<'text>(text: &'text str, beginning: &str) -> &'text str {
    let at = text.find(&format!("`{beginning}")).unwrap_or_else(|| panic!("`{beginning}` is not in\n{text}"));
    text[at + 1..].split('`').next().unwrap()
}

/// Runs a line as a person's shell would.
async fn paste(world: &World, line: &str) -> Said {
    let program = Path::new(env!("CARGO_BIN_EXE_anafora"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = world.command_of("sh", &["-c", line]).env("PATH", path).output().await.unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test]
async fn a_store_that_lost_its_frontier_is_rebuilt_by_the_command_of_the_hint() {
    let world = World::new();
    stored(&world, STORE).await;
    let before = world.good(&["export", "jsonl", "--data", STORE]).await;
    fs::remove_dir_all(world.path(STORE).join("frontier")).unwrap();
    let said = world.run(&["status", "--data", STORE]).await;
    assert_eq!(said.code, 6, "{}", said.errors);
    let pasted = paste(&world, command(&said.errors, "anafora restore --from-archive ")).await;
    assert_eq!(pasted.code, 0, "{}", pasted.errors);
    let verified = paste(&world, command(&pasted.errors, "anafora verify ")).await;
    assert_eq!(verified.code, 0, "{}{}", verified.output, verified.errors);
    let restored = format!("{STORE}.restored");
    assert_eq!(world.good(&["export", "jsonl", "--data", &restored]).await, before);
}

#[tokio::test]
async fn verify_names_its_hint_once_and_the_hint_works() {
    let world = World::new();
    stored(&world, STORE).await;
    let file = world.path(STORE).join("archive/anafora-00001.warc.gz");
    let mut bytes = fs::read(&file).unwrap();
    let (quarter, half) = (bytes.len() / 4, bytes.len() / 2);
    for place in [quarter, half] {
        bytes[place] ^= 0x10;
    }
    fs::write(&file, bytes).unwrap();
    let said = world.run(&["verify", "--data", STORE]).await;
    assert_eq!((said.code, said.output.matches("hint: ").count()), (6, 1), "{}", said.output);
    let rebuild = command(&said.output, "anafora restore --from-archive ").to_owned();
    let pasted = paste(&world, &rebuild).await;
    assert_eq!(pasted.code, 0, "{}", pasted.errors);

    // Without any page there is nothing to rebuild from: no such command is named, and it would say why.
    fs::remove_file(&file).unwrap();
    let said = world.run(&["verify", "--data", STORE]).await;
    assert!(!said.output.contains("--from-archive"), "{}", said.output);
    fs::remove_dir_all(world.path(&format!("{STORE}.restored"))).unwrap();
    let pasted = paste(&world, &rebuild).await;
    let named = format!("`{STORE}/archive` cannot be used as a recording: there are no WARC files in it");
    assert!(pasted.code == 6 && pasted.errors.contains(&named), "{}", pasted.errors);
}

#[tokio::test]
async fn what_is_no_id_of_a_store_gets_no_hint_at_a_flag_that_the_verb_does_not_have() {
    let world = World::new();
    stored(&world, STORE).await;
    for verb in [&["explain"][..], &["graph"], &["dead", "show"]] {
        let said = world.run(&[verb, &["14SYM000100002", "--data", STORE]].concat()).await;
        assert_eq!(said.code, 3, "{verb:?}: {}", said.errors);
        assert!(!said.errors.contains("--profile"), "{verb:?}: {}", said.errors);
    }
    let said = world.run(&["dead", "show", "14PAY000100001", "--data", STORE]).await;
    let listed = paste(&world, command(&said.errors, "anafora dead list ")).await;
    assert_eq!(listed.code, 0, "{}", listed.errors);
}
