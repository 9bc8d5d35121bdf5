// An idea is dragged from group to group: with a mouse anywhere on its card, with a finger by its handle, so that a finger can still scroll.
const FAR = 6;    // pixels from which a press is a drag
const EDGE = 70;  // pixels from the window's edge from which the page scrolls along
const STEP = 14;  // pixels that it scrolls for each movement

/**
 * Let the cards in `root` be dragged. `may()` says whether one may now, `drop(number, group)` is called where one is let go over another group
 * than its own; `group` is null over the place for a new one; `rest()` once nothing is dragged any more. Returns `{busy()}`: whether one is.
 */
export function dragging({ root, may, drop, rest }) {
  let held = null; // { card, number, from, x, y, moved, id }

  const over = ({ clientX, clientY }) => document.elementFromPoint(clientX, clientY)?.closest("[data-group]") ?? null;

  const lift = () => {
    held.moved = true;
    getSelection()?.removeAllRanges();
    held.card.classList.add("dragged");
    held.card.setPointerCapture(held.id);
    root.classList.add("dragging");
  };

  const mark = (target) => {
    for (const node of root.querySelectorAll(".over")) if (node !== target) node.classList.remove("over");
    target?.classList.add("over");
  };

  const end = () => {
    if (!held) return;
    held.card.classList.remove("dragged");
    held.card.style.transform = "";
    root.classList.remove("dragging");
    mark(null);
    held = null;
    rest();
  };

  root.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".idea");
    const handle = event.target.closest(".idea-move");
    const pressed = event.target.closest("button, a");
    if (!card || event.button || !may() || (pressed && !handle) || (event.pointerType !== "mouse" && !handle)) return;
    held = { card, number: Number(card.dataset.number), from: card.closest("[data-group]"), x: event.clientX, y: event.clientY + scrollY, moved: false, id: event.pointerId };
  });

  root.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const [x, y] = [event.clientX - held.x, event.clientY + scrollY - held.y];
    if (!held.moved && Math.hypot(x, y) < FAR) return;
    if (!held.moved) lift();
    event.preventDefault();
    if (event.clientY < EDGE) scrollBy(0, -STEP);
    else if (event.clientY > innerHeight - EDGE) scrollBy(0, STEP);
    held.card.style.transform = `translate(${x}px, ${y}px) rotate(1.5deg)`;
    mark(over(event));
  });

  root.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { number, from, moved } = held;
    const target = moved ? over(event) : null;
    end();
    if (moved) swallowClick();
    if (target && target !== from) drop(number, target.dataset.group === "new" ? null : Number(target.dataset.group));
  });

  root.addEventListener("pointercancel", end);
  addEventListener("keydown", ({ key }) => { if (key === "Escape") end(); });

  return { busy: () => Boolean(held?.moved) };
}

/** What was let go of was not pressed. */
function swallowClick() {
  const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
}
