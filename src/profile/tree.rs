//! A profile's text as a tree in which every key and value knows where it was written, over all included files.

use std::ops::Range;
use std::sync::Arc;

use miette::NamedSource;
use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;

/// The number of a key or value; [`Sources`] knows where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub(super) struct Site(usize);

impl Site {
    pub(super) const fn number(self) -> usize {
        self.0
    }
}

/// The files that were read and where in them each site is.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: Vec<Arc<NamedSource<String>>>,
    sites: Vec<(usize, Range<usize>)>,
}

impl Sources {
    /// Reads one file's text.
    ///
    /// # Errors
    /// Where it is not TOML: the first place at which it is none.
    pub(super) fn parse(&mut self, name: &str, text: &str) -> Result<Node, Fault> {
        let source = Arc::new(NamedSource::new(name, text.to_owned()));
        self.files.push(Arc::clone(&source));
        match DeTable::parse(text) {
            Ok(table) => Ok(self.table(table.span(), table.into_inner())),
            Err(error) => {
                let message = error.message().lines().next().unwrap_or_default().to_lowercase();
                let hint = "this is not TOML yet: nothing else was checked".to_owned();
                Err(Fault::new(source, error.span().unwrap_or_default(), message, hint))
            }
        }
    }

    /// The fault at a site.
    pub(super) fn fault(&self, site: Site, message: String, hint: String) -> Option<Fault> {
        let (file, span) = self.sites.get(site.0)?;
        Some(Fault::new(Arc::clone(self.files.get(*file)?), span.clone(), message, hint))
    }

    fn site(&mut self, span: Range<usize>) -> Site {
        self.sites.push((self.files.len().saturating_sub(1), span));
        Site(self.sites.len() - 1)
    }

    fn table(&mut self, span: Range<usize>, table: DeTable<'_>) -> Node {
        let mut written: Vec<_> = table.into_iter().collect();
        written.sort_by_key(|(key, _)| key.span().start);
        let site = self.site(span);
        let entry = |(key, value): (Spanned<_>, Spanned<_>)| Entry {
            key: Node { site: self.site(key.span()), value: Value::Text(String::from(key.into_inner())) },
            node: self.node(value),
        };
        Node { site, value: Value::Table(written.into_iter().map(entry).collect()) }
    }

    fn node(&mut self, written: Spanned<DeValue<'_>>) -> Node {
        let span = written.span();
        let value = match written.into_inner() {
            DeValue::Table(table) => return self.table(span, table),
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Boolean(flag) => Value::Flag(flag),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Value::Other("a number that is too large"), Value::Integer),
            DeValue::Float(number) => {
                number.as_str().parse().map_or(Value::Other("a number that cannot be read"), Value::Float)
            }
            DeValue::Datetime(_) => Value::Other("a date"),
            DeValue::Array(list) => Value::List(list.into_iter().map(|node| self.node(node)).collect()),
        };
        Node { site: self.site(span), value }
    }
}

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) site: Site,
    pub(super) value: Value,
}

/// One `key = value`.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: Node,
    pub(super) node: Node,
}

/// What TOML can hold.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    List(Vec<Node>),
    /// In the order in which it was written.
    Table(Vec<Entry>),
    /// What no key of a profile takes.
    Other(&'static str),
}

impl Entry {
    /// The key.
    pub(super) fn name(&self) -> &str {
        self.key.text()
    }
}

impl Node {
    /// The entries of a table; none where it is not one.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    fn text(&self) -> &str {
        match &self.value {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// Takes an entry out of a table.
    pub(super) fn take(&mut self, name: &str) -> Option<Node> {
        let Value::Table(entries) = &mut self.value else { return None };
        let position = entries.iter().position(|entry| entry.name() == name)?;
        Some(entries.remove(position).node)
    }

    /// The value under a path of keys.
    pub(super) fn find(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| {
            node.entries().iter().find(|entry| entry.name() == *name).map(|entry| &entry.node)
        })
    }

    /// The element of a list.
    pub(super) fn element(&self, index: usize) -> Option<&Self> {
        match &self.value {
            Value::List(nodes) => nodes.get(index),
            _ => None,
        }
    }

    /// The node with this site, here or below.
    pub(super) fn at(&self, site: Site) -> Option<&Self> {
        if self.site == site {
            return Some(self);
        }
        match &self.value {
            Value::Table(entries) => entries.iter().find_map(|entry| entry.node.at(site)),
            Value::List(nodes) => nodes.iter().find_map(|node| node.at(site)),
            _ => None,
        }
    }

    /// Takes out the key, value or element with this site, and the list that is empty without it. Gives the table that
    /// lost an entry, or itself where an element of a list went.
    pub(super) fn prune(&mut self, site: Site) -> Option<Pruned> {
        match &mut self.value {
            Value::Table(entries) => {
                let mut gone = None;
                for (position, entry) in entries.iter_mut().enumerate() {
                    let is_meant = entry.key.site == site || entry.node.site == site;
                    match if is_meant { Some(Pruned::Itself) } else { entry.node.prune(site) } {
                        None => {}
                        Some(Pruned::Itself) => {
                            gone = Some(position);
                            break;
                        }
                        elsewhere => return elsewhere,
                    }
                }
                let key = entries.remove(gone?).name().to_owned();
                Some(Pruned::Entry { table: self.site, key })
            }
            Value::List(nodes) => {
                if let Some(position) = nodes.iter().position(|node| node.site == site) {
                    nodes.remove(position);
                    return Some(if nodes.is_empty() { Pruned::Itself } else { Pruned::Element });
                }
                nodes.iter_mut().find_map(|node| node.prune(site))
            }
            _ => None,
        }
    }

    /// Lays another table over this one, key by key and at every depth: what `over` says stands. The lists named in
    /// `appended` are joined, this table's first.
    pub(super) fn merge(&mut self, over: Self, appended: &[&str]) {
        match (&mut self.value, over.value) {
            (Value::Table(entries), Value::Table(newer)) => {
                for entry in newer {
                    let Some(known) = entries.iter_mut().find(|known| known.name() == entry.name()) else {
                        entries.push(entry);
                        continue;
                    };
                    match (&mut known.node.value, entry.node) {
                        (Value::List(nodes), Node { value: Value::List(more), .. })
                            if appended.contains(&entry.key.text()) =>
                        {
                            nodes.extend(more);
                        }
                        (_, newer) => known.node.merge(newer, &[]),
                    }
                }
                self.site = over.site;
            }
            (_, value) => *self = Self { site: over.site, value },
        }
    }
}

/// What pruning took out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pruned {
    /// An entry of a table.
    Entry {
        /// The table.
        table: Site,
        /// The entry's key.
        key: String,
    },
    /// One of several elements of a list.
    Element,
    /// A list's only element: the list is to go as well.
    Itself,
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Other(what) => serializer.serialize_str(what),
            Value::List(nodes) => serializer.collect_seq(nodes),
            Value::Table(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for entry in entries {
                    map.serialize_entry(entry.name(), &entry.node)?;
                }
                map.end()
            }
        }
    }
}
