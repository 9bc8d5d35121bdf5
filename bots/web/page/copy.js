// The words of a story or an answer, put where they can be pasted from.
import { button, element, icon } from "./dom.js";
import { paragraphs } from "./markup.js";
import { say } from "./texts.js";

const THANKS = 1600; // milliseconds for which the button says that it is done

/** The button that copies the words of the entry it stands in. */
export const copyButton = () => say(button({ class: "tool", data: { testid: "copy" } }, icon("copy")), "page-copy", {}, "label");

/** Copy for every such button; `wordsOf(message)` gives what was said, `warn` is called where the browser does not let us. */
export function copying({ wordsOf, warn }) {
  document.addEventListener("click", async ({ target }) => {
    const pressed = target.closest("[data-testid=copy]");
    if (!pressed) return;
    const words = paragraphs(wordsOf(pressed.closest("[data-message]").dataset.message));
    try { await put(words); } catch { warn(); return; }
    say(pressed, "page-copied", {}, "label").replaceChildren(icon("done"));
    setTimeout(() => say(pressed, "page-copy", {}, "label").replaceChildren(icon("copy")), THANKS);
  });
}

/** Browsers let pages write there over https and on this machine; elsewhere the older way has to do. */
async function put(words) {
  if (navigator.clipboard) { await navigator.clipboard.writeText(words); return; }
  const field = element("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  field.value = words;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not allowed");
}
