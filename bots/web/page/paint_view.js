// The photo on the screen: it fits, is moved by two fingers and zoomed to where the cursor is; above it lies what was painted.

import { markLayer } from "./paint_marks.js";

const SHOWN = 2048; // pixels of the long edge that are shown; what is painted keeps the photo's own
const TINTED = 1600;
const CLOSEST = 12; // screen pixels for one of what is shown, at most
const TINT = [255, 0, 144];
const BANDS = 8; // in which all of it is coloured
const SLACK = 0.3; // how much of the screen stays free for the frame, where it is drawn larger

/** The view of a `photo` (an `ImageBitmap`) in a `stage`, with what is in `mask` tinted. */
export class View {
  constructor(stage, photo, mask) {
    Object.assign(this, { stage, mask, width: mask.width, height: mask.height, scale: 1, x: 0, y: 0, room: [0, 0, 0, 0], slack: false, stale: new Set(), moved() {} });
    this.picture = canvasOf(this.width, this.height, SHOWN, "paint-photo");
    const context = this.picture.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(photo, 0, 0, this.picture.width, this.picture.height);
    this.tint = canvasOf(this.width, this.height, TINTED, "paint-tint");
    this.ink = this.tint.getContext("2d");
    this.marks = markLayer(this.width, this.height);
    stage.replaceChildren(this.picture, this.tint, this.marks.canvas);
    this.fit();
  }

  /** Show all of it, with the room beside it. */
  fit() {
    const { clientWidth, clientHeight } = this.stage;
    const [left, up, right, down] = this.room;
    const free = this.slack ? 1 - SLACK : 1;
    this.scale = Math.min((free * clientWidth) / (left + this.width + right), (free * clientHeight) / (up + this.height + down)) || 1;
    this.least = this.scale;
    this.keepInside();
  }

  /** The stage has another size: what fitted fits, and what was looked at closely stays in the middle. */
  resized() {
    const { scale, least } = this;
    const middle = this.at(...this.size.map((length) => length / 2));
    this.fit();
    if (scale <= least) return;
    this.scale = Math.max(scale, this.least);
    [this.x, this.y] = this.size.map((length, axis) => length / 2 - middle[axis] * this.scale);
    this.keepInside();
  }

  /** Zoom by a factor, so that what is at (`x`, `y`) of the stage stays there. */
  zoom(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const most = (CLOSEST * Math.max(this.picture.width, this.picture.height)) / Math.max(this.width, this.height);
    const scale = Math.max(this.least, Math.min(this.scale * factor, Math.max(most, this.least)));
    this.x = x - ((x - this.x) / this.scale) * scale;
    this.y = y - ((y - this.y) / this.scale) * scale;
    this.scale = scale;
    this.keepInside();
  }

  pan(across, down) {
    this.x += across;
    this.y += down;
    this.keepInside();
  }

  /** However it is moved, some of it stays in sight; what fits stays in the middle. */
  keepInside() {
    const { clientWidth, clientHeight } = this.stage;
    this.size = [clientWidth, clientHeight];
    const [left, up, right, down] = this.room.map((value) => value * this.scale);
    const inside = (at, size, room) => (size <= room ? (room - size) / 2 : Math.min(room * 0.4, Math.max(room * 0.6 - size, at)));
    this.x = inside(this.x - left, left + this.width * this.scale + right, clientWidth) + left;
    this.y = inside(this.y - up, up + this.height * this.scale + down, clientHeight) + up;
    this.place();
  }

  place() {
    const placed = `matrix(${this.scale}, 0, 0, ${this.scale}, ${this.x}, ${this.y})`;
    this.picture.style.transform = placed;
    this.tint.style.transform = placed;
    this.marks.canvas.style.transform = placed;
    this.moved();
  }

  /** A point of the stage in the photo's pixels, to a tenth. */
  at(x, y) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale].map((value) => Math.round(value * 10) / 10);
  }

  /** A point of the photo on the stage. */
  on(x, y) {
    return [x * this.scale + this.x, y * this.scale + this.y];
  }

  /** Show what the mask has now, within `[left, top, right, bottom]` of the photo's pixels: a large part by and by, so that no hand waits for it. */
  show(part = [0, 0, this.width, this.height]) {
    const [left, top, right, bottom] = part;
    const height = Math.ceil(this.height / BANDS);
    if ((right - left) * (bottom - top) <= this.width * height) { this.colour(part); return; }
    for (let band = Math.max(0, Math.floor(top / height)); band < BANDS && band * height <= bottom; band += 1) this.stale.add(band);
    const next = () => {
      const [band] = this.stale;
      this.stale.delete(band);
      this.colour([0, band * height, this.width, (band + 1) * height]);
      this.later = this.stale.size ? setTimeout(next) : 0;
    };
    this.later ||= setTimeout(next);
  }

  colour([left, top, right, bottom]) {
    const { tint, mask, width, height } = this;
    const [across, down] = [tint.width / width, tint.height / height];
    const from = [Math.max(0, Math.floor(left * across)), Math.max(0, Math.floor(top * down))];
    const size = [Math.min(tint.width, Math.ceil(right * across) + 1) - from[0], Math.min(tint.height, Math.ceil(bottom * down) + 1) - from[1]];
    if (size[0] <= 0 || size[1] <= 0) return;
    const data = new ImageData(size[0], size[1]);
    const words = new Uint32Array(data.data.buffer);
    const colour = new Uint32Array(new Uint8ClampedArray([...TINT, 255]).buffer)[0];
    const { stride, bytes } = mask.bits;
    const columns = Uint32Array.from({ length: size[0] }, (_, at) => Math.min(width - 1, Math.floor((from[0] + at + 0.5) / across)));
    for (let row = 0; row < size[1]; row += 1) {
      const line = Math.min(height - 1, Math.floor((from[1] + row + 0.5) / down)) * stride;
      for (let at = 0; at < size[0]; at += 1) {
        if (bytes[line + (columns[at] >> 3)] & (128 >> (columns[at] & 7))) words[row * size[0] + at] = colour;
      }
    }
    this.ink.putImageData(data, from[0], from[1]);
  }
}

function canvasOf(width, height, most, name) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.className = name;
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  return canvas;
}
