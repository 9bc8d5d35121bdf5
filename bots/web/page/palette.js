// The palette: commands after `/`, then their options after `--`, an option's choices, and anywhere a character's name after `@`.
import { byId, element, icon } from "./dom.js";
import { text } from "./texts.js";

const DASHES = "(?:--|—|–|－－)"; // what phones make of two hyphens
const COMMAND = /^\/([\p{L}]*)$/u;
const OPTION = new RegExp(`^/([\\p{L}]+)\\s[\\s\\S]*?(?:^|\\s)${DASHES}([\\p{L}]*)$`, "u");
const CHOICE = new RegExp(`^/([\\p{L}]+)\\s[\\s\\S]*(?:^|\\s)${DASHES}([\\p{L}]+)(?:\\s+|[=＝：])([^\\s]*)$`, "u");

/** The icon of a command. */
export const COMMAND_ICONS = { story: "book", image: "picture", edit: "brush", vary: "dice" };

/** Whether a command or an option is called so, in any language. */
const isCalled = ({ name, aliases = [] }, said) => [name, ...aliases].includes(said);

const NAME = /(?<![A-Za-z0-9_.+%/<@＠-])[@＠]([^@＠\n]{0,32})$/u;

/** What can be completed at the end of `before`: `{items: [{insert, name, note, icon}], typed, hint}`. */
export function suggestions(before, commands, names = [], styles = []) {
  const nothing = { items: [], typed: "", hint: "" };
  const mention = NAME.exec(before);
  const called = mention ? nameItems(names, mention[1]) : [];
  if (called.length) return { ...nothing, typed: mention[1], items: called };
  const starting = COMMAND.exec(before);
  if (starting) return { ...nothing, typed: starting[1], items: commandItems(commands, starting[1]) };
  const said = /^\/([\p{L}]+) /u.exec(before)?.[1].toLowerCase();
  const command = said && commands.find((one) => isCalled(one, said));
  if (!command) return nothing;
  const choosing = CHOICE.exec(before);
  const option = choosing && (command.options ?? []).find((one) => isCalled(one, choosing[2].toLowerCase()));
  if (option) return { typed: choosing[3], hint: option.description ?? "", items: [...(option.samples ? ownItems(styles, choosing[3]) : []), ...choiceItems(option, choosing[3])] };
  const naming = OPTION.exec(before);
  if (naming) return { typed: naming[2], hint: command.usage ?? "", items: optionItems(command, naming[2]) };
  if (before !== `/${said} `) return nothing;
  return { ...nothing, hint: [command.usage, ...(command.options ?? []).map(({ name }) => `--${name}`)].join("  ") };
}

/**
 * The palette over the composer's text field. `field` is the textarea, `commands()` the current table, `names()` the characters, `styles()` those
 * of somebody's own. Returns
 * `{refresh(), keydown(event): boolean, open()}`; keydown answers true where it has used the key.
 */
export function palette(field, commands, names, styles) {
  const box = byId("palette");
  const list = byId("palette-list");
  const hint = byId("palette-hint");
  let found = { items: [], typed: "" };
  let at = 0;

  const opened = () => byId("slash").setAttribute("aria-expanded", String(!box.hidden));

  const close = () => {
    box.hidden = true;
    opened();
    found = { items: [], typed: "" };
    field.removeAttribute("aria-activedescendant");
  };

  const highlight = (index) => {
    at = (index + found.items.length) % found.items.length;
    [...list.children].forEach((node, position) => node.setAttribute("aria-selected", String(position === at)));
    list.children[at].scrollIntoView({ block: "nearest" });
    for (const owner of [field, list]) owner.setAttribute("aria-activedescendant", list.children[at].id);
  };

  const accept = (item) => {
    const before = field.value.slice(0, field.selectionStart);
    const start = before.length - found.typed.length;
    const rest = field.value.slice(field.selectionStart);
    field.value = `${before.slice(0, start)}${item.insert} ${rest.trimStart()}`;
    const caret = start + item.insert.length + 1;
    field.setSelectionRange(caret, caret);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const refresh = () => {
    const before = field.selectionStart === field.selectionEnd ? field.value.slice(0, field.selectionStart) : "";
    const earlier = box.hidden ? -1 : list.children.length;
    found = suggestions(before, commands(), names(), styles());
    hint.textContent = found.hint;
    hint.hidden = !found.hint;
    box.hidden = !found.hint && !found.items.length;
    opened();
    list.hidden = !found.items.length;
    list.classList.toggle("samples", found.items.some(({ picture }) => picture));
    list.replaceChildren(...found.items.map((item, index) => itemNode(item, index)));
    if (!found.items.length) { field.removeAttribute("aria-activedescendant"); return; }
    highlight(0);
    const count = found.items.length;
    if (earlier !== count) byId("announcer").textContent = text("page-palette-count", { count });
  };

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the caret
  list.addEventListener("click", ({ target }) => {
    const node = target.closest("[data-testid=palette-item]");
    if (node) accept(found.items[[...list.children].indexOf(node)]);
  });

  /** Whoever goes from the field into the list goes on choosing there. */
  const left = (next) => { if (!box.contains(next)) close(); };

  list.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget !== field) left(relatedTarget); });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) highlight(at + step);
    else if (event.key === "Enter" || event.key === " ") accept(found.items[at]);
    else if (event.key === "Escape") { field.focus(); close(); }
    else return;
    event.preventDefault();
  });

  return {
    refresh,
    close,
    left,
    open() {
      if (!field.value.startsWith("/")) field.value = `/${field.value}`;
      field.setSelectionRange(1, 1);
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    keydown(event) {
      if (box.hidden) return false;
      if (event.key === "Escape") { close(); return true; }
      if (!found.items.length) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { highlight(at + step); return true; }
      const finished = found.items.some(({ insert }) => insert === found.typed);
      const completes = !event.shiftKey && (event.key === "Tab" || (event.key === "Enter" && !finished));
      if (completes) accept(found.items[at]);
      return completes;
    },
  };
}

/** The entries that are called as was typed: first those whose name begins so. `namesOf(entry)` are all its names. */
function matching(entries, typed, namesOf) {
  const wanted = typed.toLowerCase();
  const place = (entry) => {
    const places = namesOf(entry).map((name) => name.toLowerCase().indexOf(wanted)).filter((found) => found >= 0);
    return places.length ? Math.min(...places) : -1;
  };
  const starts = entries.filter((entry) => place(entry) === 0);
  return wanted.length > 1 ? [...starts, ...entries.filter((entry) => place(entry) > 0)] : starts;
}

const commandItems = (commands, typed) => matching(commands, typed, ({ name, aliases = [] }) => [name, ...aliases]).map((command) => ({
  insert: command.name, name: command.usage ?? `/${command.name}`, note: command.description ?? "",
  icon: COMMAND_ICONS[command.name] ?? "spark",
}));

const nameItems = (names, typed) =>
  names.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase())).map((name) => ({ insert: name, name: `@${name}`, note: "" }));

const ownItems = (styles, typed) => matching(styles, typed, (name) => [name]).map((name) => ({ insert: name, name, note: "", icon: "brush" }));

const optionItems = (command, typed) => matching(command.options ?? [], typed, ({ name, aliases = [] }) => [name, ...aliases]).map((option) => ({
  insert: option.name, name: `--${option.name}`, note: option.description ?? "",
}));

const choiceItems = ({ choices = [], labels = {}, samples = false }, typed) =>
  matching(choices, typed, (choice) => [choice, ...(labels[choice] ? [labels[choice]] : [])]).map((choice) => ({
    insert: choice, name: labels[choice] ?? choice, note: labels[choice] ? choice : "",
    picture: samples ? `/page/styles/${choice}.webp` : "",
  }));

function itemNode(item, index) {
  const data = { testid: "palette-item", value: item.insert };
  return element("li", { class: "palette-item", role: "option", id: `palette-item-${index}`, data },
    item.icon ? icon(item.icon) : null,
    item.picture ? element("img", { class: "sample", src: item.picture, alt: "", width: 48, height: 48, loading: "lazy" }) : null,
    nameNode(item.name), item.note ? element("span", { class: "palette-note" }, item.note) : null);
}

/** The command in bold, what it takes more quietly. */
function nameNode(name) {
  const [word, ...takes] = name.split(" ");
  return element("span", { class: "palette-name" }, word, ...(takes.length ? [" ", element("i", {}, takes.join(" "))] : []));
}
