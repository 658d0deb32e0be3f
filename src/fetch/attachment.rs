//! Brings the files that belong to a document.
//!
//! A portal that is asked too often answers with an error in the place of a file, and so does one that lost this one file.
//! Which of the two it is shows when it is asked again, more slowly: a file that a document can do without never stops a
//! crawl.

use super::FetchError;
use super::http::{Answer, Request};
use super::visit::Visit;
use crate::domain::Part;
use crate::profile::Attachment;

/// How often a file is asked for again where an error stands in its place.
const ASKED_AGAIN_MAX: u32 = 2;
/// Media types that say nothing of what a file is.
const UNTOLD: [&str; 3] = ["", "application/octet-stream", "binary/octet-stream"];

/// What came of one request for a file.
enum Brought {
    /// The file.
    File(Part),
    /// An error of the moment, or of this file for good.
    Error(String),
    /// Something else.
    Other(FetchError),
}

/// A file that belongs to the document; `None` where the document does without.
pub(super) async fn bring(visit: &mut Visit<'_>, rules: &Attachment) -> Result<Option<Part>, FetchError> {
    let step = format!("attachment {}", rules.name);
    let mut asked_again = 0;
    let missing = loop {
        match ask(visit, rules, &step).await? {
            Brought::File(part) => {
                visit.saw(&format!("{} bytes", part.bytes.len()));
                return Ok(Some(part));
            }
            Brought::Error(detail) if rules.required => return Err(FetchError::unavailable(detail)),
            Brought::Error(detail) if asked_again >= ASKED_AGAIN_MAX => break detail,
            Brought::Error(_) => {
                visit.saw("an error in place of the file, which is asked for again");
                asked_again += 1;
            }
            Brought::Other(error) if rules.required => return Err(error),
            Brought::Other(error) => break error.to_string(),
        }
    };
    visit.saw(&format!("left out: {missing}"));
    visit.note(&step, format!("left out: {missing}"), std::time::Duration::ZERO);
    Ok(None)
}

async fn ask(visit: &mut Visit<'_>, rules: &Attachment, step: &str) -> Result<Brought, FetchError> {
    let request = Request {
        method: reqwest::Method::GET,
        address: visit.address(&rules.address, &visit.target.variables)?,
        headers: Vec::new(),
        accept: rules.media_type.clone(),
        body: None,
        bytes_max: rules.bytes_max,
        // Large files take longer than pages.
        deadline: visit.profile.pace.lookup_deadline,
    };
    let answer = match visit.ask(step, request).await {
        // A server that is overloaded says so by another status; this one may well be about this file alone.
        Ok(answer) if answer.status == 500 => {
            let detail = format!("{}: the portal answered with status 500", answer.url);
            return Ok(Brought::Error(detail));
        }
        answer => answer.and_then(Answer::accepted),
    };
    Ok(match answer {
        Ok(answer) if is_file(rules, &answer) => Brought::File(Part {
            name: rules.name.clone(),
            url: answer.url.to_string(),
            media_type: rules.media_type.clone(),
            bytes: answer.bytes.into(),
        }),
        Ok(answer) if answer.is_json() => {
            visit.slow_down();
            Brought::Error(format!("{}: JSON instead of the file", answer.url))
        }
        Ok(answer) if rules.magic.is_empty() => Brought::Other(changed(format!(
            "{} is called `{}`, not `{}`",
            answer.url, answer.media_type, rules.media_type
        ))),
        Ok(answer) => {
            Brought::Other(changed(format!("{}: it does not begin with `{}`", answer.url, rules.magic)))
        }
        Err(error @ (FetchError::LayoutChanged { .. } | FetchError::PageTooLarge { .. })) => {
            Brought::Other(error)
        }
        Err(error) => return Err(error),
    })
}

/// Whether that is the file: by how it begins, else by what the portal calls it.
fn is_file(rules: &Attachment, answer: &Answer) -> bool {
    if !rules.magic.is_empty() {
        return answer.bytes.starts_with(rules.magic.as_bytes());
    }
    let called = answer.essence();
    UNTOLD.contains(&called.as_str()) || rules.media_type.split(';').next().map(str::trim) == Some(&called)
}

fn changed(what: String) -> FetchError {
    FetchError::LayoutChanged { what }
}
