//! What is wrong with a profile, with file, line, caret and a hint.

use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No profile of this name is built in.
    #[error("no profile `{name}` is built in")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// What to do.
        hint: String,
    },
    /// The profile's own file cannot be read.
    #[error("the profile `{path}` cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Something in it is wrong.
    #[error("{}", counted(.name, .faults.len()))]
    Faulty {
        /// The profile's file or name.
        name: String,
        /// Everything that is wrong, in the order of the files.
        faults: Vec<Fault>,
    },
}

impl ProfileError {
    /// What is wrong inside the profile's files.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Faulty { faults, .. } => faults,
            Self::Unknown { .. } | Self::Unreadable { .. } => &[],
        }
    }
}

impl Diagnostic for ProfileError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Unknown { hint, .. } => Some(Box::new(hint)),
            Self::Unreadable { .. } => {
                Some(Box::new("a profile is a `.toml` file or the name of a built-in one"))
            }
            Self::Faulty { .. } => None,
        }
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        match self.faults() {
            [] => None,
            faults => Some(Box::new(faults.iter().map(|fault| fault as &dyn Diagnostic))),
        }
    }
}

fn counted(name: &str, count: usize) -> String {
    format!("profile `{name}`: {count} {}", if count == 1 { "fault" } else { "faults" })
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    message: String,
    hint: String,
    span: Range<usize>,
    file: Arc<NamedSource<String>>,
}

impl Fault {
    pub(super) const fn new(
        file: Arc<NamedSource<String>>,
        span: Range<usize>,
        message: String,
        hint: String,
    ) -> Self {
        Self { message, hint, span, file }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.hint
    }

    /// The file or built-in profile in which it stands.
    #[must_use]
    pub fn file(&self) -> &str {
        self.file.name()
    }

    /// Line and column, both from 1, the column in characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        let text = self.file.inner();
        let before = text.get(..self.span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }
}

impl Diagnostic for Fault {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.hint))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.file)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::underline(self.span.clone()))))
    }
}

/// The hint for a word that is not among those known.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    let nearest = known
        .iter()
        .map(|candidate| {
            (strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), *candidate)
        })
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4);
    match nearest {
        Some((_, candidate)) => format!("did you mean `{candidate}`?"),
        None if known.is_empty() => "none is declared".to_owned(),
        None => {
            known.sort_unstable();
            format!("known are {}", quoted(&known))
        }
    }
}

/// The words in backticks, with commas.
pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
