"""What people send at once on Telegram, and what of it is one request: albums, long pastes, words with what is forwarded."""

from __future__ import annotations

import json
import signal
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from telegram import Bot

from contract import sample
from core.ports import InboxRow
from embedded.process import EmbeddedProcess
from killed import program
from lasting_telegram import as_usual
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from storage.opening import open_storage
from studio import Studio, made, studio_at
from telegram_talker import TelegramTalker, quiet, replies_to, somebody, unlimited, until_answered

pytest_plugins = ("lasting_telegram",)
pytestmark = pytest.mark.asyncio(loop_scope="module")
crowd, fabula = as_usual()

WORDS = [f"word{number}" for number in range(700)]  # some 6,000 characters
FILES = [("cat.png", sample("cat.png")), ("m.png", sample("cat-mask-alpha.png"))]
Does = Callable[[People, TelegramTalker], Awaitable[object]]


async def elsewhere(crowd: People, ada: TelegramTalker) -> int:
    """A group of hers where the bot is not."""
    return await crowd.create_group("Cats", [ada.user], bot="left")


async def answers(crowd: People, studio: Studio, chat: int) -> list[str]:
    """What the bot has said in a chat, once nothing is left to do."""
    await quiet(crowd, studio)
    return [seen.text for seen in (await crowd.room(chat)).by_bot]


def told(request: dict) -> str:
    """What a text model was told by the person."""
    return str(request["messages"][-1]["content"])


# --- a long paste ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [700, 1400], ids=["two messages", "three messages"])
async def test_a_story_pasted_in_several_messages_is_one_story_of_all_its_words(
    crowd: People, fabula: Studio, count: int
) -> None:
    ada = await somebody(crowd)
    words = [f"word{number}" for number in range(count)]
    sent = await crowd.paste(ada.user, "/story " + " ".join(words) + " --length short --pages 1")
    assert len(sent) == count // 700 + 1
    await until_answered(crowd, ada.user, sent[0], 2)
    await quiet(crowd, fabula)
    (story,) = [one for one in await fabula.requests("chat") if one["model"] == "gpt-6.2-sol"]
    assert "/story" not in told(story) and "--" not in told(story)
    assert told(story).split()[-count:] == words
    room = await crowd.room(ada.user)
    assert [replies_to(room, message) for message in sent[1:]] == [[]] * (len(sent) - 1)


async def test_a_corrected_part_brings_the_others_and_one_that_was_used_brings_nothing(
    crowd: People, fabula: Studio
) -> None:
    ada = await somebody(crowd)
    first, second = await crowd.paste(ada.user, "/image " + " ".join(WORDS) + " --stile ink")
    await until_answered(crowd, ada.user, first)
    text = next(seen.text for seen in (await crowd.room(ada.user)).visible if seen.message_id == second)
    await crowd.edit(ada.user, second, text.replace("--stile ink", "--raw"))
    await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
    await crowd.edit(ada.user, second, "something else")
    await quiet(crowd, fabula)
    (drawn,) = await fabula.requests("images.generations")
    assert drawn["prompt"].split() == WORDS
    assert await fabula.requests("chat") == []


async def test_a_word_that_fills_more_than_a_message_is_whole_again(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    sent = await crowd.paste(ada.user, "狐" * 5000)
    await until_answered(crowd, ada.user, sent[0])
    (talk,) = made(await fabula.requests("chat"))
    assert told(talk) == "狐" * 5000


async def test_a_command_after_a_long_text_is_a_request_of_its_own(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    long = " ".join(WORDS)[:4090].strip()
    talk, usage = await crowd.acts([("say", {"user": ada.user, "text": text}) for text in (long, "/usage")])
    assert len(await until_answered(crowd, ada.user, usage)) == 1
    await until_answered(crowd, ada.user, talk)
    (asked,) = made(await fabula.requests("chat"))
    assert told(asked) == long


# --- words and what is forwarded with them ---------------------------------------------------------------------------


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine may need longer from one update to the next."""
    monkeypatch.setattr("bots.telegram.gathering.FORWARD_PATIENCE", 1.5)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("last", [False, True], ids=["nothing before", "with a last picture"])
async def test_a_comment_and_the_photo_forwarded_with_it_are_one_edit_of_that_photo(
    crowd: People, fabula: Studio, last: bool
) -> None:
    ada = await somebody(crowd)
    if last:
        await ada.says("/image a dog --raw")
    group = await elsewhere(crowd, ada)
    photo = await crowd.send_photo(ada.user, sample("cat-sent.jpg"), "Whiskers at noon", chat=group)
    comment, forwarded = await crowd.forward(ada.user, photo, source=group, comment="/edit make it blue")
    (answer,) = await until_answered(crowd, ada.user, comment)
    assert answer.photo
    await quiet(crowd, fabula)
    (edit,) = await fabula.requests("images.edits")
    assert "make it blue" in edit["prompt"] and "Whiskers" not in edit["prompt"]
    assert replies_to(await crowd.room(ada.user), forwarded) == []
    assert answer.photo.width > answer.photo.height, "his shape, not the square of the last picture"


@pytest.mark.usefixtures("patient")
async def test_all_photos_forwarded_with_a_comment_are_meant(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    group = await elsewhere(crowd, ada)
    one = await crowd.send_photo(ada.user, sample("cup-sent.jpg"), chat=group)
    album = await crowd.send_album(ada.user, [sample("cat-sent.jpg"), sample("cat-painted.jpg")], chat=group)
    sent = await crowd.forward(ada.user, one, *album, source=group, comment="/edit put them together")
    await until_answered(crowd, ada.user, sent[0])
    (edit,) = await fabula.requests("images.edits")
    assert len(edit["params"]["image"]) == 3


@pytest.mark.usefixtures("patient")
async def test_plain_words_with_a_forwarded_photo_are_about_it(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    group = await elsewhere(crowd, ada)
    photo = await crowd.send_photo(ada.user, sample("cat-sent.jpg"), chat=group)
    comment, _ = await crowd.forward(ada.user, photo, source=group, comment="look at him")
    (answer,) = await until_answered(crowd, ada.user, comment)
    assert "Edit" in answer.labels
    assert len(await answers(crowd, fabula, ada.user)) == 1


@pytest.mark.usefixtures("patient")
async def test_a_forwarded_text_is_the_idea_that_the_comment_lacks(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    group = await elsewhere(crowd, ada)
    idea = await crowd.say(ada.user, "an otter who mends clocks", chat=group)
    comment, _ = await crowd.forward(ada.user, idea, source=group, comment="/image --raw")
    await until_answered(crowd, ada.user, comment)
    (drawn,) = await fabula.requests("images.generations")
    assert drawn["prompt"] == "an otter who mends clocks"


async def test_what_needs_nothing_more_is_not_mixed_with_what_is_forwarded(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    group = await elsewhere(crowd, ada)
    photo = await crowd.send_photo(ada.user, sample("cat-sent.jpg"), chat=group)
    sent = await crowd.forward(ada.user, photo, source=group, comment="/image a dog --raw")
    for message in sent:
        await until_answered(crowd, ada.user, message)
    assert len(await answers(crowd, fabula, ada.user)) == 2


async def test_what_was_sent_seconds_apart_is_not_one_request_though_it_comes_at_once(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    ada = await somebody(crowd)
    group = await elsewhere(crowd, ada)
    photo = await crowd.send_photo(ada.user, sample("cat-sent.jpg"), chat=group)
    words = await crowd.say(ada.user, "good morning")
    await crowd.advance(5)
    (forwarded,) = await crowd.forward(ada.user, photo, source=group)
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)) as studio:
        for message in (words, forwarded):
            await until_answered(crowd, ada.user, message)
        assert len(await answers(crowd, studio, ada.user)) == 2


@pytest.mark.usefixtures("patient")
async def test_what_two_people_send_in_the_same_moment_is_never_one_request(crowd: People, fabula: Studio) -> None:
    ada, bob = await somebody(crowd), await somebody(crowd, "Bob")
    group = await crowd.create_group("Both", [ada.user, bob.user], privacy=False)
    other = await crowd.create_group("His", [bob.user], bot="left")
    photo = await crowd.send_photo(bob.user, sample("cat-sent.jpg"), chat=other)
    long = "/story " + " ".join(WORDS)[:4000]
    edit, _, story, _ = await crowd.acts(
        [
            ("say", {"user": ada.user, "chat": group, "text": "/edit make it blue"}),
            ("forward", {"user": bob.user, "chat": group, "messages": [photo], "source": other}),
            ("say", {"user": ada.user, "chat": group, "text": long}),
            ("say", {"user": bob.user, "chat": group, "text": "Zxquorvane"}),
        ]
    )
    for message in (edit, story):
        await until_answered(crowd, group, message)
    await quiet(crowd, fabula)
    assert await fabula.requests("images.edits") == []
    assert "Zxquorvane" not in str(await fabula.requests("chat"))


async def test_words_that_wait_for_what_may_be_forwarded_are_seen_to_be_heard(
    crowd: People, lone_fabula: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.telegram.gathering.FORWARD_PATIENCE", 3600.0)
    ada = await somebody(crowd)
    await crowd.say(ada.user, "good morning")
    room = await crowd.until(ada.user, lambda room: bool(room.actions))
    assert room.actions[-1]["action"] == "typing" and not room.by_bot


# --- order -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["an album", "a long text", "a comment"])
async def test_what_follows_at_once_does_not_overtake_what_is_still_gathered(
    crowd: People, fabula: Studio, first: str
) -> None:
    ada = await somebody(crowd)
    items = [{"data": b64encode(data).decode(), "name": name} for name, data in FILES]
    wrong = "/edit a hat --stile ink"  # its answer is one sentence, and comes at once
    acts = {
        "an album": ("send_album", {"user": ada.user, "items": items, "caption": wrong}),
        "a long text": ("say", {"user": ada.user, "text": "/edit " + " ".join(WORDS)[:4000] + " --stile ink"}),
        "a comment": ("say", {"user": ada.user, "text": "/vary"}),
    }
    _, usage = await crowd.acts([acts[first], ("say", {"user": ada.user, "text": "/usage"})])
    await until_answered(crowd, ada.user, usage)
    told_first, told_then = (await crowd.room(ada.user)).by_bot
    assert told_first.reply_to != usage and told_then.reply_to == usage


async def test_two_albums_at_once_are_two_requests(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    items = [{"data": b64encode(data).decode(), "name": name} for name, data in FILES]
    first, second = await crowd.acts(
        [("send_album", {"user": ada.user, "items": items, "caption": f"/edit {words}"}) for words in ("one", "two")]
    )
    for album in (first, second):
        await until_answered(crowd, ada.user, album[0])
    edits = await fabula.requests("images.edits")
    assert [edit["params"]["mask"] is not None for edit in edits] == [True, True]


async def test_what_is_corrected_while_it_is_still_gathered_is_done_once_as_corrected(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    ada = await somebody(crowd)
    album = await crowd.send_album(ada.user, FILES, "/edit a hat --stile ink")
    await crowd.edit(ada.user, album[0], "/edit a hat --style ink")
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)) as studio:
        (answer,) = await until_answered(crowd, ada.user, album[0])
        assert answer.photo
        assert len(await answers(crowd, studio, ada.user)) == 1


# --- a kill in between -----------------------------------------------------------------------------------------------


async def _album(crowd: People, ada: TelegramTalker) -> None:
    await crowd.send_album(ada.user, FILES, "/edit a hat")


async def _paste(crowd: People, ada: TelegramTalker) -> None:
    await crowd.paste(ada.user, "/image " + " ".join(WORDS) + " --raw")


async def _forward(crowd: People, ada: TelegramTalker) -> None:
    group = await elsewhere(crowd, ada)
    photo = await crowd.send_photo(ada.user, sample("cat-sent.jpg"), chat=group)
    await crowd.forward(ada.user, photo, source=group, comment="/edit a hat")


async def _came_as_one(crowd: People, studio: Studio, ada: TelegramTalker, does: Does) -> None:
    await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
    await quiet(crowd, studio)
    drawn = await studio.requests("images.edits", "images.generations")
    assert len(drawn) == 1 and len([seen for seen in (await crowd.room(ada.user)).by_bot if seen.photo]) == 1
    if does is _album:
        assert drawn[0]["params"]["mask"]
    if does is _paste:
        assert drawn[0]["prompt"].split() == WORDS


@pytest.mark.parametrize("does", [_album, _paste, _forward])
async def test_a_part_that_a_killed_process_has_kept_and_confirmed_waits_for_the_rest(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess, does: Does
) -> None:
    """The first part is in the inbox, the second still with Telegram."""
    ada = await somebody(crowd)
    await does(crowd, ada)
    async with Bot(telegram_stand_in.token, telegram_stand_in.url) as bot:
        first, _ = await bot.get_updates()
        await bot.get_updates(first.update_id + 1, limit=1)
    storage = await open_storage(tmp_path / "data")
    payload = {**first.to_dict(), "update_id": first.update_id}
    row = InboxRow(
        id=f"telegram:{bot.id}:{first.update_id}",
        platform="telegram",
        user=f"telegram:{ada.user}",
        payload=json.dumps(payload),
    )
    await storage.store.take_in(row)
    await storage.close()
    await crowd.faults({"method": "getUpdates", "kind": "stall", "seconds": 0.8})  # longer than it is waited for
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)) as studio:
        await _came_as_one(crowd, studio, ada, does)


@pytest.mark.parametrize("does", [_album, _paste, _forward])
async def test_a_kill_between_two_parts_leaves_one_request(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess, does: Does
) -> None:
    ada = await somebody(crowd)
    await does(crowd, ada)
    reached = {
        "TELEGRAM_BOT_TOKEN": telegram_stand_in.token,
        "TELEGRAM_BASE_URL": telegram_stand_in.url,
        "TELEGRAM_BASE_FILE_URL": telegram_stand_in.file_url,
    }
    async with program(tmp_path / "data", services, "take_in", 1, **reached) as life:
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)) as studio:
        await studio.begin()
        await _came_as_one(crowd, studio, ada, does)
