"""How far a request is; never kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.types.values import Value


class Status(Value):
    """Where a job stands. ``position`` counts the jobs before it, ``usual`` is the usual time of the phase in seconds.

    ``done`` of ``total`` pieces of work are done, where there are several. ``about``: what is being made, where that was understood from plain words.
    """

    kind: Literal["status"] = "status"
    phase: Literal["queued", "thinking", "writing", "drawing", "checking", "waiting"]
    position: int = 0
    usual: float = 0
    slot: int = 0
    done: int = 0
    total: int = 0
    about: str = ""


class TextSoFar(Value):
    """The whole text as far as it is written."""

    kind: Literal["text"] = "text"
    text: str
    slot: int = 0


class Preview(Value):
    """An unfinished picture; ``slot`` tells several pictures of one job apart. ``spoiler``: what comes of it is one."""

    kind: Literal["preview"] = "preview"
    data: bytes
    mime: str
    slot: int = 0
    spoiler: bool = False


Progress = Annotated[Status | TextSoFar | Preview, Field(discriminator="kind")]
