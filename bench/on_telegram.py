"""People on the Telegram stand-in, without its flood limits and without its re-encoding of photos, which is not the program's work.

All times are the stand-in's: posted is when a message was put into its chat, the first sign a chat action or message of the bot's, delivered when
the photo was put into the chat.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

from bench.feed import Event, Feed, following
from bench.harness import Told
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess, start_telegram_server


class TelegramDriver:
    """Implements ``bench.harness.Driver``; a person is their id."""

    name = "Telegram"

    def __init__(self, server: TelegramProcess, people: People, feed: Feed) -> None:
        self.crowd, self._feed, self._numbers = people, feed, count()
        self.environment = {
            "TELEGRAM_BOT_TOKEN": server.token,
            "TELEGRAM_BASE_URL": server.url,
            "TELEGRAM_BASE_FILE_URL": server.file_url,
            "FABULA_TELEGRAM_UNLIMITED": "true",
        }
        self._polls = 0

    async def connect(self, url: str) -> None:
        """Wait for a poll by this program."""
        polled = await self.crowd.requests("getUpdates", times=self._polls + 1, seconds=30)
        self._polls = len(polled["requests"])

    async def people(self, number: int) -> list[int]:
        """People who have started the bot."""
        acts = [("create_user", {"name": f"Person {next(self._numbers)}"}) for _ in range(number)]
        return list(await self.crowd.acts(acts))

    async def ask(self, people: Sequence[int], prompts: Sequence[str]) -> list[Told]:
        """All say it in the same moment."""
        since = [self._feed.count(person) for person in people]
        texts = [f"/image {prompt} --raw" for prompt in prompts]
        await self.crowd.acts([("say", {"user": user, "text": text}) for user, text in zip(people, texts, strict=True)])
        seen = await self._feed.until(people, since, _is_photo)
        return [_told(prompt, events) for prompt, events in zip(prompts, seen, strict=True)]


def _is_photo(event: Event) -> bool:
    return event["kind"] == "message" and event["media"] == "photo"


def _is_sign(event: Event) -> bool:
    return event["kind"] in ("action", "draft") or (event["kind"] == "message" and event["by_bot"])


def _told(prompt: str, events: list[Event]) -> Told:
    posted, first_sign, delivered = (
        next(event["at"] for event in events if fits(event))
        for fits in (lambda event: event["kind"] == "message", _is_sign, _is_photo)
    )
    return Told(prompt, posted, first_sign, delivered)


@asynccontextmanager
async def telegram() -> AsyncIterator[TelegramDriver]:
    """A stand-in with people on it."""
    async with (
        start_telegram_server(flood_limits=False, keep_photos=True) as server,
        server.people() as people,
        following(people, "chat") as feed,
    ):
        yield TelegramDriver(server, people, feed)
