// Putting things in a row into another order: one is taken by a handle and drawn over its neighbours, or moved by the arrow keys.

/**
 * Let `node` be moved along its row by `grip`. `step(way)` exchanges it with its neighbour (-1: the one before it, 1: the one after it) and returns
 * whether there was one; `moved()` is told when it was let go somewhere else. The neighbour moves in the document, so that `node` keeps focus and finger.
 */
export function orderable(node, grip, { step, moved }) {
  let taken = null; // whether it was moved since it was taken

  /** Whether the pointer is beyond the middle of the neighbour on that side. */
  const passes = (x, way) => {
    const neighbour = way < 0 ? node.previousElementSibling : node.nextElementSibling;
    if (!neighbour) return false;
    const { left, width } = neighbour.getBoundingClientRect();
    return way < 0 ? x < left + width / 2 : x > left + width / 2;
  };
  const end = () => {
    node.classList.remove("is-taken");
    if (taken) moved();
    taken = null;
  };

  grip.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    grip.setPointerCapture(event.pointerId);
    taken = false;
    node.classList.add("is-taken");
  });
  grip.addEventListener("pointermove", ({ clientX }) => {
    if (taken === null) return;
    for (const way of [-1, 1]) while (passes(clientX, way) && step(way)) taken = true;
  });
  for (const name of ["pointerup", "pointercancel"]) grip.addEventListener(name, end);
  grip.addEventListener("dragstart", (event) => event.preventDefault());
  grip.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -1, End: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    let any = false;
    while (step(way)) {
      any = true;
      if (event.key.startsWith("Arrow")) break;
    }
    if (any) moved();
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
