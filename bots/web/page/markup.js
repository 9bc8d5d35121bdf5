// The bot's small markup as nodes: paragraphs, `# headings`, **bold**, *italic*, `code`. A mark without its partner
// stays as it is.
import { element } from "./dom.js";

const INLINE =
  /\*\*(\S(?:[^\n]*?\S)?)\*\*|(?<![A-Za-z0-9_*])\*([^\s*](?:[^\n*]*[^\s*])?)\*(?![A-Za-z0-9_*])|`([^`\n]+)`/g;

const HAN = /\p{Script=Han}/u;

/** Show `source` in `container`. Blocks that have not changed stay the same nodes, so a text can grow in place. */
export function showMarkup(container, source) {
  const blocks = splitBlocks(source);
  const shown = container.showing ?? [];
  let same = 0;
  while (same < blocks.length && same < shown.length && blocks[same] === shown[same]) same += 1;
  while (container.childNodes.length > same) container.lastChild.remove();
  for (const block of blocks.slice(same)) container.append(blockNode(block));
  container.showing = blocks;
  container.lang = HAN.test(source) ? "zh-Hans" : "en"; // for the voice that reads it and the font that shows it
  container.classList.toggle("tale", blocks.length > 1 && /^#{1,3}\s/.test(blocks[0]));
  return container;
}

/** The same without any markup, as one line: for quotations and labels. */
export function plain(source) {
  return source.replace(INLINE, (_, bold, italic, code) => code ?? plain(bold ?? italic))
    .replace(/^#{1,3}\s+/gm, "").replace(/\s+/g, " ").trim();
}

/** The same without any markup, its paragraphs kept: for where it is pasted. */
export const paragraphs = (source) => splitBlocks(source).map((block) => block.split("\n").map(plain).join("\n")).join("\n\n");

function splitBlocks(source) {
  const blocks = [];
  let lines = [];
  const close = () => { if (lines.length) blocks.push(lines.join("\n")); lines = []; };
  for (const line of source.replace(/\r\n?/g, "\n").split("\n")) {
    if (/^#{1,3}\s/.test(line)) { close(); blocks.push(line); }
    else if (line.trim() === "") close();
    else lines.push(line);
  }
  close();
  return blocks;
}

function blockNode(block) {
  const heading = /^(#{1,3})\s+(.*)$/.exec(block);
  if (heading) return inline(element(`h${heading[1].length + 2}`), heading[2]);
  return inline(element("p"), block);
}

function inline(node, source) {
  let from = 0;
  for (const match of source.matchAll(INLINE)) {
    node.append(source.slice(from, match.index));
    const [whole, bold, italic, code] = match;
    if (bold !== undefined) node.append(inline(element("strong"), bold));
    else if (italic !== undefined) node.append(inline(element("em"), italic));
    else node.append(codeNode(code));
    from = match.index + whole.length;
  }
  node.append(source.slice(from));
  return node;
}

/** Code that is a command can be tapped into the composer (`data-insert`). */
function codeNode(code) {
  const command = /^\/[a-z]+(?= [a-z]+$|$)/.exec(code)?.[0]; // of `/story idea` the second word only names what to say
  if (!code.startsWith("/")) return element("code", {}, code);
  // Not a <button>: it has to break across lines like the words around it.
  return element("span", { class: "command", role: "button", tabindex: "0", data: { insert: command ?? code } }, code);
}
