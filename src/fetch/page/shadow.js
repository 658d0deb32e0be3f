// How a selector enters shadow roots and frames, how words are found and read behind roots, and how a part is written
// that has some. Stands in front of `page.js`, in the same function.
"use strict";

// What is asked again for a root that was not there, as elements get theirs late.
const ASK_AGAIN_AFTER_MS = 250;
// Elements of one part that may have a closed root and are asked for it.
const HOSTS_MAX = 200;
// Fewer of one document where words are looked for, each once: the driver takes some milliseconds for each.
const word_hosts = (window.__anafora_word_hosts ??= { left: 50 });

// Closed roots are out of a script's reach: the driver hands them in, and the document keeps them.
const closed_roots = (window.__anafora_roots ??= new WeakMap());
// When, and under which token, the driver was last asked for the root of an element.
const asked = (window.__anafora_asked ??= new WeakMap());
// The elements without a root that selectors wanted to enter, and what they entered.
const sealed = new Set();
const entered = new Set();
// The elements behind whose closed root words may stand that are looked for.
const shut = new Set();
// The roots in a tree, for as long as the page stands still.
const roots_seen = new Map();

const rootOf = (host) => host.shadowRoot ?? closed_roots.get(host) ?? null;
const isFrame = (node) => node.localName === "iframe" || node.localName === "frame";

// What an element holds: a frame's document, as far as the browser lets us see it, or a shadow root.
function enter(host) {
  let inner = null;
  if (isFrame(host)) inner = rendered(host) ? host.contentDocument : null;
  else inner = rootOf(host);
  if (inner) entered.add(inner);
  // The driver knows only the elements of the document in which it stands.
  else if (!isFrame(host) && host.ownerDocument === document) sealed.add(host);
  return inner;
}

const isPath = (selector) => selector.startsWith("css:") && selector.includes(" >>> ");

// What matches the last piece of a path, inside everything that matches the pieces before it.
function insideOf(path, root, wants) {
  const pieces = path.slice("css:".length).split(" >>> ");
  const last = pieces.pop();
  let inside = [root];
  for (const piece of pieces) {
    const deeper = [];
    for (const outer of inside) {
      for (const host of byCss(outer, piece)) {
        const inner = enter(host);
        if (inner) deeper.push(inner);
      }
    }
    inside = deeper;
  }
  const selector = /^(css|text|label|xpath):/.test(last) ? last : `css:${last}`;
  const found = [];
  for (const inner of inside) found.push(...matches(selector, inner, wants));
  return found;
}

// What matches in a tree. `:scope` is where it begins, so that a row or a dialog can be meant itself.
function byCss(root, css) {
  const below = root.querySelectorAll(css);
  return css.startsWith(":scope") && root.nodeType === 1 && root.matches(css) ? [root, ...below] : below;
}

// ---------------------------------------------------------------- words behind roots

// The shadow roots in a tree that are known, each before those in it; `isShut` takes the elements that may have another.
function rootsIn(top, isShut) {
  const found = [];
  const visit = (element) => {
    const root = rootOf(element);
    if (root) {
      found.push(root);
      walk(root);
    } else if (element.localName.includes("-") && element.matches(":defined")) {
      isShut(element);
    }
  };
  const walk = (tree) => {
    for (const element of tree.querySelectorAll("*")) visit(element);
  };
  if (top.nodeType === 1) visit(top);
  walk(top);
  return found;
}

function rootsBelow(top) {
  const seen = roots_seen.get(top);
  if (seen) return seen;
  const roots = rootsIn(top, (host) => { if (host.ownerDocument === document) shut.add(host); });
  for (const root of roots) entered.add(root);
  roots_seen.set(top, roots);
  return roots;
}

// What is found in a tree, and after that in the shadow roots in it: a person does not see where one begins.
const everywhereIn = (top, find) => [top, ...rootsBelow(top)].flatMap(find);
const hasWords = (selector) => selector.startsWith("text:") || selector.startsWith("label:");

// What a person reads in an element with shadow roots: its root's words in the place of its own, and those in its slots.
function composedText(node) {
  if (node.nodeType === 3) return node.data;
  if (node.nodeType !== 1 || UNSEEN.has(node.localName) || !rendered(node)) return "";
  const assigned = node.localName === "slot" ? node.assignedNodes() : [];
  const shown = rootOf(node)?.childNodes ?? (assigned.length > 0 ? assigned : node.childNodes);
  let text = "";
  for (const child of shown) text += composedText(child);
  return /^(inline|contents)/.test(getComputedStyle(node).display) ? text : `\n${text}\n`;
}

// ---------------------------------------------------------------- closed roots

const is_unasked = (last) => last === undefined;
const is_unasked_by_this_call = (last) => last?.token !== request.token;
const is_asked_long_ago = (last) => performance.now() - (last?.at ?? -Infinity) > ASK_AGAIN_AFTER_MS;

// The elements whose roots are due: those that selectors wanted to enter, and each once those that may hide words.
function hostsDue(is_due) {
  const hosts = new Set();
  for (const host of sealed) if (is_due(asked.get(host))) hosts.add(host);
  const hiding = [...shut].filter((host) => !hosts.has(host) && !asked.has(host));
  return { hosts, hiding: hiding.slice(0, word_hosts.left) };
}

// Whether something may look otherwise once roots are known that nobody asked for yet.
function isObscured() {
  const { hosts, hiding } = hostsDue(is_unasked);
  return hosts.size + hiding.length > 0;
}

// Asks the driver for the roots that are due.
function rootsWanted(is_due) {
  const { hosts, hiding } = hostsDue(is_due);
  if (hosts.size + hiding.length === 0) return null;
  word_hosts.left -= hiding.length;
  window.__anafora_sealed = [...hosts, ...hiding];
  return { at: "sealed" };
}

// What must be known before a step acts: behind a root that comes to light later, everything would look new.
function rootsWantedBeforeActing() {
  for (const selector of request.remember ?? []) {
    if (!isPath(selector) && !hasWords(selector)) continue;
    for (const root of documents()) matches(selector, root, "value");
  }
  return request.remember ? rootsWanted(is_unasked_by_this_call) : null;
}

// ---------------------------------------------------------------- parts

// An element's markup with its shadow roots. The copy is made where no element comes to life.
function markupWith(shadowRoots, element) {
  const shell = document.implementation.createHTMLDocument("").importNode(element, false).outerHTML;
  const end = shell.lastIndexOf("</");
  const inner = element.getHTML({ serializableShadowRoots: true, shadowRoots });
  return end < 0 ? shell : shell.slice(0, end) + inner + shell.slice(end);
}

// One part: measured first, and only written where it is not too large. A whole document without shadow roots is left
// for the driver to read.
function part(element) {
  const roots = rootsIn(element, (host) => { if (sealed.size < HOSTS_MAX) sealed.add(host); });
  const wanted = rootsWanted(is_unasked_by_this_call);
  if (wanted) return wanted;
  const url = location.href;
  const is_whole = element === document.documentElement;
  if (is_whole && roots.length === 0) {
    return { at: "size", bytes: new Blob([element.outerHTML]).size, url };
  }
  const doctype = is_whole && document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
  const text = doctype + markupWith(roots, element);
  const bytes = new Blob([text]).size;
  return bytes > request.bytes_max ? { at: "size", bytes, url } : { at: "markup", text, url };
}

