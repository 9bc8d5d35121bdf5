// Sending what was painted, and what becomes of it.
import { Refused } from "./api.js";
import { grows } from "./paint_frame.js";
import { wordsWith } from "./paint_labels.js";
import { leftOf, post } from "./paint_outbox.js";
import { say, text } from "./texts.js";

const LOOK = 1500; // milliseconds between two looks at what became of it

/** What is missing before a painting can be sent, as a sentence, and where it is to be mended; nothing if nothing is. */
function missing({ ui, mask, marks, room }, words, remove) {
  const share = mask.share();
  const larger = grows(room);
  if ((share || larger) && marks.length) return ["page-paint-both"];
  if (!share && !marks.length && !larger) return ["page-paint-empty", ui.stage];
  if (share === 1) return ["page-paint-full", ui.stage];
  if (!remove && !larger && !words) return ["page-paint-words-missing", ui.words];
  return null;
}

/** The mask or the marks, as files. */
async function drawn({ mask, marks, view, helper }) {
  if (marks.length) return { markup: await view.marks.toPng() };
  return mask.share() ? { mask: await helper.png(mask.bits) } : {};
}

/**
 * Lets a `painting` be sent by its `door`. `sent()`, `shows` and `next()` as of `paint`; `signal` says that the page was left. While it is sent and
 * afterwards the button is off. Returns `takeUp()`, which goes on with what was sent earlier.
 */
export function sending(root, { painting, door, sent, shows, next, signal }) {
  const { ui, page } = painting;
  const told = (key) => say(ui.status, key);
  const waits = () => told("page-paint-waits");
  const complain = (trouble) => {
    delete ui.status.dataset.text;
    ui.status.textContent = trouble.sentence || text("page-error-network");
  };

  /** Wait until the server has it; what is refused is said, and nothing is lost. */
  const deliver = async (becoming) => {
    ui.send.disabled = true;
    try {
      const became = await becoming;
      sent?.(became);
      if (shows) await follow(became);
    } catch (trouble) {
      if (!(trouble instanceof Refused)) throw trouble;
      complain(trouble);
      ui.send.disabled = false;
    }
  };

  /** Show what becomes of it. */
  const follow = async (became) => {
    root.classList.add("paint-sent");
    told("page-paint-working");
    const picture = await outcome(door, became, signal);
    if (!picture) { told("page-paint-ended"); return; }
    ui.result.src = URL.createObjectURL(picture);
    ui.result.alt = ui.words.value.trim() || text("page-picture");
    ui.result.hidden = false;
    root.classList.add("paint-done");
    told("page-paint-done");
    ui.on.hidden = false;
    ui.on.focus();
  };
  ui.on.addEventListener("click", async () => {
    ui.on.disabled = true;
    try { next(await door.again()); } catch (trouble) { ui.on.disabled = false; complain(trouble); }
  });

  ui.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (ui.send.disabled) return;
    const { marks, mask, room } = painting;
    const larger = grows(room);
    const remove = event.submitter === ui.remove && !marks.length && !larger;
    const typed = ui.words.value.trim();
    const words = marks.length ? wordsWith(typed, mask.strokes) : typed;
    const [why, where] = missing(painting, words, remove) ?? [];
    if (why) { told(why); where?.focus(); return; }
    told("page-paint-sending");
    ui.send.disabled = true;
    const options = { style: ui.style.value, feather: ui.feather.value, remove: remove ? "true" : "", frame: larger ? room.join() : "" };
    await deliver(post(door, { where: await drawn(painting), words, options }, waits));
  });

  return {
    async takeUp() {
      const left = page.state === "open" && await leftOf(door.ticket, waits);
      if (left) deliver(left.became);
      else if (page.state !== "open") {
        ui.send.disabled = true;
        if (shows) follow(page);
        else told("page-paint-sent-before");
      }
    },
  };
}

/** The picture that was made, once it is; nothing if none comes, or the page was left. Without a connection it is waited for. */
async function outcome(door, became, signal) {
  for (let now = became; !signal.aborted;) {
    try {
      if (now.state === "done") return await door.bytes(now.result);
      if (now.state !== "working") return null;
      await new Promise((back) => setTimeout(back, LOOK));
      now = await door.page();
    } catch (trouble) {
      if (trouble instanceof Refused && trouble.status === 404) return null;
      await new Promise((back) => setTimeout(back, LOOK));
    }
  }
  return null;
}
