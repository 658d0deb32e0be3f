//! The IDs that a crawl begins with: from the command line, a file or standard input.

use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::domain::DocumentId;
use crate::profile::Profile;
use crate::scheme::Refusal;

use super::exit::{Exit, Failure};
use super::flags::Seeds;

/// Reads every ID that was given; the first one that is none is an error that names it.
pub(super) fn read(profile: &Profile, seeds: &Seeds) -> Result<Vec<DocumentId>, Failure> {
    let mut found = Vec::new();
    for text in &seeds.ids {
        found.push(parse_one(profile, text)?);
    }
    if let Some(file) = &seeds.from {
        read_lines(profile, file, &mut found)?;
    }
    Ok(found)
}

fn read_lines(profile: &Profile, file: &Path, found: &mut Vec<DocumentId>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        let text = format!("`{}` cannot be read: {error}", file.display());
        Failure::new(Exit::Usage, text, "name a text file with one ID a line, or `-` for standard input")
    };
    let lines: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::new(std::fs::File::open(file).map_err(unreadable)?))
    };
    for line in lines.lines() {
        let line = line.map_err(unreadable)?;
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            found.push(parse_one(profile, line.trim())?);
        }
    }
    Ok(())
}

/// Reads one ID; says what is wrong with it where it is none, and warns where it is hardly right.
pub(super) fn parse_one(profile: &Profile, text: &str) -> Result<DocumentId, Failure> {
    parse(profile, text).map_err(|refusal| not_an_id(profile, text, &refusal, "--profile names the portal"))
}

/// The same for whoever writes the profile: it may be the pattern that is wrong.
pub(super) fn parse_tried(profile: &Profile, text: &str) -> Result<DocumentId, Failure> {
    parse(profile, text).map_err(|refusal| {
        let hint = match &refusal {
            Refusal::UnknownScheme { .. } => "add an `[ids.…]` whose `pattern` matches it".to_owned(),
            Refusal::Malformed { scheme, .. } => {
                format!("where the ID is right, mend `pattern` under [ids.{scheme}]; anafora never guesses")
            }
            Refusal::Placeholder => return not_an_id(profile, text, &refusal, ""),
        };
        Failure::new(Exit::Id, format!("`{text}` is not an ID: {refusal}"), hint)
    })
}

/// The same where a store has chosen the profile.
pub(super) fn parse_stored(profile: &Profile, text: &str) -> Result<DocumentId, Failure> {
    parse(profile, text).map_err(|refusal| not_an_id(profile, text, &refusal, "this store holds no others"))
}

fn not_an_id(profile: &Profile, text: &str, refusal: &Refusal, of_unknown: &str) -> Failure {
    let hint = match refusal {
        Refusal::UnknownScheme { .. } => {
            format!("the profile `{}` knows other IDs; {of_unknown}", profile.name)
        }
        Refusal::Malformed { .. } | Refusal::Placeholder => {
            "check it against the document it was taken from; anafora never guesses".to_owned()
        }
    };
    Failure::new(Exit::Id, format!("`{text}` is not an ID: {refusal}"), hint)
}

fn parse(profile: &Profile, text: &str) -> Result<DocumentId, Refusal> {
    let parsed = profile.schemes.parse(text, &[])?;
    if let Some(doubt) = &parsed.doubt {
        tracing::warn!("{} is looked up as written, but is implausible: {}", parsed.id, doubt.reason);
        if let Some(meant) = &doubt.suggestion {
            tracing::warn!("perhaps {meant} is meant");
        }
    }
    Ok(parsed.id)
}
