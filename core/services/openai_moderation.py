"""Looking at words and pictures before anything is drawn or shown. Moderation is free."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import structlog
from openai.types import ModerationCreateResponse

from core.errors import OperatorFault, Refused, Unavailable
from core.ports import Moderator
from core.services.openai import Connection
from core.services.openai_errors import endpoint_is_absent
from core.services.wire import data_url

LARGEST_PICTURE = 20_000_000
"""Bytes of a picture that the endpoint takes (2026-11-22)."""

LONGEST_WORDS = 100_000
"""Letters that are looked at together: more than any prompt may have; all ideas of a board may have more."""

_OVERLAP = 500
"""Letters that two looks share, so that no sentence is seen by neither as a whole."""

ABSENCES = 3
"""How often in a row a server has to say that it has no such endpoint before it is believed: a proxy that starts says so too."""

LOOK_AGAIN = 600.0
"""Seconds after which a server without the endpoint is asked again."""

_log = structlog.get_logger(__name__)


class OpenAIModerator:
    """The ``Moderator`` of ``core.ports``.

    ``required``: nothing goes on without it. ``instead`` looks where the server cannot.

    Otherwise a server that has shown often enough to have no such endpoint is asked only now and then.
    One that has ever answered has it: where it says otherwise later, something between us is out of order, and nothing passes unseen.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        model: str = "omni-moderation-latest",
        required: bool = False,
        instead: Moderator | None = None,
    ) -> None:
        self._connection = connection
        self._model = model
        self._required = required
        self._instead = instead
        self._absences = 0
        self._answered = False
        self._counts_from = self._asked_again = 0.0

    @property
    def available(self) -> bool:
        """Whether the server has the endpoint, as far as is known."""
        return self._absences < ABSENCES

    async def check(self, words: str, pictures: Sequence[bytes] = ()) -> None:
        """Return when all is well. Each thing is looked at by itself, so that it is clear which one is refused.

        Raises ``Refused("refused-words" | "refused-picture")``, ``Unavailable`` (``service-down`` also where it had the endpoint before),
        ``OperatorFault`` (``moderation-missing`` where it is required).
        """
        looks = [self._look(part, "refused-words") for part in _parts(words) if part.strip()]
        looks += [self._look_at(picture) for picture in pictures if len(picture) <= LARGEST_PICTURE]
        if len(looks) == 1:
            await looks[0]
        else:
            await asyncio.gather(*looks)
        if self._instead and not self.available:
            await self._instead.check(words, pictures)

    async def _look_at(self, picture: bytes) -> None:
        url = await asyncio.to_thread(data_url, picture)
        await self._look([{"type": "image_url", "image_url": {"url": url}}], "refused-picture")

    async def _look(self, given: Any, code: str) -> None:
        if not self.available and not self._required and time.monotonic() < self._asked_again:
            return

        async def request() -> bool:
            answer = await self._connection.client.moderations.create(model=self._model, input=given)
            if not isinstance(answer, ModerationCreateResponse):
                raise Unavailable("answer-unreadable")
            flags = [result.flagged for result in answer.results]
            if not flags or not all(isinstance(flag, bool) for flag in flags):  # nobody looked
                raise Unavailable("answer-unreadable")
            return any(flags)

        while True:
            asked = time.monotonic()
            try:
                flagged = await self._connection.call(request, model=self._model, paid=False)
                break
            except OperatorFault as error:
                absent = endpoint_is_absent(error) or error.code == "model-unknown"
                if self._connection.is_openai or not absent:
                    raise
                self._count_absence(asked)
            if not self.available:
                self._do_without()
                return
            await asyncio.sleep(self._connection.patience.first_pause * self._absences)
        self._absences, self._answered, self._asked_again = 0, True, 0.0
        if flagged:
            raise Refused(code)

    def _count_absence(self, asked: float) -> None:
        """Count that the endpoint is said to be absent; what many were told in the same moment (``asked``) is one word, of one proxy."""
        if asked >= self._counts_from:
            self._absences += 1
            self._counts_from = time.monotonic() + self._connection.patience.first_pause

    def _do_without(self) -> None:
        """The server has no such endpoint."""
        if self._required:
            raise OperatorFault("moderation-missing")
        if self._answered:
            raise Unavailable("service-down")
        self._asked_again = time.monotonic() + LOOK_AGAIN
        _log.warning("moderation.absent", asked_again_in=LOOK_AGAIN)


def _parts(words: str) -> list[str]:
    """All the words, in as few parts as they can be looked at in."""
    starts = range(0, max(1, len(words) - _OVERLAP), LONGEST_WORDS - _OVERLAP)
    return [words[start : start + LONGEST_WORDS] for start in starts]
