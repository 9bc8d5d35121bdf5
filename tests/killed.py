"""The program as a process of its own that dies by SIGKILL right after a chosen commit.

The store works as always; the process only dies when it has answered for the ``count``-th time from ``method`` (``take_in``, ``finish_step``,
``accept``, ``begin_timer``, ``commit`` or ``receipt``), counting only what was asked about ``whom`` where that is said. A ``count`` of 0 never kills.
With ``EACH`` it dies of any of these, but of the same one never in two lives.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bots.living
import timed
from bots.platforms import Settings, variables
from bots.program import serve
from core.conversation.feature import Feature
from core.features import FEATURES
from core.ports import Change, InboxRow
from core.types import KeptReply
from embedded.process import EmbeddedProcess
from forked import Forked, fork
from patience import PATIENCE
from storage.store import SqlStore

COMMITS = ("take_in", "finish_step", "accept", "begin_timer", "commit", "receipt")

EACH = "each"
"""Any commit that nobody has died of yet, as a file of this name beside the data folder tells."""


@dataclass(frozen=True)
class Life:
    """A running program."""

    process: Forked

    async def address(self) -> str:
        """Where its page is; what it prints first."""
        async with asyncio.timeout(
            PATIENCE
        ):  # unlike ``wait_for`` before Python 3.12 it loses no cancelling that comes in this very moment
            return (await self.process.stdout.readline()).decode().strip()

    async def wait(self) -> int:
        """Its code, once it has ended: 0, or the negative number of the signal."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it still lives."""
        self.process.send_signal(number)


@asynccontextmanager
async def program(
    data_dir: Path,
    services: EmbeddedProcess,
    method: str = "commit",
    count: int = 0,
    whom: str = "",
    **environment: str,
) -> AsyncIterator[Life]:
    """Fabula on a data folder. Killed at the end if it still runs."""
    inherited = {name: value for name, value in os.environ.items() if name not in variables().values()}
    own = {
        "OPENAI_API_KEY": services.key,
        "OPENAI_BASE_URL": services.url,
        "FABULA_DATA_DIR": str(data_dir),
        "FABULA_WEB_PORT": "0",
        "FABULA_LOG_LEVEL": "ERROR",
        "FABULA_OPEN": "1",
        "FABULA_CHECK": "off",
        "FABULA_TASTE": "off",
    }
    life = Life(await fork(inherited | own | environment, data_dir.parent, dies=(method, count, whom)))
    try:
        yield life
    finally:
        life.process.kill()
        await life.wait()


def run(method: str, count: int, whom: str) -> None:
    """Be the program; its address is printed first, as ``fabula run`` does."""
    if method == EACH:
        for one in COMMITS:
            kill_after_new(one, Path(os.environ["FABULA_DATA_DIR"]).parent / EACH)
    elif count:
        kill_after(method, count, whom)
    bots.living.CHANGE_EVERY = 0.02
    asyncio.run(
        serve(
            Settings(),
            lambda address, _: print(address, flush=True),
            features=(*FEATURES, Feature(timers=timed.HANDLERS)),
        )
    )


def kill_after(method: str, count: int, whom: str = "") -> None:
    """Let the store's ``method`` kill this process when it has answered so many times (about ``whom``)."""
    original = getattr(SqlStore, method)
    done = 0

    def counted(self: SqlStore, *given: Any, **named: Any) -> Awaitable[Any]:
        written = original(self, *given, **named)

        async def finished() -> Any:
            nonlocal done
            result = await written
            done += whom in map(str, given) if whom else 1
            if done == count:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return asyncio.ensure_future(finished())

    setattr(SqlStore, method, counted)


def kill_after_new(name: str, known: Path) -> None:
    """Let the store's method kill this process when it has answered something that ``known`` does not tell of."""
    original = getattr(SqlStore, name)

    def noted(self: SqlStore, *given: Any, **named: Any) -> Awaitable[Any]:
        written = original(self, *given, **named)

        async def finished() -> Any:
            result = await written
            line = f"{name} {_about(*given)}"
            if line not in (known.read_text("utf-8").splitlines() if known.exists() else ()):
                with known.open("a", encoding="utf-8") as file:
                    file.write(f"{line}\n")
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return asyncio.ensure_future(finished())

    setattr(SqlStore, name, noted)


def _about(what: Any, *more: Any) -> str:
    """What a commit is about, the same in every life: the row, step, timer or part of a reply, or of a change what it answers, ends and says."""
    if isinstance(what, Change):
        keys = [_said(reply.key) for reply in what.replies]
        return repr([what.inbox, what.timer_done, what.job_open, what.job_state and what.job_state.value, keys])
    if isinstance(what, KeptReply):
        return repr([_said(what.key), more[0]])
    return repr([what.id] if isinstance(what, InboxRow) else [one for one in (what, *more) if isinstance(one, str)][:2])


_OF_THIS_LIFE = re.compile(r":[0-9a-f]{8}:status:.*|:status:[0-9a-f]{8}:.*")


def _said(key: str) -> str:
    """The key of a reply. Each life shows a job's progress by a message of its own; all are one here: whoever died of each would never get on."""
    return _OF_THIS_LIFE.sub(":status", key)
