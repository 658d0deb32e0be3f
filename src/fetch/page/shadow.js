// How a selector enters shadow roots and frames, and how a part is written that has shadow roots. Stands in front of
// `page.js`, in the same function.
"use strict";

// What is asked again for a root that was not there, as elements get theirs late.
const ASK_AGAIN_AFTER_MS = 250;
// Elements of one part that may have a closed root and are asked for it.
const HOSTS_MAX = 200;

// Closed roots are out of a script's reach: the driver hands them in, and the document keeps them.
const closed_roots = (window.__anafora_roots ??= new WeakMap());
// When, and under which token, the driver was last asked for the root of an element.
const asked = (window.__anafora_asked ??= new WeakMap());
// The elements without a root that selectors wanted to enter, and what they entered.
const sealed = new Set();
const entered = new Set();

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
      for (const host of outer.querySelectorAll(piece)) {
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

// ---------------------------------------------------------------- closed roots

const is_unasked = (last) => last === undefined;
const is_unasked_by_this_call = (last) => last?.token !== request.token;
const is_asked_long_ago = (last) => performance.now() - (last?.at ?? -Infinity) > ASK_AGAIN_AFTER_MS;

// Asks the driver for the roots of what selectors wanted to enter, where it is due.
function rootsWanted(is_due) {
  const hosts = [];
  for (const host of sealed) if (is_due(asked.get(host))) hosts.push(host);
  if (hosts.length === 0) return null;
  window.__anafora_sealed = hosts;
  return { at: "sealed" };
}

// What must be known before a step acts: behind a root that comes to light later, everything would look new.
function rootsWantedBeforeActing() {
  for (const selector of request.remember ?? []) {
    if (isPath(selector)) for (const root of documents()) matches(selector, root, "value");
  }
  return request.remember ? rootsWanted(is_unasked_by_this_call) : null;
}

// ---------------------------------------------------------------- parts

// The shadow roots in an element, those in shadow roots among them.
function rootsIn(top) {
  const found = [];
  const queue = [top];
  let hosts = 0;
  for (let next = queue.pop(); next; next = queue.pop()) {
    const visit = (element) => {
      const root = rootOf(element);
      if (root) {
        found.push(root);
        queue.push(root);
      } else if (element.localName.includes("-") && hosts < HOSTS_MAX && element.matches(":defined")) {
        hosts += 1;
        sealed.add(element);
      }
    };
    if (next.nodeType === 1) visit(next);
    for (const element of next.querySelectorAll("*")) visit(element);
  }
  return found;
}

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
  const roots = rootsIn(element);
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

