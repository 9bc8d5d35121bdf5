// Rooms and who may come into them: the private one, shared ones, invitations, and signing out.
import { button, byId, element } from "./dom.js";
import { homeChat, inviteLink, roomAddress, roomName } from "./identity.js";
import { say, text } from "./texts.js";

/**
 * The dialog behind the room's name. `chat` is the current room of `user`; another one is opened through the address.
 * `page` says who has signed in (`user` is null where nobody needs to) and their rooms; `invite({room, name, again})` resolves
 * to a link that lets one person in, or this one `again`; `leave()` is called before signing out.
 */
export function rooms({ chat, user, page, invite, leave }) {
  const dialog = byId("rooms");
  const private_ = chat === homeChat(user);
  const signedIn = Boolean(page.user);

  if (private_) say(byId("room-name"), "page-room-home");
  else byId("room-name").textContent = chat;
  say(byId("rooms-note"), private_ ? "page-rooms-note-home" : signedIn ? "page-rooms-note-members" : "page-rooms-note-shared");
  byId("rooms-home").hidden = private_ || page.guest;
  byId("rooms-form").hidden = page.guest;
  showLink(byId("rooms-invite"), private_ || signedIn ? null : inviteLink(chat));
  copies("rooms");
  if (signedIn) makesRoomLinks(chat, private_, page, invite);
  if (page.operator) invitesPeople(invite);
  if (signedIn) showWho(page, leave, invite);
  showMine(chat, page.rooms ?? []);

  byId("room").addEventListener("click", () => { dialog.showModal(); byId("rooms-link").select(); });
  byId("rooms-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  byId("rooms-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = roomName(byId("rooms-name").value);
    if (name) location.hash = roomAddress(name);
  });
  byId("rooms-home").addEventListener("click", () => { location.hash = ""; });
}

/** A link to a room of members is made when it is asked for: each lets in one person. */
function makesRoomLinks(chat, private_, page, invite) {
  const maker = byId("rooms-new-link");
  maker.hidden = private_ || page.guest;
  maker.addEventListener("click", async () => {
    const link = await invite({ room: chat });
    if (link) showLink(byId("rooms-invite"), link);
  });
}

/** Whoever runs the studio lets others into it. */
function invitesPeople(invite) {
  const form = byId("invite-form");
  form.hidden = false;
  copies("invite");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const link = await invite({ name: byId("invite-name").value });
    if (!link) return;
    byId("invite-name").value = "";
    showLink(byId("invite-made"), link);
    byId("invite-link").select();
  });
}

function showLink(row, link) {
  row.hidden = !link;
  row.querySelector("input").value = link ?? "";
  say(row.querySelector("button"), "page-rooms-copy");
}

function copies(what) {
  const link = byId(`${what}-link`);
  byId(`${what}-copy`).addEventListener("click", async () => {
    link.select();
    try { await navigator.clipboard.writeText(link.value); } catch { document.execCommand("copy"); }
    say(byId(`${what}-copy`), "page-rooms-copied");
    byId("announcer").textContent = text("page-rooms-copied");
  });
}

function showMine(chat, mine) {
  const others = mine.filter((room) => room !== chat);
  byId("rooms-mine").hidden = !others.length;
  byId("rooms-list").replaceChildren(...others.map((room) => {
    const chip = button({ class: "chip", data: { testid: "my-room" } }, element("span", {}, room));
    chip.addEventListener("click", () => { location.hash = roomAddress(room); });
    return element("li", {}, chip);
  }));
}

/** Who this is, the way out, and the way in on another device of theirs. */
function showWho({ name }, leave, invite) {
  byId("you").hidden = byId("again").hidden = false;
  say(byId("you-name"), name ? "page-you" : "page-you-nameless", { name });
  byId("you").addEventListener("submit", leave);
  copies("again");
  byId("again").addEventListener("click", async () => {
    const link = await invite({ again: true });
    if (link) showLink(byId("again-made"), link);
  });
}
