// The log: every durable event of the room in order, plus what this browser has sent and the server not yet told back.
import { bubble, showRatings } from "./bubble.js";
import { button, byId, calm, element, icon } from "./dom.js";
import { Workshop } from "./live.js";
import { plain } from "./markup.js";
import { isPicture, takeAway } from "./pictures.js";
import { showOwnReaction } from "./reactions.js";
import { say, text } from "./texts.js";

const QUIET = 300; // milliseconds without an event after which the replay of the past counts as over
const EXCERPT = 90; // characters of a quotation
const LASTING = new Set(["message", "reply", "failure"]);

/** The log of one room. */
export class ChatLog {
  #list = byId("log");
  #shown = new Map(); // message id → { event, node }
  #pending = [];      // { clientId, text, node, message }: sent, but not yet told back
  #live = new Workshop((request) => this.#quoteUnlessLast(request), (request) => this.#subject(request));
  #ratings = new Map(); // piece id → { score, count, mine }
  #expected = null;     // the message whose button was pressed and whose answer is to be seen
  #farewell = null;     // what is said after everything was forgotten
  #replaying = true;
  #quiet = 0;
  #language = null;

  /**
   * `me()` and `chat` say who and where; `onNew(mine)` is told of each new entry; `onLanguage(language)` when a
   * reply says that another language is spoken from now on; `onForgotten(mine)` when somebody's things were deleted:
   * the log is empty then and waits to be told again what is left; `onAsked(message, address)` when a message asks for
   * words about the picture at that address; `onLoaded()` once the past of the room has been told.
   */
  constructor({ me, chat, onNew, onLanguage, onForgotten, onAsked, onLoaded }) {
    Object.assign(this, { me, chat, onNew, onLanguage, onForgotten, onAsked, onLoaded });
  }

  /** The connection stands; if there is nothing to replay, the log counts as loaded soon. */
  opened() {
    if (this.#replaying) this.#waitForQuiet();
  }

  /** Take in one event of the stream. */
  receive(event) {
    if (this.#replaying) this.#waitForQuiet();
    if (event.forgotten) this.#forget(event);
    else if (event.removed) this.#remove(event);
    else if (LASTING.has(event.kind)) this.#place(event);
    else if (event.kind === "rating") this.#rate(event);
    else if (event.kind === "end") this.#live.end(event);
    else if (this.#live.show(event)) this.#lookAtExpected(event);
    if (event.kind === "end" && event.in_reply_to === this.#expected) this.#expected = null;
    if (!event.language || event.user !== this.me()) return;
    if (this.#replaying) this.#language = event.language;
    else this.onLanguage(event.language);
  }

  /** Show at once what the person has just sent; the server's own event takes its place later. */
  promise(clientId, words, files, replyTo) {
    const pieces = files.map((file, index) => ({
      id: `${clientId}-${index}`,
      ...(file.type.startsWith("image/") ? { kind: "photo", mime: file.type, url: URL.createObjectURL(file) }
        : { kind: "file", caption: file.name, size: file.size }),
    }));
    const quote = replyTo ? this.#quote(replyTo) : null;
    const node = bubble({ kind: "message", text: words, pieces }, { side: "mine", quote });
    node.classList.add("sending");
    this.#pending.push({ clientId, text: words, node, message: null });
    this.#add(node);
    this.onNew(true);
  }

  /** The server has the message, under this id. */
  promised(clientId, message) {
    const waiting = this.#pending.find((one) => one.clientId === clientId);
    if (!waiting) return;
    waiting.message = message;
    waiting.node.classList.remove("sending");
    waiting.node.querySelector(".unsent")?.remove();
    if (this.#shown.has(message)) this.#withdraw(waiting);
  }

  /** It is not sent: `why` is a node that says so, `choices` are `[key, act]` of what can be done about it. */
  unsent(clientId, why, choices) {
    const waiting = this.#pending.find((one) => one.clientId === clientId);
    if (!waiting) return;
    const chips = choices.map(([key, act]) => {
      const chip = say(button({ class: "chip", data: { testid: key.replace("page-", "") } }), key);
      chip.addEventListener("click", act);
      return chip;
    });
    waiting.node.querySelector(".unsent")?.remove();
    waiting.node.querySelector(".card").append(element("div", { class: "unsent", data: { testid: "unsent" } }, why, ...chips));
  }

  /** It will not be sent: its entry goes. */
  withdrawn(clientId) {
    const waiting = this.#pending.find((one) => one.clientId === clientId);
    if (waiting) this.#withdraw(waiting);
  }

  /** The words that this person has sent here, newest first, each once. */
  sent() {
    const own = [...this.#shown.values()].filter(({ node }) => node.classList.contains("mine")).map(({ event }) => event.text);
    return [...new Set([...own, ...this.#pending.map((one) => one.text)].filter(Boolean).reverse())];
  }

  /** A button of this message was pressed: the answer, wherever the person is reading now, is to be seen. */
  expect(message) { this.#expected = message; }

  /** Nothing can be told of this room, for this reason. */
  closed(sentence) {
    this.#add(bubble({ kind: "failure", text: sentence }, { side: "bot" }));
    this.#loaded();
  }

  /** The words by which a message is known in a quotation. */
  excerpt(message) {
    const event = this.#shown.get(String(message))?.event;
    return event ? excerptOf(event) || text("page-picture") : "";
  }

  /** What was said in a message, in its markup. */
  wordsOf(message) { return this.#shown.get(String(message))?.event.text ?? ""; }

  /** The events that are shown, in order. */
  told() { return [...this.#shown.values()].map(({ event }) => event); }

  /** What a request of somebody's is about, without its command and options. */
  #subject(request) {
    const words = this.#shown.get(String(request))?.event.text ?? "";
    return words.replace(/^\/\S+\s*/, "").split(/\s(?:--|—|–|－－)/)[0].trim().slice(0, EXCERPT);
  }

  /** Bring a message into view and let it glow for a moment. */
  visit(message) {
    const node = this.#shown.get(String(message))?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    node.focus({ preventScroll: true });
    node.classList.remove("glow");
    requestAnimationFrame(() => node.classList.add("glow"));
  }

  #place(event) {
    const id = String(event.message ?? "");
    const side = event.kind !== "message" ? "bot" : event.user === this.me() ? "mine" : "theirs";
    const known = this.#shown.get(id);
    const ghosts = side === "bot" && event.in_reply_to ? this.#live.settle(event) : [];
    this.#learn(event);
    const node = bubble(event, { side, mine: event.user === this.me(), quote: this.#quoteFor(event, side, known), ghosts, ratings: this.#ratings });
    if (event.user) node.dataset.user = event.user;
    const old = known?.node ?? (side === "mine" ? this.#takePending(event, id)?.node : null);
    if (old) this.#swap(old, node);
    else this.#add(node);
    this.#shown.set(id, { event, node });
    showOwnReaction(node, this.chat, id);
    if (old || this.#replaying) return;
    node.classList.add("fresh");
    if (event.asks && event.user === this.me()) this.onAsked(id, event.asks.url);
    if (!this.#lookAtExpected(event)) this.onNew(side === "mine");
  }

  #lookAtExpected({ in_reply_to: request }) {
    const expected = request !== null && request === this.#expected;
    if (expected) { this.#expected = null; this.onNew(true); }
    return expected;
  }

  #rate(event) {
    this.#learn(event);
    for (const { node } of this.#shown.values()) showRatings(node, this.#ratings);
  }

  /** Keep the ratings an event tells of; what it calls `mine` was given by the event's own person. */
  #learn({ kind, user, pieces = [] }) {
    const own = kind === "rating" && user === this.me();
    for (const { id, rating } of pieces) {
      if (rating) this.#ratings.set(id, { ...rating, mine: own ? rating.mine : this.#ratings.get(id)?.mine ?? 0 });
    }
  }

  /** Take a message out of the log and out of quotations; the deleted piece also goes from what shows others beside it. */
  #remove({ message, in_reply_to: question }) {
    const known = this.#shown.get(String(message));
    if (!known) return;
    this.#shown.delete(String(message));
    const next = known.node.nextElementSibling;
    known.node.remove();
    if (next) regroup(next);
    for (const quote of this.#list.querySelectorAll(`[data-quote="${CSS.escape(message)}"]`)) quote.remove();
    for (const { id } of this.#shown.get(String(question))?.event.actions ?? []) {
      const [verb, piece] = id.split(":");
      if (verb !== "delete-yes") continue;
      for (const figure of this.#list.querySelectorAll(`.plate[data-piece="${CSS.escape(piece)}"]`)) takeAway(figure);
    }
    this.#welcomeIfEmpty();
  }

  #forget(event) {
    for (const one of this.#pending) one.node.remove();
    this.#pending = [];
    this.#shown.clear();
    this.#ratings.clear();
    this.#list.replaceChildren();
    this.#live.clear();
    this.#language = null;
    this.#farewell = event;
    this.#replaying = true;
    this.#list.setAttribute("aria-busy", "true");
    this.onForgotten(event.user === this.me());
  }

  #takePending(event, id) {
    const index = this.#pending.findIndex((one) => (one.message ? one.message === id : one.text === event.text));
    return index < 0 ? null : this.#pending.splice(index, 1)[0];
  }

  #withdraw(waiting) {
    waiting.node.remove();
    this.#pending.splice(this.#pending.indexOf(waiting), 1);
    this.#welcomeIfEmpty();
  }

  #add(node) {
    this.#list.append(node);
    regroup(node);
    this.#welcomeIfEmpty();
  }

  #swap(old, node) {
    const held = old.contains(document.activeElement) ? document.activeElement.dataset.action ?? "" : null;
    old.replaceWith(node);
    regroup(node);
    if (held === null) return;
    (node.querySelector(`[data-action="${CSS.escape(held)}"]`) ?? node).focus({ preventScroll: true });
  }

  #quoteFor(event, side, known) {
    if (known) return known.node.querySelector(".quote");
    if (side === "bot") return this.#quoteUnlessLast(event.in_reply_to);
    return event.in_reply_to ? this.#quote(event.in_reply_to) : null;
  }

  /** Nobody needs to be told what an answer answers when it stands right below. */
  #quoteUnlessLast(request) {
    const last = this.#list.lastElementChild?.dataset;
    if (!request || !last || [last.message, last.inReplyTo].includes(String(request))) return null;
    return this.#quote(request);
  }

  #quote(message) {
    const target = this.#shown.get(String(message));
    if (!target) return null;
    const picture = (target.event.pieces ?? []).find(isPicture);
    const words = excerptOf(target.event);
    const label = element("span", { class: "quote-text" }, words);
    if (!words) say(label, "page-picture");
    return button({ class: "quote", data: { quote: message } },
      picture ? element("img", { src: picture.url, alt: "", class: "quote-picture" }) : icon("reply"), label);
  }

  #waitForQuiet() {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#loaded();
      if (this.#farewell?.user === this.me()) this.#place({ ...this.#farewell, in_reply_to: null });
      this.#farewell = null;
      if (this.#language) this.onLanguage(this.#language);
    }, QUIET);
  }

  #loaded() {
    this.#replaying = false;
    this.#list.setAttribute("aria-busy", "false");
    document.body.classList.add("ready");
    this.#welcomeIfEmpty();
    this.onLoaded();
  }

  #welcomeIfEmpty() {
    byId("welcome").hidden = this.#list.childElementCount > 0;
  }
}

function excerptOf(event) {
  return plain(event.text || event.pieces?.find(isPicture)?.caption || "").slice(0, EXCERPT);
}

/** Entries of one author that stand together look so. */
function regroup(node) {
  for (const entry of [node, node.nextElementSibling]) {
    if (!entry) continue;
    const before = entry.previousElementSibling;
    entry.classList.toggle("follows", Boolean(before) && authorOf(before) === authorOf(entry));
  }
}

function authorOf({ classList, dataset }) {
  if (classList.contains("theirs")) return `user ${dataset.user}`;
  return classList.contains("mine") ? "me" : "bot";
}
