"""In a room with a language of its own, what one person alone reads is in theirs."""

from __future__ import annotations

import pytest

from core.jobs import private_language
from core.types import Place, Request, User
from studio import Answer, Studio

pytestmark = pytest.mark.asyncio


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def buttons(answer: Answer) -> str:
    return " ".join(str(action.get("label", "")) for reply in answer.replies for action in reply["actions"])


async def test_the_room_speaks_its_language_and_each_reads_their_own(studio: Studio) -> None:
    ann = await studio.person("ann", chat="hearth", language="zh")
    ben = await studio.person("ben", chat="hearth", language="en")
    await ann.says("/settings session shared")
    await ann.says("/settings language zh")

    drawn = await ben.says("/image a fox on a hill")
    assert is_chinese(buttons(drawn)), "what all see is in the room's"
    for words in ("/usage", "/history", "/settings", "/forget", "/image a fox --size huge", "/nonsense", "/cancel"):
        told = await ben.says(words)
        assert told.text and not is_chinese(told.text.replace("简体中文", "").replace("中文", "")), words
    for verb in ("prompt", "delete"):
        told = await ben.presses(*drawn.action(verb))
        assert told.text and not is_chinese(told.text + buttons(told)), verb
    asked = await ben.says("a fox, a hill, the evening")
    assert not is_chinese(buttons(asked)) or not asked.replies[0].get("private")
    assert is_chinese((await ann.says("/usage")).text) and is_chinese((await ann.says("/nonsense")).text)


@pytest.mark.parametrize(
    ("theirs", "shared", "language"), [("en-GB", True, "en"), ("fr", True, "zh"), ("", True, "zh"), ("en", False, "zh")]
)
async def test_a_language_that_is_none_of_ours_leaves_the_rooms(theirs: str, shared: bool, language: str) -> None:
    here = Place(platform="telegram", chat="-7")
    author = User(platform="telegram", id="5", name="Eve", language=theirs)
    asked = Request(command="talk", message="1", place=here, author=author, session="s", language="zh", shared=shared)
    assert private_language(asked) == language
