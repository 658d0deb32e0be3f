// ---------------------------------------------------------------- acting

// A control that is not rendered will do after this long: menus that open under the pointer hide their entries.
const UNRENDERED_AFTER_MS = 1000;
// What takes no text although it is an `input`.
const TEXTLESS_INPUTS = ["button", "submit", "reset", "image", "checkbox", "radio", "file"];

function usable(node) {
  const off = (element) =>
    element.disabled || element.getAttribute("aria-disabled") === "true" ||
    /(^|[\s_-])disabled($|\s)/.test(element.getAttribute("class") ?? "");
  if (node.nodeType !== 1 || off(node) || (node.parentElement?.localName === "li" && off(node.parentElement))) {
    return false;
  }
  return rendered(node) || elapsed() >= UNRENDERED_AFTER_MS;
}

function click(node) {
  node.scrollIntoView({ block: "center", behavior: "instant" });
  // A look-up stays in its window, unless its next steps go to another.
  const opener = request.opens_window ? null : (node.closest("a[target], area[target]") ?? node.form);
  if (opener?.getAttribute("target")?.toLowerCase() === "_blank") opener.setAttribute("target", "_self");
  node.click();
}

function put(control, text) {
  control.focus();
  if (control.isContentEditable) {
    control.textContent = text;
  } else {
    // The setter of the element's class: frameworks put their own on the element itself, to see only typed changes.
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), "value")?.set;
    if (!setter) throw new Error("not a control that takes a text");
    setter.call(control, text);
  }
  changed(control);
}

// The focus itself stays, so that a key pressed next goes to the control.
function changed(control) {
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
  control.dispatchEvent(new FocusEvent("blur"));
  control.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
}

// An option by its label or its value; `null` while it is not there, as lists are filled late.
function choose(control, wanted) {
  for (const option of control.options) {
    if (fold(option.label) !== fold(wanted) && option.value !== wanted) continue;
    control.focus();
    option.selected = true;
    changed(control);
    return option;
  }
  return null;
}

// Finds the control, then does with it what the step says.
function act(perform) {
  until(() => {
    const found = firstHere(request.any, "control", usable);
    if (!found) return null;
    perform(found.node);
    return { at: "done", matched: found.matched };
  });
}

function takesText(node) {
  if (node.localName === "input") return !TEXTLESS_INPUTS.includes(node.type);
  return node.localName === "textarea" || node.isContentEditable || (node.localName.includes("-") && "value" in node);
}

// Finds a control that takes a text. One that takes none is said, unless another comes soon.
function write(perform) {
  until(() => {
    const found = firstHere(request.any, "text", (node) => usable(node) && takesText(node));
    if (found) {
      perform(found.node);
      return { at: "done", matched: found.matched };
    }
    const other = elapsed() >= UNRENDERED_AFTER_MS && firstHere(request.any, "text", usable);
    if (!other) return null;
    return { at: "fault", detail: `\`${other.matched}\` is a \`${other.node.localName}\`, which takes no text` };
  });
}

// Finds a control with options that has the one.
function chooseOption() {
  until(() => {
    const found = firstHere(request.any, "options", (node) => usable(node) && node.options);
    if (!found) return null;
    rememberBesides();
    return choose(found.node, request.text) && { at: "done", matched: found.matched };
  });
}

// Holds the control out to the driver, for real clicks and keys.
function hold(node) {
  if (request.remember) stamp();
  rememberBesides();
  window.__anafora_held = node;
}
