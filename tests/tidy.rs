//! The rules of the house: who may import whom, how long a file may be, what must be beside what.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with the modules it may import. What is not here may not be.
const LAYERS: &[(&str, &[&str])] = &[
    ("allocator", &[]),
    ("domain", &[]),
    ("clock", &["domain"]),
    ("config", &[]),
    ("json", &[]),
    ("scheme", &["domain"]),
    ("profile", &["domain", "json", "scheme"]),
    ("archive", &["domain", "clock"]),
    ("extract", &["domain", "json", "scheme", "profile"]),
    ("draft", &["scheme", "profile"]),
    ("frontier", &["domain", "clock"]),
    ("store", &[]),
    ("evidence", &["domain", "clock"]),
    ("fetch", &["domain", "clock", "json", "scheme", "profile", "archive"]),
    ("crawl", &["domain", "clock", "profile", "archive", "extract", "frontier", "evidence", "fetch"]),
    ("disguise", &["domain", "profile", "extract"]),
    ("export", &["domain", "clock", "frontier"]),
    ("audit", &["domain", "clock", "archive", "frontier"]),
    ("demo", &[]),
    (
        "cli",
        &[
            "domain", "clock", "config", "scheme", "profile", "archive", "extract", "frontier", "store",
            "evidence", "fetch", "crawl", "disguise", "export", "audit", "demo", "draft",
        ],
    ),
];

const FILE_LINES_MAX: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The top-level module a source file belongs to; `None` for the crate's own two files.
fn module(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(root().join("src")).ok()?;
    let first = inside.iter().next()?.to_string_lossy().trim_end_matches(".rs").to_owned();
    (!["lib", "main"].contains(&first.as_str())).then_some(first)
}

/// The modules that a line names by `crate::…`.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap_or_default();
    code.split("crate::").skip(1).map(|rest| {
        let end =
            rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn a_module_imports_only_what_stands_below_it() {
    let mut faults = Vec::new();
    for file in files(&root().join("src"), ".rs") {
        let Some(module) = module(&file) else { continue };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{}: `{module}` has no layer", file.display()));
            continue;
        };
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            for import in imports(line).filter(|import| *import != module && !allowed.contains(import)) {
                faults.push(format!("{}:{}: `{module}` imports `{import}`", file.display(), number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_says_what_it_is_responsible_for_and_stays_readable() {
    let mut faults = Vec::new();
    for directory in ["src", "tests", "benches"] {
        for file in files(&root().join(directory), ".rs") {
            let text = fs::read_to_string(&file).unwrap();
            if !text.starts_with("//! ") {
                faults.push(format!("{}:1: does not begin with `//! `", file.display()));
            }
            if text.lines().count() > FILE_LINES_MAX {
                faults.push(format!("{}: longer than {FILE_LINES_MAX} lines", file.display()));
            }
            for (number, line) in
                text.lines().enumerate().filter(|(_, line)| line.trim().starts_with("#[allow("))
            {
                faults.push(format!(
                    "{}:{}: `{}`: say `#[expect]` and why",
                    file.display(),
                    number + 1,
                    line.trim()
                ));
            }
            let name = file.file_stem().unwrap().to_string_lossy();
            if ["util", "utils", "common", "helper", "helpers", "misc"].contains(&name.as_ref()) {
                faults.push(format!("{}: the name says nothing", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_verified_profile_has_a_fixture_and_a_fixture_has_a_profile() {
    let names = |paths: Vec<PathBuf>| -> BTreeSet<String> {
        paths.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect()
    };
    let profiles: Vec<PathBuf> =
        fs::read_dir(root().join("selectors")).unwrap().flatten().map(|entry| entry.path()).collect();
    let profiles: Vec<PathBuf> =
        profiles.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect();
    let unverified = |path: &PathBuf| {
        fs::read_to_string(path).unwrap().lines().any(|line| line.trim() == "status = \"unverified\"")
    };
    let verified = names(profiles.iter().filter(|path| !unverified(path)).cloned().collect());
    let fixtures =
        names(fs::read_dir(root().join("fixtures")).unwrap().flatten().map(|entry| entry.path()).collect());
    assert!(!verified.is_empty());
    assert_eq!(verified, fixtures, "verified profiles on the left, fixtures on the right");
}
