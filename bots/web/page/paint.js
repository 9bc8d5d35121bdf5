// Painting what shall change: the photo, the tools, the words, and how it goes on once it is sent. The same in a dialog of the page
// and on a page of its own, where a messenger leads.
import { Refused } from "./api.js";
import { button, element } from "./dom.js";
import { beside } from "./paint_beside.js";
import { frameIn, grows, roomIn } from "./paint_frame.js";
import { hands, ringIn } from "./paint_hand.js";
import { sign } from "./paint_icons.js";
import { labels, wordsWith } from "./paint_labels.js";
import { MARKS, marksIn } from "./paint_marks.js";
import { Mask } from "./paint_mask.js";
import { leftOf, post } from "./paint_outbox.js";
import { keep, keptOf } from "./paint_shelf.js";
import { View } from "./paint_view.js";
import { say, text } from "./texts.js";

const TOOLS = ["brush", "eraser", "box", "lasso", "tap", "frame"];
const KEYS = { b: "brush", e: "eraser", r: "box", l: "lasso", t: "tap", f: "frame" };
const LOOK = 1500; // milliseconds between two looks at what became of it
const KEEP = 300;

/**
 * Paint in `root`. `door` is a `PaintDoor`, `page` what it opened. `sent()` is called once the server has it, `done()` to leave; where
 * `shows`, the page stays and shows what comes of it, and `next({ticket, opener})` opens that.
 */
export async function paint(root, { door, page, sent, done, shows = false, next }) {
  const photo = await createImageBitmap(await door.bytes(page.picture));
  const width = photo.width, height = photo.height;
  const ui = built(root, page);
  const mask = new Mask(width, height);
  const view = new View(ui.stage, photo, mask);
  const helper = beside(photo);
  const ending = new AbortController();
  const state = { tool: "brush", size: 26, tolerance: 26, busy: false, live: true };
  const ring = ringIn(ui.stage, view, () => (["brush", "eraser"].includes(state.tool) ? state.size : 6));
  const before = keptOf(page.piece);

  const told = (key, values = {}) => say(ui.status, key, values);
  const waits = () => told("page-paint-waits");
  const put = () => {
    if (before && before.ticket !== door.ticket && !mask.strokes.length) return; // the last painting is still the last
    keep(page.piece, { ticket: door.ticket, strokes: mask.strokes, words: ui.words.value, style: ui.style.value, feather: ui.feather.value });
  };
  const save = later(KEEP, put);
  const count = later(30, () => {
    const share = mask.share();
    const marks = marksIn(mask.strokes).length;
    const [left, up, right, down] = roomIn(mask.strokes);
    ui.count.dataset.share = String(share);
    if (left + up + right + down) { say(ui.count, "page-paint-framed", { width: left + width + right, height: up + height + down }); return; }
    if (marks && !share) { say(ui.count, "page-paint-marked", { count: marks }); return; }
    const percent = share > 0 && share < 0.01 ? "< 1" : share < 1 && share > 0.99 ? "> 99" : String(Math.round(share * 100));
    say(ui.count, "page-paint-share", { share: percent });
  });
  const frame = frameIn(ui.stage, view, { mostRatio: page.most_ratio, mostPixels: page.most_pixels }, (room) => add({ kind: "frame", room }, true));
  const changed = () => {
    const room = roomIn(mask.strokes);
    frame.show(room);
    ui.remove.hidden = grows(room);
    view.marks.draw(marksIn(mask.strokes));
    count();
    save();
    for (const [name, list] of [["undo", mask.strokes], ["redo", mask.undone]]) ui[name].disabled = !list.length;
  };
  const add = (stroke, drawn = false) => {
    const part = mask.add(stroke, drawn);
    if (!drawn) view.show(part);
    changed();
  };
  const select = async (stroke) => {
    mask.learn(stroke, await helper.select(stroke));
    add(stroke);
  };
  const take = async (strokes) => {
    for (const stroke of strokes) if (stroke.kind === "tap") mask.learn(stroke, await helper.select(stroke));
    mask.take(strokes);
    view.show();
    changed();
  };
  const go = (back) => {
    const part = back ? mask.undo() : mask.redo();
    if (!part) return;
    view.show(part);
    changed();
  };
  const choose = (tool) => {
    state.tool = tool;
    for (const name of [...TOOLS, ...MARKS]) ui[name].setAttribute("aria-pressed", String(name === tool));
    ui.sizes.hidden = !["brush", "eraser"].includes(tool);
    ui.tolerances.hidden = tool !== "tap";
    ui.colours.hidden = !MARKS.includes(tool);
    frame.open(tool === "frame");
    if (!state.busy) told(MARKS.includes(tool) ? "page-paint-marks-hint" : tool === "frame" ? "page-paint-frame-hint" : "page-paint-hint");
    ring.again();
  };
  const resize = (factor) => {
    state.size = Math.round(Math.max(4, Math.min(120, state.size * factor)));
    ui.size.value = String(state.size);
    ring.again();
  };

  const write = labels({ view, stage: ui.stage, add, colour: () => ui.colour.value });
  hands({
    view, ring, resize, stage: ui.stage, done: (stroke, drawn) => ({ label: write, tap: select }[stroke.kind] ?? add)(stroke, drawn),
    tool: () => ({
      kind: state.tool === "eraser" ? "brush" : state.tool, erase: state.tool === "eraser", radius: state.size, tolerance: state.tolerance,
      colour: ui.colour.value,
    }),
  });
  for (const name of [...TOOLS, ...MARKS]) ui[name].addEventListener("click", () => choose(name));
  ui.marks.addEventListener("click", () => {
    ui.marking.hidden = !ui.marking.hidden;
    ui.marks.setAttribute("aria-expanded", String(!ui.marking.hidden));
    choose(ui.marking.hidden ? "brush" : "arrow");
  });
  ui.undo.addEventListener("click", () => go(true));
  ui.redo.addEventListener("click", () => go(false));
  ui.closer.addEventListener("click", () => view.zoom(1.5));
  ui.away.addEventListener("click", () => view.zoom(1 / 1.5));
  ui.fit.addEventListener("click", () => view.fit());
  ui.size.addEventListener("input", () => { state.size = Number(ui.size.value); ring.again(); });
  ui.tolerance.addEventListener("input", () => { state.tolerance = Number(ui.tolerance.value); });
  ui.seen.addEventListener("input", () => { ui.stage.style.setProperty("--seen", String(ui.seen.value / 100)); });
  for (const kind of ["invert", "all", "clear"]) ui[kind].addEventListener("click", () => add({ kind }));
  ui.last.hidden = !before?.strokes?.length || before.ticket === door.ticket;
  ui.last.addEventListener("click", () => {
    ui.last.hidden = true;
    take(before.strokes);
  });
  hold(ui.compare, (on) => root.classList.toggle("paint-before", on));
  ui.more.addEventListener("click", () => {
    ui.drawer.hidden = !ui.drawer.hidden;
    ui.more.setAttribute("aria-expanded", String(!ui.drawer.hidden));
  });
  for (const input of [ui.words, ui.style, ui.feather]) input.addEventListener("input", save);
  ui.words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); ui.form.requestSubmit(); }
  });
  root.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input");
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(key) && event.target !== ui.words) {
      event.preventDefault();
      go(key === "z" && !event.shiftKey);
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[key]) choose(KEYS[key]);
  }, { signal: ending.signal });
  addEventListener("pagehide", put, { signal: ending.signal }); // a phone may not wait
  const watch = new ResizeObserver(() => view.resized());
  watch.observe(ui.stage);

  ending.signal.addEventListener("abort", () => {
    state.live = false;
    watch.disconnect();
    helper.end();
  });
  root.addEventListener("close", () => ending.abort(), { once: true });
  ui.close.addEventListener("click", () => {
    ending.abort();
    done();
  });

  ui.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (state.busy) return;
    const share = mask.share();
    const marks = marksIn(mask.strokes).length > 0;
    const room = roomIn(mask.strokes);
    if ((share || grows(room)) && marks) { told("page-paint-both"); return; }
    if (!share && !marks && !grows(room)) { told("page-paint-empty"); ui.stage.focus(); return; }
    if (share === 1) { told("page-paint-full"); ui.stage.focus(); return; }
    const remove = event.submitter === ui.remove && !marks && !grows(room);
    const words = marks ? wordsWith(ui.words.value.trim(), mask.strokes) : ui.words.value.trim();
    if (!remove && !grows(room) && !words) { told("page-paint-words-missing"); ui.words.focus(); return; }
    told("page-paint-sending");
    state.busy = true;
    const where = marks ? { markup: await view.marks.toPng() } : share ? { mask: await helper.png(mask.bits) } : {};
    const options = { style: ui.style.value, feather: ui.feather.value, remove: remove ? "true" : "", frame: grows(room) ? room.join() : "" };
    await deliver(post(door, { where, words, options }, waits));
  });

  /** Wait until the server has it; what is refused is said, and nothing is lost. */
  async function deliver(sending) {
    state.busy = true;
    ui.send.disabled = true;
    try {
      const became = await sending;
      sent?.(became);
      if (shows) await follow(became);
    } catch (trouble) {
      if (!(trouble instanceof Refused)) throw trouble;
      delete ui.status.dataset.text;
      ui.status.textContent = trouble.sentence || text("page-error-network");
      state.busy = false;
      ui.send.disabled = false;
    }
  }

  /** Show what becomes of it. */
  async function follow(became) {
    root.classList.add("paint-sent");
    let now = became;
    told("page-paint-working");
    while (now.state === "working" && state.live) {
      await new Promise((back) => setTimeout(back, LOOK));
      try { now = await door.page(); } catch (trouble) { if (trouble instanceof Refused && trouble.status === 404) now = { state: "ended" }; }
    }
    if (now.state !== "done") { told("page-paint-ended"); return; }
    const url = URL.createObjectURL(await door.bytes(now.result));
    ui.result.src = url;
    ui.result.alt = ui.words.value.trim() || text("page-picture");
    ui.result.hidden = false;
    root.classList.add("paint-done");
    told("page-paint-done");
    ui.on.hidden = false;
    ui.on.focus();
    ui.on.addEventListener("click", async () => {
      ui.on.disabled = true;
      try { next(await door.again()); } catch (trouble) { ui.on.disabled = false; ui.status.textContent = trouble.sentence || text("page-error-network"); }
    });
  }

  const mine = before?.ticket === door.ticket ? before : null;
  ui.feather.value = mine?.feather ?? String(Math.min(64, Math.max(0, Math.round(Math.max(width, height) / 100))));
  if (mine) {
    ui.words.value = mine.words ?? "";
    ui.style.value = mine.style ?? "";
    await take(mine.strokes);
  }
  choose("brush");
  changed();
  const left = page.state === "open" && await leftOf(door.ticket, waits);
  if (left) deliver(left.became);
  else if (page.state !== "open") {
    state.busy = true;
    ui.send.disabled = true;
    if (shows) follow(page);
    else told("page-paint-sent-before");
  }
  ui.stage.focus({ preventScroll: true });
}

/** Do `what` once things have been quiet for so many milliseconds. */
function later(milliseconds, what) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(what, milliseconds);
  };
}

/** A button that counts for as long as it is held, by a finger or a key. */
function hold(node, on) {
  const set = (now) => () => { node.setAttribute("aria-pressed", String(now)); on(now); };
  for (const name of ["pointerdown"]) node.addEventListener(name, set(true));
  for (const name of ["pointerup", "pointercancel", "pointerleave", "blur"]) node.addEventListener(name, set(false));
  node.addEventListener("keydown", ({ key }) => { if (key === " " || key === "Enter") set(true)(); });
  node.addEventListener("keyup", set(false));
}

/** The parts of the page, by name. */
function built(root, page) {
  const ui = {};
  const tool = (name, more = {}) => {
    ui[name] = say(button({ class: "paint-tool", data: { testid: `paint-${name}` }, ...more }, sign(name)), `page-paint-${name}`, {}, "label");
    return ui[name];
  };
  const chip = (name) => {
    ui[name] = say(button({ class: "chip", data: { testid: `paint-${name}` } }), `page-paint-${name}`);
    return ui[name];
  };
  const slider = (name, least, most, value) => {
    ui[name] = element("input", { type: "range", min: least, max: most, value, data: { testid: `paint-${name}` } });
    const label = element("label", { class: "paint-slider" }, say(element("span"), `page-paint-${name}`), ui[name]);
    return label;
  };
  ui.stage = say(element("div", { class: "paint-stage", tabindex: "0", role: "application", "aria-describedby": "paint-keys", data: { testid: "paint-stage" } }), "page-paint-stage", {}, "label");
  ui.stage.classList.toggle("paint-hidden", page.spoiler);
  ui.result = element("img", { class: "paint-result", hidden: true, alt: "", data: { testid: "paint-result" } });
  ui.count = element("output", { class: "paint-count", data: { testid: "paint-count" } });
  ui.status = element("p", { class: "paint-status", role: "status", data: { testid: "paint-status" } });
  ui.words = element("textarea", { rows: 1, maxlength: 1900, id: "paint-words", enterkeyhint: "send", data: { testid: "paint-words" } });
  say(ui.words, "page-paint-words", {}, "label");
  say(ui.words, "page-paint-words", {}, "placeholder");
  ui.style = element("select", { data: { testid: "paint-style" } }, say(element("option", { value: "" }), "page-paint-no-style"),
    ...Object.entries(page.styles).map(([value, label]) => element("option", { value }, label)));
  ui.send = say(button({ class: "paint-tool paint-send", type: "submit", data: { testid: "paint-send" } }, sign("send")), "page-paint-send", {}, "label");
  ui.remove = say(button({ class: "chip", type: "submit", form: "paint-form", data: { testid: "paint-remove" } }), "page-paint-remove");
  ui.form = element("form", { class: "paint-form", id: "paint-form" }, tool("more", { "aria-expanded": "false", "aria-controls": "paint-drawer" }), ui.words, ui.send);
  ui.on = say(button({ class: "button", hidden: true, data: { testid: "paint-on" } }), "page-paint-on");
  ui.sizes = slider("size", 4, 120, 26);
  ui.tolerances = slider("tolerance", 4, 80, 26);
  ui.colours = element("label", { class: "paint-slider paint-colour" }, say(element("span"), "page-paint-colour"),
    (ui.colour = element("input", { type: "color", value: "#e5322d", data: { testid: "paint-colour" } })));
  const takes = say(element("p", { class: "paint-takes" }), page.takes_marks ? "page-paint-takes-marks" : "page-paint-shows-marks");
  ui.drawer = element("div", { class: "paint-drawer", hidden: true, id: "paint-drawer" },
    element("div", { class: "paint-chips" }, chip("invert"), chip("all"), chip("clear"), ui.remove, chip("last")),
    slider("feather", 0, 64, 8), slider("seen", 15, 90, 50),
    element("label", { class: "paint-slider" }, say(element("span"), "page-paint-style"), ui.style));
  const row = (name, ...nodes) => say(element("div", { class: name, role: "group" }, ...nodes), `page-${name}`, {}, "label");
  root.replaceChildren(
    say(element("h1", { class: "visually-hidden" }), "page-paint-title"),
    row("paint-top", tool("close"), tool("undo"), tool("redo"), element("span", { class: "paint-space" }), tool("compare"), tool("away"), tool("closer"), tool("fit")),
    element("div", { class: "paint-desk" }, ui.stage, ui.result),
    say(element("p", { class: "visually-hidden", id: "paint-keys" }), "page-paint-keys"),
    element("div", { class: "paint-foot" },
      row("paint-tools", ...TOOLS.map((name) => tool(name)), tool("marks", { "aria-expanded": "false", "aria-controls": "paint-marking" }), ui.sizes, ui.tolerances),
      (ui.marking = row("paint-marking", ...MARKS.map((name) => tool(name)), ui.colours, takes)),
      element("div", { class: "paint-said" }, ui.status, ui.count), ui.on, ui.form, ui.drawer));
  Object.assign(ui.marking, { hidden: true, id: "paint-marking" });
  return ui;
}
