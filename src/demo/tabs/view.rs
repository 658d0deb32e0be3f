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
    fn begin(&mut self, stage: Stage, first_name: u32) -> View {
        self.begun += 1;
        let mut view = View { number: self.begun, stage, next: first_name, ..View::default() };
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
#[derive(Debug)]
pub(super) struct Sessions {
    by_token: BTreeMap<String, Session>,
    oldest_first: VecDeque<String>,
    first_name: u32,
    views_begun: u32,
}

impl Sessions {
    /// No sessions yet. Names begin at this number.
    pub(super) fn starting_at(first_name: u32) -> Self {
        Self { by_token: BTreeMap::new(), oldest_first: VecDeque::new(), first_name, views_begun: 0 }
    }

    /// Begins a view whose names stand somewhere else than those of the view before, whosever that was.
    pub(super) fn begin(&mut self, token: &str, stage: Stage) -> View {
        self.views_begun += 1;
        let first_name = self.first_name + self.views_begun * 13 % 401;
        self.of(token).begin(stage, first_name)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_as_no_other() {
        let names = Names(700);
        assert_eq!((names.at(2).as_str(), names.place("j_idt702")), ("j_idt702", Some(2)));
        assert_eq!(
            (names.in_row(3).as_str(), names.row("j_idt702:3:j_idt705")),
            ("j_idt702:3:j_idt705", Some(3))
        );
        for foreign in ["", "j_idt", "j_idt699", "j_idtx", "702"] {
            assert_eq!(names.place(foreign), None, "{foreign}");
        }
        for foreign in ["j_idt702", "j_idt702::j_idt705", "j_idt703:3:j_idt705", "j_idt702:3:j_idt706"] {
            assert_eq!(names.row(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_sixth_view_takes_the_place_of_the_first() {
        let mut sessions = Sessions::starting_at(200);
        let views: Vec<View> = (0..6).map(|_| sessions.begin("a", Stage::Start)).collect();
        assert!(sessions.of("a").view(views[0].number).is_none());
        assert!(sessions.of("a").view(views[1].number).is_some());
        sessions.of("a").forget(views[1].number);
        assert!(sessions.of("a").view(views[1].number).is_none());
        assert!(sessions.of("b").view(views[2].number).is_none());
    }

    #[test]
    fn a_portal_keeps_so_many_sessions_and_no_more() {
        let mut sessions = Sessions::starting_at(200);
        let first = sessions.begin("first", Stage::Start).number;
        for number in 0..SESSIONS_MAX {
            sessions.begin(&number.to_string(), Stage::Start);
        }
        assert_eq!(sessions.by_token.len(), SESSIONS_MAX);
        assert!(sessions.of("first").view(first).is_none());
    }
}
