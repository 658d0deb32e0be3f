//! The account of a look-up while it happens: what each step did, told to whoever listens when the step ends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::{Part, Trace};
use crate::profile::{Alternatives, Route, Step, Template, TextMatch};

/// Takes the account of a step when the step has ended. The look-up waits meanwhile.
pub type StepListener = Arc<dyn Fn(&StepAccount) + Send + Sync>;

/// What one step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepAccount {
    /// The route's name.
    pub route: String,
    /// Which step or request of the route it is; the first is 1, and 0 stands for the route as a whole.
    pub number: usize,
    /// Its verb, as written in a profile; without a browser, what was asked for.
    pub verb: String,
    /// The alternative that matched, as written in the profile; without a browser, the answer's status.
    pub matched: Option<String>,
    /// Where that stands among how many alternatives, as in `(2, 3)`; `None` where a marker of the profile matched.
    pub choice: Option<(usize, usize)>,
    /// How long it took, the wait for its turn included.
    pub elapsed: Duration,
    /// What was given to the page or read from it.
    pub answer: Option<String>,
    /// What the prompts said that no step answers and that were accepted meanwhile.
    pub accepted: Vec<String>,
    /// How it ended.
    pub end: StepEnd,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepEnd {
    /// The look-up goes on.
    Done,
    /// The page says that there is no such document.
    Absent,
    /// The look-up ends here, for this reason.
    Failed(String),
    /// The route yields to the next one, for this reason.
    PassedOver(String),
}

impl StepAccount {
    /// The account of a route that yields to the next one.
    pub(super) fn of_passed_over(route: &Route, why: String, elapsed: Duration) -> Self {
        Self {
            route: route.name.clone(),
            number: 0,
            verb: "route".to_owned(),
            matched: None,
            choice: None,
            elapsed,
            answer: None,
            accepted: Vec::new(),
            end: StepEnd::PassedOver(why),
        }
    }

    /// The account of the step with this index, without its answer.
    pub(super) fn of(route: &Route, index: usize, trace: &Trace, end: StepEnd) -> Self {
        let step = route.steps().get(index);
        Self {
            route: route.name.clone(),
            number: index + 1,
            verb: trace.step.clone(),
            matched: trace.matched.clone(),
            choice: step.zip(trace.matched.as_deref()).and_then(|(step, matched)| choice(step, matched)),
            elapsed: Duration::from_millis(trace.elapsed_ms),
            answer: None,
            accepted: Vec::new(),
            end,
        }
    }
}

/// What a step gives to the page, or takes from it.
pub(super) fn given(
    step: &Step,
    fill_in: &dyn Fn(&Template) -> String,
    taken: &BTreeMap<String, String>,
) -> Option<String> {
    match step {
        Step::Open(address) => Some(fill_in(address)),
        Step::Fill { with: text, .. }
        | Step::Select { option: text, .. }
        | Step::Choose { text: TextMatch::Equals(text) | TextMatch::Contains(text), .. } => {
            Some(format!("`{}`", fill_in(text)))
        }
        Step::Press { key, .. } => Some(format!("`{key}`")),
        Step::Take { rule, .. } => {
            let names = rule.pattern.capture_names().flatten();
            let values = names.filter_map(|name| Some(format!("{name} = `{}`", taken.get(name)?)));
            Some(values.collect::<Vec<_>>().join(", ")).filter(|values| !values.is_empty())
        }
        _ => None,
    }
}

/// Whether a step's condition was not met.
pub(super) fn is_passed_over(step: Option<&Step>, trace: &Trace, end: &StepEnd) -> bool {
    matches!(step, Some(Step::When { .. })) && trace.matched.is_none() && *end == StepEnd::Done
}

/// What a step read.
pub(super) fn read(part: &Part) -> String {
    format!("`{}`, {} bytes of {}", part.name, part.bytes.len(), part.url)
}

/// The place of an alternative among those of its list.
fn choice(step: &Step, matched: &str) -> Option<(usize, usize)> {
    step.alternatives().into_iter().find_map(|Alternatives(selectors)| {
        let index = selectors.iter().position(|selector| selector.to_string() == matched)?;
        Some((index + 1, selectors.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Verdict;
    use crate::profile::Selector;

    fn any(selectors: &[&str]) -> Alternatives {
        Alternatives(selectors.iter().map(|css| Selector::Css((*css).into())).collect())
    }

    #[test]
    fn an_alternative_is_counted_in_its_own_list() {
        let outcomes = vec![(Verdict::GoOn, any(&["a", "b", "c"])), (Verdict::Absent, any(&["d", "e"]))];
        let wait = Step::Wait { outcomes, deadline: None };
        for (matched, expected) in
            [("css:b", Some((2, 3))), ("css:d", Some((1, 2))), ("text:marker", None), ("css:a, b", None)]
        {
            assert_eq!(choice(&wait, matched), expected, "{matched}");
        }
        assert_eq!(choice(&Step::Dismiss(any(&["x"])), "css:x"), Some((1, 1)));
    }
}
