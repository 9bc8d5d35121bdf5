// The frame of the picture: its edges are drawn outward, by hand or by key, and what is new there is filled. One value says how much:
// `[left, up, right, down]` in the photo's pixels.
import { element } from "./dom.js";
import { say } from "./texts.js";

export const NO_ROOM = [0, 0, 0, 0];
const SIDES = ["left", "up", "right", "down"];
const STEPS = 20; // steps of a key from edge to edge of the picture

/** The room that strokes say: the last one since everything was last cleared. */
export const roomIn = (strokes) => strokes.findLast(({ kind }) => ["frame", "clear"].includes(kind))?.room ?? NO_ROOM;

/** Whether there is any. */
export const grows = (room) => room.some(Boolean);

/**
 * As much of `wanted` at one `side` as is allowed beside the other `room`: as wide or high as the picture itself, in a shape and of a number of
 * pixels that the server takes. Where both edges count for the shape, the side gives way.
 */
function allowed(room, side, wanted, { width, height, mostRatio, mostPixels }) {
  const across = side % 2 === 0;
  const others = room.map((value, at) => (at === side ? 0 : value));
  const long = (across ? width : height) + others[across ? 2 - side : 4 - side];
  const wide = (across ? height : width) + (across ? others[1] + others[3] : others[0] + others[2]);
  const ratio = Math.max(mostRatio, Math.max(width, height) / Math.min(width, height));
  const most = Math.min(across ? width : height, ratio * wide - long, mostPixels / wide - long);
  const least = wide / ratio - long; // the other two sides may have made it too long already
  return Math.max(0, Math.min(Math.max(Math.round(wanted), Math.ceil(least)), Math.floor(most)));
}

/** The frame over a `view` in its `stage`. `limits`: `{mostRatio, mostPixels}`; `done(room)` is told when an edge was let go. */
export function frameIn(stage, view, limits, done) {
  const limit = { width: view.width, height: view.height, ...limits };
  const ground = element("div", { class: "paint-ground", "aria-hidden": "true", hidden: true });
  stage.prepend(ground);
  let room = NO_ROOM;
  let open = false;

  const placed = () => {
    const [left, up, right, down] = room;
    const [x, y] = view.on(-left, -up);
    const [across, along] = view.on(view.width + right, view.height + down);
    Object.assign(ground.style, { transform: `translate(${x}px, ${y}px)`, width: `${across - x}px`, height: `${along - y}px` });
    const middle = [[x, (y + along) / 2], [(x + across) / 2, y], [across, (y + along) / 2], [(x + across) / 2, along]];
    handles.forEach((handle, side) => {
      const [from, to] = middle[side].map((value, axis) => Math.max(22, Math.min(value, (axis ? stage.clientHeight : stage.clientWidth) - 22)));
      handle.style.transform = `translate(${from - 22}px, ${to - 22}px)`;
    });
  };
  const show = (now, fits = false) => {
    room = now;
    ground.hidden = !open && !grows(room);
    handles.forEach((handle, side) => {
      handle.setAttribute("aria-valuenow", String(room[side]));
      handle.setAttribute("aria-valuemax", String(allowed(room, side, Infinity, limit)));
    });
    view.room = room;
    if (fits) view.fit();
    else placed();
  };
  const set = (side, wanted) => show(room.map((value, at) => (at === side ? allowed(room, side, wanted, limit) : value)));

  const handles = SIDES.map((name, side) => {
    const handle = element("div", {
      class: `paint-handle paint-handle-${side % 2 ? "down" : "across"}`, role: "slider", tabindex: "0", hidden: true, "aria-valuemin": "0",
      "aria-orientation": side % 2 ? "vertical" : "horizontal", data: { testid: `paint-frame-${name}` },
    });
    const measured = ({ clientX, clientY }) => {
      const box = stage.getBoundingClientRect();
      const [x, y] = view.at(clientX - box.left, clientY - box.top);
      return [-x, -y, x - view.width, y - view.height][side];
    };
    let held = null; // how far the finger is from the edge that it holds
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      held = room[side] - measured(event);
    });
    handle.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      if (held !== null) set(side, measured(event) + held);
    });
    const letGo = (event) => {
      event.stopPropagation();
      if (held !== null) { held = null; done(room); }
    };
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, letGo);
    handle.addEventListener("keydown", (event) => {
      const step = Math.ceil((side % 2 ? view.height : view.width) / STEPS) * (event.shiftKey ? 4 : 1);
      const outward = ["ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"];
      const wanted = { [outward[side]]: room[side] + step, [outward[(side + 2) % 4]]: room[side] - step, Home: 0, End: Infinity }[event.key];
      if (wanted === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      set(side, wanted);
      done(room);
    });
    return say(handle, `page-paint-frame-${name}`, {}, "label");
  });
  stage.append(...handles);
  view.moved = placed;

  return {
    /** Show a room, and all of it. */
    show: (now) => { if (String(now) !== String(view.room) || open) show(now, true); },
    /** Let the edges be moved, or no longer. */
    open(now) {
      if (now === open) return;
      open = now;
      stage.classList.toggle("paint-framing", now);
      view.slack = now;
      for (const handle of handles) handle.hidden = !now;
      show(room, true);
    },
  };
}
