"""What a request will cost about, before anything is begun: all its texts, prompts and pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.errors import FabulaError
from core.ports import Drawing, Painter, Writer
from core.settings import Settings
from core.types import Request

_INSTRUCTIONS = 3_000
"""Letters of what a model is told beside the person's words, rounded up."""

_HISTORY = 12_000
"""Letters of a session's newest turns, or of a story that is gone on with: what they rarely exceed."""

_STORY_WORDS = {"short": 300, "medium": 800, "long": 2_000}
_TOKENS_PER_WORD = 2
"""Of a story in either language, with what it was thought over before."""

_THOUGHTS, _ANSWER, _PROMPT, _PLANNED_PICTURE = 500, 800, 400, 250
"""Tokens: of thinking before a text, an answer in talk, a picture prompt, and one picture of a plan."""

_PROMPT_LETTERS = 1_500
"""Letters of a picture prompt that a model wrote, or of what is said of a change beside the person's words."""

_OWN_SHAPE = "1248x1248"
"""The dearest size at which a photo is drawn that keeps its shape: a square of the pixels that are sensible."""


class Estimator:
    """Adds up what the parts of a request cost. A part without a known price counts with ``unpriced_usd`` of the settings."""

    def __init__(self, writer: Writer, painter: Painter, settings: Settings) -> None:
        self._writer = writer
        self._painter = painter
        self._settings = settings

    def usd(self, request: Request) -> float:
        """About what it will cost, in USD."""
        return sum(self._parts(request))

    def _parts(self, request: Request) -> list[float]:
        words = len(request.words)
        match request.command:
            case "talk":
                return [self._text(words + _HISTORY, _ANSWER)]
            case "story":
                return [self._text(words, _story_tokens(request)), *self._illustrated(request)]
            case "continue":
                return [self._text(words + _HISTORY, _story_tokens(request))]
            case "illustrate":
                return self._illustrated(request)
            case "image":
                raw = "raw" in request.options
                prompt = [] if raw else [self._helper(words, _PROMPT)]
                return [*prompt, *self._pictures(request, _number(request), letters=words if raw else _PROMPT_LETTERS)]
            case "edit" | "vary":
                sources = len(request.files) + len(request.sources) + len(request.replied_files)
                letters = words + _PROMPT_LETTERS
                return self._pictures(request, _number(request), letters=letters, sources=max(1, sources))
            case _:
                return []

    def _illustrated(self, request: Request) -> list[float]:
        pages = int(request.options.get("pages", 1))
        plan = self._helper(_HISTORY, _PROMPT + pages * _PLANNED_PICTURE)
        return [plan, *self._pictures(request, pages, letters=_PROMPT_LETTERS)]

    def _pictures(self, request: Request, number: int, *, letters: int, sources: int = 0) -> list[float]:
        options = request.options
        size = options.get("size", _OWN_SHAPE if sources else "square")
        quality = options.get("quality", self._settings.quality)
        drawing = Drawing(prompt="x" * letters, size=size, quality=quality)
        return [self._counted(partial(self._painter.estimate, drawing, sources=sources))] * number

    def _text(self, letters: int, tokens: int) -> float:
        return self._counted(partial(self._writer.estimate, "writer", _INSTRUCTIONS + letters, tokens + _THOUGHTS))

    def _helper(self, letters: int, tokens: int) -> float:
        return self._counted(partial(self._writer.estimate, "helper", _INSTRUCTIONS + letters, tokens))

    def _counted(self, estimate: Callable[[], float | None]) -> float:
        """What a part counts for. One that cannot be done costs nothing; what is done before that is found out does."""
        try:
            usd = estimate()
        except FabulaError:
            return 0.0
        return self._settings.unpriced_usd if usd is None else usd


def _story_tokens(request: Request) -> int:
    length = request.options.get("length", "medium")
    return _TOKENS_PER_WORD * (int(length) if length.isdecimal() else _STORY_WORDS[length])


def _number(request: Request) -> int:
    return int(request.options.get("n", 1))
