// Where people write: text, photos, what they reply to or change. Enter sends, Shift+Enter starts a new line, ArrowUp brings back
// what was sent. What is being written outlives a reload, but for the files: of them the names are told.
import { attachments } from "./attachments.js";
import { byId } from "./dom.js";
import { palette } from "./palette.js";
import { drafts } from "./shelf.js";
import { say } from "./texts.js";

const TALLEST = 0.34; // of the window's height; a longer text scrolls

/**
 * The composer. `send({text, files, mask, replyTo})` is called with something to send; `page()` is what the server tells of commands and
 * files, `renew()` asks for the commands afresh, `renewNames()` for what is kept by a name; `excerpt(message)` the words of a message that is replied to; `warn(key, values)` says what went
 * wrong; `unask(message)` takes back the question that this message asked; `sent()` are the words that were sent here, newest first; `name` is
 * that of the draft.
 */
export function composer({ name, send, page, renew, renewNames, excerpt, warn, unask, sent }) {
  const field = byId("composer-text");
  const sendButton = byId("send");
  let replyTo = null;
  let question = null; // the message that asks what shall change
  let lost = [];       // the names of files that a reload did not keep
  let recalled = null; // { words, at }: what was brought back, and how far that is
  const commands = () => page().commands;

  const refresh = () => {
    field.style.setProperty("height", "auto");
    field.style.setProperty("height", `${Math.min(field.scrollHeight, innerHeight * TALLEST)}px`);
    sendButton.disabled = !field.value.trim() && !tray.size;
    keep();
  };
  const keep = () => {
    const { files, mask } = tray.content;
    const names = [...lost, ...files.map((file) => file.name), ...(mask ? [mask.name] : [])];
    drafts.write(name, field.value || names.length ? { text: field.value, files: names, replyTo } : null);
  };
  const lose = (names) => {
    lost = names;
    byId("lost").hidden = !lost.length;
    if (lost.length) say(byId("lost-text"), "page-files-lost", { names: lost.join(", ") });
  };
  const tray = attachments(() => refresh());
  const endings = () => commands().flatMap(({ files }) => files); // of what some command takes beside pictures
  const rules = () => ({ pictures: page().pictures, others: endings(), limit: page().file_limit, most: page().file_count });
  const suggest = palette(field, commands, () => page().names ?? [], () => page().styles ?? []);

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
    recalled = null;
    lose([]);
    tray.clear();
    reply(null);
    suggest.refresh();
    refresh();
    send(message);
  };

  const take = async (files) => {
    if (!files.length) return;
    const taken = (await tray.add(files, rules(), warn)).map((file) => file.name);
    lose(lost.filter((missing) => !taken.includes(missing)));
    keep();
    field.focus();
  };

  /** Bring back what was sent `step` messages earlier, where nothing else is written. Returns whether there was anything to do. */
  const recall = (step) => {
    if (field.value !== (recalled?.words ?? "")) return false;
    const beyond = step > 0 ? field.value.slice(0, field.selectionStart) : field.value.slice(field.selectionEnd);
    if (beyond.includes("\n")) return false; // within it, the arrows go from line to line
    const words = sent();
    const at = (recalled?.at ?? -1) + step;
    if (at < -1 || at >= words.length) return Boolean(recalled);
    recalled = at < 0 ? null : { words: words[at], at };
    field.value = recalled?.words ?? "";
    suggest.close();
    refresh();
    return true;
  };

  byId("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); field.focus(); });
  field.addEventListener("input", () => {
    refresh();
    suggest.refresh();
    if (/(?:[@＠]|(?:--|—|–|－－)(?:style|风格|画风)[ =＝：])$/i.test(field.value.slice(0, field.selectionStart))) renewNames().then(() => { if (document.activeElement === field) suggest.refresh(); });
    if (field.value === "/") renew().then(() => { if (document.activeElement === field) suggest.refresh(); });
  });
  field.addEventListener("blur", ({ relatedTarget }) => suggest.left(relatedTarget));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is still choosing characters
    if (suggest.keydown(event)) { event.preventDefault(); return; }
    const earlier = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (earlier && (earlier > 0 || recalled) && recall(earlier)) { event.preventDefault(); return; }
    if (event.key === "Escape" && (replyTo || question)) stop();
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); submit(); }
  });
  byId("replying-cancel").addEventListener("click", () => { stop(); field.focus(); });
  byId("skip").addEventListener("click", () => field.focus()); // not a link: the address names the room
  byId("slash").addEventListener("mousedown", (event) => event.preventDefault());
  byId("slash").addEventListener("click", () => suggest.open());
  byId("attach").addEventListener("click", () => {
    byId("files").accept = [...page().pictures, ...endings()].map((ending) => `.${ending}`).join(); // so phones send what can be read
    byId("files").click();
  });
  byId("files").addEventListener("change", ({ target }) => { take([...target.files]); target.value = ""; });
  field.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) { event.preventDefault(); take(files); }
  });
  acceptDrops(take);
  addEventListener("resize", refresh);
  byId("lost-close").addEventListener("click", () => { lose([]); keep(); field.focus(); });
  const draft = drafts.read(name);
  if (draft) {
    field.value = draft.text ?? "";
    lose(draft.files ?? []);
    replyTo = draft.replyTo ?? null; // shown as soon as the log can tell what it says
    refresh();
  }

  return {
    /** Reply to this message from now on. */
    replyTo(message) { reply(message); keep(); field.focus(); },
    /** This message asks what shall change in the picture at that address: what is written next says it. */
    changes(message, picture) { change(message, picture); field.focus(); },
    /** Put words into the field, ready to be changed. */
    write(words) {
      field.value = words;
      field.focus();
      field.setSelectionRange(words.length, words.length);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    /** Give back what a message held. Returns whether that was done: not where something new is already being written. */
    restore(message) {
      if (field.value.trim() || tray.size) return false;
      field.value = message.text;
      tray.restore(message);
      lose(message.lost ?? []);
      reply(message.replyTo);
      refresh();
      return true;
    },
    /** The log is there: what is replied to can be shown. */
    resume() { if (replyTo) reply(excerpt(replyTo) ? replyTo : null); },
    /** Nothing that is being written is kept. */
    clear() {
      field.value = "";
      lose([]);
      tray.clear();
      reply(null);
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
