// What was painted and sent, until the server has it: kept in this browser, over a reload too, and sent once there is a connection. It counts
// once, however often it is sent: a ticket that was used answers with what became of it.
import { Refused } from "./api.js";
import { PaintDoor } from "./paint_api.js";

const AGAIN = 4000; // milliseconds until it is tried again
const STORE = "sent";
const without = new Map(); // where the browser keeps nothing: until this page is left
const sending = new Map(); // what is on its way from this page, by ticket

/** Do something with what is kept; `work(store)` gives a request. Resolves to its result, or to that of `instead()` where nothing can be kept. */
async function kept(mode, work, instead) {
  try {
    const base = await new Promise((done, fail) => {
      const opening = indexedDB.open("fabula-paint", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "ticket" });
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => fail(opening.error);
    });
    try {
      return await new Promise((done, fail) => {
        const change = base.transaction(STORE, mode);
        const request = work(change.objectStore(STORE));
        change.oncomplete = () => done(request.result);
        change.onabort = () => fail(change.error);
      });
    } finally {
      base.close();
    }
  } catch {
    return instead();
  }
}

const keep = (entry) => kept("readwrite", (store) => store.put(entry), () => without.set(entry.ticket, entry));
const drop = (ticket) => kept("readwrite", (store) => store.delete(ticket), () => without.delete(ticket));
const all = () => kept("readonly", (store) => store.getAll(), () => [...without.values()]);

/** Whether a server that says this may take it later. */
const passes = (trouble) => !(trouble instanceof Refused) || trouble.status >= 500 || trouble.status === 429;

const back = () => new Promise((done) => {
  const over = () => { clearTimeout(timer); removeEventListener("online", over); done(); };
  const timer = setTimeout(over, AGAIN);
  addEventListener("online", over);
});

async function deliver({ ticket, opener, where, words, options }, waits) {
  const door = new PaintDoor(ticket, opener);
  for (;;) {
    try {
      const became = await door.send(where, words, options);
      await drop(ticket);
      return became;
    } catch (trouble) {
      if (passes(trouble)) { waits?.(); await back(); continue; }
      await drop(ticket);
      throw trouble;
    }
  }
}

function begin(entry, waits) {
  if (!sending.has(entry.ticket)) {
    sending.set(entry.ticket, deliver(entry, waits).finally(() => sending.delete(entry.ticket)));
  }
  return sending.get(entry.ticket);
}

/**
 * Send `{where, words, options}` by the ticket of a `door`, as `PaintDoor.send` takes them; `waits()` is told when there is no connection.
 * Resolves to what became of it once the server has it, also if that is after the page was left and opened again. Throws Refused.
 */
export async function post(door, said, waits) {
  const entry = { ticket: door.ticket, opener: door.opener, ...said };
  await keep(entry);
  return begin(entry, waits);
}

/** What was left to send by a ticket, being sent now: a promise as of `post`; nothing if there is nothing. */
export async function leftOf(ticket, waits) {
  const entry = (await all()).find((one) => one.ticket === ticket);
  return entry && { became: begin(entry, waits) };
}

/** Send all that an earlier visit left; `complain(trouble)` says what was refused. */
export async function takeUp(complain) {
  for (const entry of await all()) begin(entry).catch(complain);
}

/** Nothing of it stays behind. */
export const forgetSent = () => kept("readwrite", (store) => store.clear(), () => without.clear());
