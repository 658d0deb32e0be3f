//! Looks a document up by one page that is asked for without a browser.

use super::FetchError;
use super::http::{Answer, Request};
use super::still::{self, charset_of};
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
    let page = still::Page::parse(&String::from_utf8_lossy(&answer.bytes));
    refuse_other_charsets(&answer, &page)?;
    let verdict = visit.watch(&page)?;
    let says_absent = rules.absent.as_ref().is_some_and(|absent| page.matches(absent).is_some());
    if says_absent || verdict == Some(Verdict::Absent) {
        return Ok(visit.absent(answer));
    }
    let answer = answer.accepted()?;
    visit.saw(&format!("{} bytes", answer.bytes.len()));
    Ok(visit.found(vec![part(&rules.part, answer)], None))
}

/// Refuses what is not written in UTF-8, as far as anybody says: only that can be read without a browser. A page that says
/// UTF-8 of itself and is not quite is read as browsers read it.
fn refuse_other_charsets(answer: &Answer, page: &still::Page) -> Result<(), FetchError> {
    let in_header = charset_of(&answer.media_type);
    let has_mark = answer.bytes.starts_with(b"\xef\xbb\xbf");
    let declared = in_header.or_else(|| page.charset().filter(|_| !has_mark));
    let other = match declared.as_deref() {
        Some("utf-8" | "utf8" | "us-ascii") => return Ok(()),
        Some(other) => format!("`{other}`"),
        None if std::str::from_utf8(&answer.bytes).is_ok() || !is_text(&answer.essence()) => return Ok(()),
        None => "a charset that it does not name".to_owned(),
    };
    Err(FetchError::LayoutChanged {
        what: format!("{} is written in {other}, and only UTF-8 is read without a browser", answer.url),
    })
}

fn is_text(essence: &str) -> bool {
    essence.is_empty() || essence.starts_with("text/") || essence.ends_with("xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_or_says_that_it_is_in_utf_8_is_read() {
        let none = "it is written in a charset that it does not name";
        let windows = "it is written in `windows-1252`";
        for (media_type, bytes, expected) in [
            ("text/html", &b"<p>Caf\xc3\xa9"[..], None),
            ("text/html", b"<p>Caf\xe9", Some(none)),
            ("", b"<p>Caf\xe9", Some(none)),
            ("text/html; charset=UTF-8", b"<p>Caf\xe9", None),
            ("text/html", b"<meta charset=windows-1252><p>Caf\xe9", Some(windows)),
            ("text/html", b"<meta charset=windows-1252><p>Cafe", Some(windows)),
            ("text/html; charset=windows-1252", b"<meta charset=utf-8><p>Cafe", Some(windows)),
            ("text/html; charset=utf-8", b"<meta charset=windows-1252><p>Caf\xc3\xa9", None),
            ("text/html", b"\xef\xbb\xbf<meta charset=windows-1252><p>Caf\xc3\xa9", None),
            ("text/html", b"<meta charset=utf-8><p>Caf\xe9", None),
            ("application/pdf", b"%PDF \xe9", None),
        ] {
            let answer = Answer {
                status: 200,
                url: "http://portal.invalid/".parse().unwrap(),
                media_type: media_type.into(),
                retry_after: None,
                bytes: bytes.into(),
            };
            let page = still::Page::parse(&String::from_utf8_lossy(bytes));
            let refused = refuse_other_charsets(&answer, &page).err().map(|error| error.to_string());
            let says = |text: &str| {
                let what = text.replace("it is", "http://portal.invalid/ is");
                format!("layout changed: {what}, and only UTF-8 is read without a browser")
            };
            assert_eq!(refused, expected.map(says), "{media_type} {}", String::from_utf8_lossy(bytes));
        }
    }
}
