//! Turns a profile as it is written into one that can be used, and collects everything that is wrong with it.

mod currency;
mod dates;
mod fields;
mod kinds;
mod pace;
mod routes;
mod service;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize as _;

use super::fault::{Fault, did_you_mean};
use super::file::{DriftFile, PaceFile, ProfileFile, Texts};
use super::flow::{Alternatives, Selector};
use super::include::Merged;
use super::model::{BrowserRules, KindFilter, Marker, Profile, Status};
use super::notation;
use super::reader::{Mistake, Sited};
use super::treatment::Drift;
use super::tree::{Node, Pruned, Site};
use crate::domain::{Digest, Verdict};

/// The version of the language that this program reads.
const LANGUAGE: u32 = 1;

/// Makes a profile of its merged files. `text` is what it can be loaded from again.
///
/// # Errors
/// Everything that is wrong.
pub(super) fn profile(merged: Merged, text: String) -> Result<Profile, Vec<Fault>> {
    let mut check = Check::new(merged);
    let profile = check.file().and_then(|file| check.profile(&file, text));
    match (profile, check.faults.is_empty()) {
        (Some(profile), true) => Ok(profile),
        _ => Err(check.into_faults()),
    }
}

/// What is being checked, and what was found to be wrong so far.
struct Check {
    merged: Merged,
    faults: Vec<(Site, Mistake)>,
    /// Tables that lost a key to a mistake, and the key: nobody is told that it is missing.
    damaged: Vec<(Site, String)>,
    /// The names of the kinds, by name and by key; `None` where a mistake hides one.
    kinds: Option<BTreeMap<String, String>>,
    /// The schemes' names; `None` where a mistake hides one.
    schemes: Option<BTreeSet<String>>,
    /// The parts that routes capture; `None` where a mistake hides one.
    parts: Option<BTreeSet<String>>,
    /// What a template can use for each kind, by the kind's name; without a kind where it cannot be told.
    variables: BTreeMap<String, BTreeSet<String>>,
    /// The names of the months; `None` where there are none.
    months: Option<Vec<String>>,
}

impl Check {
    fn new(merged: Merged) -> Self {
        Self {
            merged,
            faults: Vec::new(),
            damaged: Vec::new(),
            kinds: None,
            schemes: None,
            parts: None,
            variables: BTreeMap::new(),
            months: None,
        }
    }

    fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by_key(|(site, _)| *site);
        let placed =
            |(site, mistake): (Site, Mistake)| self.merged.sources.fault(site, mistake.message, mistake.hint);
        self.faults.into_iter().filter_map(placed).collect()
    }

    /// Reads the tree into its types. What does not fit is noted and taken out until the rest does.
    fn file(&mut self) -> Option<ProfileFile> {
        loop {
            let mistake = match ProfileFile::deserialize(&self.merged.root) {
                Ok(file) => return Some(file),
                Err(mistake) => mistake,
            };
            let site = mistake.site.unwrap_or(self.merged.root.site);
            self.faults.push((site, mistake));
            match self.merged.root.prune(site)? {
                Pruned::Entry { table, key } => self.damaged.push((table, key)),
                Pruned::Element | Pruned::Itself => {}
            }
        }
    }

    fn profile(&mut self, file: &ProfileFile, text: String) -> Option<Profile> {
        let root = self.merged.root.site;
        if let Some(language) = self.need(file.language.as_ref(), root, "language")
            && language.value != LANGUAGE
        {
            let message = format!("language {} is not known", language.value);
            self.add(language.site, message, "this program reads language 1");
        }
        let name =
            self.need(file.name.as_ref(), root, "name").and_then(|name| self.read(name, notation::name));
        let base =
            self.need(file.base.as_ref(), root, "base").and_then(|base| self.read(base, notation::address));
        let pace = self.pace(file.pace.as_ref().unwrap_or(&PaceFile::default()));
        let drift = self.drift(file.drift.as_ref().unwrap_or(&DriftFile::default()));
        let (schemes, kinds) = self.schemes_and_kinds(file);
        let markers = file.marker.iter().filter_map(|marker| self.marker(marker)).collect();
        let routes = self.routes(&file.route);
        self.refuse_too_few_requests(file.pace.as_ref(), &routes);
        self.months = file.months.as_ref().map(|months| self.months(months));
        let fields = self.fields(&file.field);
        let groups = self.groups(&file.group, &file.field);
        let references = self.references(&file.reference);
        Some(Profile {
            name: name?,
            status: file.status.unwrap_or(Status::Verified),
            base: base?,
            pace,
            drift,
            browser: BrowserRules {
                load_images: file.browser.as_ref().and_then(|browser| browser.load_images).unwrap_or(false),
            },
            schemes: schemes?,
            kinds,
            markers,
            routes,
            fields,
            groups,
            references,
            digest: Digest::of(text.as_bytes()),
            text,
        })
    }

    fn drift(&mut self, file: &DriftFile) -> Drift {
        let default = Drift::default();
        let mut count = |written: Option<&Sited<u32>>| {
            written.and_then(|written| self.keep(written.site, notation::drift_count(written.value)))
        };
        let missing = count(file.missing.as_ref());
        let of = count(file.of.as_ref()).unwrap_or(default.of);
        if let (Some(written), Some(missing)) = (&file.missing, missing)
            && missing > of
        {
            let message = format!("{missing} of the last {of} documents cannot lack something");
            self.add(written.site, message, "write a number that is not above `of`");
        }
        // Where only `of` is written, and small, the default must not make the alarm impossible.
        Drift { missing: missing.unwrap_or(default.missing.min(of)), of }
    }

    fn marker(&mut self, marker: &Sited<super::file::MarkerFile>) -> Option<Marker> {
        let verdict = self.need(marker.value.verdict.as_ref(), marker.site, "verdict");
        let any = self.need(marker.value.any.as_ref(), marker.site, "any");
        let any = any.and_then(|any| self.alternatives(any, notation::selector));
        let verdict = verdict?;
        if verdict.value == Verdict::GoOn {
            let hint = "name it in the `wait` that waits for it";
            self.add(verdict.site, "a marker that is watched in every wait cannot mean `go_on`", hint);
        }
        Some(Marker { verdict: verdict.value, any: any? })
    }

    fn add(&mut self, site: Site, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.push((site, Mistake::new(message, hint)));
    }

    /// A value that must be there, or the fault that it is missing.
    fn need<T>(&mut self, value: Option<T>, table: Site, key: &str) -> Option<T> {
        if value.is_none() && !self.is_lost(table, key) {
            self.add(table, format!("`{key}` is missing"), format!("add `{key} = …` here"));
        }
        value
    }

    /// Whether a table lost this key to a mistake.
    fn is_lost(&self, table: Site, key: &str) -> bool {
        self.damaged.iter().any(|(damaged, lost)| *damaged == table && lost == key)
    }

    /// Whether a table lost any key to a mistake.
    fn is_damaged(&self, table: Site) -> bool {
        self.damaged.iter().any(|(damaged, _)| *damaged == table)
    }

    /// Whether a mistake may hide something that a table at the top declares.
    fn is_hidden(&self, table: &str) -> bool {
        let root = &self.merged.root;
        self.is_damaged(root.find(&[table]).unwrap_or(root).site)
    }

    /// The keys of a table, as they were written.
    fn keys(&self, table: Site) -> Vec<(String, Site)> {
        let entries = self.merged.root.at(table).map(Node::entries).unwrap_or_default();
        entries.iter().map(|entry| (entry.name().to_owned(), entry.key.site)).collect()
    }

    fn keep<T>(&mut self, site: Site, read: Result<T, Mistake>) -> Option<T> {
        read.map_err(|mistake| self.faults.push((site, mistake))).ok()
    }

    fn read<T>(&mut self, written: &Sited<String>, read: fn(&str) -> Result<T, Mistake>) -> Option<T> {
        self.keep(written.site, read(&written.value))
    }

    fn read_all<T>(&mut self, written: &Texts, read: fn(&str) -> Result<T, Mistake>) -> Vec<T> {
        written.0.iter().filter_map(|written| self.read(written, read)).collect()
    }

    fn alternatives(
        &mut self,
        written: &Texts,
        read: fn(&str) -> Result<Selector, Mistake>,
    ) -> Option<Alternatives> {
        let selectors = self.read_all(written, read);
        (selectors.len() == written.0.len()).then_some(Alternatives(selectors))
    }

    fn at_least_one(&mut self, number: Option<&Sited<u32>>, default: u32) -> u32 {
        let kept = number.and_then(|number| self.keep(number.site, notation::at_least_one(number.value)));
        kept.unwrap_or(default)
    }

    /// The kinds that a rule is for, by their names.
    fn kind_filter(&mut self, written: Option<&Texts>) -> KindFilter {
        let Some(written) = written else { return KindFilter::Every };
        if written.0.iter().any(|kind| kind.value == "*") {
            return KindFilter::Every;
        }
        let mut only = BTreeSet::new();
        for kind in &written.0 {
            let Some(known) = &self.kinds else { continue };
            if let Some(name) = known.get(&kind.value) {
                only.insert(name.clone());
            } else {
                let names: BTreeSet<_> = known.values().map(String::as_str).collect();
                let hint = did_you_mean(&kind.value, names);
                self.add(kind.site, format!("no kind is called `{}`", kind.value), hint);
            }
        }
        KindFilter::Only(only)
    }

    /// The schemes that a rule is for.
    fn scheme_names(&mut self, written: Option<&Texts>) -> Vec<String> {
        let written = written.map(|written| written.0.as_slice()).unwrap_or_default();
        for scheme in written {
            if let Some(known) = &self.schemes
                && !known.contains(&scheme.value)
            {
                let hint = did_you_mean(&scheme.value, known.iter().map(String::as_str));
                self.add(scheme.site, format!("no scheme is called `{}`", scheme.value), hint);
            }
        }
        written.iter().map(|scheme| scheme.value.clone()).collect()
    }

    /// The part that a rule reads.
    fn part_name(&mut self, written: Option<&Sited<String>>) -> Option<String> {
        let written = written?;
        if let Some(parts) = &self.parts
            && !parts.contains(&written.value)
        {
            let hint = did_you_mean(&written.value, parts.iter().map(String::as_str));
            self.add(written.site, format!("no route captures a part `{}`", written.value), hint);
        }
        Some(written.value.clone())
    }

    /// The only text where a list makes no sense.
    fn single<'a>(&mut self, written: &'a Texts) -> Option<&'a Sited<String>> {
        match written.0.as_slice() {
            [only] => Some(only),
            [_, second, ..] => {
                self.add(second.site, "one text was expected, not a list", "keep one of them");
                None
            }
            [] => None,
        }
    }
}
