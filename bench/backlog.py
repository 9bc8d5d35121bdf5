"""How fast a backlog goes out on Telegram, and whether its flood limits are kept: 200 commands in 40 chats.

    python -m bench.backlog        # from the repository's root; about fifteen seconds

Half of the chats are private, half are groups; in some a picture is asked for, everywhere else quick commands. The stand-in enforces the
limits and answers 429 where they are exceeded. Its own log is the measure: the time from the first to the last counted message against the
least that the limits allow, and the most that arrived in any one second, which is stricter than the stand-in's own rule.
"""

from __future__ import annotations

import asyncio
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bots.platforms import Settings
from bots.program import running
from embedded.process import EmbeddedProcess, start_openai_server
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess, start_telegram_server

OVERALL = 30
"""Messages a second over all chats (https://core.telegram.org/bots/faq, 2026-11)."""

COUNTED = (
    "sendMessage",
    "sendPhoto",
    "sendMediaGroup",
    "editMessageText",
    "editMessageCaption",
    "editMessageMedia",
    "sendMessageDraft",
)
QUICK = ("/usage", "/history", "/help", "/settings", "/usage")
PATIENCE = 120.0


@dataclass(frozen=True)
class Measured:
    """``messages`` went in ``seconds`` where the limits allow ``least``, at most ``busiest`` in any second of the server's clock.

    ``refused`` were answered 429, ``missing`` commands got no answer.
    """

    messages: int
    seconds: float
    least: int
    busiest: int
    refused: int
    missing: int

    @property
    def used(self) -> float:
        """The part of the allowed rate that was used."""
        return self.least / self.seconds


async def measure(
    server: TelegramProcess, services: EmbeddedProcess, folder: Path, *, chats: int = 40, each: int = 5, images: int = 6
) -> Measured:
    """Say ``each`` commands in every chat while the bot is away, start it, and wait until all is answered."""
    async with server.people() as people:
        await people.reset()
        rooms = [await _room(people, number) for number in range(chats)]
        said = [
            (chat, await people.say(user, _command(number, turn, images), chat=chat))
            for turn in range(each)
            for number, (user, chat) in enumerate(rooms)
        ]
        settings = Settings(
            _env_file=None,
            openai_api_key=services.key,
            openai_base_url=services.url,
            data_dir=folder,
            person_per_minute=0,
            telegram_bot_token=server.token,
            telegram_base_url=server.url,
            telegram_base_file_url=server.file_url,
        )
        async with running(settings):
            missing = await _answers(people, said)
        logged = await people.requests()
    return _measured(logged, missing)


async def _room(people: People, number: int) -> tuple[int, int]:
    """Somebody, and their chat: private, or a group of their own."""
    user = await people.create_user(f"Person {number}")
    return user, await people.create_group(f"Group {number}", [user]) if number % 2 else user


def _command(number: int, turn: int, images: int) -> str:
    return f"/image a cat number {number} --raw" if number < images and turn == 0 else QUICK[turn % len(QUICK)]


async def _answers(people: People, said: Sequence[tuple[int, int]]) -> int:
    """Wait for an answer to each message; how many got none."""
    missing = 0
    for chat in {chat for chat, _ in said}:
        wanted = {message for place, message in said if place == chat}
        try:
            await people.until(
                chat, lambda room, wanted=wanted: wanted <= {seen.reply_to for seen in room.by_bot}, seconds=PATIENCE
            )  # type: ignore[misc]
        except TimeoutError:
            missing += len(wanted - {seen.reply_to for seen in (await people.room(chat)).by_bot})
    return missing


def _measured(logged: dict[str, Any], missing: int) -> Measured:
    sent = [row for row in logged["requests"] if row["method"] in COUNTED and row["status"] == 200]
    counts = Counter(row["params"]["chat_id"] for row in sent if row["method"] != "sendMessageDraft")
    times = sorted(row["at"] for row in sent)
    # At most so many in any second, and one a second in a chat: when the last one can go at the earliest.
    least = max((len(sent) - 1) // OVERALL, max(counts.values()) - 1)
    refused = sum(row["status"] == 429 for row in logged["requests"])
    busiest = max(bisect_left(times, start + 1) - place for place, start in enumerate(times))
    return Measured(len(sent), times[-1] - times[0], least, busiest, refused, missing)


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        services = await start_openai_server(Path(folder), fast=True, plain=True)
        async with start_telegram_server() as server:
            found = await measure(server, services, Path(folder))
        await services.close()
    print(
        f"{found.messages} messages in {found.seconds:.1f} s, at least {found.least} s by the limits: "
        f"{found.used:.0%} of the allowed rate; at most {found.busiest} in any second, {found.refused} refused, "
        f"{found.missing} commands unanswered"
    )


if __name__ == "__main__":
    asyncio.run(_main())
