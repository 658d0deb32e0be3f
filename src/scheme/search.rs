//! Walks through the candidates of a text, skipping what cannot hold any.

use std::ops::Range;

use regex::Regex;

/// The longest candidate, in bytes: what is longer is noise.
pub(super) const CANDIDATE_BYTES_MAX: usize = 500;

/// One way to find candidates.
#[derive(Clone, Debug)]
pub(super) struct Search {
    /// What a candidate looks like.
    pub(super) near: Regex,
    /// What every candidate holds, where that is rare and much faster to find.
    pub(super) rare: Option<Regex>,
}

/// The candidates of one text, found in several ways.
#[derive(Debug)]
pub(super) struct Candidates<'a> {
    text: &'a str,
    searches: &'a [Search],
    /// What each search finds next.
    next: Vec<Option<Range<usize>>>,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(text: &'a str, searches: &'a [Search]) -> Self {
        Self { text, searches, next: searches.iter().map(|search| search.find(text, 0)).collect() }
    }

    /// The first candidate that begins at or after `from`, which never goes back.
    pub(super) fn first_from(&mut self, from: usize) -> Option<Range<usize>> {
        for (search, next) in self.searches.iter().zip(&mut self.next) {
            if next.as_ref().is_some_and(|next| next.start < from) {
                *next = search.find(self.text, from);
            }
        }
        self.next.iter().flatten().min_by_key(|next| next.start).cloned()
    }
}

impl Search {
    fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let from = match &self.rare {
            Some(rare) => {
                // A candidate begins at most its length before what it holds.
                let begin = rare.find_at(text, from)?.start().saturating_sub(CANDIDATE_BYTES_MAX);
                (begin..=text.len()).find(|offset| text.is_char_boundary(*offset))?.max(from)
            }
            None => from,
        };
        self.near.find_at(text, from).map(|found| found.range())
    }
}
