//! Checks the steps of a route: one verb each, with the options that belong to it.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Check, notation};
use crate::domain::Verdict;
use crate::profile::fault::{did_you_mean, quoted};
use crate::profile::file::{BackFile, StepFile, Texts, WaitFile};
use crate::profile::flow::{
    Alternatives, CaptureStep, ClickManner, FormKeys, RowsStep, Scope, Step, TakeRule, Template, TextMatch,
};
use crate::profile::reader::Sited;
use crate::profile::tree::Site;

/// Each verb with the options that belong to it.
const VERBS: [(&str, &[&str]); 18] = [
    ("open", &[]),
    ("dismiss", &[]),
    ("click", &["once", "manner"]),
    ("fill", &["with", "keys"]),
    ("select", &["option"]),
    ("press", &["on"]),
    ("wait", &["deadline"]),
    (
        "rows",
        &[
            "id",
            "open",
            "prefer",
            "first",
            "next",
            "pages_max",
            "last",
            "scroll",
            "take",
            "attribute",
            "pattern",
        ],
    ),
    ("expect", &[]),
    ("capture", &["of"]),
    ("window", &[]),
    ("frame", &[]),
    ("dialog", &[]),
    ("answer", &["says", "if_asked_within"]),
    ("choose", &["equals", "contains"]),
    ("gone", &["deadline"]),
    ("back", &[]),
    ("take", &["attribute", "pattern"]),
];

/// Options of `rows` that are verbs where they stand alone.
const VERBS_BESIDE_ROWS: [&str; 2] = ["open", "take"];

/// How many pages of results are read where a profile does not say.
pub(super) const PAGES_MAX: u32 = 20;

/// What the templates of a route can use: what its kinds give, and what steps took so far.
pub(super) struct Variables<'k> {
    kinds: &'k [String],
    taken: BTreeSet<String>,
}

impl<'k> Variables<'k> {
    /// Before the first step.
    pub(super) const fn of(kinds: &'k [String]) -> Self {
        Self { kinds, taken: BTreeSet::new() }
    }
}

impl Check {
    /// The step's only verb; refuses a second one, and options that belong to another.
    fn verb(&mut self, site: Site) -> Option<&'static str> {
        let keys = self.keys(site);
        let is_rows = keys.iter().any(|(key, _)| key == "rows");
        let mut verbs = keys.iter().filter_map(|(key, key_site)| {
            let is_option = is_rows && VERBS_BESIDE_ROWS.contains(&key.as_str());
            let verb = VERBS.iter().find(|(verb, _)| key == verb && !is_option);
            verb.map(|(verb, options)| (*verb, *options, *key_site))
        });
        let (Some((verb, options, _)), second) = (verbs.next(), verbs.next()) else {
            if !self.is_damaged(site) {
                let verbs: Vec<_> = VERBS.iter().map(|(verb, _)| *verb).collect();
                self.add(site, "this step has no verb", format!("add one of {}", quoted(&verbs)));
            }
            return None;
        };
        if let Some((second, _, second_site)) = second {
            let message = format!("this step has two verbs, `{verb}` and `{second}`");
            self.add(second_site, message, "make two steps of it");
            return None;
        }
        // A page is not to be looked at while a prompt is open.
        let takes_when = verb != "answer";
        let belongs = |key: &str| key == verb || options.contains(&key) || (takes_when && key == "when");
        for (key, key_site) in keys.iter().filter(|(key, _)| !belongs(key)) {
            let hint = match options {
                _ if key == "when" => {
                    "no page can be looked at while it shows a prompt: leave `when` out".to_owned()
                }
                [] => format!("`{verb}` has no options"),
                options => format!("`{verb}` takes {}", quoted(options)),
            };
            self.add(*key_site, format!("`{key}` does not belong to `{verb}`"), hint);
        }
        Some(verb)
    }

    pub(super) fn step(&mut self, step: &Sited<StepFile>, variables: &mut Variables<'_>) -> Option<Step> {
        let verb = self.verb(step.site)?;
        let any = step.value.when.as_ref().map(|when| self.alternatives(when, notation::selector));
        let then = self.act(verb, step, variables)?;
        match any {
            None => Some(then),
            Some(any) => Some(Step::When { any: any?, then: Box::new(then) }),
        }
    }

    fn act(
        &mut self,
        verb: &'static str,
        step: &Sited<StepFile>,
        variables: &mut Variables<'_>,
    ) -> Option<Step> {
        let file = &step.value;
        match verb {
            "open" => {
                let address = self.single(file.open.as_ref()?)?;
                self.template(address, variables).map(Step::Open)
            }
            "dismiss" => self.element(file.dismiss.as_ref()?).map(Step::Dismiss),
            "click" => Some(Step::Click {
                on: self.element(file.click.as_ref()?)?,
                manner: file.manner.unwrap_or(ClickManner::Script),
                once: file.once.unwrap_or(false),
            }),
            "fill" => {
                let control = self.element(file.fill.as_ref()?);
                let with = self.need(file.with.as_ref(), step.site, "with");
                let with = with.and_then(|with| self.template(with, variables));
                Some(Step::Fill {
                    control: control?,
                    with: with?,
                    keys: file.keys.unwrap_or(FormKeys::Script),
                })
            }
            "select" => {
                let control = self.element(file.select.as_ref()?);
                let option = self.need(file.option.as_ref(), step.site, "option");
                let option = option.and_then(|option| self.template(option, variables));
                Some(Step::Select { control: control?, option: option? })
            }
            "press" => {
                let key = self.read(file.press.as_ref()?, notation::key_name);
                let on = file.on.as_ref().and_then(|on| self.element(on));
                Some(Step::Press { key: key?, on })
            }
            "choose" => {
                let among = self.element(file.choose.as_ref()?);
                let text = self.text_match(step, variables);
                Some(Step::Choose { among: among?, text: text? })
            }
            "back" => file.back.map(|BackFile::History| Step::Back),
            verb => self.look(verb, step, variables),
        }
    }

    /// The steps that read, wait, or say where the others look.
    fn look(
        &mut self,
        verb: &'static str,
        step: &Sited<StepFile>,
        variables: &mut Variables<'_>,
    ) -> Option<Step> {
        let file = &step.value;
        match verb {
            "wait" => {
                let outcomes = self.outcomes(file.wait.as_ref()?);
                Some(Step::Wait { outcomes, deadline: self.step_deadline(file) })
            }
            "gone" => {
                let any = self.alternatives(file.gone.as_ref()?, notation::selector);
                Some(Step::Gone { deadline: self.step_deadline(file), any: any? })
            }
            "rows" => self.rows(step, variables).map(Step::Rows),
            "expect" => self.element(file.expect.as_ref()?).map(Step::Expect),
            "take" => {
                let from = self.element(file.take.as_ref()?);
                let rule = self.take_rule(step, variables);
                Some(Step::Take { from: from?, rule: rule? })
            }
            "window" => file.window.map(Step::Window),
            "frame" => self.scope(file.frame.as_ref()?, "top").map(Step::Frame),
            "dialog" => self.scope(file.dialog.as_ref()?, "none").map(Step::Dialog),
            "answer" => {
                let says = file.says.as_ref().map(|says| says.value.clone());
                let time = file.if_asked_within.as_ref();
                let if_asked_within = time.and_then(|time| self.read(time, notation::deadline));
                file.answer.map(|with| Step::Answer { with, says, if_asked_within })
            }
            _ => {
                let part = self.read(file.capture.as_ref()?, notation::name);
                let of = file.of.as_ref().map(|of| self.element(of));
                Some(Step::Capture(CaptureStep {
                    part: part?,
                    of: match of {
                        None => None,
                        Some(of) => Some(of?),
                    },
                }))
            }
        }
    }

    fn step_deadline(&mut self, file: &StepFile) -> Option<Duration> {
        file.deadline.as_ref().and_then(|time| self.read(time, notation::deadline))
    }

    /// What is entered, or the word that leaves it.
    fn scope(&mut self, written: &Texts, leave: &str) -> Option<Scope> {
        match written.0.as_slice() {
            [only] if only.value == leave => Some(Scope::Leave),
            _ => self.element(written).map(Scope::Enter),
        }
    }

    fn text_match(&mut self, step: &Sited<StepFile>, variables: &Variables<'_>) -> Option<TextMatch> {
        match (&step.value.equals, &step.value.contains) {
            (Some(equals), None) => self.template(equals, variables).map(TextMatch::Equals),
            (None, Some(contains)) => self.template(contains, variables).map(TextMatch::Contains),
            (Some(_), Some(contains)) => {
                let message = "a suggestion is chosen by `equals` or by `contains`, not by both";
                self.add(contains.site, message, "keep `equals` where its whole text is known");
                None
            }
            (None, None) => {
                if !self.is_damaged(step.site) {
                    let hint = "add `equals = \"{id}\"`, or `contains = …`";
                    self.add(step.site, "nothing says which suggestion is chosen", hint);
                }
                None
            }
        }
    }

    /// What is taken, and the variables that later steps have by it.
    fn take_rule(&mut self, step: &Sited<StepFile>, variables: &mut Variables<'_>) -> Option<TakeRule> {
        let written = self.need(step.value.pattern.as_ref(), step.site, "pattern")?;
        let pattern = self.read(written, notation::take_pattern)?;
        for name in pattern.capture_names().flatten() {
            let is_known = |kind: &String| self.variables.get(kind).is_some_and(|known| known.contains(name));
            if variables.kinds.iter().any(is_known) || variables.taken.contains(name) {
                self.add(
                    written.site,
                    format!("`{{{name}}}` is known already"),
                    "give the group another name",
                );
            }
        }
        variables.taken.extend(pattern.capture_names().flatten().map(str::to_owned));
        let attribute = step.value.attribute.as_ref();
        let attribute = attribute.map(|attribute| self.read(attribute, notation::name));
        Some(TakeRule {
            attribute: match attribute {
                None => None,
                Some(attribute) => Some(attribute?),
            },
            pattern,
        })
    }

    fn element(&mut self, written: &Texts) -> Option<Alternatives> {
        self.alternatives(written, notation::element)
    }

    pub(super) fn template(
        &mut self,
        written: &Sited<String>,
        variables: &Variables<'_>,
    ) -> Option<Template> {
        let (template, used) = self.read(written, notation::template)?;
        self.refuse_unknown_variables(written, &used, variables);
        Some(template)
    }

    /// Refuses variables of a template that some kind it is used for does not have, and no step before has taken.
    pub(super) fn refuse_unknown_variables(
        &mut self,
        written: &Sited<String>,
        used: &[String],
        variables: &Variables<'_>,
    ) {
        for variable in used.iter().filter(|variable| !variables.taken.contains(*variable)) {
            let lacking = variables.kinds.iter().find_map(|kind| {
                let known = self.variables.get(kind)?;
                (!known.contains(variable)).then(|| (kind.clone(), known.clone()))
            });
            if let Some((kind, known)) = lacking {
                let known = known.iter().chain(&variables.taken);
                let hint = did_you_mean(variable, known.map(String::as_str));
                self.add(written.site, format!("`{{{variable}}}` is not known for the kind `{kind}`"), hint);
            }
        }
    }

    /// The outcomes in the order in which they were written.
    fn outcomes(&mut self, wait: &Sited<WaitFile>) -> Vec<(Verdict, Alternatives)> {
        let file = &wait.value;
        self.need(file.go_on.as_ref(), wait.site, "go_on");
        let mut written: Vec<_> = [
            (Verdict::GoOn, &file.go_on),
            (Verdict::Absent, &file.absent),
            (Verdict::SessionLost, &file.session_lost),
            (Verdict::Unavailable, &file.unavailable),
            (Verdict::Blocked, &file.blocked),
            (Verdict::Login, &file.login),
        ]
        .into_iter()
        .filter_map(|(verdict, any)| any.as_ref().map(|any| (verdict, any)))
        .collect();
        written.sort_by_key(|(_, any)| any.site);
        let sign = |(verdict, any): (_, &Sited<Texts>)| {
            Some((verdict, self.alternatives(&any.value, notation::selector)?))
        };
        written.into_iter().filter_map(sign).collect()
    }

    fn rows(&mut self, step: &Sited<StepFile>, variables: &mut Variables<'_>) -> Option<RowsStep> {
        let file = &step.value;
        let rows = self.element(file.rows.as_ref()?);
        let mut optional =
            |written: &Option<Texts>| written.as_ref().and_then(|written| self.element(written));
        let (id, open, prefer) = (optional(&file.id), optional(&file.open), optional(&file.prefer));
        let (first, next, last) = (optional(&file.first), optional(&file.next), optional(&file.last));
        let (scroll, from) = (optional(&file.scroll), optional(&file.take));
        let pages_max = self.at_least_one(file.pages_max.as_ref(), PAGES_MAX);
        let pages = file.pages_max.as_ref().map(|pages_max| (pages_max.site, "pages_max"));
        let ends = self.key(step.site, "last").map(|(_, site)| (site, "last"));
        // A list that is scrolled has an end to be seen as well.
        let ends = ends.filter(|_| file.scroll.is_none());
        for (site, key) in pages.into_iter().chain(ends) {
            if file.next.is_none() && !self.is_damaged(step.site) {
                let hint = "add `next = …`, the control that leads to the next page";
                self.add(site, format!("`{key}` without `next` has no meaning"), hint);
            }
        }
        let take = if file.take.is_some() { self.take_rule(step, variables) } else { None };
        self.refuse_lone_take_options(step);
        Some(RowsStep {
            rows: rows?,
            id,
            open,
            prefer,
            take: from.zip(take),
            first,
            next: next.map(|next| (next, pages_max)),
            last,
            scroll,
        })
    }

    /// A row is opened, or something is taken out of it.
    fn refuse_lone_take_options(&mut self, step: &Sited<StepFile>) {
        let file = &step.value;
        if let (Some(_), Some((_, site))) = (&file.take, self.key(step.site, "open")) {
            let message = "a row is opened by `open`, or something is taken out of it by `take`, not both";
            self.add(site, message, "open what was taken by a step of its own");
        }
        for key in ["attribute", "pattern"] {
            if let (None, Some((_, site))) = (&file.take, self.key(step.site, key)) {
                let hint = "add `take = …`, the element of the row that holds it";
                self.add(site, format!("`{key}` without `take` has no meaning"), hint);
            }
        }
    }
}
