// Files that wait in the composer: thumbnails of photos, which one is the mask, the names of others, and taking one out again.
import { button, byId, element, icon } from "./dom.js";
import { say, sentence } from "./texts.js";

const isPhoto = (file) => file.type.startsWith("image/");
const endingOf = (file) => file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase();

/** The tray of files. `onChange()` is called whenever its content changes. */
export function attachments(onChange) {
  const tray = byId("chips");
  let items = []; // { file, mask, node, url }

  const changed = () => {
    tray.hidden = items.length === 0;
    for (const item of items) {
      item.node.classList.toggle("is-mask", item.mask);
      item.node.querySelector("[data-testid=mask-toggle]")?.setAttribute("aria-pressed", String(item.mask));
    }
    onChange();
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
  };

  /** What a file shows of itself that is no photo. */
  const named = (file) => [element("span", { class: "chip-file" }, icon("file")), element("span", { class: "chip-name" }, file.name)];

  const photo = (item) => {
    const { file } = item;
    const thumbnail = element("img", { src: item.url, alt: file.name, width: 56, height: 56 });
    const unseeable = element("span", { class: "chip-file" }, icon("file"));
    thumbnail.addEventListener("error", () => thumbnail.replaceWith(unseeable));
    const mask = button({ class: "mask-toggle", data: { testid: "mask-toggle" } }, icon("brush"));
    mask.append(sentence("page-mask"));
    mask.addEventListener("click", () => {
      const wanted = !item.mask;
      for (const other of items) other.mask = false; // there is one mask at most
      item.mask = wanted;
      changed();
    });
    return [thumbnail, mask];
  };

  return {
    /** Add pictures, and files that end as one of `endings`; anything else is left alone. Returns how many were taken. */
    add(files, endings) {
      const taken = [...files].filter((file) => isPhoto(file) || endings.includes(endingOf(file)));
      taken.forEach(add);
      if (taken.length) changed();
      return taken.length;
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
