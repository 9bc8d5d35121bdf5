"""What was taken in comes to an end: also where its handling brings the process down, never returns, or breaks, and where its row is damaged."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bots import intake
from core import texts
from core.ports import InboxRow
from core.types import Message, Place, User
from embedded.process import EmbeddedProcess
from killed import program
from patience import PATIENCE
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from storage.opening import open_storage
from storage.store import SqlStore
from studio import Person, Studio, studio_at
from telegram_talker import somebody, unlimited, until_answered

pytest_plugins = ("telegram_studio",)
SET_ASIDE = texts.say("error-set-aside", "en")
UNREADABLE = texts.say("error-event-unreadable", "en")


def a_message(name: str, text: str = "/usage") -> Message:
    place, user = Place(platform="web", chat=f"home-{name}", private=True), User(platform="web", id=name)
    return Message(inbox=(f"web:home-{name}:once:{name}",), id=f"m{name}", place=place, author=user, text=text)


async def keep(folder: Path, *rows: InboxRow) -> None:
    """Leave rows behind as a process that was killed does."""
    storage = await open_storage(folder)
    for row in rows:
        await storage.store.take_in(row)
    await storage.close()


def row_of(message: Message) -> InboxRow:
    return InboxRow(id=message.inbox[0], platform="web", user=message.author.key, payload=message.model_dump_json())


def answered(person: Person, request: str) -> list[str]:
    return [event["text"] for event in person.events if event["in_reply_to"] == request and event["kind"] != "end"]


async def test_what_kills_the_process_three_times_is_set_aside_and_takes_nobody_with_it(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with program(tmp_path, services, "session_at", 1, whom="ann") as life:
        request = await Person(await life.address(), "ann", "home-ann").posts("/usage", client_id="once")
        assert await life.wait() == -signal.SIGKILL
    await keep(tmp_path, row_of(a_message("bea")))
    for _ in range(2):
        async with program(tmp_path, services, "session_at", 1, whom="ann") as life:
            assert await life.wait() == -signal.SIGKILL, "it is tried again"
    async with studio_at(tmp_path, services) as studio:
        ann, bea = await studio.person("ann"), await studio.person("bea")
        assert (await ann.answer(request)).code == "set-aside"
        assert answered(ann, request) == [SET_ASIDE], "said once"
        assert (await bea.answer("mbea")).failure is None, "she was only there when it happened"
        assert (await ann.says("/usage")).failure is None


def for_ann(trouble: Callable[[], Awaitable[None]]) -> Callable[..., Awaitable[Any]]:
    """The store's way to a session, in the way of which something is for one person."""
    usual = SqlStore.session_at

    async def session_at(self: SqlStore, place: Place, user: str) -> Any:
        if user == "ann":
            await trouble()
        return await usual(self, place, user)

    return session_at


async def never() -> None:
    await asyncio.Event().wait()


async def breaks() -> None:
    raise ValueError("odd")


@pytest.mark.parametrize("trouble", [never, breaks])
async def test_what_never_returns_or_breaks_each_time_is_set_aside_and_delays_nobody(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], trouble: Any
) -> None:
    monkeypatch.setattr(SqlStore, "session_at", for_ann(trouble))
    ann, bea = await studio.person("ann"), await studio.person("bea")
    if trouble is never:
        held = await ann.posts("/help Zxquorvane")
        assert (await bea.says("/usage")).failure is None, "while hers still waits"
        assert answered(ann, held) == []
    ann = await studio.person("ann", chat="room")  # where nothing waits before it
    monkeypatch.setattr(intake, "LONGEST_HANDLING", 0.1)
    assert (await ann.says("/help Zxquorvane")).text == SET_ASIDE
    logged = capsys.readouterr()
    (line,) = [line for line in (logged.out + logged.err).splitlines() if "set aside" in line]
    assert "Zxquorvane" not in line


async def test_being_told_to_stop_counts_against_nobody(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LAST_MOMENT", 0.05)
    await keep(tmp_path, row_of(a_message("ann")))
    with pytest.MonkeyPatch.context() as patch:
        begun = asyncio.Event()

        async def hangs() -> None:
            begun.set()
            await never()

        patch.setattr(SqlStore, "session_at", for_ann(hangs))
        for _ in range(3):
            begun.clear()
            async with studio_at(tmp_path, services):
                await asyncio.wait_for(begun.wait(), PATIENCE)
    async with studio_at(tmp_path, services) as studio:
        assert (await (await studio.person("ann")).answer("mann")).failure is None


DAMAGED = [
    ('{"inbox": ["web:home-ann:once:ann"], "id": "mann", "pl', "home-ann", ""),
    ('{"id": "mann", "place": {"platform": "web", "chat": "den"}, "author": 5}', "den", "mann"),
    ("", "home-ann", ""),
]


@pytest.mark.parametrize(("payload", "chat", "request_id"), DAMAGED, ids=["cut short", "another form", "empty"])
async def test_a_damaged_row_is_told_to_its_person_where_it_was_said(
    services: EmbeddedProcess, tmp_path: Path, payload: str, chat: str, request_id: str
) -> None:
    damaged = InboxRow(id="web:home-ann:once:ann", platform="web", user="web:ann", payload=payload)
    await keep(tmp_path, damaged, row_of(a_message("bea")))
    async with studio_at(tmp_path, services) as studio:
        ann, bea = await studio.person("ann", chat=chat), await studio.person("bea")
        assert (await ann.answer(request_id)).text == UNREADABLE
        assert (await bea.answer("mbea")).failure is None


async def test_on_telegram_what_kills_the_process_is_begun_three_times_and_then_set_aside(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    ada, bob = await somebody(crowd), await somebody(crowd, "Bob")
    killing, other = [await crowd.say(one.user, "/usage") for one in (ada, bob)]
    reached = {
        "TELEGRAM_BOT_TOKEN": telegram_stand_in.token,
        "TELEGRAM_BASE_URL": telegram_stand_in.url,
        "FABULA_TELEGRAM_UNLIMITED": "1",
    }
    for _ in range(3):
        async with program(tmp_path, services, "session_at", 1, whom=str(ada.user), **reached) as life:
            assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services, **unlimited(telegram_stand_in)):
        (answer,) = await until_answered(crowd, ada.user, killing)
        assert answer.text == SET_ASIDE
        (answer,) = await until_answered(crowd, bob.user, other)
        assert "Today" in answer.text


async def test_a_damaged_row_of_telegrams_is_told_in_the_private_chat(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    ada = await somebody(crowd)
    key = f"telegram:{ada.user}"
    await keep(
        tmp_path, InboxRow(id="telegram:4242:1", platform="telegram", user=key, payload='{"update_id": 1, "mess')
    )
    async with studio_at(tmp_path, services, **unlimited(telegram_stand_in)):
        answer = await crowd.next_answer(ada.user)
        assert answer.text == UNREADABLE
        assert (await ada.says("/usage")).messages
