//! Cells under the heading of a column.

use std::collections::BTreeSet;

use scraper::ElementRef;

use super::grid::{Slot, index_in, is, rows};
use super::page::Page;
use super::text::fold;

/// So many rows of headings are read.
const HEADING_ROWS_MAX: usize = 16;

/// Between the headings of a column, from the top.
const STEP: &str = " / ";

/// The cell of a row that stands under a heading of the row's own table.
///
/// Headings stand in the table's `thead`, or in its first row where it has none. Of several above each other the lowest
/// names the column, and so do all of them from the top: `Planned / Net`.
pub(super) fn cell_under<'p>(
    page: &'p Page<'_>,
    row: ElementRef<'p>,
    heading: &str,
) -> Option<ElementRef<'p>> {
    let table = row.ancestors().filter_map(ElementRef::wrap).find(|element| is(*element, "table"))?;
    let column = page.grids().column(table.id(), heading, || column_of(page, table, &fold(heading)))?;
    let slots = page.grids().row(row.id());
    slots.get(index_in(slots, column)?).and_then(|slot| page.element(slot.cell))
}

/// The headings of the row's own table, in their order.
pub(super) fn headings(page: &Page<'_>, row: ElementRef<'_>) -> Vec<String> {
    let table = row.ancestors().filter_map(ElementRef::wrap).find(|element| is(*element, "table"));
    let slots = table.into_iter().flat_map(heading_rows).flat_map(|row| page.grids().row(row.id()));
    let cells = slots.filter_map(|slot| page.element(slot.cell));
    let texts = cells.filter_map(|cell| page.spot_of(cell).map(|spot| page.value_at(&spot)));
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

/// The first column that a heading names; where it is the lowest of none, the first one below it.
fn column_of(page: &Page<'_>, table: ElementRef<'_>, heading: &str) -> Option<usize> {
    let text_of = |slot: &Slot| {
        let spot = page.element(slot.cell).and_then(|cell| page.spot_of(cell));
        spot.map(|spot| page.value_at(&spot)).unwrap_or_default()
    };
    let rows: Vec<HeadingRow<'_>> = heading_rows(table)
        .take(HEADING_ROWS_MAX)
        .map(|row| page.grids().row(row.id()))
        .map(|slots| HeadingRow { slots, texts: slots.iter().map(text_of).collect() })
        .collect();
    let slots = || rows.iter().flat_map(|row| row.slots);
    let columns: BTreeSet<usize> = slots().flat_map(|slot| [slot.first, slot.end]).collect();
    let is_named = |column: &usize| {
        let path = path(&rows, *column);
        path.last().is_some_and(|lowest| *lowest == heading)
            || (heading.contains(STEP) && path.len() > 1 && path.join(STEP) == heading)
    };
    let above = || rows.iter().find_map(|row| row.slot_of(heading)).map(|slot| slot.first);
    columns.into_iter().find(is_named).or_else(above)
}

struct HeadingRow<'p> {
    slots: &'p [Slot],
    texts: Vec<String>,
}

impl HeadingRow<'_> {
    fn slot_of(&self, heading: &str) -> Option<&Slot> {
        self.slots.iter().zip(&self.texts).find(|(_, text)| *text == heading).map(|(slot, _)| slot)
    }

    fn slot_in(&self, column: usize) -> Option<(&Slot, &str)> {
        let index = index_in(self.slots, column)?;
        Some((self.slots.get(index)?, self.texts.get(index)?))
    }
}

/// The headings above a column that have text, from the top.
fn path<'r>(rows: &'r [HeadingRow<'_>], column: usize) -> Vec<&'r str> {
    let mut cells: Vec<(&Slot, &str)> = rows.iter().filter_map(|row| row.slot_in(column)).collect();
    cells.retain(|(_, text)| !text.is_empty());
    // A cell that spans rows is one heading.
    cells.dedup_by_key(|(slot, _)| slot.cell);
    cells.into_iter().map(|(_, text)| text).collect()
}
