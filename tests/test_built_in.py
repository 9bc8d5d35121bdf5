"""What is built in costs nothing, by who made a piece and not by what is set today."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from studio import studio_at

NO_KEY = {"openai_api_key": None, "openai_base_url": None, "embedded_fast": True}


@pytest.mark.asyncio
async def test_a_piece_tells_who_made_it_whatever_is_set_today(tmp_path: Path, services: EmbeddedProcess) -> None:
    async with studio_at(tmp_path / "data", services, **NO_KEY) as studio:
        ann = await studio.person("ann")
        sketch = (await ann.says("/image a fox --raw")).action("prompt")
        told = await ann.presses(*sketch)
        assert "built-in sketch artist" in told.text and "built in, no cost" in told.text and "gpt-" not in told.text
        usage = (await ann.says("/usage")).text
        assert usage.count("built in, no cost") == 2 and "$" not in usage

    async with studio_at(tmp_path / "data", services) as studio:
        ann = await studio.person("ann")
        assert "built in, no cost" in (await ann.presses(*sketch)).text, "it was, and stays so"
        paid = (await ann.says("/image a bear --raw")).action("prompt")
        told = (await ann.presses(*paid)).text
        assert "$" in told and "built in" not in told
        usage = (await ann.says("/usage")).text
        assert "$" in usage and "which cost nothing" in usage and "built in, no cost" not in usage
        lines = (await ann.says("/history")).text.splitlines()
        assert [("built in" in line) for line in lines if "fox" in line or "bear" in line] == [False, True]

    async with studio_at(tmp_path / "data", services, **NO_KEY) as studio:
        ann = await studio.person("ann")
        told = (await ann.presses(*paid)).text
        assert "$" in told and "built in" not in told, "a real model's picture did cost something"
