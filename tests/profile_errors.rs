//! What is wrong with a profile is said where it stands, with a hint, all of it at once.

#![expect(clippy::panic, clippy::unwrap_used, reason = "what tests share ends where something is wrong")]

use std::fs;

use anafora::profile::{Fault, Profile, ProfileError};
use miette::{GraphicalReportHandler, GraphicalTheme};

const SMALL: &str = include_str!("profiles/small.toml");

/// The faults in a profile; none where it loads.
fn faults(loaded: Result<Profile, ProfileError>) -> Vec<String> {
    let line = |fault: &Fault| {
        let (line, column) = fault.position();
        format!("{line}:{column}: {fault} | {}", fault.hint())
    };
    match loaded {
        Ok(_) => Vec::new(),
        Err(error @ ProfileError::Faulty { .. }) => error.faults().iter().map(line).collect(),
        Err(error) => panic!("{error}"),
    }
}

/// One entry of `profiles/faults.txt`: the lines of a paragraph that begin with a sign, without it.
fn signed(paragraph: &str, sign: &str) -> Vec<String> {
    paragraph.lines().filter_map(|line| line.strip_prefix(sign)).map(str::to_owned).collect()
}

#[test]
fn the_small_profile_has_no_faults() {
    assert_eq!(faults(Profile::from_text("small.toml", SMALL)), Vec::<String>::new());
}

#[test]
fn each_fault_is_said_where_it_stands_and_with_what_to_do() {
    let entries = include_str!("profiles/faults.txt").split("\n\n").filter(|entry| entry.starts_with("- "));
    let mut checked = 0;
    for entry in entries {
        let (replaced, by) = (signed(entry, "- ").join("\n"), signed(entry, "+ ").join("\n"));
        assert_eq!(SMALL.matches(&replaced).count(), 1, "`{replaced}` is in the profile once");
        let changed = SMALL.replace(&replaced, &by);
        assert_eq!(faults(Profile::from_text("small.toml", &changed)), signed(entry, "! "), "{entry}");
        checked += 1;
    }
    assert!(checked > 80, "{checked} entries were read");
}

#[test]
fn faults_of_the_schemes_stand_at_the_value_they_are_about() {
    let position = |replaced: &str, by: &str| {
        let error = Profile::from_text("small.toml", &SMALL.replace(replaced, by)).unwrap_err();
        error.faults().iter().map(Fault::position).collect::<Vec<_>>()
    };
    assert_eq!(position("[0-9]{6})", "[0-9]{6}"), [(11, 11)]);
    let examples = "kind = \"{type}\"\nexamples = [\"PAY123456\", \"PAY12\"]";
    assert_eq!(position("kind = \"{type}\"", examples), [(13, 26)]);
}

#[test]
fn everything_wrong_is_shown_in_one_report() {
    let text = SMALL
        .replace("delay = \"1s\"", "delay = \"1 second\"")
        .replace("text:Session expired", "Session expired")
        .replace("{search}", "{serch}")
        .replace("required = true", "requird = true");
    let error = Profile::from_text("small.toml", &text).unwrap_err();
    let mut report = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    handler.with_width(110).render_report(&mut report, &error).unwrap();
    let report: Vec<_> = report.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(report.join("\n"), @r#"
      × profile `small.toml`: 4 faults

    Error:
      × `1 second` is no duration
       ╭─[small.toml:7:9]
     6 │ [pace]
     7 │ delay = "1 second"
       ·         ──────────
     8 │ attempts = 4
       ╰────
      help: write a whole number and `ms`, `s`, `m` or `h`, as in `250ms` or `20s`

    Error:
      × the selector `Session expired` has no prefix
        ╭─[small.toml:20:7]
     19 │ verdict = "session_lost"
     20 │ any = "Session expired"
        ·       ─────────────────
     21 │
        ╰────
      help: write `text:Session expired`, or another prefix: `css:`, `label:`, `title:`, `xpath:`

    Error:
      × `{serch}` is not known for the kind `act`
        ╭─[small.toml:27:8]
     26 │ [[route.step]]
     27 │ open = "/search/{serch}?no={number}"
        ·        ─────────────────────────────
     28 │
        ╰────
      help: did you mean `search`?

    Error:
      × `requird` is no key of this table
        ╭─[small.toml:46:28]
     45 │ [field]
     46 │ title = { label = "Title", requird = true }
        ·                            ───────
     47 │ paid = { label = "Paid", type = "amount" }
        ╰────
      help: did you mean `required`?
    "#);
}

/// The faults of a profile in files: `(name, text)`, the first one is loaded. Each with its file.
fn faults_of_files(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let error = Profile::load(folder.path().join(files.first().unwrap().0)).unwrap_err();
    let place = format!("{}/", folder.path().display());
    let line = |fault: &Fault| {
        let (line, column) = fault.position();
        format!("{}:{line}:{column}: {fault} | {}", fault.file(), fault.hint()).replace(&place, "")
    };
    error.faults().iter().map(line).collect()
}

#[test]
fn a_fault_in_an_included_file_points_into_that_file() {
    let including = SMALL.replace("language = 1", "language = 1\ninclude = [\"shared/fields.toml\"]");
    let said = faults_of_files(&[
        ("small.toml", &including.replace("label = \"Act\"", "lable = \"Act\"")),
        ("shared/fields.toml", "[field]\n  signed = { label = \"Signed\", type = \"dat\" }\n"),
    ]);
    assert_eq!(
        said,
        [
            "small.toml:56:1: `lable` is no key of this table | did you mean `label`?",
            "shared/fields.toml:2:39: `dat` is no word that this key takes | did you mean `date`?",
        ]
    );
}

#[test]
fn an_include_that_cannot_be_followed_is_said_before_anything_else() {
    let including = |path: &str| format!("paice = 1\ninclude = \"{path}\"\n");
    let missing = faults_of_files(&[("small.toml", &including("ids.toml"))]);
    assert_eq!(
        missing,
        [
            "small.toml:2:11: `ids.toml` cannot be read: no such file or directory (os error 2) | paths are relative to \
          `small.toml`"
        ]
    );
    let circle =
        faults_of_files(&[("a.toml", &including("b/b.toml")), ("b/b.toml", &including("../a.toml"))]);
    assert_eq!(
        circle,
        [
            "b/b.toml:2:11: `a.toml` includes itself, directly or through others | take one of the includes out"
        ]
    );
    let no_toml = faults_of_files(&[("a.toml", &including("b.toml")), ("b.toml", "name = ")]);
    assert_eq!(
        no_toml,
        [
            "b.toml:1:8: string values must be quoted, expected literal string | this is not TOML yet: nothing else was \
          checked"
        ]
    );
    let no_path = faults_of_files(&[("a.toml", "include = 3")]);
    assert_eq!(no_path, ["a.toml:1:11: a text was expected, not the number 3 | write it in quotes"]);
}

#[test]
fn a_text_alone_includes_built_in_files_only() {
    let text = "include = \"/etc/hostname\"\n";
    assert_eq!(
        faults(Profile::from_text("small.toml", text)),
        ["1:11: `/etc/hostname` cannot be read: it is not built in | paths are relative to `small.toml`"]
    );
}

#[test]
fn any_value_may_stand_anywhere_without_a_panic() {
    let others = [
        "3",
        "-0.5",
        "true",
        "\"\"",
        "\"{\"",
        "[]",
        "[[3]]",
        "{}",
        "{ a = 1 }",
        "2026-01-01",
        "9999999999999999999",
    ];
    for (number, line) in SMALL.lines().enumerate() {
        let Some((key, _)) = line.split_once(" = ") else { continue };
        for other in others {
            let changed = format!("{key} = {other}");
            let lines = SMALL.lines().enumerate().map(|(at, old)| if at == number { &*changed } else { old });
            let text = lines.collect::<Vec<_>>().join("\n");
            let said = faults(Profile::from_text("small.toml", &text));
            assert!(said.iter().all(|fault| !fault.ends_with("| ")), "a hint is missing: {said:?}");
        }
    }
}
