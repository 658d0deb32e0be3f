//! `anafora doctor`: what is installed, which versions, and the command that installs what is missing.

use serde_json::json;

use crate::fetch::{Binaries, BrowserKind, Chosen, Window, inspect};

use super::Exit;
use super::arguments::Doctor;
use super::exit::Failure;
use super::flags::TextFormat;
use super::output::print;

/// Looks for every program that a crawl may need.
pub(super) fn run(verb: &Doctor) -> Result<Exit, Failure> {
    let found = inspect();
    // One browser with its driver is enough to crawl.
    let ready = [BrowserKind::Chromium, BrowserKind::Firefox]
        .into_iter()
        .any(|kind| Binaries::find(kind, Window::Headless, &Chosen::default()).is_ok());
    match verb.format {
        TextFormat::Json => {
            let programs: Vec<_> = found
                .iter()
                .map(|program| {
                    json!({
                        "name": program.name, "path": program.path, "version": program.version,
                        "needed_for": program.needed_for, "install": program.install_hint,
                    })
                })
                .collect();
            print(&format!("{}\n", json!({ "v": 1, "ready": ready, "programs": programs })))?;
        }
        TextFormat::Text => {
            print(&format!("anafora {}\n", env!("CARGO_PKG_VERSION")))?;
            for program in &found {
                let line = match (&program.path, &program.version) {
                    (Some(path), Some(version)) => {
                        format!("ok       {:<24} {version} ({})", program.name, path.display())
                    }
                    (Some(path), None) => {
                        format!("silent   {:<24} {} does not tell its version", program.name, path.display())
                    }
                    (None, _) => format!(
                        "missing  {:<24} for {}: {}",
                        program.name, program.needed_for, program.install_hint
                    ),
                };
                print(&format!("{line}\n"))?;
            }
        }
    }
    Ok(if ready { Exit::Closed } else { Exit::Environment })
}
