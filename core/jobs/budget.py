"""What a request will cost about, before anything is begun: all its texts, prompts and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from core import thrift
from core.checks import is_checked
from core.errors import FabulaError
from core.file_formats import of_drawing
from core.ports import Drawing, Painter, Writer
from core.settings import Settings
from core.thrift import Service
from core.types import Request
from core.types.characters import PICTURES_EACH

_INSTRUCTIONS = 3_000
"""Letters of what a model is told beside the person's words, rounded up."""

HISTORY = 12_000
"""Letters of a session's newest turns, or of a story that is gone on with: what they rarely exceed."""

_THOUGHTS = 500
"""Tokens of thinking before a text."""

PROMPT = 400
"""Tokens of a picture prompt."""

QUESTIONS = 500
"""Tokens of the questions about a picture that are written with its prompt."""

SEEN_LETTERS = 8_000
"""Letters for which what somebody is shown who looks at a picture counts: up to 1,800 tokens of the picture, and the questions."""

_SEEN = 400
"""Tokens of what they answer."""

PROMPT_LETTERS = 1_500
"""Letters of a picture prompt that a model wrote, or of what is said of a change beside the person's words."""

_OWN_SHAPE = "1248x1248"
"""The dearest size at which a photo is drawn that keeps its shape: a square of the pixels that are sensible."""


class Estimator:
    """Adds up what the parts of a request cost. A part without a known price counts with ``unpriced_usd`` of the settings."""

    def __init__(self, writer: Writer, painter: Painter, settings: Settings, costs: Mapping[str, Costs]) -> None:
        """``costs``: what a request is made up of, by its command."""
        self._asked: set[Service] = set()
        self._costs = costs
        self._writer = writer
        self._painter = painter
        self._settings = settings

    def usd(self, request: Request) -> float:
        """About what it will cost, in USD."""
        return self.parts(request)[0]

    def parts(self, request: Request) -> tuple[float, frozenset[Service]]:
        """About what it will cost, in USD, and what it asks of models: words, pictures."""
        self._asked.clear()
        with thrift.using(request.models):
            return sum(self._costs[request.command](self, request)), frozenset(self._asked)

    def text(self, letters: int, tokens: int) -> float:
        """A text of so many tokens, made from so many letters beside what the model is told."""
        self._asked.add("text")
        return self._counted(partial(self._writer.estimate, "writer", _INSTRUCTIONS + letters, tokens + _THOUGHTS))

    def helper(self, letters: int, tokens: int) -> float:
        """What the helper makes of so many letters."""
        return self._counted(partial(self._writer.estimate, "helper", _INSTRUCTIONS + letters, tokens))

    def pictures(
        self, request: Request, number: int, *, letters: int = PROMPT_LETTERS, sources: int = 0
    ) -> list[float]:
        """So many pictures as the request wants them, each from a prompt of so many letters, and from so many pictures."""
        self._asked.add("image")
        options = request.options
        size = options.get("size", _OWN_SHAPE if sources else "square")
        quality = options.get("quality", self._settings.quality)
        drawing = Drawing(prompt="x" * letters, size=size, quality=quality, **of_drawing(request.command, options))

        def estimate() -> float | None:
            return self._painter.estimate(drawing, sources=sources_of(request, self._painter, sources))

        return [self._counted(estimate)] * number

    def draws_from_sheet(self, number: int) -> bool:
        """Whether so many pictures of one text are drawn from a sheet."""
        return draws_from_sheet(self._settings, self._painter, number)

    def checks(self, request: Request, number: int, *, sources: int = 0) -> list[float]:
        """Looking at so many pictures of a request, with all that may come of it for each: a change, another one, and a look at both."""
        if not is_checked(request.command, request.options, self._settings.checking):
            return []
        shown = SEEN_LETTERS * (1 + len(request.characters))  # one picture of each is shown beside it
        looks = [self.helper(shown, _SEEN)] * (3 * number)
        changed = self.pictures(request, number, sources=1)
        return [*looks, *changed, *self.pictures(request, number, sources=sources)]

    def changed_pictures(self, request: Request) -> list[float]:
        """The pictures that are made of those that the request brings along."""
        sources = len(request.files) + len(request.sources) + len(request.replied_files)
        letters = len(request.words) + PROMPT_LETTERS
        number = int(request.options.get("n", 1))
        pictures = self.pictures(request, number, letters=letters, sources=max(1, sources))
        return [*pictures, *self.change_checks(request, number, sources=max(1, sources))]

    def change_checks(self, request: Request, number: int, *, sources: int = 1) -> list[float]:
        """The questions about a change by words, and looking at so many pictures that it made."""
        checks = self.checks(request, number, sources=sources) if request.words else []
        return [self.helper(len(request.words), QUESTIONS), *checks] if checks else []

    def _counted(self, estimate: Callable[[], float | None]) -> float:
        """What a part counts for. One that cannot be done costs nothing; what is done before that is found out does."""
        try:
            usd = estimate()
        except FabulaError:
            return 0.0
        return self._settings.unpriced_usd if usd is None else usd


def sources_of(request: Request, painter: Painter, sources: int = 0) -> int:
    """From how many pictures one is drawn: so many ``sources``, those of characters, and those of a style as far as there is room for them."""
    sources += PICTURES_EACH * len(request.characters)
    if not request.style_pictures:
        return sources
    return sources + min(len(request.style_pictures), max(0, painter.most_sources() - sources))


def draws_from_sheet(settings: Settings, painter: Painter, number: int) -> bool:
    """Whether so many pictures of one text are worth a sheet of its characters, and the painter can draw from one."""
    return settings.sheet == "auto" and number > 1 and painter.most_sources() > 0


Costs = Callable[[Estimator, Request], Iterable[float]]
"""Adds up what the parts of one kind of request cost, in USD, whatever its words."""


def nothing(estimator: Estimator, request: Request) -> Iterable[float]:
    """For what costs nothing."""
    return ()
