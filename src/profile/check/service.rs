//! Checks the ways of a route: steps, a link, or a service with its attachments.

use std::collections::BTreeSet;

use serde_json::Value;

use super::steps::{PAGES_MAX, Variables};
use super::{Check, notation};
use crate::profile::file::{AttachmentFile, LinkBy, RouteFile, ServiceFile};
use crate::profile::flow::{Route, Selector, Step, Template};
use crate::profile::reader::{Mistake, Sited};
use crate::profile::tree::Site;
use crate::profile::way::{
    Absence, Attachment, BodyTemplate, Method, PAGE_VARIABLE, PageRules, SERVICE_PART, ServiceRules, Way,
};

/// The part that a link without a browser becomes where a profile does not say.
const LINK_PART: &str = "detail";
/// The largest attachment where a profile does not say.
const ATTACHMENT_BYTES_MAX: u64 = 64 << 20;
/// Headers that every request has, and nobody else may set.
const OWN_HEADERS: [&str; 5] = ["user-agent", "host", "content-length", "content-type", "connection"];

/// The parts that a route brings without a browser.
pub(super) fn parts_without_browser(route: &RouteFile) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(service) = &route.service {
        parts.push(SERVICE_PART.to_owned());
        let names = service.value.attachment.iter().filter_map(|attachment| attachment.value.name.as_ref());
        parts.extend(names.map(|name| name.value.clone()));
    } else if route.by.as_ref().is_some_and(|by| by.value == LinkBy::Http) {
        parts.push(route.part.as_ref().map_or(LINK_PART, |part| part.value.as_str()).to_owned());
    }
    parts
}

impl Check {
    /// The one way of a route.
    pub(super) fn way(&mut self, route: &Sited<RouteFile>, kinds: &[String]) -> Option<Way> {
        let file = &route.value;
        if let (Some(link), Some(_)) = (&file.link, &file.service) {
            self.add(link.site, "a route has a link or a service, not both", "make two routes of it");
            return None;
        }
        let by = file.by.as_ref().map(|by| by.value).unwrap_or_default();
        for (key, site, is_used) in [
            ("by", file.by.as_ref().map(|by| by.site), file.link.is_some()),
            ("absent", self.at_key(route.site, "absent"), by == LinkBy::Http),
            ("part", self.at_key(route.site, "part"), by == LinkBy::Http),
        ] {
            if let Some(site) = site.filter(|_| !is_used && !self.is_damaged(route.site)) {
                let hint = match (key, &file.link) {
                    ("absent", Some(_)) => "name it in the `wait` of a step, or add `by = \"http\"`",
                    ("part", Some(_)) => "name it in a step `capture = …`, or add `by = \"http\"`",
                    _ => "add `link = …`, or leave it out",
                };
                let what = if key == "by" { "a link" } else { "a link by http" };
                self.add(site, format!("`{key}` is for {what}"), hint);
            }
        }
        match (&file.service, &file.link, by) {
            (Some(service), ..) => {
                self.refuse_steps(file, "a service");
                self.service(service, &Variables::of(kinds)).map(|service| Way::Service(Box::new(service)))
            }
            (None, Some(link), LinkBy::Http) => {
                self.refuse_steps(file, "a link by http");
                self.page(file, link, &Variables::of(kinds)).map(Way::Page)
            }
            (None, Some(link), LinkBy::Browser) => {
                let link = self.template(link, &Variables::of(kinds)).map(Step::Open);
                let steps = self.steps(route, kinds);
                Some(Way::Browser(link.into_iter().chain(steps).collect()))
            }
            (None, None, _) => Some(Way::Browser(self.steps(route, kinds))),
        }
    }

    /// Refuses routes that want to be confirmed where nobody comes after them.
    pub(super) fn refuse_unconfirmed(&mut self, files: &[Sited<RouteFile>], routes: &[Route]) {
        if routes.len() < files.len() {
            return;
        }
        for (index, (file, route)) in files.iter().zip(routes).enumerate() {
            let kinds = self.names_of(&route.kinds);
            let is_confirmed = |later: &Route| kinds.iter().any(|kind| later.kinds.allows(kind));
            if let Some(means) = &file.value.absent_means
                && means.value == Absence::Confirm
                && !routes.iter().skip(index + 1).any(is_confirmed)
                && self.kinds.is_some()
            {
                let hint = "put a route to the same kinds behind it, or write \"believe\"";
                self.add(means.site, "no route comes after this one to confirm it", hint);
            }
        }
    }

    fn refuse_steps(&mut self, file: &RouteFile, what: &str) {
        if let Some(step) = file.step.first() {
            self.add(step.site, format!("{what} has no steps"), "make a route of its own of the steps");
        }
    }

    fn at_key(&self, table: Site, key: &str) -> Option<Site> {
        self.key(table, key).map(|(_, site)| site)
    }

    fn page(
        &mut self,
        file: &RouteFile,
        link: &Sited<String>,
        variables: &Variables<'_>,
    ) -> Option<PageRules> {
        let address = self.template(link, variables);
        let part = match &file.part {
            Some(part) => self.read(part, notation::name),
            None => Some(LINK_PART.to_owned()),
        };
        let absent = file.absent.as_ref().map(|absent| self.alternatives(absent, still_selector));
        Some(PageRules {
            address: address?,
            part: part?,
            absent: match absent {
                None => None,
                Some(absent) => Some(absent?),
            },
        })
    }

    fn service(&mut self, service: &Sited<ServiceFile>, variables: &Variables<'_>) -> Option<ServiceRules> {
        let file = &service.value;
        let address = self.need(file.address.as_ref(), service.site, "address");
        let address = address.and_then(|address| self.paged_template(address, variables));
        let method = file.method.as_ref().map(|method| method.value).unwrap_or_default();
        if let Some(body) = &file.body {
            if method == Method::Get {
                self.add(body.site, "a GET has no body", "add `method = \"POST\"`");
            }
            self.check_body(&body.value, body.site, variables);
        }
        let headers = file.headers.0.iter().filter_map(|entry| self.header(entry, variables)).collect();
        let mut pointer = |written: &Option<Sited<String>>| {
            written.as_ref().and_then(|written| self.read(written, notation::pointer))
        };
        let (items, id, pages) = (pointer(&file.items), pointer(&file.id), pointer(&file.pages));
        self.paging(service);
        let pages_max = self.at_least_one(file.pages_max.as_ref(), PAGES_MAX);
        let absent = file.absent.as_ref().map(|absent| absent.0.as_slice()).unwrap_or_default();
        let absent =
            absent.iter().filter_map(|status| self.keep(status.site, absent_status(status.value))).collect();
        let absent_where = file
            .absent_where
            .0
            .iter()
            .filter_map(|(place, says)| Some((self.read(place, notation::pointer)?, says.value.clone())));
        let absent_where = absent_where.collect();
        Some(ServiceRules {
            method,
            address: address?,
            body: file.body.as_ref().map(|body| BodyTemplate(body.value.clone())),
            headers,
            items,
            id,
            pages: pages.map(|pages| (pages, pages_max)),
            pages_from: file.pages_from.as_ref().map_or(0, |pages_from| pages_from.value),
            absent,
            absent_where,
            attachments: self.attachments(&file.attachment, variables),
        })
    }

    /// What belongs to pages stands together: how many there are, which is asked for, and what tells the document on them.
    fn paging(&mut self, service: &Sited<ServiceFile>) {
        let file = &service.value;
        let hint_at_pages = "add `pages = …`, where the answer says how many there are";
        let Some(pages) = &file.pages else {
            if self.is_lost(service.site, "pages") {
                return;
            }
            for (key, site) in [
                ("pages_from", file.pages_from.as_ref().map(|pages_from| pages_from.site)),
                ("pages_max", file.pages_max.as_ref().map(|pages_max| pages_max.site)),
            ] {
                if let Some(site) = site {
                    self.add(site, format!("`{key}` without `pages` has no meaning"), hint_at_pages);
                }
            }
            if let Some(site) = page_variable(file) {
                let hint = format!("{hint_at_pages}, or write the number of the one page in its place");
                self.add(site, "`{page}` without `pages` is the first page alone", hint);
            }
            return;
        };
        if file.id.is_none() && !self.is_lost(service.site, "id") {
            let hint = "add `id = …`, which tells the document that is looked for";
            self.add(pages.site, "`pages` without `id` has no meaning", hint);
        }
        if page_variable(file).is_none() && !self.is_damaged(service.site) {
            let hint = "write `{page}` where a request names the page, as in `?page={page}`";
            self.add(pages.site, "`pages` without `{page}` asks for the same page again and again", hint);
        }
    }

    fn attachments(&mut self, files: &[Sited<AttachmentFile>], variables: &Variables<'_>) -> Vec<Attachment> {
        let mut names = BTreeSet::from([SERVICE_PART.to_owned()]);
        let mut attachments = Vec::new();
        for attachment in files {
            let file = &attachment.value;
            let name = self.need(file.name.as_ref(), attachment.site, "name");
            if let Some(name) = name
                && !names.insert(name.value.clone())
            {
                let message = format!("this route captures a part `{}` already", name.value);
                self.add(name.site, message, "give each part a name of its own");
            }
            let name = name.and_then(|name| self.read(name, notation::name));
            let address = self.need(file.address.as_ref(), attachment.site, "address");
            let address = address.and_then(|address| self.template(address, variables));
            let media_type = self.need(file.media_type.as_ref(), attachment.site, "media_type");
            let media_type = media_type.and_then(|media_type| self.read(media_type, notation::media_type));
            let bytes_max = self.bytes_max(file.bytes_max.as_ref(), ATTACHMENT_BYTES_MAX);
            if let (Some(name), Some(address), Some(media_type)) = (name, address, media_type) {
                attachments.push(Attachment {
                    name,
                    address,
                    media_type,
                    magic: file.magic.clone().unwrap_or_default(),
                    required: file.required.unwrap_or(false),
                    bytes_max,
                });
            }
        }
        attachments
    }

    fn header(
        &mut self,
        (name, text): &(Sited<String>, Sited<String>),
        variables: &Variables<'_>,
    ) -> Option<(String, Template)> {
        let name = self.keep(name.site, header_name(&name.value));
        let is_fit = self.keep(text.site, header_text(&text.value));
        let text = self.paged_template(text, variables);
        is_fit.and(Some((name?, text?)))
    }

    /// A template that also knows the number of the page.
    fn paged_template(&mut self, written: &Sited<String>, variables: &Variables<'_>) -> Option<Template> {
        let (template, mut used) = self.read(written, notation::template)?;
        used.retain(|variable| variable != PAGE_VARIABLE);
        self.refuse_unknown_variables(written, &used, variables);
        Some(template)
    }

    fn check_body(&mut self, body: &Value, site: Site, variables: &Variables<'_>) {
        match body {
            Value::String(text) => {
                self.paged_template(&Sited { site, value: text.clone() }, variables);
            }
            Value::Array(elements) => {
                for element in elements {
                    self.check_body(element, site, variables);
                }
            }
            Value::Object(members) => {
                for member in members.values() {
                    self.check_body(member, site, variables);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Where a service's request first names the number of the page.
fn page_variable(file: &ServiceFile) -> Option<Site> {
    let names_page = |text: &str| Template(text.to_owned()).names().any(|name| name == PAGE_VARIABLE);
    let in_texts = file.address.iter().chain(file.headers.0.iter().map(|(_, text)| text));
    let in_text = in_texts.filter(|text| names_page(&text.value)).map(|text| text.site).next();
    in_text.or_else(|| {
        let body = file.body.as_ref()?;
        let mut values = vec![&body.value];
        while let Some(value) = values.pop() {
            match value {
                Value::String(text) if names_page(text) => return Some(body.site),
                Value::Array(elements) => values.extend(elements),
                Value::Object(members) => values.extend(members.values()),
                _ => {}
            }
        }
        None
    })
}

/// A selector for a page that no browser shows.
fn still_selector(text: &str) -> Result<Selector, Mistake> {
    match notation::selector(text)? {
        needs_browser @ (Selector::Xpath(_) | Selector::Inside(..)) => Err(Mistake::new(
            format!("`{needs_browser}` needs a browser"),
            "use `css:`, `text:`, `label:` or `title:` for a page that is asked for by http",
        )),
        selector => Ok(selector),
    }
}

fn absent_status(status: u32) -> Result<u16, Mistake> {
    let status = u16::try_from(status).ok();
    let can_say_so = |status: &u16| matches!(status, 204 | 400 | 402 | 404..=428 | 430..=499);
    status.filter(can_say_so).ok_or_else(|| {
        Mistake::new(
            "this status cannot say that there is no such document",
            "write one such as 404, 410 or 204; 401, 403, 429 and those from 500 have meanings of their own",
        )
    })
}

fn header_name(name: &str) -> Result<String, Mistake> {
    let read = http::HeaderName::try_from(name)
        .map_err(|_| Mistake::new(format!("`{name}` is no name of a header"), "write it as in `Accept`"))?;
    if OWN_HEADERS.contains(&read.as_str()) {
        return Err(Mistake::new(format!("`{name}` is set by every request itself"), "leave it out"));
    }
    Ok(read.as_str().to_owned())
}

fn header_text(text: &str) -> Result<(), Mistake> {
    http::HeaderValue::from_bytes(text.as_bytes()).map(drop).map_err(|_| {
        Mistake::new(
            "this text cannot be sent in a header",
            "leave line breaks and other control characters out of it",
        )
    })
}
