// What a step does inside the page: the body of an asynchronous WebDriver script that is called with one request and
// answers once, with a text. (Libraries that put `toJSON` on arrays spoil what the drivers would make of an object.)
//
// Selectors are the profile's own words, as in `css:#results`. Times are milliseconds.

const request = arguments[0];
const reply = arguments[arguments.length - 1];

const POLL_MS = 50;
const CONTROLS = "input:not([type=hidden]), select, textarea, button";
// What has been done is never done again.
const ACTS = new Set(["click", "hold", "hold_field", "focus", "stamp", "fill", "select", "dismiss", "choose", "open_row"]);
const BUTTON_INPUTS = "input[type=submit], input[type=button], input[type=reset]";
const UNSEEN = new Set(["script", "style", "template", "noscript", "head"]);

const began = performance.now();
const elapsed = () => performance.now() - began;

// ---------------------------------------------------------------- texts

const fold = (text) => text.replace(/\s+/g, " ").trim();
const squeeze = (text) => text.replace(/\s+/g, "");
// A colon behind a caption, or the mark of what must be filled in, is none of its words.
const caption = (text) => fold(text).replace(/(?<=[^\s*:])[\s*:]+$/, "");
const is_mark = (text) => /^[\s*:]*[*:][\s*:]*$/.test(text);

// What a person reads in an element: cells and blocks apart, a control's value where it is one.
function textOf(node) {
  if (node.localName === "select") return fold(node.selectedOptions[0]?.textContent ?? "");
  if (node.localName === "input" || node.localName === "textarea") return fold(node.value);
  const has_roots = node.nodeType === 1 && rootsBelow(node).length > 0;
  return fold(has_roots ? composedText(node) : (node.innerText ?? node.textContent ?? ""));
}

// What tells an element that was there before from one that changed: cheap, as it is read at every mutation.
function traceOf(selector, node) {
  if (selector.startsWith("title:")) return document.title;
  return [node.value, node.textContent, rootOf(node)?.textContent].join("\n");
}

// What an attribute says, where one is named, and else what a person reads.
const told = (node, attribute) => (attribute ? (node.getAttribute?.(attribute) ?? "") : textOf(node));

function rendered(node) {
  const element = node.nodeType === 1 ? node : node.parentElement;
  if (!element?.isConnected) return false;
  if (element.checkVisibility({ visibilityProperty: true })) return true;
  // A slot, as all that has no box of its own, is seen where what is around it is.
  const { display, visibility } = getComputedStyle(element);
  const around = element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;
  return display === "contents" && visibility === "visible" && Boolean(around) && rendered(around);
}

function renderedText(node) {
  // Words in a host are seen in a slot of its root alone, and a slot's own where nothing is put into it.
  if (node.nodeType === 3) return node.parentNode.shadowRoot && !node.assignedSlot ? "" : node.data;
  if (node.localName === "slot" && node.assignedNodes().length > 0) return "";
  if (UNSEEN.has(node.localName) || !rendered(node.nodeType === 11 ? node.host : node)) return "";
  let text = "";
  for (const child of node.childNodes) text += renderedText(child);
  return text;
}

// ---------------------------------------------------------------- selectors

// The innermost elements that hold a text; white space does not count, as markup breaks lines anywhere.
function innermost(root, text) {
  const wanted = squeeze(text);
  const found = [];
  const visit = (element) => {
    let deeper = false;
    for (const child of element.children) {
      if (UNSEEN.has(child.localName) || !squeeze(child.textContent).includes(wanted)) continue;
      visit(child);
      deeper = true;
    }
    if (deeper || !squeeze(renderedText(element)).includes(wanted)) return;
    // Words that stand in a shadow root without an element of their own are its host's.
    found.push(element.nodeType === 11 ? element.host : element);
  };
  // A frame's document has nothing in it at first.
  const top = root.nodeType === 9 ? (root.body ?? root.documentElement) : root;
  if (top && squeeze(top.textContent).includes(wanted)) visit(top);
  for (const button of root.querySelectorAll(BUTTON_INPUTS)) {
    if (rendered(button) && squeeze(button.value).includes(wanted)) found.push(button);
  }
  return found;
}

// A label's own words, without those of a control that it wraps.
function labelText(label) {
  let text = "";
  for (const child of label.childNodes) {
    if (child.nodeType === 3) text += child.data;
    else if (child.nodeType === 1 && !child.matches(CONTROLS)) text += labelText(child);
  }
  return text;
}

// The element behind one, past marks that stand there alone.
function behind(element) {
  let next = element.nextElementSibling;
  while (next && is_mark(next.textContent)) next = next.nextElementSibling;
  return next;
}

// An element that is a control, or the controls in it.
function controlsOf(element) {
  return everywhereIn(element, (tree) => [...(tree.matches?.(CONTROLS) ? [tree] : []), ...tree.querySelectorAll(CONTROLS)]);
}

// The control that belongs to a label of exactly this text; where values are wanted, also the cell beside it; where one that
// takes a text or has options is wanted, each in that cell.
function labelled(root, text, wants) {
  const wanted = caption(text);
  const found = new Set();
  for (const label of root.querySelectorAll("label")) {
    if (label.control && caption(labelText(label)) === wanted) found.add(label.control);
  }
  for (const control of root.querySelectorAll(CONTROLS)) {
    for (const name of ["aria-label", "placeholder"]) {
      if (caption(control.getAttribute(name) ?? "") === wanted) found.add(control);
    }
  }
  for (let cell of innermost(root, wanted)) {
    if (caption(cell.textContent) !== wanted) continue;
    const fillsItsParent = () => caption(cell.parentElement?.textContent ?? "") === wanted;
    while (cell !== root && !behind(cell) && fillsItsParent()) cell = cell.parentElement;
    let beside = behind(cell);
    while (beside && cell.localName === "dt" && beside.localName !== "dd") beside = beside.nextElementSibling;
    const controls = beside ? controlsOf(beside) : [];
    const is_any = wants === "text" || wants === "options";
    for (const control of is_any ? controls : controls.slice(0, 1)) found.add(control);
    if (beside && controls.length === 0 && wants === "value") found.add(beside);
  }
  return [...found];
}

function byXpath(root, path) {
  const owner = root.ownerDocument ?? root;
  const result = owner.evaluate(path, root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
  const found = [];
  for (let index = 0; index < result.snapshotLength; index++) found.push(result.snapshotItem(index));
  return found;
}

function matches(selector, root, wants) {
  if (isPath(selector)) return insideOf(selector, root, wants);
  const colon = selector.indexOf(":");
  const sought = selector.slice(colon + 1);
  switch (selector.slice(0, colon)) {
    case "css": return byCss(root, sought);
    case "text": return everywhereIn(root, (tree) => innermost(tree, sought));
    case "label": return everywhereIn(root, (tree) => labelled(tree, sought, wants));
    case "title": return fold(document.title).includes(fold(sought)) ? [document.documentElement] : [];
    case "xpath": return byXpath(root, sought);
    default: throw new Error("unknown kind of selector");
  }
}

// The first alternative with a match that is accepted, and that match.
function first(alternatives, root, wants, accepts) {
  for (const selector of alternatives) {
    try {
      for (const node of matches(selector, root, wants)) {
        if (accepts(node, selector)) return { node, matched: selector };
      }
    } catch (error) {
      throw new Error(`\`${selector}\`: ${error.message}`);
    }
  }
  return null;
}

// Where a step looks: the document, or the dialog that is open; `null` while that is not there.
function here() {
  if (!request.dialog) return document;
  return first(request.dialog, document, "value", (node) => node.nodeType === 1 && rendered(node))?.node ?? null;
}

// The same as `first`, in the place where a step looks.
function firstHere(alternatives, wants, accepts) {
  const place = here();
  return place && first(alternatives, place, wants, accepts);
}

// This document and those of its frames, as far as the browser lets us see them.
function documents(root = document, found = []) {
  found.push(root);
  for (const frame of root.querySelectorAll("iframe, frame")) {
    let inner = null;
    try {
      inner = frame.contentDocument;
    } catch {
      // Another origin's frame.
    }
    if (inner && rendered(frame)) documents(inner, found);
  }
  return found;
}

// ---------------------------------------------------------------- what was there before

// The documents, and the dialogs in them in which a later step looks.
function placesToRemember() {
  const places = documents();
  for (const dialog of request.dialogs ?? []) {
    for (const selector of dialog) {
      for (const root of documents()) {
        for (const node of matches(selector, root, "value")) if (node.nodeType === 1) places.push(node);
      }
    }
  }
  return places;
}

// What matches now, and what it says.
function snapshot(selector) {
  const nodes = new Map();
  for (const root of placesToRemember()) {
    for (const node of matches(selector, root, "value")) {
      if (counts(node, selector)) nodes.set(node, traceOf(selector, node));
    }
  }
  return nodes;
}

// Remembers what matches now, so that a later wait in this document counts only what came after.
function stamp() {
  window.__anafora?.observer.disconnect();
  const remembered = new Map((request.remember ?? []).map((selector) => [selector, snapshot(selector)]));
  // What went away or changed, if only for a moment, is new when it comes back.
  const forget = () => {
    for (const [selector, nodes] of remembered) {
      for (const [node, trace] of nodes) {
        if (!counts(node, selector) || traceOf(selector, node) !== trace) nodes.delete(node);
      }
    }
  };
  const observer = new MutationObserver(forget);
  observe(observer);
  window.__anafora = { token: request.token, remembered, observer, forget, leaving: false };
  addEventListener("beforeunload", () => { window.__anafora.leaving = true; }, { once: true });
  // A document that comes back out of the browser's history is new to whoever went back to it.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    window.__anafora.remembered.clear();
    window.__anafora.leaving = false;
  }, { once: true });
}

// Remembers more, and all the same what was remembered when the portal was last made to work.
function rememberBesides() {
  if (!request.besides?.length) return;
  if (!window.__anafora) stamp();
  for (const selector of request.besides) window.__anafora.remembered.set(selector, snapshot(selector));
}

function observe(observer) {
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document, everything);
  // No change inside a shadow root or a frame is seen from outside.
  for (const inner of entered) observer.observe(inner, everything);
}

// A title is never rendered, and counts all the same.
const counts = (node, selector) => selector.startsWith("title:") || rendered(node);
const appeared = (node, selector) =>
  counts(node, selector) && !window.__anafora?.remembered.get(selector)?.has(node);

// ---------------------------------------------------------------- polling

// Calls `probe` until it answers, after each change of the page and on a timer, or until the deadline.
function until(probe) {
  let finished = false;
  let resume_at = 0;
  const poll = () => {
    if (finished || elapsed() < resume_at) return;
    const start = elapsed();
    let answer = null;
    const known = entered.size;
    for (const seen of [sealed, shut, roots_seen]) seen.clear();
    try {
      window.__anafora?.forget();
      answer = document.readyState === "loading" ? null : looked(probe);
    } catch (error) {
      answer = { at: "fault", detail: error.message };
    }
    // A page that changes all the time, or is costly to look at, keeps most of the time for itself.
    resume_at = elapsed() + Math.max(5, 3 * (elapsed() - start));
    if (entered.size > known) observe(observer);
    if (answer === null && elapsed() >= request.deadline_ms) answer = { at: pending() ? "loading" : "deadline" };
    if (answer === null) return;
    finished = true;
    observer.disconnect();
    clearInterval(timer);
    send(answer);
  };
  const observer = new MutationObserver(poll);
  observe(observer);
  const timer = setInterval(poll, POLL_MS);
  poll();
}

// What is on the page now: a marker, then what the step looks for, unless a root must be known before.
function looked(probe) {
  const known = watched() ?? rootsWanted(is_unasked) ?? rootsWantedBeforeActing();
  if (known !== null) return known;
  const answer = probe();
  if (answer !== null && ACTS.has(request.verb)) return answer;
  // What was read is read again with the roots that came to light.
  const late = () => (elapsed() < request.deadline_ms ? rootsWanted(is_asked_long_ago) : null);
  return rootsWanted(is_unasked) ?? answer ?? late();
}

// Whether the portal still owes a page: this one, or the one that an acting step asked for.
function pending() {
  return document.readyState === "loading" || Boolean(window.__anafora?.leaving);
}

function send(answer) {
  const spoilt = Object.getOwnPropertyDescriptor(Array.prototype, "toJSON");
  delete Array.prototype.toJSON;
  const text = JSON.stringify(answer);
  if (spoilt) Object.defineProperty(Array.prototype, "toJSON", spoilt);
  reply(text);
}

// What decides before the step does: the browser's own error page, the profile's markers, the portal's status.
function watched() {
  const address = document.documentURI;
  if (address.startsWith("chrome-error:") || /^about:(net|cert)error/.test(address)) {
    return { at: "network", detail: fold(document.body?.innerText ?? address).slice(0, 200) };
  }
  for (const { verdict, any } of request.markers) {
    const accepts = verdict === "absent" ? appeared : counts;
    for (const root of documents()) {
      const found = first(any, root, "value", accepts);
      if (found) return { at: "verdict", verdict, matched: found.matched };
    }
  }
  const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0;
  return status >= 500 || [401, 403, 429].includes(status) ? { at: "http", status } : null;
}

// ---------------------------------------------------------------- steps

// An address that brings a file, or nothing, leaves the browser where it was.
const FIRST_PAGES = ["about:blank", "data:,"];
const is_old = ![undefined, request.token].includes(window.__anafora_call);
window.__anafora_call = request.token;

const STEPS = {
  look: () => {
    if (is_old || FIRST_PAGES.includes(document.documentURI)) send({ at: "missing" });
    else until(() => ({ at: "done", matched: null }));
  },
  watch: () => until(() => ({ at: "done", matched: null })),
  acted: () => send({ at: window.__anafora?.token === request.token ? "done" : "missing", matched: null }),
  click: () => act((node) => { stamp(); click(node); }),
  hold: () => act((node) => { hold(node); }),
  hold_field: () => write(hold),
  focus: () => act((node) => { stamp(); node.focus(); }),
  stamp: () => until(() => { stamp(); return { at: "done", matched: null }; }),
  fill: () => write((node) => { rememberBesides(); put(node, request.text); }),
  select: chooseOption,
  dismiss: () => until(() => {
    const found = firstHere(request.any, "control", (node) => rendered(node) && usable(node));
    if (!found && isObscured()) return null;
    if (found) click(found.node);
    return { at: "done", matched: found?.matched ?? null };
  }),
  wait: () => until(() => {
    for (const { verdict, any } of request.outcomes) {
      const found = firstHere(any, "value", appeared);
      if (found) return { at: "verdict", verdict, matched: found.matched };
    }
    return null;
  }),
  rows: () => until(readRows),
  open_row: () => until(openRow),
  read: () => until(() => {
    const found = firstHere(request.any, "value", (node) => told(node, request.attribute) !== "");
    const text = found && told(found.node, request.attribute);
    return text === null || request.seen.includes(text) ? null : { at: "text", text, matched: found.matched };
  }),
  // The headers of the page itself cannot be read any more: they are asked for once again, without the page.
  retry_after: () => {
    const answer = (text) => send({ at: "text", text, matched: "" });
    const signal = AbortSignal.timeout(request.deadline_ms);
    fetch(location.href, { method: "HEAD", cache: "no-store", signal })
      .then((response) => answer(response.headers.get("Retry-After") ?? ""), () => answer(""));
  },
  grasp: () => until(() => {
    const found = firstHere(request.any, "value", (node) => node.nodeType === 1 && rendered(node));
    if (!found) return null;
    hold(found.node);
    return { at: "held", frame: isFrame(found.node), matched: found.matched };
  }),
  // The first document of a new window is an empty one.
  arrived: () => until(() => {
    const is_empty = document.documentURI === "about:blank" && !document.body?.hasChildNodes();
    return is_empty ? null : { at: "done", matched: null };
  }),
  part: () => send(part(request.held ? window.__anafora_held : document.documentElement)),
};
