//! One captured part, parsed once, and the places that rules name on it.

use std::ops::Range;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use super::column;
use super::label::{LabelIndex, LabelTexts};
use super::rules::Rules;
use super::text::{VisibleText, fold};
use crate::domain::Part;
use crate::profile::Place;

/// A parsed part.
pub(super) struct Page<'c> {
    /// The part's name.
    pub(super) name: &'c str,
    /// What a person sees of it.
    pub(super) text: VisibleText,
    html: Html,
    labels: LabelIndex,
}

/// Where a value stands.
#[derive(Clone, Debug)]
pub(super) struct Spot<'p> {
    /// Where in the visible text of its page; nothing but the value, white space at its ends excepted.
    pub(super) range: Range<usize>,
    /// The element that holds it, where it is one.
    pub(super) element: Option<ElementRef<'p>>,
    /// The label it was found by.
    pub(super) label: Option<&'p str>,
}

/// Where a rule looks: a whole page, or one row of it.
#[derive(Clone, Copy)]
pub(super) struct Area<'p> {
    /// The page.
    pub(super) page: &'p Page<'p>,
    /// The row; the whole page where `None`.
    pub(super) row: Option<ElementRef<'p>>,
}

impl<'c> Page<'c> {
    /// Parses a part. A part that is no HTML is read as plain text without elements.
    pub(super) fn parse(part: &'c Part, labels: &LabelTexts) -> Self {
        let source = String::from_utf8_lossy(&part.bytes);
        let source = source.trim_start_matches('\u{feff}');
        if is_plain(&part.media_type) {
            let text = VisibleText::plain(source);
            return Self {
                name: &part.name,
                text,
                html: Html::new_document(),
                labels: LabelIndex::default(),
            };
        }
        let html = Html::parse_document(source);
        let text = VisibleText::of(&html.tree);
        let labels = LabelIndex::of(&html.tree, &text, labels);
        Self { name: &part.name, text, html, labels }
    }

    /// The element or text of this ID.
    pub(super) fn element(&self, node: NodeId) -> Option<ElementRef<'_>> {
        self.html.tree.get(node).and_then(ElementRef::wrap)
    }

    /// The element with this `id`.
    pub(super) fn element_by_id(&self, id: &str) -> Option<ElementRef<'_>> {
        self.root()?.descendent_elements().find(|element| element.attr("id") == Some(id))
    }

    /// The parsed tree.
    pub(super) fn html(&self) -> &Html {
        &self.html
    }

    /// The labels of the profile that are on the page.
    pub(super) fn labels(&self) -> &LabelIndex {
        &self.labels
    }

    /// The whole page.
    pub(super) fn root(&self) -> Option<ElementRef<'_>> {
        self.html.tree.root().children().find_map(ElementRef::wrap)
    }

    /// The spot of an element; `None` where it is hidden.
    pub(super) fn spot_of<'p>(&'p self, element: ElementRef<'p>) -> Option<Spot<'p>> {
        let range = self.text.trim(self.text.span(element.id())?);
        Some(Spot { range, element: Some(element), label: None })
    }

    /// What stands at a spot, as it is written. A hidden control that a rule names has its value, though nobody sees it.
    pub(super) fn written_at<'p>(&'p self, spot: &Spot<'p>) -> &'p str {
        let hidden_input = spot.element.filter(|element| {
            element.value().name() == "input"
                && element.attr("type").is_some_and(|sort| sort.eq_ignore_ascii_case("hidden"))
        });
        match hidden_input {
            Some(input) => input.attr("value").unwrap_or_default().trim(),
            None => self.text.slice(&spot.range),
        }
    }

    /// What stands at a spot, white space folded.
    pub(super) fn value_at(&self, spot: &Spot<'_>) -> String {
        fold(self.written_at(spot))
    }
}

impl<'p> Area<'p> {
    /// Everything in the area that is such a place, in the order of the document.
    pub(super) fn spots<'r>(
        self,
        place: &'r Place,
        rules: &'r Rules<'_>,
    ) -> Box<dyn Iterator<Item = Spot<'r>> + 'r>
    where
        'p: 'r,
    {
        match place {
            Place::Css(css) => self.select(css, rules),
            Place::Label(label) => Box::new(self.page.spots_beside(label, self.range())),
            Place::Column(heading) => {
                let cell = self.row.and_then(|row| column::cell_under(self.page, row, heading));
                Box::new(cell.and_then(|cell| self.page.spot_of(cell)).into_iter())
            }
        }
    }

    /// The elements in the area that match a selector and are not hidden.
    pub(super) fn select<'r>(self, css: &str, rules: &'r Rules<'_>) -> Box<dyn Iterator<Item = Spot<'r>> + 'r>
    where
        'p: 'r,
    {
        match (self.row.or_else(|| self.page.root()), rules.selector(css)) {
            (Some(root), Some(selector)) => {
                let found = selector.select(root, &self.page.text);
                Box::new(found.into_iter().filter_map(move |element| self.page.spot_of(element)))
            }
            _ => Box::new(std::iter::empty()),
        }
    }

    /// Whether such a place is in the area, with or without a value.
    pub(super) fn has(self, place: &Place, rules: &Rules<'_>) -> bool {
        match place {
            Place::Label(label) => self.page.has_label(label, &self.range()),
            Place::Css(_) | Place::Column(_) => self.spots(place, rules).next().is_some(),
        }
    }

    /// The area as a spot.
    pub(super) fn whole(self) -> Spot<'p> {
        let element = self.row.or_else(|| self.page.root());
        Spot { range: self.page.text.trim(self.range()), element, label: None }
    }

    /// Where the area stands in the page's text; nowhere where it is hidden.
    fn range(self) -> Range<usize> {
        match self.row {
            Some(row) => self.page.text.span(row.id()).unwrap_or_default(),
            None => 0..self.page.text.as_str().len(),
        }
    }
}

fn is_plain(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "text/plain" | "application/json") || essence.ends_with("+json")
}
