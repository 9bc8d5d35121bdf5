// The page on paper: each story as a story, its pictures beside the words they belong to; then the pictures that belong to none.
import { button, byId, element, icon } from "./dom.js";
import { captionNode, isPicture } from "./pictures.js";
import { showMarkup } from "./markup.js";
import { say } from "./texts.js";

/** The button that prints the story of the entry it stands in. */
export const printButton = () => say(button({ class: "tool", data: { testid: "print" } }, icon("print")), "page-print", {}, "label");

/** Lay out what is printed whenever something is; `told()` gives the events of the log in order. */
export function paper({ told }) {
  const sheet = byId("paper");
  let only = null; // the message of the story that alone is printed

  const fill = () => {
    const events = told();
    const stories = events.filter((event) => isStory(event) && (!only || event.message === only));
    const pictures = events.flatMap(({ pieces = [], kind }) => (kind === "reply" ? pieces.filter(isPicture) : []));
    const ids = new Set(stories.map(storyOf));
    const others = only ? [] : unique(pictures.filter(({ parent, kind }) => kind === "picture" && !ids.has(parent)));
    sheet.replaceChildren(
      ...stories.map((event) => leaf(event, unique(pictures.filter(({ parent }) => parent && parent === storyOf(event))))),
      ...others.map((piece) => figure(piece)),
    );
    document.body.classList.toggle("on-paper", sheet.childElementCount > 0);
  };
  const clear = () => {
    only = null;
    sheet.replaceChildren();
    document.body.classList.remove("on-paper");
  };
  addEventListener("beforeprint", fill);
  addEventListener("afterprint", clear);
  document.addEventListener("click", async ({ target }) => {
    const pressed = target.closest("[data-testid=print]");
    if (!pressed) return;
    only = pressed.closest("[data-message]").dataset.message;
    fill();
    await Promise.allSettled([...sheet.querySelectorAll("img")].map((image) => image.decode()));
    print();
  });
}

/** A told story begins with its title; everything else that is said is conversation. */
export const isStory = ({ pieces = [], text = "" }) => pieces.length === 1 && pieces[0].kind === "text" && /^#{1,3}\s/.test(text);

const storyOf = ({ pieces }) => pieces[0].id;

/** Each once, where it was shown first: a number that is tapped shows a picture again. */
const unique = (pieces) => [...new Map(pieces.map((piece) => [piece.id, piece])).values()];

/** A story: its title, and its paragraphs in as many parts as it has pictures, each picture beside its part. */
function leaf({ text }, pictures) {
  const words = showMarkup(element("div"), text);
  const [title, ...blocks] = words.childNodes;
  const count = Math.max(pictures.length, 1);
  const spreads = Array.from({ length: count }, (_, number) => element("section", { class: "spread" },
    pictures[number] ? figure(pictures[number]) : null,
    ...blocks.slice(Math.floor(number * blocks.length / count), Math.floor((number + 1) * blocks.length / count))));
  return element("article", { class: "leaf", lang: words.lang }, title, ...spreads);
}

function figure({ url, caption, width, height, spoiler, id }) {
  if (spoiler && !document.querySelector(`.plate[data-piece="${CSS.escape(id)}"] .seen`)) return element("figure", { class: "hidden" });
  return element("figure", {}, element("img", { src: url, alt: "", width, height }), caption ? captionNode(caption) : null);
}
