// What takes long, beside the page: selecting what belongs together, and making a file of a mask. Gets `{photo}` first, then `{id, stroke}` or
// `{id, mask}`; answers `{id, result}`.
import { toPng } from "./paint_png.js";
import { selector } from "./paint_select.js";

let select = null;

addEventListener("message", async ({ data: { id, photo, stroke, mask } }) => {
  if (photo) select = selector(photo);
  else if (mask) postMessage({ id, result: await toPng(mask) });
  else {
    const result = Uint32Array.from(select(stroke));
    postMessage({ id, result }, [result.buffer]);
  }
});
