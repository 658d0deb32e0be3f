//! Who asks: the name under which the portal sees us, and whom it can write to.

/// The name that a robots.txt calls us by.
pub(super) const PRODUCT_TOKEN: &str = env!("CARGO_PKG_NAME");
/// The name and the version.
const PRODUCT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
/// Longer than any address that somebody reads off a log.
const CONTACT_CHARACTERS_MAX: usize = 200;

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    contact: Option<String>,
}

/// Why something is no address that a portal could write to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// It would not be read by anybody.
    #[error("the contact address has {characters} characters, {CONTACT_CHARACTERS_MAX} at most")]
    TooLong {
        /// Counted in the address.
        characters: usize,
    },
    /// It would break the header that it stands in, or its comment.
    #[error("the contact address holds `{}`", character.escape_default())]
    Character {
        /// The first such character.
        character: char,
    },
    /// It is neither an e-mail address nor an address of the web.
    #[error("`{contact}` is neither an e-mail address nor an address of the web")]
    Form {
        /// What was given.
        contact: String,
    },
}

impl Agent {
    /// Says whom the portal can write to: an e-mail address, or an address of the web.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn with_contact(contact: &str) -> Result<Self, ContactError> {
        let characters = contact.chars().count();
        if characters > CONTACT_CHARACTERS_MAX {
            return Err(ContactError::TooLong { characters });
        }
        let breaks = |letter: &char| {
            !letter.is_ascii_graphic() || matches!(letter, '(' | ')' | '\\' | '"' | '<' | '>')
        };
        if let Some(character) = contact.chars().find(breaks) {
            return Err(ContactError::Character { character });
        }
        if is_mail(contact) || is_web(contact) {
            return Ok(Self { contact: Some(contact.to_owned()) });
        }
        Err(ContactError::Form { contact: contact.to_owned() })
    }

    /// Whether the portal is told whom to write to.
    #[must_use]
    pub fn has_contact(&self) -> bool {
        self.contact.is_some()
    }

    /// What stands in the `User-Agent` header, behind a browser's own words or alone.
    pub(super) fn product(&self) -> String {
        match &self.contact {
            Some(contact) => format!("{PRODUCT} (+{contact})"),
            None => PRODUCT.to_owned(),
        }
    }
}

fn is_mail(contact: &str) -> bool {
    let contact = contact.strip_prefix("mailto:").unwrap_or(contact);
    contact.split_once('@').is_some_and(|(name, host)| {
        let is_host = host.split('.').all(|part| !part.is_empty()) && !host.contains(['@', '/', ':']);
        !name.is_empty() && !name.contains(['/', ':']) && is_host
    })
}

fn is_web(contact: &str) -> bool {
    url::Url::parse(contact)
        .is_ok_and(|address| matches!(address.scheme(), "http" | "https") && address.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_stands_behind_the_name() {
        assert_eq!(Agent::default().product(), PRODUCT);
        for contact in
            ["a@b.example", "mailto:a@b.example", "https://b.example/robot?who=us", "root@localhost"]
        {
            let product = Agent::with_contact(contact).unwrap().product();
            assert_eq!(product, format!("{PRODUCT} (+{contact})"));
        }
    }

    #[test]
    fn what_is_no_address_or_breaks_a_header_is_refused() {
        let check = |contact: &str, expected: &str| {
            assert_eq!(Agent::with_contact(contact).unwrap_err().to_string(), expected);
        };
        check("a@b.example\r\nCookie: x", "the contact address holds `\\r`");
        check("a b@c.example", "the contact address holds ` `");
        check("a@b.example) x", "the contact address holds `)`");
        check("ά@b.example", "the contact address holds `\\u{3ac}`");
        let form =
            |contact: &str| format!("`{contact}` is neither an e-mail address nor an address of the web");
        for contact in ["", "me", "@b.example", "a@", "a@b@c", "a@b..c", "ftp://b.example/", "https://"] {
            check(contact, &form(contact));
        }
        let long = format!("{}@b.example", "a".repeat(200));
        check(&long, "the contact address has 210 characters, 200 at most");
    }
}
