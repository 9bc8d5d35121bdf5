"""What an operator sets in one process holds in the others, whichever page they did it on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bots.program import running
from embedded.process import EmbeddedProcess
from pages import until
from stored import ANN
from studio import settings_for

pytest.importorskip("psycopg", reason="fabula[postgresql] is not installed")


async def test_what_is_set_in_one_process_holds_in_all(
    services: EmbeddedProcess, new_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_url()
    front, work = (
        settings_for(tmp_path, services, database_url=url, role=role, images_per_minute=60) for role in ("front", "all")
    )
    async with running(front) as here, running(work) as there:
        await here.operating.maintain(True)
        await until(lambda: there.runner.paused)
        await here.operating.maintain(False)
        await until(lambda: not there.runner.paused)
        await there.operating.block("web:eve", True)
        await until(lambda: "web:eve" in here.limits.blocked)
        await there.limits.ruling.operates.add(ANN)
        await until(lambda: here.limits.ruling.operates(ANN))


async def test_a_fresh_bot_knows_one_code_in_all_processes(
    services: EmbeddedProcess, new_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_url()
    told = {"open": None, "telegram_bot_token": "4242:token", "telegram_base_url": "http://127.0.0.1:9/bot"}
    closed = settings_for(tmp_path, services, database_url=url, role="front", **told)
    async with running(closed) as here, running(closed) as there:
        first, second = here.limits.ruling.operates, there.limits.ruling.operates
        assert first.code and first.code == second.code
        await first.add(ANN)
        await until(lambda: second(ANN))
        assert not second.code, "it is good once"
