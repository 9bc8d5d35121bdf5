// Strokes of a finger that turn pages.

const SWIPE = 50; // pixels of a sideways stroke

/** Call `turn` with 1 for a stroke to the left, which leads on, and with -1 for one to the right; not while the page is zoomed in. */
export function swipes(node, turn) {
  let from = null;
  node.addEventListener("touchstart", ({ touches }) => {
    const zoomed = (window.visualViewport?.scale ?? 1) > 1.01;
    from = touches.length === 1 && !zoomed ? touches[0].clientX : null;
  }, { passive: true });
  node.addEventListener("touchend", ({ changedTouches }) => {
    const way = from === null ? 0 : changedTouches[0].clientX - from;
    if (Math.abs(way) > SWIPE) turn(way < 0 ? 1 : -1);
  });
}
