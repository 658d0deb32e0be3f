//! `anafora profile test`: the fixtures of a profile read again, each held against the document that is expected of it.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value as Json;

use crate::archive::{FixtureDir, Recording as _};
use crate::crawl::{Finding, Trial};
use crate::domain::Capture;
use crate::export::{Difference, differences, expected_absence, expected_document, one_line};
use crate::profile::Profile;

use super::super::Exit;
use super::super::exit::{Failure, chain};
use super::super::output::{print, tell};

#[derive(Debug, Args)]
pub(in super::super) struct Test {
    /// The name of a built-in profile, or a file
    #[arg(value_name = "NAME|FILE")]
    profile: String,
    /// The fixtures; `../fixtures/NAME` or `fixtures/NAME` beside the profile's file otherwise, or here for a built-in one
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
    /// Expect from now on what is found, and say which files were written
    #[arg(long)]
    accept: bool,
}

/// What became of one fixture.
enum Held {
    AsExpected,
    Accepted,
    Faulty,
}

/// Reads every fixture and prints where it is not as expected.
pub(super) fn run(verb: &Test) -> Result<Exit, Failure> {
    let profile = Profile::resolve(&verb.profile)?;
    let place = verb.fixtures.clone().unwrap_or_else(|| fixtures_of(&verb.profile, &profile.name));
    if !place.join("manifest.json").exists() {
        return Err(none_yet(&profile.name, &place, verb));
    }
    let fixtures = FixtureDir::open(&place)?;
    let recorded = &fixtures.manifest().profile;
    if *recorded != profile.name {
        let text = format!(
            "`{}` has fixtures of the profile `{recorded}`, not of `{}`",
            place.display(),
            profile.name
        );
        return Err(Failure::new(Exit::Usage, text, "name those of the profile with --fixtures"));
    }
    let ids = fixtures.ids()?;
    if ids.is_empty() {
        let text = format!("`{}` holds no fixture", place.display());
        return Err(Failure::new(
            Exit::Usage,
            text,
            "`anafora fixtures add ID --data DIR` makes one of a crawled document",
        ));
    }
    let (mut accepted, mut faulty) = (0_u32, 0_u32);
    for id in &ids {
        match hold(&profile, &fixtures, id, verb.accept)? {
            Held::AsExpected => {}
            Held::Accepted => accepted += 1,
            Held::Faulty => faulty += 1,
        }
    }
    let told = if accepted > 0 { format!(", accepted {accepted}") } else { String::new() };
    print(&format!("{}: fixtures {}{told}, not as expected {faulty}\n", profile.name, ids.len()))?;
    if faulty == 0 {
        return Ok(Exit::Closed);
    }
    let hint = if verb.accept {
        "what is no document is not accepted: mend the profile, or record the page anew"
    } else {
        "mend the profile, or run the same command with --accept to expect what was found"
    };
    tell(&format!("hint: {hint}"));
    Ok(Exit::Profile)
}

/// That there are none, and where they were looked for.
fn none_yet(name: &str, place: &Path, verb: &Test) -> Failure {
    let beside = Path::new(&verb.profile).with_file_name("fixtures").join(name);
    let other = Some(beside).filter(|beside| verb.fixtures.is_none() && beside != place);
    let looked: Vec<String> = std::iter::once(place)
        .chain(other.as_deref())
        .map(|place| format!("`{}`", place.display()))
        .collect();
    let text = format!("there are no fixtures of `{name}` yet: looked for in {}", looked.join(" and "));
    let hint = "`anafora fixtures add ID --data DIR` makes one of a crawled document, and --fixtures names another directory";
    Failure::new(Exit::Usage, text, hint)
}

/// Where the fixtures of a profile are that nobody names.
fn fixtures_of(given: &str, name: &str) -> PathBuf {
    let beside = Path::new("fixtures").join(name);
    if Profile::builtin_names().contains(&given) {
        return beside;
    }
    let folder = Path::new(given).parent().unwrap_or(Path::new(""));
    let above = match folder.file_name() {
        Some(_) => folder.with_file_name("").join(&beside),
        // Here, or a folder that is named by the way up to it.
        None => folder.join("..").join(&beside),
    };
    let inside = folder.join(&beside);
    if inside.is_dir() && !above.is_dir() { inside } else { above }
}

fn hold(profile: &Profile, fixtures: &FixtureDir, id: &str, accept: bool) -> Result<Held, Failure> {
    let Some(capture) = fixtures.find(id)? else { return Ok(Held::Faulty) };
    let found = match found(profile, capture) {
        Ok(found) => found,
        Err(reason) => {
            print(&format!("{id}: no document: {}\n", one_line(&reason)))?;
            return Ok(Held::Faulty);
        }
    };
    let file = fixtures.expected_file(id);
    let expected: Option<Json> = match fixtures.expected(id)? {
        Some(text) => Some(serde_json::from_str(&text).map_err(|error| {
            let text = format!("`{}` is no JSON: {error}", file.display());
            Failure::new(Exit::Store, text, "remove it, and run the same command with --accept")
        })?),
        None => None,
    };
    let differences = expected.as_ref().map(|expected| differences(expected, &found));
    if differences.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Held::AsExpected);
    }
    if accept {
        fixtures.expect(id, &text_of(&found))?;
        print(&format!("accepted {}\n", file.display()))?;
        return Ok(Held::Accepted);
    }
    match differences {
        None => print(&format!("{id}: nothing is expected yet: there is no `{}`\n", file.display()))?,
        Some(differences) => print(&shown(id, &differences))?,
    }
    Ok(Held::Faulty)
}

/// What the profile makes of a fixture, as it is expected; or why that is no document.
pub(in super::super) fn found(profile: &Profile, capture: Capture) -> Result<Json, String> {
    // The profile decides what the ID is, not what it was when the page was recorded.
    let parsed = profile.schemes.parse(capture.id.as_str(), &[]).map_err(|refusal| refusal.to_string())?;
    let capture = Capture { id: parsed.id, ..capture };
    let id = capture.id.clone();
    match Trial::of_capture(profile, capture).finding {
        Finding::Stored(document) => Ok(expected_document(&document, &profile.routed_kinds())),
        Finding::Absent => Ok(expected_absence(&id)),
        Finding::Failed(cause) => Err(cause.to_string()),
        Finding::Ended(error) => Err(chain(&error)),
    }
}

/// The text of an expected document.
pub(in super::super) fn text_of(document: &Json) -> String {
    format!("{document:#}\n")
}

fn shown(id: &str, differences: &[Difference]) -> String {
    let mut text = format!("{id}:\n");
    let line = |sign: char, value: &Option<Json>| {
        value
            .as_ref()
            .map(|value| format!("    {sign} {}\n", one_line(&value.to_string())))
            .unwrap_or_default()
    };
    for Difference { at, expected, found } in differences {
        text = format!("{text}  {at}\n{}{}", line('-', expected), line('+', found));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixtures_are_looked_for_beside_the_folder_of_a_profile() {
        for (given, expected) in [
            ("demo", "fixtures/nowhere"),
            ("selectors/mine.toml", "fixtures/nowhere"),
            ("/a/selectors/mine.toml", "/a/fixtures/nowhere"),
            ("./mine.toml", "./../fixtures/nowhere"),
            ("mine.toml", "../fixtures/nowhere"),
        ] {
            assert_eq!(fixtures_of(given, "nowhere"), Path::new(expected), "{given}");
        }
    }
}
