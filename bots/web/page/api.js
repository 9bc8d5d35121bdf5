// The server's door: what the page sends, and the stream of what happened.

/** The server answered with a no: `code` and a sentence for the person; `field`: which one of a form is wrong, if one is. */
export class Refused extends Error {
  constructor(status, code, sentence, field = "") {
    super(sentence);
    Object.assign(this, { status, code, sentence, field });
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {}

/** Texts, commands and examples for this person, in their language. */
export async function fetchPage(user, chat, language) {
  const query = new URLSearchParams({ user: user ?? "", chat, ...(language ? { language } : {}) });
  return call(`/api/page?${query}`);
}

/** A picture book as it is now: `{id, language, pages: [{text, alt, url}]}`, the cover first. Throws Refused or Unreachable. */
export const fetchBook = (piece, user) => call(`/api/books/${encodeURIComponent(piece)}?${new URLSearchParams({ user: user ?? "" })}`);

/** What is kept here by a name: `{names}` of the characters, and `{styles}`. */
export const fetchNames = (user, chat) => call(`${room(chat)}/characters?${new URLSearchParams({ user: user ?? "" })}`);

/**
 * Send a message: `{user, text, files, mask, replyTo, clientId}`; resolves to its id. It has a client id, so sending it twice is safe.
 * Throws Refused or Unreachable.
 */
export async function sendMessage(chat, message) {
  const answer = await call(`${room(chat)}/messages`, { method: "POST", body: form(message) });
  return String(answer.message);
}

/** Press a button: an action id on a shown message. Resolves to `{form}`, if it asks something first. */
export const sendAction = (chat, user, message, action) => postJson(chat, "actions", { user, message, action });

/** Send the form of a button; the same `clientId` counts once. Throws Refused with the field that is wrong. */
export const sendForm = (chat, user, message, action, values, clientId) =>
  postJson(chat, "forms", { user, message, action, values, client_id: clientId });

/** How a batch stands, its rows by page (`{states, below, after, limit}`), one row again, and the files of some rows (`2-5, 9`). */
export const fetchBatch = (chat, user, batch) => call(`${table(chat, batch)}?${new URLSearchParams({ user })}`);
export const makeRowAgain = (chat, user, batch, row) => sendJson(`${table(chat, batch)}/rows/${row}/again`, { user });
export const makeFiles = (chat, user, batch, rows) => sendJson(`${table(chat, batch)}/files`, { user, rows });
export function fetchRows(chat, user, batch, { states = [], below = null, after = 0, limit = 50 }) {
  const asked = [["user", user], ["after", after], ["limit", limit], ...states.map((state) => ["state", state])];
  return call(`${table(chat, batch)}/rows?${new URLSearchParams(below === null ? asked : [...asked, ["below", below]])}`);
}

/** Put an emoji on a shown message, or take it off. */
export const sendReaction = (chat, user, message, emoji, added) =>
  postJson(chat, "reactions", { user, message, emoji, added });

/** Invite somebody `{room, name, again}`: into a room, or (by the operator) into the studio. Resolves to `{path}`. */
export const makeInvitation = (whom) => sendJson("/api/invitations", whom);

/** A board as this person sees it: the server's `BoardPage`. */
export const fetchBoard = (chat, board, user, language) => call(`${boardOf(chat, board)}?${new URLSearchParams({ user, language })}`);

/** Do something at a board: `{user, action, values, client_id, language}`; resolves to the board then. Throws Refused with the server's sentence. */
export const actAtBoard = (chat, board, act) => sendJson(boardOf(chat, board), act);

/** A board as everybody with its read-only link sees it; null where it has not changed since a `version`. */
export const fetchBeamer = (path, version) => call(`/api${path}?${new URLSearchParams({ version })}`);

/**
 * Follow a room from its beginning, or from an event of a number on. `onEvent(event)` gets everything, `onState("open" | "lost" | "refused")` the connection.
 * Reconnects by itself, going on after the last numbered event. Returns a function that ends it.
 */
export function follow(chat, user, onEvent, onState, after = 0) {
  let source = null;
  let timer = 0;
  let last = after;
  let failures = 0;
  const connect = () => {
    const query = new URLSearchParams({ user, after: String(last) });
    source = new EventSource(`${room(chat)}/events?${query}`);
    source.onopen = () => { failures = 0; onState("open"); };
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (event.seq !== undefined && event.seq !== null) {
        if (event.seq <= last) return;
        last = event.seq;
      }
      onEvent(event);
    };
    source.onerror = () => {
      const refused = source.readyState === EventSource.CLOSED;
      onState(refused ? "refused" : "lost");
      if (!refused) return; // the browser tries again by itself
      failures = Math.min(failures + 1, 5);
      timer = setTimeout(connect, 1000 * 2 ** (failures - 1));
    };
  };
  connect();
  return () => { clearTimeout(timer); source.close(); };
}

/** Why the room's stream was refused: throws Refused (or Unreachable), and nothing if it is open after all. */
export async function whyRefused(chat, user) {
  const probe = new AbortController();
  try {
    const response = await fetch(`${room(chat)}/events?${new URLSearchParams({ user })}`, { signal: probe.signal });
    if (!response.ok) await understood(response);
  } catch (trouble) {
    throw trouble instanceof Refused ? trouble : new Unreachable(String(trouble));
  } finally {
    probe.abort();
  }
}

const boardOf = (chat, board) => `${room(chat)}/boards/${encodeURIComponent(board)}`;
const table = (chat, batch) => `${room(chat)}/batches/${encodeURIComponent(batch)}`;

const room = (chat) => `/api/chats/${encodeURIComponent(chat)}`;

function form({ user, text, files, mask, replyTo, clientId }) {
  const body = new FormData();
  body.append("user", user);
  body.append("text", text);
  body.append("client_id", clientId);
  if (replyTo) body.append("reply_to", replyTo);
  for (const file of files) body.append("files", file, file.name || "photo.png");
  if (mask) body.append("mask", mask, mask.name || "mask.png");
  return body;
}

const postJson = (chat, what, body) => sendJson(`${room(chat)}/${what}`, body);

function sendJson(path, body) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...options });
  } catch (trouble) {
    throw new Unreachable(String(trouble));
  }
  return understood(response);
}

async function understood(response) {
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.code ?? "", answer.text ?? "", answer.field ?? "");
  return answer;
}
