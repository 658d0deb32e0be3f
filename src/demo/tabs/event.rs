//! What a post asks for, told by the name of the control it came from, and what it makes of a view.

use std::collections::BTreeMap;

use super::super::corpus::Corpus;
use super::super::document::DemoDocument;
use super::super::kind::RegistryKind;
use super::pages::{self, place};
use super::search::{self, Criteria, PAGE_ROWS, Refusal};
use super::view::{DetailTab, Session, Stage, View};

/// The fields of a post.
pub(super) type Fields = BTreeMap<String, String>;

/// Parts of a page, by the place each is put in.
pub(super) type Updates = Vec<(String, String)>;

/// What a visitor does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A link asks for its document.
    Link(String),
    /// A sort of document is chosen.
    Kind(RegistryKind),
    /// Something is typed where an organisation belongs.
    Suggest(String),
    /// The form is searched.
    Search(Result<Criteria, Refusal>),
    /// Another page of results.
    Page(usize),
    /// A row is opened.
    Row(String),
    /// A tab of a document is opened.
    Tab(DetailTab),
    /// Back from a document to the search.
    Back,
}

impl Event {
    /// Reads a post; `None` where its control is none that the view shows.
    pub(super) fn read(view: &View, page: usize, fields: &Fields) -> Option<Self> {
        let source = value_in(fields, "javax.faces.source");
        let in_main = view.main.place(source);
        match &view.stage {
            Stage::Linked(id) => (in_main == Some(place::LINK)).then(|| Self::Link(id.clone())),
            Stage::Start => Self::kind(in_main?),
            Stage::Form(kind) => match in_main {
                Some(place::SEARCH) => Some(Self::Search(Self::criteria(view, *kind, fields))),
                Some(place::ORGANISATION_TYPED) => Some(Self::Suggest(value_in(fields, "query").to_owned())),
                Some(place) if Self::kind(place).is_some() => Self::kind(place),
                _ => Self::in_results(view, page, source),
            },
            Stage::Detail { .. } if in_main == Some(place::BACK) => Some(Self::Back),
            Stage::Detail { .. } => {
                let tab = view.tabs.place(source)?.checked_sub(place::DETAIL_TABS)?;
                DetailTab::ALL.get(usize::try_from(tab).ok()?).copied().map(Self::Tab)
            }
        }
    }

    /// The document that it is about.
    pub(super) fn named<'a>(&'a self, view: &'a View) -> Option<&'a str> {
        match (self, &view.stage) {
            (Self::Link(id) | Self::Row(id), _) | (Self::Tab(_), Stage::Detail { id, .. }) => Some(id),
            (Self::Search(Ok(criteria)), _) => Some(&criteria.number),
            _ => None,
        }
    }

    /// Does it: changes the view and the session, and renders what is new.
    pub(super) fn happen(self, corpus: &Corpus, session: &mut Session, view: &mut View) -> Updates {
        let main = view.regions.at(place::MAIN);
        let results = view.regions.at(place::RESULTS);
        match self {
            Self::Link(id) => match linked(corpus, &id) {
                Some(_) => vec![(main, open(corpus, view, &id))],
                None => vec![(main, pages::not_linked(&id))],
            },
            Self::Kind(kind) => {
                (view.stage, view.found) = (Stage::Form(kind), None);
                view.main = view.renamed();
                vec![(main, pages::main_region(view)), (results, String::new())]
            }
            Self::Suggest(text) => {
                vec![(
                    view.main.at(place::SUGGESTIONS),
                    pages::suggestions(&search::suggestions(corpus, &text)),
                )]
            }
            Self::Search(Err(refusal)) => vec![(results, pages::refusal(refusal))],
            Self::Search(Ok(criteria)) => {
                let rows = criteria.search(corpus);
                view.found = Some((criteria, rows));
                // The page stays where an earlier search left it, whether this one has as many or not.
                vec![(results, list(corpus, session, view))]
            }
            Self::Page(page) => {
                session.page = page;
                vec![(results, list(corpus, session, view))]
            }
            Self::Row(id) => vec![(main, open(corpus, view, &id)), (results, String::new())],
            Self::Tab(tab) => {
                let Stage::Detail { id, tab: opened } = &mut view.stage else { return Updates::new() };
                *opened = tab;
                let id = id.clone();
                view.tabs = view.renamed();
                let Some(document) = corpus.get(&id) else { return Updates::new() };
                vec![(view.main.at(place::TABS), pages::detail_tabs(view.tabs, document, tab))]
            }
            Self::Back => {
                let kind = view.found.as_ref().map_or(RegistryKind::Request, |(criteria, _)| criteria.kind);
                view.stage = Stage::Form(kind);
                view.main = view.renamed();
                vec![(main, pages::main_region(view)), (results, list(corpus, session, view))]
            }
        }
    }

    fn kind(place: u32) -> Option<Self> {
        let tab = usize::try_from(place.checked_sub(place::KINDS)?).ok()?;
        RegistryKind::SEARCHABLE.get(tab).copied().map(Self::Kind)
    }

    fn criteria(view: &View, kind: RegistryKind, fields: &Fields) -> Result<Criteria, Refusal> {
        let at = |place| value_in(fields, &view.main.at(place));
        let days = (at(place::FROM), at(place::TO));
        Criteria::read(kind, at(place::NUMBER), at(place::ORGANISATION), days)
    }

    fn in_results(view: &View, page: usize, source: &str) -> Option<Self> {
        let (_, rows) = view.found.as_ref()?;
        if let Some(row) = view.results.row(source) {
            return rows.get(row).cloned().map(Self::Row);
        }
        match view.results.place(source)? {
            place::FIRST => Some(Self::Page(0)),
            place::PREVIOUS => Some(Self::Page(page.saturating_sub(1))),
            place::NEXT => Some(Self::Page(page + 1)),
            place::LAST => Some(Self::Page(rows.len().div_ceil(PAGE_ROWS).saturating_sub(1))),
            _ => None,
        }
    }
}

/// The document that a link leads to: it knows nothing of those that are cancelled.
pub(super) fn linked<'a>(corpus: &'a Corpus, id: &str) -> Option<&'a DemoDocument> {
    corpus.get(id).filter(|document| document.kind != RegistryKind::Decision && !document.is_cancelled)
}

fn open(corpus: &Corpus, view: &mut View, id: &str) -> String {
    let tab = DetailTab::General;
    view.stage = Stage::Detail { id: id.to_owned(), tab };
    (view.main, view.tabs) = (view.renamed(), view.renamed());
    corpus.get(id).map(|document| pages::detail(view, document, tab)).unwrap_or_default()
}

fn list(corpus: &Corpus, session: &Session, view: &mut View) -> String {
    view.results = view.renamed();
    let names = view.results;
    view.found.as_ref().map(|(_, rows)| pages::results(corpus, names, rows, session.page)).unwrap_or_default()
}

pub(super) fn value_in<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}
