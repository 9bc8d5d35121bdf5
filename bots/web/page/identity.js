// Who is at this browser, and in which room. Without a token the page makes up a person: an animal and a random tail.
import { memory } from "./dom.js";

/** The animals of made-up people, with the picture shown beside their name. */
export const ANIMALS = {
  fox: "🦊", owl: "🦉", hare: "🐇", bear: "🐻", whale: "🐳", swan: "🦢", otter: "🦦", hedgehog: "🦔",
};

/** A random id that needs no secure context (`crypto.randomUUID` does). */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The made-up person of this browser, the same at every visit; `fresh` at the first one. */
export function madeUpUser() {
  const known = memory.read("fabula-user");
  if (known) return { user: known, fresh: false };
  const names = Object.keys(ANIMALS);
  const [pick] = crypto.getRandomValues(new Uint8Array(1));
  const user = `${names[pick % names.length]}-${randomId().replaceAll("-", "").slice(0, 16)}`;
  memory.write("fabula-user", user);
  return { user, fresh: true };
}

/** A person's private room: the server lets nobody else in. */
export const homeChat = (user) => `home-${user}`;

/** The name of a room as the server takes it: `our story!` is `our-story`. */
export const roomName = (words) => words.trim().replace(/[^\p{L}\p{N}_.@-]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 64);

/** The room that the address names (`#chat=team`), else the person's own; a guest has none but those they were invited to. */
export function currentChat(user, { guest = false, rooms = [] } = {}) {
  const named = new URLSearchParams(location.hash.slice(1)).get("chat");
  return roomName(named ?? "") || (guest && rooms[0]) || homeChat(user);
}

/** What stands behind the `#` of a room's address. */
export const roomAddress = (chat) => String(new URLSearchParams({ chat }));

/** A link that brings another person into `chat` where nobody has to sign in. */
export const inviteLink = (chat) => `${location.origin}/#${roomAddress(chat)}`;

/** The animal of a made-up person, or null for somebody with a name. */
export function animalOf(user) {
  const [animal, tail] = user.split("-");
  return tail && /^[0-9a-f]{16}$/.test(tail) && animal in ANIMALS ? animal : null;
}
