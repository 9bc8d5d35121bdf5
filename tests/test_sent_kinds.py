"""What a person sends: nothing, a picture of any kind, or something that cannot be used. Only after nothing "the last picture" is meant."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from contract import sample
from core import texts
from core.pictures import kinds
from standins.telegram.client import People, Room, SeenMessage
from studio import Studio, made, paid
from telegram_talker import somebody, until_answered

pytest_plugins = ("telegram_studio",)


def written(file_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.open(io.BytesIO(sample("cat.png"))).convert("RGB").save(stream, file_format, **options)
    return stream.getvalue()


FILM = b"\x00\x00\x00\x18ftypisom" + bytes(64)
NO_PICTURES = [
    ("clip.mp4", FILM, "video"),
    ("paper.pdf", b"%PDF-1.7\n" + bytes(64), "pdf"),
    ("holiday.jpg", FILM, "video"),
    ("paper", b"%PDF-1.7\n" + bytes(64), "pdf"),
    ("song.mp3", b"ID3" + bytes(64), "audio"),
    ("letter.docx", b"PK\x03\x04" + bytes(64), "document"),
    ("song.wav", b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(64), "audio"),
    ("film.webm", b"\x1aE\xdf\xa3" + bytes(64), "video"),
    ("data.bin", bytes(64), "file"),
    ("torn.png", sample("broken-truncated.png"), "torn"),
]
"""Name, bytes and kind; the kind of each is another than that of the one before, which is thus never mistaken for it."""
PICTURES = {"cat.jpg": "JPEG", "cat": "PNG", "cat.bin": "JPEG", "cat.webp": "WEBP", "cat.avif": "AVIF"}
"""What each is, whatever its name says."""


def code_of(kind: str) -> str:
    return "file-damaged" if kind == "torn" else kinds.unusable(kind).code


async def test_on_the_page_what_cannot_be_used_is_said_and_the_last_picture_left_alone(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/image a cat --raw")
    for name, data, kind in NO_PICTURES:
        assert (await person.says("/edit a red hat", (name, data))).code == code_of(kind), name
        assert (await person.says("", (name, data))).code == code_of(kind), name
        assert (await person.says("/image a boat like this", (name, data))).code == code_of(kind), name
        for later in ("/edit a red hat", "/vary"):
            assert (await person.says(later)).code == code_of(kind), f"{name} is newer than the last picture"
        reply = await person.posts("", (name, data))
        await person.answer(reply)
        assert (await person.says("/edit a red hat", reply_to=reply)).code, name
    assert len(paid(await studio.requests())) == 1
    assert (await person.says("/image a dog --raw")).pictures
    assert (await person.says("/edit a red hat")).pictures, "now a picture is newer"


@pytest.mark.parametrize(
    "command", ["/edit a red hat", "/character Mia: a girl with red hair", "/style keep mine: ink"]
)
async def test_on_the_page_what_is_replied_to_is_not_passed_over(studio: Studio, command: str) -> None:
    """It was meant as the photo; a work without one, or with another, would be paid for in vain."""
    person = await studio.person()
    for name, data, kind in NO_PICTURES:
        reply = await person.posts("", (name, data))
        await person.answer(reply)
        assert (await person.says(command, reply_to=reply)).code in (code_of(kind), "file-not-a-picture"), name
    assert not paid(await studio.requests())


@pytest.mark.parametrize("command", ["/edit a red hat", "/vary", "make the hat red"])
async def test_on_the_page_what_is_gone_is_said_and_the_last_picture_left_alone(studio: Studio, command: str) -> None:
    person = await studio.person()
    kept, drawn = await person.says("/image a cat --raw"), await person.says("/image a dog --raw")
    told = await person.says("/story a fox --length short")
    sure = await person.presses(*drawn.action("delete"))
    await person.presses(*sure.action("delete-yes"))
    begun = len([one for one in paid(await studio.requests()) if one["endpoint"].startswith("images")])
    for reply in (drawn.action("delete")[0], "r99999999"):
        assert (await person.says(command, reply_to=reply)).code == "unusable-gone"
    drawn_since = [one for one in paid(await studio.requests()) if one["endpoint"].startswith("images")][begun:]
    assert not drawn_since, "the cat is the last picture, and was not meant"
    assert (await person.says("/edit a red hat", reply_to=told.replies[-1]["message"])).pictures, (
        "a text takes no picture's place"
    )
    assert (await person.says("/edit a red hat", reply_to=kept.action("vary")[0])).pictures


async def test_a_picture_is_told_by_its_first_bytes(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    for name, file_format in PICTURES.items():
        data = written(file_format)
        sent = await crowd.send_document(ada.user, data, name, "/edit a red hat", mime="application/octet-stream")
        assert (await until_answered(crowd, ada.user, sent))[0].photo, name


FILE = {"file_id": "x", "file_unique_id": "y"}
FRAME = {"width": 9, "height": 9, "duration": 1}
STICKER = {**FILE, "type": "regular", "width": 9, "height": 9}
THINGS = {
    "video": ({"video": {**FILE, **FRAME}}, "video"),
    "animation": (
        {"animation": {**FILE, **FRAME}, "document": {**FILE, "file_name": "a.mp4", "mime_type": "video/mp4"}},
        "animation",
    ),
    "video note": ({"video_note": {**FILE, "length": 9, "duration": 1}}, "video"),
    "voice": ({"voice": {**FILE, "duration": 1}}, "voice"),
    "moving sticker": ({"sticker": {**STICKER, "is_animated": True, "is_video": False}}, "sticker"),
    "audio": ({"audio": {**FILE, "duration": 1}}, "audio"),
    "video sticker": ({"sticker": {**STICKER, "is_animated": False, "is_video": True}}, "sticker"),
    "PDF": ({"document": {**FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}}, "pdf"),
    "contact": ({"contact": {"phone_number": "1", "first_name": "A"}}, "contact"),
    "location": ({"location": {"longitude": 1, "latitude": 1}}, "location"),
    "dice": ({"dice": {"emoji": "🎲", "value": 1}}, "dice"),
    "poll": (
        {
            "poll": {
                "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
                "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
            }
        },
        "poll",
    ),
}  # fmt: skip
"""By name; the kind of each is another than that of the one before, which is thus never mistaken for it."""


@pytest.mark.parametrize("way", ["with the command", "before it", "replied to", "replied to from elsewhere"])
async def test_on_telegram_what_cannot_be_used_is_said_and_the_last_picture_left_alone(
    crowd: People, fabula: Studio, way: str
) -> None:
    ada = await somebody(crowd)
    await ada.says("/image a cat --raw")
    for number, (name, (thing, kind)) in enumerate(THINGS.items()):
        for message in coming(ada.user, 7001 + 2 * number, thing, way):
            assert (await answer_to(crowd, ada.user, message)).text == saying(kind), name
    assert len(paid(await fabula.requests())) == 1


def coming(user: int, number: int, thing: dict, way: str) -> list[dict]:
    """The messages, from a number on, by which somebody asks for an edit of a thing."""
    person = {"id": user, "first_name": "Ada"}
    base = {"message_id": number, "date": 1, "chat": {**person, "type": "private"}, "from": {**person, "is_bot": False}}
    origin = {"type": "hidden_user", "sender_user_name": "Bea", "date": 1}
    command = {**base, "message_id": number + 1, "text": "/edit a red hat"}
    return {
        "with the command": [{**base, **thing, "caption": "/edit a red hat"}],
        "before it": [{**base, **thing}, command],
        "replied to": [{**command, "reply_to_message": {**base, **thing}}],
        "replied to from elsewhere": [{**command, "external_reply": {"origin": origin, **thing}}],
    }[way]


async def test_photos_of_answers_to_other_chats_and_stickers_that_stand_still_are_used(
    crowd: People, fabula: Studio
) -> None:
    ada = await somebody(crowd)
    sent = await crowd.send_photo(ada.user, sample("cat-sent.jpg"))
    await until_answered(crowd, ada.user, sent)
    photo = next(seen.photo for seen in (await crowd.room(ada.user)).visible if seen.photo)
    size = {"file_id": photo.file_id, "file_unique_id": "u", "width": 451, "height": 300}
    base = {"message_id": 7001, "date": 1, "chat": {"id": ada.user, "type": "private", "first_name": "Ada"}}
    base["from"] = {"id": ada.user, "is_bot": False, "first_name": "Ada"}
    origin = {"type": "hidden_user", "sender_user_name": "Bea", "date": 1}
    sticker = {**size, "type": "regular", "is_animated": False, "is_video": False}
    words = {"text": "/edit a red hat"}
    for number, message in enumerate(
        (
            {**words, "external_reply": {"origin": origin, "photo": [size]}},
            {**words, "external_reply": {"origin": origin, "live_photo": {**size, "duration": 3, "photo": [size]}}},
            {"caption": "/edit a red hat", "photo": [size], "forward_origin": origin},
            {**words, "reply_to_message": {**base, "message_id": 6000, "sticker": sticker}},
        ),
        7100,
    ):
        assert (await answer_to(crowd, ada.user, {**base, **message, "message_id": number})).photo


async def test_what_cannot_be_used_is_not_passed_over_where_photos_may_come_along(
    crowd: People, fabula: Studio
) -> None:
    ada = await somebody(crowd)
    before = len(paid(await fabula.requests()))
    for number, (name, (thing, kind)) in enumerate(list(THINGS.items())[:3], 7301):
        (message,) = coming(ada.user, number, thing, "with the command")
        told = {**message, "caption": "/image a boat like this"}
        assert (await answer_to(crowd, ada.user, told)).text == saying(kind), name
    assert len(paid(await fabula.requests())) == before


async def test_what_cannot_be_used_is_named_to_plain_words_that_answer_it(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    await ada.says("/image a cat --raw")
    before = len(made(await fabula.requests()))
    for number, (name, (thing, kind)) in enumerate(list(THINGS.items())[:3], 7401):
        (message,) = coming(ada.user, 2 * number, thing, "replied to")
        assert (await answer_to(crowd, ada.user, {**message, "text": "make it red"})).text == saying(kind), name
    assert len(made(await fabula.requests())) == before


async def answer_to(crowd: People, user: int, message: dict) -> SeenMessage:
    """What is said to a message that was made up: the stand-in does not know it, so nothing can be in reply to it."""
    before = len([seen for seen in (await crowd.room(user)).by_bot if not seen.deleted and seen.labels != ["Cancel"]])
    await crowd.inject({"message": message})

    def answers(room: Room) -> list[SeenMessage]:
        return [seen for seen in room.by_bot if not seen.deleted and seen.labels != ["Cancel"]][before:]

    return answers(await crowd.until(user, lambda room: bool(answers(room))))[0]


def saying(kind: str) -> str:
    return texts.say(f"error-{kinds.unusable(kind).code}", "en")
