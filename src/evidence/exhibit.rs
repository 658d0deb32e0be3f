//! What is kept of one failed attempt, and the files that hold it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::{Cause, DocumentId, Part, Timestamp, Trace};

/// The version of the form in which exhibits are described.
const VERSION: u32 = 1;
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
    /// A picture of it in PNG.
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
    /// What each step did.
    #[serde(default)]
    pub trace: Vec<Trace>,
    /// The last lines that driver and browser wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver_log: Option<String>,
}

/// The files of an exhibit, by name.
pub(super) fn files(exhibit: &Exhibit, at: Timestamp) -> Vec<(&'static str, Vec<u8>)> {
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
        trace: exhibit.trace.clone(),
        driver_log: exhibit.driver_log.clone(),
    };
    // Plain data with text keys: it has a form in JSON, whatever it holds.
    let about = serde_json::to_vec_pretty(&about).unwrap_or_default();
    let mut files = vec![(ABOUT_FILE, about)];
    files.extend(exhibit.page.as_ref().map(|page| (PAGE_FILE, page.bytes.to_vec())));
    files.extend(exhibit.screenshot.clone().map(|picture| (SCREENSHOT_FILE, picture)));
    files
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
pub(super) fn write_directory(path: &Path, files: &[(&str, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir(path)?;
    for (name, content) in files {
        let mut file = File::create(path.join(name))?;
        file.write_all(content)?;
        file.sync_all()?;
    }
    File::open(path)?.sync_all()
}
