"""``/history`` on Discord: for its person alone, one sheet of small pictures, with who likes what in this channel."""

from __future__ import annotations

import pytest

from discord_people import Gathering

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_has_a_sheet_and_knows_the_room(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    made = (await ada.asks("image", idea="a cat", raw=True))[-1]
    await bea.presses(made, "👍")
    listed = (await bea.asks("history"))[-1]
    assert [one.name for one in listed.files] == ["history.jpg"]
    assert "a cat" in listed.text and "♥ Bea" in listed.text
    again = (await bea.presses(listed, "1"))[-1]
    assert again.files
