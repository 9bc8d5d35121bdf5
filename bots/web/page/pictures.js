// Pictures in the log: room is reserved before they load, and a preview dissolves into the picture it became.
import { button, calm, element, icon } from "./dom.js";
import { say, sentence, text } from "./texts.js";

const LONG_CAPTION = 170; // characters; more is folded

const PICTURES = new Set(["picture", "photo", "region", "preview"]);
const HAN = /\p{Script=Han}/u;

/** Whether a piece is something to look at; a `file` is there to be kept. */
export const isPicture = ({ url, kind }) => Boolean(url) && PICTURES.has(kind);

/**
 * A picture that opens in the lightbox. `ghost`: the preview shown until now, kept below until this one is ready;
 * `captioned`: whether its caption stands below it.
 */
export function plate(piece, ghost = null, captioned = true) {
  const caption = piece.caption || "";
  const image = element("img", {
    src: piece.url, alt: seenIn(piece), width: piece.width, height: piece.height,
    decoding: "async", loading: ghost ? "eager" : "lazy", data: { testid: "picture", piece: piece.id, caption: piece.kind === "photo" ? "" : caption },
  });
  const open = button({ class: "plate-open", data: { lightbox: "" } }, image);
  reserve(open, piece);
  if (piece.spoiler) hide(open);
  if (ghost) dissolve(open, image, ghost);
  const told = captioned && caption && piece.kind !== "photo"; // of a photo somebody sent, it is only the file's name
  const figure = element("figure", { class: "plate", data: { piece: piece.id } }, open,
    told ? captionNode(caption) : null);
  image.addEventListener("error", () => missing(figure, piece));
  return figure;
}

/** A spoiler is blurred until it is tapped, which does nothing else; whoever has seen it may close it again by a reload. */
function hide(open) {
  delete open.dataset.lightbox;
  open.classList.add("spoiler");
  open.append(say(element("span", { class: "spoiler-note" }), "page-spoiler"));
  open.addEventListener("click", (event) => {
    event.stopPropagation();
    open.dataset.lightbox = "";
    open.classList.replace("spoiler", "seen");
    open.querySelector(".spoiler-note").remove();
  }, { once: true });
}

/** What is seen in a picture, for those who do not see it. */
function seenIn({ kind, caption }) {
  if (!caption) return text("page-picture");
  return kind === "photo" ? text("page-photo", { name: caption }) : caption;
}

/** The picture of `figure` cannot be shown: say what happened, and what can be done about it. */
async function missing(figure, piece) {
  const cause = await causeOf(piece.url);
  if (cause === "page-removed") { takeAway(figure); return; }
  const open = figure.querySelector(".plate-open");
  if (!open) return;
  const away = cause === "page-picture-unreachable";
  const act = away ? say(button({ class: "chip", data: { testid: "load-again" } }), "page-picture-again")
    : say(element("a", { class: "chip", href: piece.url, download: true }), "page-download");
  const note = element("p", { class: "gone", role: "status", data: { testid: "missing" } }, icon("alert"), sentence(cause), act);
  open.hidden = true;
  open.after(note);
  if (!away) return;
  const again = () => {
    removeEventListener("fabula-connected", again);
    note.remove();
    open.hidden = false;
    open.querySelector("[data-testid=picture]").src = `${piece.url}#${Date.now()}`; // another address, or the browser would not ask
  };
  act.addEventListener("click", again);
  addEventListener("fabula-connected", again);
}

/** Why a picture did not load, as the key of a sentence. */
async function causeOf(url) {
  try {
    const { ok, status } = await fetch(url, { credentials: "same-origin" });
    if (ok) return "page-picture-broken";
    return [404, 410].includes(status) ? "page-removed" : "page-picture-unreachable";
  } catch {
    return "page-picture-unreachable";
  }
}

/** The picture of `figure` is no more; its place says so. */
export function takeAway(figure) {
  const said = say(element("span"), "page-removed");
  figure.querySelector(".plate-open")?.replaceWith(element("p", { class: "gone" }, icon("picture"), said));
  for (const row of figure.querySelectorAll(".actions")) row.remove();
}

/** A file to keep, as a link; one that could not be taken has no address and is only named. */
export function fileLink(piece) {
  const [, format] = (piece.mime ?? "").split("image/");
  const size = piece.width ? `${piece.width} × ${piece.height}` : "";
  const name = (piece.caption && [piece.caption, amount(piece.size)].filter(Boolean).join(" · ")) || [format?.toUpperCase(), size].filter(Boolean).join(" · ") || text("page-file");
  const face = [icon(piece.url ? "download" : "file"), element("span", {}, name)];
  if (!piece.url) return element("span", { class: "file", data: { testid: "file" } }, ...face);
  return element("a", { class: "file", href: piece.url, download: true, data: { testid: "file" } }, ...face);
}

/** A number of bytes as people read it. */
function amount(bytes) {
  if (!bytes) return "";
  const [unit, size] = bytes < 1e6 ? ["KB", Math.max(1, Math.round(bytes / 1e3))] : ["MB", (bytes / 1e6).toFixed(1)];
  return `${size} ${unit}`;
}

/**
 * Put a newer preview frame into `slot` without a flicker: it is decoded first, then fades in above the older one.
 * Frames get sharper as they come (`data-frame` 0…3 drives the blur). `subject` is what is being drawn.
 */
export async function showFrame(slot, piece, subject = "") {
  const newest = (Number(slot.dataset.asked) || 0) + 1;
  slot.dataset.asked = String(newest);
  const image = element("img", { src: piece.url, alt: subject ? text("page-preview-of", { subject }) : text("page-preview"), data: { testid: "preview" } });
  try { await image.decode(); } catch { return; }
  reserve(slot, { width: image.naturalWidth, height: image.naturalHeight });
  if (Number(slot.dataset.shown || 0) > newest) return;
  slot.dataset.shown = String(newest);
  slot.dataset.frame = String(Math.min(newest - 1, 3));
  slot.classList.toggle("spoiler", Boolean(piece.spoiler));
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

/** The caption of a picture (or, with another tag, of several). */
export function captionNode(caption, tag = "figcaption") {
  const node = element(tag, { class: "caption", lang: HAN.test(caption) ? "zh-Hans" : "en" },
    element("span", { class: "foldable" }, caption));
  if (caption.length > LONG_CAPTION) fold(node);
  return node;
}

/** Show only the first lines of the `.foldable` part of `node`, with a button for the rest. */
export function fold(node) {
  node.classList.add("folded");
  const more = say(button({ class: "more", "aria-expanded": "false", data: { testid: "more" } }), "page-more");
  more.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!folded));
    say(more, folded ? "page-more" : "page-less");
  });
  node.append(more);
}

/** How many people have rated a piece, said only where it says something. */
export function ratingNote(rating) {
  return rating && rating.count > 1 ? sentence("page-ratings", { count: rating.count }) : null;
}
