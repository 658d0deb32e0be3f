//! Finds the list in the way to an element that was clicked in one of its rows.

use super::css::{Compound, CssPath};
use super::target::{Target, Use, lasting};

/// Rows of which only the number is known: of a table, innermost where tables hold tables, else of a list.
const ANY_ROWS: [&str; 2] = ["css:tbody tr:not(:has(tr))", "css:li"];

/// Where an element stands in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowPlace {
    /// The rows.
    pub(super) rows: Vec<String>,
    /// The element inside the row, as CSS; `None` where it is the row itself, or is not told.
    pub(super) inside: Option<String>,
    /// Whether the recording named the rows.
    pub(super) is_named: bool,
}

impl RowPlace {
    /// The place of this element; `None` where nothing says that it stands in a row.
    pub(super) fn of(target: &Target) -> Option<Self> {
        let host = match target.inside()?.as_str() {
            "" => String::new(),
            inside => format!("{inside} >>> "),
        };
        let mut places: Vec<(bool, CssPath, Option<String>)> =
            target.paths.iter().filter_map(named_row).collect();
        // A list that is named is told from others of the page.
        places.sort_by_key(|(is_anchored, ..)| !is_anchored);
        if let Some((_, rows, inside)) = places.into_iter().next() {
            return Some(Self {
                rows: vec![format!("css:{host}{}", rows.written())],
                inside,
                is_named: true,
            });
        }
        target.paths.iter().find_map(numbered_row).map(|inside| Self::anywhere(&host, inside))
    }

    /// A row of whatever list there is.
    pub(super) fn somewhere() -> Self {
        Self::anywhere("", None)
    }

    fn anywhere(host: &str, inside: Option<String>) -> Self {
        let rows = ANY_ROWS.iter().map(|rows| rows.replacen("css:", &format!("css:{host}"), 1)).collect();
        Self { rows, inside, is_named: false }
    }

    /// Selectors for the element, inside the row.
    pub(super) fn selectors(&self, target: &Target, unfit: &[String]) -> Vec<String> {
        let mut selectors: Vec<_> = self.inside.iter().map(|inside| format!("css:{inside}")).collect();
        let bare = Target { names: target.names.clone(), texts: target.texts.clone(), ..Target::default() };
        selectors
            .extend(bare.selectors(Use::Sight, unfit).into_iter().filter(|found| found.starts_with("text:")));
        selectors
    }
}

/// The rows on a path, without the place of the one that was clicked, whether something names their list, and the way
/// on inside the row.
fn named_row(path: &CssPath) -> Option<(bool, CssPath, Option<String>)> {
    let at = path.0.iter().rposition(Compound::is_row)?;
    let (cleaned, _) = path.cleaned();
    let mut rows = cleaned.0.get(..=at)?.to_vec();
    let row = rows.last_mut()?;
    *row = Compound { position: None, id: None, ..row.clone() };
    if row.tag.is_empty() && row.is_bare() {
        return None;
    }
    // What a program named leads nowhere: the path begins behind it.
    let lost = path.0.get(..at)?.iter().rposition(Compound::cleaned_away);
    let begins = lost.map_or(0, |lost| lost + 1).min(rows.len() - 1);
    let rows = CssPath(rows.split_off(begins)).since_last_id();
    let inside = inside(cleaned.0.get(at + 1..)?);
    Some((rows.0.iter().any(|compound| !compound.classes.is_empty() || compound.is_named()), rows, inside))
}

/// The way on from an element whose id holds the number of a row; the inner `None` where it is the element itself.
#[expect(clippy::option_option, reason = "no row, and the row's own element, are two things")]
fn numbered_row(path: &CssPath) -> Option<Option<String>> {
    let at = path.0.iter().rposition(Compound::has_row_number)?;
    let (cleaned, _) = path.cleaned();
    Some(inside(cleaned.0.get(at + 1..)?))
}

fn inside(compounds: &[Compound]) -> Option<String> {
    if compounds.is_empty() {
        return None;
    }
    let path = CssPath(compounds.to_vec());
    let shortest = lasting(&path).filter(|(rank, _)| *rank == 0).map(|(_, css)| css);
    Some(shortest.unwrap_or_else(|| path.written()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::recording::Chain;

    fn check(selectors: &[&str], rows: &[&str], inside: Option<&str>) {
        let chains: Vec<Chain> = selectors.iter().map(|selector| vec![(*selector).to_owned()]).collect();
        let place = RowPlace::of(&Target::of(&chains)).unwrap();
        let found: Vec<_> = place.rows.iter().map(String::as_str).collect();
        assert_eq!((found.as_slice(), place.inside.as_deref()), (rows, inside), "{selectors:?}");
    }

    #[test]
    fn the_list_is_told_from_the_way_to_what_was_clicked() {
        check(
            &["#results tr:nth-of-type(2) > td:nth-of-type(4) > a"],
            &["css:#results tr"],
            Some("td:nth-of-type(4) > a"),
        );
        check(
            &["tr:nth-of-type(1) a", "xpath///*[@id=\"list\"]/tbody/tr/td[2]/a"],
            &["css:#list > tbody > tr"],
            Some("td:nth-of-type(2) > a"),
        );
        check(&["ul.hits > li:nth-of-type(3)"], &["css:ul.hits > li"], None);
        check(&["div.result-card:nth-of-type(1) > a.open"], &["css:div.result-card"], Some("a.open"));
        check(
            &["xpath///*[@id=\"j_idt7\"]/table/tbody/tr[1]/td/a"],
            &["css:table > tbody > tr"],
            Some("td > a"),
        );
    }

    #[test]
    fn the_number_in_a_generated_id_says_that_it_is_a_row() {
        check(&[r"#pageForm\:j_id290\:0\:j_id306"], &ANY_ROWS, None);
        check(&[r"#pageForm\:j_id290\:0\:j_id293 > span"], &ANY_ROWS, Some("span"));
    }

    #[test]
    fn what_stands_in_no_row_has_no_place() {
        for selector in ["#go", "div:nth-of-type(2) > a", "h1"] {
            let target = Target::of(&[vec![selector.to_owned()]]);
            assert_eq!(RowPlace::of(&target), None, "{selector}");
        }
    }

    #[test]
    fn any_row_is_a_selector_that_loads() {
        for rows in ANY_ROWS {
            assert!(scraper::Selector::parse(rows.trim_start_matches("css:")).is_ok(), "{rows}");
        }
    }
}
