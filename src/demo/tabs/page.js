"use strict";

// Sends a component's event with the fields of its form, and puts the parts that come back in their places.
const Faces = {
  FADE_MS: 150,

  async send(source, { form = null, extra = {}, spinner = false } = {}) {
    const body = new URLSearchParams(form ? new FormData(form) : {});
    body.set("javax.faces.partial.ajax", "true");
    body.set("javax.faces.source", source);
    body.set("javax.faces.ViewState", document.documentElement.dataset.view);
    for (const [name, value] of Object.entries(extra)) body.set(name, value);
    if (spinner) Covers.block();
    const answer = await fetch(location.pathname, { method: "POST", body });
    const text = await answer.text();
    if (!answer.ok) {
      document.open();
      document.write(text);
      document.close();
      return;
    }
    Faces.apply(new DOMParser().parseFromString(text, "text/xml"));
    // The spinner fades: the page under it is new before it can be reached.
    if (spinner) setTimeout(Covers.unblock, Faces.FADE_MS);
  },

  apply(answer) {
    const redirect = answer.querySelector("redirect");
    if (redirect) {
      location.assign(redirect.getAttribute("url"));
      return;
    }
    for (const update of answer.querySelectorAll("update")) {
      const place = document.getElementById(update.getAttribute("id"));
      if (place) place.innerHTML = update.textContent;
    }
  },

  // Controls that say with `data-source` whose event they are.
  clicked(control) {
    if (control.classList.contains("ui-state-disabled")) return;
    const form = control.closest("form");
    if (form && !Search.isConfirmed(form)) return;
    Faces.send(control.dataset.source, { form, spinner: !control.closest(".ui-paginator") });
  },
};

// What lies over the page: clicks do not reach what is under it.
const Covers = {
  blocked: 0,

  block() {
    Covers.blocked += 1;
    document.querySelector(".ui-blockui").hidden = false;
  },

  unblock() {
    Covers.blocked -= 1;
    document.querySelector(".ui-blockui").hidden = Covers.blocked === 0;
  },

  lieOver(target) {
    const picker = document.querySelector(".ui-datepicker:not([hidden])");
    return Covers.blocked > 0 || Boolean(picker && !picker.contains(target));
  },
};

const Search = {
  YEAR_MS: 366 * 24 * 3600 * 1000,

  isConfirmed(form) {
    const [from, to] = [...form.querySelectorAll(".ui-calendar")].map((input) => Calendar.read(input.value));
    if (!from || !to || to - from <= Search.YEAR_MS) return true;
    return confirm("Το διάστημα υπερβαίνει το ένα έτος και η αναζήτηση ενδέχεται να καθυστερήσει. Συνέχεια;");
  },
};

// A control that takes only what was chosen from its suggestions.
const Suggestions = {
  DELAY_MS: 200,
  timer: 0,

  typed(input) {
    const box = input.closest(".ui-autocomplete");
    box.querySelector("input[type=hidden]").value = "";
    clearTimeout(Suggestions.timer);
    Suggestions.timer = setTimeout(() => {
      Faces.send(input.dataset.suggest, { extra: { query: input.value } });
    }, Suggestions.DELAY_MS);
  },

  chosen(suggestion) {
    const box = suggestion.closest(".ui-autocomplete");
    box.querySelector("input[type=hidden]").value = suggestion.dataset.value;
    box.querySelector("input[data-suggest]").value = suggestion.textContent;
    box.querySelector(".ui-autocomplete-panel").replaceChildren();
  },

  left(input) {
    if (!input.closest(".ui-autocomplete").querySelector("input[type=hidden]").value) input.value = "";
  },
};

// A calendar that opens over whatever is below once its input is clicked or typed into, and closes with a day or with
// Escape.
const Calendar = {
  read(text) {
    const [, day, month, year] = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(text) ?? [];
    return year ? new Date(Number(year), Number(month) - 1, Number(day)) : null;
  },

  open(input) {
    const picker = input.parentElement.querySelector(".ui-datepicker");
    const shown = Calendar.read(input.value) ?? new Date(2024, 0, 1);
    const days = new Date(shown.getFullYear(), shown.getMonth() + 1, 0).getDate();
    const title = document.createElement("div");
    title.className = "ui-datepicker-title";
    title.textContent = shown.toLocaleDateString("el", { month: "long", year: "numeric" });
    const grid = document.createElement("div");
    grid.className = "ui-datepicker-days";
    for (let day = 1; day <= days; day++) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = String(day);
      button.addEventListener("click", () => {
        const two = (number) => String(number).padStart(2, "0");
        input.value = `${two(day)}/${two(shown.getMonth() + 1)}/${shown.getFullYear()}`;
        Calendar.close();
      });
      grid.append(button);
    }
    picker.replaceChildren(title, grid);
    picker.hidden = false;
  },

  close() {
    for (const picker of document.querySelectorAll(".ui-datepicker")) picker.hidden = true;
  },
};

addEventListener("click", (event) => {
  if (Covers.lieOver(event.target)) {
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}, true);

addEventListener("click", (event) => {
  if (event.target.matches(".ui-calendar")) Calendar.open(event.target);
  const control = event.target.closest("[data-source], .ui-autocomplete-item");
  if (!control) return;
  event.preventDefault();
  if (control.dataset.source) Faces.clicked(control);
  else Suggestions.chosen(control);
});

addEventListener("input", ({ target }) => {
  if (target.matches("[data-suggest]")) Suggestions.typed(target);
  if (target.matches(".ui-calendar")) Calendar.open(target);
});

addEventListener("focusout", ({ target }) => {
  if (target.matches("[data-suggest]")) Suggestions.left(target);
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape") Calendar.close();
});

addEventListener("submit", (event) => event.preventDefault());

addEventListener("load", () => {
  const linked = document.documentElement.dataset.linked;
  if (linked) Faces.send(linked, { spinner: true });
});
