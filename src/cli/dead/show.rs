//! All about one dead letter, for a person who looks for the reason.

use std::path::Path;

use crate::domain::{Attempted, Timestamp, Trace};
use crate::evidence::{EvidenceDirectory, Kept};
use crate::export::one_line;

use super::super::command;
use super::super::exit::Failure;
use super::letter::Letter;

/// What is known of a dead letter, and what was seen of it.
pub(super) fn text(letter: &Letter, evidence: &EvidenceDirectory, store: &Path) -> Result<String, Failure> {
    let entry = &letter.entry;
    let mut lines =
        vec![format!("{} ({}): dead after {} attempts", entry.id, entry.id.kind(), entry.attempts)];
    lines.extend(letter.died_at.map(|at| format!("since:      {at}")));
    lines.extend(letter.cause().map(|cause| format!("cause:      {}", one_line(&cause.to_string()))));
    match letter.evidence().map(|name| evidence.read(name)).transpose()?.flatten() {
        Some(kept) => lines.extend(seen(&kept)),
        None if letter.evidence().is_some() => {
            lines.push(
                "evidence:   it is gone: it went to make room for newer, or was not copied with the store"
                    .into(),
            );
        }
        None => lines.push("evidence:   none was kept".into()),
    }
    if let Some((_, earlier)) = letter.attempts.split_last().filter(|(_, earlier)| !earlier.is_empty()) {
        lines.push("earlier attempts:".into());
        for (at, attempted) in earlier {
            lines.push(earlier_attempt(*at, attempted, evidence)?);
        }
    }
    let retry = command::on_store(&format!("dead retry {}", entry.id), store);
    lines.push(format!("{retry} puts it in line again"));
    Ok(lines.join("\n") + "\n")
}

/// What the exhibit shows.
fn seen(kept: &Kept) -> Vec<String> {
    let about = &kept.about;
    let mut lines = Vec::new();
    lines.extend(about.step.as_ref().map(|step| format!("step:       {}", one_line(step))));
    lines.extend(about.url.as_ref().map(|url| format!("address:    {}", one_line(url))));
    match (&kept.page, about.part.as_deref()) {
        (Some(page), Some("evidence") | None) => lines.push(format!("page:       {}", page.display())),
        (Some(page), Some(part)) => {
            lines.push(format!("page:       {} (read before, as `{}`)", page.display(), one_line(part)));
        }
        (None, _) => lines.push("page:       none could be read".into()),
    }
    for (name, file) in &kept.parts {
        lines.push(format!("part:       {} (read before, as `{}`)", file.display(), one_line(name)));
    }
    match &kept.screenshot {
        Some(picture) => lines.push(format!("screenshot: {}", picture.display())),
        None => lines.push("screenshot: none could be taken".into()),
    }
    if !about.trace.is_empty() {
        lines.push("steps:".into());
        lines.extend(about.trace.iter().map(step));
    }
    if let Some(log) = &about.driver_log {
        lines.push("the driver's last words:".into());
        lines.extend(log.lines().map(|line| format!("  {}", one_line(line))));
    }
    lines
}

fn step(trace: &Trace) -> String {
    let matched = trace.matched.as_deref().map(|matched| format!("  {}", one_line(matched)));
    format!("  {:<8} {:>6} ms{}", trace.step, trace.elapsed_ms, matched.unwrap_or_default())
}

fn earlier_attempt(
    at: Timestamp,
    attempted: &Attempted,
    evidence: &EvidenceDirectory,
) -> Result<String, Failure> {
    let cause = attempted.cause.as_ref().map(|cause| one_line(&cause.to_string()));
    let kept = attempted.evidence.as_deref().map(|name| evidence.read(name)).transpose()?.flatten();
    let place = kept.map(|kept| format!("  {}", kept.path.display())).unwrap_or_default();
    Ok(format!("  {}  {at}  {}{place}", attempted.attempt, cause.unwrap_or_default()))
}
