//! Keeps what was seen of a tried look-up in a directory: pages, picture, account, the driver's last words.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::domain::{Capture, Part};
use crate::fetch::Witness;

use super::super::exit::{Exit, Failure};

/// Writes everything there is, over what an earlier try left under the same names; returns the files.
pub(super) fn keep(
    place: &Path,
    capture: Option<&Capture>,
    witness: &Witness,
    account: &Json,
) -> Result<Vec<PathBuf>, Failure> {
    let seen = witness.page.iter().filter(|_| capture.is_none());
    let parts = capture.iter().flat_map(|capture| &capture.parts).chain(seen);
    let mut files: Vec<(String, Vec<u8>)> =
        parts.map(|part| (file_name(part), part.bytes.to_vec())).collect();
    files.extend(witness.screenshot.clone().map(|picture| ("screenshot.png".to_owned(), picture)));
    files.extend(witness.driver_log.clone().map(|log| ("driver.log".to_owned(), log.into_bytes())));
    files.push(("account.json".to_owned(), format!("{account:#}\n").into_bytes()));
    let unwritten = |path: &Path, error: std::io::Error| {
        let text = format!("`{}` cannot be written: {error}", path.display());
        Failure::new(Exit::Usage, text, "name a directory of your own with --keep")
    };
    fs::create_dir_all(place).map_err(|error| unwritten(place, error))?;
    let mut kept = Vec::new();
    for (name, bytes) in files {
        let path = place.join(name);
        fs::write(&path, bytes).map_err(|error| unwritten(&path, error))?;
        kept.push(path);
    }
    Ok(kept)
}

/// A part's name is chosen by a profile: it must not lead out of the directory.
fn file_name(part: &Part) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '_' };
    let stem: String = part.name.chars().map(plain).collect();
    let extension = match part.media_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => "json",
        "text/plain" => "txt",
        "application/pdf" => "pdf",
        _ => "html",
    };
    format!("{stem}.{extension}")
}
