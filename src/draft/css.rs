//! Takes the CSS and `XPath` paths of recordings apart, as far as recorders write them, to clean and shorten them.

use super::generated::{is_generated, row_number};

/// Longer paths are taken for damage.
const PATH_BYTES_MAX: usize = 2_000;

/// A path from one element to another inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CssPath(pub(super) Vec<Compound>);

/// What is said of one element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Compound {
    /// How it follows the one before: anywhere inside, or as its child.
    pub(super) is_child: bool,
    pub(super) tag: String,
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    /// Names and values; no value where the attribute's presence is all.
    pub(super) attributes: Vec<(String, Option<String>)>,
    /// Its place among its siblings.
    pub(super) position: Option<String>,
}

impl CssPath {
    /// Reads a CSS path; `None` for what recorders do not write.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > PATH_BYTES_MAX {
            return None;
        }
        let mut reader = Reader { rest: text.trim() };
        let mut compounds = vec![reader.compound(Combinator::Inside)?];
        while let Some(combinator) = reader.combinator()? {
            compounds.push(reader.compound(combinator)?);
        }
        Self(compounds).fit()
    }

    /// Reads an `XPath` of tags, positions and attributes: `//*[@id="a"]/div[2]/a`.
    pub(super) fn of_xpath(text: &str) -> Option<Self> {
        if text.len() > PATH_BYTES_MAX || text.contains("::") || text.contains('|') {
            return None;
        }
        let mut rest = text.trim();
        let mut compounds = Vec::new();
        while !rest.is_empty() {
            let (is_child, after) = match rest.strip_prefix("//") {
                Some(after) => (false, after),
                None => (true, rest.strip_prefix('/')?),
            };
            let (compound, after) = xpath_step(after)?;
            compounds.push(Compound { is_child: is_child && !compounds.is_empty(), ..compound });
            rest = after;
        }
        Self(compounds).fit()
    }

    /// The path, unless there is something in it that no element or attribute is called.
    fn fit(self) -> Option<Self> {
        let is_fit = |compound: &Compound| {
            let names = compound.attributes.iter().map(|(name, _)| name);
            (compound.tag.is_empty() || is_name(&compound.tag)) && names.into_iter().all(|name| is_name(name))
        };
        (!self.0.is_empty() && self.0.iter().all(is_fit)).then_some(self)
    }

    /// The path without what programs made up, and whether something had to go.
    pub(super) fn cleaned(&self) -> (Self, bool) {
        let compounds: Vec<_> = self.0.iter().map(Compound::cleaned).collect();
        let lost = compounds != self.0;
        (Self(compounds), lost)
    }

    /// How many elements on it are told by their place among siblings.
    pub(super) fn positions(&self) -> usize {
        self.0.iter().filter(|compound| compound.position.is_some()).count()
    }

    /// The path from the last element that has an id: what stands before it adds nothing.
    pub(super) fn since_last_id(&self) -> Self {
        let at = self.0.iter().rposition(|compound| compound.id.is_some()).unwrap_or(0);
        Self(self.0.get(at..).unwrap_or_default().to_vec())
    }

    pub(super) fn last(&self) -> Option<&Compound> {
        self.0.last()
    }

    /// Whether it begins where there is but one: at an id, or at the page's root.
    pub(super) fn is_of_one(&self) -> bool {
        self.0.first().is_some_and(|first| first.tag == "html") || self.0.iter().any(|step| step.id.is_some())
    }

    /// The path to those alone that have these attributes; `None` where they cannot be told by them tomorrow.
    pub(super) fn narrowed(&self, having: &[(String, String)]) -> Option<Self> {
        let mut narrowed = self.clone();
        let last = narrowed.0.last_mut()?;
        for (name, value) in having {
            if !is_name(name) || is_generated(value) {
                return None;
            }
            last.attributes.push((name.clone(), Some(value.clone())));
        }
        Some(narrowed)
    }

    /// The path to those that are rendered as well, where it leads to hidden ones alone.
    pub(super) fn without_hidden(&self) -> Option<Self> {
        let mut path = self.clone();
        let last = path.0.last_mut()?;
        last.attributes.retain(|(name, _)| name != "hidden");
        let is_told = !last.tag.is_empty() || !last.is_bare();
        (is_told && path != *self).then_some(path)
    }

    /// As it is written in CSS.
    pub(super) fn written(&self) -> String {
        let mut text = String::new();
        for (index, compound) in self.0.iter().enumerate() {
            if index > 0 {
                text.push_str(if compound.is_child { " > " } else { " " });
            }
            text.push_str(&compound.written());
        }
        text
    }
}

impl Compound {
    /// Whether something on it is an id, or an attribute that a person named.
    pub(super) fn is_named(&self) -> bool {
        const NAMING: [&str; 7] = ["name", "aria-label", "placeholder", "value", "title", "role", "type"];
        let names = |attribute: &str| {
            NAMING.contains(&attribute) || attribute.starts_with("data-") || attribute == "for"
        };
        self.id.is_some() || self.attributes.iter().any(|(name, _)| names(name))
    }

    /// Whether nothing but its tag is left of it.
    pub(super) fn is_bare(&self) -> bool {
        self.id.is_none() && self.classes.is_empty() && self.attributes.is_empty()
    }

    /// Whether its id holds the number of a row.
    pub(super) fn has_row_number(&self) -> bool {
        self.id.as_deref().is_some_and(row_number)
    }

    /// Whether it repeats: a row of a table, an entry of a list.
    pub(super) fn is_row(&self) -> bool {
        const WORDS: [&str; 7] = ["row", "item", "result", "hit", "entry", "card", "record"];
        let is_row_class = |class: &String| {
            let class = class.to_lowercase();
            class.split(['-', '_']).any(|word| WORDS.contains(&word))
        };
        let role =
            self.attributes.iter().find(|(name, _)| name == "role").and_then(|(_, value)| value.as_deref());
        matches!(self.tag.as_str(), "tr" | "li" | "article")
            || matches!(role, Some("row" | "listitem" | "option"))
            || (self.position.is_some() && self.classes.iter().any(is_row_class))
    }

    /// Whether nothing but its tag is left once what programs made up is taken away.
    pub(super) fn cleaned_away(&self) -> bool {
        let cleaned = self.cleaned();
        cleaned != *self && cleaned.is_bare()
    }

    fn cleaned(&self) -> Self {
        let is_kept = |(_, value): &&(String, Option<String>)| !value.as_deref().is_some_and(is_generated);
        Self {
            is_child: self.is_child,
            tag: self.tag.clone(),
            id: self.id.clone().filter(|id| !is_generated(id)),
            classes: self.classes.iter().filter(|class| !is_generated(class)).cloned().collect(),
            attributes: self.attributes.iter().filter(is_kept).cloned().collect(),
            position: self.position.clone(),
        }
    }

    /// Whether nothing on it was made up by a program.
    pub(super) fn is_lasting(&self) -> bool {
        self.cleaned() == *self
    }

    /// As it is written in CSS.
    pub(super) fn written(&self) -> String {
        let id = self
            .id
            .iter()
            .map(|id| if is_name(id) { format!("#{id}") } else { format!("[id={}]", quoted(id)) });
        let classes = self.classes.iter().map(|class| {
            if is_name(class) { format!(".{class}") } else { format!("[class~={}]", quoted(class)) }
        });
        let attributes = self.attributes.iter().map(|(name, value)| {
            let value = value.as_ref().map(|value| format!("={}", quoted(value))).unwrap_or_default();
            format!("[{name}{value}]")
        });
        let marks: String = id.chain(classes).chain(attributes).chain(self.position.clone()).collect();
        if self.tag.is_empty() && marks.is_empty() { "*".to_owned() } else { format!("{}{marks}", self.tag) }
    }
}

/// A value as a CSS string.
pub(super) fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            letter if letter.is_control() => written.extend(format!("\\{:x} ", u32::from(letter)).chars()),
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}

fn is_name(text: &str) -> bool {
    let is_inner = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && text.chars().all(is_inner)
}

#[derive(Clone, Copy)]
enum Combinator {
    Inside,
    Child,
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    /// What stands between two compounds; the inner `None` at the end.
    #[expect(clippy::option_option, reason = "what cannot be read and what has ended are two things")]
    fn combinator(&mut self) -> Option<Option<Combinator>> {
        let trimmed = self.rest.trim_start();
        if trimmed.is_empty() {
            return Some(None);
        }
        if let Some(after) = trimmed.strip_prefix('>') {
            // A path into shadow roots is not one path.
            if after.starts_with('>') {
                return None;
            }
            self.rest = after.trim_start();
            return Some(Some(Combinator::Child));
        }
        if trimmed.len() == self.rest.len() || trimmed.starts_with(['+', '~', ',']) {
            return None;
        }
        self.rest = trimmed;
        Some(Some(Combinator::Inside))
    }

    fn compound(&mut self, combinator: Combinator) -> Option<Compound> {
        let mut compound =
            Compound { is_child: matches!(combinator, Combinator::Child), ..Compound::default() };
        let before = self.rest.len();
        if let Some(rest) = self.rest.strip_prefix('*') {
            self.rest = rest;
        } else if self
            .rest
            .starts_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == '\\')
        {
            compound.tag = self.name()?;
        }
        loop {
            let mut letters = self.rest.chars();
            match letters.next() {
                Some('#') => {
                    self.rest = letters.as_str();
                    compound.id = Some(self.name()?);
                }
                Some('.') => {
                    self.rest = letters.as_str();
                    compound.classes.push(self.name()?);
                }
                Some('[') => {
                    self.rest = letters.as_str();
                    self.attribute(&mut compound)?;
                }
                Some(':') => compound.position = Some(self.position()?),
                _ => break,
            }
        }
        (self.rest.len() < before).then_some(compound)
    }

    /// A name with its escapes undone.
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        let mut letters = self.rest.chars();
        loop {
            let here = letters.as_str();
            match letters.next() {
                Some('\\') => {
                    let hex: String = letters.clone().take(6).take_while(char::is_ascii_hexdigit).collect();
                    if hex.is_empty() {
                        name.push(letters.next()?);
                        continue;
                    }
                    name.push(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32)?);
                    let after = letters.as_str().get(hex.len()..)?;
                    letters = after.strip_prefix(' ').unwrap_or(after).chars();
                }
                Some(letter) if letter.is_alphanumeric() || "-_".contains(letter) => name.push(letter),
                _ => {
                    self.rest = here;
                    return (!name.is_empty()).then_some(name);
                }
            }
        }
    }

    fn attribute(&mut self, compound: &mut Compound) -> Option<()> {
        let name = self.name()?;
        if let Some(rest) = self.rest.strip_prefix(']') {
            self.rest = rest;
            compound.attributes.push((name, None));
            return Some(());
        }
        self.rest = self.rest.strip_prefix('=')?;
        let value = match self.rest.chars().next()? {
            mark @ ('"' | '\'') => {
                self.rest = self.rest.get(1..)?;
                self.string(mark)?
            }
            _ => self.name()?,
        };
        self.rest = self.rest.strip_prefix(']')?;
        if name == "id" {
            compound.id = Some(value);
        } else {
            compound.attributes.push((name, Some(value)));
        }
        Some(())
    }

    fn string(&mut self, mark: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest.chars();
        loop {
            match letters.next()? {
                '\\' => text.push(letters.next()?),
                letter if letter == mark => {
                    self.rest = letters.as_str();
                    return Some(text);
                }
                letter => text.push(letter),
            }
        }
    }

    fn position(&mut self) -> Option<String> {
        let end = self.rest.find(')')? + 1;
        let (written, rest) = self.rest.split_at_checked(end)?;
        let number = [":nth-of-type(", ":nth-child("].iter().find_map(|known| written.strip_prefix(known))?;
        number.trim_end_matches(')').trim().parse::<u32>().ok()?;
        self.rest = rest;
        Some(written.to_owned())
    }
}

/// One step of an `XPath`, and what follows it.
fn xpath_step(text: &str) -> Option<(Compound, &str)> {
    let end = text.find(['/', '[']).unwrap_or(text.len());
    let (tag, mut rest) = text.split_at_checked(end)?;
    let is_tag = tag == "*"
        || (!tag.is_empty() && tag.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-'));
    if !is_tag {
        return None;
    }
    let mut compound = Compound { tag: tag.replace('*', ""), ..Compound::default() };
    while let Some(inside) = rest.strip_prefix('[') {
        if let Some(attribute) = inside.strip_prefix('@') {
            let (name, after) = attribute.split_once('=')?;
            let mark = after.chars().next().filter(|mark| ['"', '\''].contains(mark))?;
            let (value, after) = after.get(1..)?.split_once(mark)?;
            rest = after.strip_prefix(']')?;
            if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
                return None;
            }
            match name {
                "id" => compound.id = Some(value.to_owned()),
                _ => compound.attributes.push((name.to_owned(), Some(value.to_owned()))),
            }
        } else {
            let (number, after) = inside.split_once(']')?;
            let number: u32 = number.parse().ok()?;
            let sort = if compound.tag.is_empty() { "nth-child" } else { "nth-of-type" };
            compound.position = Some(format!(":{sort}({number})"));
            rest = after;
        }
    }
    Some((compound, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_read_cleaned_and_written_again() {
        for (path, cleaned, lost) in [
            ("#q", "#q", false),
            (r"#pageForm\:j_id247", "*", true),
            (r"#searchForm\:number", "[id=\"searchForm:number\"]", false),
            ("[data-testid='go now']", "[data-testid=\"go now\"]", false),
            ("[name=q]", "[name=\"q\"]", false),
            ("div.css-1q2w3e4.box > a", "div.box > a", true),
            ("tr:nth-of-type(2) > td:nth-child(1) a", "tr:nth-of-type(2) > td:nth-child(1) a", false),
            (r"#\31 2", "[id=\"12\"]", false),
            ("[id='a\\:b']", "[id=\"a:b\"]", false),
        ] {
            let (found, has_lost) = CssPath::read(path).unwrap().cleaned();
            assert_eq!((found.written().as_str(), has_lost), (cleaned, lost), "{path}");
        }
        for path in [
            "",
            "a, b",
            "a + b",
            "a::before",
            "a >>> b",
            "a:hover",
            "[a",
            "[a='b",
            "a >",
            "\\",
            "(",
            "a:nth-of-type(x)",
        ] {
            assert_eq!(CssPath::read(path), None, "{path}");
        }
    }

    #[test]
    fn xpaths_of_tags_positions_and_attributes_are_css_paths() {
        for (path, css) in [
            ("//*[@id=\"results\"]/tbody/tr[2]/td/a", Some("#results > tbody > tr:nth-of-type(2) > td > a")),
            ("/html/body/div[3]//a", Some("html > body > div:nth-of-type(3) a")),
            ("//*[@data-testid=\"x\"]", Some("[data-testid=\"x\"]")),
            ("//a[text()=\"x\"]", None),
            ("//a/following-sibling::b", None),
            ("a", None),
        ] {
            assert_eq!(CssPath::of_xpath(path).map(|path| path.written()).as_deref(), css, "{path}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_be_written_as_css(path in "[a-z#.>\\[\\]='\"\\\\: *()0-9/@é\u{1}-]{0,24}") {
            for found in [CssPath::read(&path), CssPath::of_xpath(&path)].into_iter().flatten() {
                let written = found.written();
                prop_assert!(scraper::Selector::parse(&written).is_ok(), "{path} became {written}");
            }
        }
    }
}
