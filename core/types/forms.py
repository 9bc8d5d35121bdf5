"""Forms: what is asked all at once before something is done. Each platform shows them in its own way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field as Described
from pydantic import model_validator

from core.types.events import Press
from core.types.values import Value

FIELDS = 5
"""Fields of a form. This and the three below: what a modal of Discord's takes (discord.py 2.7.1, ``ui.Modal``, ``ui.Label``; 2026-11)."""

LABEL = 45
"""Characters of a form's title and of a field's label."""

CHOICES = 25
"""Choices of a field; each is called by 100 characters at most."""

SHORT, LONG = 300, 4000
"""Characters of a short text (our own rule) and of one of Discord's inputs. A long text may take several of them: see ``Form``."""

LONGEST = 16_000
"""Characters of the longest text: it fits into all five inputs, each cut at the end of a line or word in its last fifth."""

_FILLED = LONG * 4 // 5
"""Characters that one of several inputs for a text holds at least."""

_NAME = re.compile(r"[a-z][a-z-]{0,31}")

Kind = Literal["short", "long", "choice", "number"]


class Choice(Value):
    """One of a field's choices: its ``value`` for the program, its ``label`` for people."""

    value: str = Described(min_length=1, max_length=40)
    label: str = Described(min_length=1, max_length=100)


class FormField(Value):
    """One thing that a form asks for.

    ``label`` and ``hint`` are sentences of the catalogue. ``least`` and ``most`` are the lengths of a text in characters, or the range of a
    number; without ``most`` a text is as long as its kind allows. ``value`` is what stands in it already.
    """

    name: str
    kind: Kind
    label: str = Described(min_length=1, max_length=LABEL)
    hint: str = Described("", max_length=100)
    required: bool = True
    least: int = 0
    most: int = 0
    choices: tuple[Choice, ...] = ()
    value: str = ""

    @model_validator(mode="after")
    def _holds_together(self) -> FormField:
        """Raise ``ValueError`` for a field that some platform could not show."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"a field cannot be named {self.name!r}")
        if (self.kind == "choice") != bool(self.choices) or len(self.choices) > CHOICES:
            raise ValueError(f"{self.name}: a choice has 1 to {CHOICES} choices, and nothing else has any")
        if len({choice.value for choice in self.choices}) < len(self.choices):
            raise ValueError(f"{self.name}: two choices have one value")
        if self.kind == "number" and self.least > self.most:
            raise ValueError(f"{self.name}: no number lies between {self.least} and {self.most}")
        if self.kind in ("short", "long") and not 0 <= self.least <= self.longest <= (
            SHORT if self.kind == "short" else LONGEST
        ):
            raise ValueError(f"{self.name}: no text has such a length")
        if self.value and self.kind in ("short", "long") and len(self.value) > self.longest:
            raise ValueError(f"{self.name}: what stands in it is longer than it takes")
        return self

    @property
    def longest(self) -> int:
        """Characters that a text may have."""
        return self.most or (SHORT if self.kind == "short" else LONG)

    def label_of(self, value: str) -> str:
        """A value as people call it."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


class Form(Value):
    """What is asked before a button does what it says. ``title`` is a sentence of the catalogue.

    A text beyond ``LONG`` characters takes several of a modal's inputs, so a form has either one field beyond that length, or none.
    """

    title: str = Described(min_length=1, max_length=LABEL)
    fields: tuple[FormField, ...] = Described(min_length=1, max_length=FIELDS)

    @model_validator(mode="after")
    def _fits(self) -> Form:
        """Raise ``ValueError`` for a form that some platform could not show."""
        if len({field.name for field in self.fields}) < len(self.fields):
            raise ValueError("two fields have one name")
        inputs = sum(1 if field.kind != "long" else -(-len(field.value) // _FILLED) or 1 for field in self.fields)
        if inputs > FIELDS:
            raise ValueError(f"what stands in it needs {inputs} inputs, and a modal has {FIELDS}")
        return self


class Submission(Press):
    """A person sent the form that a button had opened: a press, with what was filled in by the names of the fields.

    It is checked as the press is, since nobody can tell whether the form was ever shown.
    """

    values: Mapping[str, str]


class Filling(Value):
    """A form that is asked field by field: the ``press`` that it belongs to, and what was given by now."""

    press: Press
    values: Mapping[str, str] = Described(default_factory=dict)

    @property
    def piece(self) -> str:
        """The id of the piece that it is about, if it is about one."""
        return self.press.action.partition(":")[2].partition(":")[0]
