//! What the page has where a rule finds nothing, and how else a value may be read: hints for people who write rules.
//!
//! Nothing here is ever read into a document: a hint may be wrong, and then it costs a look at the page.

use scraper::{ElementRef, Html, Selector};

use super::currency::Currency;
use super::label::{can_stand_before_its_value, normal};
use super::page::{Area, Page};
use super::path::ENTERS;
use super::rules::Rules;
use super::surroundings::named;
use super::survey::FoundField;
use super::text::{fold, is_shadow_root};
use super::{column, number};
use crate::profile::{FieldRule, NumberFormat, Place, ValueType};

/// So many labels or headings are named at most.
const NAMED_MAX: usize = 3;
const HEADINGS_MAX: usize = 12;
/// What is longer is no label.
const LABEL_LETTERS_MAX: usize = 60;
/// So many labels are compared, and so many shadow roots searched: pages can be made of them.
const LABELS_MAX: usize = 2000;
const ROOTS_MAX: usize = 200;
/// Where a page may well have no such label, only one is named that is as near as this, of 1.
const NEARNESS_MIN: f64 = 0.6;

/// What may be meant by a field that has no value.
pub(super) fn by_field(
    rule: &FieldRule,
    found: &FoundField,
    areas: &[Area<'_>],
    rules: &Rules<'_>,
) -> Option<String> {
    match found {
        FoundField::Value { .. } => None,
        FoundField::Unreadable { text, .. } => other_marks(&rule.value, text),
        FoundField::Missing => {
            let in_roots = rule.places.iter().find_map(|place| in_a_root(place, areas, ""));
            let in_table = || rule.places.iter().find_map(|place| columns(place, areas));
            let labels = || {
                let nearness_min = if rule.required { 0.0 } else { NEARNESS_MIN };
                near_labels(&rule.places, areas, rules, nearness_min)
            };
            in_roots.or_else(in_table).or_else(labels)
        }
    }
}

/// What may be meant by places that are all written with their prefixes, and of which none is there.
pub(super) fn by_places(places: &[Place], areas: &[Area<'_>], rules: &Rules<'_>) -> Option<String> {
    let in_roots = places.iter().find_map(|place| in_a_root(place, areas, "css:"));
    in_roots.or_else(|| near_labels(places, areas, rules, 0.0))
}

/// The marks with which a number can be read.
fn other_marks(value: &ValueType, text: &str) -> Option<String> {
    let NumberFormat { decimal, thousands } = match value {
        ValueType::Integer(_) => number::other_marks(|format| number::integer(text, format).is_ok()),
        ValueType::Amount { currency, .. } => {
            let (digits, _) = Currency::new(currency, None).split(text);
            number::other_marks(|format| number::plain_digits(digits, format).is_ok())
        }
        _ => None,
    }?;
    Some(format!("say `decimal = \"{decimal}\"`, `thousands = \"{thousands}\"`"))
}

/// The headings of the table whose column is not there.
fn columns(place: &Place, areas: &[Area<'_>]) -> Option<String> {
    let Place::Column(wanted) = place else { return None };
    let row = areas.iter().find_map(|area| Some((area.page, area.element()?)))?;
    let headings = column::headings(row.0, row.1);
    if headings.is_empty() {
        return Some("the row stands in no table with headings: name the cell by `css`".to_owned());
    }
    if headings.contains(&fold(wanted)) {
        return None;
    }
    let headings: Vec<&str> = headings.iter().take(HEADINGS_MAX).map(String::as_str).collect();
    Some(format!("the columns of the table are {}", quoted(&headings)))
}

/// The labels of the page that are nearest to those that it does not have.
fn near_labels(places: &[Place], areas: &[Area<'_>], rules: &Rules<'_>, nearness_min: f64) -> Option<String> {
    let wanted = places.iter().find_map(|place| match place {
        Place::Label(label) => Some(label),
        _ => None,
    })?;
    if areas.iter().any(|area| area.page.has_label(wanted, &area.range())) {
        return Some(format!(
            "`{wanted}` is there, and no value that belongs to it: name the value by `css`"
        ));
    }
    let small = normal(wanted).to_lowercase();
    let mut labels: Vec<String> = areas.iter().flat_map(|area| labels_of(*area)).collect();
    labels.sort_unstable();
    labels.dedup();
    // A label that some rule names is taken for another field, where this one may well not be there.
    let is_free = |label: &String| nearness_min <= 0.0 || !rules.labels.has(label);
    let mut near: Vec<(f64, String)> = labels
        .into_iter()
        .filter(is_free)
        .map(|label| (strsim::normalized_damerau_levenshtein(&small, &label.to_lowercase()), label))
        .filter(|(nearness, _)| *nearness >= nearness_min)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let near: Vec<&str> = near.iter().take(NAMED_MAX).map(|(_, label)| label.as_str()).collect();
    (!near.is_empty()).then(|| format!("the nearest labels of the page are {}", quoted(&near)))
}

/// The texts that stand where a label may stand.
fn labels_of(area: Area<'_>) -> Vec<String> {
    let (page, within) = (area.page, area.range());
    let mut found = Vec::new();
    for node in page.text.shown() {
        let Some(span) = page.text.span(*node).filter(|span| within.contains(&span.start)) else { continue };
        let text = page.text.slice(&span);
        if found.len() == LABELS_MAX || text.len() > 4 * LABEL_LETTERS_MAX {
            continue;
        }
        let label = match page.element(*node) {
            Some(element) => is_label(page, element, text).then(|| normal(text).into_owned()),
            // The beginning of a line in a text.
            None => text.split_once(':').map(|(label, _)| normal(label).into_owned()),
        };
        let is_name = |label: &String| {
            label.contains(char::is_alphabetic) && label.chars().count() <= LABEL_LETTERS_MAX
        };
        found.extend(label.filter(is_name));
    }
    found
}

fn is_label(page: &Page<'_>, element: ElementRef<'_>, text: &str) -> bool {
    match element.value().name() {
        "td" | "th" | "dt" | "label" => page.value_by_structure(element).is_some(),
        name => can_stand_before_its_value(name) && text.trim_end().ends_with(':'),
    }
}

/// Where a selector, or the end of it, matches something in a shadow root that it does not enter.
fn in_a_root(place: &Place, areas: &[Area<'_>], prefix: &str) -> Option<String> {
    let Place::Css(css) = place else { return None };
    let last = css.rsplit(ENTERS).next()?;
    let roots = areas.iter().filter(|area| area.row.is_none()).filter_map(|area| area.page.root());
    let roots = roots.flat_map(|top| top.descendent_elements().filter(|element| is_shadow_root(*element)));
    let (host, end) = roots
        .take(ROOTS_MAX)
        .filter_map(|root| match_inside(root, last))
        .min_by_key(|found| found.rank)
        .map(|found| (found.path, found.end))?;
    let innermost = host.rsplit(ENTERS).next()?;
    let what = if end == last { "it".to_owned() } else { format!("`{end}`") };
    let meant = format!("{prefix}{host}{ENTERS}{end}");
    (meant != format!("{prefix}{css}"))
        .then(|| format!("{what} stands inside the shadow root of `{innermost}`: write `{meant}`"))
}

/// What matches inside one shadow root.
struct Inside {
    /// Whether what was left out names no host of the root, and how many compounds were left out.
    rank: (bool, usize),
    /// The hosts from the page to the root.
    path: String,
    /// The end of the selector that matches.
    end: String,
}

fn match_inside(root: ElementRef<'_>, selector: &str) -> Option<Inside> {
    // On its own, since a selector would see through the root to what is around it.
    let inside = Html::parse_fragment(&root.inner_html());
    let is_in_deeper_root =
        |element: &ElementRef<'_>| element.ancestors().filter_map(ElementRef::wrap).any(is_shadow_root);
    let matches = |end: &str| {
        Selector::parse(end).is_ok_and(|end| inside.select(&end).any(|element| !is_in_deeper_root(&element)))
    };
    let hosts = hosts(root);
    let (left_out, start) = ends(selector)
        .into_iter()
        .enumerate()
        .find(|(_, start)| selector.get(*start..).is_some_and(matches))?;
    let before = selector.get(..start)?.trim_end_matches([' ', '>', '+', '~']);
    let names_a_host = before.is_empty()
        || Selector::parse(before).is_ok_and(|before| hosts.iter().any(|host| before.matches(host)));
    let path: Vec<String> = hosts.iter().rev().map(|host| named(*host)).collect();
    Some(Inside {
        rank: (!names_a_host, left_out),
        path: path.join(ENTERS),
        end: selector.get(start..)?.to_owned(),
    })
}

/// The hosts of a root and of those around it, from the inside.
fn hosts(root: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    let around = root.ancestors().filter_map(ElementRef::wrap).filter(|element| is_shadow_root(*element));
    std::iter::once(root).chain(around).filter_map(|root| root.parent().and_then(ElementRef::wrap)).collect()
}

/// Where the compounds of a selector begin, the first of them first.
fn ends(selector: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let (mut depth, mut is_between) = (0_usize, false);
    for (at, letter) in selector.char_indices() {
        match letter {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_combinator = depth == 0 && (letter.is_whitespace() || matches!(letter, '>' | '+' | '~'));
        if is_between && !is_combinator {
            starts.push(at);
        }
        is_between = is_combinator;
    }
    starts
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
