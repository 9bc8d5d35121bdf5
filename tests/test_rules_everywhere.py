"""A file of rules that changes, and what an operator sets, hold in all processes within five seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bots.program import running
from embedded.process import EmbeddedProcess
from pages import until
from patience import PATIENCE
from studio import settings_for

pytest.importorskip("psycopg", reason="fabula[postgresql] is not installed")


async def test_a_rule_that_changes_holds_in_two_processes_within_five_seconds(
    services: EmbeddedProcess, new_url: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("")
    settings = settings_for(tmp_path / "data", services, database_url=new_url(), rules=file)
    async with running(settings) as here, running(settings) as there:
        rulings = [one.limits.ruling for one in (here, there)]
        for rules in ('[[rule]]\nwhat = ["image"]\nallow = false', ""):
            file.write_text(rules)
            async with asyncio.timeout(PATIENCE):
                while [one.number for one in rulings] != [len(rules) and 1] * 2:
                    await asyncio.sleep(0.05)
        await there.operating.limit("web:ann", {"usd-day": "2"})
        await until(lambda: "web:ann" in rulings[0].own and rulings[0].own["web:ann"].usd == {"day": 2.0})
        await here.operating.limit("web:ann", {})
        await until(lambda: not rulings[1].own)
