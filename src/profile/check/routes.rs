//! Checks the routes: their names, their kinds, and that each keeps what it finds.

use std::collections::BTreeSet;

use super::steps::Variables;
use super::{Check, notation};
use crate::profile::file::RouteFile;
use crate::profile::flow::{Route, Step};
use crate::profile::model::KindFilter;
use crate::profile::reader::Sited;

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
            let way = self.way(file, &self.names_of(&kinds));
            let absence = file.value.absent_means.as_ref().map(|means| means.value).unwrap_or_default();
            if let (Some(name), Some(way)) = (name.and_then(|name| self.read(name, notation::name)), way) {
                routes.push(Route { name, kinds, way, absence });
            }
        }
        self.refuse_unconfirmed(files, &routes);
        routes
    }

    pub(super) fn names_of(&self, kinds: &KindFilter) -> Vec<String> {
        match kinds {
            KindFilter::Only(names) => names.iter().cloned().collect(),
            KindFilter::Every => self.variables.keys().cloned().collect(),
        }
    }

    pub(super) fn steps(&mut self, route: &Sited<RouteFile>, kinds: &[String]) -> Vec<Step> {
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
        let mut variables = Variables::of(kinds);
        route.value.step.iter().filter_map(|step| self.step(step, &mut variables)).collect()
    }
}
