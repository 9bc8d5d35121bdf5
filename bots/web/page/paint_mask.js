// What is painted, in the photo's own pixels: one byte each, 1 where something shall change. Everything is drawn from a list of
// strokes, so going back is drawing again without the last; a pixel belongs to a shape if its middle lies in it.

const STEPS = 4; // strokes after which what there is so far is remembered, so that going back need not begin at the first

/** The mask of a photo of `width` × `height` pixels. */
export class Mask {
  constructor(width, height) {
    Object.assign(this, { width, height });
    this.words = new Uint32Array(Math.ceil((width * height) / 4)); // the same bytes, four at a time
    this.bits = new Uint8Array(this.words.buffer, 0, width * height);
    this.selected = new WeakMap();
    this.strokes = [];
    this.undone = [];
    this.marks = [];
  }

  /** What a tap selects, told before it is added or taken: runs as `fillRuns` takes them. */
  learn(stroke, runs) {
    this.selected.set(stroke, runs);
  }

  /** Add a stroke that is complete, and draw it unless it is `drawn` already. */
  add(stroke, drawn = false) {
    this.strokes.push(stroke);
    this.undone = [];
    if (!drawn) this.draw(stroke);
    this.remember();
  }

  /** Remember what there is, every some strokes. */
  remember() {
    if (this.strokes.length % STEPS === 0) this.marks[this.strokes.length / STEPS] = runsOf(this.bits);
  }

  undo() {
    if (!this.strokes.length) return false;
    this.undone.push(this.strokes.pop());
    this.redraw();
    return true;
  }

  redo() {
    const stroke = this.undone.pop();
    if (!stroke) return false;
    this.strokes.push(stroke);
    this.draw(stroke);
    this.remember();
    return true;
  }

  /** Take strokes from elsewhere in place of one's own. */
  take(strokes) {
    this.strokes = [...strokes];
    this.undone = [];
    this.marks = [];
    this.redraw();
  }

  redraw() {
    const whole = Math.floor(this.strokes.length / STEPS);
    let from = whole;
    while (from > 0 && !this.marks[from]) from -= 1;
    this.marks.length = from + 1;
    this.bits.fill(0);
    if (from) fillRuns(this.bits, this.marks[from]);
    for (const stroke of this.strokes.slice(from * STEPS)) this.draw(stroke);
  }

  draw(stroke) {
    const value = stroke.erase ? 0 : 1;
    if (stroke.kind === "brush") this.line(stroke.points, stroke.radius, value);
    else if (stroke.kind === "box") this.box(stroke.points, value);
    else if (stroke.kind === "lasso") this.polygon(stroke.points, value);
    else if (stroke.kind === "tap") fillRuns(this.bits, this.selected.get(stroke), value);
    else if (stroke.kind === "invert") for (let at = 0; at < this.words.length; at += 1) this.words[at] ^= 0x01010101;
    else if (["all", "clear"].includes(stroke.kind)) this.bits.fill(stroke.kind === "all" ? 1 : 0); // marks change nothing
  }

  /** A line of round ends through `points` (x, y, x, y …). Returns nothing; see `around` for what it touched. */
  line(points, radius, value) {
    if (points.length === 2) this.capsule(points[0], points[1], points[0], points[1], radius, value);
    for (let at = 2; at < points.length; at += 2) {
      this.capsule(points[at - 2], points[at - 1], points[at], points[at + 1], radius, value);
    }
  }

  capsule(x0, y0, x1, y1, radius, value) {
    const { width, height, bits } = this;
    const length = Math.hypot(x1 - x0, y1 - y0);
    const [across, down] = length ? [((y1 - y0) / length) * radius, ((x1 - x0) / length) * radius] : [0, 0];
    const corners = [[x0 + across, y0 - down], [x1 + across, y1 - down], [x1 - across, y1 + down], [x0 - across, y0 + down]];
    const first = Math.max(0, Math.ceil(Math.min(y0, y1) - radius - 0.5));
    const last = Math.min(height - 1, Math.floor(Math.max(y0, y1) + radius - 0.5));
    for (let row = first; row <= last; row += 1) {
      const y = row + 0.5;
      let low = Infinity;
      let high = -Infinity;
      for (const [x, middle] of [[x0, y0], [x1, y1]]) {
        const rest = radius * radius - (y - middle) * (y - middle);
        if (rest < 0) continue;
        low = Math.min(low, x - Math.sqrt(rest));
        high = Math.max(high, x + Math.sqrt(rest));
      }
      for (let edge = 0; edge < 4 && length; edge += 1) {
        const [ax, ay] = corners[edge];
        const [bx, by] = corners[(edge + 1) % 4];
        if ((ay <= y) === (by <= y)) continue;
        const x = ax + ((y - ay) / (by - ay)) * (bx - ax);
        low = Math.min(low, x);
        high = Math.max(high, x);
      }
      const from = Math.max(0, Math.ceil(low - 0.5));
      const to = Math.min(width - 1, Math.floor(high - 0.5));
      if (from <= to) bits.fill(value, row * width + from, row * width + to + 1);
    }
  }

  box([ax, ay, bx, by], value) {
    const [left, right] = [Math.min(ax, bx), Math.max(ax, bx)];
    const [top, bottom] = [Math.min(ay, by), Math.max(ay, by)];
    this.polygon([left, top, right, top, right, bottom, left, bottom], value);
  }

  /** What a closed line goes around (even-odd). */
  polygon(points, value) {
    const { width, height, bits } = this;
    const count = points.length / 2;
    const rows = points.filter((_, at) => at % 2);
    const first = Math.max(0, Math.ceil(Math.min(...rows) - 0.5));
    const last = Math.min(height - 1, Math.floor(Math.max(...rows) - 0.5));
    for (let row = first; row <= last; row += 1) {
      const y = row + 0.5;
      const crossings = [];
      for (let at = 0; at < count; at += 1) {
        const next = (at + 1) % count;
        const [ax, ay, bx, by] = [points[2 * at], points[2 * at + 1], points[2 * next], points[2 * next + 1]];
        if ((ay <= y) !== (by <= y)) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
      }
      crossings.sort((one, other) => one - other);
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        const from = Math.max(0, Math.ceil(crossings[at] - 0.5));
        const to = Math.min(width - 1, Math.ceil(crossings[at + 1] - 0.5) - 1);
        if (from <= to) bits.fill(value, row * width + from, row * width + to + 1);
      }
    }
  }

  /** Which part of the photo shall change, 0 to 1. */
  share() {
    const runs = runsOf(this.bits);
    let sum = 0;
    for (let at = 0; at < runs.length; at += 2) sum += runs[at + 1] - runs[at];
    return sum / this.bits.length;
  }
}

/** Where there are ones: from, to (exclusive), from, to … */
export function runsOf(bits) {
  const runs = [];
  for (let from = bits.indexOf(1); from >= 0;) {
    const end = bits.indexOf(0, from);
    const to = end < 0 ? bits.length : end;
    runs.push(from, to);
    from = bits.indexOf(1, to);
  }
  return runs;
}

export function fillRuns(bits, runs, value = 1) {
  for (let at = 0; at < runs.length; at += 2) bits.fill(value, runs[at], runs[at + 1]);
}

/** The rectangle that a part of a stroke may touch, `[left, top, right, bottom]` in pixels of the photo. */
export function around(points, radius) {
  const across = points.filter((_, at) => at % 2 === 0);
  const down = points.filter((_, at) => at % 2);
  return [Math.min(...across) - radius, Math.min(...down) - radius, Math.max(...across) + radius, Math.max(...down) + radius];
}

/** The mask as a file: a PNG of one bit a pixel whose ones are transparent, which is what shall change. */
export async function toPng({ width, height, bits }) {
  const stride = Math.ceil(width / 8) + 1;
  const rows = new Uint8Array(stride * height);
  for (let row = 0; row < height; row += 1) {
    const end = (row + 1) * width;
    for (let at = bits.indexOf(1, row * width); at >= 0 && at < end; at += 1) {
      if (bits[at]) rows[row * stride + 1 + ((at - row * width) >> 3)] |= 128 >> ((at - row * width) & 7);
    }
  }
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());
  const head = new Uint8Array(13);
  new DataView(head.buffer).setUint32(0, width);
  new DataView(head.buffer).setUint32(4, height);
  head[8] = 1; // bits a pixel; shades of grey, nothing special
  const sign = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
  const parts = [sign, chunk("IHDR", head), chunk("tRNS", new Uint8Array([0, 1])), chunk("IDAT", data), chunk("IEND", new Uint8Array())];
  return new Blob(parts, { type: "image/png" });
}

function chunk(name, data) {
  const whole = new Uint8Array(data.length + 12);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  whole.set([...name].map((letter) => letter.charCodeAt(0)), 4);
  whole.set(data, 8);
  view.setUint32(data.length + 8, checksum(whole.subarray(4, data.length + 8)));
  return whole;
}

/** CRC-32, as PNG wants it. */
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
