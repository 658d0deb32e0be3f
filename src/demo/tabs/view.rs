//! Sessions and views, as Faces keeps them: the few latest of each, with the names that were given out for one rendering.

use std::collections::{BTreeMap, VecDeque};

use super::super::kind::RegistryKind;
use super::search::Criteria;

/// Views that a session keeps.
const VIEWS_MAX: usize = 5;
/// Sessions that the portal keeps.
const SESSIONS_MAX: usize = 1_000;
/// By how much names move from one rendering to the next: more than any region has names.
const NAMES_STEP: u32 = 41;

/// The names of one region's controls: they are worth something until the region is rendered again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Names(u32);

impl Names {
    /// The control at a place of the region, as in `j_idt702`.
    pub(super) fn at(self, place: u32) -> String {
        format!("j_idt{}", self.0 + place)
    }

    /// The control of a row, as in `j_idt702:3:j_idt705`.
    pub(super) fn in_row(self, row: usize) -> String {
        format!("{}:{row}:{}", self.at(2), self.at(5))
    }

    /// The place of a control's name in the region.
    pub(super) fn place(self, name: &str) -> Option<u32> {
        name.strip_prefix("j_idt")?.parse::<u32>().ok()?.checked_sub(self.0)
    }

    /// The row of a control's name.
    pub(super) fn row(self, name: &str) -> Option<usize> {
        let row = name.strip_prefix(&format!("{}:", self.at(2)))?;
        row.strip_suffix(&format!(":{}", self.at(5)))?.parse().ok()
    }
}

/// The parts of a document's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DetailTab {
    General,
    Lines,
    Relations,
}

impl DetailTab {
    pub(super) const ALL: [Self; 3] = [Self::General, Self::Lines, Self::Relations];
}

/// What a view shows in its main region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// The start page: no sort of document is chosen yet.
    #[default]
    Start,
    /// The start page of a link, which asks for its document as soon as it is loaded.
    Linked(String),
    /// The search form of one kind.
    Form(RegistryKind),
    /// The page of a document.
    Detail {
        /// The document.
        id: String,
        /// Its open tab.
        tab: DetailTab,
    },
}

/// One page in one window of a visitor.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// Its number in the session: what `javax.faces.ViewState` says.
    pub(super) number: u32,
    pub(super) stage: Stage,
    /// The names of the regions' own places: as long as the view lives.
    pub(super) regions: Names,
    pub(super) main: Names,
    pub(super) results: Names,
    pub(super) tabs: Names,
    /// What was searched, with the IDs of all rows.
    pub(super) found: Option<(Criteria, Vec<String>)>,
    next: u32,
}

impl View {
    /// Gives out the names of one more rendering.
    pub(super) fn renamed(&mut self) -> Names {
        let names = Names(self.next);
        self.next += NAMES_STEP;
        names
    }
}

/// What the portal remembers of a visitor.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// The page of results seen last, whichever search it belonged to.
    pub(super) page: usize,
    begun: u32,
    views: VecDeque<View>,
}

impl Session {
    /// Begins a view whose names stand somewhere else than those of the view before.
    pub(super) fn begin(&mut self, stage: Stage, first_name: u32) -> View {
        self.begun += 1;
        let mut view =
            View { number: self.begun, stage, next: first_name + self.begun % 89, ..View::default() };
        view.regions = view.renamed();
        view.main = view.renamed();
        if self.views.len() >= VIEWS_MAX {
            self.views.pop_front();
        }
        self.views.push_back(view.clone());
        view
    }

    /// The view of this number, where it is still kept.
    pub(super) fn view(&self, number: u32) -> Option<&View> {
        self.views.iter().find(|view| view.number == number)
    }

    /// Puts a view in the place of what it was before.
    pub(super) fn put(&mut self, changed: View) {
        if let Some(view) = self.views.iter_mut().find(|view| view.number == changed.number) {
            *view = changed;
        }
    }

    /// Loses a view.
    pub(super) fn forget(&mut self, number: u32) {
        self.views.retain(|view| view.number != number);
    }
}

/// The sessions of a portal by the token in their cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_token: BTreeMap<String, Session>,
    oldest_first: VecDeque<String>,
}

impl Sessions {
    /// The session of a token, begun where it is not known.
    pub(super) fn of(&mut self, token: &str) -> &mut Session {
        if !self.by_token.contains_key(token) {
            self.oldest_first.push_back(token.to_owned());
            if self.oldest_first.len() > SESSIONS_MAX
                && let Some(oldest) = self.oldest_first.pop_front()
            {
                self.by_token.remove(&oldest);
            }
        }
        self.by_token.entry(token.to_owned()).or_default()
    }
}
