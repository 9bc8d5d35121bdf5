"""What is too large for a chat: a link where the operator has named an address, else parts, else a sentence."""

from __future__ import annotations

import io
import re
import secrets
import time
import zipfile

import httpx2
import pytest

from bots.links import PATH
from contract import Talker, WebTalker
from core.ports import Change, NewReply
from core.types import Document, KeptPiece, Picture, Piece, PieceKind, Reply
from discord_talker import DiscordTalker
from patience import PATIENCE
from studio import Studio
from telegram_talker import TelegramTalker

pytest_plugins = ("platforms",)

PUBLIC = "https://files.example.org"
STORY = "/story a fox who finds a lantern --length short --pages 2"


@pytest.fixture(params=["a public address", "none"])
def house_rules(request: pytest.FixtureRequest) -> dict[str, object]:
    return {"public_url": PUBLIC} if request.param == "a public address" else {}


def outside(studio: Studio, **headers: str) -> httpx2.AsyncClient:
    """Somebody who has nothing but a link."""
    told = {"host": "files.example.org", **headers}
    return httpx2.AsyncClient(base_url=studio.url, headers=told, trust_env=False, verify=False, timeout=PATIENCE)


async def shrink(talker: Talker, largest: int) -> None:
    """Let the platform take no larger files."""
    if isinstance(talker, TelegramTalker):
        await talker.people.sizes(upload=largest)
    if isinstance(talker, DiscordTalker):
        await talker.people.sizes(largest)


async def test_what_a_platform_does_not_take_comes_as_a_link_or_a_sentence(served: Studio, talker: Talker) -> None:
    await talker.says(STORY, expect=4)
    whole = (await talker.says("/export")).messages[0].files[0]
    await shrink(talker, len(whole) - 1)
    said = await talker.says("/export")
    if isinstance(talker, WebTalker):
        assert said.messages[0].files == (whole,), "the page takes everything"
        return
    assert not said.messages[0].files and ".zip" in said.text
    if served.program.settings.public_url is None:
        assert "FABULA_PUBLIC_URL" in said.text
        assert PATH not in said.text
        return
    (link,) = re.findall(rf"{PUBLIC}(/shared/[^\s>]+)", said.text)
    async with outside(served) as nobody:
        got = await nobody.get(link)
        assert (got.status_code, got.content) == (200, whole)
    assert (await talker.says("/export --format markdown")).messages[0].files, "what fits comes as itself"


@pytest.mark.parametrize("platform", ["telegram"])
@pytest.mark.parametrize("house_rules", [{"public_url": PUBLIC}])
async def test_what_is_known_to_be_too_large_is_not_even_tried(served: Studio, talker: Talker) -> None:
    assert isinstance(talker, TelegramTalker)
    told = await talker.says("/help")
    found = await served.program.storage.media.write(lambda file: file.truncate((50 << 20) + 1), "application/zip")
    document = Document(media=found.media, name="den.zip", mime="application/zip", size=found.size, sha=found.sha)
    piece = Piece(kind=PieceKind.DOCUMENT, caption="den.zip", document=document)
    reply = Reply(text="Here it is.", pieces=(piece,))
    new = NewReply(key="large", place=talker.place, user=f"telegram:{talker.user}", in_reply_to=told.id, reply=reply)
    await served.program.runner.commits.make(Change(replies=(new,)))
    room = await talker.people.until(talker.chat, lambda room: any("den.zip" in one.text for one in room.visible))
    assert "50 MB" in room.visible[-1].text and f"{PUBLIC}{PATH}" in room.visible[-1].text
    assert (await talker.people.requests("sendDocument"))["requests"] == []


async def drawn(studio: Studio, talker: Talker, story: str, size: int) -> bytes:
    """A picture of a story, with so many bytes; they need not be a picture's."""
    storage, store = studio.program.storage, studio.program.storage.store
    told = await store.piece(story)
    assert told
    data = secrets.token_bytes(size)
    media = await storage.media.put(data, "image/png", owner=told.author)
    picture = Picture(media=media, width=9, height=9, mime="image/png")
    piece = Piece(kind=PieceKind.PICTURE, picture=picture, caption="large", parent=story)
    kept = told.model_copy(update={"piece": piece, "created": time.time()})
    await store.commit(Change(pieces=(KeptPiece.model_validate(kept.model_dump()),)))
    return data


@pytest.mark.parametrize("platform", ["discord"])
@pytest.mark.parametrize("house_rules", [{}])
async def test_without_an_address_it_comes_in_parts_that_are_each_whole(served: Studio, talker: Talker) -> None:
    story = await talker.says("/story a fox --length short", expect=2)
    named = story.button("export")[1].partition(":")[2]
    large = [await drawn(served, talker, named, 6 << 20) for _ in range(2)]
    said = await talker.says("/export", expect=2)
    parts = [zipfile.ZipFile(io.BytesIO(file)) for message in said.messages for file in message.files]
    assert [part.testzip() for part in parts] == [None, None]
    assert all(len(file) <= 10 << 20 for message in said.messages for file in message.files)
    names = [name for part in parts for name in part.namelist()]
    assert len(names) == len(set(names)) == 4
    assert {part.read(name) for part in parts for name in part.namelist()} >= set(large)
    assert " 2: unpack" in said.text
