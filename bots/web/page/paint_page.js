// The page to paint on as a page of its own, where a messenger leads: who opened it is told to the server first.
import { Refused } from "./api.js";
import { byId } from "./dom.js";
import { paint } from "./paint.js";
import { PaintDoor } from "./paint_api.js";
import { takeUp } from "./paint_outbox.js";
import { text, useTexts } from "./texts.js";

const AGAIN = 3000; // milliseconds until it is tried again to open it
const told = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData") ?? "";
const openerKey = (ticket) => `fabula-opener:${ticket}`;

/** The ticket: in the path, or, where a link of Telegram's led here, in what it was started with. */
function ticketOf() {
  const [, , inPath] = location.pathname.split("/");
  return inPath || new URLSearchParams(location.search).get("tgWebAppStartParam") || new URLSearchParams(told).get("start_param") || "";
}

const session = {
  read(key) { try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; } },
  write(key, value) { try { sessionStorage.setItem(key, value); } catch { /* then it is told again */ } },
};

/** Leave: Telegram closes its window, a browser its tab, where it lets us. */
function leave() {
  const event = JSON.stringify({ eventType: "web_app_close", eventData: {} });
  if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent("web_app_close", "{}");
  else if (window.parent !== window) window.parent.postMessage(event, "https://web.telegram.org");
  window.close();
  const said = document.createElement("p"); // a browser closes only what a page has opened
  said.className = "paint-alone";
  said.textContent = text("page-paint-left");
  byId("paint").replaceChildren(said);
}

async function opened(door) {
  if (told && !door.opener) await door.open(told);
  session.write(openerKey(door.ticket), door.opener);
  return door.page();
}

async function start(ticket, opener) {
  const door = new PaintDoor(ticket, opener);
  const said = byId("paint-said");
  for (;;) {
    try {
      const page = await opened(door);
      useTexts(page.language, page.texts);
      document.title = text("page-paint-title");
      const next = (fresh) => {
        session.write(openerKey(fresh.ticket), fresh.opener); // what Telegram told of who opened this may be too old by now
        location.replace(`/paint/${fresh.ticket}`);
      };
      await paint(byId("paint"), { door, page, done: leave, shows: true, next });
      takeUp(() => {}); // by other tickets; of what is refused, the strokes stay with their picture
      return;
    } catch (trouble) {
      said.hidden = false;
      said.textContent = trouble instanceof Refused ? trouble.sentence : "… ⟳";
      if (trouble instanceof Refused && trouble.status < 500) return;
      await new Promise((back) => setTimeout(back, AGAIN));
    }
  }
}

const ticket = ticketOf();
await start(ticket, session.read(openerKey(ticket)));
