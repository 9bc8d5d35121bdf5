// What is being painted, kept in this browser: it survives a reload and a phone that sleeps, and is offered again for the same picture.
import { memory } from "./dom.js";
import { forgetSent } from "./paint_outbox.js";

const KEY = "fabula-paint";
const PICTURES = 5; // whose painting this browser keeps
const MOST = 1_500_000; // letters of one painting; a longer one is not kept

const all = () => { try { return JSON.parse(memory.read(KEY) ?? "{}"); } catch { return {}; } };

/** What was painted last on a piece: `{ticket, strokes, words, style, feather}`, or nothing. */
export const keptOf = (piece) => all()[piece];

export function keep(piece, painting) {
  const told = JSON.stringify(painting);
  if (told.length > MOST) return;
  const { [piece]: _, ...others } = all();
  memory.write(KEY, JSON.stringify(Object.fromEntries([...Object.entries(others), [piece, painting]].slice(-PICTURES))));
}

/** Nothing of what was painted stays behind. */
export const forgetPaintings = () => { memory.write(KEY, "{}"); forgetSent(); };
