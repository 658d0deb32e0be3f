//! What a search asks for and which documents it brings: generous, newest first, a few rows a page.

use super::super::corpus::Corpus;
use super::super::kind::RegistryKind;

/// Rows of one page of results.
pub(super) const PAGE_ROWS: usize = 5;
/// What stands in the form for the first day, where nobody writes another: it hides most of the registry.
pub(super) const FROM_DEFAULT: &str = "01/01/2024";
/// The suggestion that stands for every organisation.
pub(super) const EVERYBODY: &str = "Όλοι οι φορείς";
/// Its neighbour, which begins alike and brings nothing.
const EVERY_PORT: &str = "Όλοι οι φορείς διαχείρισης λιμένων";

/// So many characters at the end of a number are ignored, as people mistype them.
const FORGIVEN: usize = 2;

/// What a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Criteria {
    pub(super) kind: RegistryKind,
    pub(super) number: String,
    pub(super) organisation: String,
    /// The first day of posting, as truth writes days.
    pub(super) from: String,
    /// The last day of posting; none where empty.
    pub(super) to: String,
}

/// Why a form is not searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    OrganisationMissing,
    DayUnreadable,
}

impl Criteria {
    /// Reads what a form says.
    pub(super) fn read(
        kind: RegistryKind,
        number: &str,
        organisation: &str,
        (from, to): (&str, &str),
    ) -> Result<Self, Refusal> {
        if organisation.is_empty() {
            return Err(Refusal::OrganisationMissing);
        }
        let day = |text: &str| {
            if text.is_empty() { Some(String::new()) } else { day(text) }.ok_or(Refusal::DayUnreadable)
        };
        let (number, organisation) = (number.to_owned(), organisation.to_owned());
        Ok(Self { kind, number, organisation, from: day(from)?, to: day(to)? })
    }

    /// The IDs of all rows, newest posting first.
    pub(super) fn search(&self, corpus: &Corpus) -> Vec<String> {
        let forgiven = self.number.char_indices().rev().nth(FORGIVEN - 1).map_or(0, |(place, _)| place);
        let beginning = self.number.get(..forgiven).unwrap_or_default();
        let mut rows: Vec<(&str, &str)> = corpus
            .of_kind(self.kind)
            .filter(|document| document.id.starts_with(beginning))
            .filter(|document| {
                self.organisation == EVERYBODY || document.shown("Φορέας") == self.organisation
            })
            .filter_map(|document| Some((document.posted()?, document.id.as_str())))
            .filter(|(posted, _)| {
                *posted >= self.from.as_str() && (self.to.is_empty() || *posted <= self.to.as_str())
            })
            .collect();
        rows.sort_by(|left, right| right.cmp(left));
        rows.into_iter().map(|(_, id)| id.to_owned()).collect()
    }
}

/// The organisations whose name holds a text; nothing is suggested for nothing.
pub(super) fn suggestions(corpus: &Corpus, text: &str) -> Vec<String> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<String> = corpus.organisations().into_iter().map(ToOwned::to_owned).collect();
    names.extend([EVERY_PORT, EVERYBODY].map(ToOwned::to_owned));
    names.retain(|name| name.to_lowercase().contains(&text));
    names
}

/// The day that a text such as `09/02/2016` shows, written so that days sort.
fn day(text: &str) -> Option<String> {
    let mut parts = text.split('/').map(str::parse::<u32>);
    let (Some(Ok(day)), Some(Ok(month)), Some(Ok(year)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let is_day = (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..=9999).contains(&year);
    is_day.then(|| format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(kind: RegistryKind, number: &str, from: &str) -> Vec<String> {
        let criteria = Criteria::read(kind, number, EVERYBODY, (from, "")).unwrap();
        criteria.search(&Corpus::new(60, 1))
    }

    #[test]
    fn a_search_forgives_the_last_two_characters_and_brings_its_kind_alone() {
        assert_eq!(
            search(RegistryKind::Payment, "14PAY000100003", "01/01/2010"),
            ["14PAY000100015", "14PAY000100002", "14PAY000100014", "14PAY000100001", "14PAY000100003"]
        );
        assert_eq!(search(RegistryKind::Decision, "4ΑΘΧΨ-Ω2Κ", "01/01/2010"), ["4ΑΘΧΨ-Ω2Κ"]);
        assert_eq!(search(RegistryKind::Award, "14PAY000100003", "01/01/2010"), [""; 0]);
    }

    #[test]
    fn what_was_posted_before_the_first_day_is_not_found() {
        assert_eq!(search(RegistryKind::Payment, "14PAY000100001", FROM_DEFAULT), [""; 0]);
        assert_eq!(search(RegistryKind::Payment, "14PAY000100001", "14/03/2014").len(), 4);
    }

    #[test]
    fn a_form_without_an_organisation_or_with_no_day_is_refused() {
        let read = |organisation, from| {
            Criteria::read(RegistryKind::Payment, "14PAY000100001", organisation, (from, ""))
        };
        assert_eq!(read("", "01/01/2010"), Err(Refusal::OrganisationMissing));
        for from in ["2010", "32/01/2010", "01/13/2010", "01/01/2010/1", "x"] {
            assert_eq!(read(EVERYBODY, from), Err(Refusal::DayUnreadable), "{from}");
        }
    }

    #[test]
    fn suggestions_hold_the_text_and_the_one_for_everybody_has_a_neighbour() {
        let corpus = Corpus::new(60, 1);
        assert_eq!(suggestions(&corpus, " όλοι "), [EVERY_PORT, EVERYBODY]);
        assert_eq!(suggestions(&corpus, "νοσοκομειο"), ["ΓΕΝΙΚΟ ΝΟΣΟΚΟΜΕΙΟ «ΤΟ ΠΑΡΑΔΕΙΓΜΑ»"]);
        assert_eq!(suggestions(&corpus, " "), [""; 0]);
    }
}
