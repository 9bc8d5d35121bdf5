// Photos that wait in the composer: thumbnails, which one is the mask, and taking one out again.
import { button, byId, element, icon } from "./dom.js";
import { say, sentence } from "./texts.js";

/** The tray of photos. `onChange()` is called whenever its content changes. */
export function attachments(onChange) {
  const tray = byId("chips");
  let items = []; // { file, mask, node, url }

  const changed = () => {
    tray.hidden = items.length === 0;
    for (const item of items) {
      item.node.classList.toggle("is-mask", item.mask);
      item.node.querySelector("[data-testid=mask-toggle]").setAttribute("aria-pressed", String(item.mask));
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
    const out = button({ class: "round small", data: { testid: "chip-remove" } }, icon("close"));
    out.addEventListener("click", () => remove(item));
    item.node = element("li", { class: "photo-chip", data: { testid: "chip" } }, thumbnail, mask,
      say(out, "page-remove-photo", { name: file.name }, "label"));
    items.push(item);
    tray.append(item.node);
  };

  return {
    /** Add picture files; anything else is left alone. Returns how many were taken. */
    add(files) {
      const taken = [...files].filter((file) => file.type.startsWith("image/"));
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
