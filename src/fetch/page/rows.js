
// ---------------------------------------------------------------- rows

function findRows() {
  const place = here();
  for (const selector of place ? request.rows : []) {
    const rows = [];
    for (const row of matches(selector, place, "value")) if (rendered(row)) rows.push(row);
    if (rows.length > 0) return { rows, matched: selector };
  }
  return { rows: [], matched: null };
}

function readRow(row) {
  const id = request.id && first(request.id, row, "value", () => true);
  const taken = request.take && first(request.take.any, row, "value", (node) => told(node, request.take.attribute) !== "");
  return {
    text: textOf(row),
    place: placeOf(row),
    id: request.id ? (id ? textOf(id.node) : null) : textOf(row),
    preferred: isPreferred(row),
    taken: taken ? { text: told(taken.node, request.take.attribute), matched: taken.matched } : null,
  };
}

// Whether the row holds what is preferred, or is it.
function isPreferred(row) {
  const is_it = (selector) =>
    selector.startsWith("css:") && !isPath(selector) && row.matches?.(selector.slice("css:".length));
  return Boolean(request.prefer && (request.prefer.some(is_it) || first(request.prefer, row, "value", rendered)));
}
// Which of all rows it is, where only some exist and the page says so.
const placeOf = (row) =>
  row.getAttribute?.("aria-rowindex") ?? row.getAttribute?.("aria-posinset") ?? null;
const canGo = (control) => Boolean(control && firstHere(control, "control", usable));

// Whether these rows are another page than the one that was left. What a way back to the first page brought may also begin
// as before: in another document, or where the list was made anew and nothing leads further back.
function turned(row, selector) {
  if (request.unlike === null || textOf(row) !== request.unlike) return true;
  if (!request.returned) return false;
  return !window.__anafora || (appeared(row, selector) && !canGo(request.first));
}

// Whether the rows stand in something that scrolls and is far longer than they are: the others exist once they are in view.
function isPartial(rows) {
  const scrolls = (box) =>
    box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY);
  let box = rows[0].parentElement;
  while (box && box !== document.body && !scrolls(box)) box = box.parentElement ?? box.getRootNode().host;
  if (!box || box === document.body) return false;
  const places = rows.map((row) => row.getBoundingClientRect());
  const height = Math.max(...places.map((place) => place.bottom)) - Math.min(...places.map((place) => place.top));
  return height > 0 && box.scrollHeight > 2 * height;
}

function readRows() {
  const { rows, matched } = findRows();
  // A page behind the last one, as an earlier search may leave it, has no rows; only the way back can be told of it.
  if (rows.length === 0) {
    const is_behind = request.unlike === null && canGo(request.first);
    return is_behind ? { at: "rows", rows: [], matched: null, more: false, back: true, view: null, partial: false } : null;
  }
  // Only where it stands at its beginning does the first row in view say which page it is.
  const view = request.scroll ? settledView(rows) : null;
  if ((request.scroll && !view) || !turned(rows[0], matched)) return null;
  const is_last = request.last && firstHere(request.last, "value", rendered);
  const more = !is_last && canGo(request.next);
  const partial = !request.scroll && isPartial(rows);
  return { at: "rows", rows: rows.map(readRow), matched, more, back: canGo(request.first), view, partial };
}

function openRow() {
  const row = request.scroll ? rowInView() : findRows().rows[request.index];
  if (!row && request.scroll) return null;
  const is_it = row && textOf(row) === request.text;
  const found = request.open ? is_it && first(request.open, row, "control", (node) => node.nodeType === 1) : { node: row };
  if ((!is_it || !found) && isObscured()) return null;
  if (!is_it) return { at: "stale" };
  if (!found) return { at: "missing" };
  stamp();
  click(found.node);
  return { at: "done", matched: found.matched ?? null };
}
