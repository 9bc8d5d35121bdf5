// Hands over the photo: one finger or pen paints, two move and zoom, the wheel zooms to the cursor, and the keyboard does all of it.
import { MARKS, marksIn } from "./paint_marks.js";
import { around } from "./paint_bits.js";

const NEAR = 0.0022; // how much a step of the wheel zooms
const STEP = 12; // screen pixels that an arrow moves
const TWO = ["box", "arrow", "circle"]; // shapes that two points make
const AT_ONCE = ["brush", "tap", "number", "label"]; // what a key makes at once, where others go on until it is pressed again
const ENOUGH = 3; // screen pixels that a finger moves before it is drawn on

/**
 * Let hands work in `view`. `tool()` is `{kind, erase, radius, tolerance}` with `radius` in screen pixels; `done(stroke, drawn)` gets each
 * complete stroke, `drawn` if the mask has it already; `resize(factor)` changes the brush.
 */
export function hands({ view, stage, tool, done, resize, ring }) {
  const fingers = new Map();
  let stroke = null; // the one that is being made
  let pinch = null;
  let space = false;
  let cursor = null; // where the keyboard is, on the stage
  let waiting = [];
  let frame = 0;

  const place = ({ clientX, clientY }) => {
    const { left, top } = stage.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };

  const begin = (x, y, take) => {
    const { kind, erase, radius, tolerance, colour } = tool();
    if (kind === "frame") return null; // its edges are handles of their own
    const [px, py] = view.at(x, y);
    if (["number", "label"].includes(kind)) return { kind, x: px, y: py, colour };
    if (MARKS.includes(kind)) return { kind, points: [px, py], colour };
    if (kind === "tap") return { kind, x: px, y: py, tolerance, erase: erase || take };
    return { kind, erase: erase || take, points: [px, py], ...(kind === "brush" ? { radius: Math.round((radius / view.scale) * 10) / 10 } : {}) };
  };

  /** Draw what came since the last frame. */
  const draw = () => {
    frame = 0;
    if (!stroke || !waiting.length) return;
    if (stroke.kind === "brush") {
      const part = [...stroke.points.slice(-2), ...waiting];
      stroke.points.push(...waiting);
      view.mask.bits.line(part, stroke.radius, stroke.erase ? 0 : 1);
      view.show(around(part, stroke.radius));
    } else if (TWO.includes(stroke.kind)) {
      stroke.points = [stroke.points[0], stroke.points[1], ...waiting.slice(-2)];
    } else if (["lasso", "pen"].includes(stroke.kind)) stroke.points.push(...waiting);
    waiting = [];
    if (MARKS.includes(stroke.kind) && stroke.points) view.marks.draw([...marksIn(view.mask.strokes), stroke]);
    else ring.shape(stroke);
  };

  const move = (points) => {
    waiting.push(...points);
    frame ||= requestAnimationFrame(draw);
  };

  const end = () => {
    cancelAnimationFrame(frame);
    draw();
    const made = stroke;
    stroke = null;
    ring.shape(null);
    if (!made) return;
    if ((made.points?.length ?? Infinity) < ({ box: 4, arrow: 4, circle: 4, lasso: 6 }[made.kind] ?? 0)) return;
    done(made, made.kind === "brush");
  };

  const cancel = () => {
    if (!stroke) return;
    if (stroke.drawn) {
      view.mask.drop(stroke);
      view.show(around(stroke.points, stroke.radius));
    }
    view.marks.draw(marksIn(view.mask.strokes));
    cancelAnimationFrame(frame);
    [stroke, waiting, frame] = [null, [], 0];
    ring.shape(null);
  };

  const start = (x, y, take) => {
    stroke = begin(x, y, take);
    if (stroke?.kind !== "brush") return;
    stroke.drawn = true;
    view.mask.bits.line(stroke.points, stroke.radius, stroke.erase ? 0 : 1);
    view.show(around(stroke.points, stroke.radius));
  };

  const measure = () => {
    const [[ax, ay], [bx, by]] = [...fingers.values()];
    return { x: (ax + bx) / 2, y: (ay + by) / 2, apart: Math.max(20, Math.hypot(ax - bx, ay - by)) };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    const at = place(event);
    fingers.set(event.pointerId, at);
    cursor = null;
    ring.at(...at);
    if (fingers.size === 2) {
      cancel(); // the second finger means: this was no painting
      pinch = measure();
    } else if (fingers.size === 1 && (event.button === 1 || space || tool().kind === "frame")) pinch = { x: at[0], y: at[1], apart: 0 };
    else if (fingers.size === 1) {
      stroke = { kind: "", from: at, take: event.shiftKey || event.ctrlKey };
      if (event.pointerType !== "touch") start(...at, stroke.take);
    }
  });

  stage.addEventListener("pointermove", (event) => {
    const at = place(event);
    ring.at(...at);
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, at);
    if (pinch) {
      const now = fingers.size > 1 ? measure() : { x: at[0], y: at[1], apart: pinch.apart };
      view.pan(now.x - pinch.x, now.y - pinch.y);
      if (pinch.apart && now.apart) view.zoom(now.apart / pinch.apart, now.x, now.y);
      pinch = now;
    } else if (stroke) {
      if (!stroke.kind) {
        if (Math.hypot(at[0] - stroke.from[0], at[1] - stroke.from[1]) < ENOUGH) return;
        start(...stroke.from, stroke.take);
      }
      if (!stroke.points) return;
      const path = event.getCoalescedEvents?.() ?? [];
      move((path.length ? path : [event]).flatMap((one) => view.at(...place(one))));
    }
  });

  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    if (pinch) {
      if (!fingers.size) pinch = null;
      else pinch = fingers.size > 1 ? measure() : { ...place(event), x: [...fingers.values()][0][0], y: [...fingers.values()][0][1], apart: 0 };
      return;
    }
    if (event.type === "pointercancel") { cancel(); return; }
    if (stroke && !stroke.kind) start(...stroke.from, stroke.take);
    end();
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);
  stage.addEventListener("pointerleave", () => { if (!cursor) ring.hide(); });

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode ? 16 : 1;
    view.zoom(Math.exp(-event.deltaY * lines * NEAR * (event.ctrlKey ? 4 : 1)), ...place(event));
  }, { passive: false });

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  stage.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrows[key]) {
      event.preventDefault();
      cursor ??= [stage.clientWidth / 2, stage.clientHeight / 2];
      const step = STEP * (event.shiftKey ? 4 : 1);
      cursor = cursor.map((value, axis) => Math.max(0, Math.min(value + arrows[key][axis] * step, axis ? stage.clientHeight : stage.clientWidth)));
      ring.at(...cursor);
      if (stroke?.points && stroke.kind !== "brush") move(view.at(...cursor));
    } else if (key === "Enter") {
      event.preventDefault();
      cursor ??= [stage.clientWidth / 2, stage.clientHeight / 2];
      ring.at(...cursor);
      if (stroke) { move(view.at(...cursor)); end(); return; }
      start(...cursor, false);
      if (AT_ONCE.includes(stroke?.kind)) end(); // a shape goes on until Enter is pressed again
    } else if (key === "Escape" && stroke) {
      event.preventDefault();
      event.stopPropagation();
      cancel();
    } else if (key === " ") { event.preventDefault(); space = true; }
    else if (key === "[" || key === "]") resize(key === "]" ? 1.2 : 1 / 1.2);
    else if (key === "+" || key === "=") view.zoom(1.25, ...(cursor ?? []));
    else if (key === "-") view.zoom(0.8, ...(cursor ?? []));
    else if (key === "0") view.fit();
  });
  stage.addEventListener("keyup", ({ key }) => { if (key === " ") space = false; });
  stage.addEventListener("blur", () => { space = false; if (cursor) { cursor = null; cancel(); ring.hide(); } });
}

/** What shows where a hand is and what it is making: a ring as large as the brush, and the outline of a shape. */
export function ringIn(stage, view, radius) {
  const ring = document.createElement("div");
  ring.className = "paint-ring";
  ring.hidden = true;
  const outline = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  outline.setAttribute("class", "paint-outline");
  outline.setAttribute("aria-hidden", "true");
  const lines = ["paint-outline-dark", "paint-outline-light"].map((name) => {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    line.setAttribute("class", name);
    outline.append(line);
    return line;
  });
  stage.append(outline, ring);
  let last = [0, 0];
  const at = (x, y) => {
    last = [x, y];
    const size = radius();
    ring.hidden = false;
    ring.style.width = `${2 * size}px`;
    ring.style.height = `${2 * size}px`;
    ring.style.transform = `translate(${x - size}px, ${y - size}px)`;
  };
  return {
    at,
    again: () => { if (!ring.hidden) at(...last); },
    hide: () => { ring.hidden = true; },
    shape(stroke) {
      const points = stroke && stroke.kind !== "brush" && stroke.points?.length > 2 ? stroke.points : [];
      const [ax, ay, bx, by] = points;
      const corners = stroke?.kind === "box" && points.length ? [ax, ay, bx, ay, bx, by, ax, by] : points;
      const shown = [];
      for (let here = 0; here < corners.length; here += 2) shown.push(view.on(corners[here], corners[here + 1]).map(Math.round).join(","));
      for (const line of lines) line.setAttribute("points", shown.join(" "));
    },
  };
}
