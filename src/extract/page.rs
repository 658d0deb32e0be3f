//! One captured part, parsed once, and the places that rules name on it.

use std::cell::OnceCell;
use std::ops::Range;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use super::column;
use super::grid::Grids;
use super::label::{LabelIndex, LabelTexts};
use super::rules::Rules;
use super::text::{VisibleText, fold};
use super::values::Values;
use crate::domain::Part;
use crate::json::{self, Value};
use crate::profile::Place;

/// A parsed part.
pub(super) struct Page<'c> {
    /// The part's name.
    pub(super) name: &'c str,
    /// What a person sees of it.
    pub(super) text: VisibleText,
    html: Html,
    labels: LabelIndex,
    /// The values of a part that is JSON.
    values: Option<Values>,
    /// Laid out when a rule names a column.
    grids: OnceCell<Grids>,
}

/// One of the places that repeat: everything in it is looked for inside it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Row<'p> {
    /// An element of a page.
    Element(ElementRef<'p>),
    /// A value of a service's answer.
    Value(Value<'p>),
}

/// Where a value stands.
#[derive(Clone, Debug)]
pub(super) struct Spot<'p> {
    /// Where in the visible text of its page; nothing but the value, white space at its ends excepted.
    pub(super) range: Range<usize>,
    /// The element that holds it, where it is one.
    pub(super) element: Option<ElementRef<'p>>,
    /// The value that it is, in a part that is JSON.
    pub(super) value: Option<Value<'p>>,
    /// The label or pointer it was found by.
    pub(super) label: Option<&'p str>,
}

/// Where a rule looks: a whole page, or one row of it.
#[derive(Clone, Copy)]
pub(super) struct Area<'p> {
    /// The page.
    pub(super) page: &'p Page<'p>,
    /// The row; the whole page where `None`.
    pub(super) row: Option<Row<'p>>,
}

impl<'c> Page<'c> {
    /// Parses a part. JSON has values, a text is one without elements, and in what is neither nothing can be read.
    pub(super) fn parse(part: &'c Part, labels: &LabelTexts) -> Self {
        let source = String::from_utf8_lossy(&part.bytes);
        let source = source.trim_start_matches('\u{feff}');
        match Sort::of(&part.media_type) {
            Sort::Html => {
                let html = Html::parse_document(source);
                let text = VisibleText::of(&html.tree);
                let labels = LabelIndex::of(&html.tree, &text, labels);
                Self { name: &part.name, text, html, labels, values: None, grids: OnceCell::new() }
            }
            Sort::Json => match Values::parse(source) {
                Some((values, text)) => Self { values: Some(values), ..Self::plain(&part.name, text) },
                None => Self::plain(&part.name, VisibleText::plain(source)),
            },
            Sort::Text => Self::plain(&part.name, VisibleText::plain(source)),
            Sort::Other => Self::plain(&part.name, VisibleText::default()),
        }
    }

    fn plain(name: &'c str, text: VisibleText) -> Self {
        let (html, labels) = (Html::new_document(), LabelIndex::default());
        Self { name, text, html, labels, values: None, grids: OnceCell::new() }
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

    /// The tables of the page.
    pub(super) fn grids(&self) -> &Grids {
        self.grids.get_or_init(|| self.root().map(Grids::of).unwrap_or_default())
    }

    /// The whole page.
    pub(super) fn root(&self) -> Option<ElementRef<'_>> {
        self.html.tree.root().children().find_map(ElementRef::wrap)
    }

    /// The spot of an element; `None` where it is hidden.
    pub(super) fn spot_of<'p>(&'p self, element: ElementRef<'p>) -> Option<Spot<'p>> {
        let range = self.text.trim(self.text.span(element.id())?);
        Some(Spot { range, element: Some(element), value: None, label: None })
    }

    /// The spot of a value of this part.
    pub(super) fn spot_at<'p>(&'p self, value: Value<'p>, pointer: &'p str) -> Spot<'p> {
        let range = self.values.as_ref().map(|values| values.range(value)).unwrap_or_default();
        Spot { range: self.text.trim(range), element: None, value: Some(value), label: Some(pointer) }
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
    /// The pages that are the part of this name; every page where there is none.
    pub(super) fn of_part(pages: &'p [Page<'p>], part: Option<&str>) -> Vec<Self> {
        let pages = pages.iter().filter(|page| part.is_none_or(|part| part == page.name));
        pages.map(|page| Self { page, row: None }).collect()
    }

    /// The rows of a group in the area, each an area of its own, in the order of the document.
    pub(super) fn rows<'r>(self, places: &'r [Place], rules: &'r Rules<'_>) -> Vec<Area<'r>>
    where
        'p: 'r,
    {
        let spots = places.iter().flat_map(|place| self.spots(place, rules));
        let row = |spot: Spot<'r>| spot.element.map(Row::Element).or_else(|| spot.value.map(Row::Value));
        spots.map(|spot| Area { page: self.page, row: row(spot) }).collect()
    }

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
                let cell = self.element().and_then(|row| column::cell_under(self.page, row, heading));
                Box::new(cell.and_then(|cell| self.page.spot_of(cell)).into_iter())
            }
            Place::Pointer(pointer) => {
                let found = self.value().map(|value| pointer.find(value)).unwrap_or_default();
                Box::new(found.into_iter().map(move |value| self.page.spot_at(value, pointer.as_str())))
            }
        }
    }

    /// The elements in the area that match a selector and are not hidden.
    pub(super) fn select<'r>(self, css: &str, rules: &'r Rules<'_>) -> Box<dyn Iterator<Item = Spot<'r>> + 'r>
    where
        'p: 'r,
    {
        let root = if self.row.is_some() { self.element() } else { self.page.root() };
        match (root, rules.selector(css)) {
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
            Place::Pointer(_) => self.spots(place, rules).filter_map(|spot| spot.value).any(says_something),
        }
    }

    /// The row, where it is an element.
    pub(super) fn element(self) -> Option<ElementRef<'p>> {
        match self.row? {
            Row::Element(element) => Some(element),
            Row::Value(_) => None,
        }
    }

    /// The value from which pointers lead on, in a part that is JSON.
    fn value(self) -> Option<Value<'p>> {
        match self.row {
            None => self.page.values.as_ref()?.root(),
            Some(Row::Value(value)) => Some(value),
            Some(Row::Element(_)) => None,
        }
    }

    /// The area as a spot.
    pub(super) fn whole(self) -> Spot<'p> {
        let element = if self.row.is_some() { self.element() } else { self.page.root() };
        Spot { range: self.page.text.trim(self.range()), element, value: None, label: None }
    }

    /// Where the area stands in the page's text; nowhere where it is hidden.
    pub(super) fn range(self) -> Range<usize> {
        match self.row {
            Some(Row::Element(row)) => self.page.text.span(row.id()).unwrap_or_default(),
            Some(Row::Value(row)) => self.page.spot_at(row, "").range,
            None => 0..self.page.text.as_str().len(),
        }
    }
}

/// Whether a value says that something is so: not `null`, not `false`, not empty.
fn says_something(value: Value<'_>) -> bool {
    match value.sort() {
        json::Sort::Null => false,
        json::Sort::Flag => value.written() == "true",
        json::Sort::Text => value.said().is_some_and(|text| !text.trim().is_empty()),
        json::Sort::List => value.length() != Some(0),
        json::Sort::Object | json::Sort::Number => true,
    }
}

/// What a part is, by its media type.
enum Sort {
    Html,
    Json,
    Text,
    /// A picture, a PDF, anything in which there is no text to be read here.
    Other,
}

impl Sort {
    fn of(media_type: &str) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => Self::Json,
            other if other.ends_with("+json") => Self::Json,
            "text/html" | "application/xhtml+xml" | "application/xml" | "text/xml" | "" => Self::Html,
            other if other.starts_with("text/") => Self::Text,
            _ => Self::Other,
        }
    }
}
