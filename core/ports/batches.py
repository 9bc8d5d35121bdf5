"""What the core needs of the store for tables of which a work is made row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from core.types import Batch, BatchRow, Counts, Place, RowState, SlowCall, Wave


class BatchTurn(NamedTuple):
    """What is to be known when it is a batch's turn: itself, how many of its rows are under way, or lie with a service, and its first that waits."""

    batch: Batch | None
    running: int
    asked: int
    waiting: BatchRow | None


class Batches(Protocol):
    """Tables of which a work is made row by row. They are kept, changed and deleted by a ``Change``."""

    async def batch(self, batch: str) -> Batch | None:
        """A batch by id."""
        ...

    async def batches(self, place: Place, user: str, limit: int) -> Sequence[Batch]:
        """The newest batches of a person (by their key) in a chat, newest first."""
        ...

    async def counts(self, batch: str) -> Counts:
        """How far a batch is."""
        ...

    async def batch_rows(
        self,
        batch: str,
        states: Collection[RowState] = (),
        after: int = 0,
        limit: int = 100,
        below: float | None = None,
    ) -> Sequence[BatchRow]:
        """Rows of a batch in the order of the file, those behind a number; of all states where none is named. ``below``: only with a lower score."""
        ...

    async def begun_pieces(self, batch: str) -> Sequence[str]:
        """The ids of what was made for rows of a batch, also for those that have not come to their end."""
        ...

    async def turn_of(self, batch: str) -> BatchTurn:
        """What its turn needs of a batch, as it is in one moment; not all of its rows are looked at for that."""
        ...

    async def made_before(self, user: str, keys: Collection[str]) -> Mapping[str, BatchRow]:
        """Rows by their keys that were made for a person (by their key), as far as their pieces are still there; of several the newest."""
        ...


class SlowCalls(Protocol):
    """Calls that may take a day. They are kept, sent and ended by a ``BatchChange``."""

    async def slow_call(self, call: str) -> SlowCall | None:
        """A call by id."""
        ...

    async def answer_slowly(self, call: str, status: int, media: str) -> bool:
        """Keep what a call was answered with (a status of HTTP, and an id of kept bytes); ``False`` where it is gone, or was answered before."""
        ...

    async def book_given_up(self, call: str) -> None:
        """Put a call that was given up on the bill once the service has answered it, at a price that nobody knows; once, since it is gone then."""
        ...

    async def waves_to_send(self, batch: str, most: int, most_bytes: int) -> Sequence[Wave]:
        """The waves of a batch that no service has yet, after what waits is put into new ones of so many calls and bytes at most."""
        ...

    async def calls_of(self, wave: str, after: str, limit: int) -> Sequence[SlowCall]:
        """Unanswered calls of a wave in the order of their ids, those behind an id."""
        ...

    async def wave(self, wave: str) -> Wave | None:
        """A wave by id, unless it is over."""
        ...

    async def answered_row(self, batch: str) -> tuple[int, str] | None:
        """The number of a row, and the id of its job, whose calls are all answered; ``None`` where none has."""
        ...

    async def unsent_calls(self, batch: str) -> int:
        """How many calls of a batch lie with no service yet."""
        ...
