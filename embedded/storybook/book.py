"""The storybook's pages: one TOML file a language in ``pages/``, read once, and checked so that a slip of the pen is named and not told.

What the marks in a file mean is said at its head; ``weaving`` carries it out.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from embedded.storybook.weaving import MARKS, Passage, Slots

PAGES = Path(__file__).parent / "pages"
PLOTS = ("wish", "lost", "fear", "friend", "mystery", "promise")


class PagesError(Exception):
    """A page that cannot be used; says in which file, where in it, and why."""


def _ways(text: Any) -> Any:
    """The ways to say something: passages with an empty line between, of a line each sentence."""
    if not isinstance(text, str):
        return text
    return tuple(tuple(way.strip().splitlines()) for way in text.split("\n\n") if way.strip())


def _only(ways: Any) -> Any:
    if isinstance(ways, tuple) and len(ways) != 1:
        raise ValueError("one passage, without an empty line")
    return ways[0] if isinstance(ways, tuple) else ways


def _fits(passage: Passage, info: ValidationInfo) -> Passage:
    """Refuse lines that are empty, or name a slot that the file does not list."""
    slots = Slots(dict.fromkeys((info.context or {}).get("slots", ()), "x"))
    for line in passage:
        text = line.lstrip(MARKS)
        if not text:
            raise ValueError(f"no text in {line!r}")
        try:
            text.format_map(slots)
        except (KeyError, ValueError) as error:
            raise ValueError(f"no such slot: {error} in {line!r}") from error
    return passage


_Checked = Annotated[Passage, AfterValidator(_fits)]
One = Annotated[_Checked, BeforeValidator(_only), BeforeValidator(_ways)]
Ways = Annotated[tuple[_Checked, ...], Field(min_length=1), BeforeValidator(_ways)]
Texts = Annotated[tuple[str, ...], Field(min_length=1)]


class Page(BaseModel):
    """Base of everything in a file: nothing may be missing, misspelt or changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Scene(Page):
    """Where a tale happens."""

    home: str
    place: str
    path: str
    far: str
    details: Texts
    companions: Texts
    helpers: Texts


class Humour(Page):
    """A companion's way of being: a small joke that comes back four times."""

    first: One
    road: One
    low: One
    last: One


class Thread(Page):
    """The second half of a tale, written in one piece so that the turn answers the advice."""

    keys: tuple[str, ...] = ()
    """Texts of the idea that call for this thread; empty where it suits any idea."""
    advice: One
    low: One
    turn: One
    after: One
    apart: bool = False
    """Whether the companion is somewhere else at the low point."""


class Plot(Page):
    """A shape of tale: what is wrong, how one sets out, how it turns, how it ends."""

    titles: Annotated[Texts, AfterValidator(_fits)]
    about: tuple[str, ...]
    """What it turns on, where the idea does not say."""
    troubles: Ways
    departures: Ways
    endings: Ways
    miniature: One
    threads: Annotated[tuple[Thread, ...], Field(min_length=1)]


class Frame(Page):
    """What any tale is put together with."""

    openings: Ways
    wearing: Ways
    marked: Ways
    habits: Ways
    meetings: Ways
    lives_with: Ways
    """Where the two know each other from the beginning."""
    together: Ways
    """Instead of a meeting, where the two know each other already."""
    helper_arrives: Ways
    newcomer: Ways
    """Instead of the helper's arrival, where the reader asked for somebody new."""
    next_days: Ways
    next_places: Ways
    closers: Ways
    episodes: Ways


class Looks(Page):
    """What somebody wears, or is known by."""

    animals: Texts
    people: Texts
    marks: Texts


class Measures(Page):
    """The lengths of the language: words, or characters."""

    joint: str
    """What stands between two sentences."""
    brief: int
    """Below it the shorter of the alternatives are taken."""
    short: int
    """Below it a continuation does without the helper."""
    miniature: int
    """Below it a tale is told as a miniature."""


class Book(Page):
    """All the pages of one language."""

    slots: dict[str, str]
    receivers: Texts
    measures: Measures
    looks: Looks
    names: dict[str, Texts]
    frame: Frame
    weathers: dict[str, str]
    humours: Annotated[tuple[Humour, ...], Field(min_length=1)]
    scenes: dict[str, Scene]
    plots: dict[str, Plot]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Every idea needs a plot and a thread, and every hero a home."""
        if set(self.plots) != set(PLOTS) or "forest" not in self.scenes:
            raise ValueError(f"plots have to be {', '.join(PLOTS)}, and one of the scenes forest")
        for name, plot in self.plots.items():
            if all(thread.keys for thread in plot.threads):
                raise ValueError(f"{name} needs a thread without keys, which suits any idea")
        return self


Shape = TypeVar("Shape", bound=Page)


@cache
def book(language: str) -> Book:
    """The pages of ``english`` or ``chinese``. Raises ``PagesError``."""
    return read_pages(PAGES / f"{language}.toml", Book)


def read_pages(path: Path, shape: type[Shape]) -> Shape:
    """Read one file into its shape. Raises ``PagesError``."""
    try:
        given = _frozen(tomllib.loads(path.read_text(encoding="utf-8")))
        return shape.model_validate(given, context={"slots": given.get("slots", {})})
    except tomllib.TOMLDecodeError as error:
        raise PagesError(f"{path.name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise PagesError(f"{path.name}: {where}: {first['msg']}") from error


def _frozen(value: Any) -> Any:
    """The value with tuples for lists, as the pages have them."""
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
