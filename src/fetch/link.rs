//! Looks a document up by one page that is asked for without a browser.

use super::FetchError;
use super::http::{Answer, Request};
use super::still;
use super::visit::{Visit, part};
use crate::domain::{Capture, Verdict};
use crate::profile::PageRules;

/// Asks for the page, and judges it by its status, by the profile's markers and by what it shows of an absent document.
pub(super) async fn look_up(visit: &mut Visit<'_>, rules: &PageRules) -> Result<Capture, FetchError> {
    let request = Request {
        method: reqwest::Method::GET,
        address: visit.address(&rules.address, &visit.target.variables)?,
        headers: Vec::new(),
        accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5".into(),
        body: None,
        bytes_max: visit.profile.pace.page_bytes_max,
        deadline: visit.profile.pace.step_deadline,
    };
    let answer = visit.ask("link", request).await?;
    // A page that says so is believed with a status of 404 as well; the status alone is not.
    let is_page = matches!(answer.status, 200..=299 | 404 | 410);
    let answer = if is_page { answer } else { answer.accepted()? };
    let page = still::Page::parse(&readable(&answer)?);
    let verdict = visit.watch(&page)?;
    let says_absent = rules.absent.as_ref().is_some_and(|absent| page.matches(absent).is_some());
    if says_absent || verdict == Some(Verdict::Absent) {
        return Ok(visit.absent(answer));
    }
    let answer = answer.accepted()?;
    Ok(visit.found(vec![part(&rules.part, answer)], None))
}

/// The page's text. Only UTF-8 can be read without a browser.
fn readable(answer: &Answer) -> Result<String, FetchError> {
    let charset = answer.media_type.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    });
    match charset.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii") => Ok(String::from_utf8_lossy(&answer.bytes).into_owned()),
        Some(other) => Err(FetchError::LayoutChanged {
            what: format!("{} is written in `{other}`, and only UTF-8 is read without a browser", answer.url),
        }),
    }
}
