"""Who writes, who draws, who looks at things first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel

from core.brief import Brief
from core.pictures.sizes import SizeRule
from core.types import (
    Progress,
    SlowCall,
    Spend,
    Turn,
    Value,
    Wave,
)

Show = Callable[[Progress], None]


Shape = TypeVar("Shape", bound=BaseModel)


FITS = (
    *("fitted-size", "fitted-quality", "fitted-format", "fitted-compression", "fitted-transparent", "fitted-detail"),
    *("fitted-unknown", "fitted-undone"),
    *("fitted-described", "fitted-unseen", "fitted-style"),
    *("note-redrawn", "note-removed", "note-still"),
)
"""The codes of a picture's ``Fit``. The last three tell what became of a picture that was looked at.

Those of ``fitted-unknown`` are the built-in artist's: words it cannot draw, and a change it cannot make; the first two of ``fitted-described`` are
of characters that were drawn by their description alone: the model takes no pictures, or there is none of them; the third is of a style, likewise.
"""

TEXT_FITS = ("fitted-untold", "fitted-strange")
"""Those of a text, the storybook's: words it could not use beside others that it did, and words of which it knows none."""


class Fit(Value):
    """Something asked for that the model does not offer or did not show, and what was used in its place.

    ``code``, one of ``FITS`` or ``TEXT_FITS``, is the key of the sentence that says so.
    ``used`` is empty where nothing takes its place.
    """

    code: str
    asked: str
    used: str = ""


class Written(Value):
    """A text the writer wrote and what it cost. ``cut``: it ended at the length limit. ``fitted``: what of the wish it could not be made of."""

    text: str
    spend: Spend
    cut: bool = False
    fitted: tuple[Fit, ...] = ()


class Drawing(Value):
    """One picture to make, in the person's terms; the painter fits it to its model.

    ``size`` is ``square``, ``wide``, ``tall`` or ``WIDTHxHEIGHT``; without a ``format`` the picture comes as JPEG where it can; ``compression``:
    how much of a JPEG or WebP is kept, of 100; ``frames`` and their ``pause`` in milliseconds are those of a GIF, 0 as usual;
    ``moderation``: how strictly the service looks at it, where it is not as usual (``low``);
    ``slot`` numbers the pictures of one job from 1. ``brief`` are the facts that the prompt puts into prose.
    """

    prompt: str
    size: str = "square"
    quality: str = "medium"
    format: str = ""
    compression: int | None = None
    frames: int = 0
    pause: int = 0
    transparent: bool = False
    moderation: str = ""
    person: str = ""
    slot: int = 1
    brief: Brief | None = None


class Painting(BaseModel):
    """A finished picture as the model gave it. ``parameters`` is what was really sent; ``fitted`` is what had to be changed to suit the model."""

    data: bytes
    mime: str
    model: str
    spend: Spend
    parameters: Mapping[str, Any] = {}
    fitted: tuple[Fit, ...] = ()


class Writer(Protocol):
    """Writes text. ``person`` is a hash that stands for the end user toward the service."""

    def estimate(self, role: Literal["writer", "helper"], letters: int, tokens: int) -> float | None:
        """What a text of so many tokens will cost about that is made from so many letters, in USD; ``None`` where the price is unknown."""
        ...

    async def write(
        self, instructions: str, turns: Sequence[Turn], *, person: str, show: Show, brief: Brief | None = None
    ) -> Written:
        """Write freely with the writer's model, showing the text as it grows. ``brief``: the facts that the instructions put into prose."""
        ...

    async def extract(
        self,
        instructions: str,
        text: str,
        shape: type[Shape],
        *,
        name: str,
        person: str,
        pictures: Sequence[bytes] = (),
        brief: Brief | None = None,
        growing: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> tuple[Shape, Spend]:
        """Fill ``shape`` from the text (and pictures) at low temperature with the helper's model. ``name`` names the schema.

        With ``growing`` it is the writer who fills it, as freely as it writes; that is told what is there by now, where the server streams.
        """
        ...


class Painter(Protocol):
    """Makes pictures."""

    def estimate(self, drawing: Drawing, *, sources: int = 0) -> float | None:
        """What one such picture will cost about, in USD; ``None`` where the price is unknown."""
        ...

    def usual_seconds(self, drawing: Drawing) -> float:
        """How long one such picture usually takes."""
        ...

    def edit_sizes(self) -> SizeRule:
        """The sizes this painter returns."""
        ...

    def most_sources(self) -> int:
        """How many pictures it can draw from at once; 0 where nobody knows whether it can at all."""
        ...

    async def generate(self, drawing: Drawing, show: Show) -> Painting:
        """Draw from words alone, showing previews where the model can."""
        ...

    def takes_markup(self) -> bool:
        """Whether marks can be handed over apart from the picture that they are drawn over."""
        ...

    async def edit(
        self, drawing: Drawing, sources: Sequence[bytes], mask: bytes | None, show: Show, *, markup: bytes | None = None
    ) -> Painting:
        """Change pictures (PNG, JPEG or WebP bytes; the mask is a PNG whose transparent part is to change) by words.

        ``markup``: marks over the first of them, a transparent PNG of its size, for who takes such; never with a mask.
        """
        ...


class Moderator(Protocol):
    """Looks at words and pictures before anything is drawn or shown."""

    async def check(self, words: str, pictures: Sequence[bytes] = ()) -> None:
        """Return when all is well; raises ``Refused`` otherwise. Where a service has no such endpoint, all is well."""
        ...


class WaveState(Value):
    """How far a wave is that a service has: its ``state`` there, whether it is ``over``, and the ids of the files with what was answered."""

    state: str
    over: bool = False
    files: tuple[str, ...] = ()


class SlowAnswer(Value):
    """What a call was answered with: a status of HTTP, and the body."""

    id: str
    status: int
    body: bytes


class Slowly(Protocol):
    """A service that answers many calls together within a day, at half price."""

    async def offered(self) -> bool:
        """Whether it does so at all; asked of it once in a while, for nothing."""
        ...

    async def submit(self, wave: Wave, calls: AsyncIterator[SlowCall]) -> str:
        """Hand a wave over, also after a crash only once; what the service calls it."""
        ...

    async def look(self, remote: str) -> WaveState:
        """How far it is."""
        ...

    async def cancel(self, remote: str) -> None:
        """Have it end; what is answered by then is paid for."""
        ...

    def answers(self, file: str) -> AsyncIterator[SlowAnswer]:
        """The answers in a file, as they come."""
        ...
