//! What a checked profile holds. Every selector, pattern and template in it was parsed when it was loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use url::Url;

use super::flow::{Alternatives, Route};
use super::treatment::{Drift, Pace};
use super::way::Way;
use crate::domain::{Digest, Verdict};
use crate::json::Pointer;
use crate::scheme::Schemes;

/// One portal, ready to be crawled.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The profile's name, as in `demo`; fixtures share it.
    pub name: String,
    /// Whether it was ever held against the portal.
    pub status: Status,
    /// Where relative addresses begin.
    pub base: Url,
    /// How gently the portal is treated, and how patiently.
    pub pace: Pace,
    /// When the layout of a kind is taken for changed.
    pub drift: Drift,
    /// What the browser is told.
    pub browser: BrowserRules,
    /// The ID schemes; a kind's name in a scheme is a key of `kinds`' names.
    pub schemes: Schemes,
    /// The kinds of documents by name, as in `payment`.
    pub kinds: BTreeMap<String, Kind>,
    /// Markers watched in every wait, before the wait's own.
    pub markers: Vec<Marker>,
    /// Ways to a document, in the order in which they are tried.
    pub routes: Vec<Route>,
    /// The fields, in the order in which they are shown.
    pub fields: Vec<FieldRule>,
    /// The repeating groups.
    pub groups: Vec<GroupRule>,
    /// Where references stand.
    pub references: Vec<ReferenceRule>,
    /// The digest of the profile's text with everything it includes.
    pub digest: Digest,
    /// The profile's text, complete in itself: included files merged in. Loads to the same profile.
    pub text: String,
}

impl Profile {
    /// The routes to documents of this kind, in the order in which they are tried; none where the profile knows the kind,
    /// but no way to it.
    pub fn routes<'p>(&'p self, kind: &str) -> impl Iterator<Item = &'p Route> + use<'p> {
        let kind = kind.to_owned();
        self.routes.iter().filter(move |route| route.kinds.allows(&kind))
    }

    /// The kinds to which a route leads.
    #[must_use]
    pub fn routed_kinds(&self) -> BTreeSet<String> {
        self.kinds.keys().filter(|kind| self.routes(kind).next().is_some()).cloned().collect()
    }

    /// Whether any route leads through a browser.
    #[must_use]
    pub fn needs_browser(&self) -> bool {
        self.routes.iter().any(|route| matches!(route.way, Way::Browser(_)))
    }

    /// Whether any route does without one.
    #[must_use]
    pub fn needs_http(&self) -> bool {
        self.routes.iter().any(|route| !matches!(route.way, Way::Browser(_)))
    }
}

/// Whether a profile was ever held against the portal it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its fixtures were recorded from the portal.
    Verified,
    /// Written from documentation: every crawl with it says so.
    Unverified,
}

/// What the browser is told.
#[derive(Clone, Debug)]
pub struct BrowserRules {
    /// Whether images and fonts are loaded.
    pub load_images: bool,
}

/// One kind of document.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The name shown to people, as in `payment`.
    pub name: String,
    /// The kind's own variables for templates, beside `{id}` and the named groups of the ID's pattern.
    pub variables: BTreeMap<String, String>,
    /// Where its page shows its own ID.
    pub own_id: OwnId,
}

/// Where a page shows its own ID.
#[derive(Clone, Debug)]
pub enum OwnId {
    /// In the page: tried in order.
    Page(Vec<Place>),
    /// Nowhere: the ID of the row that was opened is accepted.
    Row,
}

/// Which kinds a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KindFilter {
    /// Every kind.
    Every,
    /// These kinds, by name.
    Only(BTreeSet<String>),
}

impl KindFilter {
    /// Whether documents of this kind are meant.
    #[must_use]
    pub fn allows(&self, kind: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Only(kinds) => kinds.contains(kind),
        }
    }
}

/// Something on a page that decides how a look-up goes on.
#[derive(Clone, Debug)]
pub struct Marker {
    /// What it means.
    pub verdict: Verdict,
    /// Any of these on the page is the marker.
    pub any: Alternatives,
}

/// One field of a document.
#[derive(Clone, Debug)]
pub struct FieldRule {
    /// Its name in the output.
    pub name: String,
    /// Where it stands, tried in order.
    pub places: Vec<Place>,
    /// What it holds.
    pub value: ValueType,
    /// Whether a page of its kinds without it is a changed layout.
    pub required: bool,
    /// The kinds that have it.
    pub kinds: KindFilter,
    /// The captured part in which it stands; every part where `None`.
    pub part: Option<String>,
    /// Takes the group `value` out of the text found; the field is missing where it does not match.
    pub pattern: Option<regex::Regex>,
    /// Whether it names or identifies a person.
    pub personal: bool,
}

/// A place on a captured page.
#[derive(Clone, Debug)]
pub enum Place {
    /// The value that belongs to this label: next cell, `dd`, sibling or wrapped control.
    Label(String),
    /// The first element that matches this CSS selector, as written; it parsed when the profile was loaded.
    Css(String),
    /// In a group: the cell under the column of this heading.
    Column(String),
    /// What this leads to in a part that is JSON; in a group, from its row on.
    Pointer(Pointer),
}

/// The place as a profile writes it, with a prefix that says what it is.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(label) => write!(formatter, "label:{label}"),
            Self::Css(css) => write!(formatter, "css:{css}"),
            Self::Column(heading) => write!(formatter, "column:{heading}"),
            Self::Pointer(pointer) => write!(formatter, "pointer:{pointer}"),
        }
    }
}

/// The type of a field's value.
#[derive(Clone, Debug)]
pub enum ValueType {
    /// Running text.
    Text,
    /// A whole number.
    Integer(NumberFormat),
    /// An amount of money.
    Amount {
        /// Decimal and thousands marks.
        format: NumberFormat,
        /// How the currency is known.
        currency: CurrencyRule,
    },
    /// A day.
    Date(Vec<DateFormat>),
    /// An ID of one of these schemes; of any where empty.
    Id(Vec<String>),
    /// Whether the place is on the page at all.
    Present,
}

/// How the currency of an amount is known. What stands with the amount itself always counts.
#[derive(Clone, Debug, Default)]
pub struct CurrencyRule {
    /// The ISO 4217 code of every amount: none may have another one with it.
    pub code: Option<String>,
    /// Words and signs to ISO 4217 codes, as in `$` to `USD`, before those that everybody knows.
    pub words: BTreeMap<String, String>,
    /// Where it stands apart from the amount; in a group, inside the row.
    pub places: Vec<Place>,
}

/// How numbers are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    /// The mark before the fraction.
    pub decimal: char,
    /// The mark between thousands.
    pub thousands: char,
}

/// How a day is written: checked when the profile was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    /// As in `dd/mm/yyyy`, in `dd.mm.yy`, or in `d mmm yyyy` where the month is a name.
    pub written: String,
    /// The names of the months, from the first on; twelve more are other names for the same.
    pub months: Vec<String>,
}

impl DateFormat {
    /// A format whose month is a number.
    #[must_use]
    pub fn numeric(written: &str) -> Self {
        Self { written: written.to_owned(), months: Vec::new() }
    }

    /// Whether the month is a name.
    #[must_use]
    pub fn names_month(&self) -> bool {
        self.written.contains("mmm")
    }
}

/// Rows that repeat.
#[derive(Clone, Debug)]
pub struct GroupRule {
    /// Its name in the output.
    pub name: String,
    /// The rows: places by CSS or by pointer, each for the parts that it can read.
    pub rows: Vec<Place>,
    /// The fields of a row; their places are looked for inside the row.
    pub fields: Vec<FieldRule>,
    /// The kinds that have it.
    pub kinds: KindFilter,
    /// The captured part in which it stands; every part where `None`.
    pub part: Option<String>,
    /// Whether a page of its kinds without a row is a changed layout.
    pub required: bool,
}

/// Where references stand and what they are called.
#[derive(Clone, Debug)]
pub struct ReferenceRule {
    /// The relation's name, as in `contract`.
    pub relation: String,
    /// Where; every place that is on the page is read. The whole part where empty.
    pub places: Vec<Place>,
    /// How the place is read.
    pub mode: ReferenceMode,
    /// The schemes that are looked for; every one where empty.
    pub schemes: Vec<String>,
    /// The kinds of documents in which it stands.
    pub kinds: KindFilter,
    /// The captured part in which it stands; every part where `None`.
    pub part: Option<String>,
    /// Whether the targets are looked up or only noted.
    pub intent: crate::domain::Intent,
}

/// How a place that holds references is read.
#[derive(Clone, Debug)]
pub enum ReferenceMode {
    /// Each element that matches this CSS selector inside the place is one ID; the place itself where `None`.
    Each(Option<String>),
    /// Running text: every ID in it, each with its sentence.
    Scan,
}
