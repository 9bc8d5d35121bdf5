// The page: who and where, then the log, the composer and the stream, tied together.
import { fetchBatch, fetchBook, fetchNames, fetchPage, fetchRows, follow, makeFiles, makeInvitation, makeRowAgain, Refused, sendAction, sendForm, sendMessage, sendReaction, whyRefused } from "./api.js";
import { batchTable } from "./batch_table.js";
import { composer } from "./composer.js";
import { copying } from "./copy.js";
import { button, byId, element, icon, memory } from "./dom.js";
import { forgetDrafts as forgetForms, forms } from "./forms.js";
import { currentChat, madeUpUser, randomId } from "./identity.js";
import { lightbox } from "./lightbox.js";
import { ChatLog } from "./log.js";
import { outbox } from "./outbox.js";
import { COMMAND_ICONS } from "./palette.js";
import { paintDialog } from "./paint_dialog.js";
import { takeUp as takeUpPaintings } from "./paint_outbox.js";
import { forgetPaintings } from "./paint_shelf.js";
import { paper } from "./paper.js";
import { forgetReactions, reactions } from "./reactions.js";
import { reader } from "./reader.js";
import { rooms } from "./rooms.js";
import { standOnKeyboard, stickToEnd } from "./scroll.js";
import { drafts, waiting } from "./shelf.js";
import { say, sentence, text, useTexts } from "./texts.js";

const TOAST = 7000; // milliseconds a notice stays
const LOST = 1500;  // milliseconds of silence before a lost connection is mentioned
const AGAIN = 700;  // milliseconds in which a second press of one button is taken for a slip
const QUIET_VERBS = /^(rate|settings|set|cancel|paint)\b/; // their effect is seen where they are

const madeUp = madeUpUser();
let user = madeUp.user;
let chat = currentChat(user); // who has signed in has a room of their own
const languageKey = () => `fabula-language:${chat}`;
let page = { commands: [], examples: [], pictures: [] };

/** Show a notice; it goes by itself or by a tap. */
function toast(words) {
  const note = element("div", { class: "toast" }, icon("alert"), element("span", {}, words));
  note.addEventListener("click", () => note.remove());
  byId("toasts").append(note);
  setTimeout(() => note.remove(), TOAST);
}

const needsToken = (trouble) => trouble instanceof Refused && trouble.status === 401;

/** Leave for the door. The promise never settles: nothing more happens on this page. */
function askForToken() {
  location.assign(`/login${location.hash}`);
  return new Promise(() => {});
}

/** Say why something did not work; without a token, go and ask for one. */
function complain(trouble) {
  if (needsToken(trouble)) askForToken();
  else toast(trouble instanceof Refused && trouble.sentence ? trouble.sentence : text("page-error-network"));
}

/** The commands as they are now: a recipe file may have come or gone. Without an answer those that are known stay. */
async function renewCommands() {
  try {
    const { commands } = await fetchPage(user, chat, page.language);
    page = { ...page, commands };
  } catch { /* the next time */ }
}

/** The characters and styles of this room as they are now; without an answer those that are known stay. */
async function renewNames() {
  try {
    const { names, styles } = await fetchNames(user, chat);
    page = { ...page, names, styles };
  } catch { /* the next time */ }
}

async function loadPage(language) {
  for (let wait = 500; ; wait = Math.min(wait * 2, 15000)) {
    try {
      page = await fetchPage(user, chat, language);
      break;
    } catch (trouble) {
      if (needsToken(trouble)) return askForToken();
      byId("banner").hidden = false;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  byId("banner").hidden = true;
  user = page.user || madeUp.user;
  chat = currentChat(user, page);
  useTexts(page.language, page.texts);
  showExamples();
  byId("artist-note").textContent = page.artist_note ?? "";
  byId("artist-note").hidden = !page.artist_note;
  return page;
}

/** A link that lets one person in; null, and a notice, where there is none. */
async function invite(whom) {
  try {
    return location.origin + (await makeInvitation(whom)).path;
  } catch (trouble) {
    complain(trouble);
    return null;
  }
}

function showExamples() {
  byId("examples").replaceChildren(...page.examples.slice(0, 3).map((example) => {
    const [, command, idea, options] = /^\/(\S+)\s*([\s\S]*?)(\s+--[\s\S]*)?$/.exec(example) ?? [null, "", example];
    return element("li", {}, button({ class: "example", data: { testid: "example", example } },
      icon(COMMAND_ICONS[command] ?? "spark"),
      element("span", { class: "example-idea" }, idea || example),
      command ? element("span", { class: "example-command" }, `/${command}${options ?? ""}`) : null));
  }));
}

/** The banner: whether we are connected, and what waits for that. Returns `{state(now), count(number)}`. */
function connection(onBack) {
  let lost = false;
  let timer = 0;
  let number = 0;
  const show = () => {
    const offline = !navigator.onLine;
    byId("banner").hidden = !(offline || lost || number);
    byId("banner-spinner").toggleAttribute("hidden", offline); // nothing is tried without a network
    say(byId("banner-text"), offline ? "page-offline" : "page-reconnecting");
    byId("banner-waiting").hidden = !number;
    if (number) say(byId("banner-waiting"), "page-waiting", { count: number });
  };
  addEventListener("offline", show);
  addEventListener("online", () => { show(); onBack(); });
  return {
    state(now) {
      clearTimeout(timer);
      const back = now === "open";
      if (back) lost = false;
      else timer = setTimeout(() => { lost = true; show(); }, LOST);
      show();
      if (back) onBack();
    },
    count(now) { number = now; show(); },
  };
}

/** Nothing of a person stays behind in this browser. */
function forgetWriting() {
  forgetReactions();
  forgetForms();
  forgetPaintings();
  drafts.clear();
  waiting.clear();
}

function start() {
  rooms({ chat, user, page, invite, leave: forgetWriting });
  lightbox();
  reader({ fetchBook: (piece) => fetchBook(piece, user), warn: complain });
  const table = batchTable({
    warn: complain,
    door: {
      batch: (id) => fetchBatch(chat, user, id), rows: (id, query) => fetchRows(chat, user, id, query),
      again: (id, row) => makeRowAgain(chat, user, id, row), files: (id, rows) => makeFiles(chat, user, id, rows),
    },
  });
  const scroll = stickToEnd();
  standOnKeyboard();
  const log = new ChatLog({
    me: () => user, chat, onNew: (mine) => scroll.news(mine),
    onAsked: (message, picture) => write.changes(message, picture),
    onLanguage: (language) => {
      memory.write(languageKey(), language);
      if (language !== page.language) loadPage(language);
    },
    onForgotten: (mine) => {
      if (mine) {
        post.clear();
        write.clear();
        forgetWriting();
        memory.write(languageKey(), "");
        loadPage();
      }
      leave();
      enter();
    },
    onLoaded: () => {
      write.resume();
      post.resume((message) => log.promise(message.clientId, message.text, [...message.lost].map(fileCalled), message.replyTo));
    },
  });

  const name = `${user} ${chat}`;
  const takeOut = (message) => () => { post.takeOut(message); log.withdrawn(message.clientId); };
  const writeAgain = (message) => () => { if (write.restore(message)) takeOut(message)(); else toast(text("page-composer-full")); };
  const post = outbox({
    name, post: (message) => sendMessage(chat, { user, ...message }),
    shown: {
      sent: (message, id) => log.promised(message.clientId, id),
      waits: (message) => log.unsent(message.clientId, sentence("page-waits"), [["page-take-out", takeOut(message)]]),
      lost: (message) => log.unsent(message.clientId, sentence("page-files-lost", { names: message.lost.join(", ") }),
        [["page-write-again", writeAgain(message)], ["page-take-out", takeOut(message)]]),
      refused: (message, trouble) => {
        if (needsToken(trouble)) { askForToken(); return false; }
        if (write.restore(message)) { log.withdrawn(message.clientId); complain(trouble); return true; }
        log.unsent(message.clientId, element("span", {}, trouble.sentence || text("page-error-network")),
          [["page-write-again", writeAgain(message)], ["page-take-out", takeOut(message)]]);
        return true;
      },
      count: (number) => link.count(number),
    },
  });
  const send = (message) => {
    const clientId = randomId();
    log.promise(clientId, message.text, [...message.files, ...(message.mask ? [message.mask] : [])], message.replyTo);
    post.add({ ...message, clientId });
  };
  const link = connection(() => { post.wake(); dispatchEvent(new Event("fabula-connected")); });
  const write = composer({
    name, send, page: () => page, renew: renewCommands, renewNames, sent: () => log.sent(), excerpt: (message) => log.excerpt(message),
    warn: (key, values) => toast(text(key, values)), unask: (message) => sendAction(chat, user, message, "cancel:").catch(complain),
  });

  reactions({
    chat,
    send: (message, emoji, added) => sendReaction(chat, user, message, emoji, added).catch((trouble) => {
      complain(trouble);
      throw trouble;
    }),
  });
  const asking = forms({
    chat, complain,
    send: (message, action, values, clientId) => {
      log.expect(message);
      return sendForm(chat, user, message, action, values, clientId);
    },
  });
  const painting = paintDialog({ complain, expect: (message) => log.expect(message) });
  takeUpPaintings(complain);
  copying({ wordsOf: (message) => log.wordsOf(message), warn: () => toast(text("page-copy-refused")) });
  paper({ told: () => log.told() });
  listen({ log, write, send, asking, painting });

  let leave = () => {};
  const turnedAway = (trouble) => {
    if (!(trouble instanceof Refused) || trouble.status >= 500) return; // a passing weakness: the stream tries again
    leave();
    link.state("open"); // the connection is sound, the room is not ours
    byId("composer").inert = true;
    log.closed(trouble.sentence);
  };
  const enter = () => {
    leave = follow(chat, user, (event) => { log.receive(event); table.heard(event); }, (now) => {
      link.state(now);
      if (now === "open") log.opened();
      if (now === "refused") {
        whyRefused(chat, user).catch((trouble) => (needsToken(trouble) ? askForToken() : turnedAway(trouble)));
      }
    });
  };
  enter();
  if (madeUp.fresh) byId("welcome").hidden = false;
  if (matchMedia("(hover: hover)").matches) write.focus();
}

/** What is left of a file that a reload did not keep. */
const fileCalled = (name) => ({ name, type: "", size: 0 });

/** One listener for every button of the log, so that entries stay plain nodes. */
function listen({ log, write, send, asking, painting }) {
  const act = async (pressed) => {
    if (pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    const rest = setTimeout(() => pressed.removeAttribute("aria-busy"), AGAIN);
    const { message } = pressed.closest("[data-message]").dataset;
    if (!QUIET_VERBS.test(pressed.dataset.action)) log.expect(message);
    try {
      const { form, ticket } = await sendAction(chat, user, message, pressed.dataset.action);
      if (!form && !ticket) return;
      clearTimeout(rest); // the dialog is in the way of a slip, and whoever leaves it may come back at once
      pressed.removeAttribute("aria-busy");
      if (ticket) painting.show(message, ticket, pressed);
      else asking.show(message, pressed.dataset.action, form, pressed);
    } catch (trouble) {
      clearTimeout(rest);
      pressed.removeAttribute("aria-busy");
      complain(trouble);
    }
  };
  document.addEventListener("click", ({ target }) => {
    const pressed = target.closest("button, .command");
    const { action, testid, quote, insert, example } = pressed?.dataset ?? {};
    if (action) act(pressed);
    else if (testid === "reply-button") write.replyTo(pressed.closest("[data-message]").dataset.message);
    else if (quote) log.visit(quote);
    else if (insert) write.write(`${insert} `);
    else if (example) send({ text: example, files: [], mask: null, replyTo: null });
  });
}

/** Commands within a sentence are pressed by key as a button is. */
function pressByKey() {
  byId("log").addEventListener("keydown", (event) => {
    if (!event.target.matches(".command") || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.target.click();
  });
}

function dressTheme() {
  const toggle = byId("theme");
  const isNight = () => document.documentElement.dataset.theme === "night";
  const name = () => say(toggle, isNight() ? "page-theme-day" : "page-theme-night", {}, "label");
  toggle.addEventListener("click", () => {
    dispatchEvent(new Event("fabula-theme"));
    name();
  });
  name();
}

addEventListener("hashchange", () => location.reload());
dressTheme();
pressByKey();
await loadPage(memory.read(languageKey()));
start();
