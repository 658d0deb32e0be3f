//! Saved pages in the place of a look-up, for `anafora profile try --from`.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::Path;

use crate::domain::{Capture, DocumentId, Part};
use crate::profile::{OwnId, Profile, Route, Step, did_you_mean};

use super::super::assemble::clock;
use super::super::exit::{Exit, Failure};

/// The part that a look-up reads where its route captures none.
const PART_DEFAULT: &str = "page";

/// That there is a way to the document at all.
pub(super) fn check_route(profile: &Profile, id: &DocumentId) -> Result<(), Failure> {
    if profile.routes(id.kind()).next().is_some() {
        return Ok(());
    }
    let text = format!("the profile `{}` has no route to a {}", profile.name, id.kind());
    Err(Failure::new(Exit::Usage, text, "add the kind to a route, or read a saved page with --from"))
}

/// The capture that saved pages make, each written `PAGE` or `PART=PAGE`.
pub(super) fn read(
    profile: &Profile,
    id: &DocumentId,
    pages: &[String],
    part: Option<&str>,
) -> Result<Capture, Failure> {
    let route = profile.routes(id.kind()).next();
    let last =
        profile.routes(id.kind()).find_map(|route| route.steps().iter().rev().find_map(Step::captured));
    let mut parts: Vec<Part> = Vec::new();
    for page in pages {
        let (name, file) = named(page);
        if let Some(name) = name.or(part) {
            check_part(profile, name)?;
        }
        let name = name.or(part).or_else(|| kept_as(profile, file)).or(last).unwrap_or(PART_DEFAULT);
        if parts.iter().any(|part| part.name == name) {
            let text = format!("two saved pages are the part `{name}`");
            return Err(Failure::new(Exit::Usage, text, "name them, as in `--from detail=PAGE.html`"));
        }
        let bytes = std::fs::read(file).map_err(|error| {
            let text = format!("`{file}` cannot be read: {error}");
            Failure::new(
                Exit::Usage,
                text,
                "name a saved page, as in `--from PAGE.html` or `--from detail=PAGE.html`",
            )
        })?;
        parts.push(Part {
            name: name.to_owned(),
            url: profile.base.to_string(),
            media_type: media_type(file).to_owned(),
            bytes: bytes.into(),
        });
    }
    // Nobody opened a row: that it would have been the right one is taken for granted.
    let has_row = matches!(profile.kinds.get(id.kind()).map(|kind| &kind.own_id), Some(OwnId::Row));
    Ok(Capture {
        id: id.clone(),
        route: route.map(|route| route.name.clone()).unwrap_or_default(),
        captured_at: clock().now(),
        parts,
        marker: None,
        row_id: has_row.then(|| id.to_string()),
        passed_over: Vec::new(),
        trace: Vec::new(),
    })
}

/// What a look-up would have brought and nobody gave, a line for each part: a rule that was not tried is not at fault.
pub(super) fn not_given(profile: &Profile, capture: &Capture) -> Vec<String> {
    let kind = capture.id.kind();
    let is_given = |part: &&str| capture.part(part).is_some();
    // Saved pages are of one route: of the one that brings most of them.
    let mut routes: Vec<Vec<&str>> = profile.routes(kind).map(Route::parts).collect();
    routes.sort_by_key(|parts| Reverse(parts.iter().filter(|part| is_given(part)).count()));
    let missing = routes.into_iter().take(1).flatten().filter(|part| !is_given(part));
    missing
        .map(|part| match rules_of(profile, kind, part) {
            0 => format!("part `{part}` was not given"),
            1 => format!("part `{part}` was not given: 1 rule not tried"),
            count => format!("part `{part}` was not given: {count} rules not tried"),
        })
        .collect()
}

/// How many rules of a kind look into this part alone.
fn rules_of(profile: &Profile, kind: &str, part: &str) -> usize {
    let fields = profile.fields.iter().map(|rule| (&rule.kinds, &rule.part));
    let groups = profile.groups.iter().map(|rule| (&rule.kinds, &rule.part));
    let references = profile.references.iter().map(|rule| (&rule.kinds, &rule.part));
    let rules = fields.chain(groups).chain(references);
    rules.filter(|(kinds, of)| kinds.allows(kind) && of.as_deref() == Some(part)).count()
}

/// That some route brings such a part: no rule would ever read another one.
fn check_part(profile: &Profile, name: &str) -> Result<(), Failure> {
    let known: BTreeSet<&str> = profile.routes.iter().flat_map(Route::parts).collect();
    if known.is_empty() || known.contains(name) {
        return Ok(());
    }
    let text = format!("no route of the profile `{}` captures a part `{name}`", profile.name);
    Err(Failure::new(Exit::Usage, text, did_you_mean(name, known)))
}

/// The part whose name a file has, as `--keep` writes it.
fn kept_as<'profile>(profile: &'profile Profile, file: &str) -> Option<&'profile str> {
    let stem = Path::new(file).file_stem()?;
    profile.routes.iter().flat_map(Route::parts).find(|part| *part == stem)
}

/// The name in front of a file, where there is one: a part's name holds no dot and no slash.
fn named(page: &str) -> (Option<&str>, &str) {
    match page.split_once('=') {
        Some((name, file)) if !name.is_empty() && !name.contains(['/', '.']) => (Some(name), file),
        _ => (None, page),
    }
}

fn media_type(file: &str) -> &'static str {
    let extension = Path::new(file).extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "json" => "application/json",
        "txt" => "text/plain",
        "pdf" => "application/pdf",
        _ => "text/html",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_front_of_a_file_is_its_part() {
        for (page, expected) in [
            ("page.html", (None, "page.html")),
            ("detail=page.html", (Some("detail"), "page.html")),
            ("detail=a=b.html", (Some("detail"), "a=b.html")),
            ("./a=b.html", (None, "./a=b.html")),
            ("a.b=c.html", (None, "a.b=c.html")),
            ("=c.html", (None, "=c.html")),
        ] {
            assert_eq!(named(page), expected);
        }
    }

    const RULES: &str = "language = 1\nname = \"x\"\nbase = \"http://x.example\"\n[ids.act]\n\
        pattern = '(?<type>A|B)-(?<number>[0-9]+)'\nkind = \"{type}\"\n[kinds]\nA = { name = \"act\", own_id = \"row\" }\n\
        B = { name = \"bill\", own_id = \"css:h1\" }\n[[route]]\nname = \"form\"\nkinds = [\"act\"]\n\
        step = [{ capture = \"one\" }, { capture = \"two\" }, { capture = \"three\" }, { capture = \"first\" }, { capture = \"last\", when = \"css:h1\" }]\n";

    /// The parts that saved pages make, as `name media type`, or why they make none.
    fn parts(id: &str, kind: &str, pages: &[&str], part: Option<&str>) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let pages: Vec<String> = pages
            .iter()
            .map(|page| {
                let (name, file) = page.split_once('=').map_or(("", *page), |(name, file)| (name, file));
                let path = folder.path().join(file);
                std::fs::write(&path, "x").unwrap();
                if name.is_empty() {
                    path.display().to_string()
                } else {
                    format!("{name}={}", path.display())
                }
            })
            .collect();
        let profile = Profile::from_text("x.toml", RULES).unwrap();
        let id = DocumentId::from_canonical(id, "act", kind);
        let capture = read(&profile, &id, &pages, part).map_err(|failure| failure.text)?;
        assert_eq!(
            capture.row_id.is_some(),
            kind == "act",
            "a row is taken for granted where it shows the ID"
        );
        Ok(capture.parts.iter().map(|part| format!("{} {}", part.name, part.media_type)).collect())
    }

    #[test]
    fn a_page_without_a_name_is_the_part_that_is_named_or_the_last_one_of_the_route() {
        let check = |id: &str, kind: &str, pages: &[&str], part, expected: &[&str]| {
            assert_eq!(parts(id, kind, pages, part).unwrap(), expected);
        };
        check("A-7", "act", &["a.html"], None, &["last text/html"]);
        check("A-7", "act", &["a.html"], Some("first"), &["first text/html"]);
        check("B-7", "bill", &["a.html"], None, &["page text/html"]);
        check(
            "A-7",
            "act",
            &["one=a.JSON", "two=a.txt", "three=a.pdf", "a.htm"],
            None,
            &["one application/json", "two text/plain", "three application/pdf", "last text/html"],
        );
        let twice = parts("A-7", "act", &["last=a.html", "b.html"], None);
        assert_eq!(twice.unwrap_err(), "two saved pages are the part `last`");
    }

    #[test]
    fn a_kind_without_a_route_can_only_be_read_from_a_saved_page() {
        let profile = Profile::from_text("x.toml", RULES).unwrap();
        let of = |id, kind| check_route(&profile, &DocumentId::from_canonical(id, "act", kind));
        assert!(of("A-7", "act").is_ok());
        assert_eq!(of("B-7", "bill").unwrap_err().text, "the profile `x` has no route to a bill");
    }
}
