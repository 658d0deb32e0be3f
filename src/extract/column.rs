//! Cells under the heading of a column.

use scraper::ElementRef;

use super::page::Page;
use super::text::fold;

/// No cell is taken to be wider: HTML itself draws the line here.
const COLSPAN_MAX: usize = 1000;

/// The cell of a row that stands under a heading of the row's own table, wide cells counted by their width.
///
/// Headings stand in the table's `thead`, or in its first row where it has none.
pub(super) fn cell_under<'p>(page: &Page<'_>, row: ElementRef<'p>, heading: &str) -> Option<ElementRef<'p>> {
    let table = row.ancestors().filter_map(ElementRef::wrap).find(|element| is(*element, "table"))?;
    let heading = fold(heading);
    let column = heading_rows(table).find_map(|headings| {
        columns(headings)
            .find(|(_, cell)| page.spot_of(*cell).is_some_and(|spot| page.value_at(&spot) == heading))
            .map(|(first, _)| first)
    })?;
    columns(row).find(|(first, cell)| (*first..first + width(*cell)).contains(&column)).map(|(_, cell)| cell)
}

/// The headings of the row's own table, in their order.
pub(super) fn headings(page: &Page<'_>, row: ElementRef<'_>) -> Vec<String> {
    let table = row.ancestors().filter_map(ElementRef::wrap).find(|element| is(*element, "table"));
    let cells = table.into_iter().flat_map(heading_rows).flat_map(columns);
    let texts = cells.filter_map(|(_, cell)| page.spot_of(cell).map(|spot| page.value_at(&spot)));
    texts.filter(|text| !text.is_empty()).collect()
}

fn heading_rows(table: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    let head = table.child_elements().find(|section| is(*section, "thead"));
    let first_row = || {
        let sections = table.child_elements().filter(|section| is(*section, "tbody"));
        std::iter::once(table).chain(sections).find_map(|section| rows(section).next())
    };
    let first_row = if head.is_none() { first_row() } else { None };
    head.into_iter().flat_map(rows).chain(first_row)
}

fn rows(section: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    section.child_elements().filter(|row| is(*row, "tr"))
}

/// The cells of a row, each with its first column.
fn columns(row: ElementRef<'_>) -> impl Iterator<Item = (usize, ElementRef<'_>)> {
    let cells = row.child_elements().filter(|cell| is(*cell, "td") || is(*cell, "th"));
    cells.scan(0, |next, cell| {
        let first = *next;
        *next += width(cell);
        Some((first, cell))
    })
}

fn width(cell: ElementRef<'_>) -> usize {
    let written = cell.attr("colspan").and_then(|width| width.trim().parse().ok());
    written.unwrap_or(1).clamp(1, COLSPAN_MAX)
}

fn is(element: ElementRef<'_>, name: &str) -> bool {
    element.value().name() == name
}
