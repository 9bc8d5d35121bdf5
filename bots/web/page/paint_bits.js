// One bit for each pixel of the photo, in rows as a PNG has them: shapes are drawn into them, and parts of them put aside and back.

/** The rectangle that a line through `points` (x, y, x, y …) may touch, `[left, top, right, bottom]` in pixels of the photo. */
export function around(points, radius = 0) {
  const part = [Infinity, Infinity, -Infinity, -Infinity];
  points.forEach((value, at) => {
    const axis = at % 2;
    part[axis] = Math.min(part[axis], value - radius);
    part[axis + 2] = Math.max(part[axis + 2], value + radius);
  });
  return part;
}

/** The bits of `width` × `height` pixels. A pixel belongs to a shape if its middle lies in it; `value` is 1 or 0. */
export class Bits {
  constructor(width, height) {
    const stride = Math.ceil(width / 8); // bytes of a row; what is over at its end stays 0
    const words = new Uint32Array(Math.ceil((stride * height) / 4)); // the same bytes, four at a time
    Object.assign(this, { width, height, stride, words, bytes: new Uint8Array(words.buffer, 0, stride * height) });
  }

  /** What lies in a `row` from a column up to another, which is not in it. */
  span(row, from, to, value) {
    if (from >= to) return;
    const first = row * this.stride + (from >> 3);
    const last = row * this.stride + ((to - 1) >> 3);
    const head = 255 >> (from & 7);
    const tail = 255 & (0x7f80 >> ((to - 1) & 7));
    this.mix(first, first === last ? head & tail : head, value);
    if (first === last) return;
    this.bytes.fill(value ? 255 : 0, first + 1, last);
    this.mix(last, tail, value);
  }

  mix(at, mask, value) {
    if (value) this.bytes[at] |= mask;
    else this.bytes[at] &= ~mask;
  }

  /** What a tap selects: from, to (exclusive), from, to … within rows, counted through all pixels. */
  runs(runs, value) {
    for (let at = 0; at < runs.length; at += 2) {
      const row = Math.floor(runs[at] / this.width);
      this.span(row, runs[at] - row * this.width, runs[at + 1] - row * this.width, value);
    }
  }

  fill(value) {
    for (let row = 0; row < this.height; row += 1) this.span(row, 0, this.width, value);
  }

  invert() {
    for (let at = 0; at < this.words.length; at += 1) this.words[at] = ~this.words[at];
    const over = 8 * this.stride - this.width;
    for (let row = 1; row <= this.height; row += 1) this.bytes[row * this.stride - 1] &= 255 << over;
    new Uint8Array(this.words.buffer).fill(0, this.bytes.length);
  }

  /** How many are 1. */
  count() {
    let sum = 0;
    for (let at = 0; at < this.words.length; at += 1) { // by pairs, fours and bytes, all of a word at once
      const pairs = this.words[at] - ((this.words[at] >>> 1) & 0x55555555);
      const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
      sum += Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return sum;
  }

  /** A line of round ends through `points`. */
  line(points, radius, value) {
    if (points.length === 2) this.capsule(points[0], points[1], points[0], points[1], radius, value);
    for (let at = 2; at < points.length; at += 2) {
      this.capsule(points[at - 2], points[at - 1], points[at], points[at + 1], radius, value);
    }
  }

  capsule(x0, y0, x1, y1, radius, value) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    const across = length ? ((y1 - y0) / length) * radius : 0;
    const down = length ? ((x1 - x0) / length) * radius : 0;
    const first = Math.max(0, Math.ceil(Math.min(y0, y1) - radius - 0.5));
    const last = Math.min(this.height - 1, Math.floor(Math.max(y0, y1) + radius - 0.5));
    for (let row = first; row <= last; row += 1) {
      const y = row + 0.5;
      EDGES[0] = Infinity;
      EDGES[1] = -Infinity;
      disc(x0, y0, radius, y);
      disc(x1, y1, radius, y);
      if (length) { // and the rectangle between the ends
        crossing(x0 + across, y0 - down, x1 + across, y1 - down, y);
        crossing(x1 + across, y1 - down, x1 - across, y1 + down, y);
        crossing(x1 - across, y1 + down, x0 - across, y0 + down, y);
        crossing(x0 - across, y0 + down, x0 + across, y0 - down, y);
      }
      this.span(row, Math.max(0, Math.ceil(EDGES[0] - 0.5)), Math.min(this.width - 1, Math.floor(EDGES[1] - 0.5)) + 1, value);
    }
  }

  box([ax, ay, bx, by], value) {
    this.polygon([ax, ay, bx, ay, bx, by, ax, by], value);
  }

  /** What a closed line goes around (even-odd). */
  polygon(points, value) {
    const rows = new Map(); // where the line crosses the middle of each
    for (let at = 0; at < points.length; at += 2) {
      const [ax, ay, bx, by] = [points[at], points[at + 1], points[(at + 2) % points.length], points[(at + 3) % points.length]];
      const last = Math.min(this.height, Math.ceil(Math.max(ay, by) - 0.5));
      for (let row = Math.max(0, Math.ceil(Math.min(ay, by) - 0.5)); row < last; row += 1) {
        const x = ax + ((row + 0.5 - ay) / (by - ay)) * (bx - ax);
        if (rows.has(row)) rows.get(row).push(x);
        else rows.set(row, [x]);
      }
    }
    for (const [row, crossings] of rows) {
      crossings.sort((one, other) => one - other);
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        this.span(row, Math.max(0, Math.ceil(crossings[at] - 0.5)), Math.min(this.width, Math.ceil(crossings[at + 1] - 0.5)), value);
      }
    }
  }

  /** A copy of what lies in a `part`, which `paste` takes; whole bytes of it. */
  cut(part) {
    const [left, top, right, bottom] = part.map((value, at) => Math.max(0, Math.min(Math.floor(value) + (at > 1 ? 1 : 0), at % 2 ? this.height : this.width)));
    const from = left >> 3;
    const length = Math.max(0, Math.ceil(right / 8) - from);
    const patch = { part, from, top, length, bytes: new Uint8Array(length * Math.max(0, bottom - top)) };
    this.rowsOf(patch, (here, there, many) => patch.bytes.set(this.bytes.subarray(here, here + many), there));
    return patch;
  }

  paste(patch) {
    this.rowsOf(patch, (here, there, many) => this.bytes.set(patch.bytes.subarray(there, there + many), here));
  }

  /** Where the rows of a patch begin, in these bytes and in its own, and how many bytes each has; whole rows lie one after the other. */
  rowsOf({ from, top, length, bytes }, each) {
    const many = length === this.stride ? bytes.length : length;
    for (let there = 0, here = top * this.stride + from; there < bytes.length; there += many, here += this.stride) each(here, there, many);
  }
}

const EDGES = new Float64Array(2); // from where to where a row of a line goes; one for all, since there are a million rows in a stroke

function widen(x) {
  if (x < EDGES[0]) EDGES[0] = x;
  if (x > EDGES[1]) EDGES[1] = x;
}

function disc(x, middle, radius, y) {
  const rest = radius * radius - (y - middle) * (y - middle);
  if (rest < 0) return;
  widen(x - Math.sqrt(rest));
  widen(x + Math.sqrt(rest));
}

function crossing(ax, ay, bx, by, y) {
  if ((ay <= y) !== (by <= y)) widen(ax + ((y - ay) / (by - ay)) * (bx - ax));
}
