"use strict";
// Sorts and filters the rows that are there. The form's fields and the order are kept in the address after "#".
(() => {
  const form = document.forms[0];
  const fields = form.elements;
  const count = form.querySelector("output");
  const none = document.querySelector(".none");
  const table = document.querySelector("table.models");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const compareTexts = new Intl.Collator(undefined, { numeric: true }).compare;
  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  const PROVIDER = 0, MODEL = 1, MODE = 2, ABILITIES = 9, NAMES = 11;
  const rows = Array.from(body.rows, (row, place) => {
    const cells = row.cells;
    const text = (index) => cells[index].textContent.trim();
    const id = cells[MODEL].firstChild.textContent;
    return {
      row,
      place,
      id,
      text: `${text(PROVIDER)} ${id} ${text(NAMES)}`.toLowerCase(),
      provider: text(PROVIDER),
      mode: text(MODE),
      abilities: Array.from(cells[ABILITIES].children, (badge) => badge.textContent),
      free: "free" in row.dataset,
      changed: "changed" in row.dataset,
    };
  });

  const lines = Array.from(document.querySelectorAll("article li"), (line) => ({
    list: line.closest("details"),
    text: [line.closest("article").querySelector("h3").firstChild, ...line.querySelectorAll(":scope > code, .touches")]
      .map((part) => part.textContent)
      .join(" ")
      .toLowerCase(),
  }));
  const opened = new Set();

  // Opens the closed lists that have a line with all words, and closes them again without one.
  const unfold = (asked) => {
    const found = asked.length ? lines.filter((line) => asked.every((word) => line.text.includes(word))) : [];
    const lists = new Set(found.map((line) => line.list));
    for (const list of opened) list.open = lists.has(list);
    for (const list of lists) {
      if (!list.open) opened.add(list);
      list.open = true;
    }
    return found.length;
  };

  // The value a row is sorted by; null where it is unknown.
  const sortable = (entry, head) => {
    if (head.dataset.key === "id") return entry.id;
    const cell = entry.row.cells[head.cellIndex];
    const text = cell.dataset.value ?? cell.textContent.trim();
    if (text === "") return null;
    return "number" in head.dataset ? Number(text) : text;
  };

  let order = "";
  const sort = (wanted) => {
    const descending = wanted.startsWith("-");
    const head = heads.find((each) => each.dataset.key === wanted.replace("-", ""));
    for (const each of heads) {
      if (each === head) each.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else each.removeAttribute("aria-sort");
    }
    if (wanted === order) return;
    order = wanted;
    if (head) for (const entry of rows) entry.value = sortable(entry, head);
    const compare = "number" in (head?.dataset ?? {}) ? (a, b) => a - b : compareTexts;
    rows.sort((a, b) => {
      if (!head) return a.place - b.place;
      if (a.value === null || b.value === null) return (a.value === null) - (b.value === null) || a.place - b.place;
      return (descending ? compare(b.value, a.value) : compare(a.value, b.value)) || a.place - b.place;
    });
    body.append(...rows.map((entry) => entry.row));
  };

  const filter = () => {
    const asked = words(fields.q.value);
    const fits = (entry) =>
      asked.every((word) => entry.text.includes(word)) &&
      (!fields.provider.value || entry.provider === fields.provider.value) &&
      (!fields.mode.value || entry.mode === fields.mode.value) &&
      (!fields.ability.value || entry.abilities.includes(fields.ability.value)) &&
      (!fields.free.checked || entry.free) &&
      (!fields.changed?.checked || entry.changed);
    let shown = 0;
    for (const entry of rows) {
      const visible = fits(entry);
      if (entry.row.hidden === visible) entry.row.hidden = !visible;
      shown += visible;
    }
    const all = rows.length.toLocaleString("en");
    const told = unfold(asked);
    const above = told ? `, and ${told.toLocaleString("en")} ${told === 1 ? "line" : "lines"} of what changed` : "";
    count.value = (shown === rows.length ? `${all} models` : `${shown.toLocaleString("en")} of ${all} models`) + above;
    none.hidden = shown > 0;
  };

  const show = () => {
    const place = form.getBoundingClientRect().top;
    sort(fields.sort.value);
    filter();
    // What opens and closes above must not push away the field in which somebody types.
    scrollBy(0, form.getBoundingClientRect().top - place);
  };

  const save = () => {
    const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    history.replaceState(null, "", `#${state}`);
  };

  const load = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      if (!field.name) continue;
      if (field.type === "checkbox") field.checked = state.has(field.name);
      else field.value = state.get(field.name) ?? "";
      // A link may name what this page does not have.
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
    show();
    // Who follows such a link wants to see what it finds.
    if (state.size > 0) form.scrollIntoView();
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent.trim();
    button.addEventListener("click", () => {
      const key = head.dataset.key;
      fields.sort.value = fields.sort.value === key ? `-${key}` : key;
      show();
      save();
    });
    head.replaceChildren(button);
  }
  form.addEventListener("input", () => {
    show();
    save();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    history.replaceState(null, "", "#");
    load();
  });
  addEventListener("hashchange", load);
  form.hidden = false;
  load();
})();
