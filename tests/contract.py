"""The same people on every platform: what they do, and what they see. Each platform's driver speaks its real protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.types import Place, Score
from patience import PATIENCE
from studio import DATA, Person, Studio


@dataclass(frozen=True)
class Shown:
    """A message of the bot as a person sees it. ``buttons`` are action and label."""

    id: str
    text: str
    pictures: tuple[bytes, ...] = ()
    files: tuple[bytes, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()

    def action(self, verb: str) -> str | None:
        return next((action for action, _ in self.buttons if action.partition(":")[0] == verb), None)


@dataclass(frozen=True)
class Said:
    """What a person did, and all that came back."""

    id: str
    messages: Sequence[Shown]

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)

    @property
    def pictures(self) -> list[bytes]:
        return [picture for message in self.messages for picture in message.pictures]

    @property
    def with_picture(self) -> Shown:
        return next(message for message in reversed(self.messages) if message.pictures)

    def button(self, verb: str) -> tuple[Shown, str]:
        for message in reversed(self.messages):
            if action := message.action(verb):
                return message, action
        raise AssertionError(f"no button {verb!r} under {self.messages}")


class Talker(Protocol):
    """A person in a private chat."""

    place: Place

    async def says(
        self, text: str, *files: str, mask: str | None = None, reply_to: str | None = None, expect: int = 1
    ) -> Said:
        """Send something; wait for ``expect`` messages in answer (an album counts each picture)."""
        ...

    async def presses(self, shown: Shown, action: str, expect: int = 1) -> Said: ...

    async def sends(self, text: str) -> None:
        """Send a command and wait for nothing."""
        ...

    async def taps(self, shown: Shown, action: str) -> None:
        """Press a button and wait for nothing."""
        ...

    async def reacts(self, shown: Shown, emoji: str | None) -> None:
        """Put an emoji on a message, or (``None``) take it back."""
        ...

    async def sees(self, message: str) -> Shown | None: ...


class WebTalker:
    def __init__(self, person: Person) -> None:
        self.person = person
        self.place = Place(platform="web", chat=person.chat, private=True)
        self._given = ""

    async def says(
        self, text: str, *files: str, mask: str | None = None, reply_to: str | None = None, expect: int = 1
    ) -> Said:
        answer = await self.person.says(text, *files, mask=mask, reply_to=reply_to)
        return Said(
            answer.request,
            [await self._shown(event) for event in answer.events if event["kind"] in ("reply", "failure")],
        )

    async def presses(self, shown: Shown, action: str, expect: int = 1) -> Said:
        answer = await self.person.presses(shown.id, action)
        return Said(
            answer.request,
            [await self._shown(event) for event in answer.events if event["kind"] in ("reply", "failure")],
        )

    async def sends(self, text: str) -> None:
        await self.person.posts(text)

    async def taps(self, shown: Shown, action: str) -> None:
        await self.person.post("actions", message=shown.id, action=action)

    async def reacts(self, shown: Shown, emoji: str | None) -> None:
        await self.person.rates(shown.id, emoji or self._given, added=emoji is not None)
        self._given = emoji or ""

    async def sees(self, message: str) -> Shown | None:
        events = [
            event
            for event in self.person.events
            if event["kind"] in ("reply", "failure") and event["message"] == message
        ]
        return None if not events or events[-1].get("removed") else await self._shown(events[-1])

    async def _shown(self, event: dict) -> Shown:
        kinds = {True: [], False: []}
        for piece in event["pieces"]:
            if piece.get("url"):
                kinds[piece["kind"] == "file"].append(await self.person.picture(piece))
        buttons = tuple((action["id"], action["label"]) for action in event["actions"])
        return Shown(event["message"], event["text"], tuple(kinds[False]), tuple(kinds[True]), buttons)


async def score_of(studio: Studio, talker: Talker, message: str) -> Score | None:
    """The score of the piece that a message shows, once its receipt is kept."""
    store = studio.program.storage.store
    pieces = await store.shown_in(talker.place, message)
    return await store.score(pieces[0]) if pieces else None


async def until_scored(studio: Studio, talker: Talker, message: str, expected: Score) -> None:
    async with asyncio.timeout(PATIENCE):
        while await score_of(studio, talker, message) != expected:
            await asyncio.sleep(0.02)


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()
