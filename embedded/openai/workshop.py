"""Where pictures are drawn: a few at a time in worker threads, so that words never wait behind pictures."""

import asyncio
import importlib
import os
from collections.abc import Callable, Sequence
from typing import ParamSpec, Protocol, TypeVar, cast

from PIL.Image import Image

SKETCH_ARTIST = "embedded.artist"
PLAIN_ARTIST = "embedded.openai.plain_artist"

_Options = ParamSpec("_Options")
_Result = TypeVar("_Result")


class Artist(Protocol):
    """Somebody who draws. All pictures are RGBA; the same arguments give the same picture."""

    def draw(
        self, prompt: str, *, width: int, height: int, seed: int, transparent: bool = False, words: str | None = None
    ) -> Image:
        """The picture of a prompt, ``width`` x ``height`` pixels. Its ``info`` may hold a ``record`` for the file, and what is ``unknown``."""

    def repaint(
        self,
        sources: Sequence[Image],
        mask: Image | None,
        prompt: str,
        *,
        width: int,
        height: int,
        seed: int,
        words: str | None = None,
    ) -> Image:
        """The first source, changed as the prompt says: where the alpha of ``mask`` is 0, or everywhere without one.

        ``words`` are the change alone. The ``info`` of the answer may tell what is ``undone``, and that what was to stay is ``exact``.
        """

    def preview(self, picture: Image, index: int, total: int) -> Image:
        """How the picture looked at preview ``index`` (from 0) of ``total``."""


class Workshop:
    """The artist, imported when first needed because that takes a moment, and a place for each processor."""

    def __init__(self, artist: str = SKETCH_ARTIST) -> None:
        self._artist = artist
        self._places = asyncio.Semaphore(os.cpu_count() or 2)

    def artist(self) -> Artist:
        """The artist. Slow the first time: call it in a worker thread."""
        return cast(Artist, importlib.import_module(self._artist))

    async def run(self, work: Callable[_Options, _Result], *args: _Options.args, **options: _Options.kwargs) -> _Result:
        """Do CPU work in a worker thread as soon as there is a place."""
        async with self._places:
            return await asyncio.to_thread(work, *args, **options)
