"""What a Telegram chat does not take: the person is told in words, what was paid for stays within reach, and the rest of the chat goes on."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from lasting_telegram import as_usual
from standins.telegram.client import People, SeenMessage
from studio import Studio
from telegram_talker import asked, quiet, replies_to, somebody, until_answered
from test_telegram_groups import family

pytest_plugins = ("lasting_telegram",)
pytestmark = pytest.mark.asyncio(loop_scope="module")
crowd, fabula = as_usual()

SENDING = ("sendPhoto", "sendMediaGroup", "sendDocument")


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.delivery.FIRST_WAIT", 0.02)
    monkeypatch.setattr("bots.delivery.LONGEST_WAIT", 0.1)


def refusing(description: str, *methods: str, code: int = 400, **more: Any) -> list[dict[str, Any]]:
    kind = "Bad Request" if code == 400 else "Forbidden"
    rule = {"kind": "status", "code": code, "description": f"{kind}: {description}", "times": 1000, **more}
    return [{"method": method, **rule} for method in methods]


async def follow(crowd: People, person: int, told: SeenMessage, label: int = 0) -> SeenMessage:
    """Open the private chat by a button's link, as the app does."""
    link = [button["url"] for row in told.buttons for button in row][label]
    address, _, payload = link.partition("?start=")
    assert address == "https://t.me/fabula_standin_bot"
    asking = await crowd.say(person, f"/start {payload}")
    return (await until_answered(crowd, person, asking))[0]


async def calls(studio: Studio) -> int:
    """How many calls the studio has paid for."""
    return (await studio.program.storage.store.spent(0)).calls


NO_PICTURES = (
    "not enough rights to send photos to the chat",
    "not enough rights to send documents to the chat",
    "not enough rights to send media to the chat",
    "CHAT_SEND_PHOTOS_FORBIDDEN",
    "CHAT_SEND_MEDIA_FORBIDDEN",
    "CHAT_SEND_DOCS_FORBIDDEN",
    "CHAT_RESTRICTED",
)


@pytest.mark.parametrize(("refusal", "code"), list(zip(NO_PICTURES, itertools.cycle((400, 403)), strict=False)))
async def test_a_chat_that_takes_no_pictures_is_told_and_led_to_them(
    crowd: People, fabula: Studio, refusal: str, code: int
) -> None:
    group, ada, bob = await family(crowd)
    before = await calls(fabula)
    await crowd.faults(*refusing(refusal, *SENDING, code=code))
    one = (await until_answered(crowd, group, await crowd.say(ada, "/image a cat --raw", chat=group)))[0]
    two = await until_answered(crowd, group, await crowd.say(ada, "/image a dog --raw --n 2", chat=group), 2)
    assert len(one.labels) == 1 and len(two[0].labels) == 2
    for told in (one, two[0]):
        assert "may not send pictures" in told.text
    await crowd.faults()
    for told, label, words in ((one, 0, "a cat"), (two[0], 1, "a dog")):
        seen = await follow(crowd, ada, told, label)
        assert seen.photo and seen.text == words and len(seen.labels) == 8
    assert not (await follow(crowd, bob, one)).photo, "it is its author's"
    assert await calls(fabula) - before == 3
    again = await crowd.say(ada, "make it blue", chat=group, reply_to=one.message_id)
    assert (await until_answered(crowd, group, again))[0].photo, "the words stand for the picture"


@pytest.mark.parametrize("kinds", [("photos",), ("photos", "documents")])
async def test_a_group_that_forbids_photos_says_so_itself(
    crowd: People, fabula: Studio, kinds: tuple[str, ...]
) -> None:
    group, ada, _ = await family(crowd)
    await crowd.forbid(group, *kinds)
    told = (await until_answered(crowd, group, await crowd.say(ada, "/image a cat --raw", chat=group)))[0]
    assert (await follow(crowd, ada, told)).photo
    assert (await until_answered(crowd, group, await crowd.say(ada, "/usage", chat=group)))[0].text


async def test_a_group_that_takes_no_files_leads_to_them(crowd: People, fabula: Studio) -> None:
    group, ada, bob = await family(crowd)
    await until_answered(crowd, group, await crowd.say(ada, "/story a fox --length short", chat=group), 2)
    await crowd.forbid(group, "documents")
    told = (await until_answered(crowd, group, await crowd.say(ada, "/export", chat=group)))[0]
    assert "may not send files" in told.text and len(told.labels) == 1
    seen = await follow(crowd, ada, told)
    assert seen.document and (await crowd.file(seen.document.file_id)).startswith(b"PK")
    assert not (await follow(crowd, bob, told)).document, "it is its author's"


async def test_a_group_that_forbids_words_is_answered_in_private(crowd: People, fabula: Studio) -> None:
    group, ada, _ = await family(crowd)
    await crowd.forbid(group, "text", "photos", "documents")
    await crowd.say(ada, "/image a cat --raw", chat=group)
    room = await crowd.until(ada, lambda room: any(seen.photo for seen in room.by_bot))
    assert "takes nothing of this kind" in room.by_bot[-2].text and not room.by_bot[-1].labels
    await quiet(crowd, fabula)
    assert (await crowd.room(group)).by_bot == []


@pytest.mark.parametrize(
    ("refusal", "reachable"),
    [
        ("TOPIC_CLOSED", True),
        ("TOPIC_DELETED", False),
        ("message thread not found", True),
        ("closed for real", True),
        ("closed for real", False),
    ],
)
async def test_a_topic_that_takes_nothing_any_more(
    crowd: People, fabula: Studio, reachable: bool, refusal: str
) -> None:
    ada = await crowd.create_user("Ada", started=reachable)
    group = await crowd.create_group("Family", [ada], forum=True)
    topic = await crowd.create_topic(ada, group, "Cats")
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada, "/image a cat --raw", chat=group, thread=topic)
    await fabula.hangs("images.generations")
    if refusal == "closed for real":
        await crowd.close_topic(group, topic)
    else:
        await crowd.faults(*refusing(refusal, "sendPhoto", times=1))
    await fabula.release()
    if reachable:
        await crowd.until(ada, lambda room: any(seen.photo for seen in room.by_bot))
    else:
        room = await crowd.until(group, lambda room: any(seen.labels and seen.thread is None for seen in room.by_bot))
        told = next(seen for seen in room.by_bot if seen.thread is None)
        await crowd.act("start", user=ada)
        assert (await follow(crowd, ada, told)).photo
    await quiet(crowd, fabula)
    again = await crowd.say(ada, "/history", chat=group)
    assert (await until_answered(crowd, group, again))[0].text, "the rest of the group is answered"


async def test_what_a_topic_does_not_take_of_who_speaks_as_the_group_is_told_in_words(
    crowd: People, fabula: Studio
) -> None:
    """They have no private chat: what is sent to their id is posted for the whole group."""
    ada, bob = await crowd.create_user("Ada"), await crowd.create_user("Bob")
    group = await crowd.create_group("Family", [ada, bob], forum=True)
    topic = await crowd.create_topic(ada, group, "Cats")
    chat = {"id": group, "type": "supergroup", "title": "Family", "is_forum": True}
    message = {"message_id": 900, "date": 1, "chat": chat, "sender_chat": chat, "text": "/image a cat --raw"}
    message["from"] = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.inject({"message": {**message, "message_thread_id": topic, "is_topic_message": True}})
    await fabula.hangs("images.generations")
    await crowd.close_topic(group, topic)
    await fabula.release()
    room = await crowd.until(group, lambda room: any(seen.labels and seen.thread is None for seen in room.by_bot))
    await quiet(crowd, fabula)
    told = [seen for seen in room.by_bot if seen.thread is None and not seen.deleted]
    assert len(told) == 1 and "This topic takes nothing" in told[0].text
    assert not any(seen.photo for seen in (await crowd.room(group)).by_bot)
    await crowd.join(ada, group, "administrator")
    assert (await follow(crowd, ada, told[0])).photo, "it is for who may speak as the group"
    assert not (await follow(crowd, bob, told[0])).photo


POISON = {
    "a refusal nobody knows": refusing("SOMETHING_NEW_INVALID", *SENDING),
    "an error of the server": [
        {"method": method, "kind": "status", "code": 500, "description": "Internal Server Error", "times": 1000}
        for method in SENDING
    ],
    "a page of a proxy": [{"method": method, "kind": "page", "code": 502, "times": 1000} for method in SENDING],
    "too large": [
        {"method": method, "kind": "status", "code": 413, "description": "Request Entity Too Large", "times": 1000}
        for method in SENDING
    ],
    "answers that never come": [{"method": method, "kind": "disconnect_after", "times": 1000} for method in SENDING],
}


@pytest.mark.parametrize(
    ("poison", "count"),
    [
        *((poison, 2) for poison in POISON),
        *((poison, 1) for poison in ("a refusal nobody knows", "too large", "answers that never come")),
    ],
)
async def test_what_can_never_be_delivered_is_told_and_holds_up_nobody(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch, poison: str, count: int
) -> None:
    monkeypatch.setattr("bots.delivery.TRIED_FOR", 0)
    ada, before = await somebody(crowd), await calls(fabula)
    await crowd.faults(*POISON[poison])
    asking = await crowd.say(ada.user, f"/image a cat --raw --n {count}")
    room = await crowd.until(
        ada.user, lambda room: any(seen.labels and not seen.photo for seen in replies_to(room, asking))
    )
    told = next(seen for seen in replies_to(room, asking) if seen.labels and not seen.photo)
    assert (await ada.says("/usage")).text
    assert told.labels == (["Show it"] if count == 1 else ["1", "2"])
    posted = [row for row in await asked(crowd, *SENDING) if row["status"] == 200]
    assert len(posted) <= 4, "what may have arrived is not posted for ever"
    await quiet(crowd, fabula)
    await crowd.faults()
    press = await crowd.press(ada.user, told.message_id, told.labels[-1])
    await crowd.answer(press, ada.user)
    assert (await until_answered(crowd, ada.user, told.message_id))[0].photo
    assert await calls(fabula) - before == count


async def test_an_album_whose_sending_times_out_goes_on_one_by_one(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is posted, and nothing is heard of it: at most once more, in single pictures that have a receipt each."""
    ada = await somebody(crowd)
    await crowd.faults({"method": "sendMediaGroup", "kind": "disconnect_after", "times": 1000})
    asking = await crowd.say(ada.user, "/image a cat --raw --n 3")
    room = await crowd.until(
        ada.user, lambda room: bool(replies_to(room, asking)[-1:]) and bool(replies_to(room, asking)[-1].labels)
    )
    answers = replies_to(room, asking)
    assert len(await asked(crowd, "sendMediaGroup")) == 1
    assert [bool(seen.photo) for seen in answers] == [True] * 6 + [False]
    assert answers[-1].labels == [one for place in "123" for one in (place, "👍", "👎")]


async def test_while_nothing_arrives_nothing_is_given_up(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram is down for longer than a reply is tried for: afterwards everything is there, in order, and no sentence in its stead."""
    monkeypatch.setattr("bots.delivery.TRIED_FOR", 0)
    ada = await somebody(crowd)
    down = [
        {"method": method, "kind": "status", "code": 502, "description": "Bad Gateway", "times": times}
        for method, times in (("sendMessage", 1000), *((method, 8) for method in SENDING))
    ]
    await crowd.faults(*down)
    asking = await crowd.say(ada.user, "/image a cat --raw")
    assert (await until_answered(crowd, ada.user, asking))[0].photo
    await crowd.faults()  # or a sentence about the last failure would get through before the picture
    await quiet(crowd, fabula)
    assert len(replies_to(await crowd.room(ada.user), asking)) == 1


async def test_a_flood_limit_drops_nothing_however_long_it_lasts(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.delivery.TRIED_FOR", 0)
    monkeypatch.setattr("bots.delivery.OLDEST", 0)
    ada = await somebody(crowd)
    limit = {"kind": "status", "code": 429, "description": "Too Many Requests: retry after 1", "retry_after": 1}
    await crowd.faults({"method": "sendPhoto", **limit, "times": 4})
    asking = await crowd.say(ada.user, "/image a cat --raw")
    assert (await until_answered(crowd, ada.user, asking))[0].photo
