// A book to read: one page fills the screen. Keys, swipes and taps turn it, and the browser's own voice reads aloud.
import { button, byId, icon } from "./dom.js";
import { swipes } from "./swipe.js";
import { say, sentence } from "./texts.js";

const VOICES = { zh: "zh-CN", en: "en-US" };

/** The button that opens the book of an entry's actions, or nothing where there is none. */
export function readButton(actions) {
  const found = actions.find(({ id }) => id.startsWith("book-pdf:"));
  if (!found) return null;
  const data = { testid: "read", book: found.id.slice("book-pdf:".length) };
  return button({ class: "chip verb-read", data }, icon("book"), sentence("page-read"));
}

/** Open books on a click. `fetchBook(piece)` gives one as it is now, `warn(trouble)` is called where it cannot be had. */
export function reader({ fetchBook, warn }) {
  const dialog = byId("reader");
  const picture = byId("reader-picture");
  const words = byId("reader-words");
  let book = { pages: [] };
  let at = 0;
  let aloud = false;

  const speech = window.speechSynthesis;
  byId("reader-aloud").hidden = !speech;

  const show = (index) => {
    at = Math.max(0, Math.min(index, book.pages.length - 1));
    const { text, alt, url } = book.pages[at];
    picture.hidden = !url;
    if (url) Object.assign(picture, { src: url, alt });
    words.replaceChildren(...text.split("\n").filter((line) => line.trim()).map((line) => {
      const node = document.createElement(at ? "p" : "h2");
      node.textContent = line;
      return node;
    }));
    dialog.classList.toggle("at-cover", at === 0);
    byId("reader-count").textContent = `${at} / ${book.pages.length - 1}`;
    byId("reader-previous").disabled = at === 0;
    byId("reader-next").disabled = at === book.pages.length - 1;
    byId("reader-leaf").scrollTop = 0;
    if (aloud) speak();
  };

  /** Read this page, then turn to the next, until the book or the patience ends. */
  function speak() {
    speech.cancel();
    const told = new SpeechSynthesisUtterance(book.pages[at].text);
    told.lang = VOICES[book.language] ?? book.language;
    told.rate = 0.9;
    told.addEventListener("end", () => {
      if (!aloud || !dialog.open) return;
      if (at < book.pages.length - 1) show(at + 1);
      else listen(false);
    });
    speech.speak(told);
  }

  function listen(wanted) {
    aloud = wanted && Boolean(speech);
    const toggle = byId("reader-aloud");
    toggle.setAttribute("aria-pressed", String(aloud));
    say(toggle, aloud ? "page-read-quiet" : "page-read-aloud", {}, "label");
    if (aloud) speak();
    else speech?.cancel();
  }

  document.addEventListener("click", async ({ target }) => {
    const opener = target.closest("[data-testid=read]");
    if (!opener) return;
    try { book = await fetchBook(opener.dataset.book); } catch (trouble) { warn(trouble); return; }
    dialog.lang = book.language === "zh" ? "zh-Hans" : book.language;
    dialog.setAttribute("aria-label", book.pages[0].text);
    listen(false);
    show(0);
    dialog.showModal();
    byId("reader-next").focus();
    dialog.addEventListener("close", () => {
      listen(false);
      picture.removeAttribute("src");
      opener.focus({ preventScroll: true });
    }, { once: true });
  });

  const turns = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1, " ": 1 };
  dialog.addEventListener("keydown", (event) => {
    const way = turns[event.key];
    if (!way || (event.key === " " && event.target.closest("button"))) return;
    event.preventDefault();
    show(at + way);
  });
  byId("reader-previous").addEventListener("click", () => show(at - 1));
  byId("reader-next").addEventListener("click", () => show(at + 1));
  byId("reader-close").addEventListener("click", () => dialog.close());
  byId("reader-aloud").addEventListener("click", () => listen(!aloud));

  swipes(dialog, (way) => show(at + way));
}
