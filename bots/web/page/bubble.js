// One entry of the log as nodes: what a person sent, what Fabula answered, or a failure.
import { rowsButton } from "./batch_table.js";
import { copyButton } from "./copy.js";
import { ICON, button, element, icon } from "./dom.js";
import { ANIMALS, animalOf } from "./identity.js";
import { showMarkup } from "./markup.js";
import { isStory, printButton } from "./paper.js";
import { captionNode, fileLink, fold, isPicture, plate, ratingNote } from "./pictures.js";
import { readButton } from "./reader.js";
import { knows, say, sentence, unseen } from "./texts.js";

const VERB_ICONS = {
  vary: "dice", edit: "text", paint: "brush", "step-back": "undo", compare: "compare", redraw: "again", prompt: "text", original: "file", delete: "trash", draw: "picture", export: "download",
  "book-pdf": "download", "book-print": "print", "book-epub": "download", "book-zip": "download", book: "book",
  "page-again": "again", "page-picture": "brush", "page-text": "text", "page-remove": "trash", continue: "next", example: "spark", "change-text": "text",
};
const OWN_VERBS = /^(pick|rate-up|rate-down)$/; // of several pictures each has these below or upon it
const LONG_WORDS = 420; // characters of one's own message; more is folded
const OPTIONS = /\s(?:--|—|–|－－)(?=\p{L})/u;

/**
 * The entry of an event. `side`: "mine", "theirs" or "bot"; `mine`: whether it was said to who looks; `quote`: a node that shows what it replies to, or null;
 * `ghosts`: previews that turn into its pictures; `ratings`: what is known of pieces' ratings, by id.
 */
export function bubble(event, { side, mine = true, quote = null, ghosts = [], ratings = new Map() }) {
  const card = element("div", { class: "card" }, author(event, side), quote, ...content(event, side, mine, ghosts));
  const node = element("article", {
    class: `entry ${side}`, tabindex: "-1",
    data: { testid: "bubble", message: event.message ?? "", kind: event.kind, inReplyTo: event.in_reply_to ?? "" },
  }, avatar(event, side), card);
  if (event.kind === "failure") { card.dataset.testid = "failure"; card.dataset.code = event.code ?? ""; }
  if (event.message && !event.forgotten) card.append(tools(event, side));
  showRatings(node, ratings);
  return node;
}

/** Show the ratings of an entry's pieces: the pressed thumb (if it stands for several, all agree), how many rated. */
export function showRatings(node, ratings) {
  for (const thumb of node.querySelectorAll("[data-rates]")) {
    const sign = thumb.classList.contains("verb-rate-up") ? 1 : -1;
    const all = thumb.dataset.rates.split(" ").map((piece) => ratings.get(piece)?.mine ?? 0);
    thumb.setAttribute("aria-pressed", String(all.every((mine) => mine * sign > 0)));
  }
  for (const note of node.querySelectorAll(".rating-note")) {
    note.replaceChildren(...[ratingNote(ratings.get(note.dataset.piece))].filter(Boolean));
  }
}

/** The name a person goes by in a shared room; their id is nobody's business. */
function nameNode({ user = "", name = "" }) {
  const animal = animalOf(user);
  if (animal) return sentence(`page-animal-${animal}`);
  return name ? element("span", {}, name) : sentence("page-nameless");
}

function content(event, side, mine, ghosts) {
  const pieces = event.pieces ?? [];
  const pictures = pieces.filter(isPicture);
  const files = pieces.filter(({ kind }) => kind === "file");
  const said = besidesCaption(event.text ?? "", pictures);
  const words = said ? [wordsNode({ ...event, text: said }, side)] : [];
  const common = commonCaption(pictures); // said once, not below each of them
  const plates = pictures.map((piece, index) => plate(piece, ghosts[index], !common));
  const { shared, own } = sortActions(event.actions ?? [], pictures);
  plates.forEach((figure, index) => {
    const [picks, thumbs] = parted(own.get(String(pictures[index].id)) ?? [], ({ id }) => id.startsWith("pick:"));
    if (picks.length) figure.append(actionRow(picks, [pictures[index]], "over"));
    if (thumbs.length) figure.append(actionRow(thumbs, [pictures[index]]));
  });
  const shelfClass = `plates count-${Math.min(plates.length, 4)}`;
  const shelf = plates.length ? [element("div", { class: shelfClass }, ...plates)] : [];
  if (event.plate) shelf.push(besideNode(event.plate));
  if (event.thumbnails?.length) shelf.push(thumbnailsNode(event.thumbnails, pictures.length > 0));
  if (common) shelf.push(captionNode(common, "p"));
  return [
    ...(side === "bot" && pictures.length < 2 ? [...words, ...shelf] : [...shelf, ...words]),
    ...(files.length ? [element("div", { class: "files" }, ...files.map(fileLink))] : []),
    ...(shared.length ? [actionRow(shared, pieces, "", readButton(shared) ?? (mine ? rowsButton(shared) : null))] : []),
  ];
}

/** The caption that all of several pictures have, or nothing. */
function commonCaption(pictures) {
  const captions = new Set(pictures.map(({ caption, kind }) => (kind === "photo" ? "" : caption)));
  return pictures.length > 1 && captions.size === 1 ? [...captions][0] : "";
}

/** What a message says beyond the caption of its only picture, which stands below that. */
function besidesCaption(words, pictures) {
  const caption = pictures.length === 1 ? pictures[0].caption : "";
  return caption && words.startsWith(caption) ? words.slice(caption.length).trim() : words;
}

function wordsNode(event, side) {
  const words = (name) => showMarkup(element("div", name ? { class: name } : {}), event.text);
  if (event.kind === "failure") return element("div", { class: "words" }, icon("alert"), words());
  if (side === "bot") return words("words");
  const command = /^\/[A-Za-z]+/.exec(event.text)?.[0] ?? "";
  const [idea, ...options] = command ? event.text.slice(command.length).split(OPTIONS) : [event.text];
  const said = element("div", { class: "words said" }, element("div", { class: "foldable" },
    command ? element("span", { class: "said-command" }, command) : null, idea,
    ...options.flatMap((option) => [" ", element("span", { class: "said-option" }, `--${option}`)])));
  if (event.text.length > LONG_WORDS) fold(said);
  return said;
}

/** Of several pictures, each has the buttons that speak of it alone below it; all others share a row. */
function sortActions(actions, pictures) {
  const own = new Map(pictures.map((piece) => [String(piece.id), []]));
  const shared = [];
  for (const action of actions) {
    const [verb, piece] = splitAction(action.id);
    (OWN_VERBS.test(verb) && pictures.length > 1 ? own.get(piece) ?? shared : shared).push(action);
  }
  return { shared, own: new Map([...own].filter(([, row]) => row.length)) };
}

const parted = (all, isFirst) => [all.filter(isFirst), all.filter((one) => !isFirst(one))];

function splitAction(id) {
  const colon = id.indexOf(":");
  return colon < 0 ? [id, ""] : [id.slice(0, colon), id.slice(colon + 1)];
}

function actionRow(actions, pieces, more = "", first = null) {
  const row = say(element("div", { class: `actions ${more}`.trim(), role: "group", "aria-live": "off" }), "page-actions", {}, "label");
  if (first) row.append(first);
  for (const action of actions) row.append(actionNode(action, pieces));
  for (const piece of pieces) {
    if (!actions.some(({ id }) => id === `rate-up:${piece.id}`)) continue;
    row.append(element("span", { class: "rating-note", data: { piece: piece.id } }));
  }
  return row;
}

/** The picture that stands beside the words: small, and whole in the lightbox. */
function besideNode(piece) {
  const figure = plate({ ...piece, url: `${piece.url}?small=1` });
  figure.querySelector("img").dataset.full = piece.url;
  return element("div", { class: "plates plate-beside" }, figure);
}

/** The pictures of a list, small; a tap shows one again, as its number does. Of what others were made from (`sources`) it opens one large. */
function thumbnailsNode(thumbnails, sources) {
  const row = element("div", { class: "thumbnails", data: { testid: "thumbnails" } });
  for (const { id, number, url, caption, spoiler } of thumbnails) {
    const image = element("img", { src: url, alt: spoiler || sources ? "" : caption, loading: "lazy", decoding: "async" });
    const data = sources ? { testid: "source", ...(spoiler ? {} : { lightbox: "" }) } : { testid: "action", action: `pick:${id}` };
    const tile = button({ class: `thumbnail ${spoiler ? "spoiler" : ""}`.trim(), disabled: sources && spoiler, data },
      image, element("span", { class: "thumbnail-number" }, String(number)));
    image.addEventListener("error", () => tile.remove());
    row.append(say(tile, sources ? "page-source" : "page-pick", { number }, "label"));
  }
  return row;
}

function actionNode(action, pieces) {
  if (action.url) return linkNode(action);
  const [verb] = splitAction(action.id);
  const data = { testid: "action", action: action.id };
  const face = [VERB_ICONS[verb] ? icon(VERB_ICONS[verb]) : null, labelNode(verb, action.label)];
  const chip = button({ class: `chip verb-${verb}`, data }, ...face);
  if (verb === "pick") say(chip, "page-pick", { number: action.label }, "label");
  if (verb === "rate-up" || verb === "rate-down") {
    chip.dataset.rates = pieces.map(({ id }) => id).join(" ");
    say(chip, `page-${verb}`, {}, "label");
  }
  return chip;
}

/** What a button says: what always says the same, in the reader's language; else as it came. */
const labelNode = (verb, label) => (knows(`button-${verb}`) ? sentence(`button-${verb}`) : element("span", {}, label));

/** A button that leads to a page; of what it could do from there, and of what it could learn of here, nothing is let. */
function linkNode({ url, label }) {
  if (/^\/(?!\/)/.test(url)) return element("a", { class: "chip", href: url, data: { testid: "link" } }, label);
  if (!/^https?:\/\//.test(url)) return element("span", { class: "chip" }, label);
  const given = { class: "chip", href: url, target: "_blank", rel: "noopener noreferrer", data: { testid: "link" } };
  return element("a", given, icon("out"), element("span", {}, label));
}

/** Reacting where there is something to rate; replying where there is something to go on with, shown or spoken of. */
function tools(event, side) {
  const { pieces = [], actions = [], text: words = "" } = event;
  const rated = side === "bot" && pieces.some(({ kind }) => kind === "text" || kind === "picture");
  const replied = pieces.some(({ kind }) => kind !== "file") || actions.some(({ id }) => /^(edit|pick):/.test(id));
  const react = rated ? toolButton("react", "smile", "page-react") : null;
  const reply = replied ? toolButton("reply-button", "reply", "page-reply") : null;
  return element("div", { class: "tools", "aria-live": "off" },
    rated ? element("span", { class: "own-reactions" }) : null, react, reply,
    side === "bot" && words ? copyButton() : null, isStory(event) ? printButton() : null);
}

function toolButton(hook, picture, key) {
  return say(button({ class: "tool", data: { testid: hook } }, icon(picture)), key, {}, "label");
}

function author(event, side) {
  if (side === "mine") return unseen("page-you-say");
  if (side === "bot") return unseen("page-fabula-says");
  return element("p", { class: "author" }, nameNode(event));
}

function avatar(event, side) {
  if (side === "mine") return null;
  if (side === "bot") return element("img", { class: "avatar", src: ICON, alt: "", width: 32, height: 32 });
  const animal = animalOf(event.user ?? "");
  const face = animal ? ANIMALS[animal] : [...(event.name || "?")][0].toUpperCase();
  return element("span", { class: "avatar", "aria-hidden": "true" }, face);
}
