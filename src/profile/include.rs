//! Reads a profile and the files it includes, and lays them over each other.

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize as _;

use super::builtin;
use super::fault::Fault;
use super::file::Texts;
use super::reader::Sited;
use super::tree::{Node, Site, Sources, Value};

/// The lists that are joined where a file and the one it includes have both.
const APPENDED: [&str; 3] = ["route", "marker", "reference"];

/// Where a profile and what it includes are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Files.
    Disk(PathBuf),
    /// The binary, by the path inside `selectors/`.
    Builtin(PathBuf),
}

impl Origin {
    /// What an `include` in this file names: the file beside it, else the built-in one of that name.
    fn beside(&self, included: &str) -> Self {
        match self {
            Self::Disk(path) => {
                let beside = joined(path, included);
                if !beside.exists() && builtin::text(included).is_some() {
                    return Self::Builtin(PathBuf::from(included));
                }
                Self::Disk(beside)
            }
            Self::Builtin(path) => Self::Builtin(joined(path, included)),
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Disk(path) | Self::Builtin(path) => path.display().to_string(),
        }
    }

    fn text(&self) -> Result<String, String> {
        match self {
            Self::Disk(path) => fs::read_to_string(path).map_err(|error| error.to_string().to_lowercase()),
            Self::Builtin(path) => path
                .to_str()
                .and_then(builtin::text)
                .map(str::to_owned)
                .ok_or_else(|| "it is not built in".to_owned()),
        }
    }
}

/// A path beside another one, with `..` and `.` worked out, so that one file has one name.
fn joined(path: &Path, included: &str) -> PathBuf {
    let mut joined = path.parent().map(Path::to_path_buf).unwrap_or_default();
    for component in Path::new(included).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if joined.file_name().is_some() => {
                joined.pop();
            }
            other => joined.push(other),
        }
    }
    joined
}

/// A profile with all that it includes.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) root: Node,
    pub(super) sources: Sources,
    /// Whether anything was included.
    pub(super) includes: Includes,
}

impl Merged {
    /// Everything in one text.
    ///
    /// # Errors
    /// Where TOML cannot hold it: nothing that was read from TOML does that.
    pub(super) fn text(&self) -> Result<String, Vec<Fault>> {
        toml::to_string(&self.root).map_err(|error| {
            let hint = "write it as one file, without `include`".to_owned();
            let message = format!("the merged files cannot be written: {error}");
            self.sources.fault(self.root.site, message, hint).into_iter().collect()
        })
    }
}

/// Whether a profile's text is complete in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Includes {
    /// It includes nothing.
    None,
    /// It is complete with others only.
    Some,
}

/// Reads a text and everything it includes.
///
/// # Errors
/// Where one of the files is not TOML, cannot be read or includes itself.
pub(super) fn read(origin: &Origin, text: &str) -> Result<Merged, Vec<Fault>> {
    let mut reader = Reader::default();
    let root = reader.file(origin, text);
    let includes = if reader.done.len() > 1 { Includes::Some } else { Includes::None };
    match root {
        Some(root) if reader.faults.is_empty() => Ok(Merged { root, sources: reader.sources, includes }),
        _ => Err(reader.faults),
    }
}

#[derive(Debug, Default)]
struct Reader {
    sources: Sources,
    faults: Vec<Fault>,
    /// The files that are being read, the outermost first.
    open: Vec<Origin>,
    /// The files that were read: each counts once.
    done: Vec<Origin>,
}

impl Reader {
    fn file(&mut self, origin: &Origin, text: &str) -> Option<Node> {
        self.open.push(origin.clone());
        let parsed = self.sources.parse(&origin.name(), text).map_err(|fault| self.faults.push(fault));
        let merged = parsed.ok().map(|root| self.with_includes(origin, root));
        self.open.pop();
        self.done.push(origin.clone());
        merged
    }

    fn with_includes(&mut self, origin: &Origin, mut root: Node) -> Node {
        let Some(include) = root.take("include") else { return root };
        let paths = match Texts::deserialize(&include) {
            Ok(paths) => paths,
            Err(mistake) => {
                self.fault(mistake.site.unwrap_or(include.site), mistake.message, mistake.hint);
                return root;
            }
        };
        let mut under = Node { site: root.site, value: Value::Table(Vec::new()) };
        for path in &paths.0 {
            if let Some(included) = self.included(origin, path) {
                under.merge(included, &APPENDED);
            }
        }
        under.merge(root, &APPENDED);
        under
    }

    fn included(&mut self, origin: &Origin, path: &Sited<String>) -> Option<Node> {
        let beside = origin.beside(&path.value);
        if self.open.contains(&beside) {
            let message = format!("`{}` includes itself, directly or through others", beside.name());
            self.fault(path.site, message, "take one of the includes out".to_owned());
            return None;
        }
        if self.done.contains(&beside) {
            return None;
        }
        match beside.text() {
            Ok(text) => self.file(&beside, &text),
            Err(reason) => {
                let hint = format!("paths are relative to `{}`", origin.name());
                self.fault(path.site, format!("`{}` cannot be read: {reason}", beside.name()), hint);
                None
            }
        }
    }

    fn fault(&mut self, site: Site, message: String, hint: String) {
        self.faults.extend(self.sources.fault(site, message, hint));
    }
}
