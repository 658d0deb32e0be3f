//! Saved pages in the place of a look-up, for `anafora profile try --from`.

use std::path::Path;

use crate::domain::{Capture, DocumentId, Part};
use crate::profile::{OwnId, Profile, Step};

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
    let last = profile.routes(id.kind()).find_map(|route| route.steps().iter().rev().find_map(captured));
    let mut parts: Vec<Part> = Vec::new();
    for page in pages {
        let (name, file) = named(page);
        let name = name.or(part).or(last).unwrap_or(PART_DEFAULT);
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
        trace: Vec::new(),
    })
}

/// The part that a step captures.
fn captured(step: &Step) -> Option<&str> {
    match step {
        Step::Capture(capture) => Some(&capture.part),
        Step::When { then, .. } => captured(then),
        _ => None,
    }
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
}
