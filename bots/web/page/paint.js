// Painting what shall change: the photo, the tools, the words, and how it goes on once it is sent. The same in a dialog of the page
// and on a page of its own, where a messenger leads.
import { parts } from "./paint_parts.js";
import { sending } from "./paint_sending.js";
import { tools } from "./paint_tools.js";
import { Painting } from "./paint_work.js";

/**
 * Paint in `root`. `door` is a `PaintDoor`, `page` what it opened. `sent()` is called once the server has it, `done()` to leave; where
 * `shows`, the page stays and shows what comes of it, and `next({ticket, opener})` opens that.
 */
export async function paint(root, { door, page, sent, done, shows = false, next }) {
  const photo = await createImageBitmap(await door.bytes(page.picture));
  const ui = parts(root, page);
  const painting = new Painting(photo, { ui, page, ticket: door.ticket });
  const ending = new AbortController();
  const { signal } = ending;
  const { takeUp } = sending(root, { painting, door, sent, shows, next, signal });
  tools(root, ui, painting, signal);

  for (const input of [ui.words, ui.style, ui.feather]) input.addEventListener("input", painting.save);
  ui.words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); ui.form.requestSubmit(); }
  });
  addEventListener("pagehide", () => painting.put(), { signal }); // a phone may not wait
  const watch = new ResizeObserver(() => painting.view.resized());
  watch.observe(ui.stage);
  signal.addEventListener("abort", () => {
    watch.disconnect();
    painting.helper.end();
  });
  root.addEventListener("close", () => ending.abort(), { once: true });
  ui.close.addEventListener("click", () => {
    ending.abort();
    done();
  });

  await painting.goOn();
  await takeUp();
  ui.stage.focus({ preventScroll: true });
}
