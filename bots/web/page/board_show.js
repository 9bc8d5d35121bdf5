// A board as nodes: its head, its groups of ideas, what was chosen. Both the page that people work at and the one for the beamer are made of these.
import { byId, element } from "./dom.js";
import { ANIMALS } from "./identity.js";
import { say, sentence, text, unseen } from "./texts.js";

const ROUNDS = ["write", "build", "reveal", "vote", "runoff", "sketches", "over"];
const MEDALS = ["🥇", "🥈", "🥉"];
const PEOPLE = 40; // who is shown by name or face; the rest are counted
const DAY = 86400;

/** Put nodes into a section; without any it is hidden. */
export function fill(section, ...nodes) {
  const shown = nodes.filter(Boolean);
  section.replaceChildren(...shown);
  section.hidden = !shown.length;
}

/** The head of a board: its rounds, topic, what is to be done, time and people. `actions` is a node, or null. */
export function head(board, actions = null) {
  return [
    steps(board),
    element("h1", { class: "board-topic" }, board.topic),
    element("p", { class: "board-said", data: { testid: "board-said" } }, board.said),
    element("div", { class: "board-now" }, clock(board), counter(board), people(board)),
    actions,
  ].filter(Boolean);
}

function steps({ round, builds }) {
  const shown = ROUNDS.filter((one) => one === round || (!["runoff", "sketches"].includes(one) && (one !== "build" || builds)));
  const list = element("ol", { class: "board-steps", data: { testid: "board-steps", round } });
  for (const [place, one] of shown.entries()) {
    const now = one === round;
    list.append(element("li", { class: place < shown.indexOf(round) ? "past" : null, "aria-current": now ? "step" : null },
      sentence(`page-board-step-${one}`)));
  }
  return say(list, "page-board-steps", {}, "label");
}

/** The time that is left; `tick` lets it run. */
function clock({ left, paused, round }) {
  if (left === null || round === "over" || round === "reveal") return null;
  const time = element("span", { class: "board-time", role: "timer", data: { testid: "board-time" } });
  time.dataset.ends = paused ? "" : String(performance.now() + left * 1000);
  time.textContent = span(left);
  return element("p", { class: `board-clock ${paused ? "paused" : ""}`.trim() },
    time, sentence(paused ? "page-board-paused" : "page-board-time"));
}

/** Let the time that is left run on. */
export function tick() {
  for (const node of document.querySelectorAll(".board-time")) {
    if (!node.dataset.ends) continue;
    const left = Math.max(0, (Number(node.dataset.ends) - performance.now()) / 1000);
    node.textContent = span(left);
    node.parentElement.classList.toggle("soon", left < 60);
  }
}

function span(left) {
  const seconds = Math.ceil(left);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((one) => String(one).padStart(2, "0"));
  const clockwork = seconds < 3600 ? `${Math.floor(seconds / 60)}:${parts[1]}` : `${Math.floor(seconds / 3600) % 24}:${parts.join(":")}`;
  if (seconds < DAY) return clockwork;
  const days = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "day", unitDisplay: "long" });
  return `${days.format(Math.floor(seconds / DAY))} ${clockwork}`;
}

function counter({ round, count }) {
  if (!["write", "build", "reveal"].includes(round)) return null;
  return say(element("p", { class: "board-count", data: { testid: "board-count" } }), "page-board-ideas", { count });
}

function people({ people: all, round }) {
  if (!all.length) return null;
  const ready = all.filter((one) => one.done).length;
  const list = element("ul", { class: "board-people" }, ...all.slice(0, PEOPLE).map(person),
    all.length > PEOPLE ? element("li", { class: "person more" }, `+${all.length - PEOPLE}`) : null);
  const told = round === "over" ? null : say(element("p", { class: "board-ready", data: { testid: "board-ready" } }), "page-board-people", { count: all.length, done: ready });
  return element("div", { class: "board-team" }, told, list);
}

function person({ name, animal, done }) {
  const face = animal ? ANIMALS[animal] ?? "🙂" : [...(name || "🙂")][0].toUpperCase();
  const called = animal ? sentence(`page-animal-${animal}`) : name ? element("span", {}, name) : sentence("page-nameless");
  return element("li", { class: done ? "person done" : "person" }, element("span", { class: "face", "aria-hidden": "true" }, face), called,
    done ? element("span", { "aria-hidden": "true" }, "✓") : null, done ? unseen("page-board-done") : null);
}

/** The groups of a board. `foot(idea)` gives what stands below an idea, `corner(idea)` beside its number; nothing: null. */
export function columns({ columns: all, round }, { foot = () => null, corner = () => null } = {}) {
  if (!all.length) return null;
  return element("div", { class: "columns", data: { round } }, ...all.map((column) => {
    const title = element("h2", { id: `group-${column.group}` }, column.name, element("span", { class: "group-size" }, String(column.ideas.length)));
    const list = element("ul", { class: "ideas", "aria-labelledby": `group-${column.group}` },
      ...column.ideas.map((idea) => card(idea, { foot, corner })));
    return element("section", { class: column.named ? "column" : "column unnamed", data: { testid: "column", group: column.group } }, title, list);
  }));
}

function card(idea, { foot, corner }) {
  const state = [idea.place ? "chosen" : "", idea.spark ? "spark" : "", idea.open || idea.count !== null ? "" : "resting"].filter(Boolean).join(" ");
  return element("li", { class: `idea ${state}`.trim(), data: { testid: "idea", number: idea.number } },
    element("div", { class: "idea-corner" }, idea.place ? element("span", { class: "idea-medal" }, medal(idea.place)) : null, corner(idea)),
    element("p", { class: "idea-text" }, element("span", { class: "idea-number" }, String(idea.number)), idea.text),
    idea.open ? works(idea) : null,
    element("div", { class: "idea-foot" }, by(idea), idea.count ? dotsOf(idea.count) : null, foot(idea)));
}

const medal = (place) => element("span", {}, element("span", { "aria-hidden": "true" }, MEDALS[place - 1] ?? ""), unseen("page-board-place", { place }));

function by({ spark, names, mine }) {
  if (spark) return element("span", { class: "idea-by" }, element("span", { "aria-hidden": "true" }, "✨ "), sentence("page-board-spark"));
  const told = names.join(document.documentElement.lang.startsWith("zh") ? "、" : ", ");
  if (!told && !mine) return null;
  return element("span", { class: "idea-by" }, told, told && mine ? " · " : null, mine ? sentence("page-board-mine") : null);
}

/** How many dots an idea got: as dots, and as a number where they would be a row. */
export function dotsOf(count) {
  const seen = element("span", { "aria-hidden": "true" }, count > 8 ? `● × ${count}` : "●".repeat(count));
  return element("span", { class: "idea-dots", data: { testid: "idea-dots", count } }, seen, say(element("span", { class: count > 8 ? "visually-hidden" : "idea-count" }), "page-board-count", { count }));
}

/** The shortlist, best first. `foot(idea)` gives what can be done with each. */
export function podium(board, foot = () => null) {
  const chosen = board.columns.flatMap((column) => column.ideas).filter((idea) => idea.place).sort((one, other) => one.place - other.place);
  if (!chosen.length) return null;
  return element("ol", { class: "podium", data: { testid: "podium" } }, ...chosen.map((idea) =>
    element("li", { class: `winner place-${idea.place}`, data: { testid: "winner", number: idea.number } },
      element("p", { class: "winner-medal" }, medal(idea.place)),
      element("p", { class: "winner-text" }, idea.text),
      element("p", { class: "winner-foot" }, dotsOf(idea.count ?? 0), by(idea)),
      works(idea), foot(idea))));
}

function works({ works: all }) {
  if (!all.length) return null;
  const shown = all.map(({ url, title }) => element("li", {}, url
    ? element("a", { href: url, target: "_blank", rel: "noopener" }, element("img", { src: url, alt: title, loading: "lazy" }))
    : element("span", { class: "work" }, "📖 ", title)));
  return say(element("ul", { class: "works", data: { testid: "works" } }, ...shown), "page-board-works", {}, "label");
}

/** The small print. */
export const notes = (board) => board.notes.map((note) => element("p", {}, note));

/** Tell those who listen to the page that another round is on. */
export function announce(board, before) {
  if (before && before.round !== board.round) byId("announcer").textContent = `${text(`page-board-step-${board.round}`)}. ${board.said}`;
}
