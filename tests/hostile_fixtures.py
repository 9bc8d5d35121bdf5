"""A studio, somebody in it who is left in peace, and somebody who means harm: ``pytest_plugins = ("hostile_fixtures",)``."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator

import httpx2
import pytest
import pytest_asyncio
import structlog
from hypothesis import HealthCheck, settings

from bots.logs import set_up_logs
from embedded.process import EmbeddedProcess
from hostile import Guest, codes
from patience import PATIENCE
from platforms import telegram_settings
from standins.telegram.process import TelegramProcess
from studio import Event, Studio, studio_at

WEB_TOKEN = "the-token-of-this-page"
SHARED = "shared-room"
ROOMS = (SHARED, "words", "bodies", "pictures", "files", "buttons")
HOOK = "/telegram-calls-here"
VICTIMS_WORDS = "Zxquorvane"
MALLORYS_WORDS = "Zxplimsole"
FEW = settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
MORE = settings(FEW, max_examples=50)
OURS = ("SQLite format", "def create_app", "root:x:", "Traceback", 'File "')


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """Everything that is logged here, as ``fabula run`` would write it at its most talkative. At the end it tells nothing."""
    handlers, level, known = logging.root.handlers[:], logging.root.level, sys.stderr
    sys.stderr = written = io.StringIO()
    yield written
    sys.stderr = known
    logging.root.handlers[:], logging.root.level = handlers, level
    structlog.reset_defaults()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def besieged(
    services: EmbeddedProcess,
    telegram_stand_in: TelegramProcess,
    tmp_path_factory: pytest.TempPathFactory,
    log: io.StringIO,
) -> AsyncIterator[Studio]:
    """One studio with a token for its page and a door for Telegram's calls."""
    changes = telegram_settings(telegram_stand_in, telegram_webhook_url=f"http://127.0.0.1:9{HOOK}")
    folder = tmp_path_factory.mktemp("hostile")
    async with studio_at(folder, services, web_token=WEB_TOKEN, **changes) as running:
        set_up_logs("DEBUG", running.program.settings.secrets)
        yield running
    assert_tells_nothing(log, running)


def assert_tells_nothing(log: io.StringIO, besieged: Studio) -> None:
    """No key, no token, nobody's words, and nothing that broke."""
    lines = log.getvalue()
    for secret in (*besieged.program.settings.secrets, VICTIMS_WORDS, MALLORYS_WORDS):
        assert secret not in lines
    assert "Traceback" not in lines, lines[-4000:]
    assert "broke" not in lines, lines[-4000:]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def victor(besieged: Studio) -> AsyncIterator[Guest]:
    """Somebody in peace: a picture and a half-given command of his are in his private room."""
    async with Guest(besieged.url, "victor", WEB_TOKEN) as guest:
        await guest.says(f"/image {VICTIMS_WORDS} --raw --size 1024x640")
        yield guest


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(besieged: Studio, victor: Guest) -> AsyncIterator[Guest]:
    """Somebody whom victor has let into one room."""
    async with Guest(besieged.url, "mallory", WEB_TOKEN) as guest:
        await guest.accepts((await victor.http.post("/api/invitations", json={"room": SHARED})).json()["path"])
        yield guest


@pytest_asyncio.fixture(loop_scope="module")
async def mallory(besieged: Studio, victor: Guest, stranger: Guest) -> AsyncIterator[Guest]:
    """Somebody who means harm. Afterwards victor's room is as it was, and the studio is well."""
    before = await told(besieged, victor.home)
    yield stranger
    assert codes(await stranger.says("/help")) == []
    assert (await stranger.http.get("/healthz")).json() == {"status": "ok"}
    for chat in (stranger.home, *ROOMS):
        assert VICTIMS_WORDS not in str(await told(besieged, chat))
    assert await told(besieged, victor.home) == before


def turned_away(answer: httpx2.Response, *statuses: int) -> bool:
    """Whether a request was refused in the one form there is, and with nothing of the program's in it."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:200])
    assert not any(word in answer.text for word in OURS)
    return set(answer.json()) == {"code", "text"}


async def told(besieged: Studio, chat: str, after: int = 0) -> list[Event]:
    """What everybody in a chat was told after a number, each event with its own."""
    rows = await besieged.program.storage.events.after(chat, after, 100_000)
    return [{"seq": row.seq, **json.loads(row.data)} for row in rows]


async def answered(besieged: Studio, chat: str, press: Awaitable[httpx2.Response]) -> list[Event]:
    """What is said in a chat to the press of a button, which is accepted."""
    before = max((event["seq"] for event in await told(besieged, chat)), default=0)
    assert (await press).status_code == 202
    async with asyncio.timeout(PATIENCE):
        while not {"end", "rating"} & {event["kind"] for event in await told(besieged, chat, before)}:
            await asyncio.sleep(0.01)
    return await told(besieged, chat, before)


async def paid_calls(besieged: Studio) -> int:
    """How many paid calls were written down so far."""
    return (await besieged.program.storage.store.spent(0)).calls
