//! Lines in which several labels stand, each with its value: `Total: 5; Signed: 3 May 2024`.
//!
//! What stands between them, a `;`, a `|`, a `·` or a run of blanks, stands in values too. It ends one only before a label
//! that the profile names.

use std::ops::Range;

use super::text::is_blank;

/// What can stand before a label inside a line, a blank excepted.
pub(super) const SEPARATORS: [char; 3] = [';', '|', '·'];

/// A place in a line at which a label may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    /// Where the value before it ends.
    pub(super) separator: usize,
    /// Where the label stands, up to its colon.
    pub(super) label: Range<usize>,
}

/// Every place behind a separator and before a colon. Where a separator and a run of blanks stand before the same colon,
/// both are, the separator first: a label may have the blanks in it.
pub(super) fn inner_labels(line: &str) -> Vec<Inner> {
    let mut found = Vec::new();
    let (mut mark, mut run) = (None, None);
    let mut blank_since = None;
    for (offset, character) in line.char_indices() {
        if character == ':' {
            let starts = [mark.take(), run.take()].into_iter().flatten();
            found.extend(starts.map(|(separator, start)| Inner { separator, label: start..offset }));
        } else if SEPARATORS.contains(&character) {
            mark = Some((offset, offset + character.len_utf8()));
            run = None;
        } else if let (true, Some(since)) = (is_blank(character), blank_since) {
            run = Some((since, offset + character.len_utf8()));
        }
        blank_since = if is_blank(character) { blank_since.or(Some(offset)) } else { None };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_may_stand_behind_a_separator_and_before_a_colon() {
        for (line, expected) in [
            ("A: 1; B: 2", &[("A: 1", " B")][..]),
            ("A: 1 | B: 2·C : 3", &[("A: 1 ", " B"), ("A: 1 | B: 2", "C ")]),
            ("A: 1\u{a0} \u{a0}B: 2", &[("A: 1", "B")]),
            ("A: 1; B\u{a0} C: 2", &[("A: 1", " B\u{a0} C"), ("A: 1; B", "C")]),
            ("A: 1; 2; B:", &[("A: 1; 2", " B")]),
            ("A: 10:30 B: 2", &[]),
            ("A: 1; B", &[]),
            ("", &[]),
        ] {
            let found = inner_labels(line);
            let shown: Vec<_> =
                found.iter().map(|inner| (&line[..inner.separator], &line[inner.label.clone()])).collect();
            assert_eq!(shown, expected, "{line}");
        }
    }
}
