// What this browser keeps of each room by a name of its own, as long as it is not too much: drafts, messages on their way.
import { memory } from "./dom.js";

const KEPT = 20; // rooms

/** A shelf of this browser: `{read(name), write(name, value), clear()}`; a value that is null is taken off it. */
export function shelf(key) {
  const all = () => { try { return JSON.parse(memory.read(key) ?? "{}") ?? {}; } catch { return {}; } };
  return {
    read: (name) => all()[name] ?? null,
    write(name, value) {
      const others = Object.entries(all()).filter(([known]) => known !== name);
      memory.write(key, JSON.stringify(Object.fromEntries([...others, ...(value ? [[name, value]] : [])].slice(-KEPT))));
    },
    clear: () => memory.write(key, "{}"),
  };
}

/** What is being written, by person and room: `{text, files, replyTo}`, of files their names. */
export const drafts = shelf("fabula-writing");

/** Messages on their way, by person and room: a list of `{clientId, text, files, replyTo}`, of files their names. */
export const waiting = shelf("fabula-outbox");
