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
    let captured_before = witness.parts.iter().filter(|part| witness.page.as_ref() != Some(part));
    let seen = captured_before.chain(&witness.page).filter(|_| capture.is_none());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DocumentId, Timestamp};

    fn part(name: &str, media_type: &str) -> Part {
        Part {
            name: name.into(),
            url: String::new(),
            media_type: media_type.into(),
            bytes: name.as_bytes().into(),
        }
    }

    fn names(kept: &[PathBuf]) -> Vec<String> {
        kept.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_was_seen_is_kept_under_names_that_stay_in_the_directory() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("kept/here");
        let witness = Witness {
            page: Some(part("evidence", "text/html")),
            screenshot: Some(b"PNG".to_vec()),
            driver_log: Some("log".into()),
            ..Witness::default()
        };
        let account = serde_json::json!({ "v": 1 });
        let kept = keep(&place, None, &witness, &account).unwrap();
        assert_eq!(names(&kept), ["evidence.html", "screenshot.png", "driver.log", "account.json"]);
        assert!(kept.iter().all(|path| path.parent() == Some(&place) && path.is_file()));
        let capture = Capture {
            id: DocumentId::from_canonical("A-7", "act", "act"),
            route: String::new(),
            captured_at: Timestamp::default(),
            parts: vec![
                part("../a.b", "text/html; charset=utf-8"),
                part("service", "application/json"),
                part("note", "text/plain"),
                part("file", "application/pdf"),
            ],
            marker: None,
            row_id: None,
            trace: Vec::new(),
            passed_over: Vec::new(),
        };
        let kept = keep(&place, Some(&capture), &Witness { screenshot: None, ..witness }, &account).unwrap();
        let expected = ["___a_b.html", "service.json", "note.txt", "file.pdf", "driver.log", "account.json"];
        assert_eq!(names(&kept), expected, "the pages of the document, not the one that was seen last");
    }
}
