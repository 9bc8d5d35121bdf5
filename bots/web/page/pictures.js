// Pictures in the log: room is reserved before they load, and a preview dissolves into the picture it became.
import { button, calm, element, icon } from "./dom.js";
import { say, sentence, text } from "./texts.js";

const LONG_CAPTION = 170; // characters; more is folded

/** Whether a piece is something to look at. */
export const isPicture = ({ url, mime, kind }) =>
  Boolean(url) && (mime ? mime.startsWith("image/") : kind !== "text");

/** A picture that opens in the lightbox. `ghost`: the preview shown until now, kept below until this one is ready. */
export function plate(piece, ghost = null) {
  const caption = piece.caption || "";
  const image = element("img", {
    src: piece.url, alt: caption || text("page-picture"), width: piece.width, height: piece.height,
    decoding: "async", loading: ghost ? "eager" : "lazy", data: { testid: "picture", piece: piece.id, caption },
  });
  const open = button({ class: "plate-open", data: { lightbox: "" } }, image);
  reserve(open, piece);
  if (ghost) dissolve(open, image, ghost);
  return element("figure", { class: "plate", data: { piece: piece.id } }, open, caption ? captionNode(caption) : null);
}

/** A file that cannot be shown, as a link to keep it. */
export function fileLink(piece) {
  const name = piece.caption || piece.mime || text("page-file");
  return element("a", { class: "file", href: piece.url, download: true }, icon("file"), element("span", {}, name));
}

/**
 * Put a newer preview frame into `slot` without a flicker: it is decoded first, then fades in above the older one.
 * Frames get sharper as they come (`data-frame` 0…3 drives the blur).
 */
export async function showFrame(slot, piece) {
  const newest = (Number(slot.dataset.asked) || 0) + 1;
  slot.dataset.asked = String(newest);
  const image = element("img", {
    src: piece.url, alt: text("page-preview"), width: piece.width, height: piece.height, data: { testid: "preview" },
  });
  reserve(slot, piece);
  try { await image.decode(); } catch { return; }
  if (Number(slot.dataset.shown || 0) > newest) return;
  slot.dataset.shown = String(newest);
  slot.dataset.frame = String(Math.min(newest - 1, 3));
  const older = [...slot.querySelectorAll("img")];
  slot.append(image);
  slot.classList.add("filled");
  setTimeout(() => older.forEach((node) => node.remove()), calm() ? 0 : 500);
}

/** Keep a box of the picture's shape, so that nothing jumps when it arrives. */
export function reserve(box, { width, height }) {
  if (!width || !height) return;
  box.style.setProperty("--ratio", String(width / height));
  box.style.setProperty("--natural", `${width}px`);
  box.classList.add("reserved");
}

async function dissolve(open, image, ghost) {
  const below = element("img", { src: ghost.src, alt: "", class: "ghost" });
  open.prepend(below);
  image.classList.add("arriving");
  try { await image.decode(); } catch { /* shown as the browser can */ }
  image.classList.remove("arriving");
  setTimeout(() => below.remove(), calm() ? 0 : 700);
}

function captionNode(caption) {
  const words = element("span", { class: "caption-words" }, caption);
  const node = element("figcaption", {}, words);
  if (caption.length <= LONG_CAPTION) return node;
  node.classList.add("folded");
  const more = say(button({ class: "more", "aria-expanded": "false" }), "page-more");
  more.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!folded));
    say(more, folded ? "page-more" : "page-less");
  });
  node.append(more);
  return node;
}

/** How many people have rated a piece, said only where it says something. */
export function ratingNote(rating) {
  return rating && rating.count > 1 ? sentence("page-ratings", { count: rating.count }) : null;
}
