
// ---------------------------------------------------------------- lists of which only the rows in view exist

// So long nothing must have changed until rows are read; longer where they do not fill the view, as those that are due may
// still be missing, and at the end, where a list may be about to grow.
const SETTLED_MS = 150;
const UNFILLED_MS = 500;
const END_MS = 1000;

function scrolledBy(any) {
  const node = firstHere(any, "value", (node) => node.nodeType === 1)?.node;
  const is_page = ["html", "body"].includes(node?.localName);
  return is_page ? node.ownerDocument.scrollingElement : node;
}

// Scrolls once a call to where the request wants it: the list may move on by itself then.
function scrollOnce(container) {
  if (window.__anafora_view?.token === request.token) return;
  window.__anafora_view = { token: request.token, look: null, since: 0 };
  container.scrollTo({ top: request.top, behavior: "instant" });
}

// Where the list stands, once its rows have stopped changing.
function settledView(rows) {
  const container = scrolledBy(request.scroll);
  if (!container) return null;
  scrollOnce(container);
  const { scrollTop: top, clientHeight: height, scrollHeight: whole } = container;
  const is_at_end = top + height >= whole - 1;
  const state = window.__anafora_view;
  const look = [top, height, is_at_end ? whole : "", ...rows.map(textOf)].join("\n");
  if (look !== state.look) Object.assign(state, { look, since: performance.now() });
  const patience = is_at_end ? END_MS : fillsView(rows, container) ? SETTLED_MS : UNFILLED_MS;
  if (performance.now() - state.since < patience) return null;
  if (is_at_end && request.end && !firstHere(request.end, "value", rendered)) return null;
  return { top, next: top + Math.max(1, Math.floor(height * 0.8)), end: is_at_end };
}

function fillsView(rows, container) {
  const is_page = container === container.ownerDocument.scrollingElement;
  const { top, bottom } = is_page ? { top: 0, bottom: container.clientHeight } : container.getBoundingClientRect();
  const places = rows.map((row) => row.getBoundingClientRect());
  const reaches = Math.max(...places.map((place) => place.bottom));
  return reaches >= bottom - 1 && Math.min(...places.map((place) => place.top)) <= top + 1;
}

// The row that was read, where it is in view again.
function rowInView() {
  const container = scrolledBy(request.scroll);
  if (!container) return null;
  scrollOnce(container);
  const is_it = (row) =>
    textOf(row) === request.text && placeOf(row) === request.place && isPreferred(row) === request.preferred;
  return findRows().rows.find(is_it) ?? null;
}
