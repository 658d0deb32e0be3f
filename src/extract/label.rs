//! Labels and the values that belong to them.
//!
//! A value belongs to a label by structure (the next cell of the row, the `dd` of a `dt`, the control of a `label`) or,
//! failing that, by standing behind it (the next sibling, or the rest of the line after `Label:`). Of nested elements
//! with the same text the innermost that has a value by structure counts, so that an outer table does not take the
//! label of an inner one. A label without either is no label: a heading of a column, a link in a menu. Labels inside a
//! line, behind a separator, come after all others: they stand in running text too.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use ego_tree::{NodeId, NodeRef, Tree};
use scraper::{ElementRef, Node};

use super::block::{SEPARATORS, inner_labels};
use super::page::{Page, Spot};
use super::text::{VisibleText, fold, is_blank};

/// The texts of the labels that rules name.
#[derive(Debug, Default)]
pub(super) struct LabelTexts {
    texts: HashSet<String>,
    bytes_max: usize,
}

impl LabelTexts {
    /// Adds a label as a profile writes it.
    pub(super) fn add(&mut self, label: &str) {
        let text = normal(label).into_owned();
        // Blanks inside may be written longer than one: no-break spaces take two bytes, and are not folded by HTML.
        self.bytes_max = self.bytes_max.max(4 * text.len());
        self.texts.insert(text);
    }

    /// Whether a rule names this label.
    pub(super) fn has(&self, label: &str) -> bool {
        self.texts.contains(normal(label).as_ref())
    }

    fn find(&self, text: &str) -> Option<String> {
        // Most elements hold more than a label: they are told by their length alone.
        let text = text.trim_matches(is_blank);
        if text.is_empty() || text.len() > self.bytes_max {
            return None;
        }
        let text = normal(text);
        self.texts.contains(text.as_ref()).then(|| text.into_owned())
    }
}

/// How many nodes of a `label` are searched for the control that it wraps.
const WRAPPED_NODES_MAX: usize = 64;

/// Where labels stand on one page.
#[derive(Debug, Default)]
pub(super) struct LabelIndex {
    by_text: HashMap<String, Vec<Candidate>>,
    /// Those inside lines.
    inside_lines: HashMap<String, Vec<Candidate>>,
    /// Where values end because a label inside their line follows, in order.
    value_ends: Vec<usize>,
}

/// Something whose text is a label's.
#[derive(Debug)]
struct Candidate {
    /// The whole element, or the part of a line up to its colon.
    span: Range<usize>,
    node: NodeId,
    sort: Sort,
}

#[derive(Debug)]
enum Sort {
    /// An element that holds the label and nothing else.
    Element,
    /// The beginning of a line in a text: what follows the colon, and whether the text ends with the line.
    Line { value: Range<usize>, ends: LineEnds },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnds {
    InsideText,
    WithText,
}

impl LabelIndex {
    /// Finds the labels on a page.
    pub(super) fn of(tree: &Tree<Node>, text: &VisibleText, labels: &LabelTexts) -> Self {
        let mut index = Self::default();
        for id in text.shown() {
            let (Some(node), Some(span)) = (tree.get(*id), text.span(*id)) else { continue };
            if node.value().is_text() {
                let begins_line = text.begins_line(span.start) || node.prev_sibling().is_none();
                index.add_lines(*id, &span, begins_line, text, labels);
                continue;
            }
            let own_text = match ElementRef::wrap(node).and_then(control_inside) {
                Some(control) => Cow::from(text_around(text, &span, control.id())),
                None => Cow::from(text.slice(&span)),
            };
            if let Some(label) = labels.find(&own_text) {
                index.add(label, Candidate { span, node: *id, sort: Sort::Element });
            }
        }
        index
    }

    fn add(&mut self, label: String, candidate: Candidate) {
        self.by_text.entry(label).or_default().push(candidate);
    }

    fn add_lines(
        &mut self,
        node: NodeId,
        span: &Range<usize>,
        begins_line: bool,
        text: &VisibleText,
        labels: &LabelTexts,
    ) {
        let mut start = span.start;
        let mut begins_line = begins_line;
        while start < span.end {
            let end = text.line_end(start, span.end);
            if begins_line
                && let Some(colon) = text.slice(&(start..end)).find(':')
                && let Some(label) = labels.find(text.slice(&(start..start + colon)))
            {
                let ends = if end < span.end { LineEnds::InsideText } else { LineEnds::WithText };
                let value = start + colon + 1..end;
                self.add(label, Candidate { span: start..end, node, sort: Sort::Line { value, ends } });
            }
            self.add_inside(node, start..end, text, labels);
            start = end;
            begins_line = true;
        }
    }

    /// Finds the labels inside a line.
    fn add_inside(&mut self, node: NodeId, line: Range<usize>, text: &VisibleText, labels: &LabelTexts) {
        for inner in inner_labels(text.slice(&line)) {
            let separator = line.start + inner.separator;
            let (start, colon) = (line.start + inner.label.start, line.start + inner.label.end);
            // Behind one separator there is one label.
            if self.value_ends.last().is_none_or(|last| *last < separator)
                && let Some(label) = labels.find(text.slice(&(start..colon)))
            {
                self.value_ends.push(separator);
                let sort = Sort::Line { value: colon + 1..line.end, ends: LineEnds::InsideText };
                let candidate = Candidate { span: start..line.end, node, sort };
                self.inside_lines.entry(label).or_default().push(candidate);
            }
        }
    }

    /// Where a value ends that would fill this range: before the first label inside it.
    fn value_end(&self, range: &Range<usize>) -> usize {
        let first = self.value_ends.partition_point(|end| *end < range.start);
        self.value_ends.get(first).map_or(range.end, |end| range.end.min(*end))
    }

    /// The candidates of a label inside a range, those inside lines apart.
    fn within(&self, label: &str, range: &Range<usize>) -> [&[Candidate]; 2] {
        [&self.by_text, &self.inside_lines].map(|by_text| {
            let all = by_text.get(label).map(Vec::as_slice).unwrap_or_default();
            let first = all.partition_point(|candidate| candidate.span.start < range.start);
            let behind = all.partition_point(|candidate| candidate.span.start < range.end);
            all.get(first..behind).unwrap_or_default()
        })
    }
}

impl Page<'_> {
    /// The values that belong to a label inside a range of the page's text, in the order of the document, but those of
    /// labels inside lines last.
    pub(super) fn spots_beside<'p>(
        &'p self,
        label: &'p str,
        within: Range<usize>,
    ) -> impl Iterator<Item = Spot<'p>> {
        self.labels()
            .within(&normal(label), &within)
            .into_iter()
            .flat_map(|candidates| candidates.chunk_by(Candidate::holds))
            .flat_map(|nested| self.values_of(nested))
            .map(move |spot| Spot { label: Some(label), ..spot })
    }

    /// Whether a label of this text is inside a range of the page's text, with or without a value.
    pub(super) fn has_label(&self, label: &str, within: &Range<usize>) -> bool {
        self.labels().within(&normal(label), within).iter().any(|candidates| !candidates.is_empty())
    }

    /// The values of labels that stand inside each other, the outermost first.
    fn values_of(&self, nested: &[Candidate]) -> Vec<Spot<'_>> {
        let by_structure = nested.iter().rev().find_map(|candidate| match candidate.sort {
            Sort::Element => self.value_by_structure(self.element(candidate.node)?),
            Sort::Line { .. } => None,
        });
        if by_structure.is_none() && nested.iter().any(|candidate| self.leads_elsewhere(candidate)) {
            return Vec::new();
        }
        by_structure
            .or_else(|| {
                nested.iter().rev().find_map(|candidate| self.value_behind(candidate)).map(|spot| vec![spot])
            })
            .unwrap_or_default()
    }

    /// Whether this is a link or a button, which stands beside others of its sort and not before a value.
    fn leads_elsewhere(&self, candidate: &Candidate) -> bool {
        let element = self.element(candidate.node);
        element.is_some_and(|element| matches!(element.value().name(), "a" | "button" | "option"))
    }

    pub(super) fn value_by_structure<'p>(&'p self, label: ElementRef<'p>) -> Option<Vec<Spot<'p>>> {
        match label.value().name() {
            "td" | "th" => {
                let mut cells =
                    elements_behind(label).filter(|cell| matches!(cell.value().name(), "td" | "th"));
                let cell = cells.find_map(|cell| self.spot_of(cell))?;
                let is_value = cell.element.is_some_and(|element| element.value().name() == "td");
                is_value.then(|| vec![cell])
            }
            "dt" => {
                let details: Vec<_> = elements_behind(label)
                    .take_while(|element| element.value().name() == "dd")
                    .filter_map(|detail| self.spot_of(detail))
                    .collect();
                (!details.is_empty()).then_some(details)
            }
            "label" => {
                let control = match label.attr("for") {
                    Some(id) => self.element_by_id(id),
                    None => control_inside(label),
                };
                Some(vec![self.spot_of(control?)?])
            }
            _ => None,
        }
    }

    fn value_behind<'p>(&'p self, candidate: &Candidate) -> Option<Spot<'p>> {
        let node = self.html().tree.get(candidate.node)?;
        match &candidate.sort {
            Sort::Line { value, ends } => {
                let end = self.labels().value_end(value);
                let range = self.text.trim(value.start..end);
                if !range.is_empty() || end < value.end || *ends == LineEnds::InsideText {
                    let range = self.without_separator(range, node);
                    return Some(Spot { range, element: None, value: None, label: None });
                }
                node.next_siblings().find_map(ElementRef::wrap).and_then(|next| self.sibling_value(next))
            }
            Sort::Element => {
                let label = ElementRef::wrap(node)?;
                if !can_stand_before_its_value(label.value().name()) {
                    return None;
                }
                let has_colon = self.text.slice(&candidate.span).trim_end_matches(is_unsaid).ends_with(':');
                self.value_after_inline_label(label, has_colon)
            }
        }
    }

    /// What stands behind an element: the next element, or the text up to the next one where a colon announces it.
    fn value_after_inline_label<'p>(
        &'p self,
        label: ElementRef<'p>,
        mut has_colon: bool,
    ) -> Option<Spot<'p>> {
        for node in label.next_siblings() {
            if let Some(element) = ElementRef::wrap(node) {
                return self.sibling_value(element);
            }
            let Some(span) = self.text.span(node.id()) else { continue };
            let line = span.start..self.text.line_end(span.start, span.end);
            let end = self.labels().value_end(&line);
            let range = self.text.trim(line.start..end);
            let text = self.text.slice(&range);
            if text.is_empty() && end == line.end {
                continue;
            }
            let value =
                text.strip_prefix(':').map_or(range.clone(), |rest| range.end - rest.len()..range.end);
            has_colon |= value != range;
            if !has_colon {
                return None;
            }
            let range = self.text.trim(value);
            if !range.is_empty() || end < line.end {
                let range = self.without_separator(range, node);
                return Some(Spot { range, element: None, value: None, label: None });
            }
        }
        None
    }

    /// A value without the separator at its end where the element behind its text is the next label.
    fn without_separator(&self, range: Range<usize>, node: NodeRef<'_, Node>) -> Range<usize> {
        let next = node.next_siblings().find_map(ElementRef::wrap).and_then(|next| self.spot_of(next));
        if !next.is_some_and(|next| self.text.slice(&next.range).ends_with(':')) {
            return range;
        }
        let value = self.text.slice(&range).trim_end_matches(SEPARATORS);
        self.text.trim(range.start..range.start + value.len())
    }

    /// An element behind a label as its value; nothing where the line ends, empty where the next label begins.
    fn sibling_value<'p>(&'p self, element: ElementRef<'p>) -> Option<Spot<'p>> {
        if matches!(element.value().name(), "br" | "hr" | "table" | "form") {
            return None;
        }
        let spot = self.spot_of(element)?;
        if self.text.slice(&spot.range).ends_with(':') {
            return Some(Spot {
                range: spot.range.start..spot.range.start,
                element: None,
                value: None,
                label: None,
            });
        }
        Some(spot)
    }
}

impl Candidate {
    fn holds(&self, inner: &Self) -> bool {
        matches!((&self.sort, &inner.sort), (Sort::Element, Sort::Element))
            && self.span.start <= inner.span.start
            && inner.span.end <= self.span.end
    }
}

/// Cells and items are labels by structure or not at all; lists, forms and sections are more than a label.
pub(super) fn can_stand_before_its_value(name: &str) -> bool {
    matches!(
        name,
        "span"
            | "b"
            | "strong"
            | "i"
            | "em"
            | "u"
            | "small"
            | "font"
            | "label"
            | "div"
            | "p"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    )
}

fn elements_behind(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.next_siblings().filter_map(ElementRef::wrap)
}

/// The control that a `label` wraps. It stands close: the search ends after a few nodes, however deep a page is nested.
fn control_inside(label: ElementRef<'_>) -> Option<ElementRef<'_>> {
    if label.value().name() != "label" {
        return None;
    }
    let mut inside = label.descendants().take(WRAPPED_NODES_MAX).filter_map(ElementRef::wrap);
    inside.find(|element| matches!(element.value().name(), "input" | "select" | "textarea" | "output"))
}

/// The text of an element without that of one inside it.
fn text_around(text: &VisibleText, span: &Range<usize>, inside: NodeId) -> String {
    let inside = text.span(inside).unwrap_or(span.end..span.end);
    format!("{} {}", text.slice(&(span.start..inside.start)), text.slice(&(inside.end..span.end)))
}

/// Whether a character at the end of a label is none of its words: a blank, or the mark of a field that must be filled.
fn is_unsaid(character: char) -> bool {
    is_blank(character) || character == '*'
}

/// A label's text as it is compared: white space folded, without the colon and the asterisk at its end.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(is_blank);
    let said = text.trim_end_matches(is_unsaid);
    let said = said.strip_suffix(':').map_or(said, |label| label.trim_end_matches(is_unsaid));
    let text = if said.is_empty() { text } else { said };
    if text.contains(|character| character != ' ' && is_blank(character)) || text.contains("  ") {
        return fold(text).into();
    }
    text.into()
}
