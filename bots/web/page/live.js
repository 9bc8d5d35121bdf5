// What is being made right now, below the log: the status line, the growing text, the sharpening previews.
// It is not part of the log: what is spoken aloud is one short line when the kind of work changes.
import { ICON, button, byId, element, icon } from "./dom.js";
import { showMarkup } from "./markup.js";
import { showFrame } from "./pictures.js";
import { say, unseen } from "./texts.js";

/** The workshop at the foot of the log, with a bench for each job at work. */
export class Workshop {
  #place = byId("live");
  #benches = new Map();
  #ended = new Set();   // jobs: their last progress may be told after their end, since that is read from the log

  /** `quoteFor(request)` gives a quotation node, or null where none is needed; `subjectOf(request)` what it is about. */
  constructor(quoteFor, subjectOf) {
    Object.assign(this, { quoteFor, subjectOf });
  }

  /** Show a progress event: `status`, `text` or `preview`. An empty text takes the line away. True for a job's first. */
  show(event) {
    const key = benchOf(event);
    if (event.job && this.#ended.has(event.job)) return false;
    if (!event.text && event.kind !== "preview" && !this.#benches.has(key)) return false;
    const fresh = !this.#benches.has(key);
    if (fresh) {
      const made = newBench(event, this.quoteFor(event.in_reply_to));
      this.#benches.set(key, made);
      this.#place.append(made.node);
    }
    const bench = this.#benches.get(key);
    if (event.kind === "status") showStatus(bench, event);
    if (event.kind === "text") showText(bench, event.text ?? "");
    if (event.kind === "preview") showPreview(bench, event, this.subjectOf(event.in_reply_to));
    this.#tidy(key);
    return fresh;
  }

  /** A reply is here: the text and previews of its job go. Returns the preview pictures, in order of slot. */
  settle(reply) {
    const bench = this.#benches.get(benchOf(reply));
    if (!bench) return [];
    const ghosts = [...bench.slots.children].map((slot) => slot.querySelector("img:last-of-type")).filter(Boolean);
    showText(bench, "");
    bench.slots.hidden = true;
    bench.slots.replaceChildren();
    this.#tidy(benchOf(reply));
    return ghosts;
  }

  /** That job (or, without one, that request) is done: nothing is being made for it any more. */
  end(event) {
    if (event.job) this.#ended.add(event.job);
    this.#close(benchOf(event));
  }

  /** Nothing at all is being made any more. */
  clear() {
    for (const key of [...this.#benches.keys()]) this.#close(key);
  }

  #close(key) {
    this.#benches.get(key)?.node.remove();
    this.#benches.delete(key);
  }

  #tidy(key) {
    const { status, words, slots } = this.#benches.get(key);
    if (status.hidden && words.hidden && slots.hidden) this.#close(key);
  }
}

/** One message may be answered by several jobs (its buttons), and by quick replies beside them. */
const benchOf = ({ job, in_reply_to: request, message }) =>
  (job ? `job ${job}` : `request ${request ?? message ?? ""}`);

function newBench(event, quote) {
  const data = { inReplyTo: event.in_reply_to ?? "" };
  const line = element("span", { class: "status-text" });
  const cancel = button({ class: "chip cancel", hidden: true, data: { testid: "cancel" } },
    icon("stop"), say(element("span"), "page-cancel"));
  const status = element("div", { class: "status", hidden: true, data: { testid: "status", ...data } },
    element("span", { class: "spinner", "aria-hidden": "true" }), line, cancel);
  const words = element("div", { class: "words streaming", hidden: true, data: { testid: "streaming-text" } });
  const slots = element("div", { class: "plates slots", hidden: true });
  const node = element("section", { class: "entry bot working", data: { testid: "progress", ...data } },
    element("img", { class: "avatar", src: ICON, alt: "", width: 32, height: 32 }),
    element("div", { class: "card" }, unseen("page-fabula-says"), quote, words, slots, status));
  return { node, status, line, cancel, words, slots, spoken: "" };
}

function showStatus(bench, event) {
  const words = event.text ?? "";
  bench.status.hidden = !words;
  bench.line.textContent = words;
  bench.cancel.hidden = !event.job;
  if (event.job) {
    bench.cancel.dataset.action = `cancel:${event.job}`;
    bench.cancel.dataset.message = event.message ?? event.in_reply_to ?? "";
  }
  const kind = words.replace(/[\d.,:%\s]+/g, ""); // the passing seconds are not read out
  if (kind && kind !== bench.spoken) byId("announcer").textContent = words;
  bench.spoken = kind;
}

function showText(bench, words) {
  bench.words.hidden = !words;
  showMarkup(bench.words, words);
}

function showPreview(bench, event, subject) {
  const [piece] = event.pieces ?? [];
  if (!piece) return;
  const number = Number(event.slot ?? 0);
  let slot = bench.slots.querySelector(`[data-slot="${number}"]`);
  if (!slot) {
    slot = element("div", { class: "slot", data: { slot: number } });
    const later = [...bench.slots.children].find((other) => Number(other.dataset.slot) > number);
    bench.slots.insertBefore(slot, later ?? null);
  }
  bench.slots.hidden = false;
  bench.slots.className = `plates slots count-${Math.min(bench.slots.children.length, 4)}`;
  showFrame(slot, piece, subject);
}
