// One entry of the log as nodes: what a person sent, what Fabula answered, or a failure.
import { button, element, icon } from "./dom.js";
import { ANIMALS, animalOf } from "./identity.js";
import { showMarkup } from "./markup.js";
import { fileLink, isPicture, plate, ratingNote } from "./pictures.js";
import { say, sentence, unseen } from "./texts.js";

const VERB_ICONS = {
  vary: "dice", edit: "brush", redraw: "again", prompt: "text", original: "file", delete: "trash", draw: "picture",
  continue: "next", example: "spark", retry: "again",
};

/**
 * The entry of an event. `side`: "mine", "theirs" or "bot"; `quote`: a node that shows what it replies to, or null;
 * `ghosts`: previews that turn into its pictures.
 */
export function bubble(event, { side, quote = null, ghosts = [] }) {
  const card = element("div", { class: "card" }, author(event, side), quote, ...content(event, side, ghosts));
  const node = element("article", {
    class: `entry ${side}`, tabindex: "-1",
    data: { testid: "bubble", message: event.message ?? "", kind: event.kind, inReplyTo: event.in_reply_to ?? "" },
  }, avatar(event, side), card);
  if (event.kind === "failure") { card.dataset.testid = "failure"; card.dataset.code = event.code ?? ""; }
  if (!event.removed && event.message) card.append(tools(event, side));
  return node;
}

/** Show new ratings of a message's pieces: the pressed thumb, and how many people have rated. */
export function showRatings(node, pieces) {
  for (const { id, rating } of pieces) {
    const name = CSS.escape(id);
    for (const thumb of node.querySelectorAll(`[data-action="rate-up:${name}"]`)) press(thumb, rating?.mine > 0);
    for (const thumb of node.querySelectorAll(`[data-action="rate-down:${name}"]`)) press(thumb, rating?.mine < 0);
    for (const note of node.querySelectorAll(`.rating-note[data-piece="${name}"]`)) {
      note.replaceChildren(...[ratingNote(rating)].filter(Boolean));
    }
  }
}

/** The name a person goes by in a shared room. */
export function nameNode(user) {
  const animal = animalOf(user);
  return animal ? sentence(`page-animal-${animal}`) : element("span", {}, user);
}

function content(event, side, ghosts) {
  if (event.removed) return [say(element("p", { class: "removed" }), "page-removed")];
  const pieces = event.pieces ?? [];
  const pictures = pieces.filter(isPicture);
  const files = pieces.filter((piece) => piece.url && !isPicture(piece) && piece.kind !== "text");
  const words = event.text ? [wordsNode(event, side)] : [];
  const plates = pictures.map((piece, index) => plate(piece, ghosts[index]));
  const { shared, own } = sortActions(event.actions ?? [], pictures);
  plates.forEach((figure, index) => {
    const row = own.get(String(pictures[index].id));
    if (row) figure.append(actionRow(row, [pictures[index]]));
  });
  const shelfClass = `plates count-${Math.min(plates.length, 4)}`;
  const shelf = plates.length ? [element("div", { class: shelfClass }, ...plates)] : [];
  const job = event.kind === "failure" && event.job;
  return [
    ...(side === "bot" ? [...words, ...shelf] : [...shelf, ...words]),
    ...files.map(fileLink),
    ...(job ? [say(element("p", { class: "job" }), "page-job", { job })] : []),
    ...(shared.length ? [actionRow(shared, pieces)] : []),
  ];
}

function wordsNode(event, side) {
  const words = (name) => showMarkup(element("div", name ? { class: name } : {}), event.text);
  if (event.kind === "failure") return element("div", { class: "words" }, icon("alert"), words());
  if (side === "bot") return words("words");
  const command = /^\/[A-Za-z]+/.exec(event.text)?.[0] ?? "";
  return element("div", { class: "words said" },
    command ? element("span", { class: "said-command" }, command) : null, event.text.slice(command.length));
}

/** Where each of several pictures has buttons of its own, they stand below it; all others share a row. */
function sortActions(actions, pictures) {
  const own = new Map(pictures.map((piece) => [String(piece.id), []]));
  const shared = [];
  for (const action of actions) {
    const [verb, piece] = splitAction(action.id);
    (verb === "pick" ? shared : own.get(piece) ?? shared).push(action);
  }
  const apart = pictures.length > 1 && [...own.values()].every((row) => row.length);
  return apart ? { shared, own } : { shared: actions, own: new Map() };
}

function splitAction(id) {
  const colon = id.indexOf(":");
  return colon < 0 ? [id, ""] : [id.slice(0, colon), id.slice(colon + 1)];
}

function actionRow(actions, pieces) {
  const row = say(element("div", { class: "actions", role: "group", "aria-live": "off" }), "page-actions", {}, "label");
  for (const action of actions) row.append(actionNode(action, pieces));
  for (const piece of pieces) {
    if (!actions.some(({ id }) => id === `rate-up:${piece.id}`)) continue;
    row.append(element("span", { class: "rating-note", data: { piece: piece.id } }, ratingNote(piece.rating)));
  }
  return row;
}

function actionNode(action, pieces) {
  const [verb, pieceId] = splitAction(action.id);
  const data = { testid: "action", action: action.id };
  const face = [VERB_ICONS[verb] ? icon(VERB_ICONS[verb]) : null, element("span", {}, action.label)];
  if (action.url) {
    return element("a", { class: "chip", href: action.url, target: "_blank", rel: "noopener", data }, ...face);
  }
  const chip = button({ class: `chip verb-${verb}`, data }, ...face);
  if (verb === "rate-up" || verb === "rate-down") {
    const mine = pieces.find((piece) => String(piece.id) === pieceId)?.rating?.mine ?? 0;
    press(chip, verb === "rate-up" ? mine > 0 : mine < 0);
    say(chip, `page-${verb}`, {}, "label");
  }
  return chip;
}

function press(thumb, pressed) {
  thumb.setAttribute("aria-pressed", String(Boolean(pressed)));
}

function tools(event, side) {
  const rated = side === "bot" && (event.pieces ?? []).length > 0;
  const react = rated ? toolButton("react", "smile", "page-react") : null;
  const reply = toolButton("reply-button", "reply", "page-reply");
  return element("div", { class: "tools", "aria-live": "off" },
    rated ? element("span", { class: "own-reactions" }) : null, react, reply);
}

function toolButton(hook, picture, key) {
  return say(button({ class: "tool", data: { testid: hook } }, icon(picture)), key, {}, "label");
}

function author(event, side) {
  if (side === "mine") return unseen("page-you-say");
  if (side === "bot") return unseen("page-fabula-says");
  return element("p", { class: "author" }, nameNode(event.user ?? ""));
}

function avatar(event, side) {
  if (side === "mine") return null;
  if (side === "bot") return element("img", { class: "avatar", src: "/page/icon.svg", alt: "", width: 32, height: 32 });
  const animal = animalOf(event.user ?? "");
  const face = animal ? ANIMALS[animal] : [...(event.user || "?")][0].toUpperCase();
  return element("span", { class: "avatar", "aria-hidden": "true" }, face);
}
