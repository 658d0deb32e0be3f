// The modern demo portal in the browser: one script for all of its pages, which are empty when they arrive.
//
// The search form stands in a shadow root, the results in a frame, a record in a window of its own, where most of it
// stands in shadow roots again, some of them closed. Every answer of the server needs a token that is good for a short
// time and is given only to a page that the server served.
"use strict";

(() => {
  const { page, mark } = document.documentElement.dataset;
  const ROW_HEIGHT_PX = 47;
  const ROWS_BEYOND = 3;

  // ---------------------------------------------------------------- elements

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (typeof value === "function") made.addEventListener(attribute, value);
      else if (value !== null) made.setAttribute(attribute, value);
    }
    made.append(...children);
    return made;
  }

  // One style sheet for all: shadow roots share that of the page.
  let shared = null;
  function styles() {
    if (!shared) {
      shared = new CSSStyleSheet();
      shared.replaceSync(Array.from(document.styleSheets[0].cssRules, (rule) => rule.cssText).join("\n"));
    }
    return shared;
  }

  // An element of our own whose children stand in its shadow root.
  function shadowed(name, mode, ...children) {
    if (!customElements.get(name)) customElements.define(name, class extends HTMLElement {});
    const host = element(name);
    const root = host.attachShadow({ mode });
    root.adoptedStyleSheets = [styles()];
    root.append(...children);
    return host;
  }

  const card = (...children) => element("section", { class: "card" }, ...children);

  function facts(pairs) {
    return element("dl", {}, ...pairs.flatMap(([label, value]) => [
      element("dt", {}, label),
      element("dd", {}, Array.isArray(value)
        ? element("ul", {}, ...value.map((entry) => element("li", {}, entry)))
        : value),
    ]));
  }

  function table(headings, rows) {
    return element("table", {},
      element("thead", {}, element("tr", {}, ...headings.map((heading) => element("th", {}, heading)))),
      element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))))));
  }

  function frameOfSite(...children) {
    document.body.append(
      element("header", { class: "site" },
        element("a", { class: "brand", href: "/" }, "Nordmark Contracts Register"),
        element("nav", {}, element("span", {}, "Tenders"), element("span", {}, "Decisions"), element("span", {}, "Contracts"))),
      element("div", { class: "demonstration" }, "A demonstration: no country, authority or supplier here exists."),
      element("main", {}, ...children));
  }

  // What a visitor is told instead of what was asked for.
  function say(title, text) {
    document.body.append(element("div", { class: "over", role: "alertdialog" },
      card(element("h1", {}, title), element("p", {}, text, " ", element("a", { href: "/", target: "_top" }, "Begin a new search.")))));
    return new Promise(() => {});
  }

  // ---------------------------------------------------------------- the server

  let token = null;

  async function ask(address, options) {
    let response;
    try {
      response = await fetch(address, options);
    } catch {
      return say("The register cannot be reached", "Please try again later.");
    }
    if (response.status === 401) return say("Your session has ended", "You have been here for a long time.");
    if (response.status >= 500) return say("The register is closed for maintenance", "Please try again later.");
    return response;
  }

  async function call(address) {
    for (;;) {
      if (token === null) token = await (await ask(`/api/token?page=${mark}`, { method: "POST" })).text();
      const response = await ask(address, { headers: { "x-nordmark-token": token } });
      if (response.status !== 403) return response;
      token = null;
    }
  }

  // ---------------------------------------------------------------- the search

  function cookies(answered) {
    if (localStorage.getItem("nordmark-cookies")) return answered();
    const answer = (choice) => () => {
      localStorage.setItem("nordmark-cookies", choice);
      banner.remove();
      answered();
    };
    const banner = shadowed("nm-cookies", "open", element("div", { class: "cookies", role: "dialog", "aria-label": "Cookies" },
      element("p", {}, "This site keeps one cookie, for your session."),
      element("button", { class: "refuse quiet", click: answer("necessary") }, "Only what is necessary"),
      element("button", { class: "accept", click: answer("all") }, "Accept all")));
    document.body.append(banner);
  }

  function search() {
    const asked = { register: "Tenders", reference: "" };
    const keep = (event) => { asked[event.target.name] = event.target.value; };
    const results = element("iframe", { class: "results", id: "results", title: "Search results", hidden: "" });
    const submit = (event) => {
      event.preventDefault();
      results.hidden = false;
      results.src = `/results?${new URLSearchParams(asked)}`;
    };
    // Nobody searches before the banner is answered.
    const fieldset = element("fieldset", { disabled: "" },
      element("label", { for: "register" }, "Register"),
      element("div", { class: "control" }, element("select", { id: "register", name: "register", change: keep },
        ...["Tenders", "Decisions", "Contracts"].map((name) => element("option", {}, name)))),
      element("label", { for: "reference" }, "Reference number"),
      element("div", { class: "control" }, element("input", { id: "reference", name: "reference", autocomplete: "off", input: keep })),
      element("div", { class: "control" }, element("button", { type: "submit" }, "Search")));
    frameOfSite(
      element("h1", {}, "Search the registers"),
      element("p", { class: "lead" }, "Every call for tenders, decision and contract of the Nordmark since 2005."),
      shadowed("nm-search", "open", element("form", { class: "card", submit }, fieldset)),
      results);
    cookies(() => { fieldset.disabled = false; });
  }

  // ---------------------------------------------------------------- the results

  async function results() {
    const waiting = element("p", { class: "waiting" }, "Searching…");
    document.body.append(waiting);
    const rows = await (await call(`/api/search${location.search}`)).json();
    waiting.remove();
    if (rows.length === 0) {
      document.body.append(element("p", { class: "none" }, "No entries match your search."));
      return;
    }
    document.body.append(
      element("p", { class: "count" }, `${rows.length} entries, the latest first`),
      element("div", { class: "head" }, ...["Reference", "Title", "Authority", "Published"].map((name) => element("span", {}, name))),
      list(rows));
  }

  // A list of which only the rows in view exist.
  function list(rows) {
    const existing = new Map();
    const track = element("div", { class: "track", style: `height: ${rows.length * ROW_HEIGHT_PX}px` });
    const viewport = element("div", { class: "viewport", id: "entries", role: "grid", tabindex: "0", "aria-rowcount": rows.length }, track);
    const show = () => {
      const first = Math.floor(viewport.scrollTop / ROW_HEIGHT_PX) - ROWS_BEYOND;
      const last = Math.ceil((viewport.scrollTop + viewport.clientHeight) / ROW_HEIGHT_PX) + ROWS_BEYOND;
      for (const [index, row] of existing) {
        if (index < first || index >= last) {
          row.remove();
          existing.delete(index);
        }
      }
      for (let index = Math.max(0, first); index < Math.min(rows.length, last); index++) {
        if (existing.has(index)) continue;
        existing.set(index, entry(rows[index], index));
        track.append(existing.get(index));
      }
    };
    viewport.addEventListener("scroll", show);
    new ResizeObserver(show).observe(viewport);
    return viewport;
  }

  function entry(row, index) {
    const open = () => window.open(`/record?key=${row.key}`, "_blank");
    return element("div", { class: "row", role: "row", "aria-rowindex": index + 1, style: `top: ${index * ROW_HEIGHT_PX}px`, click: open },
      element("span", { class: "reference" }, row.reference),
      element("span", { class: "title" }, row.title),
      element("span", { class: "authority" }, row.authority),
      element("span", { class: "published" }, row.published));
  }

  // ---------------------------------------------------------------- a record

  async function record() {
    const waiting = element("p", { class: "waiting" }, "Loading…");
    frameOfSite(waiting);
    const response = await call(`/api/record${location.search}`);
    if (response.status === 404) return say("Not found", "This record could not be found.");
    if (response.status === 410) return say("This link has expired", "A link opens a record once.");
    const shown = await response.json();
    document.title = `${shown.reference} · Nordmark Contracts Register`;
    waiting.replaceWith(...partsOf(shown));
  }

  function partsOf(shown) {
    const parts = [
      shadowed("nm-head", "open", card(
        element("p", { class: "register" }, shown.register),
        element("h1", {}, shown.title),
        ...(shown.stamp ? [element("p", { class: "stamp" }, shown.stamp)] : []),
        facts([["Reference number", shown.reference]]))),
      shadowed("nm-parties", "closed", card(element("h2", {}, "Parties"),
        element("table", {}, element("tbody", {}, ...shown.parties.map(([label, value]) =>
          element("tr", {}, element("th", {}, label), element("td", {}, value))))))),
      // A block of text, line by line.
      card(element("h2", {}, "Particulars"), element("p", { class: "particulars" },
        ...shown.facts.flatMap(([label, value]) => [`${label}: ${value}`, element("br")]))),
    ];
    if (shown.amounts.length > 0) {
      // An open shadow root inside a closed one.
      parts.push(shadowed("nm-money", "closed", card(element("h2", {}, "Value"), shadowed("nm-amounts", "open", facts(shown.amounts)))));
    }
    if (shown.lines.length > 0) {
      parts.push(shadowed("nm-lines", "open", card(element("h2", {}, "Lots"),
        table(["CPV code", "Description", "Quantity", "Value"], shown.lines))));
    }
    if (shown.relations.length > 0) {
      parts.push(shadowed("nm-relations", "open", card(element("h2", {}, "Related records"), facts(shown.relations))));
    }
    if (shown.versions.length > 0) {
      parts.push(shadowed("nm-versions", "closed", card(element("h2", {}, "Versions"),
        table(["Version", "Reference", "Date"], shown.versions))));
    }
    parts.push(card(element("h2", {}, "Text"),
      // Where the text stands is said in the argument alone.
      element("a", { class: "full-text", href: "#", onclick: `return nordmark.read('${shown.text_key}')` }, "Read the whole text")));
    if (shown.attachments.length > 0) parts.push(files(shown));
    return parts;
  }

  function files(shown) {
    const download = () => location.assign(`/attachment?key=${shown.attachment_key}`);
    return shadowed("nm-files", "open", card(element("h2", {}, "Attachments"),
      element("ul", { class: "files" }, ...shown.attachments.map(([name, size]) => element("li", {},
        element("span", { class: "name" }, name), element("span", { class: "size" }, size),
        element("button", { class: "quiet", click: download }, "Download"))))));
  }

  window.nordmark = {
    read(key) {
      location.assign(`/text?key=${key}`);
      return false;
    },
  };

  // ---------------------------------------------------------------- the text of a record

  async function text() {
    const waiting = element("p", { class: "waiting" }, "Loading…");
    frameOfSite(waiting);
    const response = await call(`/api/text${location.search}`);
    if (response.status !== 200) return say("This link has expired", "A text is shown in the session of its record.");
    const shown = await response.json();
    waiting.replaceWith(card(element("h1", {}, shown.title),
      element("article", {}, ...shown.paragraphs.map((paragraph) => element("p", {}, paragraph)))));
  }

  ({ search, results, record, text })[page]();
})();
