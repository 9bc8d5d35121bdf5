"""The people of ``chaos.py``: each asks one thing in a private chat of their own, on one of the three platforms, and sees what comes back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from core import texts
from core.conversation.feature import Repertoire
from core.features import FEATURES
from standins.discord.client import People as DiscordPeople
from standins.discord.errors import Impossible
from standins.telegram.client import People as TelegramPeople
from studio import Event, Person
from wire import LOST

COMMANDS = Repertoire(FEATURES).commands
MARKER = re.compile(r"Qz(?:[bdfgklmnprstvz][aeiou]){3}")
IDEAS = (
    "/image {} by the sea --raw --size 1024x640",
    "/image a lighthouse called {} by the sea --size 1024x640",
    "/story a fox called {} who finds a lantern --length short",
)
_FAILURES = [
    begins
    for key, sentence in texts.catalogue("en").items()
    if key.startswith("error-") and (begins := sentence.split("{")[0])
]


def markers() -> Iterator[str]:
    """Words that are nobody else's: three syllables behind two letters that no other word begins with."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    return (f"Qz{one}{two}{three}" for one in syllables for two in syllables for three in syllables)


@dataclass(frozen=True)
class Seen:
    """What somebody sees in their chat in the end: stories, pictures, failures, all else of the bot, and every word in there."""

    stories: int = 0
    pictures: int = 0
    failures: int = 0
    other: int = 0
    words: str = ""

    @property
    def foreign(self) -> set[str]:
        """The marker words in it, more than one's own where it is wrong."""
        return set(MARKER.findall(self.words))


@dataclass
class Asking:
    """One person's one request. ``acknowledged``: it was seen to be taken, so it may not be lost."""

    platform: ClassVar[str]
    marker: str
    idea: str
    acknowledged: bool = False
    person: str = ""

    @property
    def text(self) -> str:
        return self.idea.format(self.marker)

    @property
    def is_story(self) -> bool:
        return self.idea.startswith("/story")

    def answered(self, seen: Seen) -> bool:
        """Whether it ended in its answer, or in one failure: a story that was told may still fail to be drawn."""
        if seen.failures:
            return seen.failures == 1 and not seen.pictures
        return seen.pictures >= 1 and (seen.stories >= 1) == self.is_story

    def twice(self, seen: Seen) -> int:
        """How many messages came a second time."""
        return max(seen.stories - 1, 0) + max(seen.pictures - 1, 0) + max(seen.failures - 1, 0)


@dataclass
class Door:
    """Where the program is reached now: nowhere while it is down."""

    address: str | None = None


@dataclass
class WebAsking(Asking):
    """At the page, which sends again what was not accepted."""

    platform = "web"
    message: str = ""

    async def ask(self, door: Door) -> None:
        self.person = self.marker.lower()
        while not self.acknowledged:
            try:
                if door.address:
                    self.message = await self._at(door.address).posts(self.text, client_id="once")
                    self.acknowledged = True
            except LOST:
                pass
            except AssertionError as refused:
                if "database-" not in str(refused):
                    raise  # else it was told to try again later
            await asyncio.sleep(0.05)

    async def look(self, door: Door) -> Seen:
        assert door.address
        person = self._at(door.address)
        listening = asyncio.create_task(person.listen())
        events = (await person.answer(self.message)).events
        prompts = [(await person.get(f"/api/pieces/{piece['id']}")).text for piece in pieces_of(events)]
        listening.cancel()
        kept = [event for event in person.events if "seq" in event]
        kinds = [piece["kind"] for piece in pieces_of(kept)]
        told = [event["kind"] for event in kept]
        return Seen(
            kinds.count("text"),
            kinds.count("picture"),
            told.count("failure"),
            max(told.count("end") - 1, 0),
            " ".join(prompts + [event["text"] for event in kept]),
        )

    def _at(self, address: str) -> Person:
        return Person(address, self.person, f"home-{self.person}")


@dataclass
class TelegramAsking(Asking):
    """With the Telegram app: what Telegram has taken, it hands to the bot sooner or later."""

    platform = "telegram"
    people: TelegramPeople = field(kw_only=True)
    user: int = 0

    async def ask(self, door: Door) -> None:
        self.user = await self.people.create_user(self.marker)
        self.person = str(self.user)
        await self.people.say(self.user, self.text)
        self.acknowledged = True

    async def look(self, door: Door) -> Seen:
        return seen_in([(one.text, bool(one.photo)) for one in (await self.people.room(self.user)).by_bot])


@dataclass
class DiscordAsking(Asking):
    """With the Discord app, by slash command: it shows within three seconds whether the bot has taken it."""

    platform = "discord"
    people: DiscordPeople = field(kw_only=True)
    channel: int = 0
    seconds: float = 0

    async def ask(self, door: Door) -> None:
        user = await self.people.create_user(self.marker)
        self.person = str(user)
        self.channel = await self.people.private_channel(user)
        parsed = COMMANDS.parse(self.text)
        assert parsed
        options = {name: True if value == "true" else value for name, value in parsed.options.items()}
        try:
            await self.people.until_gateway(_connected, seconds=60)
            asked = await self.people.slash(user, self.channel, parsed.command.name, idea=parsed.words, **options)
            self.seconds = (await self.people.responded(asked, seconds=3)).acknowledged or 0
            self.acknowledged = True
        except (Impossible, TimeoutError):
            return  # "the application did not respond": the person knows

    async def look(self, door: Door) -> Seen:
        room = await self.people.room(self.channel)
        return seen_in([(one.text, bool(one.files)) for one in room.by_bot])


def seen_in(messages: list[tuple[str, bool]]) -> Seen:
    """The bot's messages in a chat, each with whether it shows a picture."""
    pictures = sum(shows for _, shows in messages)
    words = [text for text, shows in messages if not shows]
    failures = sum(any(text.startswith(sentence) for sentence in _FAILURES) for text in words)
    stories = sum(bool(MARKER.search(text)) for text in words)
    return Seen(stories, pictures, failures, len(words) - failures - stories, "\n".join(text for text, _ in messages))


def pieces_of(events: list[Event]) -> list[Event]:
    return [piece for event in events if event["kind"] == "reply" for piece in event["pieces"]]


def _connected(seen: dict) -> bool:
    return any(session["connected"] for session in seen["sessions"])
