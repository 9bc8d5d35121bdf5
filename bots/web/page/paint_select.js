// A tap selects what belongs together: it grows from there over like colours, and stops at edges. All of it happens in the browser.

const MOST = 700_000; // pixels that are looked at; a larger photo is looked at smaller

/** What selects in a photo (an `ImageBitmap`): a function of a stroke `{x, y, tolerance}` that gives runs of the photo's own pixels. */
export function selector(photo) {
  const { width, height } = photo;
  const scale = Math.min(1, Math.sqrt(MOST / (width * height)));
  const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  let pixels = null;
  const look = () => {
    const canvas = new OffscreenCanvas(across, down);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(photo, 0, 0, across, down);
    return context.getImageData(0, 0, across, down).data;
  };
  return ({ x, y, tolerance }) => {
    pixels ??= look();
    const seed = [Math.floor((x / width) * across), Math.floor((y / height) * down)].map((at, axis) =>
      Math.max(0, Math.min(at, (axis ? down : across) - 1)));
    return enlarged(closed(grown(pixels, across, down, seed, tolerance), across, down), across, down, width, height);
  };
}

/** What grows from `seed`: pixels like the mean of what is there already, and not beyond an edge. */
function grown(pixels, width, height, [x, y], tolerance) {
  const found = new Uint8Array(width * height);
  const start = y * width + x;
  const mean = [pixels[4 * start], pixels[4 * start + 1], pixels[4 * start + 2]];
  const far = 3 * tolerance * tolerance;
  const step = far / 2; // an edge is a step that is large for two neighbours
  const waiting = [start];
  found[start] = 1;
  let count = 1;
  for (let at = 0; at < waiting.length; at += 1) {
    const here = waiting[at];
    const column = here % width;
    for (const next of [column > 0 ? here - 1 : -1, column < width - 1 ? here + 1 : -1, here - width, here + width]) {
      if (next < 0 || next >= found.length || found[next]) continue;
      const [red, green, blue] = [pixels[4 * next], pixels[4 * next + 1], pixels[4 * next + 2]];
      const off = (red - mean[0]) ** 2 + (green - mean[1]) ** 2 + (blue - mean[2]) ** 2;
      const edge = (red - pixels[4 * here]) ** 2 + (green - pixels[4 * here + 1]) ** 2 + (blue - pixels[4 * here + 2]) ** 2;
      if (off > far || edge > step) continue;
      found[next] = 1;
      waiting.push(next);
      count += 1;
      const weight = 1 / Math.min(count, 4000); // shades that change slowly are followed
      mean[0] += (red - mean[0]) * weight;
      mean[1] += (green - mean[1]) * weight;
      mean[2] += (blue - mean[2]) * weight;
    }
  }
  return found;
}

/** Without small holes, and a pixel wider: what was selected shall not leave a rim of what it was. */
function closed(found, width, height) {
  const wide = spread(spread(found, width, height, 1), width, height, 1);
  return spread(wide, width, height, 0);
}

function spread(found, width, height, value) {
  const result = found.slice();
  for (let at = 0; at < found.length; at += 1) {
    if (found[at] !== value) continue;
    const column = at % width;
    if (column > 0) result[at - 1] = value;
    if (column < width - 1) result[at + 1] = value;
    if (at >= width) result[at - width] = value;
    if (at + width < found.length) result[at + width] = value;
  }
  return result;
}

/** The runs of a smaller mask in the photo's own pixels. */
function enlarged(found, across, down, width, height) {
  const runs = [];
  for (let row = 0; row < height; row += 1) {
    const line = Math.min(down - 1, Math.floor(((row + 0.5) / height) * down));
    for (let at = 0; at < across;) {
      if (!found[line * across + at]) { at += 1; continue; }
      let to = at;
      while (to < across && found[line * across + to]) to += 1;
      runs.push(row * width + Math.round((at / across) * width), row * width + Math.round((to / across) * width));
      at = to;
    }
  }
  return runs;
}
