// Files that wait in the composer: thumbnails of photos in their order, which one is the mask, the names of others, and taking one out again.
import { button, byId, element, icon } from "./dom.js";
import { orderable } from "./ordering.js";
import { say, sentence } from "./texts.js";

const MB = 1024 ** 2;
const HEIC = ["heic", "heif"];
const HEIC_BRANDS = /^....ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1)/s; // as the server tells them (ISO/IEC 14496-12)
const HEAD = 12; // bytes

const isPhoto = (file) => file.type.startsWith("image/");
const endingOf = (file) => file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase();
const kindOf = (file) => file.type.split("/")[1] ?? "";

/** Whether a file is one of the endings, by its name or by what its sender says of it. */
const isOneOf = (file, endings) => endings.includes(endingOf(file)) || (isPhoto(file) && endings.includes(kindOf(file)));

/** Whether a photo is one of those that phones keep, whatever it is called. */
async function isHeic(file) {
  if (isOneOf(file, HEIC)) return true;
  const head = await file.slice(0, HEAD).arrayBuffer().catch(() => new ArrayBuffer(0));
  return HEIC_BRANDS.test(String.fromCharCode(...new Uint8Array(head)));
}

/**
 * Why a file cannot be sent, as a key and its values; null where it can. `rules`: `{pictures, others}` are the endings that are taken, `limit` the bytes
 * of the largest.
 */
async function refusal(file, { pictures, others, limit }) {
  const { name } = file;
  if (!pictures.includes("heic") && await isHeic(file)) return ["page-error-heic", { name }];
  if (!isOneOf(file, pictures) && !others.includes(endingOf(file))) return ["page-error-not-picture", { name }];
  if (!file.size) return ["page-error-empty", { name }];
  return file.size > limit ? ["page-error-too-large", { name, limit: Math.round(limit / MB) }] : null;
}

/** The tray of files. `onChange()` is called whenever its content changes. */
export function attachments(onChange) {
  const tray = byId("chips");
  let items = []; // { file, mask, node, url }

  const changed = () => {
    tray.hidden = items.length === 0;
    const photos = items.filter(({ file, mask }) => isPhoto(file) && !mask);
    for (const item of items) {
      number(item, photos.indexOf(item) + 1, photos.length);
      item.node.classList.toggle("is-mask", item.mask);
      item.node.querySelector("[data-testid=mask-toggle]")?.setAttribute("aria-pressed", String(item.mask));
    }
    onChange();
  };

  /** Show which photo is the first, the second …, where that can be another one. */
  const number = ({ node, file }, place, count) => {
    const grip = node.querySelector("[data-testid=chip-grip]");
    if (!grip) return;
    grip.disabled = !place || count < 2;
    grip.querySelector(".chip-number").textContent = grip.disabled ? "" : String(place);
    say(grip, "page-photo-place", { name: file.name, place: place || 1, count: Math.max(count, 1) }, "label");
  };

  /** Exchange a file with the one before it (-1) or after it (1). Returns whether there is one. */
  const step = (item, way) => {
    const at = items.indexOf(item);
    const other = items[at + way];
    if (!other) return false;
    [items[at], items[at + way]] = [other, item];
    if (way < 0) item.node.after(other.node);
    else item.node.before(other.node);
    changed();
    return true;
  };

  const remove = (item) => {
    const next = item.node.nextElementSibling ?? item.node.previousElementSibling;
    items = items.filter((other) => other !== item);
    URL.revokeObjectURL(item.url);
    item.node.remove();
    changed();
    (next?.querySelector("[data-testid=chip-remove]") ?? byId("composer-text")).focus();
  };

  const add = (file) => {
    const item = { file, mask: false, url: URL.createObjectURL(file), node: null };
    const out = button({ class: "round small", data: { testid: "chip-remove" } }, icon("close"));
    out.addEventListener("click", () => remove(item));
    const leave = say(out, "page-remove-photo", { name: file.name }, "label");
    item.node = element("li", { class: "photo-chip", data: { testid: "chip" } }, ...(isPhoto(file) ? photo(item) : named(file)), leave);
    items.push(item);
    tray.append(item.node);
    const grip = item.node.querySelector("[data-testid=chip-grip]");
    const moved = () => { byId("announcer").textContent = grip.getAttribute("aria-label"); };
    if (grip) orderable(item.node, grip, { step: (way) => step(item, way), moved });
  };

  /** What a file shows of itself that is no photo. */
  const named = (file) => [element("span", { class: "chip-file" }, icon("file")), element("span", { class: "chip-name" }, file.name)];

  const photo = (item) => {
    const { file } = item;
    const thumbnail = element("img", { src: item.url, alt: "", width: 56, height: 56 });
    const unseeable = element("span", { class: "chip-file" }, icon("file"));
    thumbnail.addEventListener("error", () => thumbnail.replaceWith(unseeable));
    const mask = button({ class: "mask-toggle", data: { testid: "mask-toggle" } }, icon("brush"));
    mask.append(sentence("page-mask"));
    const grip = button({ class: "chip-grip", data: { testid: "chip-grip" } }, thumbnail, element("span", { class: "chip-number" }));
    mask.addEventListener("click", () => {
      const wanted = !item.mask;
      for (const other of items) other.mask = false; // there is one mask at most
      item.mask = wanted;
      changed();
    });
    return [grip, mask];
  };

  return {
    /** Add the files that `rules` allow, `rules.most` together; `refuse(key, values)` is told why another stays out. Resolves to those that were taken. */
    async add(files, rules, refuse) {
      const taken = [];
      for (const file of files) {
        const why = items.length < rules.most ? await refusal(file, rules)
          : ["page-error-too-many", { name: file.name, limit: rules.most }];
        if (why) { refuse(...why); continue; }
        add(file);
        taken.push(file);
      }
      if (taken.length) changed();
      return taken;
    },
    /** What would be sent: `{files, mask}`. */
    get content() {
      const photos = items.filter((item) => !item.mask);
      return { files: photos.map(({ file }) => file), mask: items.find((item) => item.mask)?.file ?? null };
    },
    get size() { return items.length; },
    /** Empty the tray. */
    clear() {
      for (const item of items) { URL.revokeObjectURL(item.url); item.node.remove(); }
      items = [];
      changed();
    },
    /** Put back what a refused message carried. */
    restore({ files, mask }) {
      [...files, ...(mask ? [mask] : [])].forEach(add);
      if (mask && items.length) items.at(-1).mask = true;
      changed();
    },
  };
}
