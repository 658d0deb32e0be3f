//! The text of a page as a person sees it, and where in it each node of the page stands.
//!
//! White space is folded as HTML folds it, with three marks kept: `\n` for a newline of the source or a line that ends
//! (ends of lines are listed apart, since a sentence runs on over a newline of the source), and [`FENCE`] where a cell,
//! an item of a list or a control ends: nothing is read across it.

use std::collections::HashMap;
use std::ops::Range;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef, Tree};
use scraper::{ElementRef, Node};

/// Stands between cells, items and controls. No ID and no sentence goes on behind it.
pub(super) const FENCE: char = '\u{1f}';

/// Whether a character is white space or one of our own marks.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == FENCE
}

/// The text with every run of white space as one blank, and none at its ends.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// A page's visible text.
#[derive(Debug, Default)]
pub(super) struct VisibleText {
    text: String,
    line_ends: Vec<usize>,
    spans: HashMap<NodeId, Range<usize>>,
    shown: Vec<NodeId>,
    /// Of what is inside a shadow root: the innermost around it.
    roots: HashMap<NodeId, NodeId>,
}

impl VisibleText {
    /// The visible text of a parsed page.
    pub(super) fn of(tree: &Tree<Node>) -> Self {
        let mut writer = Writer::default();
        let mut hidden_under = None;
        let mut roots = Vec::new();
        for edge in tree.root().traverse() {
            match (&edge, hidden_under) {
                (Edge::Open(node), None) if !writer.hides(*node) => {
                    if let Some(root) = roots.last() {
                        writer.done.roots.insert(node.id(), *root);
                    }
                    if is_shadow_root_node(*node) {
                        roots.push(node.id());
                    }
                }
                (Edge::Close(node), None) if roots.last() == Some(&node.id()) => {
                    roots.pop();
                }
                _ => {}
            }
            match (edge, hidden_under) {
                (Edge::Open(node), None) => {
                    if writer.hides(node) {
                        hidden_under = Some(node.id());
                    } else {
                        writer.open(node);
                    }
                }
                (Edge::Close(node), Some(hidden)) if node.id() == hidden => hidden_under = None,
                (Edge::Close(node), None) => writer.close(node),
                _ => {}
            }
        }
        writer.done
    }

    /// A text that is no HTML: each of its lines is a line.
    pub(super) fn plain(text: &str) -> Self {
        let mut writer = Writer::default();
        writer.write(text, Gap::Line);
        writer.done
    }

    /// Texts that stand apart from each other, and where each of them stands. Nothing is read across two of them.
    pub(super) fn apart(texts: impl Iterator<Item = Option<String>>) -> (Self, Vec<Range<usize>>) {
        let mut writer = Writer::default();
        let mut ranges = Vec::new();
        for text in texts {
            let start = writer.done.text.len();
            if let Some(text) = text {
                writer.widen(Gap::Fence);
                writer.write(&text, Gap::Line);
                writer.widen(Gap::Fence);
            }
            ranges.push(start..writer.done.text.len());
        }
        (writer.done, ranges)
    }

    /// The whole text.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text of a range; empty where it is none of this text.
    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Where a node stands; `None` where it is hidden.
    pub(super) fn span(&self, node: NodeId) -> Option<Range<usize>> {
        self.spans.get(&node).cloned()
    }

    /// The shadow root in which a node stands, the innermost of them; `None` in the page itself.
    pub(super) fn root_around(&self, node: NodeId) -> Option<NodeId> {
        self.roots.get(&node).copied()
    }

    /// Every element and text that is not hidden, in the order of the document.
    pub(super) fn shown(&self) -> &[NodeId] {
        &self.shown
    }

    /// The range without white space at its ends.
    pub(super) fn trim(&self, range: Range<usize>) -> Range<usize> {
        let text = self.slice(&range);
        let start = range.start + (text.len() - text.trim_start_matches(is_blank).len());
        let length = text.trim_matches(is_blank).len();
        start..start + length
    }

    /// Whether a line begins here.
    pub(super) fn begins_line(&self, offset: usize) -> bool {
        offset == 0
            || self.line_ends.binary_search(&offset).is_ok()
            || self.text.get(offset..).is_some_and(|rest| rest.starts_with(FENCE))
    }

    /// The end of the line that holds `offset`: its first end or fence after it, or `limit`.
    pub(super) fn line_end(&self, offset: usize, limit: usize) -> usize {
        let next = self.line_ends.partition_point(|end| *end <= offset);
        let end = self.line_ends.get(next).map_or(limit, |end| limit.min(*end));
        let behind = self.slice(&(offset..end));
        let first = behind.chars().next().map_or(0, char::len_utf8);
        behind.get(first..).and_then(|rest| rest.find(FENCE)).map_or(end, |fence| offset + first + fence)
    }

    /// Whether the character at `offset` ends a line or stands between cells.
    pub(super) fn is_line_end(&self, offset: usize, character: char) -> bool {
        character == FENCE || (character == '\n' && self.line_ends.binary_search(&offset).is_ok())
    }
}

/// What stands between two words, the stronger the later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    /// Nothing: they are one word.
    #[default]
    None,
    /// A blank.
    Blank,
    /// A newline of the source, which a browser shows as a blank.
    Newline,
    /// The end of a line.
    Line,
    /// The end of a cell, an item or a control.
    Fence,
}

/// Writes the text while the tree is walked. The walk is a loop: a page can be nested deeper than any stack.
#[derive(Default)]
struct Writer {
    done: VisibleText,
    gap: Gap,
    preformatted: usize,
    option_by_default: Option<NodeId>,
}

impl Writer {
    fn hides(&self, node: NodeRef<'_, Node>) -> bool {
        let Some(element) = ElementRef::wrap(node) else { return false };
        match element.value().name() {
            "template" => return !is_shadow_root(element),
            "script" | "style" | "noscript" | "iframe" | "datalist" => return true,
            "option" if element.attr("selected").is_none() && self.option_by_default != Some(node.id()) => {
                return true;
            }
            _ => {}
        }
        element.attr("hidden").is_some() || element.attr("style").is_some_and(style_hides)
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        let start = self.done.text.len();
        if let Some(text) = node.value().as_text() {
            let newline = if self.preformatted > 0 { Gap::Line } else { Gap::Newline };
            self.write(text, newline);
            self.remember(node.id(), start);
        } else if let Some(element) = ElementRef::wrap(node) {
            let name = element.value().name();
            self.widen(gap_around(name));
            match name {
                "pre" | "textarea" => self.preformatted += 1,
                "select" => self.option_by_default = option_by_default(element),
                "input" if shows_its_value(element) => {
                    self.write(element.attr("value").unwrap_or_default(), Gap::Blank);
                }
                _ => {}
            }
            self.remember(node.id(), start);
        }
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        let Some(element) = node.value().as_element() else { return };
        if let Some(span) = self.done.spans.get_mut(&node.id()) {
            span.end = self.done.text.len();
        }
        self.widen(gap_around(element.name()));
        if matches!(element.name(), "pre" | "textarea") {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
    }

    fn remember(&mut self, node: NodeId, start: usize) {
        self.done.spans.insert(node, start..self.done.text.len());
        self.done.shown.push(node);
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn write(&mut self, text: &str, newline: Gap) {
        let mut rest = text;
        loop {
            let (space, words) = rest.split_at(rest.find(|c| !is_source_space(c)).unwrap_or(rest.len()));
            if space.contains(['\n', '\r']) {
                self.widen(newline);
            } else if !space.is_empty() {
                self.widen(Gap::Blank);
            }
            if words.is_empty() {
                return;
            }
            let (word, behind) = words.split_at(words.find(is_source_space).unwrap_or(words.len()));
            self.end_gap();
            self.done.text.push_str(word);
            rest = behind;
        }
    }

    fn end_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if self.done.text.is_empty() {
            return;
        }
        match gap {
            Gap::None => {}
            Gap::Blank => self.done.text.push(' '),
            Gap::Newline => self.done.text.push('\n'),
            Gap::Line => {
                self.done.line_ends.push(self.done.text.len());
                self.done.text.push('\n');
            }
            Gap::Fence => self.done.text.push(FENCE),
        }
    }
}

/// White space that HTML folds. A fence in the page's own text is a blank: a page cannot set our marks.
fn is_source_space(character: char) -> bool {
    character.is_ascii_whitespace() || character == FENCE
}

fn gap_around(name: &str) -> Gap {
    match name {
        "td" | "th" | "tr" | "table" | "caption" | "thead" | "tbody" | "tfoot" | "li" | "dt" | "dd"
        | "input" | "select" | "option" | "textarea" | "button" | "title" => Gap::Fence,
        "br" | "p" | "div" | "hr" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl"
        | "form" | "fieldset" | "legend" | "section" | "article" | "header" | "footer" | "main" | "nav"
        | "aside" | "address" | "blockquote" | "figure" | "figcaption" | "details" | "summary" | "body" => {
            Gap::Line
        }
        _ => Gap::None,
    }
}

/// Whether an element is a shadow root as a capture writes it.
pub(super) fn is_shadow_root(element: ElementRef<'_>) -> bool {
    element.value().name() == "template"
        && element.attr("shadowrootmode").is_some_and(|mode| matches!(mode, "open" | "closed"))
}

fn is_shadow_root_node(node: NodeRef<'_, Node>) -> bool {
    ElementRef::wrap(node).is_some_and(is_shadow_root)
}

fn style_hides(style: &str) -> bool {
    style.split(';').filter_map(|rule| rule.split_once(':')).any(|(property, value)| {
        let value = value.trim().trim_end_matches("!important").trim_end();
        (property.trim().eq_ignore_ascii_case("display") && value.eq_ignore_ascii_case("none"))
            || (property.trim().eq_ignore_ascii_case("visibility") && value.eq_ignore_ascii_case("hidden"))
    })
}

fn shows_its_value(input: ElementRef<'_>) -> bool {
    let sort = input.attr("type").unwrap_or_default().to_ascii_lowercase();
    !matches!(
        sort.as_str(),
        "hidden" | "password" | "checkbox" | "radio" | "submit" | "button" | "image" | "file" | "reset"
    )
}

/// The option that a browser shows where none is marked as selected.
fn option_by_default(select: ElementRef<'_>) -> Option<NodeId> {
    if select.attr("multiple").is_some() {
        return None;
    }
    let options = || select.descendent_elements().filter(|element| element.value().name() == "option");
    if options().any(|option| option.attr("selected").is_some()) {
        return None;
    }
    options().next().map(|option| option.id())
}
