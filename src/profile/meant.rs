//! What somebody meant who wrote a selector that cannot be read: the hints at what to write instead.

use super::notation::{ENTERS, PREFIXES};

/// Elements of HTML that selectors name: words of a sentence are none of them, and custom elements have a dash.
const ELEMENTS: [&str; 40] = [
    "a", "article", "aside", "b", "button", "dd", "details", "div", "dl", "dt", "em", "fieldset", "footer",
    "form", "h1", "h2", "h3", "h4", "header", "i", "iframe", "img", "input", "label", "li", "main", "nav",
    "ol", "option", "p", "section", "select", "span", "strong", "summary", "table", "tbody", "td", "tr",
    "ul",
];

/// How to begin a selector that has no prefix.
pub(super) fn with_prefix(text: &str) -> String {
    let (first, others) = if is_sentence(text) {
        ("text", "`css:`, `label:`, `title:`, `xpath:`")
    } else {
        ("css", "`text:`, `label:`, `title:`, `xpath:`")
    };
    format!("write `{first}:{text}`, or another prefix: {others}")
}

/// What is wrong with a CSS selector that does not parse.
pub(super) fn of_css(text: &str) -> String {
    if let Some((host, inner)) = entered_by_one_mark(text) {
        return format!("did you mean `{ENTERS}`? `{host} {ENTERS} {inner}` enters what `{host}` holds");
    }
    if let Some(mark) = ["==", "!="].into_iter().find(|mark| text.contains(mark)) {
        let meant = text.replace("==", "=").replace("!=", "=");
        return match mark {
            "==" => format!("an attribute is compared by one `=`: `{meant}`"),
            _ => format!("CSS has no `!=`: write `:not([name=value])`, not `{text}`"),
        };
    }
    if let Some((id, rest)) = id_with_colon(text) {
        return format!("an id with a colon is written `[id=\"{id}:{rest}\"]`");
    }
    for (opening, closing) in [('[', ']'), ('(', ')')] {
        if text.matches(opening).count() != text.matches(closing).count() {
            return format!(
                "each `{opening}` is closed by a `{closing}`, as in `input[name=q]` or `li:not(.old)`"
            );
        }
    }
    "write it as in a style sheet, as in `#results tr.hit` or `button[type=submit]`".to_owned()
}

/// Whether a text is made of words that are no elements, with no sign of CSS.
fn is_sentence(text: &str) -> bool {
    let is_element = |word: &str| word.contains('-') || ELEMENTS.contains(&word);
    let words: Vec<&str> = text.split_whitespace().collect();
    // A dot ends a sentence; before a letter it is a class.
    let has_class = words.iter().any(|word| {
        word.match_indices('.')
            .any(|(at, _)| word.get(at + 1..).is_some_and(|rest| rest.starts_with(char::is_alphabetic)))
    });
    words.len() > 1
        && !has_class
        && !text.contains(['#', '[', '>', '*', '+', '~', '='])
        && !words.iter().all(|word| is_element(word))
}

/// What stands on both sides of a `>` behind which a prefix stands, as only behind `>>>` it can.
fn entered_by_one_mark(text: &str) -> Option<(&str, &str)> {
    let (host, inner) = text.rsplit_once('>')?;
    let (host, inner) = (host.trim_end_matches('>').trim(), inner.trim());
    let (prefix, _) = inner.split_once(':')?;
    (PREFIXES.contains(&prefix) && !host.is_empty()).then_some((host, inner))
}

/// The two halves of an id with a colon in it, as `#form:number` is meant.
fn id_with_colon(text: &str) -> Option<(&str, &str)> {
    let is_name = |letter: char| letter.is_alphanumeric() || "-_:".contains(letter);
    text.split('#').skip(1).find_map(|behind| {
        let end = behind.find(|letter: char| !is_name(letter)).unwrap_or(behind.len());
        behind.get(..end)?.split_once(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_a_text_and_what_names_elements_is_css() {
        for (text, prefix) in [
            ("No entries match your search", "text"),
            ("Session expired.", "text"),
            ("Keine Treffer", "text"),
            ("table tr", "css"),
            ("nm-head h1", "css"),
            ("table.hits tr", "css"),
            ("ul > li", "css"),
            ("Search", "css"),
        ] {
            assert!(with_prefix(text).starts_with(&format!("write `{prefix}:{text}`")), "{text}");
        }
    }

    #[test]
    fn a_mistake_in_css_gets_a_hint_of_its_own() {
        for (text, hint) in [
            ("button[type==submit]", "an attribute is compared by one `=`: `button[type=submit]`"),
            ("a > label:X", "did you mean `>>>`? `a >>> label:X` enters what `a` holds"),
            ("#form:number", "an id with a colon is written `[id=\"form:number\"]`"),
            ("table #a:b td", "an id with a colon is written `[id=\"a:b\"]`"),
            ("h1[", "each `[` is closed by a `]`, as in `input[name=q]` or `li:not(.old)`"),
            ("a..b", "write it as in a style sheet, as in `#results tr.hit` or `button[type=submit]`"),
        ] {
            assert_eq!(of_css(text), hint, "{text}");
        }
    }
}
