//! What steps take from the portal's pages for the steps after them, and the addresses that are made of it.
//!
//! The portal wrote it, so that it is no more trusted than any page: it fills a place in an address and changes nothing
//! around it, least of all where the address leads.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::time::Instant;
use url::Url;

use super::address::placed;
use super::lookup::{Halt, Lookup, Repeat};
use super::page::{Answer, Ask, written};
use super::steps::Matched;
use crate::profile::{Alternatives, TakeRule, Template};

/// So much of a text that does not fit is shown.
const SHOWN_CHARACTERS_MAX: usize = 120;
/// What stands for itself in a path and in a query; a slash does, as an ID or a path may have some.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

impl Lookup<'_> {
    /// Waits until the element says what the pattern fits. The first alternative with a text decides.
    pub(super) async fn take(&mut self, from: &Alternatives, rule: &TakeRule) -> Result<Matched, Halt> {
        let any = written(from);
        let mut seen: Vec<String> = Vec::new();
        loop {
            let read = Ask::Read { any: any.clone(), attribute: rule.attribute.clone(), seen: seen.clone() };
            match self.ask(&read, Repeat::Allowed).await? {
                Answer::Text { text, matched } => {
                    if self.take_out_of(&text, rule) {
                        return Ok(Some(matched));
                    }
                    seen.push(text);
                    // A place that always shows something else would be read for ever.
                    if Instant::now() >= self.ends_at() {
                        break;
                    }
                }
                _ => break,
            }
        }
        match seen.pop() {
            Some(text) => Err(self.does_not_fit(&text, rule)),
            None => Err(self.nothing_matched(&any).into()),
        }
    }

    /// Keeps the pattern's groups as variables; whether it fits. A group that took no part is empty.
    pub(super) fn take_out_of(&mut self, text: &str, rule: &TakeRule) -> bool {
        let Some(found) = rule.pattern.captures(text) else { return false };
        for name in rule.pattern.capture_names().flatten() {
            let value = found.name(name).map(|value| value.as_str()).unwrap_or_default();
            self.taken.insert(name.to_owned(), value.to_owned());
        }
        true
    }

    /// What was to be taken is not in this text.
    pub(super) fn does_not_fit(&self, text: &str, rule: &TakeRule) -> Halt {
        let shown: String = text.chars().take(SHOWN_CHARACTERS_MAX).collect();
        self.layout_changed(&format!("`{}` does not fit `{shown}`", rule.pattern)).into()
    }

    /// A text with its variables filled in.
    pub(super) fn fill_in(&self, text: &Template) -> String {
        let known = &self.target.variables;
        text.fill_with(|name, _| known.get(name).or_else(|| self.taken.get(name)).cloned())
    }
}

/// The address that a template stands for.
///
/// # Errors
/// What is wrong with it: it is no address, or what was taken would lead it elsewhere.
pub(super) fn address(
    base: &Url,
    template: &Template,
    known: &BTreeMap<String, String>,
    taken: &BTreeMap<String, String>,
) -> Result<Url, String> {
    let value = |name: &str, before: &str| match (known.get(name), taken.get(name)) {
        (None, Some(taken)) if before.is_empty() => Some(taken.clone()),
        (None, Some(taken)) => Some(utf8_percent_encode(taken, PLAIN).to_string()),
        (known, _) => known.map(|known| placed(known, before)),
    };
    let filled = template.fill_with(value);
    let address = base.join(&filled).map_err(|_| format!("`{filled}` is not an address"))?;
    if !template.names().any(|name| taken.contains_key(name)) {
        return Ok(address);
    }
    let harmless = template.fill_with(|name, _| known.get(name).cloned().or_else(|| Some("x".to_owned())));
    match base.join(&harmless) {
        Ok(meant) if meant.origin() == address.origin() => Ok(address),
        _ => Err(format!("`{filled}` leads away from the portal")),
    }
}

/// The address, where nothing in it has yet to be taken from a page.
pub(super) fn address_known_beforehand(
    base: &Url,
    template: &Template,
    known: &BTreeMap<String, String>,
) -> Option<Url> {
    let is_known = template.names().all(|name| known.contains_key(name));
    if is_known { address(base, template, known, &BTreeMap::new()).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, taken: &str) -> Result<String, String> {
        let base = Url::parse("http://portal.invalid/search/form").unwrap();
        let variable = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let template = Template(template.into());
        let address = address(&base, &template, &variable("page", "a/b?c=d"), &variable("n", taken));
        address.map(|address| address.to_string())
    }

    #[test]
    fn what_was_taken_fills_its_place_and_no_other() {
        let check = |template, taken, expected: &str| {
            assert_eq!(filled(template, taken).as_deref(), Ok(expected), "{template} {taken}");
        };
        check("/detail?n={n}", "17", "http://portal.invalid/detail?n=17");
        check("/detail?n={n}", "1&admin=1#x", "http://portal.invalid/detail?n=1%26admin%3D1%23x");
        check("/detail?n={n}", "50 % + {page}", "http://portal.invalid/detail?n=50%20%25%20%2B%20%7Bpage%7D");
        check("/detail/{n}", "2024/17?x", "http://portal.invalid/detail/2024/17%3Fx");
        check("/{page}&n={n}", "Ω", "http://portal.invalid/a/b?c=d&n=%CE%A9");
        check("{n}", "/detail?n=1&x=2", "http://portal.invalid/detail?n=1&x=2");
        check("{n}", "detail", "http://portal.invalid/search/detail");
        check("/q?p={page}&n={n}", "7", "http://portal.invalid/q?p=a/b?c=d&n=7");
        check("http://other.invalid/{n}", "17", "http://other.invalid/17");
    }

    #[test]
    fn what_was_taken_leads_to_no_other_place() {
        for (template, taken) in [
            ("{n}", "//evil.invalid/"),
            ("{n}", "http://evil.invalid/"),
            ("{n}", "https://portal.invalid/"),
            ("{n}", "http://portal.invalid:81/"),
            ("{n}", "file:///etc/passwd"),
            ("{n}", "javascript:alert(1)"),
            ("{n}", "\\\\evil.invalid/"),
            ("/{n}", "/evil.invalid/"),
            ("http://{n}/", "evil.invalid"),
        ] {
            let outcome = filled(template, taken);
            assert!(outcome.is_err(), "{template} {taken}: {outcome:?}");
        }
    }

    #[test]
    fn only_an_address_without_anything_taken_is_known_beforehand() {
        let base = Url::parse("http://portal.invalid/").unwrap();
        let known = BTreeMap::from([("id".to_owned(), "A-1".to_owned())]);
        let check = |template: &str, expected: Option<&str>| {
            let address = address_known_beforehand(&base, &Template(template.into()), &known);
            assert_eq!(address.as_ref().map(Url::as_str), expected, "{template}");
        };
        check("/search?n={id}", Some("http://portal.invalid/search?n=A-1"));
        check("/search?n={id}&row={row}", None);
    }
}
