//! Takes the address of a search page apart: the portal it belongs to, what is opened there, and what a name may be.

use url::Url;

use super::DraftError;

/// Parameters that name a visitor's session: another visit has others.
const SESSION_PARAMETERS: [&str; 9] = [
    "jsessionid",
    "phpsessid",
    "aspsessionid",
    "sessionid",
    "session_id",
    "_flowexecutionkey",
    "jfwid",
    "windowid",
    "dswid",
];
const ADDRESS_BYTES_MAX: usize = 8_000;

/// An address of a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchAddress {
    url: Url,
    dropped: Vec<String>,
}

impl SearchAddress {
    /// Reads an address as a person copies it out of a browser; `https://` where it names no scheme.
    ///
    /// # Errors
    /// Where it is no address of the web.
    pub fn read(text: &str) -> Result<Self, DraftError> {
        let text = text.trim();
        let fault = |reason: &str| {
            let shown = text.chars().take(100).collect();
            DraftError::Address { text: shown, reason: reason.to_owned() }
        };
        if text.len() > ADDRESS_BYTES_MAX {
            return Err(fault("it is longer than 8,000 bytes"));
        }
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let mut url = Url::parse(&whole).map_err(|error| fault(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fault("it begins with neither `http://` nor `https://`"));
        }
        if !url.has_host() {
            return Err(fault("it names no host"));
        }
        // Who may come in is nothing for a file that is handed on.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fault("it holds a user's name or password"));
        }
        let dropped = without_session(&mut url);
        Ok(Self { url, dropped })
    }

    /// Where relative addresses of the portal begin.
    #[must_use]
    pub fn base(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// What is opened there, as a template.
    #[must_use]
    pub fn path(&self) -> String {
        let whole = self.url.as_str();
        let path = whole.strip_prefix(self.base().as_str()).unwrap_or(whole);
        // Two slashes at the beginning would name another host.
        let path = if path.starts_with("//") { whole } else { path };
        without_braces(path)
    }

    /// What is opened where relative addresses begin at `base`, as a template.
    #[must_use]
    pub(super) fn path_from(&self, base: &str) -> String {
        if self.base() == base { self.path() } else { without_braces(self.url.as_str()) }
    }

    /// The parameters of a session that were left out.
    #[must_use]
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }

    /// A name for the portal, made of its host.
    #[must_use]
    pub fn name(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        slug(host.strip_prefix("www.").unwrap_or(host))
    }
}

/// A host may hold braces, too: written so, they are read as the same host.
fn without_braces(address: &str) -> String {
    address.replace('{', "%7B").replace('}', "%7D")
}

/// A text as the name of a file: small letters, digits and hyphens.
pub(super) fn slug(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    match words.collect::<Vec<_>>().join("-").to_lowercase() {
        name if name.is_empty() => "portal".to_owned(),
        name => name,
    }
}

fn without_session(url: &mut Url) -> Vec<String> {
    let mut dropped = Vec::new();
    let path = url.path().to_owned();
    if let Some(at) = path.to_ascii_lowercase().find(";jsessionid=") {
        let end = path.get(at..).and_then(|rest| rest.find('/')).map_or(path.len(), |end| at + end);
        let kept = format!("{}{}", path.get(..at).unwrap_or_default(), path.get(end..).unwrap_or_default());
        url.set_path(&kept);
        dropped.push("jsessionid".to_owned());
    }
    let Some(query) = url.query().map(str::to_owned) else { return dropped };
    let is_kept = |pair: &&str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        !is_session(name, value)
    };
    let kept: Vec<_> = query.split('&').filter(is_kept).collect();
    let gone = query.split('&').filter(|pair| !is_kept(pair));
    dropped.extend(gone.map(|pair| pair.split('=').next().unwrap_or_default().to_owned()));
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    dropped
}

fn is_session(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_flow = |value: &str| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit());
        let parts = value.strip_prefix('e').and_then(|rest| rest.split_once('s'));
        parts.is_some_and(|(execution, snapshot)| digits(execution) && digits(snapshot))
    };
    SESSION_PARAMETERS.iter().any(|known| name.starts_with(known)) || (name == "execution" && is_flow(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, base: &str, path: &str, name: &str) {
        let address = SearchAddress::read(text).unwrap();
        assert_eq!((address.base(), address.path(), address.name()), (base.into(), path.into(), name.into()));
    }

    #[test]
    fn an_address_is_a_base_a_path_and_a_name() {
        check(
            "https://www.portal.example/a/b?x=1&y=2#/c",
            "https://www.portal.example",
            "/a/b?x=1&y=2#/c",
            "portal-example",
        );
        check(" portal.example ", "https://portal.example", "/", "portal-example");
        check("http://[::1]:8080/suche", "http://[::1]:8080", "/suche", "1");
        check("https://δοκιμή.example/", "https://xn--jxalpdlp.example", "/", "xn-jxalpdlp-example");
        check("http://h.example/{id}?q={x}", "http://h.example", "/%7Bid%7D?q=%7Bx%7D", "h-example");
        check(
            "http://h.example//other.example/",
            "http://h.example",
            "http://h.example//other.example/",
            "h-example",
        );
    }

    #[test]
    fn a_name_without_letters_and_digits_is_still_one() {
        assert_eq!((slug("-/-"), slug("Ministry of X!")), ("portal".into(), "ministry-of-x".into()));
    }

    #[test]
    fn what_names_a_session_is_left_out() {
        for (text, path, dropped) in [
            ("http://h.example/a.htm?execution=e1s1", "/a.htm", "execution"),
            ("http://h.example/a.htm?execution=plan", "/a.htm?execution=plan", ""),
            ("http://h.example/a;jsessionid=AB12/b?c=1", "/a/b?c=1", "jsessionid"),
            ("http://h.example/?a=1&PHPSESSID=x&b", "/?a=1&b", "PHPSESSID"),
        ] {
            let address = SearchAddress::read(text).unwrap();
            assert_eq!((address.path().as_str(), address.dropped().join(",").as_str()), (path, dropped));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, reason) in [
            ("", "empty host"),
            ("ftp://h.example/", "it begins with neither `http://` nor `https://`"),
            ("http://me@h.example/", "it holds a user's name or password"),
            ("http://:secret@h.example/", "it holds a user's name or password"),
            (&format!("http://h.example/{}", "a".repeat(8_000)), "it is longer than 8,000 bytes"),
            ("http://a b/", "invalid international domain name"),
        ] {
            let error = SearchAddress::read(text).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
