//! Looks a document up at a service that answers in JSON, with the files that belong to it.

use std::collections::BTreeMap;

use super::http::{Answer, Request};
use super::visit::Visit;
use super::{FetchError, attachment, still};
use crate::domain::{Capture, Part};
use crate::json::{Json, Sort, Value};
use crate::profile::{Method, PAGE_VARIABLE, SERVICE_PART, ServiceRules};

/// What a page of answers holds of the document that was asked for.
enum Choice {
    /// Nothing.
    Nothing,
    /// This: its text, and its ID as it is written there.
    Document { text: String, id: Option<String> },
}

/// Asks page after page until the document is found, then for its attachments.
pub(super) async fn look_up(visit: &mut Visit<'_>, rules: &ServiceRules) -> Result<Capture, FetchError> {
    let mut page = 0;
    let mut page_before = Vec::new();
    loop {
        let answer = visit.ask("service", request(visit, rules, page)?).await?;
        if rules.absent.contains(&answer.status) {
            return Ok(visit.absent(answer));
        }
        let answer = answer.accepted()?;
        let json = read(visit, &answer)?;
        if let Some(sign) = says_absent(rules, &json) {
            visit.saw(&sign);
            return Ok(visit.absent(answer));
        }
        let documents = documents(rules, &json)?;
        if let Choice::Document { text, id } = choose(visit, rules, &documents)? {
            visit.saw(&format!("the document, among {}", documents.len()));
            return with_attachments(visit, rules, &answer, text, id).await;
        }
        visit.saw(&format!("not among {}", documents.len()));
        let pages = pages(rules, &json)?;
        let shown: Vec<String> = documents.iter().map(|document| document.written().to_owned()).collect();
        refuse_strange_page(rules, page, pages, &shown, &page_before)?;
        page_before = shown;
        page += 1;
        if page >= pages {
            return Ok(visit.absent(answer));
        }
        if let Some((_, pages_max)) = &rules.pages
            && page >= *pages_max
        {
            return Err(FetchError::TooManyResultPages { pages: u64::from(*pages_max) });
        }
    }
}

/// A portal that numbers its pages otherwise shows one of them twice, or an empty one: then another was never seen, and
/// nothing is known of what is on it.
fn refuse_strange_page(
    rules: &ServiceRules,
    page: u32,
    pages: u32,
    shown: &[String],
    page_before: &[String],
) -> Result<(), FetchError> {
    let number = rules.pages_from.saturating_add(page);
    let first = rules.pages_from;
    if pages > 1 && shown.is_empty() {
        return Err(changed(format!(
            "page {number} of the {pages} that the service has is empty (the first is asked for as {first}: `pages_from`)"
        )));
    }
    if !shown.is_empty() && shown == page_before {
        return Err(changed(format!(
            "page {number} of the service repeats the one before it (the first is asked for as {first}: `pages_from`)"
        )));
    }
    Ok(())
}

async fn with_attachments(
    visit: &mut Visit<'_>,
    rules: &ServiceRules,
    answer: &Answer,
    text: String,
    id: Option<String>,
) -> Result<Capture, FetchError> {
    let mut parts = vec![Part {
        name: SERVICE_PART.into(),
        url: answer.url.to_string(),
        media_type: "application/json".into(),
        bytes: text.into_bytes().into(),
    }];
    for attachment in &rules.attachments {
        parts.extend(attachment::bring(visit, attachment).await?);
    }
    Ok(visit.found(parts, id))
}

fn request(visit: &Visit<'_>, rules: &ServiceRules, page: u32) -> Result<Request, FetchError> {
    let mut variables: BTreeMap<String, String> = visit.target.variables.clone();
    variables.insert(PAGE_VARIABLE.into(), rules.pages_from.saturating_add(page).to_string());
    Ok(Request {
        method: match rules.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        },
        address: visit.address(&rules.address, &variables)?,
        headers: rules.headers.iter().map(|(name, text)| (name.clone(), text.fill(&variables))).collect(),
        accept: "application/json".into(),
        body: rules.body.as_ref().map(|body| body.fill(&variables)),
        bytes_max: visit.profile.pace.page_bytes_max,
        deadline: visit.profile.pace.step_deadline,
    })
}

/// The answer as JSON. A page in its place may be one that the profile's markers know.
fn read(visit: &Visit<'_>, answer: &Answer) -> Result<Json, FetchError> {
    if !answer.is_json() {
        visit.watch(&still::Page::parse(&String::from_utf8_lossy(&answer.bytes)))?;
        let media_type = if answer.media_type.is_empty() { "nothing" } else { &answer.media_type };
        return Err(changed(format!("the service calls its answer `{media_type}`, not JSON")));
    }
    let text = std::str::from_utf8(&answer.bytes)
        .map_err(|_| changed("the service's answer is not in UTF-8".to_owned()))?;
    Json::parse(text.trim_start_matches('\u{feff}'))
        .map_err(|error| changed(format!("the service's answer cannot be read: {error}")))
}

/// The place and the value that say that there is no such document, where they are there.
fn says_absent(rules: &ServiceRules, json: &Json) -> Option<String> {
    let root = json.root()?;
    rules.absent_where.iter().find_map(|(pointer, expected)| {
        let says = |value: Value<'_>| value.said().unwrap_or_else(|| value.written().to_owned());
        let is_there = pointer.find(root).into_iter().any(|value| says(value).trim() == expected.trim());
        is_there.then(|| format!("`{expected}` at `{pointer}`"))
    })
}

/// The documents of an answer.
fn documents<'j>(rules: &ServiceRules, json: &'j Json) -> Result<Vec<Value<'j>>, FetchError> {
    let root = json.root().ok_or_else(|| changed("the service's answer is empty".into()))?;
    let Some(pointer) = &rules.items else { return Ok(vec![root]) };
    let found = pointer.find(root);
    if found.is_empty() {
        return Err(changed(format!("the service's answer has no `{pointer}`")));
    }
    // Portals write so of an error as well: that there is none is said by an empty list, or by `absent_where`.
    if found.iter().all(|value| value.sort() == Sort::Null) {
        return Err(changed(format!("the service's answer has `null` at `{pointer}`")));
    }
    Ok(found.into_iter().flat_map(Value::elements).collect())
}

/// The one document that has exactly the ID asked for; the only one, where the profile names no place of IDs.
fn choose(visit: &Visit<'_>, rules: &ServiceRules, documents: &[Value<'_>]) -> Result<Choice, FetchError> {
    let with_ids: Vec<(&Value<'_>, Option<String>)> = documents
        .iter()
        .map(|document| {
            let id = rules.id.as_ref().and_then(|pointer| pointer.first(*document)?.said());
            (document, id)
        })
        .collect();
    if let Some(pointer) = &rules.id
        && !with_ids.is_empty()
        && with_ids.iter().all(|(_, id)| id.is_none())
    {
        return Err(changed(format!("no document of the service's answer has `{pointer}`")));
    }
    let is_wanted = |id: &Option<String>| match id {
        Some(id) => visit.profile.schemes.parse(id, &[]).is_ok_and(|parsed| parsed.id == visit.target.id),
        None => rules.id.is_none(),
    };
    let mut wanted = with_ids.into_iter().filter(|(_, id)| is_wanted(id));
    let Some((document, id)) = wanted.next() else { return Ok(Choice::Nothing) };
    match wanted.count() {
        0 => Ok(Choice::Document { text: document.written().to_owned(), id }),
        others if rules.id.is_some() => Err(FetchError::Ambiguous { rows: others as u64 + 1 }),
        others => Err(FetchError::TooManyDocuments { documents: others as u64 + 1 }),
    }
}

/// How many pages the service has.
fn pages(rules: &ServiceRules, json: &Json) -> Result<u32, FetchError> {
    let Some((pointer, _)) = &rules.pages else { return Ok(1) };
    let said = json.root().and_then(|root| pointer.first(root)?.said());
    let count = said.and_then(|count| count.parse().ok());
    count.ok_or_else(|| changed(format!("the service's answer has no number of pages at `{pointer}`")))
}

fn changed(what: String) -> FetchError {
    FetchError::LayoutChanged { what }
}
