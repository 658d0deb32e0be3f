//! What a page has that a selector without a path does not enter: shadow roots and frames.

use scraper::{ElementRef, Html};

use super::text::is_shadow_root;
use crate::domain::Part;

/// So many of each are named.
const NAMED_MAX: usize = 5;

/// The places on a page in which a selector does not look by itself, as selectors name them; each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The elements of the page itself that hold a shadow root.
    pub hosts: Vec<String>,
    /// Its frames.
    pub frames: Vec<String>,
}

impl Surroundings {
    /// Those of a captured page; none where it is no HTML.
    #[must_use]
    pub fn of(part: &Part) -> Self {
        let mut found = Self::default();
        let html = Html::parse_document(&String::from_utf8_lossy(&part.bytes));
        for element in html.tree.root().descendants().filter_map(ElementRef::wrap) {
            if is_shadow_root(element) {
                let is_inner = element.ancestors().filter_map(ElementRef::wrap).any(is_shadow_root);
                let host = element.parent().and_then(ElementRef::wrap).filter(|_| !is_inner);
                add(&mut found.hosts, host.map(named));
            } else if matches!(element.value().name(), "iframe" | "frame") {
                add(&mut found.frames, Some(named_frame(element)));
            }
        }
        found
    }
}

fn add(names: &mut Vec<String>, name: Option<String>) {
    names.extend(name.filter(|name| names.len() < NAMED_MAX && !names.contains(name)));
}

/// How a selector names an element: custom elements by their own name.
pub(super) fn named(element: ElementRef<'_>) -> String {
    let name = element.value().name();
    let is_plain = |id: &&str| {
        !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    match element.attr("id").filter(is_plain).filter(|_| !name.contains('-')) {
        Some(id) => format!("{name}#{id}"),
        None => name.to_owned(),
    }
}

fn named_frame(frame: ElementRef<'_>) -> String {
    let by_id = named(frame);
    let name = frame.value().name();
    if by_id != name {
        return by_id;
    }
    let attribute = ["name", "src"].into_iter().find_map(|key| Some((key, frame.attr(key)?)));
    attribute.map_or(by_id, |(key, value)| format!("{name}[{key}=\"{value}\"]"))
}
