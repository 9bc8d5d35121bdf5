// What takes long is done beside the page, so that a hand is never waited for.

/** A helper that has the `photo` (an `ImageBitmap`, which is handed over) and works until `end()`, when what was begun is still finished. */
export function beside(photo) {
  const worker = new Worker(new URL("./paint_worker.js", import.meta.url), { type: "module" });
  const waiting = new Map();
  let ended = false;
  let number = 0;
  const rest = () => { if (ended && !waiting.size) worker.terminate(); };
  worker.postMessage({ photo }, [photo]);
  worker.addEventListener("message", ({ data: { id, result } }) => {
    waiting.get(id)(result);
    waiting.delete(id);
    rest();
  });
  const ask = (what) => new Promise((done) => {
    number += 1;
    waiting.set(number, done);
    worker.postMessage({ id: number, ...what });
  });
  return {
    /** What a tap selects, as runs of the photo's own pixels (see `Bits.runs`). */
    select: (stroke) => ask({ stroke }),
    /** The bits of a mask as a file (see `toPng`). */
    png: ({ width, height, stride, bytes }) => ask({ mask: { width, height, stride, bytes } }),
    end() {
      ended = true;
      rest();
    },
  };
}
