"""Diagrams as data: what stands in them, and how people write one down."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator

from core.graphemes import cut
from core.types import Value

Form = Literal["flow", "cycle", "parts", "comparison", "timeline"]
FORMS: tuple[Form, ...] = get_args(Form)

FEWEST, MOST = 2, 9
"""Boxes of a diagram."""

MOST_TITLE, MOST_LABEL, MOST_NOTE, MOST_NOTES = 90, 80, 110, 4
"""Characters of a title, of the label of a box and of a note in it, and how many notes a box has; what a model says beyond that is cut."""


def _short(most: int) -> BeforeValidator:
    return BeforeValidator(lambda said: cut(said, most) if isinstance(said, str) else said)


def _few(most: int) -> BeforeValidator:
    return BeforeValidator(lambda said: said[:most] if isinstance(said, list | tuple) else said)


class Box(Value):
    """A named thing in a diagram, with up to four short notes on it."""

    label: Annotated[str, _short(MOST_LABEL)]
    notes: Annotated[tuple[Annotated[str, _short(MOST_NOTE)], ...], _few(MOST_NOTES)] = ()


class Diagram(Value):
    """What a diagram shows: boxes in an order, around in a circle, as parts of what the title names, beside each other, or in time."""

    form: Form
    title: Annotated[str, _short(MOST_TITLE)] = ""
    boxes: Annotated[tuple[Box, ...], _few(MOST)] = ()

    @property
    def words(self) -> str:
        """All that stands in it, a line for each."""
        return "\n".join(filter(None, (self.title, *(line for box in self.boxes for line in (box.label, *box.notes)))))

    @property
    def told(self) -> str:
        """It in one sentence, for who does not see it."""
        labels = [box.label for box in self.boxes]
        joint = {"flow": " → ", "cycle": " → ", "comparison": " | "}.get(self.form, " · ")
        said = joint.join([*labels, *labels[:1]] if self.form == "cycle" else labels)
        return f"{self.title}: {said}" if self.title else said


def of_lines(form: str, title: str, lines: str) -> Diagram:
    """A diagram from lines as people write them: a box on each, ``label: note; note``. Raises ``ValueError`` for a form that there is none of."""
    boxes = []
    for line in lines.splitlines():
        label, _, notes = line.replace("：", ":", 1).partition(":")
        if label.strip():
            told = (note.strip() for note in notes.replace("；", ";").split(";"))
            boxes.append({"label": label.strip(), "notes": tuple(filter(None, told))})
    drawn: dict[str, Any] = {"form": form, "title": title.strip(), "boxes": tuple(boxes)}
    return Diagram.model_validate(drawn)


def as_lines(diagram: Diagram) -> str:
    """The same the other way round."""
    return "\n".join(f"{box.label}: {'; '.join(box.notes)}" if box.notes else box.label for box in diagram.boxes)
