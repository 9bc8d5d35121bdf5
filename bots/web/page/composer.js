// Where people write: text, photos, what they reply to or change. Enter sends, Shift+Enter starts a new line.
import { attachments } from "./attachments.js";
import { byId } from "./dom.js";
import { palette } from "./palette.js";
import { say } from "./texts.js";

const TALLEST = 0.34; // of the window's height; a longer text scrolls

/**
 * The composer. `send({text, files, mask, replyTo})` is called with something to send; `commands()` is the current
 * table; `excerpt(message)` the words of a message that is replied to; `warn(key)` says what went wrong; `unask(message)`
 * takes back the question that this message asked.
 */
export function composer({ send, commands, excerpt, warn, unask }) {
  const field = byId("composer-text");
  const sendButton = byId("send");
  let replyTo = null;
  let question = null; // the message that asks what shall change

  const refresh = () => {
    field.style.setProperty("height", "auto");
    field.style.setProperty("height", `${Math.min(field.scrollHeight, innerHeight * TALLEST)}px`);
    sendButton.disabled = !field.value.trim() && !tray.size;
  };
  const tray = attachments(() => refresh());
  const endings = () => commands().flatMap(({ files }) => files); // of what some command takes beside pictures
  const suggest = palette(field, commands);

  /** Show above the field what is written about: a message that is replied to, or the picture that is changed. */
  const show = (key, values, stop, picture = "") => {
    byId("replying").hidden = !key;
    byId("replying-icon").toggleAttribute("hidden", Boolean(picture));
    byId("changing-picture").hidden = !picture;
    if (picture) byId("changing-picture").src = picture;
    if (!key) return;
    say(byId("replying-text"), key, values);
    say(byId("replying-cancel"), stop, {}, "label");
  };
  const reply = (message) => {
    [replyTo, question] = [message, null];
    show(message && "page-replying", message ? { text: excerpt(message) } : {}, "page-reply-cancel");
  };
  const change = (message, picture) => {
    [replyTo, question] = [null, message];
    show("page-changing", {}, "page-changing-cancel", picture);
  };
  const stop = () => {
    const asked = question;
    reply(null);
    if (asked) unask(asked);
  };

  const submit = () => {
    const words = field.value.trim();
    if (!words && !tray.size) return;
    const message = { text: words, ...tray.content, replyTo };
    field.value = "";
    tray.clear();
    reply(null);
    suggest.refresh();
    refresh();
    send(message);
  };

  const take = (files) => {
    if (!files.length) return;
    if (!tray.add(files, endings())) warn("page-error-not-picture");
    field.focus();
  };

  byId("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); field.focus(); });
  field.addEventListener("input", () => { refresh(); suggest.refresh(); });
  field.addEventListener("blur", () => suggest.close());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is still choosing characters
    if (suggest.keydown(event)) { event.preventDefault(); return; }
    if (event.key === "Escape" && (replyTo || question)) stop();
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); submit(); }
  });
  byId("replying-cancel").addEventListener("click", () => { stop(); field.focus(); });
  byId("skip").addEventListener("click", () => field.focus()); // not a link: the address names the room
  byId("slash").addEventListener("mousedown", (event) => event.preventDefault());
  byId("slash").addEventListener("click", () => suggest.open());
  byId("attach").addEventListener("click", () => {
    byId("files").accept = ["image/*", ...endings().map((ending) => `.${ending}`)].join();
    byId("files").click();
  });
  byId("files").addEventListener("change", ({ target }) => { take([...target.files]); target.value = ""; });
  field.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) { event.preventDefault(); take(files); }
  });
  acceptDrops(take);
  addEventListener("resize", refresh);

  return {
    /** Reply to this message from now on. */
    replyTo(message) { reply(message); field.focus(); },
    /** This message asks what shall change in the picture at that address: what is written next says it. */
    changes(message, picture) { change(message, picture); field.focus(); },
    /** Put words into the field, ready to be changed. */
    write(words) {
      field.value = words;
      field.focus();
      field.setSelectionRange(words.length, words.length);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    /** Give back what a refused message held, unless something new is already being written. */
    restore(message) {
      if (field.value.trim() || tray.size) return;
      field.value = message.text;
      tray.restore(message);
      reply(message.replyTo);
      refresh();
    },
    focus() { field.focus(); },
  };
}

function acceptDrops(take) {
  const drop = byId("drop");
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => { if (carriesFiles(event)) drop.hidden = false; });
  addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.hidden = true; });
  addEventListener("drop", (event) => {
    drop.hidden = true;
    if (!carriesFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}
