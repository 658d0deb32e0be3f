//! Sessions, executions and snapshots, as Spring Web Flow keeps them: few of each, the oldest lost without a word.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use super::kind::RegistryKind;
use super::template::Template;

/// Executions that a session keeps.
const EXECUTIONS_MAX: usize = 5;
/// Snapshots that an execution keeps.
const SNAPSHOTS_MAX: usize = 30;
/// Sessions that the portal keeps.
const SESSIONS_MAX: usize = 1_000;

/// The key of a snapshot, as in `e1s1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FlowKey {
    execution: u32,
    snapshot: u32,
}

impl FlowKey {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (execution, snapshot) = text.strip_prefix('e')?.split_once('s')?;
        Some(Self { execution: execution.parse().ok()?, snapshot: snapshot.parse().ok()? })
    }
}

impl fmt::Display for FlowKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "e{}s{}", self.execution, self.snapshot)
    }
}

/// What a snapshot shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// The search form: the beginning of every flow.
    SearchForm,
    /// The rows of a search.
    Results {
        /// What was asked for.
        query: String,
        /// The IDs of the rows.
        rows: Vec<String>,
    },
    /// The page of a document.
    Detail {
        /// The document whose row was opened.
        asked: String,
        /// The document that is shown.
        id: String,
        /// How it is shown.
        template: Template,
    },
}

/// The sessions of a portal by the token in their cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_token: BTreeMap<String, Session>,
    oldest_first: VecDeque<String>,
}

#[derive(Debug, Default)]
struct Session {
    executions_begun: u32,
    executions: VecDeque<Execution>,
}

#[derive(Debug)]
struct Execution {
    number: u32,
    searched: RegistryKind,
    snapshots_taken: u32,
    snapshots: VecDeque<(u32, View)>,
}

impl Sessions {
    /// Begins a flow and returns the key of its search form. A token that is not known begins a session.
    pub(super) fn begin(&mut self, token: &str, searched: RegistryKind) -> FlowKey {
        if !self.by_token.contains_key(token) {
            self.oldest_first.push_back(token.to_owned());
            if self.oldest_first.len() > SESSIONS_MAX
                && let Some(oldest) = self.oldest_first.pop_front()
            {
                self.by_token.remove(&oldest);
            }
        }
        let session = self.by_token.entry(token.to_owned()).or_default();
        session.executions_begun += 1;
        let number = session.executions_begun;
        let snapshots = VecDeque::from([(1, View::SearchForm)]);
        session.executions.push_back(Execution { number, searched, snapshots_taken: 1, snapshots });
        if session.executions.len() > EXECUTIONS_MAX {
            session.executions.pop_front();
        }
        FlowKey { execution: number, snapshot: 1 }
    }

    /// What a key shows; `None` where it expired, belongs to another flow or to nobody.
    pub(super) fn view(&mut self, token: &str, searched: RegistryKind, key: FlowKey) -> Option<View> {
        let execution = self.execution(token, searched, key)?;
        execution.snapshots.iter().find(|(number, _)| *number == key.snapshot).map(|(_, view)| view.clone())
    }

    /// Takes the next snapshot of an execution.
    pub(super) fn advance(
        &mut self,
        token: &str,
        searched: RegistryKind,
        key: FlowKey,
        view: View,
    ) -> Option<FlowKey> {
        let execution = self.execution(token, searched, key)?;
        execution.snapshots_taken += 1;
        execution.snapshots.push_back((execution.snapshots_taken, view));
        if execution.snapshots.len() > SNAPSHOTS_MAX {
            execution.snapshots.pop_front();
        }
        Some(FlowKey { execution: key.execution, snapshot: execution.snapshots_taken })
    }

    /// Loses an execution with all its snapshots.
    pub(super) fn forget(&mut self, token: &str, key: FlowKey) {
        if let Some(session) = self.by_token.get_mut(token) {
            session.executions.retain(|execution| execution.number != key.execution);
        }
    }

    fn execution(&mut self, token: &str, searched: RegistryKind, key: FlowKey) -> Option<&mut Execution> {
        let executions = &mut self.by_token.get_mut(token)?.executions;
        executions
            .iter_mut()
            .find(|execution| execution.number == key.execution && execution.searched == searched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: RegistryKind = RegistryKind::Payment;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key = FlowKey { execution: 12, snapshot: 3 };
        assert_eq!(key.to_string(), "e12s3");
        assert_eq!(FlowKey::parse("e12s3"), Some(key));
        for foreign in ["", "e1", "s1", "e1s", "es1", "e1s1x", "e-1s1"] {
            assert_eq!(FlowKey::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_sixth_execution_takes_the_place_of_the_first() {
        let mut sessions = Sessions::default();
        let keys: Vec<FlowKey> = (0..6).map(|_| sessions.begin("a", PAYMENT)).collect();
        assert_eq!(sessions.view("a", PAYMENT, keys[0]), None);
        assert_eq!(sessions.view("a", PAYMENT, keys[1]), Some(View::SearchForm));
        assert_eq!(keys[5].to_string(), "e6s1");
    }

    #[test]
    fn the_thirty_first_snapshot_takes_the_place_of_the_first() {
        let mut sessions = Sessions::default();
        let first = sessions.begin("a", PAYMENT);
        let mut last = first;
        for _ in 0..30 {
            last = sessions.advance("a", PAYMENT, last, View::SearchForm).unwrap();
        }
        assert_eq!(last.to_string(), "e1s31");
        assert_eq!(sessions.view("a", PAYMENT, first), None);
        assert!(sessions.view("a", PAYMENT, FlowKey { execution: 1, snapshot: 2 }).is_some());
    }

    #[test]
    fn a_key_is_worth_nothing_in_another_session_or_flow() {
        let mut sessions = Sessions::default();
        let key = sessions.begin("a", PAYMENT);
        sessions.begin("b", RegistryKind::Award);
        assert_eq!(sessions.view("b", PAYMENT, key), None);
        assert_eq!(sessions.view("a", RegistryKind::Award, key), None);
        assert_eq!(sessions.view("c", PAYMENT, key), None);
        sessions.forget("a", key);
        assert_eq!(sessions.view("a", PAYMENT, key), None);
    }

    #[test]
    fn a_portal_keeps_so_many_sessions_and_no_more() {
        let mut sessions = Sessions::default();
        let key = sessions.begin("first", PAYMENT);
        for number in 0..SESSIONS_MAX {
            sessions.begin(&number.to_string(), PAYMENT);
        }
        assert_eq!(sessions.by_token.len(), SESSIONS_MAX);
        assert_eq!(sessions.view("first", PAYMENT, key), None);
    }
}
