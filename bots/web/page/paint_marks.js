// Marks over the photo that say what is meant: strokes, arrows, circles, numbers that words can speak of, and words. They change no pixel.

export const MARKS = ["pen", "arrow", "circle", "number", "label"];
const SHOWN = 1600; // pixels of the long edge that marks are drawn and sent in
const LETTER = 4; // how high letters are, in widths of a line

/** What is read best on a colour (`#rrggbb`). */
function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150 ? "#000" : "#fff";
}

/** The marks among strokes that count: those since everything was last cleared; of words that were changed the newest, of emptied ones none. */
export function marksIn(strokes) {
  const from = strokes.findLastIndex(({ kind }) => kind === "clear") + 1;
  const marks = strokes.slice(from).filter(({ kind }) => MARKS.includes(kind));
  const newest = new Map(marks.filter(({ kind }) => kind === "label").map((label) => [label.id, label]));
  return marks.filter((mark) => mark.kind !== "label" || (mark.words && newest.get(mark.id) === mark));
}

/** The words among them. */
export const labelsIn = (strokes) => marksIn(strokes).filter(({ kind }) => kind === "label");

/** A layer for the marks of a photo of `width` × `height` pixels: `draw(strokes)` shows them, `toPng()` gives them as a file. */
export function markLayer(width, height) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, SHOWN / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.className = "paint-marks";
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const ink = canvas.getContext("2d");
  const line = Math.max(3, Math.max(canvas.width, canvas.height) / 160);

  const draw = (strokes) => {
    ink.clearRect(0, 0, canvas.width, canvas.height);
    let number = 0;
    for (const stroke of strokes) {
      if (stroke.kind === "number") number += 1;
      // a light rim first, so that a mark is seen on any ground
      if (stroke.kind === "number") numberAt(stroke, number);
      else if (stroke.kind === "label") write(stroke);
      else for (const [colour, width_] of [["#fff", line * 1.9], [stroke.colour, line]]) trace(stroke, colour, width_);
    }
  };

  const trace = ({ kind, points }, colour, width_) => {
    const at = points.map((value) => value * scale);
    Object.assign(ink, { strokeStyle: colour, lineWidth: width_, lineCap: "round", lineJoin: "round" });
    ink.beginPath();
    if (kind === "circle") {
      const [ax, ay, bx = ax, by = ay] = at;
      ink.ellipse((ax + bx) / 2, (ay + by) / 2, Math.abs(bx - ax) / 2, Math.abs(by - ay) / 2, 0, 0, 2 * Math.PI);
    } else {
      ink.moveTo(at[0], at[1]);
      for (let here = 2; here < at.length; here += 2) ink.lineTo(at[here], at[here + 1]);
      if (at.length === 2) ink.lineTo(at[0] + 0.1, at[1]); // a line without length would not be drawn
      if (kind === "arrow" && at.length > 2) {
        const [ax, ay, bx, by] = at;
        const way = Math.atan2(by - ay, bx - ax);
        for (const side of [-0.5, 0.5]) {
          ink.moveTo(bx, by);
          ink.lineTo(bx - 5 * line * Math.cos(way + side), by - 5 * line * Math.sin(way + side));
        }
      }
    }
    ink.stroke();
  };

  const numberAt = ({ x, y, colour }, number) => {
    const size = 4 * line;
    ink.beginPath();
    ink.arc(x * scale, y * scale, size, 0, 2 * Math.PI);
    Object.assign(ink, { fillStyle: colour, strokeStyle: "#fff", lineWidth: line * 0.6 });
    ink.fill();
    ink.stroke();
    Object.assign(ink, { fillStyle: inkOn(colour), font: `bold ${1.2 * size}px sans-serif`, textAlign: "center", textBaseline: "middle" });
    ink.fillText(String(number), x * scale, y * scale);
  };

  /** Where words stand on the canvas, `[left, top, right, bottom]`: around their place, but within the photo. */
  const boxOf = ({ x, y, words }) => {
    ink.font = `bold ${LETTER * line}px sans-serif`;
    const size = [ink.measureText(words).width + 2.4 * line, (LETTER + 2.4) * line];
    const [left, top] = [x, y].map((at, axis) => {
      const most = [canvas.width, canvas.height][axis] - size[axis] - line;
      return Math.max(line, Math.min(at * scale - size[axis] / 2, most));
    });
    return [left, top, left + size[0], top + size[1]];
  };

  const write = (label) => {
    const [left, top, right, bottom] = boxOf(label);
    Object.assign(ink, { fillStyle: label.colour, strokeStyle: "#fff", lineWidth: line * 0.6, textAlign: "center", textBaseline: "middle" });
    ink.beginPath();
    ink.roundRect(left, top, right - left, bottom - top, 1.5 * line);
    ink.fill();
    ink.stroke();
    ink.fillStyle = inkOn(label.colour);
    ink.fillText(label.words, (left + right) / 2, (top + bottom) / 2, right - left);
  };

  /** Which of some words stand at a point of the photo; the topmost, if any. */
  const labelAt = (labels, x, y) => labels.findLast((label) => {
    const [left, top, right, bottom] = boxOf(label);
    return x * scale >= left && x * scale <= right && y * scale >= top && y * scale <= bottom;
  });

  return { canvas, draw, labelAt, toPng: () => new Promise((done) => canvas.toBlob(done, "image/png")) };
}
