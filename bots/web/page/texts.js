// Every sentence of the page comes from the server's catalogue. Nodes remember their key, so the language can
// change under a page that is open.
import { element } from "./dom.js";

let sentences = {};

/**
 * The sentence of `key` with its `{placeholders}` filled; the key itself where the catalogue lacks it.
 * `{count:picture|pictures}` is the first word where `count` is one, else the second.
 */
export function text(key, values = {}) {
  return (sentences[key] ?? key).replace(/\{(\w+)(?::([^{|}]+)\|([^{|}]+))?\}/g, (whole, name, one, several) => {
    if (!(name in values)) return whole;
    return several === undefined ? String(values[name]) : String(values[name]) === "1" ? one : several;
  });
}

/** Whether the catalogue has a sentence. */
export const knows = (key) => key in sentences;

/** Use these sentences from now on, in the whole document. */
export function useTexts(language, catalogue) {
  sentences = catalogue;
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
  document.title = text("page-title");
  for (const node of document.querySelectorAll("[data-text], [data-text-label], [data-text-placeholder]")) fill(node);
}

/** Give a node its sentence: as its content, its label (name and tooltip) or its placeholder. Returns the node. */
export function say(node, key, values = {}, where = "content") {
  node.dataset[{ content: "text", label: "textLabel", placeholder: "textPlaceholder" }[where]] = key;
  if (Object.keys(values).length) node.dataset.values = JSON.stringify(values);
  else delete node.dataset.values;
  fill(node);
  return node;
}

/** A sentence only for those who listen to the page. */
export const unseen = (key, values) => say(element("span", { class: "visually-hidden" }), key, values);

/** A fresh `<span>` with a sentence. */
export const sentence = (key, values) => say(element("span"), key, values);

function fill(node) {
  const values = node.dataset.values ? JSON.parse(node.dataset.values) : {};
  const { text: content, textLabel, textPlaceholder } = node.dataset;
  if (content) node.textContent = text(content, values);
  if (textPlaceholder) node.setAttribute("placeholder", text(textPlaceholder, values));
  if (textLabel) {
    node.setAttribute("aria-label", text(textLabel, values));
    if (node.matches("button, a")) node.title = text(textLabel, values);
  }
}
