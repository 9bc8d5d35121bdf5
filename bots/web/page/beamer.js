// A board for the beamer: large, for everybody, and nothing to press. It is asked for again and again, since its link opens no stream of the room.
import { fetchBeamer, Refused } from "./api.js";
import { announce, columns, fill, head, notes, podium, tick } from "./board_show.js";
import { byId } from "./dom.js";
import { text, useTexts } from "./texts.js";

const EVERY = 2000; // milliseconds between two looks
const MANY = 18;    // ideas from which they are set smaller

let board = null;

function show(fresh) {
  useTexts(fresh.language, fresh.texts);
  document.title = text("page-board-title", { topic: fresh.topic });
  announce(fresh, board);
  board = fresh;
  fill(byId("board-head"), ...head(board));
  fill(byId("board-result"), podium(board));
  fill(byId("board-columns"), columns(board));
  fill(byId("board-notes"), ...notes(board));
  document.body.classList.toggle("dense", board.count > MANY);
  document.body.dataset.round = board.round;
  byId("board").setAttribute("aria-busy", "false");
  document.body.classList.add("ready");
}

function over(sentence) {
  byId("board").hidden = true;
  byId("board-over").hidden = false;
  byId("board-over").textContent = sentence;
  document.body.classList.add("ready");
}

setInterval(tick, 500);
for (;;) {
  try {
    const fresh = await fetchBeamer(location.pathname, board?.version ?? 0);
    if (fresh) show(fresh);
  } catch (trouble) {
    if (trouble instanceof Refused && trouble.status < 500) { over(trouble.sentence); break; }
  }
  await new Promise((next) => setTimeout(next, EVERY));
}
