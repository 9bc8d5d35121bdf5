// Rooms: the private one of this browser, and shared ones that a link leads to.
import { byId } from "./dom.js";
import { homeChat, inviteLink, roomName } from "./identity.js";
import { say, text } from "./texts.js";

/** The dialog behind the room's name. `chat` is the current room of `user`; another one is opened through the address. */
export function rooms(chat, user) {
  const dialog = byId("rooms");
  const link = byId("rooms-link");
  const private_ = chat === homeChat(user);

  if (private_) say(byId("room-name"), "page-room-home");
  else byId("room-name").textContent = chat;
  say(byId("rooms-note"), private_ ? "page-rooms-note-home" : "page-rooms-note-shared");
  byId("rooms-home").hidden = private_;
  byId("rooms-invite").hidden = private_;
  link.value = inviteLink(chat);

  byId("room").addEventListener("click", () => { dialog.showModal(); link.select(); });
  byId("rooms-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  byId("rooms-copy").addEventListener("click", async () => {
    link.select();
    try { await navigator.clipboard.writeText(link.value); } catch { document.execCommand("copy"); }
    say(byId("rooms-copy"), "page-rooms-copied");
    byId("announcer").textContent = text("page-rooms-copied");
  });
  byId("rooms-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = roomName(byId("rooms-name").value);
    if (name) location.hash = new URLSearchParams({ chat: name });
  });
  byId("rooms-home").addEventListener("click", () => { location.hash = ""; });
}
