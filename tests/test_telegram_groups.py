"""Telegram in groups: whom the bot answers, topics, albums that privacy hides, groups that move, reactions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bots.telegram import progress
from contract import sample, score_of, until_scored
from core.types import Place, Score
from embedded.process import EmbeddedProcess
from lasting_telegram import as_usual
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import Studio, made, paid, studio_at
from telegram_talker import TelegramTalker, asked, quiet, replies_to, somebody, unlimited, until_answered

pytest_plugins = ("lasting_telegram",)
pytestmark = pytest.mark.asyncio(loop_scope="module")
crowd, fabula = as_usual()

BOT = "@fabula_standin_bot"


async def family(crowd: People, **details: Any) -> tuple[int, int, int]:
    """Ada and Bob in a group with the bot: its id and theirs."""
    ada, bob = await crowd.create_user("Ada"), await crowd.create_user("Bob")
    return await crowd.create_group("Family", [ada, bob], **details), ada, bob


async def test_only_what_is_meant_for_the_bot_is_answered(crowd: People, fabula: Studio) -> None:
    group, ada, bob = await family(crowd, privacy=False)
    album = [sample("cat-sent.jpg")] * 2
    for text in ("good morning", "/frobnicate", "/image@other_bot a cat", "/kick @bob", "call @fabula_standin_bot_too"):
        await crowd.say(ada, text, chat=group)
    said = await crowd.say(ada, "what a day", chat=group)
    await crowd.say(bob, "yes", chat=group, reply_to=said)
    await crowd.send_album(ada, album, "holidays", chat=group)
    await crowd.send_document(bob, b"%PDF", "letter.pdf", chat=group)
    await quiet(crowd, fabula)
    assert (await crowd.room(group)).by_bot == []
    assert paid(await fabula.requests()) == []
    command = await crowd.say(ada, f"/image{BOT} a cat --raw", chat=group)
    (picture,) = await until_answered(crowd, group, command)
    mention = await crowd.say(bob, f"hello {BOT.upper()}, who are you?", chat=group)
    assert (await until_answered(crowd, group, mention))[0].text
    reply = await crowd.say(bob, "make it blue", chat=group, reply_to=picture.message_id)
    assert (await until_answered(crowd, group, reply))[0].photo
    assert made(await fabula.requests("chat"))[0]["messages"][-1]["content"] == "hello, who are you?"


async def test_somebody_who_may_not_is_told_only_when_they_ask(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    group, ada, bob = await family(crowd, privacy=False, bot="administrator")
    settings = unlimited(telegram_stand_in, allowed=f"telegram:{ada}")
    async with studio_at(tmp_path / "data", services, **settings) as studio:
        picture = (await until_answered(crowd, group, await crowd.say(ada, "/image a cat --raw", chat=group)))[0]
        await crowd.say(bob, "nice weather", chat=group)
        await crowd.react(bob, picture.message_id, "👎", chat=group)
        await quiet(crowd, studio)
        assert len((await crowd.room(group)).by_bot) == 1
        assert await score_of(studio, TelegramTalker(crowd, ada, group), str(picture.message_id)) == Score()
        refused = await crowd.say(bob, "/image a dog", chat=group)
        assert "not open" in (await until_answered(crowd, group, refused))[0].text


async def test_another_persons_picture_is_edited_by_a_reply_with_a_command(crowd: People, fabula: Studio) -> None:
    group, ada, bob = await family(crowd, privacy=False)
    photo = await crowd.send_photo(ada, sample("cat-sent.jpg"), "my cat", chat=group)
    await crowd.say(bob, "how sweet", chat=group, reply_to=photo)
    change = await crowd.say(bob, "/edit a hat", chat=group, reply_to=photo)
    assert (await until_answered(crowd, group, change))[0].photo
    (request,) = await fabula.requests("images.edits")
    assert len(request["params"]["image"]) == 1


async def test_an_album_that_privacy_hides_in_part(crowd: People, fabula: Studio) -> None:
    group, ada, _ = await family(crowd, privacy=True)
    photos = [sample("cat-sent.jpg"), sample("cat-mask-white.jpg")]
    album = await crowd.send_album(ada, photos, f"/edit{BOT} a hat", chat=group)
    (answer,) = await until_answered(crowd, group, album[0])
    assert "only one picture of your album" in answer.text
    assert paid(await fabula.requests()) == [], "what is hidden may be the mask"
    reply = await crowd.send_photo(ada, sample("cat-mask-white.jpg"), f"{BOT} a hat", chat=group, reply_to=album[0])
    assert (await until_answered(crowd, group, reply))[0].labels == ["Use", "Invert", "Cancel"], "as the sentence says"


async def test_an_album_without_privacy_is_whole(crowd: People, fabula: Studio) -> None:
    group, ada, _ = await family(crowd, privacy=False)
    photos = [sample("cat-sent.jpg"), sample("cat-mask-white.jpg")]
    album = await crowd.send_album(ada, photos, "/edit a hat", chat=group)
    (answer,) = await until_answered(crowd, group, album[0])
    assert answer.labels == ["Use", "Invert", "Cancel"]


async def test_a_topic_is_one_session_for_all_and_answers_stay_in_it(crowd: People, fabula: Studio) -> None:
    group, ada, bob = await family(crowd, forum=True, privacy=False)
    cats, dogs = await crowd.create_topic(ada, group, "Cats"), await crowd.create_topic(ada, group, "Dogs")
    first = await crowd.say(ada, "/image a cat --raw", chat=group, thread=cats)
    (picture,) = await until_answered(crowd, group, first)
    assert picture.thread == cats
    second = await crowd.say(bob, "/vary", chat=group, thread=cats)
    (variation,) = await until_answered(crowd, group, second)
    assert variation.photo and variation.thread == cats, "the last picture is the room's"
    elsewhere = await crowd.say(bob, "/vary", chat=group, thread=dogs)
    (question,) = await until_answered(crowd, group, elsewhere)
    assert not question.photo and question.thread == dogs
    press = await crowd.press(bob, picture.message_id, "Prompt", chat=group)
    await crowd.answer(press, group)
    (prompt,) = await until_answered(crowd, group, picture.message_id)
    assert prompt.thread == cats
    actions = await asked(crowd, "sendChatAction", "sendMessage", "sendPhoto")
    assert {row["params"]["message_thread_id"] for row in actions} == {cats, dogs}


async def test_a_story_in_a_topic_streams_there(crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EDIT_EVERY", 0.0)
    group, ada, _ = await family(crowd, forum=True)
    topic = await crowd.create_topic(ada, group, "Stories")
    async with fabula.control() as control:
        await control.post("/latency", json={"chat_token": 0.01})
    story = await crowd.say(ada, "/story a fox who finds a lantern --length short", chat=group, thread=topic)
    (told, _) = await until_answered(crowd, group, story, 2)
    room = await crowd.until(group, lambda room: len(room.by_bot) == 2)
    streamed = [seen for seen in room.messages if seen.by_bot and seen.deleted and seen.past]
    growing = [past["text"] for past in streamed[0].past] + [streamed[0].text]
    assert len(growing) >= 3 and all(told.text.startswith(text) for text in growing)
    assert {seen.thread for seen in room.messages if seen.by_bot} == {topic}
    assert await asked(crowd, "sendMessageDraft") == [], "drafts are for private chats"


async def test_a_group_that_becomes_a_supergroup_takes_its_sessions_along(crowd: People, fabula: Studio) -> None:
    group, ada, _ = await family(crowd, kind="group", privacy=False)
    first = await crowd.say(ada, "/settings style ink", chat=group)
    await until_answered(crowd, group, first)
    picture = await crowd.say(ada, "/image a marzipan pig --raw", chat=group)
    await until_answered(crowd, group, picture)
    moved = await crowd.migrate(group)
    history = await crowd.say(ada, "/history", chat=moved)
    assert "marzipan" in (await until_answered(crowd, moved, history))[0].text
    settings = await crowd.say(ada, "/settings", chat=moved)
    assert "Style: ink" in (await until_answered(crowd, moved, settings))[0].text
    varied = await crowd.say(ada, "/vary", chat=moved)
    assert (await until_answered(crowd, moved, varied))[0].photo


async def test_a_delivery_on_its_way_to_the_old_group_arrives_in_the_new_one(crowd: People, fabula: Studio) -> None:
    group, ada, _ = await family(crowd, kind="group", bot="administrator")
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
    await crowd.say(ada, "/image a cat --raw --n 2", chat=group)
    await crowd.until(group, lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await fabula.hangs("images.generations")
    moved = await crowd.migrate(group)
    await fabula.release()
    room = await crowd.until(moved, lambda room: sum(seen.photo is not None for seen in room.by_bot) == 2)
    await crowd.until(moved, lambda room: any(seen.buttons for seen in room.by_bot))
    assert not [seen for seen in room.by_bot if seen.reply_to], "the request's number means another message there"
    await quiet(crowd, fabula)
    talker = TelegramTalker(crowd, ada, moved)
    shown = str(room.by_bot[0].message_id) if room.by_bot[0].photo else str(room.by_bot[1].message_id)
    await crowd.react(ada, int(shown), "🔥", chat=moved)
    await until_scored(fabula, talker, shown, Score(score=1, count=1))
    again = await crowd.say(ada, "make it blue", chat=moved, reply_to=int(shown))
    assert (await until_answered(crowd, moved, again))[0].photo


async def test_channels_and_other_bots_are_not_answered(crowd: People, fabula: Studio) -> None:
    ada = await crowd.create_user("Ada")
    channel = await crowd.create_group("News", [ada], kind="channel", bot="administrator")
    await crowd.say(ada, "/image a cat", chat=channel)
    group, _, _ = await family(crowd, privacy=False)
    chat = {"id": group, "type": "supergroup", "title": "Family"}
    news = {"id": channel, "type": "channel", "title": "News"}
    common = {"message_id": 900, "date": 1, "chat": chat, "text": "/image a cat"}
    service = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    await crowd.inject({"message": {**common, "from": service, "sender_chat": news, "is_automatic_forward": True}})
    await crowd.inject({"message": {**common, "from": {"id": 5, "is_bot": True, "first_name": "B"}}})
    await quiet(crowd, fabula)
    assert (await crowd.room(channel)).by_bot == [] and (await crowd.room(group)).by_bot == []


async def test_an_administrator_who_stays_anonymous_is_answered(crowd: People, fabula: Studio) -> None:
    group, _, _ = await family(crowd)
    chat = {"id": group, "type": "supergroup", "title": "Family"}
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    message = {"message_id": 900, "date": 1, "chat": chat, "from": anonymous, "sender_chat": chat, "text": "/usage"}
    await crowd.inject({"message": message})
    room = await crowd.until(group, lambda room: bool(room.by_bot))
    assert "Today" in room.by_bot[0].text


async def test_reactions_in_a_group_are_heard_by_an_administrator(crowd: People, fabula: Studio) -> None:
    group, ada, bob = await family(crowd, bot="administrator")
    command = await crowd.say(ada, "/image a cat --raw --n 2", chat=group)
    answers = await until_answered(crowd, group, command, 3)
    talker = TelegramTalker(crowd, ada, group)
    for number, picture in enumerate(answers[:2]):
        await crowd.react(ada, picture.message_id, "🔥", chat=group)
        await crowd.react(bob, picture.message_id, "👎" if number else "❤", chat=group)
        expected = Score(score=0 if number else 2, count=2)
        await until_scored(fabula, talker, str(picture.message_id), expected)
    await crowd.react(bob, answers[0].message_id, chat=group)
    await until_scored(fabula, talker, str(answers[0].message_id), Score(score=1, count=1))
    buttons = answers[2]
    press = await crowd.press(bob, buttons.message_id, "👍", chat=group)
    assert (await crowd.answer(press, group))["text"]
    await until_scored(fabula, talker, str(answers[0].message_id), Score(score=2, count=2))
    await until_scored(fabula, talker, str(answers[1].message_id), Score(score=0, count=2))


async def test_each_person_of_a_group_has_a_session_of_their_own_or_all_share_one(
    crowd: People, fabula: Studio
) -> None:
    group, ada, bob = await family(crowd)
    await until_answered(crowd, group, await crowd.say(ada, "/image a cat --raw", chat=group))
    alone = await crowd.say(bob, "/vary", chat=group)
    assert not (await until_answered(crowd, group, alone))[0].photo
    refused = await crowd.say(bob, "/settings session shared", chat=group)
    assert "administrator" in (await until_answered(crowd, group, refused))[0].text
    await until_answered(crowd, group, await crowd.say(ada, "/settings session shared", chat=group))
    await until_answered(crowd, group, await crowd.say(ada, "/image a dog --raw", chat=group))
    together = await crowd.say(bob, "/vary", chat=group)
    assert (await until_answered(crowd, group, together))[0].photo


async def test_a_bot_that_was_put_out_is_quiet(crowd: People, fabula: Studio) -> None:
    group, ada, _ = await family(crowd)
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada, "/image a cat --raw", chat=group)
    await crowd.until(group, lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await fabula.hangs("images.generations")
    await crowd.set_bot(ada, group, "kicked")
    await fabula.release()
    await crowd.requests("sendPhoto", times=1)
    await quiet(crowd, fabula)
    store = fabula.program.storage.store
    assert await store.unsent() == []
    await crowd.set_bot(ada, group, "member")
    back = await crowd.say(ada, "/history", chat=group)
    assert "a cat" in (await until_answered(crowd, group, back))[0].text, "what was drawn meanwhile is not lost"
    assert replies_to(await crowd.room(group), back)
    assert Place(platform="telegram", chat=str(group)).home


async def test_a_person_who_blocked_the_bot_holds_up_nobody(
    crowd: People, fabula: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    ada, bob = await somebody(crowd), await somebody(crowd, "Bob")
    spent = (await fabula.program.storage.store.spent(0)).calls
    await fabula.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await crowd.say(ada.user, "/image a cat --raw")
    await fabula.hangs("images.generations")
    await crowd.block(ada.user)
    await fabula.release()
    assert (await bob.says("/image a dog --raw")).pictures
    await quiet(crowd, fabula)
    assert (await fabula.program.storage.store.spent(0)).calls - spent == 2, (
        "nothing is drawn again for somebody who cannot be reached"
    )
    logged = "".join(capsys.readouterr())
    assert "reply cannot be delivered" in logged and "Traceback" not in logged
    await crowd.block(ada.user, blocked=False)
    assert (await ada.says("/usage")).text
    await crowd.delete_chat(bob.user)
    assert (await ada.says("/help")).text
