// The rows of a table that is made into works: what came of each, in pages, live while they are made.
import { button, byId, element, icon } from "./dom.js";
import { say, sentence, text } from "./texts.js";

const PAGE = 50;     // rows at a time
const LOW = 0.7;     // scores below this are low
const CALM = 1500;   // milliseconds between two looks while rows are made
const UNTOLD = 4000; // milliseconds after which it is looked anyway: a batch is told of every three seconds at most, so the last of it may be untold
const SHOWN = 4;     // pictures of a row

const FILTERS = { all: {}, failed: { states: ["failed", "unfit"] }, low: { below: LOW } };
const OF_ONE = /^batch-(columns|stop|files|resume|delete):/;

/** The button that opens the rows of the batch that an entry's actions are about, or nothing. */
export function rowsButton(actions) {
  const found = actions.find(({ id }) => OF_ONE.test(id));
  if (!found) return null;
  return button({ class: "chip verb-rows", data: { testid: "rows-open", batch: batchOf(found) } }, icon("table"), sentence("page-batch-rows"));
}

const batchOf = ({ id }) => id.slice(id.indexOf(":") + 1);

/** `door`: `{batch(id), rows(id, query), again(id, row), files(id, rows)}`; `warn(trouble)` says why something did not work. */
export function batchTable({ door, warn }) {
  const dialog = byId("batch");
  const table = { id: "", filter: "all", starts: [0], page: null, chosen: new Set(), looked: 0, timer: 0 };

  /** Look again: how it stands, and the rows that are shown. What was asked for another batch or page meanwhile counts no more. */
  async function look() {
    clearTimeout(table.timer);
    table.timer = 0;
    table.looked = Date.now();
    const { id, filter, starts } = table;
    const at = starts.at(-1);
    try {
      const [batch, page] = await Promise.all([
        door.batch(id), door.rows(id, { ...FILTERS[filter], after: at, limit: PAGE }),
      ]);
      if (id !== table.id || filter !== table.filter || at !== table.starts.at(-1) || !dialog.open) return;
      table.page = page;
      showState(batch);
      showRows(table);
      if (batch.state === "running") table.timer ||= setTimeout(look, UNTOLD);
    } catch (trouble) {
      warn(trouble);
    }
  }

  /** Something was said of this batch: look again, soon. */
  function heard(event) {
    if (!dialog.open || !(event.actions ?? []).some((action) => OF_ONE.test(action.id) && batchOf(action) === table.id)) return;
    clearTimeout(table.timer);
    table.timer = setTimeout(look, Math.max(0, table.looked + CALM - Date.now()));
  }

  async function open(opener) {
    Object.assign(table, { id: opener.dataset.batch, filter: "all", starts: [0], page: null, chosen: new Set() });
    try { showState(await door.batch(table.id)); } catch (trouble) { warn(trouble); return; }
    showFilter(table);
    byId("batch-body").replaceChildren();
    if (!dialog.open) dialog.showModal();
    byId("batch-close").focus();
    dialog.addEventListener("close", () => {
      clearTimeout(table.timer);
      const openers = [...document.querySelectorAll("[data-testid=rows-open]")].filter(({ dataset }) => dataset.batch === table.id);
      (opener.isConnected ? opener : openers.at(-1))?.focus({ preventScroll: true });
    }, { once: true });
    await look();
  }

  /** Do something that a button asks for, once at a time. */
  async function busy(pressed, work) {
    if (pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    try { await work(); } catch (trouble) { warn(trouble); }
    pressed.removeAttribute("aria-busy");
  }

  const turn = (way) => {
    if (way > 0) table.starts.push(table.page.after);
    else table.starts.pop();
    byId("batch-frame").scrollTop = 0;
    look();
  };
  const choose = (boxes, chosen) => {
    for (const box of boxes) {
      box.checked = chosen;
      if (chosen) table.chosen.add(Number(box.value)); else table.chosen.delete(Number(box.value));
    }
    showChosen(table);
  };

  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-testid=rows-open]");
    if (opener) open(opener);
  });
  byId("batch-close").addEventListener("click", () => dialog.close());
  byId("batch-previous").addEventListener("click", () => turn(-1));
  byId("batch-next").addEventListener("click", () => turn(1));
  byId("batch-filter").addEventListener("click", ({ target }) => {
    const filter = target.closest("button")?.dataset.filter;
    if (!filter) return;
    Object.assign(table, { filter, starts: [0] });
    showFilter(table);
    look();
  });
  byId("batch-all").addEventListener("change", ({ target }) => choose(boxes(), target.checked));
  byId("batch-body").addEventListener("change", ({ target }) => choose([target], target.checked));
  byId("batch-body").addEventListener("click", ({ target }) => {
    const pressed = target.closest("[data-again]");
    if (pressed) busy(pressed, async () => { await door.again(table.id, Number(pressed.dataset.again)); await look(); });
  });
  byId("batch-download").addEventListener("click", ({ currentTarget }) => busy(currentTarget, async () => {
    const { files } = await door.files(table.id, spans(table.chosen));
    if (files) for (const file of files) save(file);
    else say(byId("batch-state"), "page-batch-follows");
  }));
  return { heard };
}

const boxes = () => [...byId("batch-body").querySelectorAll("input[type=checkbox]")];

/** Keep a file, as if its link had been pressed. */
function save({ url, caption }) {
  const link = element("a", { href: url, download: caption, hidden: true });
  byId("batch").append(link); // outside of an open dialog nothing can be pressed
  link.click();
  link.remove();
}

/** Numbers as people write them: `2-5, 9`. */
function spans(numbers) {
  const parts = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const last = parts.at(-1);
    if (last && last[1] === number - 1) last[1] = number; else parts.push([number, number]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

// --- what is shown ---------------------------------------------------------------------------------------------------

function showState({ recipe, table, rows, cost_usd: usd, why }) {
  byId("batch-title").textContent = `${recipe} · ${table}`;
  const { done = 0, failed = 0, known = 0, waiting = 0, running = 0 } = rows;
  const total = done + failed + waiting + running;
  const told = [text("page-batch-made", { done: done + failed, total })];
  if (known) told.push(text("page-batch-known", { count: known }));
  if (failed) told.push(text("page-batch-failed", { count: failed }));
  if (usd) told.push(money(usd));
  if (why) told.push(why.text);
  const line = told.join(" · ");
  const state = byId("batch-state");
  delete state.dataset.text;
  if (state.textContent !== line) state.textContent = line;
  Object.assign(byId("batch-bar"), { max: total || 1, value: total ? done + failed : 1 });
}

const money = (usd) => new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "USD", maximumFractionDigits: usd < 1 ? 4 : 2 }).format(usd);

function showFilter({ filter }) {
  for (const one of byId("batch-filter").querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.dataset.filter === filter));
}

function showRows(table) {
  const { page, starts, chosen } = table;
  const held = document.activeElement?.closest("#batch-body [data-row]");
  const part = held && (document.activeElement.matches("input") ? "input" : "[data-again]");
  byId("batch-body").replaceChildren(...page.rows.map((row) => rowNode(row, chosen.has(row.row))));
  if (held) byId("batch-body").querySelector(`[data-row="${held.dataset.row}"] ${part}`)?.focus({ preventScroll: true });
  byId("batch-none").hidden = page.rows.length > 0;
  byId("batch-turns").hidden = starts.length < 2 && page.after === null;
  byId("batch-previous").disabled = starts.length < 2;
  byId("batch-next").disabled = page.after === null;
  const [first, last] = [page.rows[0]?.row ?? 0, page.rows.at(-1)?.row ?? 0];
  say(byId("batch-count"), "page-batch-span", { first, last });
  showChosen(table);
}

function showChosen({ chosen }) {
  const all = boxes();
  const some = all.filter((box) => box.checked).length;
  Object.assign(byId("batch-all"), { checked: some > 0 && some === all.length, indeterminate: some > 0 && some < all.length, disabled: !all.length });
  const download = byId("batch-download");
  download.disabled = !chosen.size;
  say(byId("batch-download-label"), chosen.size ? "page-batch-download" : "page-batch-download-none", chosen.size ? { count: chosen.size } : {});
}

function rowNode(row, chosen) {
  const made = row.pieces.length > 0;
  const box = made ? say(element("input", { type: "checkbox", value: row.row, id: `batch-row-${row.row}` }), "page-batch-choose", { row: row.row }, "label") : null;
  if (box) box.checked = chosen;
  const cell = (name, ...content) => element("td", { class: `batch-${name}`, role: "cell" }, ...content);
  return element("tr", { role: "row", data: { row: row.row, state: row.state } },
    cell("pick", box && element("label", { class: "batch-box", for: box.id }, box)),
    element("th", { class: "batch-number", scope: "row", role: "rowheader" }, String(row.row)),
    cell("pictures", ...pictures(row)),
    cell("words", ...words(row)),
    cell("status", ...status(row)),
    cell("score", row.score === null ? "" : scoreNode(row.score)),
    cell("acts", againButton(row)));
}

function pictures({ row, pieces }) {
  return pieces.filter(({ kind }) => kind === "picture").slice(0, SHOWN).map((piece) => {
    const source = { src: `${piece.url}?small=1`, alt: piece.caption || text("page-picture"), loading: "lazy", decoding: "async", width: 64, height: 64 };
    const image = element("img", { ...source, data: { testid: "picture", full: piece.url, caption: piece.caption } });
    const hidden = piece.spoiler ? " spoiler" : "";
    return say(button({ class: `batch-picture${hidden}`, data: { lightbox: "" } }, image), "page-batch-look", { row }, "label");
  });
}

function words({ words: asked, text: said }) {
  const told = said.replace(/[#*_`]/g, "").trim();
  return [element("p", { class: "batch-asked" }, asked), told ? element("p", { class: "batch-said" }, told) : null];
}

function status({ state, error }) {
  return [sentence(`page-row-${state}`), error ? element("p", { class: "batch-why" }, error.text) : null];
}

const scoreNode = (score) => say(element("span", { class: score < LOW ? "batch-low" : "" }), "page-batch-score", { score: Math.round(score * 100) });

function againButton({ row, state }) {
  if (!["done", "failed", "known"].includes(state)) return null;
  return say(button({ class: "round", data: { again: row, testid: "row-again" } }, icon("again")), "page-batch-again", { row }, "label");
}
