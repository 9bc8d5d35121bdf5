// Small helpers to build nodes. Content only ever becomes text nodes or attributes, never markup.

/** Where the picture of Fabula itself is: beside this file, so that it is kept as long. */
export const ICON = new URL("./icon.svg", import.meta.url).href;

/**
 * A new element. `properties`: `data` (dataset entries) or any attribute;
 * false, null and undefined leave an attribute out. Children: nodes, strings, or nothing.
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "data") Object.assign(node.dataset, value);
    else if (value !== false && (value ?? null) !== null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A new button that submits nothing. */
export const button = (properties, ...children) => element("button", { type: "button", ...properties }, ...children);

/** A decorative icon out of the page's sprite. */
export function icon(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  picture.append(use);
  return picture;
}

/** The element with this id; it is in index.html, or the page is broken. */
export const byId = (id) => document.getElementById(id);

/** True where the person asked for less movement. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** What the browser remembers for this page; in a locked-down browser only until the page is left. */
export const memory = {
  kept: new Map(),
  read(key) {
    try { return localStorage.getItem(key) ?? this.kept.get(key) ?? null; } catch { return this.kept.get(key) ?? null; }
  },
  write(key, value) {
    this.kept.set(key, value);
    try { localStorage.setItem(key, value); } catch { /* remembered in `kept` */ }
  },
};
