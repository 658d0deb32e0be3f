//! How much a command says beside its data.

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Voice {
    /// Errors alone.
    Quiet,
    /// Progress and what went wrong for good.
    Normal,
    /// Every attempt.
    Verbose,
}
