"""What another process, or another version of the program, tells or has kept: what can be understood of it is, and the rest harms nothing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from bots.shared_delivery import SharedDelivery
from core.ports import Others
from core.rules.own import read_own
from core.types import Place, Progress, Request, Status, User
from lasting import Visit
from patience import PATIENCE
from storage import open_storage
from storage.values import load

pytest_plugins = ("lasting",)

SECRET = "what nobody else may read"
CHANNEL = "SELECT pg_notify('fabula_' || abs(hashtext(current_schema())::bigint), %s)"
ODD = ["", "hello", "a:b:c:d:e", "other:1:0:0:[1]", 'other:2:0:0:["said"]', "other:3:7:0:x", 'other:4:0:0:["said", []]']


async def test_word_between_processes_goes_on_after_what_nobody_understands(new_url: Callable[[], str]) -> None:
    import psycopg  # of an extra

    from storage.relay import Relay

    url = new_url()
    here, there = Relay(url), Relay(url)
    heard: list[Any] = []
    ready = asyncio.Event()
    here.hear("said", lambda **told: heard.append(told))
    here.hear("again", ready.set)
    going_on = [asyncio.create_task(relay.go_on()) for relay in (here, there)]
    await asyncio.wait_for(ready.wait(), PATIENCE)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as others:
        with structlog.testing.capture_logs() as logged:
            for payload in ODD:
                await others.execute(CHANNEL, (payload,))
            there.tell("said", words="half of a sign: \ud83d")  # no text can be sent of it
            async with asyncio.timeout(PATIENCE):
                while not heard:
                    there.tell("said", words="hello")
                    await asyncio.sleep(0.1)
    assert heard[0] == {"words": "hello"}
    assert not [entry for entry in logged if entry.get("exc_info")]
    assert not any(task.done() for task in going_on)
    for task in going_on:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Heard(Others):
    """Word from one other process, as a test tells it."""

    def __init__(self) -> None:
        self.handlers: defaultdict[str, list[Callable[..., None]]] = defaultdict(list)

    def tell(self, what: str, *, newest: str = "", **told: Any) -> None: ...

    def hear(self, what: str, handler: Callable[..., None]) -> None:
        self.handlers[what].append(handler)


class Screen:
    """A platform (``bots.outbound.Outbound``) that remembers what was shown."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.shown = asyncio.Event()

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        self.shown.set()

    def leave(self) -> None: ...


async def test_progress_that_a_later_version_tells_is_shown(tmp_path: Path) -> None:
    place, ada = Place(platform="web", chat="home-ada", private=True), User(platform="web", id="ada")
    request = Request(command="image", words="a cat", author=ada, place=place, message="m", session="s", language="en")
    others, screen = Heard(), Screen()
    async with await open_storage(tmp_path) as storage:
        shared = SharedDelivery(
            storage.store,
            {"web": screen},
            others,
            anywhere={"web"},
            shows=True,
            lives=lambda: True,  # type: ignore[dict-item]
        )
        told = {
            "job": "j",
            "request": request.model_dump(mode="json"),
            "progress": Status(phase="writing").model_dump(),
        }
        told["request"] |= {"later": 1, "place": {**told["request"]["place"], "later": 1}}
        told["progress"] |= {"later": [1]}
        for handler in others.handlers["show"]:
            handler(**told)
        await asyncio.wait_for(screen.shown.wait(), PATIENCE)
        await shared.close()


def test_an_error_about_a_value_does_not_tell_what_it_holds() -> None:
    with pytest.raises(ValidationError) as refused:
        User.model_validate({"platform": "web", "id": "1", "name": {"first": SECRET}, SECRET[:4]: SECRET})
    assert SECRET not in str(refused.value)


def test_limits_of_another_version_are_read_as_far_as_they_go() -> None:
    kept = ['{"name":"own 1","who":["web:ann"],"usd":{"day":"1"},"later":true}', '{"name":"own 2","who":[]}', "{", "[]"]
    assert list(read_own(kept)) == ["web:ann"]


def test_a_row_that_cannot_be_read_is_told_once() -> None:
    with structlog.testing.capture_logs() as logged:
        for text in (f'{{"later":"{SECRET}"}}', f'{{"later":"{SECRET}"}}', "{"):
            assert load(User, text, "people 7") is None
    assert [entry["row"] for entry in logged] == ["people 7"] * 2 and SECRET not in str(logged)


@pytest.mark.asyncio(loop_scope="module")
async def test_two_operators_at_once_undo_nothing_of_each_other(lasting: Visit) -> None:
    operating, people = lasting.program.operating, [f"web:{lasting.own('eve')}{number}" for number in range(6)]
    await asyncio.gather(*(operating.block(person, True) for person in people))
    await asyncio.gather(*(operating.limit(person, {"requests-day": "3"}) for person in people))
    await operating.recover()
    assert {*people} <= lasting.program.limits.blocked
    assert {*people} <= {*lasting.program.limits.ruling.own}
    await asyncio.gather(*(operating.block(person, False) for person in people), operating.limit(people[0], {}))
    await operating.recover()
    assert not {*people} & lasting.program.limits.blocked
    assert {*people} & {*lasting.program.limits.ruling.own} == {*people[1:]}
