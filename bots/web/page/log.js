// The log: every durable event of the room in order, plus what this browser has sent and the server not yet told back.
import { bubble, showRatings } from "./bubble.js";
import { button, byId, calm, element, icon } from "./dom.js";
import { Workshop } from "./live.js";
import { plain } from "./markup.js";
import { isPicture } from "./pictures.js";
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
  #live = new Workshop((request) => this.#quoteUnlessLast(request));
  #replaying = true;
  #quiet = 0;
  #language = null;

  /**
   * `me()` and `chat` say who and where; `onNew(mine)` is told of each new entry; `onLanguage(language)` when a
   * reply says that another language is spoken from now on.
   */
  constructor({ me, chat, onNew, onLanguage }) {
    Object.assign(this, { me, chat, onNew, onLanguage });
  }

  /** The connection stands; if there is nothing to replay, the log counts as loaded soon. */
  opened() {
    if (this.#replaying) this.#waitForQuiet();
  }

  /** Take in one event of the stream. */
  receive(event) {
    if (this.#replaying) this.#waitForQuiet();
    if (LASTING.has(event.kind)) this.#place(event);
    else if (event.kind === "rating") this.#rate(event);
    else if (event.kind === "end") this.#live.end(event.in_reply_to ?? event.message);
    else this.#live.show(event);
    if (!event.language) return;
    if (this.#replaying) this.#language = event.language;
    else this.onLanguage(event.language);
  }

  /** Show at once what the person has just sent; the server's own event takes its place later. */
  promise(clientId, words, files, replyTo) {
    const pieces = files.map((file, index) => (
      { id: `${clientId}-${index}`, kind: "picture", mime: file.type, url: URL.createObjectURL(file) }));
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
    if (this.#shown.has(message)) this.#withdraw(waiting);
  }

  /** It was not sent: the entry goes (`again` null), or offers to try `again`. */
  broken(clientId, again) {
    const waiting = this.#pending.find((one) => one.clientId === clientId);
    if (!waiting) return;
    if (!again) { this.#withdraw(waiting); return; }
    const retry = say(button({ class: "chip", data: { testid: "send-again" } }), "page-send-again");
    const note = element("p", { class: "unsent" }, say(element("span"), "page-not-sent"), retry);
    retry.addEventListener("click", () => {
      note.remove();
      waiting.node.classList.add("sending");
      again();
    });
    waiting.node.classList.remove("sending");
    waiting.node.querySelector(".card").append(note);
  }

  /** The words by which a message is known in a quotation. */
  excerpt(message) {
    const event = this.#shown.get(String(message))?.event;
    return event ? excerptOf(event) || text("page-picture") : "";
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
    const ghosts = side === "bot" && event.in_reply_to ? this.#live.settle(event.in_reply_to) : [];
    const node = bubble(event, { side, quote: this.#quoteFor(event, side, known), ghosts });
    if (event.user) node.dataset.user = event.user;
    const old = known?.node ?? (side === "mine" ? this.#takePending(event, id)?.node : null);
    if (old) this.#swap(old, node);
    else this.#add(node);
    this.#shown.set(id, { event, node });
    showOwnReaction(node, this.chat, id);
    if (old || this.#replaying) return;
    node.classList.add("fresh");
    this.onNew(side === "mine");
  }

  #rate({ message, pieces = [] }) {
    const entry = this.#shown.get(String(message));
    if (entry) showRatings(entry.node, pieces);
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
      this.#replaying = false;
      this.#list.setAttribute("aria-busy", "false");
      document.body.classList.add("ready");
      this.#welcomeIfEmpty();
      if (this.#language) this.onLanguage(this.#language);
    }, QUIET);
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
