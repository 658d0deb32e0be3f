//! A source as the letters that it writes, whichever way: as they are, as references of HTML, in an address, in a script.

use std::borrow::Cow;
use std::collections::HashMap;

use scraper::Html;

/// One letter of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The letter.
    pub(super) letter: char,
    /// Where it begins in the source, in bytes.
    start: usize,
    /// Where it ends.
    end: usize,
    form: Form,
}

/// How a letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As it is.
    Itself,
    /// `&#945;`, or a name.
    Decimal,
    /// `&#x3b1;`.
    Hexadecimal,
    /// `%CE%B1`.
    Percent,
    /// `\u03b1`, or `\xe1`.
    Escape,
}

impl Written {
    /// The piece of the source that writes it.
    pub(super) fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    /// Another letter, written in the same way.
    pub(super) fn like(self, letter: char) -> String {
        match self.form {
            Form::Itself => letter.to_string(),
            Form::Decimal => format!("&#{};", u32::from(letter)),
            Form::Hexadecimal => format!("&#x{:x};", u32::from(letter)),
            Form::Percent => {
                letter.to_string().bytes().map(percent_encoding::percent_encode_byte).collect::<String>()
            }
            Form::Escape => format!("\\u{:04x}", u32::from(letter)),
        }
    }

    /// Whether it stands in the source as this sign.
    pub(super) fn is(self, sign: char) -> bool {
        self.form == Form::Itself && self.letter == sign
    }
}

/// Every letter of a source, in order.
pub(super) fn letters(source: &str) -> Vec<Written> {
    let mut found = Vec::with_capacity(source.len());
    let mut names = HashMap::new();
    let mut start = 0;
    while let Some(rest) = source.get(start..)
        && let Some(letter) = rest.chars().next()
    {
        let (letter, length, form) = match letter {
            '&' => reference(rest, &mut names),
            '%' => percent(rest),
            '\\' => escape(rest),
            _ => None,
        }
        .unwrap_or((letter, letter.len_utf8(), Form::Itself));
        found.push(Written { letter, start, end: start + length, form });
        start += length;
    }
    found
}

type Found = (char, usize, Form);

fn reference<'s>(rest: &'s str, names: &mut HashMap<&'s str, Option<char>>) -> Option<Found> {
    let inside = rest.strip_prefix('&')?;
    let Some(number) = inside.strip_prefix('#') else {
        let name = inside.split(|letter: char| !letter.is_ascii_alphanumeric()).next()?;
        let is_whole = !name.is_empty() && inside.get(name.len()..).is_some_and(|rest| rest.starts_with(';'));
        let letter = is_whole.then(|| *names.entry(name).or_insert_with(|| letter_named(name)));
        return letter.flatten().map(|letter| (letter, name.len() + 2, Form::Decimal));
    };
    let (radix, digits, before, form) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits, 3, Form::Hexadecimal),
        None => (10, number, 2, Form::Decimal),
    };
    let digits = digits.split(|letter: char| !letter.is_digit(radix)).next()?;
    let letter = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)?;
    let end = before + digits.len();
    let semicolon = usize::from(rest.get(end..).is_some_and(|rest| rest.starts_with(';')));
    Some((letter, end + semicolon, form))
}

/// The letter that HTML knows by this name.
fn letter_named(name: &str) -> Option<char> {
    let text: String = Html::parse_fragment(&format!("&{name};")).root_element().text().collect();
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// A letter in UTF-8 whose every byte is written by its number.
fn percent(rest: &str) -> Option<Found> {
    let mut bytes = Vec::new();
    loop {
        let at = bytes.len() * 3;
        let code = rest.get(at..at + 3)?.strip_prefix('%')?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            return Some((text.chars().next()?, bytes.len() * 3, Form::Percent));
        }
        if bytes.len() == 4 {
            return None;
        }
    }
}

fn escape(rest: &str) -> Option<Found> {
    let (before, digits) = match rest.get(..2)? {
        "\\u" => (2, 4),
        "\\x" => (2, 2),
        _ => return None,
    };
    let code =
        rest.get(before..before + digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let letter = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
    Some((letter, before + digits, Form::Escape))
}

/// Everything that a page of HTML says anywhere, its references resolved: texts, attributes, comments, scripts. Texts stand
/// once with nothing between them and once with a blank, as a name may be broken by tags.
pub(super) fn said(source: &str) -> Vec<Cow<'_, str>> {
    use scraper::Node;
    let html = Html::parse_document(source);
    let mut said = vec![Cow::Borrowed(source)];
    let (mut together, mut apart) = (String::new(), String::new());
    for node in html.tree.root().descendants() {
        match node.value() {
            Node::Text(text) => {
                together.push_str(text);
                apart.push_str(text);
                apart.push(' ');
            }
            Node::Comment(comment) => said.push(Cow::Owned(comment.to_string())),
            Node::Element(element) => {
                said.extend(element.attrs().map(|(_, value)| Cow::Owned(value.to_owned())));
            }
            _ => {}
        }
    }
    said.extend([Cow::Owned(together), Cow::Owned(apart)]);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_read_and_written_again_in_every_form() {
        for (source, expected, again) in [
            ("α", 'α', "β"),
            ("&#945;", 'α', "&#946;"),
            ("&#945", 'α', "&#946;"),
            ("&#x3B1;", 'α', "&#x3b2;"),
            ("&alpha;", 'α', "&#946;"),
            ("&amp;", '&', "&#946;"),
            ("%CE%B1", 'α', "%CE%B2"),
            ("%ce%b1", 'α', "%CE%B2"),
            ("\\u03b1", 'α', "\\u03b2"),
        ] {
            let found = letters(source);
            assert_eq!(found.len(), 1, "{source}");
            assert_eq!((found[0].letter, found[0].end), (expected, source.len()), "{source}");
            assert_eq!(found[0].like('β'), again, "{source}");
        }
    }

    #[test]
    fn what_only_resembles_a_form_stays_as_it_is() {
        for source in [
            "& b",
            "&nosuchname;",
            "&amp",
            "50% of",
            "%CE%",
            "%GG",
            "C:\\users",
            "\\u12",
            "&#;",
            "&#xZ",
            "&#99999999;",
        ] {
            let read: String = letters(source).iter().map(|written| written.letter).collect();
            assert_eq!(read, source);
        }
    }

    #[test]
    fn a_page_says_what_stands_in_it_anywhere() {
        let said = said("<p title='&Alpha;&Nu;'>a<b>b</b> c<!-- hidden --><script>d</script>");
        for expected in ["ΑΝ", " hidden ", "ab cd", "a b  c d "] {
            assert!(said.iter().any(|text| text == expected), "{expected:?}: {said:?}");
        }
    }
}
