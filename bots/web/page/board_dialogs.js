// What the page of a board asks in a dialog, and its sheet for the beamer.
import { button, byId, element } from "./dom.js";
import { say, sentence, text } from "./texts.js";

/** Show the page's dialog with a title, and what stands in it; it gives the focus back when it closes. */
function open(title, ...nodes) {
  const dialog = byId("board-dialog");
  const opener = document.activeElement?.dataset?.key;
  const head = element("h2", { id: "board-dialog-title" }, title);
  dialog.replaceChildren(head, ...nodes.filter(Boolean));
  dialog.onclick = ({ target }) => { if (target === dialog) dialog.close(); };
  dialog.onclose = () => { if (opener) document.querySelector(`[data-key="${CSS.escape(opener)}"]`)?.focus({ preventScroll: true }); };
  if (!dialog.open) dialog.showModal();
  return dialog;
}

const cancel = (dialog) => {
  const node = say(button({ class: "button quiet" }), "page-board-cancel");
  node.addEventListener("click", () => dialog().close());
  return node;
};

/** Ask for the words of an idea. `save(words)` resolves to whether they were taken; `about`: the idea that is carried further. */
export function changeDialog(words, save, title = "page-board-write", about = "") {
  const field = element("textarea", { id: "board-words", rows: 3, maxlength: 500, "aria-labelledby": "board-dialog-title", data: { testid: "board-words" } });
  field.value = words;
  const form = element("form", { class: "dialog-form" }, about ? element("p", { class: "about" }, about) : null, field,
    element("div", { class: "dialog-foot" }, cancel(() => dialog), say(element("button", { class: "button", data: { testid: "board-save" } }), "page-board-save-idea")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (field.value.trim() && (await save(field.value.trim()))) dialog.close();
  });
  const dialog = open(text(title), form);
  field.focus();
}

/** Ask whether the board shall end. */
export function endDialog(end) {
  const yes = say(button({ class: "button", data: { testid: "end-yes" } }), "page-board-end-yes");
  yes.addEventListener("click", async () => { dialog.close(); await end(); });
  const dialog = open(text("page-board-end-sure"), say(element("p", {}), "page-board-end-hint"),
    element("div", { class: "dialog-foot" }, cancel(() => dialog), yes));
}

/** Ask for the group of an idea. */
export function moveDialog(board, number, move) {
  const here = board.columns.find(({ ideas }) => ideas.some((one) => one.number === number))?.group;
  const choose = (group, label) => {
    const node = button({ class: "choice", "aria-current": group === here ? "true" : null, data: { testid: "group-choice" } }, label);
    node.addEventListener("click", () => { dialog.close(); if (group !== here) move(group); });
    return element("li", {}, node);
  };
  const groups = board.columns.map(({ group, name }) => choose(group, name));
  const dialog = open(text("page-board-move-to", { number }),
    element("ul", { class: "choices" }, ...groups, choose(board.new_group, element("span", {}, "＋ ", sentence("page-board-new-group")))),
    element("div", { class: "dialog-foot" }, cancel(() => dialog)));
}

/** The link for the beamer: to copy, to open, and for who leads the board to take back. `now()` gives the board, `change()` turns the link on or off. */
export function beamerDialog(now, change) {
  const board = now();
  const link = board.beamer ? location.origin + board.beamer : "";
  const field = element("input", { type: "text", readonly: true, value: link, data: { testid: "beamer-link" } });
  say(field, "page-board-beamer-link", {}, "label");
  const copy = say(button({ class: "button quiet" }), "page-rooms-copy");
  copy.addEventListener("click", async () => {
    field.select();
    try { await navigator.clipboard.writeText(link); } catch { document.execCommand("copy"); }
    say(copy, "page-rooms-copied");
  });
  const lead = board.leads ? say(button({ class: "button quiet", data: { testid: "beamer-switch" } }), link ? "page-board-beamer-off" : "page-board-beamer-on") : null;
  lead?.addEventListener("click", async () => { if (await change()) beamerDialog(now, change); });
  const look = say(element("a", { class: "button", href: link, target: "_blank", rel: "noopener", data: { testid: "beamer-open" } }), "page-board-beamer-open");
  const dialog = open(text("page-board-beamer"), say(element("p", {}), link ? "page-board-beamer-hint" : "page-board-beamer-none"),
    link ? field : null, element("div", { class: "dialog-foot" }, cancel(() => dialog), lead, link ? copy : null, link ? look : null));
}
