//! Checks the routes and their steps.

use std::collections::BTreeSet;

use super::{Check, notation};
use crate::domain::Verdict;
use crate::profile::fault::{did_you_mean, quoted};
use crate::profile::file::{RouteFile, StepFile, Texts, WaitFile};
use crate::profile::model::{
    Alternatives, CaptureStep, ClickManner, FormKeys, KindFilter, Route, RowsStep, Step, Template,
};
use crate::profile::reader::Sited;
use crate::profile::tree::Site;

/// Each verb with the options that belong to it.
const VERBS: [(&str, &[&str]); 10] = [
    ("open", &[]),
    ("dismiss", &[]),
    ("click", &["once", "manner"]),
    ("fill", &["with", "keys"]),
    ("select", &["option"]),
    ("press", &["on"]),
    ("wait", &["deadline"]),
    ("rows", &["id", "open", "prefer", "next", "pages_max"]),
    ("expect", &[]),
    ("capture", &[]),
];

/// How many pages of results are read where a profile does not say.
const PAGES_MAX: u32 = 20;

impl Check {
    pub(super) fn routes(&mut self, files: &[Sited<RouteFile>]) -> Vec<Route> {
        let mut names = BTreeSet::new();
        let mut routes = Vec::new();
        for file in files {
            let name = self.need(file.value.name.as_ref(), file.site, "name");
            if let Some(name) = name
                && !names.insert(name.value.clone())
            {
                let message = format!("two routes are called `{}`", name.value);
                self.add(name.site, message, "give each a name of its own");
            }
            let kinds = self.kind_filter(file.value.kinds.as_ref());
            let steps = self.steps(file, &self.names_of(&kinds));
            if let Some(name) = name.and_then(|name| self.read(name, notation::name)) {
                routes.push(Route { name, kinds, steps });
            }
        }
        routes
    }

    fn names_of(&self, kinds: &KindFilter) -> Vec<String> {
        match kinds {
            KindFilter::Only(names) => names.iter().cloned().collect(),
            KindFilter::Every => self.variables.keys().cloned().collect(),
        }
    }

    fn steps(&mut self, route: &Sited<RouteFile>, kinds: &[String]) -> Vec<Step> {
        let mut parts = BTreeSet::new();
        for part in route.value.step.iter().filter_map(|step| step.value.capture.as_ref()) {
            if !parts.insert(part.value.as_str()) {
                let message = format!("this route captures a part `{}` already", part.value);
                self.add(part.site, message, "give each part a name of its own");
            }
        }
        let damaged =
            self.is_damaged(route.site) || route.value.step.iter().any(|step| self.is_damaged(step.site));
        if parts.is_empty() && !damaged {
            self.add(route.site, "this route captures nothing", "end it with a step `capture = \"detail\"`");
        }
        route.value.step.iter().filter_map(|step| self.step(step, kinds)).collect()
    }

    /// The step's only verb; refuses a second one, and options that belong to another.
    fn verb(&mut self, site: Site) -> Option<&'static str> {
        let keys = self.keys(site);
        let is_rows = keys.iter().any(|(key, _)| key == "rows");
        // Beside `rows`, `open` is an option.
        let mut verbs = keys.iter().filter_map(|(key, key_site)| {
            let verb = VERBS.iter().find(|(verb, _)| key == verb && !(is_rows && key == "open"));
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
        for (key, key_site) in keys.iter().filter(|(key, _)| key != verb && !options.contains(&key.as_str()))
        {
            let hint = match options {
                [] => format!("`{verb}` has no options"),
                options => format!("`{verb}` takes {}", quoted(options)),
            };
            self.add(*key_site, format!("`{key}` does not belong to `{verb}`"), hint);
        }
        Some(verb)
    }

    fn step(&mut self, step: &Sited<StepFile>, kinds: &[String]) -> Option<Step> {
        let file = &step.value;
        match self.verb(step.site)? {
            "open" => {
                let address = self.single(file.open.as_ref()?)?;
                self.template(address, kinds).map(Step::Open)
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
                let with = with.and_then(|with| self.template(with, kinds));
                Some(Step::Fill {
                    control: control?,
                    with: with?,
                    keys: file.keys.unwrap_or(FormKeys::Script),
                })
            }
            "select" => {
                let control = self.element(file.select.as_ref()?);
                let option = self.need(file.option.as_ref(), step.site, "option");
                let option = option.and_then(|option| self.template(option, kinds));
                Some(Step::Select { control: control?, option: option? })
            }
            "press" => {
                let key = self.read(file.press.as_ref()?, notation::key_name);
                let on = file.on.as_ref().and_then(|on| self.element(on));
                Some(Step::Press { key: key?, on })
            }
            "wait" => {
                let outcomes = self.outcomes(file.wait.as_ref()?);
                let deadline = file.deadline.as_ref();
                Some(Step::Wait {
                    outcomes,
                    deadline: deadline.and_then(|time| self.read(time, notation::deadline)),
                })
            }
            "rows" => self.rows(file, step.site).map(Step::Rows),
            "expect" => self.element(file.expect.as_ref()?).map(Step::Expect),
            _ => {
                let part = self.read(file.capture.as_ref()?, notation::name)?;
                Some(Step::Capture(CaptureStep { part }))
            }
        }
    }

    fn element(&mut self, written: &Texts) -> Option<Alternatives> {
        self.alternatives(written, notation::element)
    }

    fn template(&mut self, written: &Sited<String>, kinds: &[String]) -> Option<Template> {
        let (template, used) = self.read(written, notation::template)?;
        self.refuse_unknown_variables(written, &used, kinds);
        Some(template)
    }

    /// Refuses variables of a template that some kind it is used for does not have.
    fn refuse_unknown_variables(&mut self, written: &Sited<String>, used: &[String], kinds: &[String]) {
        for variable in used {
            let lacking = kinds.iter().find_map(|kind| {
                let known = self.variables.get(kind)?;
                (!known.contains(variable)).then(|| (kind.clone(), known.clone()))
            });
            if let Some((kind, known)) = lacking {
                let hint = did_you_mean(variable, known.iter().map(String::as_str));
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

    fn rows(&mut self, file: &StepFile, site: Site) -> Option<RowsStep> {
        let rows = self.element(file.rows.as_ref()?);
        let mut optional =
            |written: &Option<Texts>| written.as_ref().and_then(|written| self.element(written));
        let (id, open, prefer, next) =
            (optional(&file.id), optional(&file.open), optional(&file.prefer), optional(&file.next));
        let pages_max = self.at_least_one(file.pages_max.as_ref(), PAGES_MAX);
        if let Some(pages_max) = &file.pages_max
            && file.next.is_none()
            && !self.is_damaged(site)
        {
            let hint = "add `next = …`, the control that leads to the next page";
            self.add(pages_max.site, "`pages_max` without `next` has no meaning", hint);
        }
        Some(RowsStep { rows: rows?, id, open, prefer, next: next.map(|next| (next, pages_max)) })
    }
}
