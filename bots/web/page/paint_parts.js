// What the page to paint on is made of: its rows of tools, the photo's place, and the words.
import { button, element } from "./dom.js";
import { sign } from "./paint_icons.js";
import { MARKS } from "./paint_marks.js";
import { say } from "./texts.js";

export const TOOLS = ["brush", "eraser", "box", "lasso", "tap", "frame"];
const LOOK = ["compare", "away", "closer", "fit"];

const tested = (name) => ({ testid: `paint-${name}` });
const tool = (name, more = {}) => say(button({ class: "paint-tool", data: tested(name), ...more }, sign(name)), `page-paint-${name}`, {}, "label");
const chip = (name, more = {}) => say(button({ class: "chip", data: tested(name), ...more }), `page-paint-${name}`);
const row = (name, ...nodes) => say(element("div", { class: name, role: "group" }, ...nodes), `page-${name}`, {}, "label");
const range = (name, min, max, value) => element("input", { type: "range", min, max, value, data: tested(name) });
const labelled = (name, node) => element("label", { class: "paint-slider" }, say(element("span"), `page-paint-${name}`), node);
const opens = (name) => ({ "aria-expanded": "false", "aria-controls": `paint-${name}` });
const named = (names, make) => Object.fromEntries(names.map((name) => [name, make(name)]));

/** Build the page in `root`, as its server describes it. Returns the parts that do something, by name. */
export function parts(root, page) {
  const ui = { ...named([...TOOLS, ...MARKS, ...LOOK, "close", "undo", "redo"], tool), ...sliders(), ...place(page), ...said(page) };
  Object.assign(ui, drawer(ui));
  ui.marks = tool("marks", opens("marking"));
  const takes = say(element("p", { class: "paint-takes" }), page.takes_marks ? "page-paint-takes-marks" : "page-paint-shows-marks");
  ui.marking = row("paint-marking", ...MARKS.map((name) => ui[name]), ui.colours, takes);
  Object.assign(ui.marking, { hidden: true, id: "paint-marking" });
  root.replaceChildren(
    say(element("h1", { class: "visually-hidden" }), "page-paint-title"),
    row("paint-top", ui.close, ui.undo, ui.redo, element("span", { class: "paint-space" }), ...LOOK.map((name) => ui[name])),
    element("div", { class: "paint-desk" }, ui.stage, ui.result),
    say(element("p", { class: "visually-hidden", id: "paint-keys" }), "page-paint-keys"),
    element("div", { class: "paint-foot" },
      row("paint-tools", ...TOOLS.map((name) => ui[name]), ui.marks, ui.sizes, ui.tolerances), ui.marking,
      element("div", { class: "paint-said" }, ui.status, ui.count), ui.on, ui.form, ui.drawer));
  return ui;
}

/** Where the photo is, and later what came of it. */
function place(page) {
  const stage = element("div", { class: "paint-stage", tabindex: "0", role: "application", "aria-describedby": "paint-keys", data: tested("stage") });
  stage.classList.toggle("paint-hidden", page.spoiler);
  return {
    stage: say(stage, "page-paint-stage", {}, "label"),
    result: element("img", { class: "paint-result", hidden: true, alt: "", data: tested("result") }),
  };
}

function sliders() {
  const [size, tolerance, feather, seen] = [range("size", 4, 120, 26), range("tolerance", 4, 80, 26), range("feather", 0, 64, 8), range("seen", 15, 90, 50)];
  const colour = element("input", { type: "color", value: "#e5322d", data: tested("colour") });
  const colours = labelled("colour", colour);
  colours.classList.add("paint-colour");
  return { size, tolerance, feather, seen, colour, colours, sizes: labelled("size", size), tolerances: labelled("tolerance", tolerance) };
}

/** The words, and what the page answers. */
function said(page) {
  const words = element("textarea", { rows: 1, maxlength: 1900, id: "paint-words", enterkeyhint: "send", data: tested("words") });
  for (const what of ["label", "placeholder"]) say(words, "page-paint-words", {}, what);
  const more = tool("more", opens("drawer"));
  const send = tool("send", { class: "paint-tool paint-send", type: "submit" });
  const style = element("select", { data: tested("style") }, say(element("option", { value: "" }), "page-paint-no-style"),
    ...Object.entries(page.styles).map(([value, label]) => element("option", { value }, label)));
  return {
    words, more, send, style,
    form: element("form", { class: "paint-form", id: "paint-form" }, more, words, send),
    on: say(button({ class: "button", hidden: true, data: tested("on") }), "page-paint-on"),
    count: element("output", { class: "paint-count", data: tested("count") }),
    status: element("p", { class: "paint-status", role: "status", data: tested("status") }),
  };
}

/** What is needed more rarely, shown by a press. */
function drawer({ feather, seen, style }) {
  const chips = named(["invert", "all", "clear", "last"], (name) => chip(name));
  const remove = chip("remove", { type: "submit", form: "paint-form" });
  const { invert, all, clear, last } = chips;
  return {
    ...chips, remove,
    drawer: element("div", { class: "paint-drawer", hidden: true, id: "paint-drawer" },
      element("div", { class: "paint-chips" }, invert, all, clear, remove, last),
      labelled("feather", feather), labelled("seen", seen), labelled("style", style)),
  };
}
