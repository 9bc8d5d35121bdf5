// What is being painted: strokes are added and taken back, shown, counted, and kept in this browser.
import { beside } from "./paint_beside.js";
import { frameIn, grows, roomIn } from "./paint_frame.js";
import { marksIn } from "./paint_marks.js";
import { Mask } from "./paint_mask.js";
import { keep, keptOf } from "./paint_shelf.js";
import { View } from "./paint_view.js";
import { say } from "./texts.js";

const KEEP = 300; // milliseconds of quiet until it is kept
const COUNT = 30;

/** Painting on a `photo` (an `ImageBitmap`, which is handed over) with the parts `ui`, for a `page` that a `ticket` opened. */
export class Painting {
  constructor(photo, { ui, page, ticket }) {
    Object.assign(this, { ui, page, ticket, earlier: keptOf(page.piece) });
    this.mask = new Mask(photo.width, photo.height);
    this.view = new View(ui.stage, photo, this.mask);
    this.helper = beside(photo);
    const limits = { mostRatio: page.most_ratio, mostPixels: page.most_pixels };
    this.frame = frameIn(ui.stage, this.view, limits, (room) => this.add({ kind: "frame", room }, true));
    this.save = later(KEEP, () => this.put());
    this.count = later(COUNT, () => this.tell());
  }

  /** The marks that count, and how much larger the picture becomes. */
  get marks() { return marksIn(this.mask.strokes); }
  get room() { return roomIn(this.mask.strokes); }

  /** Whether what was painted last on this picture was by the same ticket: then it goes on, else it is offered. */
  get goesOn() { return this.earlier?.ticket === this.ticket; }

  /** Add a complete stroke; `drawn` if the mask has it already. */
  add(stroke, drawn = false) {
    const part = this.mask.add(stroke, drawn);
    if (!drawn) this.view.show(part);
    this.changed();
  }

  /** Add what a tap selects. */
  async select(stroke) {
    this.mask.learn(stroke, await this.helper.select(stroke));
    this.add(stroke);
  }

  /** Take strokes from elsewhere in place of one's own. */
  async take(strokes) {
    for (const stroke of strokes) if (stroke.kind === "tap") this.mask.learn(stroke, await this.helper.select(stroke));
    this.mask.take(strokes);
    this.view.show();
    this.changed();
  }

  undo() { this.step(this.mask.undo()); }
  redo() { this.step(this.mask.redo()); }

  step(part) {
    if (!part) return;
    this.view.show(part);
    this.changed();
  }

  /** Show everything that follows from the strokes. */
  changed() {
    const { ui, mask, room } = this;
    this.frame.show(room);
    ui.remove.hidden = grows(room);
    this.view.marks.draw(this.marks);
    this.count();
    this.save();
    for (const [name, list] of [["undo", mask.strokes], ["redo", mask.undone]]) ui[name].disabled = !list.length;
  }

  /** Say how much is painted, or how large the picture becomes, or how many marks there are. */
  tell() {
    const { ui: { count }, mask: { width, height } } = this;
    const share = this.mask.share();
    const marks = this.marks.length;
    const [left, up, right, down] = this.room;
    count.dataset.share = String(share);
    if (left + up + right + down) { say(count, "page-paint-framed", { width: left + width + right, height: up + height + down }); return; }
    if (marks && !share) { say(count, "page-paint-marked", { count: marks }); return; }
    const percent = share > 0 && share < 0.01 ? "< 1" : share < 1 && share > 0.99 ? "> 99" : String(Math.round(share * 100));
    say(count, "page-paint-share", { share: percent });
  }

  /** Keep it in this browser. */
  put() {
    const { ui: { words, style, feather }, page, ticket, mask: { strokes } } = this;
    if (this.earlier && !this.goesOn && !strokes.length) return; // the last painting is still the last
    keep(page.piece, { ticket, strokes, words: words.value, style: style.value, feather: feather.value });
  }

  /** What an earlier visit by this ticket left. */
  async goOn() {
    const { ui, mask: { width, height } } = this;
    const kept = this.goesOn ? this.earlier : null;
    ui.last.hidden = Boolean(kept) || !this.earlier?.strokes?.length;
    ui.feather.value = kept?.feather ?? String(Math.min(64, Math.max(0, Math.round(Math.max(width, height) / 100))));
    if (kept) {
      ui.words.value = kept.words ?? "";
      ui.style.value = kept.style ?? "";
      await this.take(kept.strokes);
    } else this.changed();
  }
}

/** Do `what` once things have been quiet for so many milliseconds. */
function later(milliseconds, what) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(what, milliseconds);
  };
}
