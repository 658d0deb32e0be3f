
// ---------------------------------------------------------------- suggestions, and what is there or gone

// Whether a suggestion is the one, by what a person reads or by what the markup says before a style changes its case.
function suits(node) {
  const wanted = fold(request.text);
  const is_it = request.whole ? (text) => text === wanted : (text) => text.includes(wanted);
  return is_it(textOf(node)) || is_it(fold(node.textContent));
}

// A pointer comes before its click, and some lists choose as soon as it is pressed, and are gone then.
function pick(node) {
  for (const name of ["mouseover", "mousedown", "mouseup"]) {
    node.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, view: window }));
  }
  if (node.isConnected) click(node);
}

Object.assign(STEPS, {
  choose: () => until(() => {
    const is_new_and_right = (node, selector) => node.nodeType === 1 && appeared(node, selector) && suits(node);
    const found = firstHere(request.any, "value", is_new_and_right);
    if (!found) return null;
    stamp();
    pick(found.node);
    return { at: "done", matched: found.matched };
  }),
  // How many suggestions there are, each once, whatever they say.
  suggestions: () => until(() => {
    const nodes = new Set();
    const place = here();
    for (const selector of place ? request.any : []) {
      for (const node of matches(selector, place, "value")) if (appeared(node, selector)) nodes.add(node);
    }
    return { at: "count", count: nodes.size };
  }),
  present: () => until(() => {
    const found = firstHere(request.any, "value", counts);
    return found ? { at: "done", matched: found.matched } : { at: "missing" };
  }),
  gone: () => until(() => (firstHere(request.any, "value", counts) ? null : { at: "done", matched: null })),
});

// ---------------------------------------------------------------- what there is instead

// The first words of a list, for people: as many as a line takes.
const TEXTS_MAX = 12;
const TEXT_LETTERS_MAX = 60;
const shown = (texts) => [...new Set(texts)].slice(0, TEXTS_MAX).map((text) => text.slice(0, TEXT_LETTERS_MAX));

function frameName(frame) {
  if (frame.id) return `${frame.localName}#${frame.id}`;
  const key = ["name", "src"].find((key) => frame.getAttribute(key));
  return key ? `${frame.localName}[${key}="${frame.getAttribute(key)}"]` : frame.localName;
}

Object.assign(STEPS, {
  options: () => {
    const found = firstHere(request.any, "control", (node) => Boolean(node.options));
    const options = found && [...found.node.options].map((option) => fold(option.label) || option.value);
    send({ at: "texts", texts: found ? shown(options.filter(Boolean)) : null });
  },
  frames: () => send({ at: "texts", texts: shown([...document.querySelectorAll("iframe, frame")].map(frameName)) }),
});
