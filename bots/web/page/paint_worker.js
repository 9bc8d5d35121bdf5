// What takes long, beside the page: selecting what belongs together, and making a file of a mask. Gets `{photo}` first, then `{id, stroke}` or
// `{id, mask}`; answers `{id, result}`.
import { toPng } from "./paint_mask.js";
import { selector } from "./paint_select.js";

let select = null;

addEventListener("message", async ({ data: { id, photo, stroke, mask } }) => {
  if (photo) select = selector(photo);
  else postMessage({ id, result: stroke ? Uint32Array.from(select(stroke)) : await toPng(mask) });
});
