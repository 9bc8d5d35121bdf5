"""Nothing sent and something that cannot be used are two things: only after nothing is the last picture meant."""

from __future__ import annotations

import pytest

from contract import Talker
from core.pictures import kinds
from discord_talker import DiscordTalker
from standins.discord.client import File
from studio import Studio, paid
from telegram_talker import TelegramTalker

pytest_plugins = ("platforms",)

UNUSABLE = {
    "film.mp4": (b"\x00\x00\x00\x18ftypisom" + bytes(64), "video"),
    "letter.pdf": (b"%PDF-1.7\n" + bytes(64), "pdf"),
    "song.mp3": (b"ID3\x03" + bytes(64), "audio"),
    "notes.txt": (b"hello there", "document"),
    "table.xlsx": (b"PK\x03\x04" + bytes(64), "document"),
    "photo.jpg": (b"%PDF-1.7\n" + bytes(64), "pdf"),
    "film.webm": (b"\x1aE\xdf\xa3" + bytes(64), "video"),
}
PICTURES = {
    "photo": b"\xff\xd8\xff\xe0",
    "photo.bin": b"\x89PNG\r\n\x1a\n",
    "sticker.webp": b"RIFF\x00\x00\x00\x00WEBP",
    "photo.heic": b"\x00\x00\x00\x18ftypheic",
    "photo.avif": b"\x00\x00\x00\x18ftypavif",
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_is_told_by_its_bytes_and_then_by_its_name(name: str) -> None:
    data, kind = UNUSABLE[name]
    assert kinds.kind_of(data, name) == kind


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_one_whatever_it_is_called(name: str) -> None:
    assert kinds.kind_of(PICTURES[name], name) == kinds.PICTURE


async def sends_file(talker: Talker, text: str, name: str, data: bytes) -> str:
    """What comes back to a message with a file."""
    if isinstance(talker, TelegramTalker):
        message = await talker.people.send_document(talker.user, data, name, text, chat=talker.chat, mime="image/jpeg")
        return "\n".join(shown.text for shown in await talker._answers(message, 0, 1))
    if isinstance(talker, DiscordTalker):
        newest = await talker._newest()
        await talker.people.say(talker.user, talker.channel, text, File(name, data))
        return "\n".join(shown.text for shown in await talker._answers(newest, 1))
    async with talker.person.http() as http:
        files = {"files": (name, data, "image/jpeg")}
        answer = await http.post(
            f"/api/chats/{talker.person.chat}/messages", data={"user": "ann", "text": text}, files=files
        )
    return (await talker.person.answer(answer.json()["message"])).text


async def test_what_cannot_be_used_is_named_and_the_last_picture_is_left_alone(talker: Talker, served: Studio) -> None:
    assert (await talker.says("/image a cat --raw")).pictures
    before = len(paid(await served.requests()))
    for name in ("film.mp4", "letter.pdf", "notes.txt", "photo.jpg"):
        data, kind = UNUSABLE[name]
        said = await sends_file(talker, "/edit make it blue", name, data)
        assert {"pdf": "PDF", "video": "video", "document": "document"}[kind] in said, name
        assert len(paid(await served.requests())) == before
    assert (await talker.says("/image a dog --raw")).pictures
    assert (await talker.says("/vary")).pictures, "what was drawn since is meant again"
