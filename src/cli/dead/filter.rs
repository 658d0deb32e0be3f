//! Which dead letters are meant: by cause, kind and age.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::domain::{Cause, Timestamp};

use super::super::exit::{Exit, Failure};
use super::super::plan::known_kinds;
use super::super::stored::Stored;
use super::letter::Letter;

/// The flags that choose dead letters.
#[derive(Debug, Default, Args)]
pub(super) struct FilterFlags {
    /// Of these causes alone, as in `layout_changed,wrong_page`
    #[arg(long, value_name = "CAUSE,…", value_delimiter = ',', hide_possible_values = true)]
    cause: Vec<CauseName>,
    /// Of these kinds alone, as in `payment,contract`
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    kind: Vec<String>,
    /// Dead for longer than this, as in `12h` or `7d`
    #[arg(long, value_name = "SPAN")]
    older_than: Option<String>,
    /// Dead for less long than this
    #[arg(long, value_name = "SPAN")]
    newer_than: Option<String>,
}

impl FilterFlags {
    /// Whether nothing was chosen.
    pub(super) const fn are_none(&self) -> bool {
        self.cause.is_empty()
            && self.kind.is_empty()
            && self.older_than.is_none()
            && self.newer_than.is_none()
    }
}

/// The causes by the names that the store gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(in super::super) enum CauseName {
    WrongPage,
    LayoutChanged,
    DeadlineMissed,
    SessionLost,
    Unavailable,
    Blocked,
    Ambiguous,
    TooManyDocuments,
    TooManyResultPages,
    BrowserDied,
    PageTooLarge,
    DocumentTooLarge,
    CutOff,
    NotRecorded,
    Failed,
}

impl CauseName {
    /// The name of a cause.
    pub(in super::super) const fn of(cause: &Cause) -> Self {
        match cause {
            Cause::WrongPage { .. } => Self::WrongPage,
            Cause::LayoutChanged { .. } => Self::LayoutChanged,
            Cause::DeadlineMissed { .. } => Self::DeadlineMissed,
            Cause::SessionLost => Self::SessionLost,
            Cause::Unavailable { .. } => Self::Unavailable,
            Cause::Blocked { .. } => Self::Blocked,
            Cause::Ambiguous { .. } => Self::Ambiguous,
            Cause::TooManyDocuments { .. } => Self::TooManyDocuments,
            Cause::TooManyResultPages { .. } => Self::TooManyResultPages,
            Cause::BrowserDied { .. } => Self::BrowserDied,
            Cause::PageTooLarge { .. } => Self::PageTooLarge,
            Cause::DocumentTooLarge { .. } => Self::DocumentTooLarge,
            Cause::CutOff { .. } => Self::CutOff,
            Cause::NotRecorded => Self::NotRecorded,
            Cause::Failed { .. } => Self::Failed,
        }
    }

    /// As it is written on the command line and in the store.
    pub(in super::super) fn text(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// What a dead letter must be like; nothing asked takes every one.
#[derive(Debug, Default)]
pub(super) struct Filter {
    causes: Vec<CauseName>,
    kinds: Option<BTreeSet<String>>,
    /// It died before then.
    before: Option<Timestamp>,
    /// It died then or later.
    since: Option<Timestamp>,
}

impl Filter {
    /// Reads the flags; kinds are those of the store's profile.
    pub(super) fn of(flags: &FilterFlags, stored: &Stored, now: Timestamp) -> Result<Self, Failure> {
        let kinds =
            if flags.kind.is_empty() { None } else { Some(known_kinds(&stored.profile()?, &flags.kind)?) };
        let moment = |span: &Option<String>| {
            span.as_deref().map(|text| Ok::<_, Failure>(before(now, age(text)?))).transpose()
        };
        let (before, since) = (moment(&flags.older_than)?, moment(&flags.newer_than)?);
        Ok(Self { causes: flags.cause.clone(), kinds, before, since })
    }

    /// Whether a dead letter is like that. Of one without a known time no age is true.
    pub(super) fn takes(&self, letter: &Letter) -> bool {
        let is_of_cause = self.causes.is_empty()
            || letter.cause().is_some_and(|cause| self.causes.contains(&CauseName::of(cause)));
        let is_of_kind = self.kinds.as_ref().is_none_or(|kinds| kinds.contains(letter.id().kind()));
        let is_older = self.before.is_none_or(|before| letter.died_at.is_some_and(|at| at < before));
        let is_newer = self.since.is_none_or(|since| letter.died_at.is_some_and(|at| at >= since));
        is_of_cause && is_of_kind && is_older && is_newer
    }
}

/// The moment so long before another; the beginning of time where there is none.
fn before(now: Timestamp, span: Duration) -> Timestamp {
    Timestamp::from_millis(
        now.as_millis().saturating_sub(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)),
    )
}

/// Reads an age. A day has 24 hours here.
fn age(text: &str) -> Result<Duration, Failure> {
    let span = text.parse::<jiff::Span>().ok();
    let parsed = span
        .and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok())
        .and_then(|span| Duration::try_from(span).ok());
    parsed.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("`{text}` is no age"), "write it as in `90m`, `12h` or `7d`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn every_cause_has_the_name_that_the_store_gives_it() {
        let text = String::new;
        for cause in [
            Cause::WrongPage { found: text() },
            Cause::LayoutChanged { what: text() },
            Cause::DeadlineMissed { what: text() },
            Cause::SessionLost,
            Cause::Unavailable { detail: text() },
            Cause::Blocked { detail: text() },
            Cause::Ambiguous { rows: 2 },
            Cause::TooManyDocuments { documents: 2 },
            Cause::TooManyResultPages { pages: 2 },
            Cause::BrowserDied { detail: text() },
            Cause::PageTooLarge { bytes: 2, bytes_max: 1 },
            Cause::DocumentTooLarge { detail: text() },
            Cause::CutOff { times: 3 },
            Cause::NotRecorded,
            Cause::Failed { detail: text() },
        ] {
            let stored = serde_json::to_value(&cause).unwrap();
            assert_eq!(stored["cause"], CauseName::of(&cause).text(), "{cause:?}");
        }
    }

    #[test]
    fn an_age_is_written_as_people_write_it() {
        let check = |text: &str, seconds: Option<u64>| {
            assert_eq!(age(text).ok().map(|span| span.as_secs()), seconds, "{text}");
        };
        check("90m", Some(5_400));
        check("12h", Some(43_200));
        check("7d", Some(604_800));
        check("1w", Some(604_800));
        check("-1h", None);
        check("1 month", None);
        check("yesterday", None);
    }

    #[test]
    fn a_dead_letter_is_chosen_by_cause_kind_and_age() {
        let now = Timestamp::from_millis(1_000_000);
        let letter = Letter::for_test(
            DocumentId::from_canonical("A-1", "s", "payment"),
            Cause::SessionLost,
            Some(Timestamp::from_millis(400_000)),
        );
        let check = |filter: Filter, expected| assert_eq!(filter.takes(&letter), expected, "{filter:?}");
        let ago = |seconds| Some(before(now, Duration::from_secs(seconds)));
        let kinds = |kind: &str| Some(BTreeSet::from([kind.to_owned()]));
        check(Filter::default(), true);
        check(Filter { causes: vec![CauseName::SessionLost], ..Filter::default() }, true);
        check(Filter { causes: vec![CauseName::WrongPage], ..Filter::default() }, false);
        check(Filter { kinds: kinds("payment"), ..Filter::default() }, true);
        check(Filter { kinds: kinds("contract"), ..Filter::default() }, false);
        check(Filter { before: ago(500), ..Filter::default() }, true);
        check(Filter { before: ago(700), ..Filter::default() }, false);
        check(Filter { since: ago(700), ..Filter::default() }, true);
        check(Filter { since: ago(500), ..Filter::default() }, false);
        let timeless = Letter::for_test(letter.id(), Cause::SessionLost, None);
        assert!(!Filter { since: ago(700), ..Filter::default() }.takes(&timeless));
    }
}
