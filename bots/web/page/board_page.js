// The page of a board: how it stands is told by the room's stream, what is done here is answered here.
import { actAtBoard, fetchBoard, fetchPage, follow, Refused, whyRefused } from "./api.js";
import { beamerDialog, changeDialog, endDialog, moveDialog } from "./board_dialogs.js";
import { dragging } from "./board_drag.js";
import { announce, columns, fill, head, notes, podium, tick } from "./board_show.js";
import { button, byId, element, memory } from "./dom.js";
import { currentChat, madeUpUser, randomId, roomAddress } from "./identity.js";
import { say, sentence, text, useTexts } from "./texts.js";

const TOAST = 7000;  // milliseconds a notice stays
const AGAIN = 1500;  // milliseconds until a lost server is asked again
const DOTS_ON_ONE = 2;

const [, , id] = location.pathname.split("/");
let user = madeUpUser().user;
let chat = currentChat(user);
let board = null;
let language = "en";
let waitsForNext = false; // another board was asked for: the page goes on to it

function toast(words, kind = "trouble") {
  const note = element("div", { class: `toast ${kind}`, data: { testid: "toast" } }, words);
  note.addEventListener("click", () => note.remove());
  byId("toasts").append(note);
  setTimeout(() => note.remove(), TOAST);
}

function complain(trouble) {
  if (trouble instanceof Refused && trouble.status === 401) location.assign(`/login${location.hash}`);
  else toast(trouble instanceof Refused && trouble.sentence ? trouble.sentence : text("page-error-network"));
}

/** Do something: `verb`, what it is about, and what its form would hold. Resolves to whether it was taken. */
async function act(verb, about = [], values = {}) {
  const action = [`board-${verb}`, id, ...about].join(":");
  try {
    show(await actAtBoard(chat, id, { user, action, values, client_id: randomId(), language }));
    return true;
  } catch (trouble) {
    complain(trouble);
    return false;
  }
}

// --- what is shown ---------------------------------------------------------------------------------------------------

function show(fresh) {
  if (board && fresh.version < board.version) return; // answers may overtake each other
  if (drag.busy()) { later = fresh; return; }
  const focused = document.activeElement?.dataset?.key;
  announce(fresh, board);
  const revealed = board && !board.columns.length && fresh.columns.length;
  board = fresh;
  document.title = text("page-board-title", { topic: board.topic });
  fill(byId("board-head"), ...head(board, actions()));
  byId("board-write").hidden = !["write", "build"].includes(board.round);
  fill(byId("board-own"), ...own());
  fill(byId("board-others"), ...others());
  fill(byId("board-result"), podium(board, making), board.round === "over" && board.columns.length ? saving() : null);
  fill(byId("board-columns"), dotsLeft(), groups());
  byId("board-columns").classList.toggle("fresh", Boolean(revealed));
  fill(byId("board-notes"), ...notes(board));
  byId("board-beamer").hidden = !board.beamer && !board.leads;
  byId("board").setAttribute("aria-busy", "false");
  document.body.classList.add("ready");
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function actions() {
  const shown = board.actions.filter((one) => !one.id.startsWith("board-beamer"));
  if (!shown.length) return null;
  return element("div", { class: "board-actions" }, ...shown.map(({ id: action, label }) => {
    const verb = action.slice("board-".length).split(":")[0];
    const node = button({ class: `chip verb-${verb}`, data: { testid: `act-${verb}`, key: `act ${verb}` } }, label);
    node.addEventListener("click", () => {
      if (verb === "again") waitsForNext = true;
      if (verb === "end" && board.round !== "over") endDialog(() => act("end"));
      else act(verb);
    });
    return node;
  }));
}

/** One's own ideas: before all are revealed with what can be done about them, afterwards only those that were kept back. */
function own() {
  if (!["write", "build", "reveal"].includes(board.round)) {
    return board.own.map(({ text: words }) => element("p", { class: "kept-back" }, element("span", {}, words), " ", sentence("page-board-kept-back")));
  }
  const writing = board.round !== "reveal";
  const list = board.own.map(({ number, text: words, kept_back: held }) => {
    const change = say(button({ class: "chip small", data: { key: `change ${number}`, testid: "idea-change" } }, "✎"), "page-board-change", { number }, "label");
    const back = say(button({ class: "chip small", data: { key: `back ${number}`, testid: "idea-withdraw" } }, "✕"), "page-board-withdraw", { number }, "label");
    change.addEventListener("click", () => changeDialog(words, (said) => act("change", [number], { idea: said })));
    back.addEventListener("click", () => act("change", [number], { idea: "" }));
    return element("li", { class: "own-idea", data: { testid: "own-idea" } }, element("span", { class: "own-text" }, words),
      held ? sentence("page-board-kept-back") : null, writing ? change : null, writing ? back : null);
  });
  return [
    say(element("h2", {}), "page-board-own"),
    say(element("p", { class: "quiet" }), list.length ? "page-board-own-hint" : "page-board-own-none"),
    list.length ? element("ul", { class: "own-ideas" }, ...list) : null,
  ].filter(Boolean);
}

function others() {
  if (!board.others.length) return [];
  const list = board.others.map(({ number, text: words }) => {
    const carry = say(button({ class: "button quiet", data: { key: `carry ${number}`, testid: "carry" } }), "page-board-carry");
    carry.addEventListener("click", () => changeDialog("", (said) => act("build", [number], { idea: said }), "page-board-carry", words));
    return element("li", { class: "idea" }, element("p", { class: "idea-text" }, words), element("div", { class: "idea-foot" }, carry));
  });
  return [say(element("h2", {}), "page-board-others"), element("ul", { class: "ideas two" }, ...list)];
}

function dotsLeft() {
  if (!board.each) return board.round === "over" ? say(element("h2", { class: "all-ideas" }), "page-board-all") : null;
  const left = element("p", { class: "dots-left", data: { testid: "dots-left" } },
    element("span", { class: "dots", "aria-hidden": "true" }, "●".repeat(board.free), element("span", { class: "gone" }, "○".repeat(board.each - board.free))),
    sentence("page-board-free", { free: board.free, each: board.each }));
  if (board.new_group !== null) left.append(say(element("span", { class: "quiet drag-hint" }), "page-board-drag"));
  return left;
}

/** The groups, with a place for a new one that is seen while an idea is dragged. */
function groups() {
  const shown = columns(board, { foot: voting, corner: handle });
  if (shown && board.new_group !== null) {
    shown.append(element("section", { class: "column new-group", "aria-hidden": "true", data: { group: "new" } }, element("p", {}, "＋ ", sentence("page-board-new-group"))));
  }
  return shown;
}

/** The dots that one gives an idea: each press one more, and at the most all back. */
function voting(idea) {
  if (!idea.open) return null;
  const most = Math.min(DOTS_ON_ONE, board.each);
  const node = button({ class: "vote", "aria-pressed": String(idea.dots > 0), data: { key: `dot ${idea.number}`, testid: "vote", dots: idea.dots } },
    element("span", { "aria-hidden": "true" }, "●".repeat(idea.dots) + "○".repeat(Math.max(0, most - idea.dots))));
  node.addEventListener("click", async () => {
    node.setAttribute("aria-busy", "true");
    if (!(await act("dot", [idea.number, 0]))) node.removeAttribute("aria-busy");
  });
  return say(node, "page-board-dots", { number: idea.number, count: idea.dots }, "label");
}

/** What an idea is moved by: dragged, pressed for a list of groups, or the arrow keys. */
function handle(idea) {
  if (board.new_group === null) return null;
  const node = button({ class: "idea-move", "aria-keyshortcuts": "ArrowLeft ArrowRight", data: { key: `move ${idea.number}`, testid: "move" } }, element("span", { "aria-hidden": "true" }, "⠿"));
  node.addEventListener("click", () => moveDialog(board, idea.number, (group) => move(idea.number, group)));
  node.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = board.columns.map(({ group }) => group);
    const now = board.columns.findIndex(({ ideas }) => ideas.some(({ number }) => number === idea.number));
    const to = now + step < 0 ? null : all[now + step] ?? board.new_group;
    if (to !== null) move(idea.number, to);
  });
  return say(node, "page-board-move", { number: idea.number }, "label");
}

async function move(number, group) {
  if (!(await act("move", [number, group ?? board.new_group]))) return;
  const column = board.columns.find(({ ideas }) => ideas.some((one) => one.number === number));
  if (column) byId("announcer").textContent = text("page-board-moved", { number, group: column.name });
}

function making(idea) {
  const chips = board.makes.map((command) => {
    const node = button({ class: "chip small", data: { key: `make ${idea.number} ${command}`, testid: "make" } }, `/${command}`);
    node.addEventListener("click", async () => {
      node.setAttribute("aria-busy", "true");
      if (await act("make", [idea.number, command])) toast(text("page-board-begun"), "glad");
      else node.removeAttribute("aria-busy");
    });
    return node;
  });
  if (!chips.length) return null;
  return element("details", { class: "make" }, say(element("summary", {}), "page-board-make"), element("div", { class: "board-actions" }, ...chips));
}

function saving() {
  const kinds = { pdf: "PDF", markdown: "Markdown", csv: "CSV" };
  return element("div", { class: "board-actions saving" }, say(element("span", { class: "quiet" }), "page-board-save"), ...Object.entries(kinds).map(([kind, name]) => {
    const node = button({ class: "chip small", data: { key: `save ${kind}`, testid: `save-${kind}` } }, name);
    node.addEventListener("click", async () => { if (await act("save", [kind])) toast(text("page-board-saved"), "glad"); });
    return node;
  }));
}

// --- what comes ------------------------------------------------------------------------------------------------------

let later = null;  // what came while an idea was being dragged
let asking = false;
let askAgain = false;

/** Look how the board stands now; what is told meanwhile leads to one more look. */
async function look() {
  if (asking) { askAgain = true; return; }
  asking = true;
  try {
    do {
      askAgain = false;
      show(await fetchBoard(chat, id, user, language));
    } while (askAgain);
  } catch (trouble) {
    if (trouble instanceof Refused && trouble.status < 500) turnedAway(trouble);
  } finally {
    asking = false;
  }
}

function hear(event) {
  const [what, which] = (event.lives ?? "").split(":");
  if (what !== "board") {
    if (event.private && event.kind === "reply") look(); // dots are given in the chat too
    if (event.kind === "end" && board.makes.length && board.round === "over") look(); // something may have been made
  } else if (which === id) look();
  else if (waitsForNext) location.assign(`/boards/${which}#${roomAddress(chat)}`);
}

function turnedAway(trouble) {
  if (trouble.status === 401) { complain(trouble); return; }
  byId("board").replaceChildren(element("p", { class: "board-over", role: "alert", data: { testid: "board-refused" } }, trouble.sentence));
  byId("board").setAttribute("aria-busy", "false");
  document.body.classList.add("ready");
}

const drag = dragging({
  root: byId("board-columns"), may: () => board?.new_group !== null && board !== null,
  drop: (number, group) => move(number, group),
  rest: () => { const fresh = later; later = null; if (fresh) show(fresh); },
});

function writes() {
  const field = byId("board-idea");
  byId("board-write").addEventListener("submit", async (event) => {
    event.preventDefault();
    const idea = field.value.trim();
    if (!idea || byId("board-give").disabled) { field.focus(); return; }
    byId("board-give").disabled = true;
    if (await act("idea", [], { idea })) field.value = "";
    byId("board-give").disabled = false;
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("board-write").requestSubmit();
  });
}

async function load() {
  for (;;) {
    try {
      const page = await fetchPage(user, chat, memory.read(`fabula-language:${chat}`));
      user = page.user || user;
      chat = currentChat(user, page);
      language = page.language;
      useTexts(language, page.texts);
      show(await fetchBoard(chat, id, user, language));
      return true;
    } catch (trouble) {
      if (trouble instanceof Refused && trouble.status < 500) { turnedAway(trouble); return false; }
      byId("board-lost").hidden = false;
      await new Promise((back) => setTimeout(back, AGAIN));
    }
  }
}

byId("board-print").addEventListener("click", () => print());
byId("board-beamer").addEventListener("click", () => beamerDialog(() => board, () => act("beamer")));
addEventListener("hashchange", () => location.reload());
writes();
setInterval(tick, 500);
if (await load()) {
  byId("board-room").href = `/#${roomAddress(chat)}`;
  let first = true;
  follow(chat, user, hear, (now) => {
    byId("board-lost").hidden = now === "open";
    if (now === "open" && !first) look();
    if (now === "open") first = false;
    if (now === "refused") whyRefused(chat, user).catch((trouble) => { if (trouble instanceof Refused && trouble.status < 500) turnedAway(trouble); });
  }, board.after);
}
