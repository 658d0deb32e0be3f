//! Finds the list in the way to an element that was clicked in one of its rows.

use super::css::{Compound, CssPath};
use super::generated::row_in_id;
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
    /// How the rows are known.
    pub(super) known: Known,
}

/// How the rows of a list are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// They, or what holds them, have a name.
    ByName,
    /// By their tags alone: other lists of the page may have the same.
    ByTags,
    /// As what counts its neighbours, and holds the ID.
    ByPlace,
    /// Not at all.
    Unknown,
}

/// A path through a row.
struct Place {
    is_anchored: bool,
    rows: CssPath,
    inside: Option<String>,
    /// How many elements lead on inside the row.
    depth: usize,
}

impl RowPlace {
    /// The place of this element; `None` where nothing says that it stands in a row.
    pub(super) fn of(target: &Target) -> Option<Self> {
        let host = match target.inside()?.as_str() {
            "" => String::new(),
            inside => format!("{inside} >>> "),
        };
        let mut places: Vec<Place> = target.paths.iter().filter_map(named_row).collect();
        // A list that is named is told from others of the page; else the longest way to it tells most.
        places.sort_by_key(|place| {
            let length = if place.is_anchored { 0 } else { place.rows.0.len() };
            (!place.is_anchored, std::cmp::Reverse(length))
        });
        if let Some(Place { is_anchored, rows, inside, .. }) = places.into_iter().next() {
            return Some(Self {
                rows: vec![format!("css:{host}{}", rows.written())],
                inside,
                known: if is_anchored { Known::ByName } else { Known::ByTags },
            });
        }
        target.paths.iter().find_map(numbered_row).map(|inside| Self::anywhere(&host, inside))
    }

    /// The place of an element that shows the ID, where nothing that is called a row leads to it: the innermost element
    /// around it that is counted among its neighbours is the row.
    pub(super) fn around_id(target: &Target) -> Option<Self> {
        let host = match target.inside()?.as_str() {
            "" => String::new(),
            inside => format!("{inside} >>> "),
        };
        let places: Vec<Place> = target.paths.iter().filter_map(counted_row).collect();
        let row = places.iter().find(|place| place.is_anchored)?;
        let same = places.iter().filter(|place| place.depth == row.depth);
        let insides = same.filter_map(|place| place.inside.clone());
        Some(Self {
            rows: vec![format!("css:{host}{}", row.rows.written())],
            inside: insides.min_by_key(|inside| inside.contains(":nth-")),
            known: Known::ByPlace,
        })
    }

    /// A row of whatever list there is.
    pub(super) fn somewhere() -> Self {
        Self::anywhere("", None)
    }

    fn anywhere(host: &str, inside: Option<String>) -> Self {
        let rows = ANY_ROWS.iter().map(|rows| rows.replacen("css:", &format!("css:{host}"), 1)).collect();
        Self { rows, inside, known: Known::Unknown }
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

/// Whether two elements surely stand in the same row of a page.
pub(super) fn is_same_row(one: &Target, other: &Target) -> bool {
    let rows = |target: &Target| target.paths.iter().flat_map(rows_around).collect::<Vec<_>>();
    let others = rows(other);
    one.hosts == other.hosts && rows(one).iter().any(|row| others.contains(row))
}

/// What tells a row from the others of its list: the beginning of a generated id, or the way to it from where there is but one.
fn rows_around(path: &CssPath) -> Vec<String> {
    let numbered = path.0.iter().filter_map(|compound| row_in_id(compound.id.as_deref()?)).map(str::to_owned);
    let is_counted = |compound: &Compound| compound.position.is_some();
    let called = path.0.iter().rposition(|compound| is_counted(compound) && compound.is_row());
    let counted = || path.0.split_last().and_then(|(_, before)| before.iter().rposition(is_counted));
    let at = called.or_else(counted).and_then(|at| path.0.get(..=at));
    let way = at.map(|way| CssPath(way.to_vec())).filter(CssPath::is_of_one);
    numbered.chain(way.map(|way| way.written())).collect()
}

/// The rows on a path that are called so.
fn named_row(path: &CssPath) -> Option<Place> {
    place_at(path, path.0.iter().rposition(Compound::is_row)?)
}

/// The rows on a path of which only the number says that they are rows.
fn counted_row(path: &CssPath) -> Option<Place> {
    let (_, before) = path.0.split_last()?;
    place_at(path, before.iter().rposition(|compound| compound.position.is_some())?)
}

/// The rows at a place of a path, without the number of the one that was clicked, and the way on inside the row.
fn place_at(path: &CssPath, at: usize) -> Option<Place> {
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
    let behind = cleaned.0.get(at + 1..)?;
    let is_anchored = rows.0.iter().any(|compound| !compound.classes.is_empty() || compound.is_named());
    Some(Place { is_anchored, rows, inside: inside(behind), depth: behind.len() })
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
    fn of_lists_without_a_name_the_longest_way_is_taken() {
        check(
            &["li:nth-of-type(4) > button", "xpath///*[@id=\"j_idt8\"]/section/div/ul/li[4]/button"],
            &["css:section > div > ul > li"],
            Some("button"),
        );
    }

    #[test]
    fn what_is_counted_around_the_id_is_its_row() {
        let target = |selectors: &[&str]| {
            Target::of(&selectors.iter().map(|selector| vec![(*selector).to_owned()]).collect::<Vec<_>>())
        };
        let entry = ["div:nth-of-type(14) > span.number", "xpath///*[@id=\"entries\"]/div/div[14]/span[1]"];
        let place = RowPlace::around_id(&target(&entry)).unwrap();
        assert_eq!(place.rows, ["css:#entries > div > div"]);
        assert_eq!(place.inside.as_deref(), Some("span.number"));
        // Without a name around them, neighbours may be anything.
        assert_eq!(RowPlace::around_id(&target(&entry[..1])), None);
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
