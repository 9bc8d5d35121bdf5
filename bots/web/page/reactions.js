// Emoji under a picture or story: a small picker, and the reaction this person has chosen.
import { button, byId, memory } from "./dom.js";
import { say } from "./texts.js";

const EMOJI = ["👍", "❤", "😍", "🔥", "🎉", "👏", "💯", "👎"];
const REMEMBERED = 300; // messages whose own reaction this browser keeps in mind

/** Let people react; `send(message, emoji, added)` resolves when the server has it. */
export function reactions({ chat, send }) {
  const picker = byId("picker");
  let opener = null;

  for (const emoji of EMOJI) {
    picker.append(button({ class: "reaction", data: { testid: "reaction", emoji } }, drawn(emoji)));
  }

  const entryOf = (node) => node.closest("[data-message]");

  const close = (refocus) => {
    if (picker.hidden) return;
    picker.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    if (refocus) opener?.focus();
    opener = null;
  };

  const open = (from) => {
    close(false);
    opener = from;
    const mine = own(chat, entryOf(from).dataset.message);
    for (const choice of picker.children) choice.setAttribute("aria-pressed", String(choice.dataset.emoji === mine));
    picker.hidden = false;
    from.setAttribute("aria-expanded", "true");
    stand(picker, from);
    (picker.querySelector("[aria-pressed=true]") ?? picker.firstElementChild).focus();
  };

  const choose = async (entry, emoji) => {
    const message = entry.dataset.message;
    const before = own(chat, message);
    const after = before === emoji ? null : emoji;
    remember(chat, message, after);
    showOwnReaction(entry, chat, message);
    try {
      if (before) await send(message, before, false);
      if (after) await send(message, after, true);
    } catch {
      remember(chat, message, before);
      showOwnReaction(entry, chat, message);
    }
  };

  document.addEventListener("click", ({ target }) => {
    const react = target.closest("[data-testid=react]");
    const choice = target.closest("[data-testid=reaction]");
    const chosen = target.closest("[data-testid=own-reaction]");
    if (react && opener === react) close(true);
    else if (react) open(react);
    else if (choice) {
      const entry = entryOf(opener);
      close(true);
      choose(entry, choice.dataset.emoji);
    } else if (chosen) choose(entryOf(chosen), chosen.dataset.emoji);
    else close(false);
  });

  picker.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(true); return; }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...picker.children];
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
  });
  picker.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !picker.contains(relatedTarget)) close(false);
  });
  byId("desk").addEventListener("scroll", () => { if (opener) stand(picker, opener); }, { passive: true });
}

/** Show under an entry which emoji this person gave it; a tap takes it back. */
export function showOwnReaction(entry, chat, message) {
  const place = entry.querySelector(".own-reactions");
  if (!place) return;
  const emoji = own(chat, message);
  place.replaceChildren();
  if (!emoji) return;
  const data = { testid: "own-reaction", emoji };
  const chip = button({ class: "own-reaction", "aria-pressed": "true", data }, drawn(emoji));
  place.append(say(chip, "page-reaction-remove", { emoji: drawn(emoji) }, "label"));
}

/** The heart needs a variation sign to be drawn in colour; it is sent without. */
const drawn = (emoji) => (emoji === "❤" ? "❤️" : emoji);

/** Forget every reaction that this browser remembers. */
export const forgetReactions = () => memory.write("fabula-reactions", "[]");

const kept = () => { try { return JSON.parse(memory.read("fabula-reactions") ?? "[]"); } catch { return []; } };

const own = (chat, message) => kept().find(([where]) => where === `${chat}/${message}`)?.[1] ?? null;

function remember(chat, message, emoji) {
  const where = `${chat}/${message}`;
  const others = kept().filter(([place]) => place !== where);
  memory.write("fabula-reactions", JSON.stringify([...others, ...(emoji ? [[where, emoji]] : [])].slice(-REMEMBERED)));
}

function stand(picker, opener) {
  const at = opener.getBoundingClientRect();
  const { width, height } = picker.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - 8));
  const above = at.top - height - 4;
  picker.style.setProperty("left", `${left}px`);
  const top = Math.min(above > 8 ? above : at.bottom + 4, innerHeight - height - 8);
  picker.style.setProperty("top", `${Math.max(8, top)}px`);
}
