// What is painted, in the photo's own pixels: a list of strokes, each of which is drawn once. What it drew over is put aside, so that going
// back is putting that part back, however many strokes there are and however large the photo is.
import { around, Bits } from "./paint_bits.js";

const NOTHING = [0, 0, -1, -1];

/** The mask of a photo of `width` × `height` pixels. Parts of it are rectangles `[left, top, right, bottom]` of those. */
export class Mask {
  constructor(width, height) {
    Object.assign(this, { width, height, bits: new Bits(width, height), selected: new WeakMap() });
    this.empty();
  }

  empty() {
    this.bits.fill(0);
    this.whole = new Bits(this.width, this.height); // as it is without the stroke that is being drawn
    this.counted = 0; // pixels that shall change; nothing while nobody has counted them
    this.strokes = [];
    this.before = []; // what each stroke drew over
    this.undone = [];
  }

  /** What a tap selects, told before it is added or taken: runs as `Bits.runs` takes them. */
  learn(stroke, runs) {
    this.selected.set(stroke, runs);
  }

  /** Add a stroke that is complete, and draw it unless it is `drawn` already. Returns the part that it may have changed. */
  add(stroke, drawn = false) {
    if (!drawn) this.draw(stroke);
    const part = this.partOf(stroke);
    this.strokes.push(stroke);
    this.before.push(this.whole.cut(part));
    this.whole.paste(this.bits.cut(part));
    this.counted = null;
    this.undone = [];
    return part;
  }

  /** Take back the last stroke. Returns the part that changed, or nothing where there is no stroke. */
  undo() {
    if (!this.strokes.length) return null;
    const before = this.before.pop();
    this.undone.push({ stroke: this.strokes.pop(), after: this.put(before) });
    return before.part;
  }

  redo() {
    const { stroke, after } = this.undone.pop() ?? {};
    if (!stroke) return null;
    this.strokes.push(stroke);
    this.before.push(this.put(after));
    return after.part;
  }

  /** Put a patch in place of what is there, which is returned. */
  put(patch) {
    const now = this.bits.cut(patch.part);
    for (const bits of [this.bits, this.whole]) bits.paste(patch);
    this.counted = null;
    return now;
  }

  /** Drop the stroke that is being drawn. */
  drop(stroke) {
    this.bits.paste(this.whole.cut(this.partOf(stroke)));
  }

  /** Take strokes from elsewhere in place of one's own. */
  take(strokes) {
    this.empty();
    for (const stroke of strokes) this.add(stroke);
  }

  draw(stroke) {
    const value = stroke.erase ? 0 : 1;
    if (stroke.kind === "brush") this.bits.line(stroke.points, stroke.radius, value);
    else if (stroke.kind === "box") this.bits.box(stroke.points, value);
    else if (stroke.kind === "lasso") this.bits.polygon(stroke.points, value);
    else if (stroke.kind === "tap") this.bits.runs(this.selected.get(stroke), value);
    else if (stroke.kind === "invert") this.bits.invert();
    else if (["all", "clear"].includes(stroke.kind)) this.bits.fill(stroke.kind === "all" ? 1 : 0); // marks change nothing
  }

  /** Which part of the photo a stroke may change. */
  partOf(stroke) {
    if (["brush", "box", "lasso"].includes(stroke.kind)) return around(stroke.points, stroke.radius);
    if (["invert", "all", "clear"].includes(stroke.kind)) return [0, 0, this.width, this.height];
    const runs = stroke.kind === "tap" ? this.selected.get(stroke) : [];
    if (!runs.length) return NOTHING;
    return [0, Math.floor(runs[0] / this.width), this.width, Math.floor((runs.at(-1) - 1) / this.width)];
  }

  /** Which share of the photo shall change, 0 to 1. */
  share() {
    this.counted ??= this.bits.count();
    return this.counted / (this.width * this.height);
  }
}
