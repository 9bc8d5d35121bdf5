// The tools of the page to paint on: which one is in the hand, how large it is, and what the buttons and keys beside the photo do.
import { hands, ringIn } from "./paint_hand.js";
import { labels } from "./paint_labels.js";
import { MARKS } from "./paint_marks.js";
import { TOOLS } from "./paint_parts.js";
import { say } from "./texts.js";

const KEYS = { b: "brush", e: "eraser", r: "box", l: "lasso", t: "tap", f: "frame" };
const ROUND = ["brush", "eraser"];
const DOT = 6; // screen pixels of the ring around what is not a brush

/** What a tool is for. */
const hint = (tool) => (MARKS.includes(tool) ? "page-paint-marks-hint" : tool === "frame" ? "page-paint-frame-hint" : "page-paint-hint");

/** Let `painting` be done with the parts `ui` in `root`, until the `signal` says that it is over. Takes the brush. */
export function tools(root, ui, painting, signal) {
  const { view, frame } = painting;
  let tool = "";
  const ring = ringIn(ui.stage, view, () => (ROUND.includes(tool) ? Number(ui.size.value) : DOT));

  const choose = (name) => {
    tool = name;
    for (const one of [...TOOLS, ...MARKS]) ui[one].setAttribute("aria-pressed", String(one === tool));
    ui.sizes.hidden = !ROUND.includes(tool);
    ui.tolerances.hidden = tool !== "tap";
    ui.colours.hidden = !MARKS.includes(tool);
    frame.open(tool === "frame");
    if (!ui.send.disabled) say(ui.status, hint(tool)); // else it tells of what was sent
    ring.again();
  };
  const resize = (factor) => {
    ui.size.value = String(Math.round(ui.size.value * factor)); // which keeps its limits
    ring.again();
  };

  const write = labels({ view, stage: ui.stage, add: (stroke) => painting.add(stroke), colour: () => ui.colour.value });
  hands({
    view, ring, resize, stage: ui.stage,
    done(stroke, drawn) {
      if (stroke.kind === "label") write(stroke);
      else if (stroke.kind === "tap") painting.select(stroke);
      else painting.add(stroke, drawn);
    },
    tool: () => ({
      kind: tool === "eraser" ? "brush" : tool, erase: tool === "eraser", radius: Number(ui.size.value), tolerance: Number(ui.tolerance.value),
      colour: ui.colour.value,
    }),
  });

  for (const name of [...TOOLS, ...MARKS]) ui[name].addEventListener("click", () => choose(name));
  ui.size.addEventListener("input", () => ring.again());
  ui.marks.addEventListener("click", () => choose(unfold(ui.marks, ui.marking) ? "arrow" : "brush"));
  ui.more.addEventListener("click", () => unfold(ui.more, ui.drawer));
  strokes(ui, painting);
  looks(root, ui, view);
  keys(root, { choose, painting, words: ui.words }, signal);
  choose("brush");
}

/** Show or hide what a button opens; whether it is shown. */
function unfold(opener, node) {
  node.hidden = !node.hidden;
  opener.setAttribute("aria-expanded", String(!node.hidden));
  return !node.hidden;
}

/** Buttons that are strokes themselves, or take some back. */
function strokes(ui, painting) {
  ui.undo.addEventListener("click", () => painting.undo());
  ui.redo.addEventListener("click", () => painting.redo());
  for (const kind of ["invert", "all", "clear"]) ui[kind].addEventListener("click", () => painting.add({ kind }));
  ui.last.addEventListener("click", () => {
    ui.last.hidden = true;
    painting.take(painting.earlier.strokes);
  });
}

/** How it is looked at: closer, further away, with more or less of the paint, or without. */
function looks(root, ui, view) {
  ui.closer.addEventListener("click", () => view.zoom(1.5));
  ui.away.addEventListener("click", () => view.zoom(1 / 1.5));
  ui.fit.addEventListener("click", () => view.fit());
  ui.seen.addEventListener("input", () => { ui.stage.style.setProperty("--seen", String(ui.seen.value / 100)); });
  hold(ui.compare, (on) => root.classList.toggle("paint-before", on));
}

/** A button that counts for as long as it is held, by a finger or a key. */
function hold(node, on) {
  const set = (now) => () => { node.setAttribute("aria-pressed", String(now)); on(now); };
  node.addEventListener("pointerdown", set(true));
  for (const name of ["pointerup", "pointercancel", "pointerleave", "blur"]) node.addEventListener(name, set(false));
  node.addEventListener("keydown", ({ key }) => { if (key === " " || key === "Enter") set(true)(); });
  node.addEventListener("keyup", set(false));
}

/** Keys that count wherever the focus is, but for where words are typed. */
function keys(root, { choose, painting, words }, signal) {
  root.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input");
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(key) && event.target !== words) {
      event.preventDefault();
      if (key === "z" && !event.shiftKey) painting.undo();
      else painting.redo();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[key]) choose(KEYS[key]);
  }, { signal });
}
