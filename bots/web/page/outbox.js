// Messages on their way to the server: in order, each once (it knows them by their client id), and kept until it has them.
import { Refused, Unreachable } from "./api.js";
import { waiting } from "./shelf.js";

const WAITS = [400, 1000, 2500, 5000, 10000]; // milliseconds between tries; the connection's coming back ends a wait
const PASSING = new Set([502, 503, 504]);
const TOO_FAST = 429;

/**
 * The outbox of a person in a room (`name`). `post(message)` sends one and resolves to its id; `shown` is told what becomes of each:
 * `sent(message, id)`, `waits(message)`, `lost(message)` (its files did not survive a reload), `refused(message, trouble)`; `count(number)` how many wait.
 */
export function outbox({ name, post, shown }) {
  let messages = [];
  let running = false;
  let wake = () => {};

  const keep = () => {
    const kept = messages.map(({ clientId, text, files, mask, lost, replyTo }) => (
      { clientId, text, replyTo, files: [...lost, ...files.map(({ name: file }) => file), ...(mask ? [mask.name] : [])] }));
    waiting.write(name, kept.length ? kept : null);
    shown.count(messages.filter(({ late }) => late).length);
  };
  const drop = (message) => {
    messages = messages.filter((other) => other !== message);
    keep();
  };
  const pause = (milliseconds) => new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wake = () => { clearTimeout(timer); resolve(); };
  });
  const passes = (message, trouble) => trouble instanceof Unreachable
    || (trouble instanceof Refused && (PASSING.has(trouble.status) || (trouble.status === TOO_FAST && message.late)));
  const mark = () => {
    for (const message of messages) {
      if (message.late) continue;
      message.late = true;
      shown.waits(message);
    }
    keep();
  };

  /** Send the first that can be sent until none is left. */
  const run = async () => {
    if (running) return;
    running = true;
    let tries = 0;
    for (let message = messages.find(({ lost }) => !lost.length); message; message = messages.find(({ lost }) => !lost.length)) {
      try {
        const id = await post(message);
        tries = 0;
        drop(message);
        shown.sent(message, id);
      } catch (trouble) {
        if (passes(message, trouble)) {
          mark();
          await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
          tries += 1;
        } else if (shown.refused(message, trouble)) drop(message);
        else break; // whoever has to sign in first finds it here again
      }
    }
    running = false;
  };

  return {
    /** Send a message `{clientId, text, files, mask, replyTo}` after those that wait. */
    add(message) {
      const entry = { ...message, lost: [], late: false };
      messages.push(entry);
      if (messages.some(({ late }) => late)) mark();
      keep();
      run();
    },
    /** Take up what an earlier visit left; `show(message)` puts each into the log again. */
    resume(show) {
      const known = new Set(messages.map(({ clientId }) => clientId));
      for (const { clientId, text, files, replyTo } of waiting.read(name) ?? []) {
        if (known.has(clientId)) continue;
        const message = { clientId, text, files: [], mask: null, replyTo, lost: files, late: true };
        messages.push(message);
        show(message);
        if (files.length) shown.lost(message);
        else shown.waits(message);
      }
      keep();
      run();
    },
    /** Send this one no more. */
    takeOut: drop,
    /** The connection is back: what waits is tried at once. */
    wake: () => wake(),
    /** Forget all of them. */
    clear() { messages = []; keep(); },
  };
}
