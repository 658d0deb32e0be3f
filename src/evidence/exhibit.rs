//! What is kept of one failed attempt, and the files that hold it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::{Cause, DocumentId, Part, Timestamp, Trace};

/// The version of the form in which exhibits are described.
const VERSION: u32 = 1;
/// So much of a part's name stands in that of its file.
const PART_NAME_LETTERS_MAX: usize = 64;
pub(super) const ABOUT_FILE: &str = "about.json";
pub(super) const PAGE_FILE: &str = "page.html";
pub(super) const SCREENSHOT_FILE: &str = "screenshot.png";

/// What is to be kept of one failed attempt.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// The document that was looked up.
    pub id: DocumentId,
    /// Which attempt it was; the first is 1.
    pub attempt: u32,
    /// Why it failed, with the selectors that matched nothing.
    pub cause: Cause,
    /// The page that was seen last.
    pub page: Option<Part>,
    /// The parts that were captured before: the rule that failed may read any of them.
    pub parts: Vec<Part>,
    /// A picture of the page in PNG.
    pub screenshot: Option<Vec<u8>>,
    /// The step that failed.
    pub step: Option<String>,
    /// What each step did.
    pub trace: Vec<Trace>,
    /// The last lines that driver and browser wrote.
    pub driver_log: Option<String>,
}

/// An exhibit without its page and picture, as `about.json` holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    v: u32,
    /// The document that was looked up.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// When it was kept.
    pub at: Timestamp,
    /// Which attempt it was; the first is 1.
    pub attempt: u32,
    /// Why it failed.
    pub cause: Cause,
    /// The step that failed; `None` where the failure came after all steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The address that the browser showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The name under which the page was read: a capture step's, where it could not be read at the failure itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The other parts that were captured, each with its file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<KeptPart>,
    /// What each step did.
    #[serde(default)]
    pub trace: Vec<Trace>,
    /// The last lines that driver and browser wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver_log: Option<String>,
}

/// A captured part and the file that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPart {
    /// The part's name.
    pub name: String,
    /// Its file, beside `about.json`.
    pub file: String,
}

/// The files of an exhibit, by name.
pub(super) fn files(exhibit: &Exhibit, at: Timestamp) -> Vec<(String, Vec<u8>)> {
    // The page that was seen last is often one of them.
    let others = exhibit.parts.iter().filter(|part| exhibit.page.as_ref() != Some(part));
    let others: Vec<(KeptPart, Vec<u8>)> = others
        .enumerate()
        .map(|(index, part)| {
            let kept = KeptPart { name: part.name.clone(), file: part_file(index + 1, part) };
            (kept, part.bytes.to_vec())
        })
        .collect();
    let about = About {
        v: VERSION,
        id: exhibit.id.to_string(),
        kind: exhibit.id.kind().to_owned(),
        at,
        attempt: exhibit.attempt,
        cause: exhibit.cause.clone(),
        step: exhibit.step.clone(),
        url: exhibit.page.as_ref().map(|page| page.url.clone()),
        part: exhibit.page.as_ref().map(|page| page.name.clone()),
        parts: others.iter().map(|(kept, _)| kept.clone()).collect(),
        trace: exhibit.trace.clone(),
        driver_log: exhibit.driver_log.clone(),
    };
    // Plain data with text keys: it has a form in JSON, whatever it holds.
    let about = serde_json::to_vec_pretty(&about).unwrap_or_default();
    let mut files = vec![(ABOUT_FILE.to_owned(), about)];
    files.extend(exhibit.page.as_ref().map(|page| (PAGE_FILE.to_owned(), page.bytes.to_vec())));
    files.extend(others.into_iter().map(|(kept, bytes)| (kept.file, bytes)));
    files.extend(exhibit.screenshot.clone().map(|picture| (SCREENSHOT_FILE.to_owned(), picture)));
    files
}

/// The file of a part. Its name is chosen by a profile: it must not lead out of the directory, nor meet another one.
fn part_file(number: usize, part: &Part) -> String {
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || "-_".contains(letter) { letter } else { '_' };
    let name: String = part.name.chars().map(plain).take(PART_NAME_LETTERS_MAX).collect();
    let extension = match part.media_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => "json",
        "text/plain" => "txt",
        "application/pdf" => "pdf",
        _ => "html",
    };
    format!("part-{number}-{name}.{extension}")
}

/// Reads what `about.json` holds.
pub(super) fn about(bytes: &[u8]) -> io::Result<About> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let Version { v } = serde_json::from_slice(bytes)?;
    if v != VERSION {
        return Err(io::Error::other(format!("it has form {v}, this anafora reads {VERSION}")));
    }
    Ok(serde_json::from_slice(bytes)?)
}

/// Writes a directory of files; all of it is on disk when this returns.
pub(super) fn write_directory(path: &Path, files: &[(String, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir(path)?;
    for (name, content) in files {
        let mut file = File::create(path.join(name))?;
        file.write_all(content)?;
        file.sync_all()?;
    }
    File::open(path)?.sync_all()
}
