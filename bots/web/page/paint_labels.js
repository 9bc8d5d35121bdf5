// Words on the photo: a tap opens a field where they will stand, a tap on words changes them, and emptied they are gone.
import { element } from "./dom.js";
import { labelsIn } from "./paint_marks.js";
import { say } from "./texts.js";

const LETTERS = 40;

/** What a person says, with what they wrote on the photo: it is part of their words, so it is looked at and kept like those. */
export function wordsWith(words, strokes) {
  const written = labelsIn(strokes).map((label) => `“${label.words}”`).join(", ");
  return written && words ? `${words} (${written})` : written || words;
}

/** Lets words be written in a `stage`. `add(stroke)` gets each change; `colour()` is that of new ones. Returns `write(stroke)` for a tap. */
export function labels({ stage, view, add, colour }) {
  let close = () => {};
  return ({ x, y }) => {
    close();
    const known = view.marks.labelAt(labelsIn(view.mask.strokes), x, y);
    const label = known ?? { kind: "label", id: String(view.mask.strokes.length), x, y, colour: colour(), words: "" };
    const field = say(element("input", { class: "paint-label", maxlength: LETTERS, enterkeyhint: "done", data: { testid: "paint-label-words" } }), "page-paint-label-words", {}, "label");
    field.value = label.words;
    field.style.borderColor = label.colour;
    stage.append(field);
    const follow = new ResizeObserver(() => { // also when a phone shows its keyboard
      const size = [field.offsetWidth, field.offsetHeight];
      const place = view.on(label.x, label.y).map((at, axis) => {
        const room = (axis ? stage.clientHeight : stage.clientWidth) - size[axis];
        return Math.max(0, Math.min(at - size[axis] / 2, room));
      });
      field.style.transform = `translate(${place[0]}px, ${place[1]}px)`;
    });
    follow.observe(stage);
    let open = true;
    close = (kept = true) => {
      if (!open) return;
      open = false;
      follow.disconnect();
      field.remove();
      const words = field.value.trim();
      if (kept && words !== label.words) add({ ...label, words });
    };
    for (const event of ["pointerdown", "pointermove", "pointerup", "wheel"]) field.addEventListener(event, (told) => told.stopPropagation());
    field.addEventListener("blur", () => close());
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      close(event.key === "Enter");
      stage.focus({ preventScroll: true });
    });
    field.focus({ preventScroll: true });
    field.select();
  };
}
