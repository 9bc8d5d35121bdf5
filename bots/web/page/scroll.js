// The log keeps to its end while the person is there, and stays where they are when they read further up.
import { byId, calm } from "./dom.js";

const NEAR = 72; // pixels from the end that still count as being there

/** On phones whose keyboard covers the page instead of shrinking it, keep the composer above the keyboard. */
export function standOnKeyboard() {
  const view = window.visualViewport;
  if (!view || !matchMedia("(pointer: coarse)").matches) return;
  view.addEventListener("resize", () => {
    if (view.scale > 1.01) return;
    document.body.style.setProperty("height", `${view.height}px`);
    scrollTo(0, 0);
  });
}

/** Returns `{ news(mine), toEnd() }`: tell it of new entries; one's own always bring the end into view. */
export function stickToEnd() {
  const desk = byId("desk");
  const pill = byId("pill");
  let atEnd = true;
  let height = 0;

  const jump = () => { desk.scrollTop = desk.scrollHeight; };
  const follow = () => { if (atEnd) jump(); height = desk.scrollHeight; };
  const watcher = new ResizeObserver(follow);
  watcher.observe(byId("column"));
  watcher.observe(desk);

  desk.addEventListener("scroll", () => {
    if (desk.scrollHeight !== height) { follow(); return; }
    atEnd = desk.scrollHeight - desk.scrollTop - desk.clientHeight < NEAR;
    if (atEnd) pill.hidden = true;
  }, { passive: true });

  const toEnd = () => {
    atEnd = true;
    pill.hidden = true;
    desk.scrollTo({ top: desk.scrollHeight, behavior: calm() ? "auto" : "smooth" });
  };
  pill.addEventListener("click", () => { toEnd(); byId("composer-text").focus({ preventScroll: true }); });

  return {
    news(mine) {
      if (mine) { atEnd = true; jump(); }
      else if (!atEnd) pill.hidden = false;
    },
    toEnd,
  };
}
