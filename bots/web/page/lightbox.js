// A picture on its own: arrows turn the pages, Escape closes, two fingers zoom, and it can be kept.
import { byId } from "./dom.js";
import { swipes } from "./swipe.js";

/** Open pictures of the log large on a click. The dialog element itself holds the focus and closes on Escape. */
export function lightbox() {
  const dialog = byId("lightbox");
  const picture = byId("lightbox-picture");
  let all = [];
  let at = 0;

  const show = (index) => {
    at = (index + all.length) % all.length;
    const source = all[at];
    picture.src = source.dataset.full ?? source.src; // of a small one the whole
    picture.alt = source.alt;
    byId("lightbox-caption").textContent = source.dataset.caption ?? "";
    byId("lightbox-count").textContent = all.length > 1 ? `${at + 1} / ${all.length}` : "";
    byId("lightbox-download").href = picture.src;
    for (const turn of [byId("lightbox-previous"), byId("lightbox-next")]) turn.hidden = all.length < 2;
  };

  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-lightbox]");
    if (!opener) return;
    const around = opener.closest("#batch-body") ? "#batch-body" : "#log";
    all = [...document.querySelectorAll(`${around} [data-lightbox] img`)];
    show(all.indexOf(opener.querySelector("img")));
    dialog.showModal();
    byId("lightbox-close").focus();
    dialog.addEventListener("close", () => {
      picture.removeAttribute("src");
      opener.focus({ preventScroll: true });
    }, { once: true });
  });

  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft") show(at - 1);
    if (key === "ArrowRight") show(at + 1);
  });
  byId("lightbox-previous").addEventListener("click", () => show(at - 1));
  byId("lightbox-next").addEventListener("click", () => show(at + 1));
  byId("lightbox-close").addEventListener("click", () => dialog.close());
  byId("lightbox-stage").addEventListener("click", ({ target }) => { if (target !== picture) dialog.close(); });

  swipes(dialog, (way) => { if (all.length > 1) show(at + way); });
}
