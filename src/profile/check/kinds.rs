//! Checks the ID schemes and the kinds of documents, and works out what templates can use for each.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::service::parts_without_browser;
use super::{Check, notation};
use crate::profile::fault::quoted;
use crate::profile::file::{CounterFile, KindFile, ProfileFile, SchemeFile, Texts, YearFile};
use crate::profile::flow::Selector;
use crate::profile::model::{Kind, OwnId, Place};
use crate::profile::reader::{Mistake, Sited};
use crate::profile::tree::Site;
use crate::scheme::{CounterRule, SchemeFault, SchemeRule, Schemes, YearRule};

/// What a scheme's IDs say about themselves.
struct Groups {
    /// The named groups of its pattern.
    names: BTreeSet<String>,
    /// Matches the keys of the kinds that it can give.
    keys: Regex,
}

impl Check {
    /// The schemes and the kinds by name. Leaves behind what later checks ask for: names, parts, variables.
    pub(super) fn schemes_and_kinds(
        &mut self,
        file: &ProfileFile,
    ) -> (Option<Schemes>, BTreeMap<String, Kind>) {
        if file.ids.0.is_empty() && !self.is_hidden("ids") {
            self.add(self.merged.root.site, "no ID scheme is declared", "add a table `[ids.NAME]`");
        }
        if file.kinds.0.is_empty() && !self.is_hidden("kinds") {
            self.add(self.merged.root.site, "no kind of documents is declared", "add a table `[kinds]`");
        }
        let names = file.ids.0.iter().map(|(name, _)| name.value.clone()).collect();
        self.schemes = (!self.is_hidden("ids")).then_some(names);
        self.parts = self.captured_parts(file);
        let keys = self.kind_names(file);
        let rules: Vec<_> =
            file.ids.0.iter().filter_map(|(name, rule)| self.scheme(&name.value, rule, &keys)).collect();
        let groups: Option<Vec<_>> = rules.iter().map(Groups::of).collect();
        let groups = groups.filter(|groups| groups.len() == file.ids.0.len() && !self.is_hidden("ids"));
        let schemes = self.made(rules);
        let kinds = self.kinds_by_name(file, &keys, groups.as_deref());
        (schemes, kinds)
    }

    /// The parts that routes capture; `None` where a mistake hides one.
    fn captured_parts(&self, file: &ProfileFile) -> Option<BTreeSet<String>> {
        let steps = file.route.iter().flat_map(|route| &route.value.step);
        let hidden = self.is_hidden("route")
            || file.route.iter().any(|route| self.is_damaged(route.site))
            || steps.clone().any(|step| self.is_damaged(step.site));
        let captured = steps.filter_map(|step| step.value.capture.as_ref()).map(|part| part.value.clone());
        let asked_for = file.route.iter().flat_map(|route| parts_without_browser(&route.value));
        let parts = captured.chain(asked_for).collect();
        (!hidden).then_some(parts)
    }

    /// The names of the kinds by key.
    fn kind_names(&mut self, file: &ProfileFile) -> BTreeMap<String, String> {
        let mut keys = BTreeMap::new();
        for (key, kind) in &file.kinds.0 {
            let name = kind.value.variable("name");
            let Some(name) = self.need(name, kind.site, "name").and_then(|name| self.single(name)) else {
                continue;
            };
            if self.read(name, notation::name).is_none() {
                continue;
            }
            if let Some(other) = keys.iter().find_map(|(key, known)| (*known == name.value).then_some(key)) {
                let message = format!("the kind `{other}` is called `{}` as well", name.value);
                self.add(name.site, message, "give each kind a name of its own");
                continue;
            }
            keys.insert(key.value.clone(), name.value.clone());
        }
        let known =
            keys.iter().flat_map(|(key, name)| [(key.clone(), name.clone()), (name.clone(), name.clone())]);
        let hidden = self.is_hidden("kinds") || keys.len() < file.kinds.0.len();
        self.kinds = (!hidden).then(|| known.collect());
        keys
    }

    fn scheme(
        &mut self,
        name: &str,
        rule: &Sited<SchemeFile>,
        kinds: &BTreeMap<String, String>,
    ) -> Option<SchemeRule> {
        let file = &rule.value;
        let pattern = self.need(file.pattern.as_ref(), rule.site, "pattern");
        let kind = self.need(file.kind.as_ref(), rule.site, "kind");
        let pair = |check: &mut Self, (from, to): &(Sited<String>, Sited<String>)| {
            check.read(from, notation::mark).zip(check.read(to, notation::mark))
        };
        let pairs = file.pairs.0.iter().filter_map(|entry| pair(self, entry)).collect();
        let year = file.year.as_ref().and_then(|year| self.year(year));
        let counter = file.counter.as_ref().and_then(|counter| self.counter(counter));
        let must = file.must.as_ref().map(|must| must.0.as_slice()).unwrap_or_default();
        Some(SchemeRule {
            name: name.to_owned(),
            pattern: pattern?.value.clone(),
            letters: file.letters.unwrap_or_default(),
            pairs,
            must: must.iter().map(|pattern| pattern.value.clone()).collect(),
            kind: kind?.value.clone(),
            kinds: kinds.clone(),
            examples: file.examples.clone(),
            placeholders: file.placeholders.clone(),
            year,
            counter,
        })
    }

    fn year(&mut self, year: &Sited<YearFile>) -> Option<YearRule> {
        let group = self.need(year.value.group.clone(), year.site, "group");
        let min = self.need(year.value.min, year.site, "min");
        let max = self.need(year.value.max, year.site, "max");
        Some(YearRule { group: group?, min: min?, max: max? })
    }

    fn counter(&mut self, counter: &Sited<CounterFile>) -> Option<CounterRule> {
        let group = self.need(counter.value.group.clone(), counter.site, "group");
        let at = self.need(counter.value.at, counter.site, "at");
        let year = self.need(counter.value.year, counter.site, "year");
        let per_year = self.need(counter.value.per_year, counter.site, "per_year");
        let from = counter.value.from.unwrap_or_default();
        Some(CounterRule { group: group?, at: at?, year: year?, per_year: per_year?, from })
    }

    fn made(&mut self, rules: Vec<SchemeRule>) -> Option<Schemes> {
        match Schemes::new(rules) {
            Ok(schemes) => Some(schemes),
            Err(faults) => {
                for fault in faults {
                    let site = self.scheme_site(&fault);
                    self.add(site, fault.message, fault.hint);
                }
                None
            }
        }
    }

    /// Where the thing is written that a scheme complains about: the entry, else the key, else the scheme.
    fn scheme_site(&self, fault: &SchemeFault) -> Site {
        let root = &self.merged.root;
        let value = root.find(&["ids", &fault.scheme, fault.key]);
        let entry = fault.index.and_then(|index| value?.element(index));
        let scheme = root.find(&["ids", &fault.scheme]);
        entry.or(value).or(scheme).map_or(root.site, |node| node.site)
    }

    fn kinds_by_name(
        &mut self,
        file: &ProfileFile,
        keys: &BTreeMap<String, String>,
        groups: Option<&[Groups]>,
    ) -> BTreeMap<String, Kind> {
        let default = file.own_id.as_ref().and_then(|own_id| self.own_id(own_id));
        let mut kinds = BTreeMap::new();
        for (key, kind) in &file.kinds.0 {
            let Some(name) = keys.get(&key.value) else { continue };
            let variables = self.kind_variables(&kind.value, groups);
            if let Some(groups) = groups {
                self.know_variables(key, name, &variables, groups);
            }
            let own_id = match kind.value.variable("own_id") {
                Some(written) => self.own_id(written),
                None if file.own_id.is_some() => default.clone(),
                None if self.is_lost(kind.site, "own_id") => None,
                None => self.without_own_id(file, key, name),
            };
            // A kind without a route is never on a page, so that its own ID is not asked for.
            let own_id = own_id.unwrap_or(OwnId::Row);
            kinds.insert(name.clone(), Kind { name: name.clone(), variables, own_id });
        }
        kinds
    }

    fn without_own_id(&mut self, file: &ProfileFile, key: &Sited<String>, name: &str) -> Option<OwnId> {
        if self.is_lost(self.merged.root.site, "own_id") {
            return None;
        }
        let leads_here =
            |kinds: &Texts| kinds.0.iter().any(|kind| ["*", name, &key.value].contains(&kind.value.as_str()));
        if file.route.iter().any(|route| route.value.kinds.as_ref().is_none_or(leads_here)) {
            let message = format!("nothing says where pages of the kind `{name}` show their own ID");
            self.add(
                key.site,
                message,
                "add `own_id = \"label:…\"` here or at the top, or `own_id = \"row\"`",
            );
        }
        None
    }

    /// The kind's own variables, with those refused that are something else already.
    fn kind_variables(&mut self, kind: &KindFile, groups: Option<&[Groups]>) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        for (name, value) in &kind.0.0 {
            if name.value == "name" || name.value == "own_id" {
                continue;
            }
            let is_group = groups.unwrap_or_default().iter().any(|scheme| scheme.names.contains(&name.value));
            if name.value == "id" || is_group {
                let message = format!("`{}` is what the ID itself gives", name.value);
                self.add(name.site, message, "give the variable another name");
            }
            if let Some(value) = self.single(&value.value) {
                variables.insert(name.value.clone(), value.value.clone());
            }
        }
        variables
    }

    /// Notes what templates can use for a kind: what every scheme that can name it gives.
    fn know_variables(
        &mut self,
        key: &Sited<String>,
        name: &str,
        own: &BTreeMap<String, String>,
        groups: &[Groups],
    ) {
        let mut schemes = groups.iter().filter(|scheme| scheme.keys.is_match(&key.value));
        let Some(first) = schemes.next() else {
            let message = format!("no scheme gives IDs of the kind `{}`", key.value);
            self.add(key.site, message, "compare it with `kind` in the tables `[ids.NAME]`");
            return;
        };
        let mut known = schemes.fold(first.names.clone(), |known, scheme| &known & &scheme.names);
        known.insert("id".to_owned());
        known.extend(own.keys().cloned());
        self.variables.insert(name.to_owned(), known);
    }

    fn own_id(&mut self, written: &Texts) -> Option<OwnId> {
        if let [only] = written.0.as_slice()
            && only.value == "row"
        {
            return Some(OwnId::Row);
        }
        let places = self.read_all(written, own_place);
        (places.len() == written.0.len()).then_some(OwnId::Page(places))
    }
}

impl KindFile {
    fn variable(&self, name: &str) -> Option<&Texts> {
        self.0.0.iter().find(|(key, _)| key.value == name).map(|(_, value)| &value.value)
    }
}

impl Groups {
    /// `None` where the pattern or the kind is none: the scheme itself says so.
    fn of(rule: &SchemeRule) -> Option<Self> {
        if rule.kind.is_empty() {
            return None;
        }
        let pattern = Regex::new(&rule.pattern).ok()?;
        let (_, groups) = notation::template(&rule.kind).ok()?;
        let mut keys = regex::escape(&rule.kind);
        for group in groups {
            keys = keys.replace(&regex::escape(&format!("{{{group}}}")), ".+");
        }
        let names = pattern.capture_names().flatten().map(str::to_owned).collect();
        Some(Self { names, keys: Regex::new(&format!("^(?:{keys})$")).ok()? })
    }
}

fn own_place(text: &str) -> Result<Place, Mistake> {
    if text == "row" {
        return Err(Mistake::new("`row` stands alone", "write `own_id = \"row\"`, or places on the page"));
    }
    if let Some(pointer) = text.strip_prefix("pointer:") {
        return notation::pointer(pointer.trim()).map(Place::Pointer);
    }
    let selector = notation::selector(text)?;
    match (notation::path_of(&selector), selector) {
        (Some(css), _) => Ok(Place::Css(css)),
        (None, Selector::Label(label)) => Ok(Place::Label(label)),
        (None, other) => {
            let hint =
                format!("write one of {}, or \"row\" alone", quoted(&["label:…", "css:…", "pointer:…"]));
            Err(Mistake::new(format!("`{other}` cannot show an ID"), hint))
        }
    }
}
