// The page to paint on, in place: a dialog over the chat, which the back button closes.
import { byId } from "./dom.js";
import { paint } from "./paint.js";
import { PaintDoor } from "./paint_api.js";

/** `complain(trouble)` says why it does not open, `expect(message)` that an answer to a message is on its way. */
export function paintDialog({ complain, expect }) {
  const dialog = byId("paint");
  const back = () => { if (history.state?.painting) history.back(); else dialog.close(); };
  addEventListener("popstate", () => { if (dialog.open) dialog.close(); });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); back(); });

  const show = async (message, ticket, opener) => {
    const door = new PaintDoor(ticket);
    let open = true; // what waits for a connection is sent after it was closed, too
    try {
      const page = await door.page();
      if (dialog.open) return; // it was pressed twice
      history.pushState({ painting: true }, "");
      dialog.showModal();
      dialog.addEventListener("close", () => {
        open = false;
        dialog.replaceChildren();
        if (opener.isConnected) opener.focus({ preventScroll: true });
      }, { once: true });
      await paint(dialog, { door, page, done: back, sent: () => { if (open) back(); expect(message); } });
    } catch (trouble) {
      if (dialog.open) back();
      complain(trouble);
    }
  };
  return { show };
}
