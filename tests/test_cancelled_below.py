"""A library that gives up something of its own says so with the very error by which we are told to stop. Nothing of ours ends by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

import survey
from bots import delivery
from bots.delivery import Delivery
from bots.outbound import Receipt
from core import texts
from core.conversation.commands import Command
from core.conversation.feature import Feature
from core.features import FEATURES
from core.ports import Change, NewReply
from core.types import KeptReply, Place, Reply
from embedded.process import EmbeddedProcess
from storage import open_storage
from studio import Studio, studio_at
from timed import until

ROOM = Place(platform="web", chat="team", peers=True)


async def given_up(*_: object) -> Any:
    """What awaiting a library's own task does that was cancelled."""
    theirs = asyncio.get_running_loop().create_future()
    theirs.cancel()
    return await theirs


class Flaky:
    """A platform (``bots.outbound.Outbound``) whose library gives up the first ``times`` times that something is sent."""

    def __init__(self, times: int) -> None:
        self.connected = asyncio.Event()
        self.connected.set()
        self.times = times
        self.sent: list[str] = []

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        self.times -= 1
        if self.times >= 0:
            await given_up()
        self.sent.append(reply.reply.text)
        await receipt(0, f"m{reply.id}", (), last=True)

    show = whisper = given_up

    def leave(self) -> None: ...


@pytest.mark.parametrize(
    ("times", "first"), [(1, "one"), (3, texts.say("undelivered-unheard-words", "en")), (7, "two")]
)
async def test_a_line_goes_on(times: int, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_WAIT", 0.001)
    async with await open_storage(tmp_path) as storage:
        flaky = Flaky(times)
        sending = Delivery(storage.store, {"web": flaky})  # type: ignore[dict-item]
        said = [
            NewReply(key=f"say:{one}", place=ROOM, user="web:ada", in_reply_to="m", reply=Reply(text=one))
            for one in ("one", "two")
        ]
        sending.deliver(await storage.store.commit(Change(replies=tuple(said))) or ())

        async def all_are_served() -> bool:
            return not await storage.store.unsent()

        await until(all_are_served)
        assert flaky.sent[-1] == "two" and first in flaky.sent
        await sending.close()


@pytest_asyncio.fixture
async def odd(services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    """A studio with a command that awaits such a thing."""
    (tmp_path / "sentences").mkdir()
    survey.with_its_sentence(tmp_path / "sentences", monkeypatch)
    command = Feature(Command("survey"), answer=given_up)
    async with studio_at(tmp_path / "data", services, features=(*FEATURES, command)) as running:
        yield running
    texts.catalogue.cache_clear()


async def test_a_person_is_answered(odd: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await odd.person()
    assert (await ann.says("/survey")).code == "internal"
    real, times = httpx2.AsyncClient.send, iter((True,))

    async def send(client: httpx2.AsyncClient, request: httpx2.Request, **how: Any) -> Any:
        if request.url.path.endswith("/images/generations") and next(times, False):
            await given_up()
        return await real(client, request, **how)

    monkeypatch.setattr(httpx2.AsyncClient, "send", send)
    answer = await ann.says("/image a cat --raw")
    assert not next(times, False), "that was the library's own"
    assert answer.pictures or answer.code, "with the picture, or with a sentence"
    assert (await ann.says("/image a dog --raw")).pictures, "and the next one is not kept waiting"
