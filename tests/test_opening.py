"""A fresh bot with a key answers nobody but who brings the code of its start, and asks before it opens."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from contract import Talker
from core.types import User
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Studio, paid, studio_at

pytest_plugins = ("platforms",)


@pytest.fixture
def house_rules() -> dict[str, object]:
    return {"open": None}


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_who_brings_the_code_opens_it(
    talker: Talker, served: Studio, services: EmbeddedProcess, tmp_path: Path, reached: dict[str, object], platform: str
) -> None:
    operates = served.program.limits.ruling.operates
    assert "not open yet" in (await talker.says("/image a cat --raw")).text
    start = "/start " if platform == "telegram" else ""  # a slash command has no place for it
    assert "not open yet" in (await talker.says(f"{start}ABCDEFGHJK")).text
    asked = await talker.says(f"{start}{operates.code.lower()}")
    assert "You run this studio" in asked.text and operates.code == ""
    assert (await talker.says("/image a cat --raw")).pictures, "its operator is answered at once"
    assert operates.closed
    await talker.presses(*asked.button("open-doors"), expect=0)
    async with asyncio.timeout(PATIENCE):
        while operates.closed:
            await asyncio.sleep(0.02)
    assert not operates.closed and len(paid(await served.requests())) == 1


async def test_who_was_made_operator_and_what_was_opened_is_kept(services: EmbeddedProcess, tmp_path: Path) -> None:
    ann, tokens = (
        User(platform="telegram", id="7"),
        {"telegram_bot_token": "1:x", "telegram_base_url": "http://127.0.0.1:9/bot"},
    )
    for opens, closed, code in ((False, True, True), (True, True, False), (False, False, False)):
        async with studio_at(tmp_path, services, open=None, **tokens) as studio:
            operates = studio.program.limits.ruling.operates
            assert (operates.closed, bool(operates.code)) == (closed, code)
            if code:
                await operates.add(ann)
            assert operates(ann)
            if opens:
                await operates.open()


async def test_where_there_is_no_key_or_a_list_everything_is_as_ever(services: EmbeddedProcess, tmp_path: Path) -> None:
    tokens = {"telegram_bot_token": "1:x", "telegram_base_url": "http://127.0.0.1:9/bot", "open": None}
    cases: tuple[dict[str, object], ...] = (
        tokens | {"openai_api_key": None, "openai_base_url": None, "embedded_fast": True},
        tokens | {"allowed": ("telegram:7",)},
        {"open": None},
    )
    for number, changes in enumerate(cases):
        async with studio_at(tmp_path / str(number), services, **changes) as studio:
            assert not studio.program.limits.ruling.operates.closed, changes
