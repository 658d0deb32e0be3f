//! Tables as grids, in which a cell can span columns and rows, laid out as HTML lays them out.
//!
//! The work is bounded, whatever the spans say: a cell is kept once for each row that it is in, never for each column.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::IntErrorKind;

use ego_tree::NodeId;
use scraper::ElementRef;

/// No cell is taken to be wider: HTML itself draws the line here.
const COLSPAN_MAX: usize = 1000;

/// So many places of cells in rows are laid out on one page. No cell is found in the rows behind them.
const SLOTS_MAX: usize = 1 << 20;

/// The tables of a page, by their rows.
#[derive(Debug, Default)]
pub(super) struct Grids {
    /// The cells of each row, those that reach into it from above with them, by their first column.
    rows: HashMap<NodeId, Vec<Slot>>,
    /// The columns of tables that were asked for, by their headings.
    columns: RefCell<HashMap<(NodeId, String), Option<usize>>>,
}

/// A cell in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// The first of its columns.
    pub(super) first: usize,
    /// The column behind its last one.
    pub(super) end: usize,
    /// The cell.
    pub(super) cell: NodeId,
}

impl Grids {
    /// Lays out every table below an element.
    pub(super) fn of(root: ElementRef<'_>) -> Self {
        let mut grids = Self::default();
        let mut slots_left = SLOTS_MAX;
        for section in root.descendent_elements().filter(|element| holds_rows(*element)) {
            if grids.lay_out(section, &mut slots_left).is_none() {
                break;
            }
        }
        grids
    }

    /// The cells of a row; none where it is no row of a table.
    pub(super) fn row(&self, row: NodeId) -> &[Slot] {
        self.rows.get(&row).map(Vec::as_slice).unwrap_or_default()
    }

    /// The column of a heading, looked for once in each table.
    pub(super) fn column(
        &self,
        table: NodeId,
        heading: &str,
        find: impl FnOnce() -> Option<usize>,
    ) -> Option<usize> {
        let key = (table, heading.to_owned());
        let known = self.columns.borrow().get(&key).copied();
        known.unwrap_or_else(|| {
            let found = find();
            self.columns.borrow_mut().insert(key, found);
            found
        })
    }

    /// Lays out the rows of one section, which no cell leaves; `None` where there are too many cells.
    fn lay_out(&mut self, section: ElementRef<'_>, slots_left: &mut usize) -> Option<()> {
        let mut from_above: Vec<(Slot, usize)> = Vec::new();
        for row in rows(section) {
            let mut cells = place(row, &from_above);
            cells.extend(from_above);
            cells.sort_by_key(|(slot, _)| slot.first);
            *slots_left = slots_left.checked_sub(cells.len())?;
            self.rows.insert(row.id(), cells.iter().map(|(slot, _)| *slot).collect());
            let reaches_down = cells.into_iter().filter(|(_, rows_left)| *rows_left > 1);
            from_above = reaches_down.map(|(slot, rows_left)| (slot, rows_left - 1)).collect();
        }
        Some(())
    }
}

/// Which cell of a row stands in a column.
pub(super) fn index_in(row: &[Slot], column: usize) -> Option<usize> {
    let begun = row.partition_point(|slot| slot.first <= column);
    let last = begun.checked_sub(1)?;
    row.get(last).is_some_and(|slot| column < slot.end).then_some(last)
}

/// The rows of a table or of a section of one.
pub(super) fn rows(section: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    section.child_elements().filter(|row| is(*row, "tr"))
}

/// Whether an element is of this name.
pub(super) fn is(element: ElementRef<'_>, name: &str) -> bool {
    element.value().name() == name
}

fn holds_rows(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "table" | "thead" | "tbody" | "tfoot")
}

/// The cells of a row, each in the first column that no cell from above and none before it takes, and in how many rows
/// it stands.
fn place(row: ElementRef<'_>, from_above: &[(Slot, usize)]) -> Vec<(Slot, usize)> {
    let mut from_above = from_above.iter().map(|(slot, _)| slot).peekable();
    let mut column = 0;
    let cells = row.child_elements().filter(|cell| is(*cell, "td") || is(*cell, "th"));
    let placed = cells.map(|cell| {
        while let Some(taken) = from_above.next_if(|taken| taken.first <= column) {
            column = column.max(taken.end);
        }
        let first = column;
        column += span(cell, "colspan").unwrap_or(1).clamp(1, COLSPAN_MAX);
        // A span of no rows is one to the end of the section.
        let height = span(cell, "rowspan").map_or(1, |rows| if rows == 0 { usize::MAX } else { rows });
        (Slot { first, end: column, cell: cell.id() }, height)
    });
    placed.collect()
}

/// What a span says; `None` where that is no number.
fn span(cell: ElementRef<'_>, attribute: &str) -> Option<usize> {
    match cell.attr(attribute)?.trim().parse::<usize>() {
        Ok(span) => Some(span),
        Err(error) => matches!(error.kind(), IntErrorKind::PosOverflow).then_some(usize::MAX),
    }
}
